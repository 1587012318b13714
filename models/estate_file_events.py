"""What happened to the work on a matter: its paralegal, its files, documents that were voided. Past tense."""

from dataclasses import dataclass
from typing import ClassVar

from models.estate_enums import AttachmentKind
from models.events import Event
from models.labels import label_of, words


@dataclass(slots=True, kw_only=True)
class MatterAssigned(Event):
    """`owner` and `before` are usernames; None: unassigned."""

    kind: ClassVar[str] = "matter_assigned"
    matter: int
    owner: str | None
    before: str | None = None

    def why(self) -> str:
        was = f" (was {self.before})" if self.before is not None else ""
        what = "is unassigned" if self.owner is None else f"assigned to {self.owner}"
        return f"Estate matter {self.matter} {what}{was}"


@dataclass(slots=True, kw_only=True)
class EstatePaperVoided(Event):
    kind: ClassVar[str] = "estate_paper_voided"
    matter: int
    paper: str
    paper_kind: str
    reason: str

    def why(self) -> str:
        what = words(self.paper_kind).replace("itemised", "itemized")
        return f"Document {self.paper} ({what}) voided, not sent: {self.reason}"


@dataclass(slots=True, kw_only=True)
class EstateFileAdded(Event):
    """A file of a matter, by its number, what it is, and the SHA-256 of its content."""

    kind: ClassVar[str] = "estate_file_added"
    matter: int
    file: int
    file_kind: str
    media: str
    size: int
    digest: str

    def why(self) -> str:
        what = label_of(AttachmentKind, self.file_kind)
        return f"File {self.file} added to estate matter {self.matter}: {what} (SHA-256 {self.digest[:16]}...)"


@dataclass(slots=True, kw_only=True)
class EstateFileWithdrawn(Event):
    kind: ClassVar[str] = "estate_file_withdrawn"
    matter: int
    file: int
    file_kind: str
    reason: str

    def why(self) -> str:
        what = label_of(AttachmentKind, self.file_kind)
        return f"File {self.file} of estate matter {self.matter} ({what}) withdrawn: {self.reason}"

"""What can happen to letters, e-mail and text messages: past tense, one sentence each for the history."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from models.events import Event
from models.ids import BatchId, LetterId
from models.labels import letter_label, words
from models.values import dollars


@dataclass(slots=True, kw_only=True)
class LetterQueued(Event):
    kind: ClassVar[str] = "letter_queued"
    letter: int
    letter_kind: str
    balance_cents: int
    days_since_first_statement: int | None
    envelope: str

    def why(self) -> str:
        since = self.days_since_first_statement
        age = "" if since is None else f"{since} days since first statement, "
        with_ = "" if self.envelope == self.letter_kind else f" in the same envelope as {letter_label(self.envelope)}"
        what = f"{letter_label(self.letter_kind)} queued for the guarantor{with_}"
        return f"{what}: {age}balance {dollars(self.balance_cents)}"


@dataclass(slots=True, kw_only=True)
class LetterRendered(Event):
    kind: ClassVar[str] = "letter_rendered"
    letter: int
    letter_kind: str
    template_digest: str
    data_digest: str
    rendered_digest: str
    total_cents: int

    def why(self) -> str:
        due = f", amount due {dollars(self.total_cents)}" if self.total_cents else ""
        return f"Letter {self.letter} ({letter_label(self.letter_kind)}) prepared{due}"


@dataclass(slots=True, kw_only=True)
class LetterPrinted(Event):
    kind: ClassVar[str] = "letter_printed"
    letter: LetterId
    batch: BatchId

    def why(self) -> str:
        return f"Letter {self.letter} printed in batch {self.batch}"


@dataclass(slots=True, kw_only=True)
class LetterMailed(Event):
    kind: ClassVar[str] = "letter_mailed"
    letter: LetterId
    batch: BatchId
    mailed_on: date

    def why(self) -> str:
        return f"Letter {self.letter} of batch {self.batch} mailed on {self.mailed_on}"


@dataclass(slots=True, kw_only=True)
class LetterMailedCorrected(Event):
    kind: ClassVar[str] = "letter_mailed_corrected"
    letter: LetterId
    batch: BatchId
    was: date
    mailed_on: date
    reason: str

    def why(self) -> str:
        return (
            f"Mailing date of letter {self.letter} (batch {self.batch}) corrected from {self.was} to {self.mailed_on}: "
            f"{self.reason}"
        )


@dataclass(slots=True, kw_only=True)
class LetterVoided(Event):
    kind: ClassVar[str] = "letter_voided"
    letter: int
    reason: str

    def why(self) -> str:
        return f"Letter {self.letter} voided: {self.reason}"


@dataclass(slots=True, kw_only=True)
class LetterQueuedAgain(Event):
    """A returned letter is sent once more. This is not a new step: the step that sent it is done."""

    kind: ClassVar[str] = "letter_queued_again"
    letter: int
    of_letter: int
    letter_kind: str
    how: str

    def why(self) -> str:
        again = f"letter {self.letter}, replacing letter {self.of_letter}"
        return f"{letter_label(self.letter_kind)} queued again {self.how} as {again}"


@dataclass(slots=True, kw_only=True)
class LetterEmailed(Event):
    kind: ClassVar[str] = "letter_emailed"
    letter: int
    message_id: str

    def why(self) -> str:
        return f"Letter {self.letter} sent by e-mail"


@dataclass(slots=True, kw_only=True)
class EmailNotTaken(Event):
    """An attempt that failed. `again` is the instant (UTC) of the next attempt; it is empty if there is none."""

    kind: ClassVar[str] = "email_not_taken"
    letter: int
    attempt: int
    reason: str
    again: str | None = None

    def why(self) -> str:
        then = f"next attempt after {self.again}" if self.again else "no further attempt"
        return f"E-mail of letter {self.letter} failed: {self.reason}; {then}"


@dataclass(slots=True, kw_only=True)
class TextQueued(Event):
    kind: ClassVar[str] = "text_queued"
    letter: int
    file: str

    def why(self) -> str:
        return f"Text message about letter {self.letter} queued in {self.file}"


@dataclass(slots=True, kw_only=True)
class LetterHeldBack(Event):
    kind: ClassVar[str] = "letter_held_back"
    letter: int
    reason: str

    def why(self) -> str:
        return f"Letter {self.letter} on hold: {self.reason}"


@dataclass(slots=True, kw_only=True)
class LetterReturned(Event):
    kind: ClassVar[str] = "letter_returned"
    letter: int
    reason: str

    def why(self) -> str:
        return f"Letter {self.letter} returned: {words(self.reason)}"


@dataclass(slots=True, kw_only=True)
class CertifiedNumberEntered(Event):
    kind: ClassVar[str] = "certified_number_entered"
    letter: int
    article: str

    def why(self) -> str:
        return f"Letter {self.letter}: Certified Mail number {self.article}"


@dataclass(slots=True, kw_only=True)
class ReturnReceiptRecorded(Event):
    kind: ClassVar[str] = "return_receipt_recorded"
    letter: int
    article: str
    delivered_on: date
    signed: bool

    def why(self) -> str:
        signed = "with a signature" if self.signed else "without a signature"
        return f"Letter {self.letter} (Certified Mail {self.article}) delivered on {self.delivered_on}, {signed}"

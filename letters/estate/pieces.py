"""The structure of an estate document's text: pieces in reading order, drawn by `letters.estate.layout`.

A text can contain template tags, and `**words**` in bold. The words of each kind are in `words` (letters),
`claim_words` (claims), `court_words` (other court documents) and `file_words` (our attorney, file).
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias


class Form(StrEnum):
    """The top of the first page. HOUSEHOLD: name and phone of the hospital, no department and no title, because whoever
    opens it must learn nothing. LETTER: with letterhead. COURT: with the caption of the case. RECORD: for the file."""

    HOUSEHOLD = "household"
    LETTER = "letter"
    COURT = "court"
    RECORD = "record"


class Piece(StrEnum):
    """A part that is drawn and has no text of its own."""

    SIGNATURE = "signature"
    REGARDS = "regards"
    REGARDS_OF_NOBODY = "regards without a title"
    SWORN = "signature and jurat"
    SERVICE = "certificate of service"
    APPROVAL = "approval"
    ACCEPTANCE = "acceptance"
    WHO_HANDLES_IT = "reply: who handles the estate"
    WHERE_IT_STANDS = "reply: where the estate stands"


@dataclass(frozen=True, slots=True)
class Under:
    """The heading of the next pieces."""

    text: str


@dataclass(frozen=True, slots=True)
class Note:
    """A remark in a box, before all other text."""

    text: str


@dataclass(frozen=True, slots=True)
class Facts:
    """Labels and their values, one below the other; a row with a third text is shown only if that condition holds."""

    rows: tuple[tuple[str, str] | tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: its head, the tags of its cells, its share of the width, and a remark (condition, text)."""

    head: str
    text: str
    share: int
    right: bool = False
    remark: tuple[str, str] = ("", "")


@dataclass(frozen=True, slots=True)
class Rows:
    """A table with one row per list item. `total` has the last row's cells; the columns to their left are merged."""

    loop: str
    columns: tuple[Column, ...]
    total: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ClaimParts:
    """The table of a claim's parts: due and contingent, last illness and other."""


@dataclass(frozen=True, slots=True)
class When:
    """Pieces shown only if a condition holds."""

    condition: str
    pieces: "tuple[Said, ...]"


Said: TypeAlias = str | Under | Note | Facts | Rows | ClaimParts | Piece | When


ESTATE_ONLY = (
    "The claim is against the estate only. Receiving this document does not make any family member, or anyone who acts "
    "for the estate, personally responsible for it."
)


@dataclass(frozen=True, slots=True)
class Wording:
    """The text of one document type. `in_care` addresses it to the estate, in care of the recipient.

    `whose` is stated to every representative who can read of a debt: who is liable, and who is not.
    """

    form: Form
    said: tuple[Said, ...]
    in_care: bool = False
    whose: str = ESTATE_ONLY

"""The shape of what a paper of an estate matter says: pieces in reading order, drawn by `letters.estate.layout`.

A text may hold template tags, and `**words**` that stand out. The words of each kind are in `estate_words` (letters),
`estate_claim_words` (claims), `estate_court_words` (other court papers) and `estate_file_words` (our attorney, file).
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias


class Form(StrEnum):
    """How the first page begins. HOUSEHOLD: name and phone of the hospital, no department and no title, for whoever
    opens it may learn nothing. LETTER: with letterhead. COURT: with the caption of the case. RECORD: for the file."""

    HOUSEHOLD = "household"
    LETTER = "letter"
    COURT = "court"
    RECORD = "record"


class Piece(StrEnum):
    """A part that is drawn, not told."""

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
    """The heading of what follows."""

    text: str


@dataclass(frozen=True, slots=True)
class Note:
    """A remark in a box, before anything else is read."""

    text: str


@dataclass(frozen=True, slots=True)
class Facts:
    """Labels and what they are, one below the other; a row with a third text is only there if that holds."""

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
    """A table with a row for each of a list. `total` holds the last row's cells; those at the left are one cell."""

    loop: str
    columns: tuple[Column, ...]
    total: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ClaimParts:
    """The table of what of a claim is due and contingent, of the last illness and other."""


@dataclass(frozen=True, slots=True)
class When:
    """Pieces that are only there if something holds."""

    condition: str
    pieces: "tuple[Said, ...]"


Said: TypeAlias = str | Under | Note | Facts | Rows | ClaimParts | Piece | When


ESTATE_ONLY = (
    "The claim is against the estate only. Receiving this document does not make any family member, or anyone who acts "
    "for the estate, personally responsible for it."
)


@dataclass(frozen=True, slots=True)
class Wording:
    """What one kind of paper says. `in_care` addresses it to the estate, in care of the person written to.

    `whose` is told to every representative who may read of a debt: whose it is, and whose not.
    """

    form: Form
    said: tuple[Said, ...]
    in_care: bool = False
    whose: str = ESTATE_ONLY

"""The recipients of letters reported as returned, before their letters are put on hold."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from flows.correspondence.letters.queries import LETTER, PERSON, name_of
from letters.numbers import letter_number
from models.columns import AnyRow
from models.enums import LetterState
from models.errors import NotFound, Refused
from models.labels import label_of, words
from models.remedies import Remedy

_GONE = (LetterState.MAILED.value, LetterState.EMAILED.value, LetterState.UNSURE.value)


@dataclass(frozen=True, slots=True)
class Returnable:
    """A letter that may have been returned: number, recipient, kind, and date sent."""

    letter: int
    number: str
    name: str
    kind: str
    sent_on: date | None


def returnable(conn: Connection, letter: int, today: date) -> AnyRow:
    """A letter that can have been returned on a date. Raises Refused for one that does not exist, was not sent, was
    already returned, or was sent after that date."""
    row = conn.execute(sa.select(LETTER).where(LETTER.c.id == letter)).first()
    if row is None:
        raise NotFound(f"letter {letter_number(letter)} was not found", "the number is on the letter after L-")
    if row.state == LetterState.RETURNED.value:
        raise Refused(
            f"letter {letter_number(letter)} was already recorded as returned on {row.returned_on} "
            f"({words(row.reason)})",
            "nothing changed",
        )
    if row.state not in _GONE:
        raise Refused(
            f"letter {letter_number(letter)} is {label_of(LetterState, row.state)}, not mailed",
            "mark its batch as mailed first",
            remedy=Remedy.MARK_MAILED,
        )
    if row.sent_on is not None and today < row.sent_on:
        raise Refused(
            f"letter {letter_number(letter)} was sent on {row.sent_on}",
            f"it can't have been returned on {today}, before that",
        )
    return row


def returnable_letters(conn: Connection, letters: Sequence[int], today: date) -> list[Returnable]:
    """The guarantors of these letters. Raises Refused as `returnable` does."""
    found: list[Returnable] = []
    for letter in letters:
        row = returnable(conn, letter, today)
        person = conn.execute(sa.select(PERSON).where(PERSON.c.id == row.guarantor_id)).one()
        found.append(Returnable(letter, letter_number(letter), name_of(person), row.kind, row.sent_on))
    return found

"""Queries for certified mail: the letters that must go by it, with their numbers and return receipts."""

from datetime import date
from typing import TypedDict

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from compliance.certified_mail import citation_of
from flows.correspondence.letters.queries import LETTER, PERSON, PRACTICE, name_of
from letters.numbers import letter_number
from models.columns import AnyRow
from models.enums import LetterState
from models.errors import NotFound

WAITS = sa.and_(LETTER.c.certified.is_not(None), LETTER.c.article.is_(None))
"""A letter that must go by certified mail and has no number yet."""


class CertifiedLine(TypedDict):
    """A letter that goes by certified mail, in a list. `why`: the citation, or the practice's own setting."""

    letter: int
    number: str
    name: str
    kind: str
    state: str
    batch: int | None
    why: str
    article: str | None
    mailed_on: date | None
    receipt_on: date | None
    receipt_by: str | None


def certified_letters(
    conn: Connection, *, batch: int | None = None, letter: int | None = None, open_only: bool = False
) -> list[CertifiedLine]:
    """The letters that go by certified mail, newest last; `open_only`: those without a number or a return receipt."""
    query = sa.select(LETTER, PERSON.c.first_name, PERSON.c.last_name).join(
        PERSON, PERSON.c.id == LETTER.c.guarantor_id
    )
    query = query.where(
        sa.or_(LETTER.c.certified.is_not(None), LETTER.c.article.is_not(None)),
        LETTER.c.state != LetterState.VOIDED.value,
    )
    if batch is not None:
        query = query.where(LETTER.c.print_batch_id == batch)
    if letter is not None:
        query = query.where(LETTER.c.id == letter)
    if open_only:
        query = query.where(sa.or_(LETTER.c.article.is_(None), LETTER.c.receipt_on.is_(None)))
    return [_line(row) for row in conn.execute(query.order_by(LETTER.c.id))]


def without_number(conn: Connection, batch: int) -> int:
    """How many letters of a batch are not mailed because their Certified Mail number is missing."""
    waits = sa.and_(LETTER.c.print_batch_id == batch, LETTER.c.state == LetterState.BATCHED.value, WAITS)
    return conn.execute(sa.select(sa.func.count()).select_from(LETTER).where(waits)).scalar_one()


def of_article(conn: Connection, article: str) -> AnyRow:
    """The letter of a Certified Mail number. Raises NotFound."""
    row = conn.execute(sa.select(LETTER).where(LETTER.c.article == article)).first()
    if row is None:
        raise NotFound(f"no letter has the Certified Mail number {article}", "enter the number of its letter first")
    return row


def why_certified(word: str | None) -> str:
    """Why a letter goes by certified mail, in words."""
    if word is None:
        return "entered by hand"
    return "setting of the practice" if word == PRACTICE else citation_of(word) or word


def _line(row: AnyRow) -> CertifiedLine:
    return {
        "letter": row.id,
        "number": letter_number(row.id),
        "name": name_of(row),
        "kind": row.kind,
        "state": row.state,
        "batch": row.print_batch_id,
        "why": why_certified(row.certified),
        "article": row.article,
        "mailed_on": row.mailed_on,
        "receipt_on": row.receipt_on,
        "receipt_by": row.receipt_by,
    }

"""Queries for e-mail: letters to send by it, and those that were being sent when the computer stopped."""

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from flows.correspondence.letters.queries import CREDITOR, LETTER, PERSON, UNSENT_LETTER
from models.columns import AnyRow
from models.enums import Channel, LetterState


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A letter to send by e-mail, with the data that its message needs besides the text."""

    row: AnyRow
    zip: str | None
    phone: str | None
    creditor_email: str | None


def letters_to_email(conn: Connection, up_to: date, now: str) -> list[int]:
    """Written letters by e-mail that are due for a try (`now` in UTC, as text); by ix_letter_unsent."""
    ready = sa.or_(LETTER.c.not_before.is_(None), LETTER.c.not_before <= now)
    query = sa.select(LETTER.c.id).where(
        UNSENT_LETTER,
        LETTER.c.state == LetterState.RENDERED.value,
        LETTER.c.channel == Channel.EMAIL.value,
        LETTER.c.queued_on <= up_to,
        ready,
    )
    return list(conn.execute(query.order_by(LETTER.c.id)).scalars())


def letters_in_limbo(conn: Connection) -> list[int]:
    """Letters that were being sent when the computer stopped; by ix_letter_unsent."""
    query = sa.select(LETTER.c.id).where(UNSENT_LETTER, LETTER.c.state == LetterState.SENDING.value)
    return list(conn.execute(query.order_by(LETTER.c.id)).scalars())


def outgoing(conn: Connection, letter: int) -> Outgoing | None:
    """A letter still to be sent by e-mail; None if the recheck changed that."""
    query = (
        sa.select(LETTER, PERSON.c.zip, PERSON.c.phone, PERSON.c.mobile, CREDITOR.c.email_from)
        .join(PERSON, PERSON.c.id == LETTER.c.guarantor_id)
        .join(CREDITOR, CREDITOR.c.id == LETTER.c.creditor_id)
        .where(LETTER.c.id == letter)
    )
    row = conn.execute(query).one()
    if row.state != LetterState.RENDERED.value or row.channel != Channel.EMAIL.value or row.email is None:
        return None
    return Outgoing(row, row.zip, row.mobile or row.phone, row.email_from)


def persons_of_address(conn: Connection, address: str) -> list[int]:
    """The persons with an e-mail address."""
    return list(conn.execute(sa.select(PERSON.c.id).where(sa.func.lower(PERSON.c.email) == address)).scalars())

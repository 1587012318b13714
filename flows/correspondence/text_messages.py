"""Text messages to those who agreed: a notice that a letter was sent, and nothing else. They are exported as a file,
once per letter.

The file is written before the change is committed, under a name derived from its content. If a run stops between the
two, the next run writes the same file again.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import sqlalchemy as sa

from compliance.hours import Window, lawful_window, zones_of
from flows.accounts.eligibility import text_allowed
from flows.accounts.load import groups_of_accounts
from flows.correspondence.letters.queries import CREDITOR, LETTER, PERSON, queued_letters
from letters.numbers import letter_number
from models import ContactAttempt
from models.columns import AnyRow
from models.csv_files import csv_bytes
from models.database import Database, Transaction
from models.enums import LetterState
from models.files import write_whole
from models.letter_events import TextQueued
from models.values import utc_text

LATELY = timedelta(days=5)
"""How long after a letter was sent a text message about it is still useful."""

COLUMNS = ("to", "message", "language", "letter", "not_before", "not_after")

_WORDS = {
    "en": "{creditor}: we sent you a letter. Questions? Call {phone}. Reply STOP to end these messages.",
    "es": "{creditor}: le enviamos una carta. ¿Preguntas? Llame al {phone}. Responda ALTO para no recibir mensajes.",
}
_SENT = (LetterState.MAILED.value, LetterState.EMAILED.value)


@dataclass(frozen=True, slots=True)
class TextFile:
    """A file of text messages."""

    file: str | None
    messages: int


def write_texts(database: Database, outbox: Path, today: date, actor: str) -> TextFile:
    """Write the messages about recently sent letters, with the hours in which each may be sent (UTC)."""
    with database.transaction(actor=actor, business_date=today) as tx:
        rows = [(row, window) for row in _candidates(tx) if (window := _window(tx, row)) is not None]
        if not rows:
            return TextFile(None, 0)
        path = outbox / f"texts-{today.isoformat()}-{letter_number(rows[0][0].id)}.csv"
        write_whole(path, _file(rows))
        for row, window in rows:
            _told(tx, row, window, path.name)
    return TextFile(str(path), len(rows))


def _candidates(tx: Transaction) -> list[AnyRow]:
    """Recently sent letters to people who agreed to text messages; by ix_letter_sent."""
    query = (
        sa.select(
            LETTER,
            PERSON.c.mobile,
            PERSON.c.zip,
            PERSON.c.country,
            CREDITOR.c.name.label("creditor"),
            CREDITOR.c.phone.label("creditor_phone"),
        )
        .join(PERSON, PERSON.c.id == LETTER.c.guarantor_id)
        .join(CREDITOR, CREDITOR.c.id == LETTER.c.creditor_id)
        .where(
            LETTER.c.sent_on > tx.business_date - LATELY,
            LETTER.c.state.in_(_SENT),
            LETTER.c.texted_on.is_(None),
            PERSON.c.text_consent,
            PERSON.c.mobile.is_not(None),
        )
        .order_by(LETTER.c.id)
    )
    return list(tx.conn.execute(query))


def _window(tx: Transaction, row: AnyRow) -> Window | None:
    """The hours in which the message may be sent; None if it may not, or if the person's location is unknown."""
    ids = [spoken.account_id for spoken in queued_letters(tx.conn, [row.id])[0].spoken]
    groups, unread = groups_of_accounts(tx.conn, ids, tx.business_date)
    if unread or not groups:
        return None
    group = groups[0]
    if not all(text_allowed(account, group, tx.business_date) for account in group.accounts):
        return None
    return lawful_window(zones_of(row.zip, row.mobile, country=row.country), tx.business_date)


def message_of(language: str, creditor: str, phone: str | None) -> str:
    """The text of a message: sender, notice of a letter, contact number, opt-out."""
    words = _WORDS["es" if language.partition("-")[0] == "es" else "en"]
    return words.format(creditor=creditor, phone=phone or "")


def _file(rows: list[tuple[AnyRow, Window]]) -> bytes:
    lines: list[tuple[str, ...]] = []
    for row, window in rows:
        message = message_of(row.language, row.creditor, row.creditor_phone)
        hours = (utc_text(window.start), utc_text(window.end))
        lines.append((row.mobile, message, row.language, letter_number(row.id), *hours))
    return csv_bytes(COLUMNS, lines)


def _told(tx: Transaction, row: AnyRow, window: Window, file: str) -> None:
    tx.conn.execute(sa.update(LETTER).where(LETTER.c.id == row.id).values(texted_on=tx.business_date))
    (key,) = tx.ids(ContactAttempt, 1)
    attempt = {
        "id": key,
        "guarantor_id": row.guarantor_id,
        "creditor_id": row.creditor_id,
        "kind": "text",
        "made_on": tx.business_date,
        "at": utc_text(window.start),
        "disposition": "text_queued",
        "talked": False,
        "counts": True,
        "made_by": tx.actor,
    }
    tx.insert(ContactAttempt, [attempt])
    tx.record_all(
        TextQueued(account_id=one.account_id, step=one.step, cycle=one.cycle, letter=row.id, file=file)
        for one in queued_letters(tx.conn, [row.id])[0].spoken
    )

"""Letters for a list: on the screen of the mail room, of an account, and in the audit packet."""

from collections.abc import Sequence
from datetime import date
from typing import TypedDict

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from flows.correspondence.letters.queries import ACCOUNT, LETTER, LETTER_ACCOUNT, words_in
from models.columns import AnyRow, in_keys
from models.database import batches, group_by_key
from models.ids import BatchId, LetterId


class LetterLine(TypedDict):
    """A letter in a list. `coming`: its origin; `goes_again_for`: the returned letter it replaces."""

    letter: int
    kind: str
    state: str
    language: str
    queued_on: date
    total_cents: int | None
    accounts: list[str]
    batch: int | None
    channel: str
    coming: str
    large_print: bool
    enclose: list[str]
    goes_again_for: int | None
    pages: int | None
    mailed_on: date | None
    sent_on: date | None
    returned_on: date | None
    reason: str | None
    certified: str | None
    article: str | None
    receipt_on: date | None
    receipt_by: str | None


def list_letters(
    conn: Connection,
    *,
    state: str | None = None,
    number: str | None = None,
    batch: BatchId | None = None,
    letter: LetterId | None = None,
    account_ids: Sequence[int] | None = None,
    queued_on: date | None = None,
) -> list[LetterLine]:
    """Letters for a list, newest last, with their accounts."""
    query = sa.select(LETTER).order_by(LETTER.c.id)
    if state is not None:
        query = query.where(LETTER.c.state == state)
    if batch is not None:
        query = query.where(LETTER.c.print_batch_id == batch)
    if letter is not None:
        query = query.where(LETTER.c.id == letter)
    if queued_on is not None:
        query = query.where(LETTER.c.queued_on == queued_on)
    if number is not None:
        of_account = (
            sa.select(LETTER_ACCOUNT.c.letter_id)
            .join(ACCOUNT, ACCOUNT.c.id == LETTER_ACCOUNT.c.account_id)
            .where(ACCOUNT.c.number == number)
        )
        query = query.where(LETTER.c.id.in_(of_account))
    if account_ids is not None:
        of_these = sa.select(LETTER_ACCOUNT.c.letter_id).where(in_keys(LETTER_ACCOUNT.c.account_id, account_ids))
        query = query.where(LETTER.c.id.in_(of_these))
    rows = conn.execute(query).all()
    accounts = _numbers_in(conn, [row.id for row in rows])
    return [_line(row, accounts.get(row.id, [])) for row in rows]


def _numbers_in(conn: Connection, letter_ids: Sequence[int]) -> dict[int, list[str]]:
    """The numbers of the accounts in letters, by letter."""
    numbers: list[tuple[int, str]] = []
    for part in batches(letter_ids):
        about = (
            sa.select(LETTER_ACCOUNT.c.letter_id, ACCOUNT.c.number)
            .join(ACCOUNT, ACCOUNT.c.id == LETTER_ACCOUNT.c.account_id)
            .where(LETTER_ACCOUNT.c.letter_id.in_(part))
            .order_by(ACCOUNT.c.number)
        )
        numbers.extend((row[0], row[1]) for row in conn.execute(about))
    return group_by_key(numbers)


def _line(row: AnyRow, accounts: list[str]) -> LetterLine:
    return {
        "letter": row.id,
        "kind": row.kind,
        "state": row.state,
        "language": row.language,
        "queued_on": row.queued_on,
        "total_cents": row.total_cents,
        "accounts": accounts,
        "batch": row.print_batch_id,
        "channel": row.channel,
        "coming": row.origin,
        "large_print": row.large_print,
        "enclose": words_in(row.enclose),
        "goes_again_for": row.of_letter_id,
        "pages": row.pages,
        "mailed_on": row.mailed_on,
        "sent_on": row.sent_on,
        "returned_on": row.returned_on,
        "reason": row.reason,
        "certified": row.certified,
        "article": row.article,
        "receipt_on": row.receipt_on,
        "receipt_by": row.receipt_by,
    }

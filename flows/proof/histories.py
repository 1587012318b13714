"""Histories read from their first event to their head: nothing was altered, nothing is missing."""

from collections.abc import Sequence
from typing import TypedDict

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from flows.accounts.queries import account_row
from models import Account, AccountEvent
from models.columns import AnyRow, table
from models.database import group_by_key
from models.history import GENESIS, event_digest

ACCOUNT = table(Account)
EVENT = table(AccountEvent)


ACCOUNTS_A_PAGE = 2_000


class Flaw(TypedDict):
    """An error and its place: the number of an account or a letter, or the name of a table; the event, if any."""

    number: str
    seq: int | None
    what: str


class HistoriesRead(TypedDict):
    """The counts of what was read, and the errors."""

    accounts: int
    events: int
    broken: list[Flaw]


def verify_history(conn: Connection, number: str | None = None) -> HistoriesRead:
    """Read histories from their first event to their head: nothing was altered, nothing is missing.

    Returns the counts, and each broken account once with its first error. Reads a page of accounts at a time.
    """
    accounts = events = 0
    broken: list[Flaw] = []
    last = 0
    while heads := _heads(conn, number, last):
        last = heads[-1].id
        mine = sa.select(EVENT).where(EVENT.c.account_id.between(heads[0].id, last))
        if number is not None:
            mine = sa.select(EVENT).where(EVENT.c.account_id == last)
        chains = group_by_key(
            (row.account_id, row) for row in conn.execute(mine.order_by(EVENT.c.account_id, EVENT.c.seq))
        )
        for head in heads:
            chain = chains.get(head.id, [])
            accounts, events = accounts + 1, events + len(chain)
            wrong = first_flaw(chain, head)
            if wrong is not None:
                broken.append({"number": head.number, "seq": wrong[0], "what": wrong[1]})
        if number is not None:
            break
    return {"accounts": accounts, "events": events, "broken": broken}


def _heads(conn: Connection, number: str | None, after: int) -> list[AnyRow]:
    query = sa.select(ACCOUNT.c.id, ACCOUNT.c.number, ACCOUNT.c.history_seq, ACCOUNT.c.history_digest)
    if number is not None:
        return list(conn.execute(query.where(ACCOUNT.c.id == account_row(conn, number).id)))
    return list(conn.execute(query.where(ACCOUNT.c.id > after).order_by(ACCOUNT.c.id).limit(ACCOUNTS_A_PAGE)))


def first_flaw(chain: Sequence[AnyRow], head: AnyRow) -> tuple[int, str] | None:
    """The first event that is missing, altered or out of its chain, and its error; None if there is no error."""
    seq, digest = 0, GENESIS
    for event in chain:
        hashed = (
            event.account_id,
            event.seq,
            event.at,
            event.business_date,
            event.kind,
            event.step,
            event.cycle,
            event.schedule_version_id,
            event.actor,
            event.why,
            event.data,
        )
        if event.seq != seq + 1:
            return seq + 1, f"event {seq + 1} is missing"
        if event.previous_digest != digest:
            return event.seq, f"event {event.seq} does not follow from the event before it"
        if event.digest != event_digest(event.previous_digest, hashed):
            return event.seq, f"event {event.seq} was altered"
        seq, digest = event.seq, event.digest
    if seq < head.history_seq:
        return seq + 1, f"event {seq + 1} and later events are missing"
    if (seq, digest) != (head.history_seq, head.history_digest):
        return seq, "the history does not end with the account's last recorded event"
    return None

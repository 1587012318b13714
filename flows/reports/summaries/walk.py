"""The moves between age buckets of many months in one walk back through the ledger, from the newest month on.

Each step subtracts from all balances what was posted in a month, so that every ledger entry is read once.
"""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from itertools import starmap
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from flows.reports.receivables.buckets import BUCKETS, CREDIT, LAST_DAYS
from flows.reports.summaries.aging_months import NOTHING, MonthMoves
from flows.reports.summaries.queries import ACCOUNT, LEDGER
from models.sql_functions import days_between

Numbers = npt.NDArray[np.int64]

NAMES = (*BUCKETS, CREDIT, NOTHING)
"""The buckets by the number that stands for each here."""

EPOCH = date(1970, 1, 1)
PAGE = 50_000


class _Books(NamedTuple):
    """The accounts in the order of their keys: creditor, the day that they are owed since, and the balance."""

    keys: Numbers
    creditors: Numbers
    since: Numbers
    cents: Numbers


def moves_of_months(conn: Connection, through: Mapping[date, int]) -> Iterator[tuple[date, list[MonthMoves]]]:
    """The moves of months by the last ledger entry that was known of each, the newest month first."""
    books = _books(conn)
    after, known = date.max, None
    for end in sorted(through, reverse=True):
        if after != end:
            _subtract(conn, books, LEDGER.c.posted_on > end, LEDGER.c.posted_on <= after, *_known(known))
        _move_mark(conn, books, end, known, through[end])
        known, after = through[end], end.replace(day=1) - timedelta(days=1)
        now = books.cents.copy()
        _subtract(conn, books, LEDGER.c.posted_on > after, LEDGER.c.posted_on <= end, *_known(known))
        yield end, _moves(books, now, end, known)


def _books(conn: Connection) -> _Books:
    """Accounts with their balances now."""
    since = sa.func.coalesce(ACCOUNT.c.first_statement_on, ACCOUNT.c.service_from)
    columns = (ACCOUNT.c.id, ACCOUNT.c.creditor_id, days_between(EPOCH, since), ACCOUNT.c.balance_cents)
    return _Books(*_columns(conn, sa.select(*columns).order_by(ACCOUNT.c.id), len(columns)))


def _columns(conn: Connection, query: sa.Select[tuple[int, ...]], width: int) -> list[Numbers]:
    """A query of whole numbers as columns, read page by page."""
    pages = conn.execution_options(yield_per=PAGE).execute(query).partitions()
    found = [np.array([tuple(row) for row in page], dtype=np.int64) for page in pages]
    whole = np.concatenate(found) if found else np.empty((0, width), dtype=np.int64)
    return [np.ascontiguousarray(whole[:, place]) for place in range(width)]


def _known(through: int | None) -> tuple[sa.ColumnElement[bool], ...]:
    return () if through is None else (LEDGER.c.id <= through,)


def _subtract(conn: Connection, books: _Books, *where: sa.ColumnElement[bool], sign: int = 1) -> None:
    """Take the sums of some ledger entries off the balances of their accounts."""
    query = sa.select(LEDGER.c.account_id, sa.func.sum(LEDGER.c.amount_cents)).where(*where)
    keys, cents = _columns(conn, query.group_by(LEDGER.c.account_id), 2)
    books.cents[np.searchsorted(books.keys, keys)] -= sign * cents


def _move_mark(conn: Connection, books: _Books, end: date, known: int | None, through: int) -> None:
    """Leave out of the balances at the end of a month what was recorded after its last known entry.

    An older month may know more than a newer one, if it was kept later: then that is added again.
    """
    if known is None or through < known:
        _subtract(conn, books, LEDGER.c.id > through, LEDGER.c.posted_on <= end, *_known(known))
    elif through > known:
        _subtract(conn, books, LEDGER.c.id > known, LEDGER.c.posted_on <= end, *_known(through), sign=-1)


def _moves(books: _Books, now: Numbers, end: date, through: int) -> list[MonthMoves]:
    """The accounts of a month counted by creditor and buckets; `books` stands at its start."""
    before = end.replace(day=1) - timedelta(days=1)
    counted = (books.cents != 0) | (now != 0)
    since, was_cents, now_cents = books.since[counted], books.cents[counted], now[counted]
    was, then = _buckets(since, was_cents, before), _buckets(since, now_cents, end)
    size = len(NAMES)
    groups, place = np.unique((books.creditors[counted] * size + was) * size + then, return_inverse=True)
    sums = [_added(place, cents, len(groups)) for cents in (np.ones_like(was_cents), was_cents, now_cents)]

    def row(group: int, accounts: int, was_sum: int, now_sum: int) -> MonthMoves:
        return {
            "month_end": end,
            "creditor_id": group // size // size,
            "was": NAMES[group // size % size],
            "now": NAMES[group % size],
            "through_id": through,
            "accounts": accounts,
            "was_cents": was_sum,
            "now_cents": now_sum,
        }

    return list(starmap(row, zip(groups.tolist(), *(one.tolist() for one in sums), strict=True)))


def _added(place: Numbers, cents: Numbers, groups: int) -> Numbers:
    """Whole numbers added up by group; a sum of floats would lose cents."""
    found = np.zeros(groups, dtype=np.int64)
    np.add.at(found, place, cents)
    return found


def _buckets(since: Numbers, cents: Numbers, on: date) -> Numbers:
    """The bucket of each balance as of a day, as `bucket` decides it in a query."""
    ages = (on - EPOCH).days - since
    by_age = np.searchsorted(np.array(LAST_DAYS), ages).astype(np.int64)
    special = np.where(cents < 0, NAMES.index(CREDIT), NAMES.index(NOTHING))
    return np.where(cents > 0, by_age, special)

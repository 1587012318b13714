"""Keeping up the summaries of the ledger: what was recorded since is added; a rebuild computes them anew."""

from collections.abc import Sequence
from datetime import date
from itertools import chain
from typing import NamedTuple, TypeAlias

import sqlalchemy as sa
from dateutil.relativedelta import relativedelta
from dateutil.rrule import MONTHLY, rrule
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection
from sqlmodel import SQLModel

from flows.reports.summaries.aging_months import AGING_MONTH, MonthMoves, months_to_keep
from flows.reports.summaries.queries import (
    LEDGER,
    LEDGER_MARK,
    MARK,
    TOTAL,
    VINTAGE,
    last_id,
    through_id,
    totals_by_cohort,
    totals_of,
    vintages_of,
)
from flows.reports.summaries.walk import moves_of_months
from models import AgingMonth, LedgerTotal, ReportMark, VintageTotal
from models.columns import AnySelect, table
from models.database import Database, Transaction, group_by_key

_Rows: TypeAlias = set[tuple[object, ...]]

STEP = 200_000
"""Ledger entries that one transaction adds to the summaries: well under a second."""

TOTALS: Sequence[tuple[type[SQLModel], tuple[str, ...]]] = (
    (LedgerTotal, ("posted_on", "recorded_on", "creditor_id", "payer_class", "kind")),
    (VintageTotal, ("cohort", "month", "creditor_id", "payer_class", "kind")),
)


def keep_up(database: Database, today: date) -> int:
    """Add to the summaries what was recorded since, and the months that have ended; returns how many entries."""
    with database.reading() as conn:
        is_behind, ended = last_id(conn) > through_id(conn), months_to_keep(conn, today)
    added = 0
    while is_behind and (count := _add(database, today)) > 0:
        added += count
    if ended:
        with database.reading() as conn:
            moves = [rows for _, rows in moves_of_months(conn, dict.fromkeys(ended, last_id(conn)))]
        with database.transaction(actor="report", business_date=today) as tx:
            tx.insert(AgingMonth, list(chain.from_iterable(moves)))
    return added


def rebuild(database: Database, today: date) -> int:
    """Compute all summaries anew from the ledger; returns how many entries they include."""
    with database.transaction(actor="report", business_date=today) as tx:
        for noun in (LedgerTotal, VintageTotal, AgingMonth, ReportMark):
            tx.conn.execute(sa.delete(table(noun)))
    return keep_up(database, today)


def _add(database: Database, today: date) -> int:
    with database.transaction(actor="report", business_date=today) as tx:
        since = through_id(tx.conn)
        through = min(last_id(tx.conn), since + STEP)
        if through <= since:
            return 0
        entries = sa.and_(LEDGER.c.id > since, LEDGER.c.id <= through)
        for (noun, keys), query in zip(TOTALS, (totals_of(entries), vintages_of(entries)), strict=True):
            _merge(tx, noun, keys, query)
        _move_mark(tx, since, through)
    return through - since


def _merge(tx: Transaction, noun: type[SQLModel], keys: tuple[str, ...], query: AnySelect) -> None:
    """Add sums to those that are there; both databases know the upsert."""
    target = table(noun)
    names = [column.name for column in target.columns]
    fresh = query.subquery("fresh")
    # SQLite reads ON CONFLICT after a SELECT as a join without a condition.
    rows = sa.select(*(fresh.c[name] for name in names)).where(sa.true())
    insert = sqlite.insert if tx.conn.dialect.name == "sqlite" else postgresql.insert
    added = insert(target).from_select(names, rows)
    grown = {name: target.c[name] + added.excluded[name] for name in ("entries", "amount_cents")}
    tx.conn.execute(added.on_conflict_do_update(index_elements=list(keys), set_=grown))


def _move_mark(tx: Transaction, since: int, through: int) -> None:
    if since:
        tx.conn.execute(sa.update(MARK).where(MARK.c.name == LEDGER_MARK).values(through_id=through))
    else:
        tx.insert(ReportMark, [{"name": LEDGER_MARK, "through_id": through}])


class Difference(NamedTuple):
    """A row of a summary that the ledger does not give, or that is missing: its keys and sums as text."""

    summary: str
    kept: str
    computed: str


def check(database: Database) -> list[Difference]:
    """Compute the summaries again from the ledger and compare; empty if they are right.

    Month by month: the summaries of a large practice, and what they are compared with, are not held in memory.
    """
    found: list[Difference] = []
    with database.reading() as conn:
        known = LEDGER.c.id <= through_id(conn)
        for first, last in _months(conn):
            totals, vintages = _computed(conn, sa.and_(known, LEDGER.c.posted_on.between(first, last)))
            found += _compared(conn, TOTAL, TOTAL.c.posted_on.between(first, last), totals)
            found += _compared(conn, VINTAGE, VINTAGE.c.month.between(first, last), vintages)
        moves = sa.select(*(AGING_MONTH.c[name] for name in MonthMoves.__annotations__))
        kept = group_by_key((row.month_end, tuple(row)) for row in conn.execute(moves))
        through = {row.month_end: row.through_id for row in conn.execute(moves)}
        for month_end, computed in moves_of_months(conn, through):
            found += _differences("aging_month", set(kept[month_end]), {tuple(one.values()) for one in computed})
    return sorted(found)


def _months(conn: Connection) -> list[tuple[date, date]]:
    """The first and the last day of each month of which the ledger or a summary knows something."""
    days = [day for on in (LEDGER.c.posted_on, TOTAL.c.posted_on, VINTAGE.c.month) for day in _ends(conn, on)]
    if not days:
        return []
    starts = [one.date() for one in rrule(MONTHLY, dtstart=min(days).replace(day=1), until=max(days))]
    return [(one, one + relativedelta(months=1, days=-1)) for one in starts]


def _ends(conn: Connection, on: sa.Column[date]) -> list[date]:
    found = (conn.execute(sa.select(end)).scalar() for end in (sa.func.min(on), sa.func.max(on)))
    return [day for day in found if day is not None]


def _computed(conn: Connection, entries: sa.ColumnElement[bool]) -> tuple[_Rows, _Rows]:
    """The rows of ledger_total and of vintage_total that some entries give, from one reading of them."""
    totals, vintages = _Sums(), _Sums()
    for cohort, posted_on, recorded_on, *whose, count, cents in conn.execute(totals_by_cohort(entries)):
        totals.add((posted_on, recorded_on, *whose), count, cents)
        vintages.add((cohort, posted_on.replace(day=1), *whose), count, cents)
    return totals.rows(), vintages.rows()


class _Sums:
    """Entries and amounts added up by keys."""

    def __init__(self) -> None:
        self._found: dict[tuple[object, ...], tuple[int, int]] = {}

    def add(self, keys: tuple[object, ...], count: int, cents: int) -> None:
        """Add some entries."""
        counts, amounts = self._found.get(keys, (0, 0))
        self._found[keys] = counts + count, amounts + cents

    def rows(self) -> _Rows:
        """The sums as rows of a summary."""
        return {(*keys, *sums) for keys, sums in self._found.items()}


def _compared(conn: Connection, target: sa.Table, month: sa.ColumnElement[bool], computed: _Rows) -> list[Difference]:
    kept = {tuple(row) for row in conn.execute(sa.select(target).where(month))}
    return _differences(target.name, kept, computed)


def _differences(name: str, kept: _Rows, computed: _Rows) -> list[Difference]:
    wrong = [Difference(name, _text(row), "") for row in kept - computed]
    return sorted(wrong + [Difference(name, "", _text(row)) for row in computed - kept])


def _text(row: tuple[object, ...]) -> str:
    return " ".join(map(str, row))

"""The ledger in sums: from the summaries through their last entry, and from the entries recorded since."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from flows.reports.creditors import of_creditors
from models import Account, LedgerEntry, LedgerTotal, ReportMark, VintageTotal
from models.columns import AnySelect, table
from models.sql_functions import month_start

ACCOUNT = table(Account)
LEDGER = table(LedgerEntry)
TOTAL = table(LedgerTotal)
VINTAGE = table(VintageTotal)
MARK = table(ReportMark)

LEDGER_MARK = "ledger"

_THROUGH = sa.select(MARK.c.through_id).where(MARK.c.name == LEDGER_MARK).scalar_subquery()

recorded_on: sa.ColumnElement[date] = sa.func.coalesce(LEDGER.c.recorded_on, LEDGER.c.posted_on)
"""The day on which an entry was recorded; an entry of an early version counts as recorded when it was posted."""

payer_class: sa.ColumnElement[str] = sa.func.coalesce(LEDGER.c.payer_class, ACCOUNT.c.payer_class)
"""The payer class of the account when the entry was recorded."""


def last_id(conn: Connection) -> int:
    """The newest ledger entry; 0 if there is none. Keys have no gaps behind the newest one (Transaction.ids)."""
    return conn.execute(sa.select(sa.func.coalesce(sa.func.max(LEDGER.c.id), 0))).scalar_one()


def through_id(conn: Connection) -> int:
    """The last ledger entry that the summaries include; 0 if none."""
    return conn.execute(sa.select(MARK.c.through_id).where(MARK.c.name == LEDGER_MARK)).scalar() or 0


_cohort: sa.ColumnElement[date] = month_start(sa.func.coalesce(ACCOUNT.c.first_statement_on, ACCOUNT.c.service_from))

_posted_on: sa.ColumnElement[date] = sa.func.coalesce(LEDGER.c.posted_on, LEDGER.c.posted_on)
"""The posting day, but no index of it: the few entries that a summary does not include yet are found by their keys."""

_POSTED: tuple[sa.ColumnElement[Any], ...] = (_posted_on.label("posted_on"), recorded_on.label("recorded_on"))
_WHOSE: tuple[sa.ColumnElement[Any], ...] = (ACCOUNT.c.creditor_id, payer_class.label("payer_class"), LEDGER.c.kind)


def totals_of(entries: sa.ColumnElement[bool]) -> AnySelect:
    """The sums of some ledger entries, in the form of ledger_total."""
    return _summed(entries, *_POSTED, *_WHOSE)


def vintages_of(entries: sa.ColumnElement[bool]) -> AnySelect:
    """The sums of some ledger entries, in the form of vintage_total."""
    return _summed(entries, _cohort.label("cohort"), month_start(LEDGER.c.posted_on).label("month"), *_WHOSE)


def totals_by_cohort(entries: sa.ColumnElement[bool]) -> AnySelect:
    """The sums of some ledger entries by the month of the first statement and the keys of ledger_total: added up, they
    are the rows of both summaries, and the entries are read once."""
    return _summed(entries, _cohort.label("cohort"), *_POSTED, *_WHOSE)


def _summed(entries: sa.ColumnElement[bool], *keys: sa.ColumnElement[Any]) -> AnySelect:
    return (
        sa.select(*keys, sa.func.count().label("entries"), sa.func.sum(LEDGER.c.amount_cents).label("amount_cents"))
        .join(ACCOUNT, ACCOUNT.c.id == LEDGER.c.account_id)
        .where(entries)
        .group_by(*keys)
    )


def vintage_totals() -> sa.Subquery:
    """The whole ledger in sums by month of the first statement and month of posting, as ledger_totals."""
    return sa.union_all(sa.select(*VINTAGE.c), _since(vintages_of)).subquery("vintages")


def ledger_totals() -> sa.Subquery:
    """The whole ledger in sums: the columns of ledger_total. A row may appear in two parts, which are to be added."""
    return sa.union_all(sa.select(*TOTAL.c), _since(totals_of)).subquery("totals")


def _since(sums: Callable[[sa.ColumnElement[bool]], AnySelect]) -> AnySelect:
    """The sums of the entries that the summaries do not include yet."""
    return sums(LEDGER.c.id > sa.func.coalesce(_THROUGH, 0))


def posted_through(day: date) -> sa.Subquery:
    """The sums of the ledger through a day by creditor and payer class: whole months of one summary, days of another.

    A row may appear in several parts, which are to be added.
    """
    first = day.replace(day=1)
    months, days = vintage_totals(), ledger_totals()
    names = ("creditor_id", "payer_class", "amount_cents")
    before = sa.select(*(months.c[name] for name in names)).where(months.c.month < first)
    since = sa.select(*(days.c[name] for name in names)).where(days.c.posted_on.between(first, day))
    return sa.union_all(before, since).subquery("posted")


def _ledger_sum(conn: Connection, creditors: frozenset[int] | None, *where: sa.ColumnElement[bool]) -> int:
    query = sa.select(sa.func.coalesce(sa.func.sum(LEDGER.c.amount_cents), 0)).where(*where)
    if creditors is not None:
        query = query.join(ACCOUNT, ACCOUNT.c.id == LEDGER.c.account_id).where(
            of_creditors(ACCOUNT.c.creditor_id, creditors)
        )
    return int(conn.execute(query).scalar_one())


def ledger_sum(conn: Connection, through: date | None = None, creditors: frozenset[int] | None = None) -> int:
    """The sum of the ledger in cents, through a day, straight from its entries: what reports are compared with."""
    where = () if through is None else (LEDGER.c.posted_on <= through,)
    return _ledger_sum(conn, creditors, *where)


def recorded_later(conn: Connection, through: date, creditors: frozenset[int] | None) -> int:
    """The sum of entries in cents that were recorded after a day, but posted for it or for an earlier one."""
    totals = ledger_totals()
    # The third condition follows from the others: it lets the database read the index of what was recorded late.
    query = sa.select(sa.func.coalesce(sa.func.sum(totals.c.amount_cents), 0)).where(
        totals.c.posted_on <= through,
        totals.c.recorded_on > through,
        totals.c.recorded_on > totals.c.posted_on,
        of_creditors(totals.c.creditor_id, creditors),
    )
    return int(conn.execute(query).scalar_one())


def ledger_sum_of(
    conn: Connection, kinds: Sequence[str], first: date, last: date, creditors: frozenset[int] | None
) -> int:
    """The sum in cents of the ledger entries of some kinds that were posted in a period, straight from the ledger."""
    return _ledger_sum(conn, creditors, LEDGER.c.kind.in_(kinds), LEDGER.c.posted_on.between(first, last))


def ledger_sum_known(conn: Connection, on: date, through: int, creditors: frozenset[int] | None) -> int:
    """The sum of the ledger in cents through a day, as far as it was recorded through an entry."""
    return _ledger_sum(conn, creditors, LEDGER.c.posted_on <= on, LEDGER.c.id <= through)

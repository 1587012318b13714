"""How accounts moved between age buckets in each month that has ended, computed once from the ledger."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import TypedDict

import sqlalchemy as sa
from dateutil.relativedelta import relativedelta
from dateutil.rrule import MONTHLY, rrule
from sqlalchemy.engine import Connection

from flows.reports.receivables.buckets import bucket
from flows.reports.summaries.queries import ACCOUNT, LEDGER
from models import AgingMonth
from models.columns import AnySelect, table

AGING_MONTH = table(AgingMonth)

KEPT_MONTHS = 36
"""How far back months are computed when the summaries are built anew."""

NOTHING = "zero"
"""The bucket of an account without a balance."""


class MonthMoves(TypedDict):
    """A row of aging_month."""

    month_end: date
    creditor_id: int
    was: str
    now: str
    through_id: int
    accounts: int
    was_cents: int
    now_cents: int


def months_to_keep(conn: Connection, today: date) -> list[date]:
    """The last days of the months that have ended and are not kept yet, the oldest first."""
    first_day, newest = today.replace(day=1), AGING_MONTH.c.month_end
    kept = set(conn.execute(sa.select(newest).distinct()).scalars())
    oldest = conn.execute(sa.select(sa.func.min(LEDGER.c.posted_on))).scalar()
    if oldest is None:
        return []
    start = max(oldest.replace(day=1), first_day - relativedelta(months=KEPT_MONTHS))
    starts = [one.date() for one in rrule(MONTHLY, dtstart=start, until=first_day - timedelta(days=1))]
    ends = [one + relativedelta(months=1, days=-1) for one in starts]
    return [end for end in ends if end not in kept]


def account_moves(months: Sequence[date]) -> AnySelect:
    """Each account with its bucket at the start and at the end of each month, by the entries that its kept sums know.

    The ledger is read once for all months, from the first one on.
    """
    known = {end: _through(AGING_MONTH.c.month_end == end) for end in months}
    later = _later(known)
    cents = [
        (ACCOUNT.c.balance_cents - sa.func.coalesce(one, 0)).label(one.name)
        for one in later.c
        if one.name != "account_id"
    ]
    balances = (
        sa.select(
            ACCOUNT.c.id.label("account_id"),
            ACCOUNT.c.creditor_id,
            sa.func.coalesce(ACCOUNT.c.first_statement_on, ACCOUNT.c.service_from).label("since"),
            *cents,
        )
        .outerjoin(later, later.c.account_id == ACCOUNT.c.id)
        .where(sa.or_(ACCOUNT.c.balance_cents != 0, later.c.account_id.is_not(None)))
        .cte("balances")
        .prefix_with("MATERIALIZED")
    )
    return sa.select(*sa.union_all(*(_of_month(balances, end) for end in months)).subquery("moves").c)


def _through(where: sa.ColumnElement[bool]) -> sa.ScalarSelect[int]:
    return sa.select(sa.func.min(AGING_MONTH.c.through_id)).where(where).scalar_subquery()


def _before(end: date) -> date:
    return end.replace(day=1) - timedelta(days=1)


def _later(known: Mapping[date, sa.ScalarSelect[int]]) -> sa.Subquery:
    """By account what was posted after the start and after the end of each month, or recorded after its entries."""
    first, columns = _before(min(known)), (LEDGER.c.id, LEDGER.c.account_id, LEDGER.c.posted_on, LEDGER.c.amount_cents)
    unknown = LEDGER.c.id > _through(AGING_MONTH.c.month_end.in_(sorted(known)))
    entries = sa.union_all(
        sa.select(*columns).where(LEDGER.c.posted_on > first),
        sa.select(*columns).where(unknown, sa.func.coalesce(LEDGER.c.posted_on, first) <= first),
    ).subquery("entries")

    def after(day: date, through: sa.ScalarSelect[int]) -> sa.ColumnElement[int]:
        is_later = sa.or_(entries.c.posted_on > day, entries.c.id > through)
        return sa.func.sum(sa.case((is_later, entries.c.amount_cents), else_=0))

    sums: list[sa.ColumnElement[int]] = []
    for end, through in known.items():
        sums += [after(_before(end), through).label(f"was_{end:%Y%m}"), after(end, through).label(f"now_{end:%Y%m}")]
    return sa.select(entries.c.account_id, *sums).group_by(entries.c.account_id).subquery("later")


def _of_month(balances: sa.CTE, end: date) -> AnySelect:
    was, now = (balances.c[f"{name}_{end:%Y%m}"] for name in ("was", "now"))
    return sa.select(
        sa.literal(f"{end:%Y-%m}").label("month"),
        balances.c.account_id,
        balances.c.creditor_id,
        _bucket_or_none(balances.c.since, was, _before(end)).label("was"),
        _bucket_or_none(balances.c.since, now, end).label("now"),
        was.label("was_cents"),
        now.label("now_cents"),
    ).where(sa.or_(was != 0, now != 0), sa.exists().where(AGING_MONTH.c.month_end == end))


def _bucket_or_none(since: sa.ColumnElement[date], cents: sa.ColumnElement[int], on: date) -> sa.Case[str]:
    return sa.case((cents == 0, NOTHING), else_=bucket(since, cents, on))

"""How accounts moved between age buckets in each month that has ended, computed once from the ledger."""

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


def account_moves(month_end: date, through_id: sa.ColumnElement[int] | None) -> AnySelect:
    """Each account with its bucket at the start and at the end of a month, by the entries through one; None: all."""
    before = month_end.replace(day=1) - timedelta(days=1)
    was, now = (_later_than(day, through_id) for day in (before, month_end))
    balances = (
        sa.select(
            ACCOUNT.c.id.label("account_id"),
            ACCOUNT.c.creditor_id,
            sa.func.coalesce(ACCOUNT.c.first_statement_on, ACCOUNT.c.service_from).label("since"),
            (ACCOUNT.c.balance_cents - sa.func.coalesce(was.c.later_cents, 0)).label("was_cents"),
            (ACCOUNT.c.balance_cents - sa.func.coalesce(now.c.later_cents, 0)).label("now_cents"),
        )
        .outerjoin(was, was.c.account_id == ACCOUNT.c.id)
        .outerjoin(now, now.c.account_id == ACCOUNT.c.id)
        .subquery("balances")
    )
    return sa.select(
        balances.c.account_id,
        balances.c.creditor_id,
        _bucket_or_none(balances.c.since, balances.c.was_cents, before).label("was"),
        _bucket_or_none(balances.c.since, balances.c.now_cents, month_end).label("now"),
        balances.c.was_cents,
        balances.c.now_cents,
    ).where(sa.or_(balances.c.was_cents != 0, balances.c.now_cents != 0))


def _later_than(day: date, through_id: sa.ColumnElement[int] | None) -> sa.Subquery:
    """What was posted for later days, or recorded after the entry, by account."""
    later = LEDGER.c.posted_on > day
    return (
        sa.select(LEDGER.c.account_id, sa.func.sum(LEDGER.c.amount_cents).label("later_cents"))
        .where(later if through_id is None else sa.or_(later, LEDGER.c.id > through_id))
        .group_by(LEDGER.c.account_id)
        .subquery()
    )


def _bucket_or_none(since: sa.ColumnElement[date], cents: sa.ColumnElement[int], on: date) -> sa.Case[str]:
    return sa.case((cents == 0, NOTHING), else_=bucket(since, cents, on))

"""The four figures of the dashboard with their trend, each from the report that it opens; and the last nightly run."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from urllib.parse import urlencode

import sqlalchemy as sa
from dateutil.relativedelta import relativedelta
from sqlalchemy.engine import Connection

from flows.accounts.tasks.standing import OPEN
from flows.business_days.queries import walked_so_far
from flows.reports.asked import Given, asked_of
from flows.reports.collections.collections import COLLECTIONS, period_before
from flows.reports.model import Asked, Report, Unit
from flows.reports.plans.promises import PROMISES
from flows.reports.receivables.aging import AGING
from models import Task
from models.columns import table
from models.values import counted, day_text

TASK = table(Task)

PROMISE_DAYS = timedelta(days=29)


@dataclass(frozen=True, slots=True)
class Headline:
    """A figure: its value and the value to compare with, both in the unit, and the page that it opens.

    `good_up`: whether more is better.
    """

    title: str
    unit: Unit
    value: float | None
    before: float | None
    when: str
    link: str
    good_up: bool

    @property
    def change(self) -> float | None:
        """The change from the value before: in percent of it, or in percentage points for a rate."""
        if self.value is None or self.before is None:
            return None
        if self.unit is Unit.PERCENT:
            return round(self.value - self.before, 1)
        return round(100 * (self.value - self.before) / self.before, 1) if self.before else None

    @property
    def is_better(self) -> bool | None:
        """Whether the change is for the better; None if there is none."""
        return None if not self.change else (self.change > 0) is self.good_up


def headlines(conn: Connection, today: date, creditors: frozenset[int] | None) -> list[Headline]:
    """Collected this month, A/R over 90 days, promises kept, and work that is overdue."""
    return [
        _collected(conn, today, creditors),
        _over_90(conn, today, creditors),
        _promises(conn, today, creditors),
        _overdue(conn, today),
    ]


def _asked(report: Report, today: date, creditors: frozenset[int] | None, **given: date) -> Asked:
    return replace(asked_of(report, Given(**given), today, {}, None), creditors=creditors, by=())  # type: ignore[arg-type]


def _number(conn: Connection, report: Report, asked: Asked, column: str) -> float | None:
    value = report.read(conn, asked).total[column]
    return float(value) if isinstance(value, int | float) else None


def _link(report: Report, **more: object) -> str:
    return f"/reports/{report.name}?{urlencode(more)}" if more else f"/reports/{report.name}"


def _collected(conn: Connection, today: date, creditors: frozenset[int] | None) -> Headline:
    asked = _asked(COLLECTIONS, today, creditors, first=today.replace(day=1), last=today)
    total = COLLECTIONS.read(conn, asked).total
    first, last = period_before(asked)
    now, before = (float(str(total[name])) for name in ("collected_cents", "before_cents"))
    when = f"{day_text(first)} to {day_text(last)}"
    return Headline("Collected this month", Unit.CENTS, now, before, when, _link(COLLECTIONS), good_up=True)


def _over_90(conn: Connection, today: date, creditors: frozenset[int] | None) -> Headline:
    earlier = today - relativedelta(months=1)
    now, before = (
        _number(conn, AGING, _asked(AGING, today, creditors, on=day), "over_90_percent") for day in (today, earlier)
    )
    return Headline("A/R over 90 days", Unit.PERCENT, now, before, day_text(earlier), _link(AGING), good_up=False)


def _promises(conn: Connection, today: date, creditors: frozenset[int] | None) -> Headline:
    first, ended = today - PROMISE_DAYS, today - PROMISE_DAYS - timedelta(days=1)
    now, before = (
        _number(conn, PROMISES, _asked(PROMISES, today, creditors, first=start, last=end), "kept_percent")
        for start, end in ((first, today), (ended - PROMISE_DAYS, ended))
    )
    link = _link(PROMISES, **{"from": first, "to": today})
    return Headline("Promises kept, 30 days", Unit.PERCENT, now, before, "the 30 days before", link, good_up=True)


def _overdue(conn: Connection, today: date) -> Headline:
    """Open tasks whose day has passed, and those that were overdue a week ago and still are not done."""
    query = sa.select(
        sa.func.count(),
        sa.func.coalesce(sa.func.sum(sa.case((TASK.c.due_on < today - timedelta(days=7), 1), else_=0)), 0),
    ).where(OPEN, TASK.c.due_on < today, TASK.c.kind != "call")
    count, long = conn.execute(query).one()
    when = f"{counted(int(long), 'task')} overdue by more than a week"
    return Headline("Tasks overdue", Unit.COUNT, float(count), None, when, "/tasks", good_up=False)


def nightly_run_missing(conn: Connection, today: date) -> str:
    """What is to say about the nightly process if it did not run for today; empty if it did."""
    done = walked_so_far(conn).done
    if done is None:
        return "The nightly process has not run yet"
    return "" if done >= today else f"The nightly process has not run since {day_text(done)}"

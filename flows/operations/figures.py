"""Figures of an installation for a monitor: counts, ages and days. No person's data."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from flows.business_days.days import days_missed
from flows.business_days.queries import hour_now, walked_so_far
from flows.operations.queries import LETTER, PRINT_BATCH, TASK, stage_counts
from models import Account
from models.columns import table
from models.enums import BatchState, TaskState
from models.letter import UNSENT

ACCOUNT = table(Account)


class Figure(NamedTuple):
    """A value of a monitor: its name, what it is, its labels, and the value."""

    name: str
    says: str
    labels: dict[str, str]
    value: float


def figures(conn: Connection, now: datetime) -> Iterator[Figure]:
    """The state of the installation at an instant (UTC). Everything is read from indexes or small tables."""
    hour, walked = hour_now(conn), walked_so_far(conn)
    today = hour.day_of(now)
    behind = len(days_missed(walked, hour, now))
    yield Figure("pastdue_days_behind", "Business days that should have been run and were not", {}, behind)
    if walked.done is not None:
        yield Figure(
            "pastdue_last_day_age_days", "Days since the last day that was run", {}, (today - walked.done).days
        )
        yield from _stages(conn, walked.done)
    yield from _tasks(conn, today)
    yield from _letters(conn, today)
    held = sa.select(sa.func.count()).select_from(PRINT_BATCH).where(PRINT_BATCH.c.state == BatchState.WAITING.value)
    yield Figure(
        "pastdue_print_batches_held", "Print batches that a manager must release", {}, conn.execute(held).scalar_one()
    )
    credit = sa.select(sa.func.count()).select_from(ACCOUNT).where(sa.text("balance_cents < 0"))
    yield Figure("pastdue_credit_balances", "Accounts with a credit balance", {}, conn.execute(credit).scalar_one())


def _stages(conn: Connection, day: date) -> Iterator[Figure]:
    for name, value in sorted(stage_counts(conn, day).items()):
        yield Figure("pastdue_last_day_count", "Counts of the last day that was run", {"count": name}, value)


def _tasks(conn: Connection, today: date) -> Iterator[Figure]:
    late = sa.func.sum(sa.case((TASK.c.due_on < today, 1), else_=0))
    query = (
        sa.select(
            TASK.c.kind, sa.func.count().label("open"), late.label("late"), sa.func.min(TASK.c.opened_on).label("first")
        )
        .where(TASK.c.state == TaskState.OPEN.value)
        .group_by(TASK.c.kind)
    )
    for row in conn.execute(query):
        labels = {"kind": row.kind}
        yield Figure("pastdue_tasks_open", "Open tasks", labels, row.open)
        yield Figure("pastdue_tasks_late", "Open tasks past their due date", labels, int(row.late))
        yield Figure("pastdue_tasks_oldest_days", "Age of the oldest open task", labels, (today - row.first).days)


def _letters(conn: Connection, today: date) -> Iterator[Figure]:
    query = (
        sa.select(LETTER.c.state, sa.func.count().label("letters"), sa.func.min(LETTER.c.queued_on).label("first"))
        .where(sa.text(UNSENT))
        .group_by(LETTER.c.state)
    )
    for row in conn.execute(query):
        labels = {"state": row.state}
        yield Figure("pastdue_letters_waiting", "Letters that are not sent yet", labels, row.letters)
        yield Figure("pastdue_letters_oldest_days", "Age of the oldest of them", labels, (today - row.first).days)

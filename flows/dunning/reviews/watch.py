"""Overdue reviews: one task for a manager while there is any, opened by the nightly run and closed if there is none."""

from datetime import date

import sqlalchemy as sa

from flows.accounts.counts import Count, Counts
from flows.accounts.happenings import NewTask, close_tasks, open_tasks
from flows.accounts.tasks.causes import CAUSES, Gone
from flows.accounts.tasks.standing import OPEN
from flows.dunning.reviews.queries import TASK, escalated_reviews
from flows.settings.queries import policy_now
from models.database import Database, Transaction
from models.enums import TaskState
from models.task_kinds import TaskKind
from models.values import counted

ACTOR = "tasks"
OVERDUE = TaskKind.REVIEWS_OVERDUE


def watch_reviews(database: Database, today: date) -> Counts:
    """Open the task while a review waits longer than the setting `review_escalate_days`, and close it if none does; a
    second run changes nothing."""
    with database.transaction(actor=ACTOR, business_date=today) as tx:
        closed = close_overdue(tx)
        opened = 0 if closed else _open_overdue(tx)
    return Counts({Count.TASKS_OPENED: opened, Count.TASKS_CLOSED: closed})


def close_overdue(tx: Transaction) -> int:
    """Close the task about overdue reviews if none is overdue; returns how many tasks."""
    open_now = _open_now(tx)
    if not open_now or escalated_reviews(tx.conn, tx.business_date):
        return 0
    close_tasks(tx, open_now, TaskState.DONE, f"automatic ({Gone.NO_REVIEW_OVERDUE.value})")
    return len(open_now)


def _open_overdue(tx: Transaction) -> int:
    """Open the task, about the account that has waited longest, unless it is open."""
    if _open_now(tx):
        return 0
    late = escalated_reviews(tx.conn, tx.business_date)
    if not late:
        return 0
    days, first = policy_now(tx.conn).review_escalate_days, late[0]
    said = f"{counted(len(late), 'review')} pending for more than {days} days, the first since {first.opened_on}"
    work = CAUSES[OVERDUE]
    task = NewTask(OVERDUE, work.role, said, first.guarantor_id, first.creditor_id, (first.account_id,), work.due_days)
    return len(open_tasks(tx, [task]))


def _open_now(tx: Transaction) -> list[int]:
    """The open task about overdue reviews, by ix_task_open."""
    query = sa.select(TASK.c.id).where(TASK.c.kind == OVERDUE.value, OPEN)
    return list(tx.conn.execute(query.order_by(TASK.c.id)).scalars())

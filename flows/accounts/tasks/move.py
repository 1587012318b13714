"""A task gets an owner, or waits until a day: several at once, each with an event on its accounts."""

from collections.abc import Collection, Sequence
from datetime import date, timedelta

import sqlalchemy as sa

from flows.accounts.tasks.queries import accounts_of_tasks
from flows.users.queries import roles_of, user_row
from models import Task
from models.columns import AnyRow, in_keys, table
from models.database import Transaction
from models.enums import TaskState
from models.errors import BadInput, NotPermitted, Refused
from models.events import TaskAssigned, TaskSnoozed
from models.task_kinds import TaskKind
from models.user_enums import Role

TASK = table(Task)

LONGEST_SNOOZE_DAYS = 60
_DEADLINES = "estate-"
"""Kinds of task with a court's deadline begin so: they never wait past their due date."""


def assign_tasks(tx: Transaction, task_ids: Sequence[int], to: str | None, *, roles: Collection[Role]) -> int:
    """Assign tasks to a user, or to none; returns how many. All or none.

    Users assign their own role's tasks to themselves, and give them back; a manager assigns any task to any user of its
    role. Raises NotPermitted, BadInput for an unknown user, and Refused for a completed task or a call.
    """
    rows = _rows(tx, task_ids, roles)
    if to not in (None, tx.actor) and Role.MANAGER not in roles:
        raise NotPermitted("tasks are assigned to others by a manager", "assign the task to yourself")
    if to is not None:
        user = user_row(tx.conn, to)
        if user is None or user.disabled_on is not None:
            raise BadInput(f'there is no user "{to}"', "choose a user of the task's role", field="to")
        able = {role.label for role in roles_of(user.roles)}
        for row in rows:
            if row.role not in able and Role.MANAGER.label not in able:
                raise Refused(f"task {row.id} is for the {row.role}", "choose a user of that role")
    _set(tx, rows, assigned_to=to, assigned_on=None if to is None else tx.business_date)
    about = accounts_of_tasks(tx.conn, [row.id for row in rows])
    tx.record_all(
        TaskAssigned(account_id=key, task=row.id, task_kind=row.kind, to=to)
        for row in rows
        for key in about.get(row.id, ())
    )
    return len(rows)


def snooze_tasks(tx: Transaction, task_ids: Sequence[int], until: date, reason: str, *, roles: Collection[Role]) -> int:
    """Let tasks wait until a day, with a reason; returns how many. All or none. A court's deadline does not wait.

    Raises BadInput for a day that is past or too far away, or without a reason, and Refused as `assign_tasks` does.
    """
    why = " ".join(reason.split())
    if not why:
        raise BadInput("enter the reason", field="reason")
    if until <= tx.business_date:
        raise BadInput(f"{until} is not after today, {tx.business_date}", "enter a later day", field="until")
    if (until - tx.business_date).days > LONGEST_SNOOZE_DAYS:
        latest = tx.business_date + timedelta(days=LONGEST_SNOOZE_DAYS)
        raise BadInput(f"a task can wait until {latest} at most", "enter an earlier day", field="until")
    rows = _rows(tx, task_ids, roles)
    for row in rows:
        if row.kind.startswith(_DEADLINES) and row.due_on is not None and until > row.due_on:
            raise Refused(f"task {row.id} has a deadline on {row.due_on}", "it can't wait longer")
    _set(tx, rows, not_before_on=until)
    about = accounts_of_tasks(tx.conn, [row.id for row in rows])
    tx.record_all(
        TaskSnoozed(account_id=key, task=row.id, task_kind=row.kind, until=until, reason=why)
        for row in rows
        for key in about.get(row.id, ())
    )
    return len(rows)


def _rows(tx: Transaction, task_ids: Sequence[int], roles: Collection[Role]) -> list[AnyRow]:
    wanted = sorted(set(task_ids))
    if not wanted:
        raise BadInput("no task is selected", "select one or more tasks")
    query = sa.select(TASK).where(in_keys(TASK.c.id, wanted)).order_by(TASK.c.id).with_for_update()
    rows = list(tx.conn.execute(query))
    theirs = {role.label for role in roles}
    if len(rows) < len(wanted) or any(row.state != TaskState.OPEN.value for row in rows):
        raise Refused("a selected task is already completed, or does not exist", "open the list again")
    for row in rows:
        if row.kind == TaskKind.CALL:
            raise Refused(f"task {row.id} is a call", "assign or skip it on My calls")
        if row.role not in theirs and Role.MANAGER not in roles:
            raise NotPermitted(f"task {row.id} is for the {row.role}", "a manager can assign it")
    return rows


def _set(tx: Transaction, rows: Sequence[AnyRow], **values: object) -> None:
    keys = [row.id for row in rows]
    tx.conn.execute(sa.update(TASK).where(in_keys(TASK.c.id, keys)).values(**values))

"""Tasks as they are stored: those of an account, and the accounts of a task."""

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from flows.accounts.tasks.standing import OPEN
from models import Task, TaskAccount
from models.columns import table
from models.database import batches, group_by_key
from models.task_kinds import TaskName

TASK = table(Task)
TASK_ACCOUNT = table(TaskAccount)


def accounts_of_tasks(conn: Connection, task_ids: list[int]) -> dict[int, list[int]]:
    """The accounts of tasks."""
    rows: list[tuple[int, int]] = []
    for part in batches(task_ids):
        query = sa.select(TASK_ACCOUNT.c.task_id, TASK_ACCOUNT.c.account_id).where(TASK_ACCOUNT.c.task_id.in_(part))
        rows.extend((row[0], row[1]) for row in conn.execute(query.order_by(TASK_ACCOUNT.c.account_id)))
    return group_by_key(rows)


def tasks_of(conn: Connection, account_id: int, kind: TaskName) -> list[int]:
    """Open tasks of a kind about one account."""
    query = sa.select(TASK.c.id).join(TASK_ACCOUNT, TASK_ACCOUNT.c.task_id == TASK.c.id)
    mine = query.where(OPEN, TASK.c.kind == kind, TASK_ACCOUNT.c.account_id == account_id)
    return sorted(conn.execute(mine).scalars())

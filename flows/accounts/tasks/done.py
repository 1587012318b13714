"""Staff complete tasks, one or several of a kind."""

from collections.abc import Collection, Sequence

import sqlalchemy as sa

from flows.accounts.happenings import TASK, close_tasks
from flows.accounts.tasks.causes import INSTEAD, NOT_TICKED_OFF
from flows.accounts.tasks.standing import is_review, standing_causes
from models.columns import in_keys
from models.database import Transaction
from models.enums import TaskState
from models.errors import BadInput, NotPermitted, Refused
from models.labels import task_label
from models.user_enums import Role


def complete_tasks(tx: Transaction, task_ids: Sequence[int], outcome: str, *, roles: Collection[Role]) -> int:
    """Complete tasks with their result, all or none; returns how many.

    `roles` are those of the user; a manager can complete tasks of other roles. Raises Refused.
    """
    if not outcome.strip():
        raise BadInput("enter the result for the history")
    wanted = sorted(set(task_ids))
    theirs = {role.label for role in roles}
    query = sa.select(TASK).where(in_keys(TASK.c.id, wanted), TASK.c.state == TaskState.OPEN.value)
    rows = {row.id: row for row in tx.conn.execute(query)}
    standing = standing_causes(tx.conn, wanted, tx.business_date)
    for task in wanted:
        row = rows.get(task)
        if row is None:
            raise Refused(f"task {task} is already completed, or does not exist", "nothing was changed")
        if row.kind in NOT_TICKED_OFF:
            raise Refused(f"{task_label(row.kind)} tasks can't be marked complete here", "complete it on its own page")
        if is_review(tx.conn, task):
            raise Refused(f"task {task} is a review", "approve it or keep it in house, on the Reviews page")
        if row.role not in theirs and Role.MANAGER not in roles:
            raise NotPermitted(f"task {task} is for the {row.role}", "a manager can complete it instead")
        if task in standing:
            cause = standing[task]
            raise Refused(
                f"task {task} ({task_label(row.kind)}) closes automatically, but {cause.value}", INSTEAD[cause]
            )
    close_tasks(tx, wanted, TaskState.DONE, outcome)
    return len(wanted)

"""All schedule exceptions with one reason return to their schedules, after the problem is fixed."""

from collections.abc import Sequence

import sqlalchemy as sa

from flows.accounts.happenings import close_tasks
from flows.accounts.load_rows import TASK, TASK_ACCOUNT
from flows.dunning.engine.commands import bring_back
from models.columns import AnyRow
from models.database import Transaction
from models.enums import TaskState
from models.errors import NotFound
from models.remedies import Remedy
from models.task_kinds import TaskKind


def bring_back_all(tx: Transaction, because: str) -> int:
    """Return all accounts to their schedules whose exception has these words in its reason; returns how many."""
    words = because.strip()
    mine = sa.and_(TASK.c.kind == TaskKind.SET_ASIDE, TASK.c.state == TaskState.OPEN.value)
    about = (
        sa.select(TASK.c.id, TASK_ACCOUNT.c.account_id)
        .join(TASK_ACCOUNT, TASK_ACCOUNT.c.task_id == TASK.c.id)
        .where(mine, TASK.c.reason.contains(words, autoescape=True))
        .order_by(TASK.c.id)
    )
    found: Sequence[AnyRow] = tx.conn.execute(about).all() if words else []
    if not found:
        raise NotFound(f'no schedule exception has the reason "{words}"', remedy=Remedy.LIST_SET_ASIDE)
    count = sum(bring_back(tx, row.account_id) for row in found)
    close_tasks(tx, sorted({row.id for row in found}), TaskState.DONE, "returned to the schedule")
    return count

"""What a collector hands to a manager in a conversation: a person who asks for a supervisor, or a complaint."""

import sqlalchemy as sa

from flows.accounts.happenings import NewTask, open_tasks
from flows.accounts.notes import check_length, note
from flows.accounts.tasks.causes import CAUSES
from flows.calls.queries import ACCOUNT
from models.database import Transaction
from models.errors import BadInput, Refused
from models.task_kinds import TaskKind

HANDED_OFF = (TaskKind.SUPERVISOR_CALL, TaskKind.COMPLAINT)
"""What goes to a manager this way."""


def hand_off(tx: Transaction, account_id: int, kind: TaskKind, reason: str) -> int:
    """Open a manager's task about an account, with what the person said; returns its number.

    Raises BadInput without a reason, and Refused if such a task is already open.
    """
    said = " ".join(reason.split())
    check_length(said)
    if not said:
        raise BadInput("enter what the person asks for", field="reason")
    if kind not in HANDED_OFF:
        raise BadInput("only a supervisor request or a complaint goes to a manager this way")
    row = tx.conn.execute(sa.select(ACCOUNT).where(ACCOUNT.c.id == account_id)).one()
    work = CAUSES[kind]
    new = NewTask(kind, work.role, said, row.guarantor_id, row.creditor_id, (account_id,), work.due_days)
    numbers = open_tasks(tx, [new])
    if not numbers:
        raise Refused("such a task is already open for this account", "add a note instead")
    note(tx, account_id, f"To a manager: {said}")
    return numbers[0]

"""Templates that cannot be used: their letters are on hold, and a manager has one task for each fault."""

from collections.abc import Mapping, Sequence

import sqlalchemy as sa

from flows.accounts.happenings import NewTask, close_tasks, open_tasks
from flows.accounts.load_rows import TASK
from flows.correspondence.letters.queries import LETTER, accounts_in_letter
from models.database import Transaction
from models.enums import TaskState
from models.task_kinds import TaskKind
from models.user_enums import Role
from models.values import counted

TASK_KIND = TaskKind.TEMPLATE_FAULT
_THEN = "they are written with the next run after it is corrected, or at once if the letters are written by hand"


def report_faults(tx: Transaction, faults: Mapping[str, Sequence[int]]) -> None:
    """Keep one task for each template fault, with the number of letters on hold; close the task of a corrected fault.
    `faults` are the letters on hold, by the sentence that names file and fault."""
    mine = sa.and_(TASK.c.kind == TASK_KIND, TASK.c.state == TaskState.OPEN.value)
    rows = tx.conn.execute(sa.select(TASK).where(mine)).all()
    there = {row.reason.partition("; ")[2].removesuffix(f"; {_THEN}"): row for row in rows}
    close_tasks(
        tx,
        [row.id for fault, row in there.items() if fault not in faults],
        TaskState.DONE,
        "the template was corrected",
    )
    fresh: list[NewTask] = []
    for fault, letters in faults.items():
        why = f"{counted(len(letters), 'letter')} on hold; {fault}; {_THEN}"
        if fault in there:
            tx.conn.execute(sa.update(TASK).where(TASK.c.id == there[fault].id).values(reason=why))
            continue
        first = tx.conn.execute(sa.select(LETTER).where(LETTER.c.id == letters[0])).one()
        about = tuple(one.account_id for one in accounts_in_letter(tx.conn, [first.id]))
        fresh.append(NewTask(TASK_KIND, Role.MANAGER, why, first.guarantor_id, first.creditor_id, about, 1))
    open_tasks(tx, fresh)

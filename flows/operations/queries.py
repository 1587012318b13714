"""Reads for the operator: the counts of a day, and the work that waits for people. Counts only, no person's data."""

from collections import Counter
from datetime import date

import orjson
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from models import Letter, PrintBatch, Task
from models.columns import table
from models.enums import BatchState, LetterState, TaskState
from models.run_log import DayStage
from models.task_kinds import TaskKind

DAY_STAGE = table(DayStage)
LETTER = table(Letter)
PRINT_BATCH = table(PrintBatch)
TASK = table(Task)


def stage_counts(conn: Connection, day: date) -> dict[str, int]:
    """The counts of all stages of a business date, added up by name."""
    rows = conn.execute(sa.select(DAY_STAGE.c.counts).where(DAY_STAGE.c.business_date == day)).scalars()
    total: Counter[str] = Counter()
    for counts in rows:
        total.update({name: value for name, value in orjson.loads(counts).items() if isinstance(value, int)})
    return dict(total)


def open_work(conn: Connection, today: date) -> dict[str, int]:
    """How much waits for people that only a person resolves, by what it is."""

    def tasks(*kinds: TaskKind) -> int:
        mine = sa.and_(TASK.c.state == TaskState.OPEN.value, TASK.c.kind.in_([kind.value for kind in kinds]))
        return conn.execute(sa.select(sa.func.count()).select_from(TASK).where(mine)).scalar_one()

    held = sa.select(sa.func.count()).select_from(PRINT_BATCH).where(PRINT_BATCH.c.state == BatchState.WAITING.value)
    unsure = sa.select(sa.func.count()).select_from(LETTER).where(LETTER.c.state == LetterState.UNSURE.value)
    late = sa.and_(TASK.c.state == TaskState.OPEN.value, TASK.c.kind != TaskKind.CALL.value, TASK.c.due_on < today)
    return {
        "Work that the run failed on": tasks(TaskKind.WORK_FAILED),
        "Accounts that are exceptions": tasks(TaskKind.SET_ASIDE),
        "Errors in letter templates": tasks(TaskKind.TEMPLATE_FAULT, TaskKind.FIX_TEMPLATE),
        "Estate deadlines without an answer": tasks(TaskKind.ESTATE_DEADLINE_MANAGER),
        "Print batches that a manager must release": conn.execute(held).scalar_one(),
        "E-mails whose delivery is unknown": conn.execute(unsure).scalar_one(),
        "Agency files not acknowledged": tasks(TaskKind.AGENCY_SILENT),
        "Overdue tasks": conn.execute(sa.select(sa.func.count()).select_from(TASK).where(late)).scalar_one(),
    }

"""Complaints about agencies: recorded, and answered by a manager."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from flows.accounts.happenings import TASK, TASK_ACCOUNT, NewTask, open_tasks
from flows.agency_handoff.queries import ACCOUNT
from models import Complaint
from models.agency_events import ComplaintMade
from models.columns import AnyRow, in_keys, table
from models.database import Transaction, batches, group_by_key
from models.enums import TaskState
from models.ids import AccountId, PersonId
from models.task_kinds import TaskKind
from models.user_enums import Role

COMPLAINT = table(Complaint)


def complain(tx: Transaction, account: AnyRow, agency_id: int, agency: str, told_by: str, note: str) -> None:
    """Record a complaint; a manager answers it. The same complaint twice on a day is recorded once."""
    same = sa.and_(
        COMPLAINT.c.agency_id == agency_id,
        COMPLAINT.c.account_id == account.id,
        COMPLAINT.c.on == tx.business_date,
        COMPLAINT.c.note == note,
    )
    if tx.conn.execute(sa.select(COMPLAINT.c.id).where(same)).first() is not None:
        return
    row = {
        "id": tx.ids(Complaint, 1)[0],
        "agency_id": agency_id,
        "account_id": account.id,
        "on": tx.business_date,
        "reported_by": told_by,
        "note": note,
    }
    tx.insert(Complaint, [row])
    tx.record(ComplaintMade(account_id=account.id, agency=agency, told_by=told_by, note=note))
    reason = f"Complaint about {agency}: {note}"
    open_tasks(
        tx,
        [
            NewTask(
                TaskKind.AGENCY_COMPLAINT,
                Role.MANAGER,
                reason,
                account.guarantor_id,
                account.creditor_id,
                (account.id,),
            )
        ],
    )


@dataclass(frozen=True, slots=True)
class ComplaintLine:
    """A complaint, with the task in which a manager answers it: open, or closed with its outcome."""

    on: date
    account_id: AccountId
    account: str
    guarantor_id: PersonId
    reported_by: str
    note: str
    task: int | None
    closed_on: date | None
    outcome: str | None

    @property
    def is_open(self) -> bool:
        """Whether a manager has still to answer it."""
        return self.task is not None and self.closed_on is None


def complaints_about(conn: Connection, agency_id: int) -> list[ComplaintLine]:
    """The complaints about an agency, newest first. One made while another is open shares its task."""
    query = (
        sa.select(COMPLAINT, ACCOUNT.c.number, ACCOUNT.c.guarantor_id)
        .join(ACCOUNT, ACCOUNT.c.id == COMPLAINT.c.account_id)
        .where(COMPLAINT.c.agency_id == agency_id)
        .order_by(COMPLAINT.c.id.desc())
    )
    rows = conn.execute(query).all()
    tasks = _tasks_of(conn, sorted({row.account_id for row in rows}))
    return [_line(row, tasks.get(row.account_id, [])) for row in rows]


def _tasks_of(conn: Connection, account_ids: Sequence[int]) -> dict[int, list[AnyRow]]:
    found: list[tuple[int, AnyRow]] = []
    for part in batches(account_ids):
        query = (
            sa.select(TASK, TASK_ACCOUNT.c.account_id)
            .join(TASK_ACCOUNT, TASK_ACCOUNT.c.task_id == TASK.c.id)
            .where(in_keys(TASK_ACCOUNT.c.account_id, part), TASK.c.kind == TaskKind.AGENCY_COMPLAINT)
            .order_by(TASK.c.id)
        )
        found += [(row.account_id, row) for row in conn.execute(query)]
    return group_by_key(found)


def _line(row: AnyRow, tasks: Sequence[AnyRow]) -> ComplaintLine:
    """The task is the one that was open when the complaint was made."""
    task = next((one for one in tasks if one.closed_on is None or one.closed_on >= row.on), None)
    is_open = task is not None and task.state == TaskState.OPEN.value
    return ComplaintLine(
        on=row.on,
        account_id=row.account_id,
        account=row.number,
        guarantor_id=row.guarantor_id,
        reported_by=row.reported_by,
        note=row.note,
        task=None if task is None else task.id,
        closed_on=None if task is None or is_open else task.closed_on,
        outcome=None if task is None else task.outcome,
    )

"""Complaints about agencies: recorded, and answered by a manager."""

import sqlalchemy as sa

from flows.accounts.happenings import NewTask, open_tasks
from models import Complaint
from models.agency_events import ComplaintMade
from models.columns import AnyRow, table
from models.database import Transaction
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

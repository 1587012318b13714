"""Administration without the court: no response then rejects nothing, and a rejection starts no time to sue."""

import sqlalchemy as sa

from compliance.presented_claim import silence, sue_by
from flows.estates.matters.queries import MATTER, matter_row
from flows.estates.matters.work import close_kinds
from models.columns import ColumnValues
from models.database import Transaction
from models.estate_enums import MatterState
from models.task_kinds import TaskKind

ANSWERED = frozenset({MatterState.DISALLOWED, MatterState.ALLOWED_IN_PART})


def count_again(tx: Transaction, matter_id: int) -> None:
    """Set again the effect of no response and the last day to sue, once the supervision of the estate is known."""
    row = matter_row(tx.conn, matter_id)
    if row.jurisdiction is None:
        return
    independent = bool(row.independent)
    values: ColumnValues = {}
    if row.state == MatterState.FILED.value and row.filed_on is not None:
        found = silence(row.jurisdiction, row.filed_on, row.deadline_on, independent=independent)
        values = {
            "no_response_on": None if found is None else found.on,
            "no_response_effect": None if found is None else found.means.value,
        }
        if found is None:
            close_kinds(tx, matter_id, [TaskKind.ESTATE_SILENCE], "the representative may take no action")
    elif MatterState(row.state) in ANSWERED and row.answered_on is not None:
        values = {"sue_by_on": sue_by(row.jurisdiction, row.answered_on, independent=independent)}
    if values:
        tx.conn.execute(sa.update(MATTER).where(MATTER.c.id == matter_id).values(**values))

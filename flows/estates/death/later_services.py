"""Services dated after the date of death: in no claim, reported at once, and decided by staff.

The date of death is wrong, or the date of service, or the service is another person's, or the estate itself ordered
something. A claim is sworn to, so a service in doubt is not in it: an amended claim can add it later.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from flows.accounts.happenings import close_tasks, open_tasks_on
from flows.estates.claims.claim import RefusedClaim
from flows.estates.claims.claimed import ClaimColumns, claim_columns, claim_now
from flows.estates.deadlines.alerts import desk_task
from flows.estates.matters.numbers import matter_number
from flows.estates.matters.queries import MATTER, MATTER_ACCOUNT, accounts_of_matter, late_rows
from flows.estates.matters.work import AFTER
from models import Task, TaskAccount
from models.columns import AnyRow, table
from models.database import Transaction
from models.enums import TaskState
from models.estate_enums import ENDED, MatterState
from models.estate_events import ServiceAfterDeath
from models.values import dollars

TASK = table(Task)
TASK_ACCOUNT = table(TaskAccount)


def undecided(rows: Sequence[AnyRow]) -> list[AnyRow]:
    """A matter's late services on which a balance is owed and no decision is recorded."""
    return [one for one in rows if one.balance_cents > 0 and one.after_death is None]


def watch_services(tx: Transaction, matter: AnyRow) -> None:
    """Open the task about services after the death, or close it when its cause is gone.

    A claim that is decided but not filed is computed again without them.
    """
    if matter.death_on is None or MatterState(matter.state) is MatterState.ANNULLED:
        _close(tx, matter.id, "no death is on record")
        return
    late = undecided(late_rows(tx.conn, matter))
    if MatterState(matter.state) is MatterState.CLAIM_DUE:
        _claim_without(tx, matter)
    if not late:
        _close(tx, matter.id, "no services after the death are left to decide")
        return
    if MatterState(matter.state) in ENDED:
        return
    why = _why(matter, late)
    if why in _open_reasons(tx, matter.id):
        return
    _close(tx, matter.id, "replaced by a newer list")
    tx.record_all(
        ServiceAfterDeath(account_id=one.id, matter=matter.id, service_on=one.service_from, died_on=matter.death_on)
        for one in late
    )
    desk_task(tx, matter, AFTER, why, 2)


def _why(matter: AnyRow, late: Sequence[AnyRow]) -> str:
    said = ", ".join(f"{one.number} (DOS {one.service_from}, {dollars(one.balance_cents)})" for one in late)
    filed = (
        "" if matter.filed_on is None else f", and check whether the claim filed on {matter.filed_on} must be amended"
    )
    return (
        f"{matter_number(matter.id)}: services after the death on {matter.death_on}: {said}. They are not in a claim. "
        "Check the person and the dates. Then correct the date of death, annul the report, "
        f"or decide each service{filed}"
    )


def _claim_without(tx: Transaction, matter: AnyRow) -> None:
    """A decided claim is at most the services up to the date of death."""
    try:
        whole = claim_now(tx, matter)
    except RefusedClaim:
        # No claimable balance is left: the claim stays at zero until the desk completes another step.
        values: ClaimColumns = {"claim_cents": 0, "contingent_cents": 0, "last_illness_cents": 0}
    else:
        if matter.claim_cents <= whole.amount_cents:
            return
        values = claim_columns(whole)
    if values["claim_cents"] != matter.claim_cents:
        tx.conn.execute(sa.update(MATTER).where(MATTER.c.id == matter.id).values(**values))


def _open_reasons(tx: Transaction, matter_id: int) -> set[str]:
    keys = open_tasks_on(tx, accounts_of_matter(tx.conn, matter_id), [AFTER])
    return set(tx.conn.execute(sa.select(TASK.c.reason).where(TASK.c.id.in_(keys))).scalars())


def _close(tx: Transaction, matter_id: int, why: str) -> None:
    about = accounts_of_matter(tx.conn, matter_id)
    close_tasks(tx, open_tasks_on(tx, about, [AFTER]), TaskState.DONE, why)


def matters_to_watch(conn: Connection) -> list[int]:
    """The matters with an open task about services after the death. Any entry point can remove its cause."""
    query = (
        sa.select(MATTER_ACCOUNT.c.matter_id)
        .join(TASK_ACCOUNT, TASK_ACCOUNT.c.account_id == MATTER_ACCOUNT.c.account_id)
        .join(TASK, TASK.c.id == TASK_ACCOUNT.c.task_id)
        .where(TASK.c.kind == AFTER, TASK.c.state == TaskState.OPEN.value)
    )
    return sorted(set(conn.execute(query).scalars()))


__all__ = ["matters_to_watch", "undecided", "watch_services"]

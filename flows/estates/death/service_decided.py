"""Staff decide a service after the date of death: wrong date, the estate's own debt, or not owed."""

from datetime import date

import sqlalchemy as sa

from flows.estates.claims.claim import lasts_past
from flows.estates.death.later_services import watch_services
from flows.estates.matters.queries import ACCOUNT, MATTER_ACCOUNT, late_rows, matter_row
from flows.ledger.checks import ESTATE
from flows.ledger.commands import post
from flows.ledger.entry import Entry
from models.columns import AnyRow
from models.database import Transaction
from models.enums import LedgerKind
from models.errors import BadInput, NotPermitted, Refused
from models.estate_enums import ENDED, AfterDeath, MatterState
from models.estate_events import ServiceDecided
from models.labels import label_of
from models.remedies import Remedy
from models.user_enums import Role


def decide_service(
    tx: Transaction,
    matter_id: int,
    number: str,
    decision: AfterDeath,
    why: str,
    role: Role,
    service: tuple[date, date] | None = None,
) -> None:
    """Record the decision on a service after the death; the claim and the tasks are updated.

    `service`: the correct first and last date, for RIGHT_DATE. Raises Refused.
    """
    matter = matter_row(tx.conn, matter_id, lock=True)
    if MatterState(matter.state) in ENDED:
        raise Refused(
            f"the state of matter {matter_id} is {label_of(MatterState, matter.state)}",
            "reopen it first",
            remedy=Remedy.TAKE_STEP,
            matter=matter_id,
            step="searching",
        )
    row = next((one for one in late_rows(tx.conn, matter) if one.number == number), None)
    if row is None:
        raise Refused(
            f"account {number} has no undecided service after the death in matter {matter_id}",
            remedy=Remedy.SHOW_MATTER,
            matter=matter_id,
        )
    if not why.strip():
        raise BadInput("enter the source, such as the record of the visit", field="why")
    match decision:
        case AfterDeath.RIGHT_DATE:
            _correct_date(tx, matter, row, service)
        case AfterDeath.NOT_OWED:
            _write_off(tx, matter, row, role)
        case AfterDeath.ESTATE_OWN:
            pass
    kept = None if decision is AfterDeath.RIGHT_DATE else decision.value
    mine = sa.and_(MATTER_ACCOUNT.c.matter_id == matter_id, MATTER_ACCOUNT.c.account_id == row.id)
    tx.conn.execute(sa.update(MATTER_ACCOUNT).where(mine).values(after_death=kept))
    first, last = service or (None, None)
    tx.record(
        ServiceDecided(
            account_id=row.id,
            matter=matter_id,
            decision=decision.value,
            reason=why,
            service_from=first,
            service_to=last,
        )
    )
    watch_services(tx, matter_row(tx.conn, matter_id))


def _correct_date(tx: Transaction, matter: AnyRow, row: AnyRow, service: tuple[date, date] | None) -> None:
    if service is None:
        raise BadInput(
            "enter the correct date of service, and its last date if it took several days", field=("from", "to")
        )
    first, last = service
    if last < first:
        raise Refused(f"the service ends on {last}, before it begins on {first}", "correct the dates")
    if lasts_past(first, last, matter.death_on):
        raise Refused(
            f"{last} is after the death on {matter.death_on}",
            "enter the correct date of service, or correct the date of death",
            remedy=Remedy.CORRECT_DEATH,
            matter=matter.id,
        )
    dates = {"service_from": first, "service_to": last}
    tx.conn.execute(sa.update(ACCOUNT).where(ACCOUNT.c.id == row.id).values(**dates))


def _write_off(tx: Transaction, matter: AnyRow, row: AnyRow, role: Role) -> None:
    if role is not Role.MANAGER:
        raise NotPermitted("only a manager can write it off", remedy=Remedy.AS_MANAGER)
    if row.balance_cents <= 0:
        return
    key = f"{matter.id}:{matter.version}:{row.id}:after_death"
    entry = Entry(
        row.id,
        tx.business_date,
        LedgerKind.WRITE_OFF,
        -row.balance_cents,
        ESTATE,
        key,
        "service after the death",
        matter_id=matter.id,
    )
    post(tx, [entry])

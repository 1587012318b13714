"""What the result of an address check changes: the address with its source, or a search for a new one."""

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from flows.accounts.happenings import NewTask, open_tasks
from flows.accounts.holds import NewHold, open_holds
from flows.correspondence.addresses.decide import Checked, Outcome, outcome_of, why_undeliverable
from flows.correspondence.letters.queries import PERSON
from flows.people.contact.commands import ADDRESS, change_person
from models import Account, Hold
from models.columns import table
from models.database import Transaction, group_by_key
from models.enums import HoldKind
from models.errors import BadInput, NotFound
from models.ids import PersonId
from models.task_kinds import TaskKind
from models.user_enums import Role

ACCOUNT = table(Account)
HOLD = table(Hold)

SOURCES = {Outcome.MOVED: "NCOALink", Outcome.STANDARDIZED: "CASS"}
"""The source of a changed address, in the history."""


@dataclass(frozen=True, slots=True)
class Result:
    """What was done with one row of a result."""

    outcome: Outcome
    new: bool


def apply_check(tx: Transaction, person_id: PersonId, row: Checked, checked_on: date) -> Result:
    """Store the result of an address check. A move or a standardized address changes the address; one to which no mail
    goes puts the letters on hold, with a task to find another.

    Raises NotFound for an unknown person, and BadInput for a date in the future or an address that is not valid.
    """
    person = tx.conn.execute(sa.select(PERSON).where(PERSON.c.id == person_id)).first()
    if person is None:
        raise NotFound(f"person P{person_id} was not found", "the reference is that of the address file")
    if checked_on > tx.business_date:
        raise BadInput(f"{checked_on} is in the future", "enter the day of the address check", field="checked_on")
    if person.address_checked_on is not None and checked_on < person.address_checked_on:
        return Result(Outcome.CONFIRMED, new=False)
    outcome = outcome_of(row, {name: getattr(person, name) for name in ADDRESS})
    if outcome in SOURCES:
        moved = f", move of {row.moved_on}" if outcome is Outcome.MOVED and row.moved_on else ""
        change_person(tx, person_id, {**row.address, "country": ""}, f"{SOURCES[outcome]}{moved}")
    values = {
        "address_checked_on": checked_on,
        "dpv": None if row.dpv is None else row.dpv.value,
        "delivery_point": row.delivery_point,
    }
    known = all(getattr(person, name) == value for name, value in values.items()) and outcome not in SOURCES
    tx.conn.execute(sa.update(PERSON).where(PERSON.c.id == person_id).values(**values))
    if outcome is Outcome.UNDELIVERABLE:
        known = not _search(tx, person_id, f"Address check of {checked_on}: {why_undeliverable(row)}")
    return Result(outcome, new=not known)


def _search(tx: Transaction, person_id: PersonId, why: str) -> bool:
    """Put the person's letters on hold until a new address is found; returns whether they were not."""
    waits = sa.select(HOLD.c.id).where(
        HOLD.c.person_id == person_id, HOLD.c.kind == HoldKind.ADDRESS_UNKNOWN.value, HOLD.c.cleared_on.is_(None)
    )
    if tx.conn.execute(waits.limit(1)).first() is not None:
        return False
    owed = sa.select(ACCOUNT).where(ACCOUNT.c.guarantor_id == person_id, ACCOUNT.c.balance_cents > 0)
    about = group_by_key((row.creditor_id, row.id) for row in tx.conn.execute(owed.order_by(ACCOUNT.c.id)))
    open_tasks(
        tx,
        [
            NewTask(TaskKind.FIND_ADDRESS, Role.CLERK, why, person_id, creditor, tuple(ids))
            for creditor, ids in about.items()
        ],
    )
    open_holds(tx, [NewHold(HoldKind.ADDRESS_UNKNOWN, person_id=person_id, note=why)])
    return True

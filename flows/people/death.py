"""A death or a possible death is recorded, and all activity stops at once.

What stops, and the estate matter, are in flows/consequences.py.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from flows.accounts.holds import NewHold, open_holds
from flows.changes import announce
from flows.people.queries import PERSON, accounts_concerned, person_of, running_matters
from models import Hold
from models.columns import AnyRow, in_keys, table
from models.database import Transaction
from models.enums import HoldKind
from models.errors import BadInput
from models.events import DeathRecorded
from models.ids import PersonId

HOLD = table(Hold)


@dataclass(frozen=True, slots=True)
class Died:
    """A death was recorded; `accounts` are those it concerns. `confirmed`: whether its source proves it."""

    person_id: PersonId
    died_on: date
    source: str
    confirmed: bool
    accounts: tuple[AnyRow, ...]

    @property
    def account_ids(self) -> list[int]:
        """The keys of the accounts."""
        return [account.id for account in self.accounts]


@dataclass(frozen=True, slots=True)
class DeathSuspected:
    """A death was reported without its date, or without certainty."""

    person_id: PersonId
    source: str
    accounts: tuple[AnyRow, ...]


@dataclass(frozen=True, slots=True)
class DeathProved:
    """Proof of a death that is already on file."""

    person: AnyRow
    died_on: date
    source: str


def record_death(
    tx: Transaction, person_id: PersonId, died_on: date, source: str, *, confirmed: bool = True
) -> list[int]:
    """Record a death: on every account of the person, as guarantor or patient, all activity stops at once.

    `confirmed`: whether the source proves it, as a certificate, the SSA, an obituary or a discharge as expired do; a
    report by phone does not, and its matters stay reported until they are confirmed.

    Letters that are not mailed are voided, open calls are closed, agencies return accounts, promises and bank drafts
    stop, and a matter is opened at each creditor; returns the numbers of their matters. Raises Refused for a death
    before birth or after the business date. A death that is already on file changes nothing.
    """
    person = person_of(tx.conn, person_id)
    if person.death_date is not None:
        if confirmed:
            announce(tx, DeathProved(person, died_on, source))
        return []
    refuse_wrong_death(person.birth_date, died_on, tx.business_date)
    values = {"death_date": died_on, "version": PERSON.c.version + 1}
    tx.conn.execute(sa.update(PERSON).where(PERSON.c.id == person_id).values(**values))
    accounts = accounts_concerned(tx, person_id)
    for account in accounts:
        who = "guarantor" if account.guarantor_id == person_id else "patient"
        tx.record(DeathRecorded(account_id=account.id, died_on=died_on, who=who, source=source))
    announce(tx, Died(person_id, died_on, source, confirmed, tuple(accounts)))
    return [row.id for row in running_matters(tx.conn, person_id)]


def check_services(tx: Transaction, person_id: PersonId, died_on: date, *, sure: bool) -> None:
    """Raise BadInput at entry if a service on an account of the person is after the date of death, unless the user is
    sure: it is the wrong person, the wrong date, or the wrong date of service."""
    later = [one for one in accounts_concerned(tx, person_id) if one.service_from > died_on]
    if later and not sure:
        latest = max(later, key=lambda one: one.service_from)
        raise BadInput(
            f"account {latest.number} has a service on {latest.service_from}, after this date of death",
            "check the person and the date, and confirm the date if it is right",
            field="sure",
        )


def suspect_death(tx: Transaction, person_id: PersonId, source: str) -> list[int]:
    """Record a reported death without its date, or without certainty: all activity stops, and the desk confirms it.

    Returns the numbers of their matters.
    """
    person = person_of(tx.conn, person_id)
    if person.death_date is not None:
        return []
    announce(tx, DeathSuspected(person_id, source, tuple(accounts_concerned(tx, person_id))))
    return [row.id for row in running_matters(tx.conn, person_id)]


def hold_suspected(tx: Transaction, change: DeathSuspected) -> None:
    """Hold the person and, if the patient is not the guarantor, the account."""
    as_patient = [account.id for account in change.accounts if account.guarantor_id != change.person_id]
    held = [NewHold(HoldKind.DECEASED, account_id=key, note=change.source) for key in as_patient]
    if len(as_patient) < len(change.accounts):
        held.append(NewHold(HoldKind.DECEASED, person_id=change.person_id, note=change.source))
    there = _held_already(tx, change.person_id, as_patient)
    open_holds(tx, [hold for hold in held if (hold.person_id, hold.account_id) not in there])


def refuse_wrong_death(born_on: date | None, died_on: date, today: date) -> None:
    """Raise BadInput for an impossible date of death."""
    if died_on > today:
        raise BadInput(f"the date of death {died_on} is in the future; today is {today}", "correct the date")
    if born_on is not None and died_on < born_on:
        raise BadInput(f"the date of death {died_on} is before the birth date", "correct the date")


def _held_already(tx: Transaction, person_id: int, account_ids: Sequence[int]) -> set[tuple[int | None, int | None]]:
    """What an earlier report already stopped, as (person, account): a second report does not stop it twice."""
    whose = sa.or_(HOLD.c.person_id == person_id, in_keys(HOLD.c.account_id, list(account_ids)))
    query = sa.select(HOLD.c.person_id, HOLD.c.account_id).where(
        whose, HOLD.c.kind == HoldKind.DECEASED.value, HOLD.c.cleared_on.is_(None)
    )
    return {(row.person_id, row.account_id) for row in tx.conn.execute(query)}

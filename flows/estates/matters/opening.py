"""Matters opened, and accounts added to them: one matter for each decedent and creditor, with all balances owed
there."""

from collections.abc import Sequence

import sqlalchemy as sa

from flows.accounts.happenings import NewTask, open_tasks
from flows.estates.deadlines.commands import recompute
from flows.estates.death.later_services import watch_services
from flows.estates.matters.numbers import matter_number
from flows.estates.matters.queries import ACCOUNT, MATTER_ACCOUNT, PERSON, creditor_of, matter_row, running_at
from flows.people.queries import accounts_concerned, person_of, running_matters
from models import EstateMatter, MatterAccount
from models.columns import AnyRow, in_keys
from models.database import Transaction, batches, group_by_key
from models.errors import Refused
from models.estate_enums import MatterState
from models.estate_events import MatterJoined, MatterOpened
from models.ids import CreditorId, PersonId
from models.remedies import Remedy
from models.task_kinds import TaskKind
from models.user_enums import Role

FIRST_LOOK_DAYS = 5


def open_matters(tx: Transaction, person_id: PersonId, state: MatterState, source: str) -> list[int]:
    """Open a matter at every creditor with a balance, or add to the open one; returns their numbers."""
    owing = [account for account in accounts_concerned(tx, person_id) if account.balance_cents > 0]
    running = {row.creditor_id: row for row in running_matters(tx.conn, person_id)}
    numbers: list[int] = []
    for creditor, mine in group_by_key((account.creditor_id, account) for account in owing).items():
        if (there := running.get(creditor)) is not None:
            _join(tx, there.id, mine)
            numbers.append(there.id)
        else:
            numbers.append(_open(tx, person_id, creditor, state, source, mine))
    recompute(tx, numbers)
    for number in numbers:
        watch_services(tx, matter_row(tx.conn, number))
    return numbers


def _open(
    tx: Transaction,
    person_id: PersonId,
    creditor_id: CreditorId,
    state: MatterState,
    source: str,
    accounts: Sequence[AnyRow],
) -> int:
    person, creditor = person_of(tx.conn, person_id), creditor_of(tx.conn, creditor_id)
    state_of, guess = _residence(tx, person, creditor, accounts)
    number = tx.ids(EstateMatter, 1)[0]
    tx.insert(
        EstateMatter,
        [
            {
                "id": number,
                "person_id": person_id,
                "creditor_id": creditor_id,
                "state": state.value,
                "opened_on": tx.business_date,
                "opened_by": tx.actor,
                "source": source,
                # The court of the last residence has jurisdiction (Uniform Probate Code 3-201); the desk corrects it.
                "jurisdiction": state_of,
                "death_on": person.death_date,
                "review_on": tx.business_date,
            }
        ],
    )
    ids = [account.id for account in accounts]
    tx.insert(MatterAccount, [{"matter_id": number, "account_id": key} for key in ids])
    tx.record_all(MatterOpened(account_id=key, matter=number, state=state.value, source=source) for key in ids)
    reason = f"Estate matter {matter_number(number)}: {source}{guess}"
    first = accounts[0]
    task = NewTask(
        TaskKind.OPEN_ESTATE, Role.ESTATE_DESK, reason, first.guarantor_id, creditor_id, tuple(ids), FIRST_LOOK_DAYS
    )
    open_tasks(tx, [task])
    return number


def _residence(tx: Transaction, person: AnyRow, creditor: AnyRow, accounts: Sequence[AnyRow]) -> tuple[str | None, str]:
    """The state of the last residence if known, and a note if it is a guess. For a patient without an address it is the
    guarantor's state, such as a parent's, otherwise the creditor's."""
    if person.state:
        return person.state, ""
    others = {one.guarantor_id for one in accounts} - {person.id}
    homes = {person_of(tx.conn, key).state for key in sorted(others)} - {None}
    state, whose = (homes.pop(), "the guarantor's") if len(homes) == 1 else (creditor.state, "the creditor's")
    return (
        state,
        f"; the state ({state}) is {whose}, because the deceased has no address on file. Enter the correct state",
    )


def _join(tx: Transaction, matter: int, accounts: Sequence[AnyRow]) -> None:
    there = set(
        tx.conn.execute(sa.select(MATTER_ACCOUNT.c.account_id).where(MATTER_ACCOUNT.c.matter_id == matter)).scalars()
    )
    fresh = [account.id for account in accounts if account.id not in there]
    tx.insert(MatterAccount, [{"matter_id": matter, "account_id": key} for key in fresh])
    tx.record_all(MatterJoined(account_id=key, matter=matter) for key in fresh)


def join_matters(tx: Transaction, account_ids: Sequence[int], source: str) -> None:
    """New accounts, or accounts with a balance again: those of deceased people join a matter."""
    dead: set[PersonId] = set()
    for part in batches(account_ids):
        query = (
            sa.select(PERSON.c.id)
            .join(ACCOUNT, sa.or_(ACCOUNT.c.guarantor_id == PERSON.c.id, ACCOUNT.c.patient_id == PERSON.c.id))
            .where(in_keys(ACCOUNT.c.id, part), ACCOUNT.c.balance_cents > 0, PERSON.c.death_date.is_not(None))
        )
        dead.update(tx.conn.execute(query).scalars())
    for person in sorted(dead):
        open_matters(tx, person, MatterState.CONFIRMED, source)


def open_by_hand(tx: Transaction, person_id: PersonId, creditor_id: CreditorId, source: str) -> int:
    """Open a matter without a report of death, such as for a death long ago. Raises Refused.

    A second one for the same person and creditor is refused, also if another user opens it at the same moment.
    """
    person = person_of(tx.conn, person_id)
    if person.death_date is None:
        raise Refused("no death is on record", "enter the date of death and its source", field=("death", "source"))
    if (there := running_at(tx.conn, person_id, creditor_id)) is not None:
        raise Refused(
            f"matter {there} is already open for this person and creditor",
            "continue with that matter",
            remedy=Remedy.SHOW_MATTER,
            matter=there,
        )
    numbers = open_matters(tx, person_id, MatterState.CONFIRMED, source)
    mine = running_at(tx.conn, person_id, creditor_id)
    if mine is None or mine not in numbers:
        raise Refused("every account of this person at this creditor has a zero balance", "there is nothing to claim")
    return mine

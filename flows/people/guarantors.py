"""Checks of guarantors and their contact data, when an account is added and when a person changes."""

from collections.abc import Sequence

import sqlalchemy as sa

from compliance.hours import is_number
from flows.accounts.happenings import NewTask, close_tasks, open_tasks, open_tasks_on
from flows.accounts.holds import NewHold, clear_holds, open_holds
from flows.people.addresses import agrees
from flows.schedules.conditions import is_minor
from models import Account, Hold, Person
from models.columns import AnyRow, in_keys, table
from models.database import Transaction, batches, group_by_key
from models.enums import HoldKind, TaskState
from models.task_kinds import TaskKind
from models.user_enums import Role

ACCOUNT = table(Account)
HOLD = table(Hold)
PERSON = table(Person)

FIND_GUARANTOR, FIND_PHONE, FIND_ADDRESS = TaskKind.FIND_GUARANTOR, TaskKind.FIND_PHONE, TaskKind.FIND_ADDRESS

OLDEST_YEARS = 110
"""An age above this is more likely a wrong birth date."""

_TASKS = {
    HoldKind.MINOR: (FIND_GUARANTOR, "The guarantor is a minor: find the responsible party"),
    HoldKind.PHONE_UNKNOWN: (FIND_PHONE, "The phone number on file is invalid: find the correct one"),
    HoldKind.ADDRESS_UNKNOWN: (FIND_ADDRESS, "ZIP and state do not match: find the correct address"),
}


def check_guarantors(tx: Transaction, person_ids: Sequence[int]) -> None:
    """Hold guarantors who are minors, invalid numbers and addresses whose ZIP is in another state, each with a clerk's
    task; release a minor's hold once the birth date is corrected or the person is of age."""
    for part in batches(sorted(set(person_ids))):
        persons = tx.conn.execute(sa.select(PERSON).where(in_keys(PERSON.c.id, part)).order_by(PERSON.c.id)).all()
        wanted = [(person, kind) for person in persons for kind in _wrong(person, tx)]
        held = _held(tx, part)
        fresh = [(person, kind) for person, kind in wanted if (person.id, kind) not in held]
        open_holds(tx, [NewHold(kind, person_id=person.id, note=_TASKS[kind][1]) for person, kind in fresh])
        accounts = _owing(tx, part)
        for person, kind in wanted:
            _open_tasks(tx, kind, accounts.get(person.id, []))
        are = {(person.id, kind) for person, kind in wanted}
        over = [key for key, kind in held if kind is HoldKind.MINOR and (key, kind) not in are]
        for person_id in over:
            clear_holds(tx, held[person_id, HoldKind.MINOR], "the guarantor is not a minor")
            mine = [account.id for account in accounts.get(person_id, [])]
            close_tasks(tx, open_tasks_on(tx, mine, [FIND_GUARANTOR]), TaskState.DONE, "the guarantor is not a minor")


def _wrong(person: AnyRow, tx: Transaction) -> list[HoldKind]:
    found: list[HoldKind] = []
    if is_minor(person.birth_date, tx.business_date):
        found.append(HoldKind.MINOR)
    if person.phone is not None and not is_number(person.phone) and not person.mobile:
        found.append(HoldKind.PHONE_UNKNOWN)
    if not person.country and not agrees(person.zip, person.state):
        found.append(HoldKind.ADDRESS_UNKNOWN)
    return found


def _held(tx: Transaction, person_ids: Sequence[int]) -> dict[tuple[int, HoldKind], list[int]]:
    query = sa.select(HOLD.c.person_id, HOLD.c.kind, HOLD.c.id).where(
        in_keys(HOLD.c.person_id, person_ids),
        HOLD.c.kind.in_([kind.value for kind in _TASKS]),
        HOLD.c.cleared_on.is_(None),
    )
    return group_by_key(((row[0], HoldKind(row[1])), row[2]) for row in tx.conn.execute(query))


def _owing(tx: Transaction, person_ids: Sequence[int]) -> dict[int, list[AnyRow]]:
    query = sa.select(ACCOUNT).where(in_keys(ACCOUNT.c.guarantor_id, person_ids), ACCOUNT.c.balance_cents > 0)
    return group_by_key((row.guarantor_id, row) for row in tx.conn.execute(query.order_by(ACCOUNT.c.id)))


def _open_tasks(tx: Transaction, kind: HoldKind, accounts: Sequence[AnyRow]) -> None:
    task, reason = _TASKS[kind]
    about = group_by_key(((row.guarantor_id, row.creditor_id), row.id) for row in accounts)
    open_tasks(tx, [NewTask(task, Role.CLERK, reason, *pair, tuple(ids)) for pair, ids in about.items()])

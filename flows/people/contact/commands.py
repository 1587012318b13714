"""Changes of a person's contact data and preferences: with an event on every account, and waiting letters released."""

from collections.abc import Collection, Mapping
from typing import Any, NamedTuple

import sqlalchemy as sa

from compliance.hours import is_zip
from flows.accounts.happenings import NewTask, close_tasks, open_tasks, wake
from flows.accounts.holds import NewHold, clear_holds, open_holds
from flows.people.addresses import agrees, state_of_zip
from flows.people.contact.call_times import read_no_call_times
from flows.people.contact.languages import check_language
from flows.people.countries import HOME, HOMES, read_country
from flows.settings.contact_checks import check_email, check_number
from models import Account, Hold, Person, Task
from models.columns import AnyRow, ColumnValues, table
from models.database import Transaction, group_by_key
from models.enums import HoldKind, TaskState
from models.errors import BadInput
from models.events import PersonChanged
from models.ids import PersonId
from models.places import PROVINCES, STATES
from models.task_kinds import TaskKind, missing
from models.user_enums import Role
from models.values import BadValue

ACCOUNT = table(Account)
HOLD = table(Hold)
PERSON = table(Person)
TASK = table(Task)

WHOLE = (("address1", "street"), ("city", "city"), ("state", "state"), ("zip", "ZIP"))
"""The required parts of an address, with their names for people."""

ADDRESS = ("address1", "address2", "city", "state", "zip", "country")
UNCHECKED: ColumnValues = {"address_checked_on": None, "dpv": None, "delivery_point": None}
"""The columns of an address that was not checked yet: a new one."""

NUMBERS = ("phone", "mobile")
WISHES = ("email_consent", "text_consent", "language", "large_print", "no_call_times", "spoken_name", "alert")
FIELDS = (*ADDRESS, *NUMBERS, "email", *WISHES)
"""What can be changed about a person here."""

LONGEST_SPOKEN = 80
LONGEST_ALERT = 200


class Address(NamedTuple):
    """An address part by part. `country` is empty if the state or province implies it."""

    address1: str | None
    address2: str | None
    city: str | None
    state: str | None
    zip: str | None
    country: str


_FOUND = {
    HoldKind.ADDRESS_UNKNOWN: ((TaskKind.FIND_ADDRESS, missing("address")), "new address on file"),
    HoldKind.PHONE_UNKNOWN: ((TaskKind.FIND_PHONE, missing("phone")), "new phone number on file"),
}
"""What ends when contact data is found: the hold because it is missing, and the task to find it."""


def change_person(tx: Transaction, person_id: int, changes: Mapping[str, Any], source: str) -> tuple[str, ...]:
    """Change a person's contact data or preferences; returns the names of the changed fields.

    A new address or number ends the hold for a missing one and closes the tasks to find it; a new e-mail address is
    tried again. Raises BadInput for an address that can't be mailed to, an invalid e-mail address or number, and
    unreadable times.
    """
    person = tx.conn.execute(sa.select(PERSON).where(PERSON.c.id == person_id)).one()
    wanted = {name: changes[name] for name in FIELDS if name in changes}
    if any(name in wanted for name in ADDRESS):
        moved = wanted.get("state") is not None and "country" not in wanted
        parts = {name: wanted.pop(name) if name in wanted else getattr(person, name) for name in ADDRESS}
        parts["country"] = HOME if moved else _country(parts["country"])
        address = _abroad(Address(**parts))
        _check_address(address)
        wanted = {**address._asdict(), **wanted}
    _check_email(person, wanted)
    _check_numbers(wanted)
    read_no_call_times(wanted.get("no_call_times"))
    _check_spoken(wanted.get("spoken_name"))
    _check_alert(wanted.get("alert"))
    check_language(wanted.get("language"), person.language)
    changed = tuple(name for name, value in wanted.items() if getattr(person, name) != value)
    if not changed:
        return ()
    values = {name: wanted[name] for name in changed}
    if "email" in changed:
        values["email_failed_on"] = None
    values |= unchecked(changed)
    tx.conn.execute(sa.update(PERSON).where(PERSON.c.id == person_id).values(**values, version=PERSON.c.version + 1))
    _record(tx, person_id, changed, source)
    if any(name in ADDRESS for name in changed):
        _found(tx, person_id, HoldKind.ADDRESS_UNKNOWN)
    if any(name in NUMBERS and wanted[name] for name in changed):
        _found(tx, person_id, HoldKind.PHONE_UNKNOWN)
    return changed


def unchecked(changed: Collection[str]) -> ColumnValues:
    """The further columns that change with these: a new address was not checked by CASS and NCOALink yet."""
    return {} if set(ADDRESS).isdisjoint(changed) else UNCHECKED


def _country(text: str | None) -> str:
    """The code of a country as a person writes it: empty if a state or province implies it."""
    try:
        code = read_country(text) if text else HOME
    except BadValue as error:
        raise BadInput(str(error)) from None
    return HOME if code in HOMES else code


def _abroad(address: Address) -> Address:
    """In an address abroad the region is stored with the city: it is not a state here."""
    if not address.country:
        return address
    region = address.state
    city = f"{address.city}, {region}" if region and region not in STATES else address.city
    return address._replace(city=city, state=None)


def _check_address(address: Address) -> None:
    if address.country:
        missing = [said for name, said in WHOLE[:2] if not getattr(address, name)]
        if missing:
            raise BadInput(f"the address has no {', '.join(missing)}", "enter the complete address")
        return
    missing = [said for name, said in WHOLE if not getattr(address, name)]
    if missing:
        raise BadInput(f"the address has no {', '.join(missing)}", "enter the complete address")
    state, code = address.state or "", str(address.zip)
    if state in PROVINCES:
        if not agrees(code, state):
            raise BadInput(f'"{code}" is not a postal code of {state}', "enter a code such as H2X 1Y4")
        return
    digits = code.replace("-", "")
    if not digits.isdigit() or len(digits) not in (5, 9):
        raise BadInput(f'"{code}" is not a ZIP', "enter 5 digits, or 9 with a dash, such as 53703-1912")
    if not is_zip(digits[:5]):
        raise BadInput(f"ZIP {digits[:5]} does not exist", "find the ZIP by street and city")
    if not (len(state) == 2 and state.isalpha() and state.isupper()):
        raise BadInput(f'"{state}" is not a state', "enter its two letters, such as WI")
    if state not in STATES:
        raise BadInput(f'"{state}" is not a state', "enter its two letters, such as WI")
    if not agrees(digits[:5], state):
        there = state_of_zip(digits[:5])
        raise BadInput(f"ZIP {digits[:5]} is in {there}, not in {state}", "correct one of them")


def _check_email(person: AnyRow, wanted: Mapping[str, Any]) -> None:
    email = wanted.get("email", person.email)
    if wanted.get("email", person.email) != person.email:
        check_email(wanted.get("email"))
    # An earlier state is not this change's error: a file may import a consent without an address.
    changed = email != person.email or wanted.get("email_consent", person.email_consent) != person.email_consent
    if changed and wanted.get("email_consent") and not email:
        raise BadInput("e-mail consent needs an e-mail address", "enter the address too", field="email")
    if wanted.get("text_consent") and not wanted.get("mobile", person.mobile):
        raise BadInput("text consent needs a mobile number", "enter the number too", field="mobile")


def _check_numbers(wanted: Mapping[str, Any]) -> None:
    for name in NUMBERS:
        check_number(wanted.get(name))


def _check_alert(text: str | None) -> None:
    if len(text or "") > LONGEST_ALERT:
        raise BadInput(f"the alert has {len(text or '')} characters", f"the limit is {LONGEST_ALERT}", field="alert")


def _check_spoken(said: str | None) -> None:
    if said is not None and len(said) > LONGEST_SPOKEN:
        raise BadInput(f"the pronunciation has {len(said)} characters", f"the limit is {LONGEST_SPOKEN}")


def _record(tx: Transaction, person_id: int, changed: tuple[str, ...], source: str) -> None:
    concerned = sa.or_(ACCOUNT.c.guarantor_id == person_id, ACCOUNT.c.patient_id == person_id)
    query = sa.select(ACCOUNT.c.id, ACCOUNT.c.guarantor_id).where(concerned).order_by(ACCOUNT.c.id)
    for account in tx.conn.execute(query).all():
        who = "guarantor" if account.guarantor_id == person_id else "patient"
        tx.record(PersonChanged(account_id=account.id, who=who, changed=changed, source=source))


def _found(tx: Transaction, person_id: int, what: HoldKind) -> None:
    kinds, why = _FOUND[what]
    unknown = sa.select(HOLD.c.id).where(
        HOLD.c.person_id == person_id, HOLD.c.kind == what.value, HOLD.c.cleared_on.is_(None)
    )
    clear_holds(tx, list(tx.conn.execute(unknown).scalars()), why)
    tasks = sa.select(TASK.c.id).where(
        TASK.c.guarantor_id == person_id, TASK.c.kind.in_(kinds), TASK.c.state == TaskState.OPEN.value
    )
    close_tasks(tx, list(tx.conn.execute(tasks).scalars()), TaskState.DONE, why)
    # A step may have been blocked without a hold.
    mine = sa.select(ACCOUNT.c.id).where(ACCOUNT.c.guarantor_id == person_id)
    wake(tx, list(tx.conn.execute(mine).scalars()))


def drop_number(tx: Transaction, person_id: PersonId, why: str) -> bool:
    """Remove the number that was called, which is not the person's; returns whether another one is on file.

    If none is, there are no calls until a clerk finds one, which is a task.
    """
    person = tx.conn.execute(sa.select(PERSON).where(PERSON.c.id == person_id)).one()
    bad = "phone" if person.phone else "mobile"
    values: ColumnValues = {bad: None, "version": PERSON.c.version + 1}
    if bad == "mobile":
        values["text_consent"] = False
    tx.conn.execute(sa.update(PERSON).where(PERSON.c.id == person_id).values(**values))
    _record(tx, person_id, (bad,), why)
    if bad == "phone" and person.mobile:
        return True
    accounts = sa.select(ACCOUNT).where(ACCOUNT.c.guarantor_id == person_id, ACCOUNT.c.balance_cents > 0)
    about = group_by_key((row.creditor_id, row.id) for row in tx.conn.execute(accounts.order_by(ACCOUNT.c.id)))
    open_holds(tx, [NewHold(HoldKind.PHONE_UNKNOWN, person_id=person_id)])
    tasks = [NewTask(TaskKind.FIND_PHONE, Role.CLERK, why, person_id, key, tuple(ids)) for key, ids in about.items()]
    open_tasks(tx, tasks)
    return False


def stop_electronic(tx: Transaction, person_id: int, source: str) -> tuple[str, ...]:
    """A person opted out of e-mail and text messages: letters go by mail."""
    return change_person(tx, person_id, {"email_consent": False, "text_consent": False}, source)

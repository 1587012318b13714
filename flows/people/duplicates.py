"""Possible duplicate records: found at import, on hold until decided, joined and separated."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, TypedDict

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from flows.accounts.happenings import NewTask, close_tasks, open_tasks, open_tasks_on, wake
from flows.accounts.holds import STOPS_OF_A_PERSON, NewHold, clear_holds, open_holds
from flows.changes import announce
from flows.people.alike import OWN, Record, alike, digits
from flows.people.nearly import turned
from flows.people.queries import running_matters
from models import (
    Account,
    Arrangement,
    ContactAttempt,
    Enrollment,
    Hold,
    Letter,
    Person,
    PersonMoved,
    PersonSuspect,
    Placement,
    Promise,
    Settlement,
    Task,
)
from models.columns import AnyRow, in_keys, table
from models.database import Transaction, batches
from models.enums import HoldKind, SuspectState, TaskState
from models.errors import BadInput, NotFound, Refused
from models.events import PersonSuspected
from models.ids import PersonId
from models.labels import label, label_of
from models.remedies import Remedy
from models.task_kinds import TaskKind
from models.user_enums import Role

ACCOUNT = table(Account)
HOLD = table(Hold)
PERSON = table(Person)
MOVED = table(PersonMoved)
SUSPECT = table(PersonSuspect)
TASK = table(Task)

_PHONES = (PERSON.c.phone, PERSON.c.mobile)

KIND = TaskKind.SAME_PERSON
DUE_DAYS = 3


MOST_AT_A_PHONE = 20
"""A number that more records share is a clinic's or a placeholder, and matches no one."""

MOST_BORN_ON_A_DAY = 1_000
"""A birth date that more records share is a placeholder; it matches no one."""


@dataclass(frozen=True, slots=True)
class RecordsJoined:
    """Two records were decided to be the same person, who has these accounts now."""

    person_id: int
    account_ids: tuple[int, ...]


def find_suspects(tx: Transaction, person_ids: Sequence[int]) -> int:
    """Find possible duplicates of new or changed records; returns how many pairs are new.

    Only records with the same birth date are compared, with day and month swapped, and with the same phone, each
    by its index. Until a decision, the newer record of a pair whose SSN, phone or e-mail agree is on hold, so that
    no person gets letters or calls twice.
    """
    counts = _at_numbers(tx.conn, person_ids)
    of_many = frozenset(
        number
        for found in counts.values()
        for text, count in found.items()
        if count > MOST_AT_A_PHONE and (number := digits(text)) is not None
    )
    fresh = {
        one.person_id: replace(one, of_many=one.phones & of_many) for one in _records(tx.conn, PERSON.c.id, person_ids)
    }
    near = _near(tx.conn, list(fresh.values()), counts)
    pairs = {
        (min(one.person_id, other.person_id), max(one.person_id, other.person_id)): found
        for one in fresh.values()
        for key in _keys(one)
        for other in near.get(key, ())
        if one.person_id != other.person_id and (found := alike(one, other))
    }
    known = _known_pairs(tx.conn, [key for key, _ in pairs])
    new = {pair: found for pair, found in sorted(pairs.items()) if pair not in known}
    for (first, second), found in new.items():
        why = f"{', '.join(found[:-1])} and {found[-1]} agree"
        _open(tx, PersonId(first), PersonId(second), why, holds=bool(OWN & set(found)))
    return len(new)


def _keys(one: Record) -> Iterator[date | str]:
    """The keys under which possible duplicates are found: birth dates and phones."""
    if one.birth_date is not None:
        yield one.birth_date
        if (other := turned(one.birth_date)) is not None:
            yield other
        yield from one.phones


def _near(
    conn: Connection, fresh: Sequence[Record], counts: Mapping[sa.Column[Any], Mapping[str, int]]
) -> dict[date | str, list[Record]]:
    """The records to compare with, by birth date and by phone, if not shared by many."""
    days = _real_days(conn, sorted({key for one in fresh for key in _keys(one) if isinstance(key, date)}))
    by_key: dict[date | str, list[Record]] = {}
    for one in _records(conn, PERSON.c.birth_date, days):
        if one.birth_date is not None:
            by_key.setdefault(one.birth_date, []).append(one)
    for column, found in counts.items():
        few = [text for text, count in found.items() if count <= MOST_AT_A_PHONE]
        for one in _records(conn, column, few):
            for number in one.phones:
                by_key.setdefault(number, []).append(one)
    return by_key


def _real_days(conn: Connection, days: Sequence[date]) -> list[date]:
    """The birth dates that are not shared by too many records, by ix_person_birth."""
    found: list[date] = []
    for part in batches(list(days)):
        query = sa.select(PERSON.c.birth_date).where(PERSON.c.birth_date.in_(part)).group_by(PERSON.c.birth_date)
        found += conn.execute(query.having(sa.func.count() <= MOST_BORN_ON_A_DAY)).scalars()
    return sorted(found)


def _at_numbers(conn: Connection, people: Sequence[int]) -> dict[sa.Column[Any], dict[str, int]]:
    """How many records have each number of these people, as it is written, by column."""
    numbers: set[str] = set()
    for part in batches(list(people)):
        rows = conn.execute(sa.select(*_PHONES).where(PERSON.c.id.in_(part)))
        numbers.update(number for row in rows for number in row if number)
    found: dict[sa.Column[Any], dict[str, int]] = {column: {} for column in _PHONES}
    for column, counts in found.items():
        for part in batches(sorted(numbers)):
            query = sa.select(column, sa.func.count()).where(column.in_(part)).group_by(column).order_by(column)
            counts.update((row[0], row[1]) for row in conn.execute(query))
    return found


def _records(conn: Connection, column: sa.Column[Any], values: Sequence[Any]) -> Iterable[Record]:
    for part in batches(list(values)):
        for row in conn.execute(sa.select(PERSON).where(column.in_(part)).order_by(PERSON.c.id)):
            phones = frozenset(number for one in (row.phone, row.mobile) if (number := digits(one)) is not None)
            yield Record(
                row.id,
                row.first_name,
                row.last_name,
                row.birth_date,
                row.ssn_last4,
                phones,
                row.email,
                row.address1,
                row.zip,
            )


def _known_pairs(conn: Connection, firsts: Sequence[int]) -> set[tuple[int, int]]:
    found: set[tuple[int, int]] = set()
    for part in batches(sorted(set(firsts))):
        query = sa.select(SUSPECT.c.first_id, SUSPECT.c.second_id).where(in_keys(SUSPECT.c.first_id, part))
        found.update((row[0], row[1]) for row in conn.execute(query))
    return found


def _open(tx: Transaction, first: PersonId, second: PersonId, why: str, *, holds: bool) -> None:
    number = tx.ids(PersonSuspect, 1)[0]
    row = {
        "id": number,
        "first_id": first,
        "second_id": second,
        "why": why,
        "state": SuspectState.OPEN.value,
        "opened_on": tx.business_date,
    }
    tx.insert(PersonSuspect, [row])
    if holds:
        _hold(tx, second, f"possible duplicate of an older record: {why}")
    for person in (first, second):
        if is_stopped(tx.conn, person):
            _hold(tx, first if person == second else second, "a possible duplicate record is on hold")
    _say(tx, number, (first, second), SuspectState.OPEN.value, why)
    open_task(tx, number)


def open_task(tx: Transaction, number: int) -> None:
    """The task to decide about two records, on the accounts of the newer one, else of the older; none if neither has
    an account yet: it is opened with the first account."""
    row = tx.conn.execute(sa.select(SUSPECT).where(SUSPECT.c.id == number)).one()
    for person in (row.second_id, row.first_id):
        accounts = _accounts(tx.conn, person)
        if accounts:
            about = [one for one in accounts if one.creditor_id == accounts[0].creditor_id]
            reason = f"Decide whether two records are the same person (no. {number}): {row.why}"
            open_tasks(
                tx,
                [
                    NewTask(
                        KIND,
                        Role.CLERK,
                        reason,
                        accounts[0].guarantor_id,
                        accounts[0].creditor_id,
                        tuple(one.id for one in about),
                        DUE_DAYS,
                    )
                ],
            )
            return


def tasks_for_new_accounts(tx: Transaction, person_ids: Sequence[int]) -> None:
    """Open the tasks of pairs that waited for an account, when accounts are added."""
    for part in batches(sorted(set(person_ids))):
        query = sa.select(SUSPECT.c.id).where(
            sa.or_(in_keys(SUSPECT.c.first_id, part), in_keys(SUSPECT.c.second_id, part)),
            SUSPECT.c.state == SuspectState.OPEN.value,
        )
        for number in sorted(tx.conn.execute(query).scalars()):
            open_task(tx, number)


def is_stopped(conn: Connection, person_id: int) -> bool:
    """Whether a person's stop is active: death, cease, attorney or bankruptcy."""
    if conn.execute(sa.select(PERSON.c.death_date).where(PERSON.c.id == person_id)).scalar() is not None:
        return True
    query = sa.select(HOLD.c.id).where(
        HOLD.c.person_id == person_id,
        HOLD.c.cleared_on.is_(None),
        HOLD.c.kind.in_([kind.value for kind in STOPS_OF_A_PERSON]),
    )
    return conn.execute(query.limit(1)).first() is not None


def _hold(tx: Transaction, person_id: PersonId, note: str) -> None:
    if not _identity_holds(tx.conn, person_id):
        open_holds(tx, [NewHold(HoldKind.IDENTITY, person_id=person_id, note=note)])


def _identity_holds(conn: Connection, person_id: int) -> list[int]:
    # A hold with an end waits for a decision about a death, and belongs to the estate desk.
    query = sa.select(HOLD.c.id).where(
        HOLD.c.person_id == person_id,
        HOLD.c.kind == HoldKind.IDENTITY.value,
        HOLD.c.cleared_on.is_(None),
        HOLD.c.until_on.is_(None),
    )
    return list(conn.execute(query).scalars())


def _accounts(conn: Connection, person_id: int) -> list[AnyRow]:
    mine = sa.or_(ACCOUNT.c.guarantor_id == person_id, ACCOUNT.c.patient_id == person_id)
    return list(conn.execute(sa.select(ACCOUNT).where(mine).order_by(ACCOUNT.c.balance_cents.desc(), ACCOUNT.c.id)))


def _say(tx: Transaction, number: int, persons: Sequence[int], outcome: str, reason: str) -> None:
    keys = sorted({account.id for person in persons for account in _accounts(tx.conn, person)})
    tx.record_all(PersonSuspected(account_id=key, suspect=number, outcome=outcome, reason=reason) for key in keys)


class PersonCard(TypedDict):
    """The fields that distinguish a record of a person from another."""

    person: PersonId
    name: str
    birth_date: date | None
    address: str
    phone: str | None
    accounts: list[str]


class SuspectLine(TypedDict):
    """Two records that may be the same person."""

    suspect: int
    why: str
    state: str
    opened_on: date
    persons: list[PersonCard]


def open_suspects(conn: Connection, state: SuspectState = SuspectState.OPEN) -> list[SuspectLine]:
    """Pairs of records, pending ones by default, with the fields that distinguish the two."""
    query = sa.select(SUSPECT).where(SUSPECT.c.state == state.value).order_by(SUSPECT.c.id)
    return [
        {
            "suspect": row.id,
            "why": row.why,
            "state": row.state,
            "opened_on": row.opened_on,
            "persons": [_card(conn, row.first_id), _card(conn, row.second_id)],
        }
        for row in conn.execute(query).all()
    ]


def _card(conn: Connection, person_id: PersonId) -> PersonCard:
    person = conn.execute(sa.select(PERSON).where(PERSON.c.id == person_id)).one()
    place = (person.address1, person.city, person.state, person.zip, person.country)
    return {
        "person": person_id,
        "name": f"{person.first_name} {person.last_name}",
        "birth_date": person.birth_date,
        "address": ", ".join(text for text in place if text),
        "phone": person.phone,
        "accounts": [one.number for one in _accounts(conn, person_id)],
    }


def _suspect(tx: Transaction, number: int, *states: SuspectState) -> AnyRow:
    row = tx.conn.execute(sa.select(SUSPECT).where(SUSPECT.c.id == number).with_for_update()).first()
    if row is None:
        raise NotFound(f"there is no pair {number}", remedy=Remedy.LIST_SUSPECTS)
    if row.state not in states:
        decision = label_of(SuspectState, row.state).lower()
        raise Refused(f"pair {number} was decided on {row.decided_on} by {row.decided_by}: {decision}")
    return row


def decide_different(tx: Transaction, number: int, reason: str) -> None:
    """Decide that two records are different people: each is contacted separately. Raises Refused."""
    row = _suspect(tx, number, SuspectState.OPEN)
    _decide(tx, row, SuspectState.DIFFERENT, reason)
    _say(tx, number, (row.first_id, row.second_id), SuspectState.DIFFERENT.value, reason)
    for person in (row.first_id, row.second_id):
        _release(tx, person, "decided: different people")


def decide_same(tx: Transaction, number: int, reason: str) -> int:
    """Decide that two records are the same person: accounts, calls, letters and stops move to one; returns which.

    The record with a death is kept, else the older. Raises Refused if the estate desk has a matter of the
    other, and if both have a death.
    """
    row = _suspect(tx, number, SuspectState.OPEN)
    dead = [key for key in (row.first_id, row.second_id) if _died_on(tx.conn, key) is not None]
    kept = dead[0] if len(dead) == 1 else row.first_id
    other = row.second_id if kept == row.first_id else row.first_id
    if len(dead) == 2 or running_matters(tx.conn, other):
        raise Refused(
            f"each record of pair {number} has an estate matter",
            "annul one matter first",
            remedy=Remedy.UNDO_DEATH,
        )
    _close_second_calls(tx, kept, other)
    moved = [one for noun, column in _NOUNS for one in _move(tx, noun, column, other, kept)]
    tx.insert(PersonMoved, [{"suspect_id": number, "noun": noun, "key": key} for noun, key in moved])
    _decide(tx, row, SuspectState.SAME, reason, kept_id=kept)
    _say(tx, number, (kept,), SuspectState.SAME.value, reason)
    _release(tx, kept, "decided: same person")
    announce(tx, RecordsJoined(kept, tuple(account.id for account in _accounts(tx.conn, kept))))
    return kept


def undo_same(tx: Transaction, number: int, reason: str) -> None:
    """Undo a wrong decision that two records are the same person: what was moved is returned. Raises Refused."""
    row = _suspect(tx, number, SuspectState.SAME)
    _say(tx, number, (row.kept_id,), "undone", reason)
    other = row.second_id if row.kept_id == row.first_id else row.first_id
    columns = {f"{noun}.{column}": (noun, column) for noun, column in _NOUNS}
    for one in tx.conn.execute(sa.select(MOVED).where(MOVED.c.suspect_id == number)).all():
        noun, column = columns[one.noun]
        target = Account.metadata.tables[noun]
        tx.conn.execute(sa.update(target).where(_key_of(target) == _typed(target, one.key)).values({column: other}))
    tx.conn.execute(sa.delete(MOVED).where(MOVED.c.suspect_id == number))
    _decide(tx, row, SuspectState.DIFFERENT, reason, kept_id=None)
    wake(tx, [account.id for person in (row.kept_id, other) for account in _accounts(tx.conn, person)])


_NOUNS: tuple[tuple[str, str], ...] = (
    *(
        (str(table(noun).name), "guarantor_id")
        for noun in (Account, Enrollment, Task, ContactAttempt, Promise, Letter, Arrangement, Settlement, Placement)
    ),
    ("account", "patient_id"),
    ("hold", "person_id"),
    ("person_key", "person_id"),
)
"""What belongs to a person and moves with them. Estate matters stay where they were opened."""


def _key_of(target: sa.Table) -> sa.ColumnElement[Any]:
    if target.name == "person_key":
        return target.c.source + "\x1f" + target.c.role + "\x1f" + target.c.external_id
    (key,) = target.primary_key.columns
    return key


def _typed(target: sa.Table, key: str) -> Any:
    return key if target.name == "person_key" else int(key)


def _move(tx: Transaction, noun: str, column: str, source: int, goal: int) -> list[tuple[str, str]]:
    target = Account.metadata.tables[noun]
    mine = target.c[column] == source
    keys = [str(key) for key in tx.conn.execute(sa.select(_key_of(target)).where(mine)).scalars()]
    tx.conn.execute(sa.update(target).where(mine).values({column: goal}))
    return [(f"{noun}.{column}", key) for key in keys]


def _close_second_calls(tx: Transaction, kept: int, other: int) -> None:
    """One person has one open call at a creditor: the kept record's."""
    mine = sa.select(TASK.c.creditor_id).where(TASK.c.guarantor_id == kept, _OPEN_CALL)
    query = sa.select(TASK.c.id).where(TASK.c.guarantor_id == other, _OPEN_CALL, TASK.c.creditor_id.in_(mine))
    close_tasks(tx, list(tx.conn.execute(query).scalars()), TaskState.CANCELLED, "duplicate call to the same person")


_OPEN_CALL = sa.and_(TASK.c.kind == TaskKind.CALL, TASK.c.state == TaskState.OPEN.value)


def _died_on(conn: Connection, person_id: int) -> Any:
    return conn.execute(sa.select(PERSON.c.death_date).where(PERSON.c.id == person_id)).scalar()


def _decide(tx: Transaction, row: AnyRow, state: SuspectState, reason: str, **more: Any) -> None:
    if not reason.strip():
        raise BadInput("enter a reason, such as: same driver's license")
    values = {"state": state.value, "decided_on": tx.business_date, "decided_by": tx.actor, "reason": reason, **more}
    tx.conn.execute(sa.update(SUSPECT).where(SUSPECT.c.id == row.id).values(**values))
    accounts = [account.id for person in (row.first_id, row.second_id) for account in _accounts(tx.conn, person)]
    said = f"(no. {row.id})"
    query = sa.select(TASK.c.id).where(TASK.c.id.in_(open_tasks_on(tx, accounts, [KIND])), TASK.c.reason.contains(said))
    close_tasks(tx, list(tx.conn.execute(query).scalars()), TaskState.DONE, f"decided: {label(state).lower()}")
    # Another pair of the same records may have waited for this one's task.
    tasks_for_new_accounts(tx, [row.first_id, row.second_id])


def _release(tx: Transaction, person_id: int, why: str) -> None:
    """End the hold of a person without pending pairs."""
    query = sa.select(SUSPECT.c.id).where(
        sa.or_(SUSPECT.c.first_id == person_id, SUSPECT.c.second_id == person_id),
        SUSPECT.c.state == SuspectState.OPEN.value,
    )
    if tx.conn.execute(query.limit(1)).first() is None:
        clear_holds(tx, _identity_holds(tx.conn, person_id), why)

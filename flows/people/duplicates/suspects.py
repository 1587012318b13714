"""Possible duplicate records: found at import, with a hold and a task until they are decided."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from flows.accounts.happenings import NewTask, open_tasks
from flows.accounts.holds import NewHold, open_holds
from flows.people.alike import OWN, Record, alike, digits
from flows.people.duplicates.queries import PERSON, SUSPECT, accounts_of_person, identity_holds, is_stopped
from flows.people.nearly import turned
from models import PersonSuspect
from models.columns import in_keys
from models.database import Transaction, batches
from models.enums import HoldKind, SuspectState
from models.events import PersonSuspected
from models.ids import PersonId
from models.task_kinds import TaskKind
from models.user_enums import Role

_PHONES = (PERSON.c.phone, PERSON.c.mobile)

KIND = TaskKind.SAME_PERSON
DUE_DAYS = 3

MOST_AT_A_PHONE = 20
"""A number that more records share is a clinic's or a placeholder, and matches no one."""

MOST_BORN_ON_A_DAY = 1_000
"""A birth date that more records share is a placeholder; it matches no one."""


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
    tell_pair(tx, number, (first, second), SuspectState.OPEN.value, why)
    open_task(tx, number)


def open_task(tx: Transaction, number: int) -> None:
    """The task to decide about two records, on the accounts of the newer one, else of the older; none if neither has
    an account yet: it is opened with the first account."""
    row = tx.conn.execute(sa.select(SUSPECT).where(SUSPECT.c.id == number)).one()
    for person in (row.second_id, row.first_id):
        accounts = accounts_of_person(tx.conn, person)
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


def _hold(tx: Transaction, person_id: PersonId, note: str) -> None:
    if not identity_holds(tx.conn, person_id):
        open_holds(tx, [NewHold(HoldKind.IDENTITY, person_id=person_id, note=note)])


def tell_pair(tx: Transaction, number: int, persons: Sequence[int], outcome: str, reason: str) -> None:
    """Record in the histories of two records that they may be the same person, or what was decided."""
    keys = sorted({account.id for person in persons for account in accounts_of_person(tx.conn, person)})
    tx.record_all(PersonSuspected(account_id=key, suspect=number, outcome=outcome, reason=reason) for key in keys)

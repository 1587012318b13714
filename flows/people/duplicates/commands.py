"""Two records are decided to be the same person, or different people; a wrong decision is undone."""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from flows.accounts.happenings import close_tasks, open_tasks_on, wake
from flows.accounts.holds import clear_holds
from flows.changes import announce
from flows.people.duplicates.queries import PERSON, SUSPECT, accounts_of_person, identity_holds
from flows.people.duplicates.suspects import KIND, tasks_for_new_accounts, tell_pair
from flows.people.queries import running_matters
from models import (
    Account,
    Arrangement,
    ContactAttempt,
    Enrollment,
    Letter,
    PersonMoved,
    Placement,
    Promise,
    Settlement,
    Task,
)
from models.columns import AnyRow, table
from models.database import Transaction
from models.enums import SuspectState, TaskState
from models.errors import BadInput, NotFound, Refused
from models.labels import label, label_of
from models.remedies import Remedy
from models.task_kinds import TaskKind

MOVED = table(PersonMoved)
TASK = table(Task)


@dataclass(frozen=True, slots=True)
class RecordsJoined:
    """Two records were decided to be the same person, who has these accounts now."""

    person_id: int
    account_ids: tuple[int, ...]


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
    tell_pair(tx, number, (row.first_id, row.second_id), SuspectState.DIFFERENT.value, reason)
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
    tell_pair(tx, number, (kept,), SuspectState.SAME.value, reason)
    _release(tx, kept, "decided: same person")
    announce(tx, RecordsJoined(kept, tuple(account.id for account in accounts_of_person(tx.conn, kept))))
    return kept


def undo_same(tx: Transaction, number: int, reason: str) -> None:
    """Undo a wrong decision that two records are the same person: what was moved is returned. Raises Refused."""
    row = _suspect(tx, number, SuspectState.SAME)
    tell_pair(tx, number, (row.kept_id,), "undone", reason)
    other = row.second_id if row.kept_id == row.first_id else row.first_id
    columns = {f"{noun}.{column}": (noun, column) for noun, column in _NOUNS}
    for one in tx.conn.execute(sa.select(MOVED).where(MOVED.c.suspect_id == number)).all():
        noun, column = columns[one.noun]
        target = Account.metadata.tables[noun]
        tx.conn.execute(sa.update(target).where(_key_of(target) == _typed(target, one.key)).values({column: other}))
    tx.conn.execute(sa.delete(MOVED).where(MOVED.c.suspect_id == number))
    _decide(tx, row, SuspectState.DIFFERENT, reason, kept_id=None)
    wake(tx, [account.id for person in (row.kept_id, other) for account in accounts_of_person(tx.conn, person)])


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
    accounts = [
        account.id for person in (row.first_id, row.second_id) for account in accounts_of_person(tx.conn, person)
    ]
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
        clear_holds(tx, identity_holds(tx.conn, person_id), why)

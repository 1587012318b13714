"""What a call result opened and changed, so that it can be undone. It is stored with the call."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, time
from typing import TypeVar

import sqlalchemy as sa
from pydantic import TypeAdapter

from models import Account, Coverage, Hold, Letter, Person, Promise, PromiseAccount, Task
from models.columns import AnyRow, in_keys, table
from models.database import Transaction
from models.enums import PromiseState
from models.ids import CreditorId, PersonId

ACCOUNT = table(Account)
COVERAGE = table(Coverage)
HOLD = table(Hold)
LETTER = table(Letter)
PERSON = table(Person)
PROMISE = table(Promise)
PROMISE_ACCOUNT = table(PromiseAccount)
TASK = table(Task)


@dataclass(frozen=True, slots=True)
class CallBefore:
    """The task of a call as it was before a result."""

    id: int
    state: str
    attempts_made: int
    not_before_on: date | None
    callback_on: date | None
    callback_time: time | None
    callback_asked_on: date | None
    give_up_on: date | None
    closed_on: date | None
    outcome: str | None


@dataclass(frozen=True, slots=True)
class NumbersBefore:
    """What a wrong number removes from a person, as it was before."""

    phone: str | None
    mobile: str | None
    text_consent: bool


@dataclass(frozen=True, slots=True)
class Followed:
    """The numbers of what a result opened, and what it changed as it was before; None if it did not change."""

    holds: tuple[int, ...] = ()
    tasks: tuple[int, ...] = ()
    promises: tuple[int, ...] = ()
    letters: tuple[int, ...] = ()
    coverages: tuple[int, ...] = ()
    replaced: tuple[int, ...] = ()
    call: CallBefore | None = None
    numbers: NumbersBefore | None = None

    def text(self) -> str:
        """The stored form."""
        return _STORED.dump_json(self, exclude_defaults=True).decode()


_STORED = TypeAdapter(Followed)


def followed_from(text: str) -> Followed:
    """What was stored with a call."""
    return _STORED.validate_json(text)


@dataclass(frozen=True, slots=True)
class Mark:
    """What stood before a result: the highest numbers, the open promises, the call and the phone numbers."""

    guarantor: PersonId
    creditor: CreditorId
    highest: Mapping[str, int]
    open_promises: frozenset[int]
    call: CallBefore | None
    numbers: NumbersBefore


_Columns = TypeVar("_Columns", CallBefore, NumbersBefore)


def columns_to(kind: type[_Columns], row: AnyRow) -> _Columns:
    """The columns of a row that a value has, by name."""
    return kind(**{one.name: getattr(row, one.name) for one in fields(kind)})


_COUNTED = (HOLD, TASK, PROMISE, LETTER, COVERAGE)


def mark_before(tx: Transaction, guarantor: PersonId, creditor: CreditorId, task: AnyRow | None) -> Mark:
    """What stands before a result is recorded, with the guarantor locked until the transaction ends."""
    person = tx.conn.execute(sa.select(PERSON).where(PERSON.c.id == guarantor).with_for_update()).one()
    highest = {
        one.name: int(tx.conn.execute(sa.select(sa.func.coalesce(sa.func.max(one.c.id), 0))).scalar_one())
        for one in _COUNTED
    }
    return Mark(
        guarantor,
        creditor,
        highest,
        frozenset(_open_promises(tx, guarantor, creditor)),
        None if task is None else columns_to(CallBefore, task),
        columns_to(NumbersBefore, person),
    )


def followed_since(tx: Transaction, mark: Mark) -> Followed:
    """What was opened and changed for the guarantor since a mark, in the same transaction."""
    mine = sa.select(ACCOUNT.c.id).where(ACCOUNT.c.guarantor_id == mark.guarantor)
    person = tx.conn.execute(sa.select(PERSON).where(PERSON.c.id == mark.guarantor)).one()
    numbers = columns_to(NumbersBefore, person)
    return Followed(
        holds=_new(tx, mark, HOLD, sa.or_(HOLD.c.person_id == mark.guarantor, HOLD.c.account_id.in_(mine))),
        tasks=_new(tx, mark, TASK, TASK.c.guarantor_id == mark.guarantor),
        promises=_new(tx, mark, PROMISE, PROMISE.c.guarantor_id == mark.guarantor),
        letters=_new(tx, mark, LETTER, LETTER.c.guarantor_id == mark.guarantor),
        coverages=_new(tx, mark, COVERAGE, COVERAGE.c.account_id.in_(mine)),
        replaced=tuple(sorted(mark.open_promises - _open_promises(tx, mark.guarantor, mark.creditor))),
        call=mark.call,
        numbers=None if numbers == mark.numbers else mark.numbers,
    )


def _new(tx: Transaction, mark: Mark, which: sa.Table, mine: sa.ColumnElement[bool]) -> tuple[int, ...]:
    query = sa.select(which.c.id).where(which.c.id > mark.highest[which.name], mine).order_by(which.c.id)
    return tuple(tx.conn.execute(query).scalars())


def _open_promises(tx: Transaction, guarantor: PersonId, creditor: CreditorId) -> set[int]:
    query = sa.select(PROMISE.c.id).where(
        PROMISE.c.guarantor_id == guarantor,
        PROMISE.c.creditor_id == creditor,
        PROMISE.c.state == PromiseState.OPEN.value,
    )
    return set(tx.conn.execute(query).scalars())


def accounts_of_promises(tx: Transaction, promise_ids: Sequence[int]) -> list[int]:
    """The accounts that these promises are about."""
    query = sa.select(PROMISE_ACCOUNT.c.account_id).where(in_keys(PROMISE_ACCOUNT.c.promise_id, promise_ids))
    return sorted(set(tx.conn.execute(query).scalars()))

"""A call was made: how it ended, and all that follows from it, in one transaction."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta

import sqlalchemy as sa

from flows.calls.dispositions import DISPOSITIONS, Disposition
from flows.calls.queries import accounts_of_tasks
from flows.dunning.schedule import On
from flows.happenings.commands import NewTask, close_tasks, happen, open_tasks
from flows.holds.commands import NewHold, hold_for, open_holds, record_death
from flows.ledger.queries import last_entry, owed, paid_since
from models import Account, ContactAttempt, Promise, PromiseAccount, Task
from models.columns import AnyRow, table
from models.database import Transaction
from models.errors import Refused
from models.events import CallMade, PromiseJudged, PromiseMade
from models.kinds import HoldKind, PromiseState, TaskState
from models.values import dollars

ACCOUNT = table(Account)
PROMISE = table(Promise)
PROMISE_ACCOUNT = table(PromiseAccount)
TASK = table(Task)

GRACE_DAYS = 3
"""How long after its day a promise is waited for before it is judged."""

FURTHEST_PROMISE_DAYS = 90


class RefusedDisposition(Refused):
    """A disposition that cannot be taken; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Said:
    """How a call ended, as the collector says it. Amounts in cents."""

    code: str
    at: str
    amount_cents: int | None = None
    on: date | None = None
    note: str | None = None


def dispose(tx: Transaction, task_id: int, said: Said) -> None:
    """Write down a call and do what its disposition asks; raises RefusedDisposition, and changes nothing."""
    disposition = _known(said)
    task = tx.conn.execute(sa.select(TASK).where(TASK.c.id == task_id).with_for_update()).first()
    if task is None:
        raise RefusedDisposition(f"there is no task {task_id}; `pastdue calls` lists the calls of the day")
    if task.kind != "call":
        raise RefusedDisposition(f"task {task_id} is not a call but {task.kind}; a disposition is how a call ended")
    if task.state != TaskState.OPEN.value:
        raise RefusedDisposition(f"task {task_id} was closed on {task.closed_on} ({task.outcome}); nothing was written")
    ids = accounts_of_tasks(tx.conn, [task_id])[task_id]
    accounts = list(tx.conn.execute(sa.select(ACCOUNT).where(ACCOUNT.c.id.in_(ids)).order_by(ACCOUNT.c.id)))
    _refuse_wrong(said, disposition, accounts, tx.business_date)
    _write_attempt(tx, task, disposition, said)
    tx.record_all(
        CallMade(account_id=key, task=task_id, disposition=said.code, talked=disposition.talked, note=said.note)
        for key in ids
    )
    _follow(tx, task, accounts, disposition, said)
    _move_task(tx, task, disposition, said)


def _known(said: Said) -> Disposition:
    disposition = DISPOSITIONS.get(said.code)
    if disposition is None:
        raise RefusedDisposition(f'"{said.code}" is not a disposition; known are {", ".join(sorted(DISPOSITIONS))}')
    for name, given in (("amount", said.amount_cents), ("date", said.on)):
        if name in disposition.needs and given is None:
            raise RefusedDisposition(f"{said.code} needs --{name}")
    return disposition


def _refuse_wrong(said: Said, disposition: Disposition, accounts: list[AnyRow], today: date) -> None:
    if said.code == "promise_to_pay":
        owed = sum(account.balance_cents for account in accounts)
        amount, on = said.amount_cents or 0, said.on or today
        if on < today:
            raise RefusedDisposition(f"a promise for {on} lies in the past; today is {today}")
        if (on - today).days > FURTHEST_PROMISE_DAYS:
            raise RefusedDisposition(
                f"{on} is more than {FURTHEST_PROMISE_DAYS} days away; offer an arrangement instead"
            )
        if amount <= 0:
            raise RefusedDisposition("a promise is of an amount above zero; give --amount in dollars, such as 50.00")
        if amount > owed:
            raise RefusedDisposition(
                f"{dollars(amount)} is more than the {dollars(owed)} that is owed; correct the amount"
            )
    if said.code == "callback" and said.on is not None and said.on < today:
        raise RefusedDisposition(f"a callback on {said.on} lies in the past; today is {today}")


def _write_attempt(tx: Transaction, task: AnyRow, disposition: Disposition, said: Said) -> None:
    tx.insert(
        ContactAttempt,
        [
            {
                "id": tx.ids(ContactAttempt, 1)[0], "task_id": task.id, "guarantor_id": task.guarantor_id,
                "creditor_id": task.creditor_id, "kind": "call", "made_on": tx.business_date, "at": said.at,
                "disposition": said.code, "talked": disposition.talked, "counts": disposition.counts,
                "made_by": tx.actor, "note": said.note,
            }
        ],
    )  # fmt: skip


def _follow(tx: Transaction, task: AnyRow, accounts: list[AnyRow], disposition: Disposition, said: Said) -> None:
    if said.code == "promise_to_pay":
        _promise(tx, task, accounts, said)
    if said.code == "deceased" and said.on is not None:
        record_death(tx, task.guarantor_id, said.on, "told on the phone")
    if disposition.hold is not None:
        holds = {hold_for(disposition.hold, account, scope=disposition.scope): None for account in accounts}
        open_holds(tx, list(holds))
    if disposition.task is not None:
        follow = disposition.task
        about = tuple(account.id for account in accounts)
        why = disposition.says + (f": {said.note}" if said.note else "")
        new = NewTask(follow.kind, follow.role, why, task.guarantor_id, task.creditor_id, about, follow.due_days)
        open_tasks(tx, [new])


def _promise(tx: Transaction, task: AnyRow, accounts: list[AnyRow], said: Said) -> None:
    assert said.amount_cents is not None
    assert said.on is not None
    number = tx.ids(Promise, 1)[0]
    judge_on = said.on + timedelta(days=GRACE_DAYS)
    tx.insert(
        Promise,
        [
            {
                "id": number, "guarantor_id": task.guarantor_id, "creditor_id": task.creditor_id,
                "amount_cents": said.amount_cents, "made_on": tx.business_date, "due_on": said.on,
                "judge_on": judge_on, "state": PromiseState.OPEN.value, "paid_cents": 0,
                "after_entry_id": last_entry(tx.conn),
            }
        ],
    )  # fmt: skip
    owing = [account for account in accounts if account.balance_cents > 0]
    tx.insert(PromiseAccount, [{"promise_id": number, "account_id": account.id} for account in owing])
    tx.record_all(
        PromiseMade(account_id=account.id, promise=number, amount_cents=said.amount_cents, due_on=said.on)
        for account in owing
    )
    # Nobody is written to while a promise runs; the hold ends by itself on the day it is judged.
    open_holds(tx, [NewHold(HoldKind.PROMISE, account_id=account.id, until=judge_on) for account in owing])


def _move_task(tx: Transaction, task: AnyRow, disposition: Disposition, said: Said) -> None:
    made = task.attempts_made + 1
    used_up = made >= task.attempts_allowed and said.code != "callback"
    if disposition.closes or used_up:
        if tx.conn.execute(sa.select(TASK.c.state).where(TASK.c.id == task.id)).scalar_one() == TaskState.OPEN.value:
            state = TaskState.DONE if disposition.closes else TaskState.GIVEN_UP
            close_tasks(tx, [task.id], state, said.code)
        return
    again = said.on if said.code == "callback" else tx.business_date + timedelta(days=task.every_days)
    values: dict[str, object] = {"attempts_made": made, "not_before_on": again}
    if said.code == "callback" and said.on is not None:
        values["call_at"] = said.on.isoformat()
        values["give_up_on"] = max(task.give_up_on or said.on, said.on + timedelta(days=task.every_days))
    tx.conn.execute(sa.update(TASK).where(TASK.c.id == task.id).values(**values))


def judge_promises(tx: Transaction) -> Counter[str]:
    """Promises whose day and grace are over: kept, partly kept or broken by what the ledger holds since."""
    due = sa.select(PROMISE).where(PROMISE.c.judge_on <= tx.business_date, sa.text("promise.state = 'open'"))
    counts: Counter[str] = Counter()
    for promise in sorted(tx.conn.execute(due), key=lambda promise: promise.id):
        about = sa.select(PROMISE_ACCOUNT.c.account_id).where(PROMISE_ACCOUNT.c.promise_id == promise.id)
        ids = sorted(tx.conn.execute(about).scalars())
        paid = paid_since(tx.conn, ids, promise.after_entry_id)
        outcome = _judge(promise.amount_cents, paid, owed(tx.conn, ids))
        counts[f"promises_{outcome.value}"] += 1
        tx.conn.execute(
            sa.update(PROMISE).where(PROMISE.c.id == promise.id).values(state=outcome.value, paid_cents=paid)
        )
        tx.record_all(
            PromiseJudged(
                account_id=key, promise=promise.id, outcome=outcome.value, amount_cents=promise.amount_cents,
                paid_cents=paid,
            )
            for key in ids
        )  # fmt: skip
        if outcome is not PromiseState.KEPT:
            happen(tx, On.PROMISE_BROKEN, ids, promise.id)
    return counts


def _judge(promised: int, paid: int, owed: int) -> PromiseState:
    if paid >= promised or owed <= 0:
        return PromiseState.KEPT
    return PromiseState.PARTLY_KEPT if paid > 0 else PromiseState.BROKEN


def give_up_calls(tx: Transaction) -> int:
    """Close the calls whose time is over; gives how many."""
    query = sa.select(TASK.c.id).where(
        sa.text("task.state = 'open'"), TASK.c.kind == "call", TASK.c.give_up_on < tx.business_date
    )
    over = sorted(tx.conn.execute(query).scalars())
    close_tasks(tx, over, TaskState.GIVEN_UP, "nobody was reached in time")
    return len(over)

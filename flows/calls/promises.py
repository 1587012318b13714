"""Promises to pay: recorded, and judged by the ledger after their due date and grace period."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from compliance.days import business_days_after
from flows.accounts.counts import Count, Counts
from flows.accounts.happenings import happen, happen_each, withdraw
from flows.accounts.holds import NewHold, clear_holds, holds_of, open_holds
from flows.accounts.load import practice_days_now
from flows.accounts.pages import Subject
from flows.ledger.queries import entries_of_patients, last_entry, owed, owed_by_account, paid_within, sum_within
from flows.schedules.schedule import Trigger
from flows.settings.queries import policy_now
from models import Promise, PromiseAccount
from models.call_events import PromiseJudged, PromiseMade
from models.columns import AnyRow, in_keys, table
from models.database import Transaction, batches, bulk, group_by_key
from models.enums import HoldKind, PromiseState
from models.errors import BadInput, Refused
from models.ids import CreditorId, PersonId
from models.values import dollars

PROMISE = table(Promise)
PROMISE_ACCOUNT = table(PromiseAccount)

FURTHEST_PROMISE_DAYS = 90


def refuse_wrong_promise(amount_cents: int, on: date, accounts: Sequence[AnyRow], today: date) -> None:
    """Raise Refused for a date in the past or too far away, and for an amount of zero or above the balance."""
    owing = sum(account.balance_cents for account in accounts)
    if on < today:
        raise BadInput(f"the due date {on} is in the past", f"today is {today}")
    if (on - today).days > FURTHEST_PROMISE_DAYS:
        raise BadInput(f"{on} is more than {FURTHEST_PROMISE_DAYS} days away", "offer a payment plan instead")
    if amount_cents <= 0:
        raise BadInput("the promise amount must be more than $0", "enter an amount such as 50.00", field="amount")
    if amount_cents > owing:
        raise Refused(f"{dollars(amount_cents)} is more than the balance of {dollars(owing)}", "correct the amount")


def promise(
    tx: Transaction,
    guarantor_id: PersonId,
    creditor_id: CreditorId,
    accounts: Sequence[AnyRow],
    amount_cents: int,
    on: date,
) -> int:
    """Record a promise about accounts; returns its number. An older open promise is replaced by it.

    There are no letters or calls while it is open; the hold ends on the day on which it is kept, or judged.
    """
    number = tx.ids(Promise, 1)[0]
    closed = practice_days_now(tx.conn).is_closed
    judge_on = business_days_after(on, policy_now(tx.conn).promise_grace_days, closed)
    owing = [account for account in accounts if account.balance_cents > 0]
    _replace(tx, [account.id for account in owing])
    tx.insert(
        Promise,
        [
            {
                "id": number,
                "guarantor_id": guarantor_id,
                "creditor_id": creditor_id,
                "amount_cents": amount_cents,
                "made_on": tx.business_date,
                "due_on": on,
                "judge_on": judge_on,
                "state": PromiseState.OPEN.value,
                "paid_cents": 0,
                "after_entry_id": last_entry(tx.conn),
            }
        ],
    )
    tx.insert(PromiseAccount, [{"promise_id": number, "account_id": account.id} for account in owing])
    tx.record_all(
        PromiseMade(account_id=account.id, promise=number, amount_cents=amount_cents, due_on=on) for account in owing
    )
    until = max(judge_on, tx.business_date + timedelta(days=1))
    open_holds(tx, [NewHold(HoldKind.PROMISE, account_id=account.id, until=until) for account in owing])
    return number


def _replace(tx: Transaction, account_ids: Sequence[int]) -> None:
    query = (
        sa.select(PROMISE.c.id)
        .join(PROMISE_ACCOUNT, PROMISE_ACCOUNT.c.promise_id == PROMISE.c.id)
        .where(PROMISE_ACCOUNT.c.account_id.in_(account_ids), PROMISE.c.state == PromiseState.OPEN.value)
    )
    running = sorted(set(tx.conn.execute(query).scalars()))
    tx.conn.execute(sa.update(PROMISE).where(PROMISE.c.id.in_(running)).values(state=PromiseState.REPLACED.value))


def replace_promises(tx: Transaction, account_ids: Sequence[int], by: str) -> None:
    """Open promises are replaced by a plan: agreeing to a plan does not break a promise."""
    _replace(tx, account_ids)
    holds = [hold for key in account_ids for hold in holds_of(tx, key, HoldKind.PROMISE)]
    clear_holds(tx, holds, f"replaced by {by}")


def due_promises(conn: Connection, today: date) -> list[int]:
    """Promises past their due date and grace period, by ix_promise_open."""
    due = sa.select(PROMISE.c.id).where(PROMISE.c.judge_on <= today, sa.text("promise.state = 'open'"))
    return sorted(conn.execute(due).scalars())


def promise_subject(tx: Transaction, key: int) -> Subject:
    """The subject of a promise: its guarantor, creditor and accounts."""
    row = tx.conn.execute(sa.select(PROMISE.c.guarantor_id, PROMISE.c.creditor_id).where(PROMISE.c.id == key)).one()
    return Subject(row.guarantor_id, row.creditor_id, tuple(_accounts_of(tx, key)))


def judge_promises(tx: Transaction, keys: Sequence[int]) -> Counts:
    """Judge promises: kept, partially kept or broken by the payments in their time."""
    counts = Counts()
    promises = tx.conn.execute(sa.select(PROMISE).where(in_keys(PROMISE.c.id, keys)).order_by(PROMISE.c.id)).all()
    about = _accounts_of_each(tx, keys)
    ids = sorted({key for mine in about.values() for key in mine})
    owing = owed_by_account(tx.conn, ids)
    paid_on = group_by_key((one.account_id, one) for one in entries_of_patients(tx.conn, ids, _earliest(promises)))
    judged: list[_Judged] = []
    for one in promises:
        mine = about.get(one.id, [])
        entries = [entry for key in mine for entry in paid_on.get(key, ()) if entry.id > one.after_entry_id]
        paid = sum_within(entries, one.made_on, max(one.judge_on, one.due_on))
        outcome = _judge(one.amount_cents, paid, sum(owing[key] for key in mine))
        counts[Count(f"promises_{outcome.value}")] += 1
        judged.append(_Judged(one, mine, outcome, paid))
    _record_judged(tx, judged)
    broken = {key: one.promise.id for one in judged if one.outcome is not PromiseState.KEPT for key in one.account_ids}
    happen_each(tx, Trigger.PROMISE_BROKEN, broken)
    return counts


def _earliest(promises: Sequence[AnyRow]) -> int:
    return min((one.after_entry_id for one in promises), default=0)


REJUDGED_DAYS = 60
"""Until this long after its due date a promise is judged again when a payment arrives late that is dated on time."""

_REJUDGED = tuple(
    state.value for state in (PromiseState.OPEN, PromiseState.KEPT, PromiseState.PARTLY_KEPT, PromiseState.BROKEN)
)


def money_moved(tx: Transaction, account_ids: Sequence[int]) -> None:
    """Patient payments were posted or reversed: a promise that they fulfill is kept at once, and its hold ends; one
    that was judged before the payment arrived is judged again, by the date of the payment."""
    since = tx.business_date - timedelta(days=REJUDGED_DAYS)
    for part in batches(account_ids):
        query = (
            sa.select(PROMISE)
            .join(PROMISE_ACCOUNT, PROMISE_ACCOUNT.c.promise_id == PROMISE.c.id)
            .where(in_keys(PROMISE_ACCOUNT.c.account_id, part), PROMISE.c.state.in_(_REJUDGED))
            .where(PROMISE.c.judge_on >= since)
            .distinct()
        )
        for one in sorted(tx.conn.execute(query), key=lambda one: one.id):
            _judge_again(tx, one)


def _judge_again(tx: Transaction, one: AnyRow) -> None:
    ids, before = _accounts_of(tx, one.id), PromiseState(one.state)
    paid = _paid(tx, one, ids)
    # A balance that reached zero after a promise was judged broken does not keep it: only a payment on time does.
    undecided = before in (PromiseState.OPEN, PromiseState.KEPT)
    outcome = _judge(one.amount_cents, paid, owed(tx.conn, ids) if undecided else one.amount_cents)
    if outcome is not PromiseState.KEPT and tx.business_date < one.judge_on:
        outcome = PromiseState.OPEN
    if outcome is before:
        if paid != one.paid_cents:
            tx.conn.execute(sa.update(PROMISE).where(PROMISE.c.id == one.id).values(paid_cents=paid))
        return
    _record_judged(tx, [_Judged(one, ids, outcome, paid)])
    if outcome is PromiseState.KEPT:
        holds = [hold for key in ids for hold in holds_of(tx, key, HoldKind.PROMISE)]
        clear_holds(tx, holds, f"the promise of {dollars(one.amount_cents)} was kept")
        withdraw(tx, Trigger.PROMISE_BROKEN, ids, one.id, "the promise was kept: a payment dated on time arrived")
    elif outcome is PromiseState.OPEN:
        open_holds(tx, [NewHold(HoldKind.PROMISE, account_id=key, until=one.judge_on) for key in ids])
    elif before is PromiseState.KEPT:
        happen(tx, Trigger.PROMISE_BROKEN, ids, one.id)


def _accounts_of(tx: Transaction, promise_id: int) -> list[int]:
    return _accounts_of_each(tx, [promise_id]).get(promise_id, [])


def _accounts_of_each(tx: Transaction, promise_ids: Sequence[int]) -> dict[int, list[int]]:
    """The accounts that each promise is about."""
    columns = (PROMISE_ACCOUNT.c.promise_id, PROMISE_ACCOUNT.c.account_id)
    query = sa.select(*columns).where(in_keys(PROMISE_ACCOUNT.c.promise_id, promise_ids)).order_by(*columns)
    return group_by_key((row[0], row[1]) for row in tx.conn.execute(query))


def _paid(tx: Transaction, one: AnyRow, ids: Sequence[int]) -> int:
    """What was paid within the time of a promise: dated from the day it was made to the end of its grace."""
    return paid_within(tx.conn, ids, one.after_entry_id, one.made_on, max(one.judge_on, one.due_on))


class _Judged(NamedTuple):
    """A promise as it was judged."""

    promise: AnyRow
    account_ids: Sequence[int]
    outcome: PromiseState
    paid_cents: int


_OUTCOME = (
    sa.update(PROMISE)
    .where(PROMISE.c.id == sa.bindparam("key"))
    .values(state=sa.bindparam("outcome"), paid_cents=sa.bindparam("paid"))
)


def _record_judged(tx: Transaction, judged: Sequence[_Judged]) -> None:
    if judged:
        rows = [{"key": one.promise.id, "outcome": one.outcome.value, "paid": one.paid_cents} for one in judged]
        bulk(tx.conn, _OUTCOME, rows)
    tx.record_all(
        PromiseJudged(
            account_id=key,
            promise=one.promise.id,
            outcome=one.outcome.value,
            amount_cents=one.promise.amount_cents,
            paid_cents=one.paid_cents,
        )
        for one in judged
        for key in one.account_ids
    )


def _judge(promised: int, paid: int, owing: int) -> PromiseState:
    if paid >= promised or owing <= 0:
        return PromiseState.KEPT
    return PromiseState.PARTLY_KEPT if paid > 0 else PromiseState.BROKEN

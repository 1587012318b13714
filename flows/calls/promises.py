"""Promises to pay: taken, and judged by what the ledger holds once their day and grace are over."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta

import sqlalchemy as sa

from flows.dunning.schedule import On
from flows.happenings.commands import happen
from flows.holds.commands import NewHold, clear_holds, holds_of, open_holds
from flows.ledger.queries import last_entry, owed, paid_since
from flows.policy.queries import policy_now
from models import Promise, PromiseAccount
from models.columns import AnyRow, table
from models.database import Transaction
from models.errors import Refused
from models.events import PromiseJudged, PromiseMade
from models.kinds import HoldKind, PromiseState
from models.values import dollars

PROMISE = table(Promise)
PROMISE_ACCOUNT = table(PromiseAccount)

FURTHEST_PROMISE_DAYS = 90


class RefusedPromise(Refused):
    """A promise that cannot be taken; the message says what to do."""


def refuse_wrong_promise(amount_cents: int, on: date, accounts: Sequence[AnyRow], today: date) -> None:
    """Raise RefusedPromise for a day past or too far away, and for an amount of nothing or of more than is owed."""
    owing = sum(account.balance_cents for account in accounts)
    if on < today:
        raise RefusedPromise(f"a promise for {on} lies in the past; today is {today}")
    if (on - today).days > FURTHEST_PROMISE_DAYS:
        raise RefusedPromise(f"{on} is more than {FURTHEST_PROMISE_DAYS} days away; offer an arrangement instead")
    if amount_cents <= 0:
        raise RefusedPromise("a promise is of an amount above zero; give --amount in dollars, such as 50.00")
    if amount_cents > owing:
        raise RefusedPromise(
            f"{dollars(amount_cents)} is more than the {dollars(owing)} that is owed; correct the amount"
        )


def promise(
    tx: Transaction, guarantor_id: int, creditor_id: int, accounts: Sequence[AnyRow], amount_cents: int, on: date
) -> int:
    """Take a promise about accounts; gives its number. An older one that still ran is replaced by it.

    Nobody is written to or called while it runs; the hold ends by itself on the day it is judged.
    """
    number = tx.ids(Promise, 1)[0]
    judge_on = on + timedelta(days=policy_now(tx.conn).promise_grace_days)
    owing = [account for account in accounts if account.balance_cents > 0]
    _replace(tx, [account.id for account in owing])
    tx.insert(
        Promise,
        [
            {
                "id": number, "guarantor_id": guarantor_id, "creditor_id": creditor_id,
                "amount_cents": amount_cents, "made_on": tx.business_date, "due_on": on, "judge_on": judge_on,
                "state": PromiseState.OPEN.value, "paid_cents": 0, "after_entry_id": last_entry(tx.conn),
            }
        ],
    )  # fmt: skip
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
    """Promises that still ran are replaced by a plan: nobody breaks a promise by agreeing to more."""
    _replace(tx, account_ids)
    holds = [hold for key in account_ids for hold in holds_of(tx, key, HoldKind.PROMISE)]
    clear_holds(tx, holds, f"replaced by {by}")


def judge_promises(tx: Transaction) -> Counter[str]:
    """Promises whose day and grace are over: kept, partly kept or broken by what the ledger holds since."""
    due = sa.select(PROMISE).where(PROMISE.c.judge_on <= tx.business_date, sa.text("promise.state = 'open'"))
    counts: Counter[str] = Counter()
    for one in sorted(tx.conn.execute(due), key=lambda one: one.id):
        about = sa.select(PROMISE_ACCOUNT.c.account_id).where(PROMISE_ACCOUNT.c.promise_id == one.id)
        ids = sorted(tx.conn.execute(about).scalars())
        paid = paid_since(tx.conn, ids, one.after_entry_id)
        outcome = _judge(one.amount_cents, paid, owed(tx.conn, ids))
        counts[f"promises_{outcome.value}"] += 1
        tx.conn.execute(sa.update(PROMISE).where(PROMISE.c.id == one.id).values(state=outcome.value, paid_cents=paid))
        tx.record_all(
            PromiseJudged(
                account_id=key, promise=one.id, outcome=outcome.value, amount_cents=one.amount_cents, paid_cents=paid
            )
            for key in ids
        )
        if outcome is not PromiseState.KEPT:
            happen(tx, On.PROMISE_BROKEN, ids, one.id)
    return counts


def _judge(promised: int, paid: int, owing: int) -> PromiseState:
    if paid >= promised or owing <= 0:
        return PromiseState.KEPT
    return PromiseState.PARTLY_KEPT if paid > 0 else PromiseState.BROKEN

"""Setting up, changing and ending payment plans: the change and its history, in one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from flows.accounts.happenings import close_tasks
from flows.accounts.load import groups_of_accounts
from flows.accounts.snapshot import GroupNow
from flows.accounts.tasks.queries import tasks_of
from flows.arrangements.law import Signing, stands_in_the_way
from flows.arrangements.plan import Plan, PlanRequest, make, next_due, options
from flows.arrangements.queries import (
    ACCOUNT,
    ARRANGEMENT,
    INSTALMENT,
    accounts_of,
    arrangement_row,
    arrangements_on,
    plans,
    terms_for,
)
from flows.arrangements.refresh import Ending, end_each, hold_accounts, refresh
from flows.calls.ownership import own
from flows.calls.promises import replace_promises
from flows.correspondence.queue import answer
from flows.ledger.queries import last_entry
from flows.schedules.schedule import Terms
from letters.kinds import LetterKind
from models import Arrangement, ArrangementAccount, Instalment
from models.cards import looks_like_card
from models.columns import AnyRow, in_keys
from models.database import Transaction, locked
from models.enums import ArrangementState, Frequency, InstalmentState, TaskState
from models.errors import BadInput, NotFound, Refused
from models.labels import label_of
from models.plan_events import ArrangementMade, InstalmentChanged, PlanOffered
from models.remedies import Remedy
from models.task_kinds import TaskKind

DONE_BY_A_PLAN = (TaskKind.CALL, TaskKind.SET_UP_ARRANGEMENT, TaskKind.OFFER_ARRANGEMENT)
"""Open tasks that a payment plan completes."""

FURTHEST_MOVE_DAYS = 45


@dataclass(frozen=True, slots=True)
class Ask:
    """A request for a plan: the accounts, the terms, the person's request, and what they signed."""

    account_ids: tuple[int, ...]
    plan_request: PlanRequest = PlanRequest()
    terms: str | None = None
    signing: Signing = Signing()
    autopay_ref: str | None = None


@dataclass(frozen=True, slots=True)
class Quote:
    """Plans to choose from, and their terms."""

    terms: Terms
    total_cents: int
    plans: tuple[Plan, ...]


def quote(conn: Connection, ask: Ask, today: date) -> Quote:
    """Up to three plans that can be set up today. Raises Refused or BadInput with the reason."""
    accounts = _accounts(conn, ask)
    terms = terms_for(conn, ask.account_ids, ask.terms)
    total = sum(account.balance_cents for account in accounts)
    group = _group(conn, ask, today)
    found = options(total, terms, today, ask.plan_request)
    allowed = tuple(plan for plan in found if _way(plan, group, ask.signing, today) is None)
    if not allowed:
        raise Refused(_way(found[0], group, ask.signing, today) or "no payment plan is allowed")
    return Quote(terms, total, allowed)


def create(tx: Transaction, ask: Ask) -> int:
    """Set up a payment plan; returns its number. Its accounts leave their schedule until it ends.

    An open promise is replaced, tasks to set up a plan are completed, and the confirmation is queued.
    Raises Refused or BadInput, and changes nothing.
    """
    accounts = _accounts(tx.conn, ask)
    terms = terms_for(tx.conn, ask.account_ids, ask.terms)
    if ask.autopay_ref is not None:
        ask = replace(ask, autopay_ref=_reference(ask.autopay_ref), signing=replace(ask.signing, autopay=True))
    plan = make(sum(account.balance_cents for account in accounts), terms, tx.business_date, ask.plan_request)
    way = _way(plan, _group(tx.conn, ask, tx.business_date), ask.signing, tx.business_date)
    if way is not None:
        raise Refused(way)
    number = _write(tx, ask, accounts, plan, terms)
    ids = [account.id for account in accounts]
    replace_promises(tx, ids, f"payment plan {number}")
    for account in ids:
        for kind in DONE_BY_A_PLAN:
            close_tasks(tx, tasks_of(tx.conn, account, kind), TaskState.DONE, f"payment plan {number} was set up")
    hold_accounts(tx, {number: ids})
    tx.conn.execute(sa.update(ACCOUNT).where(ACCOUNT.c.id.in_(ids)).values(plan_offered_on=tx.business_date))
    answer(tx, LetterKind.ARRANGEMENT_CONFIRMATION, ids)
    own(tx, accounts[0].guarantor_id, accounts[0].creditor_id, f"set up payment plan {number}")
    refresh(tx, number)
    return number


def _write(tx: Transaction, ask: Ask, accounts: Sequence[AnyRow], plan: Plan, terms: Terms) -> int:
    number = tx.ids(Arrangement, 1)[0]
    first = plan.payments[0]
    tx.insert(
        Arrangement,
        [
            {
                "id": number,
                "guarantor_id": accounts[0].guarantor_id,
                "creditor_id": accounts[0].creditor_id,
                "state": ArrangementState.ACTIVE.value,
                "terms": terms.name,
                "total_cents": plan.total_cents,
                "frequency": terms.frequency.value,
                "grace_days": terms.grace_days,
                "broken_after_missed": terms.broken_after_missed,
                "large": plan.large,
                "made_on": tx.business_date,
                "made_by": tx.actor,
                "after_entry_id": last_entry(tx.conn),
                "autopay_ref": ask.autopay_ref,
            }
        ],
    )
    _write_parts(tx, number, accounts, plan)
    tx.record_all(
        ArrangementMade(
            account_id=account.id,
            arrangement=number,
            total_cents=plan.total_cents,
            amount_cents=plan.amount_cents,
            payments=len(plan.payments),
            first_on=first.due_on,
            said=plan.said(),
            large=plan.large,
            autopay=ask.autopay_ref is not None,
        )
        for account in accounts
    )
    return number


def _write_parts(tx: Transaction, number: int, accounts: Sequence[AnyRow], plan: Plan) -> None:
    """The accounts of a plan with what each brings in, and its installments."""
    tx.insert(
        ArrangementAccount,
        [
            {"arrangement_id": number, "account_id": account.id, "amount_cents": account.balance_cents}
            for account in accounts
        ],
    )
    keys = tx.ids(Instalment, len(plan.payments))
    tx.insert(
        Instalment,
        [
            {
                "id": key,
                "arrangement_id": number,
                "number": payment.number,
                "agreed_on": payment.due_on,
                "due_on": payment.due_on,
                "amount_cents": payment.amount_cents,
                "state": InstalmentState.OPEN.value,
            }
            for key, payment in zip(keys, plan.payments, strict=True)
        ],
    )


def _accounts(conn: Connection, ask: Ask) -> list[AnyRow]:
    """The requested accounts, oldest first. Raises Refused if they can't be in one plan."""
    query = sa.select(ACCOUNT).where(in_keys(ACCOUNT.c.id, ask.account_ids)).order_by(ACCOUNT.c.id)
    accounts = list(conn.execute(locked(conn, query)))
    if len({(account.guarantor_id, account.creditor_id) for account in accounts}) != 1:
        raise Refused("a payment plan needs accounts of one guarantor and one creditor", "choose other accounts")
    for account in accounts:
        if account.balance_cents <= 0:
            raise Refused(f"account {account.number} has no balance due", "remove it from the plan")
    running = arrangements_on(conn, [account.id for account in accounts])
    if running:
        raise Refused(
            f"payment plan {running[0]} already covers these accounts",
            "end that plan first",
            remedy=Remedy.CANCEL_PLAN,
            plan=running[0],
        )
    return accounts


def _group(conn: Connection, ask: Ask, today: date) -> GroupNow:
    groups, unread = groups_of_accounts(conn, ask.account_ids, today)
    if unread:
        raise Refused(f"the accounts can't be processed ({unread[0].reason})", remedy=Remedy.LIST_SET_ASIDE)
    return groups[0]


def _way(plan: Plan, group: GroupNow, signing: Signing, today: date) -> str | None:
    ways = (stands_in_the_way(plan, account, group, signing, today) for account in group.accounts)
    return next((way for way in ways if way is not None), None)


def _reference(text: str) -> str:
    """The payment processor's reference of a debit authorization. Raises Refused for a possible card or bank account
    number."""
    held = text.strip()
    if not held or len(held) > 60:
        raise BadInput("enter the payment processor's reference of the debit authorization, up to 60 characters")
    if looks_like_card(held):
        raise BadInput(
            "that looks like a card number, which is never stored", "enter the processor's reference instead"
        )
    return held


def offer(tx: Transaction, account_ids: Sequence[int]) -> int:
    """Queue a payment plan offer letter; returns its number. Raises Refused or BadInput."""
    found = quote(tx.conn, Ask(tuple(account_ids)), tx.business_date)
    letter = answer(tx, LetterKind.ARRANGEMENT_OFFER, account_ids)
    tx.conn.execute(sa.update(ACCOUNT).where(ACCOUNT.c.id.in_(account_ids)).values(plan_offered_on=tx.business_date))
    tx.record_all(PlanOffered(account_id=key, total_cents=found.total_cents, how="by letter") for key in account_ids)
    for account in account_ids:
        close_tasks(tx, tasks_of(tx.conn, account, TaskKind.OFFER_ARRANGEMENT), TaskState.DONE, "offered by letter")
    return letter


def cancel(tx: Transaction, number: int, reason: str) -> None:
    """Cancel a payment plan; its accounts resume their schedule. Raises Refused."""
    row = _running(tx, number)
    accounts, ended = accounts_of(tx.conn, number), ArrangementState.CANCELLED
    end_each(tx, [Ending(row.id, accounts, ended, reason)])
    this = sa.update(ARRANGEMENT).where(ARRANGEMENT.c.id == number)
    tx.conn.execute(this.values(state=ended.value, ended_on=tx.business_date, why_ended=reason, review_on=None))
    tx.conn.execute(sa.update(ACCOUNT).where(ACCOUNT.c.id.in_(accounts)).values(plan_missed_since=None))


def skip(tx: Transaction, number: int, payment: int, reason: str) -> date:
    """Skip an installment: it moves to the end of the plan; returns its new due date. Raises Refused."""
    row, one = _changeable(tx, number, payment)
    if one.paid_cents:
        raise Refused(f"installment {payment} is partially paid", "change its due date instead")
    others = plans(tx.conn, [number])[number].instalments
    last = max(other.due_on for other in others)
    due_on = next_due(Terms(frequency=Frequency(row.frequency), days_of_month=(last.day,)), last)
    tx.conn.execute(
        sa.update(INSTALMENT)
        .where(INSTALMENT.c.id == one.id)
        .values(state=InstalmentState.SKIPPED.value, amount_cents=0, reason=reason)
    )
    new = {
        "id": tx.ids(Instalment, 1)[0],
        "arrangement_id": number,
        "number": max(other.number for other in others) + 1,
        "agreed_on": due_on,
        "due_on": due_on,
        "amount_cents": one.amount_cents,
        "state": InstalmentState.OPEN.value,
        "reason": f"installment {payment}, skipped",
    }
    tx.insert(Instalment, [new])
    _changed(tx, number, payment, f"skipped, now due {due_on}", reason)
    return due_on


def move(tx: Transaction, number: int, payment: int, to: date, reason: str) -> None:
    """Change the due date of an installment. Raises Refused for a date in the past or too far away."""
    _, one = _changeable(tx, number, payment)
    if to < tx.business_date:
        raise BadInput(f"{to} is in the past", f"today is {tx.business_date}")
    if (to - one.due_on).days > FURTHEST_MOVE_DAYS:
        raise BadInput(
            f"{to} is more than {FURTHEST_MOVE_DAYS} days after {one.due_on}", "skip the installment instead"
        )
    tx.conn.execute(
        sa.update(INSTALMENT)
        .where(INSTALMENT.c.id == one.id)
        .values(due_on=to, state=InstalmentState.OPEN.value, reason=reason)
    )
    _changed(tx, number, payment, f"moved from {one.due_on} to {to}", reason)


def _changed(tx: Transaction, number: int, payment: int, what: str, reason: str) -> None:
    tx.record_all(
        InstalmentChanged(account_id=key, arrangement=number, number=payment, what=what, reason=reason)
        for key in accounts_of(tx.conn, number)
    )
    refresh(tx, number)


def _running(tx: Transaction, number: int) -> AnyRow:
    row = arrangement_row(tx.conn, number)
    ids = accounts_of(tx.conn, number)
    locked = sa.select(ACCOUNT.c.id).where(in_keys(ACCOUNT.c.id, ids)).order_by(ACCOUNT.c.id).with_for_update()
    tx.conn.execute(locked).all()
    if row.state != ArrangementState.ACTIVE.value:
        raise Refused(
            f"payment plan {number} ended on {row.ended_on} ({label_of(ArrangementState, row.state).lower()})",
            "nothing was changed",
        )
    return row


def _changeable(tx: Transaction, number: int, payment: int) -> tuple[AnyRow, AnyRow]:
    """An active payment plan and one of its unpaid installments."""
    row = _running(tx, number)
    query = sa.select(INSTALMENT).where(INSTALMENT.c.arrangement_id == number, INSTALMENT.c.number == payment)
    one = tx.conn.execute(query).first()
    if one is None:
        raise NotFound(f"payment plan {number} has no installment {payment}", remedy=Remedy.SHOW_PLAN)
    if one.state in (InstalmentState.PAID.value, InstalmentState.SKIPPED.value):
        raise Refused(
            f"installment {payment} is already {label_of(InstalmentState, one.state).lower()}", "nothing was changed"
        )
    return row, one


__all__ = ["Ask", "BadInput", "Quote", "Refused", "cancel", "create", "move", "offer", "quote", "skip"]

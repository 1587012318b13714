"""Settlement offers: proposing, approving and withdrawing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from compliance.check import check
from compliance.decisions import Block, Require
from compliance.rules import StepKind
from flows.accounts.eligibility import facts_for
from flows.accounts.happenings import NewTask, close_tasks, open_tasks
from flows.accounts.load import groups_of_accounts
from flows.arrangements.law import STOPS
from flows.arrangements.queries import arrangements_on
from flows.arrangements.settlements.decide import settle_terms
from flows.arrangements.settlements.nightly import change, hold_for_offer
from flows.arrangements.settlements.queries import ACCOUNT, SETTLEMENT, accounts_of, open_on
from flows.calls.promises import replace_promises
from flows.ledger.queries import last_entry
from flows.schedules.schedule import WriteOff
from flows.settings.queries import policy_now
from models import Settlement, SettlementAccount, Task, TaskAccount
from models.columns import AnyRow, in_keys, table
from models.database import Transaction
from models.enums import HoldKind, SettlementState, TaskState
from models.errors import NotFound, NotPermitted, Refused
from models.labels import label, label_of
from models.plan_events import SettlementChanged
from models.remedies import Remedy
from models.task_kinds import TaskKind
from models.user_enums import Role
from models.values import dollars

TASK = table(Task)
TASK_ACCOUNT = table(TaskAccount)

APPROVE = TaskKind.APPROVE_SETTLEMENT


@dataclass(frozen=True, slots=True)
class Offer:
    """A settlement request: an amount or a percent of the balance, the expiration date, and the reason."""

    account_ids: tuple[int, ...]
    expires_on: date
    reason: str
    amount_cents: int | None = None
    percent: int | None = None


def offer(tx: Transaction, ask: Offer) -> int:
    """Offer a settlement; returns the number. Above the discount limit it waits for a manager's approval.

    While it is open there are no letters or calls. Raises Refused, and changes nothing.
    """
    accounts = _accounts(tx, ask.account_ids)
    owed = sum(account.balance_cents for account in accounts)
    terms = settle_terms(owed, ask.amount_cents, ask.percent, ask.expires_on, policy_now(tx.conn), tx.business_date)
    _check_law(tx, ask.account_ids, terms.owed_cents - terms.amount_cents)
    state = SettlementState.PROPOSED if terms.needs_manager else SettlementState.OFFERED
    number = tx.ids(Settlement, 1)[0]
    first = accounts[0]
    row = {
        "id": number,
        "guarantor_id": first.guarantor_id,
        "creditor_id": first.creditor_id,
        "state": state.value,
        "owed_cents": terms.owed_cents,
        "amount_cents": terms.amount_cents,
        "expires_on": terms.expires_on,
        "proposed_on": tx.business_date,
        "proposed_by": tx.actor,
        "after_entry_id": last_entry(tx.conn),
        "reason": ask.reason,
    }
    tx.insert(Settlement, [row])
    ids = [account.id for account in accounts]
    tx.insert(SettlementAccount, [{"settlement_id": number, "account_id": key} for key in ids])
    tx.record_all(
        SettlementChanged(
            account_id=key,
            settlement=number,
            state=state.value,
            owed_cents=terms.owed_cents,
            amount_cents=terms.amount_cents,
            expires_on=terms.expires_on,
            reason=ask.reason,
        )
        for key in ids
    )
    replace_promises(tx, ids, f"settlement {number}")
    hold_for_offer(tx, number, ids, terms.expires_on)
    if terms.needs_manager:
        why = f"Settlement {number}: {dollars(terms.amount_cents)} of {dollars(terms.owed_cents)}; {ask.reason}"
        open_tasks(tx, [NewTask(APPROVE, Role.MANAGER, why, first.guarantor_id, first.creditor_id, tuple(ids), 2)])
    return number


def approve(tx: Transaction, number: int) -> None:
    """Approve an offer as a manager; users can't approve their own. Raises Refused."""
    row = _open(tx, number)
    if row.state != SettlementState.PROPOSED.value:
        raise Refused(
            f"settlement {number} is already {label_of(SettlementState, row.state).lower()}", "nothing was changed"
        )
    if row.proposed_by == tx.actor:
        raise NotPermitted(f"settlement {number} was proposed by {tx.actor}", "another person must approve it")
    _decide(tx, row, SettlementState.OFFERED, None)


def refuse(tx: Transaction, number: int, reason: str) -> None:
    """Decline an offer as a manager; the accounts resume. Raises Refused."""
    row = _open(tx, number)
    if row.state != SettlementState.PROPOSED.value:
        raise Refused(
            f"settlement {number} is already {label_of(SettlementState, row.state).lower()}", "withdraw it instead"
        )
    _decide(tx, row, SettlementState.REFUSED, reason)


def withdraw(tx: Transaction, number: int, reason: str) -> None:
    """Withdraw an offer; the accounts resume, and payments stay posted. Raises Refused."""
    _decide(tx, _open(tx, number), SettlementState.WITHDRAWN, reason)


def _decide(tx: Transaction, row: AnyRow, state: SettlementState, reason: str | None) -> None:
    accounts = accounts_of(tx.conn, row.id)
    values = {"decided_on": tx.business_date, "decided_by": tx.actor}
    tx.conn.execute(sa.update(SETTLEMENT).where(SETTLEMENT.c.id == row.id).values(**values))
    change(tx, row, accounts, state, reason)
    mine = sa.select(TASK_ACCOUNT.c.task_id).where(TASK_ACCOUNT.c.account_id.in_(accounts))
    still = sa.and_(TASK.c.kind == APPROVE, TASK.c.state == TaskState.OPEN.value)
    waiting = sa.select(TASK.c.id).where(still, TASK.c.id.in_(mine))
    close_tasks(
        tx, sorted(tx.conn.execute(waiting).scalars()), TaskState.DONE, f"settlement {row.id} {label(state).lower()}"
    )


def _open(tx: Transaction, number: int) -> AnyRow:
    row = tx.conn.execute(sa.select(SETTLEMENT).where(SETTLEMENT.c.id == number).with_for_update()).first()
    if row is None:
        raise NotFound(f"there is no settlement {number}", remedy=Remedy.LIST_SETTLEMENTS)
    if row.state not in (SettlementState.PROPOSED.value, SettlementState.OFFERED.value):
        raise Refused(
            f"settlement {number} ended on {row.ended_on} ({label_of(SettlementState, row.state).lower()})",
            "nothing was changed",
        )
    return row


def _accounts(tx: Transaction, account_ids: Sequence[int]) -> list[AnyRow]:
    query = sa.select(ACCOUNT).where(in_keys(ACCOUNT.c.id, account_ids)).order_by(ACCOUNT.c.id).with_for_update()
    accounts = list(tx.conn.execute(query))
    if len({(account.guarantor_id, account.creditor_id) for account in accounts}) != 1:
        raise Refused("a settlement needs accounts of one guarantor and one creditor", "choose other accounts")
    for account in accounts:
        if account.balance_cents <= 0:
            raise Refused(f"account {account.number} has no balance due", "remove it from the offer")
        if account.placement_id is not None:
            message = f"account {account.number} is placed with an agency; settle it there, or recall it"
            raise Refused(message)
    if running := arrangements_on(tx.conn, account_ids):
        raise Refused(f"payment plan {running[0]} covers these accounts", "end that plan first")
    if settling := open_on(tx.conn, account_ids):
        raise Refused(f"settlement {settling[0].id} already covers these accounts", "withdraw it first")
    return accounts


def _check_law(tx: Transaction, account_ids: Sequence[int], waived: int) -> None:
    """The discount is a partial write-off: the law of write-offs and the holds of the accounts apply."""
    groups, _ = groups_of_accounts(tx.conn, account_ids, tx.business_date)
    for group in groups:
        for account in group.accounts:
            if group.person.died_on is not None or account.patient_died_on is not None:
                raise Refused(f"account {account.number}: {STOPS[HoldKind.DECEASED]}")
            for hold in (*account.holds, *group.person.holds):
                if hold.stands(tx.business_date) and hold.kind in STOPS:
                    raise Refused(f"account {account.number}: {STOPS[hold.kind]}")
            facts = facts_for(StepKind.WRITE_OFF, WriteOff("courtesy"), account, group, tx.business_date)
            facts["account.write_off_cents"] = waived
            found = check(StepKind.WRITE_OFF, facts, tx.business_date)
            if isinstance(found, Block | Require):
                raise Refused(f"account {account.number}: {found.reason} ({found.rule}, {found.citation})")

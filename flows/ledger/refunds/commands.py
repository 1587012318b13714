"""Proposing a refund, approving it, and recording its payment."""

from dataclasses import dataclass

import sqlalchemy as sa

from flows.accounts.happenings import close_tasks
from flows.accounts.tasks.queries import tasks_of
from flows.ledger.commands import post
from flows.ledger.entry import Entry
from flows.ledger.refunds.credit import watch_credits
from flows.ledger.refunds.decide import OwedBack, owed_back
from flows.ledger.refunds.queries import ACCOUNT, PERSON, REFUND, lines_of, on_their_way
from flows.ledger.refunds.watch import change
from models import Refund
from models.columns import AnyRow
from models.database import Transaction
from models.enums import LedgerKind, Payee, RefundState, TaskState
from models.errors import NotFound, NotPermitted, Refused
from models.labels import label, label_of
from models.plan_events import RefundChanged
from models.remedies import Remedy
from models.task_kinds import TaskKind
from models.values import dollars

SOURCE = "refund"


@dataclass(frozen=True, slots=True)
class Ask:
    """A refund request that differs from the ledger: the payee, the amount, and the reason."""

    payee: Payee | None = None
    amount_cents: int | None = None
    reason: str | None = None


def propose(tx: Transaction, account_id: int, ask: Ask | None = None) -> int:
    """Propose a refund of a credit balance, by default to the payee and of the amount in the ledger; returns its
    number.

    Raises Refused if no refund is due, if more is requested than is due, or if the ledger does not show the payee.
    """
    ask = ask or Ask()
    account = tx.conn.execute(sa.select(ACCOUNT).where(ACCOUNT.c.id == account_id).with_for_update()).one()
    going = sum(row.amount_cents for row in on_their_way(tx.conn, [account_id]).get(account_id, []))
    left = -account.balance_cents - going
    if left <= 0:
        said = f"refunds of {dollars(going)} are already in progress" if going else "there is no credit balance"
        raise Refused(f"no refund is due on account {account.number}: {said}")
    found = owed_back(lines_of(tx.conn, [account_id])[account_id])
    one = next((part for part in found if ask.payee is None or part.payee is _side(ask.payee)), None)
    if one is None and (ask.payee is None or ask.amount_cents is None or ask.reason is None):
        raise Refused(
            f"the ledger of account {account.number} does not show who paid the credit",
            "enter the payee, the amount and the reason",
            field=("to", "amount", "reason"),
        )
    payee = _payee(tx, account, ask.payee, one)
    amount = ask.amount_cents if ask.amount_cents is not None else min(one.amount_cents if one else left, left)
    if not 0 < amount <= left:
        raise Refused(f"{dollars(amount)} is not a valid refund: {dollars(left)} is due on account {account.number}")
    number = tx.ids(Refund, 1)[0]
    why = ask.reason or (one.why if one is not None else "")
    row = {
        "id": number,
        "account_id": account_id,
        "payee": payee.value,
        "amount_cents": amount,
        "state": RefundState.PROPOSED.value,
        "reason": why,
        "proposed_on": tx.business_date,
        "proposed_by": tx.actor,
    }
    tx.insert(Refund, [row])
    tx.record(
        RefundChanged(
            account_id=account_id,
            refund=number,
            state="proposed",
            payee=payee.value,
            amount_cents=amount,
            reason=why,
        )
    )
    watch_credits(tx, [account_id])
    return number


def _payee(tx: Transaction, account: AnyRow, asked: Payee | None, one: OwedBack | None) -> Payee:
    """The payee: as requested, or by the ledger. A deceased guarantor's refund goes to the estate."""
    payee = asked or (one.payee if one is not None else Payee.GUARANTOR)
    if payee is not Payee.GUARANTOR:
        return payee
    dead = tx.conn.execute(sa.select(PERSON.c.death_date).where(PERSON.c.id == account.guarantor_id)).scalar()
    if dead is None:
        return payee
    if asked is not None:
        raise Refused(f"the guarantor died on {dead}", "refund the estate instead", field="to")
    return Payee.ESTATE


def _side(payee: Payee) -> Payee:
    """Whose payment it was: an estate gets the guarantor's."""
    return Payee.GUARANTOR if payee is Payee.ESTATE else payee


def approve(tx: Transaction, number: int) -> None:
    """Approve a refund; users can't approve their own. Raises Refused."""
    row = _in_state(tx, number, RefundState.PROPOSED)
    if row.proposed_by == tx.actor:
        raise NotPermitted(f"refund {number} was proposed by {tx.actor}", "another person must approve it")
    change(tx, row, RefundState.APPROVED, row.reason, decided_on=tx.business_date, decided_by=tx.actor)


def paid(tx: Transaction, number: int, reference: str) -> None:
    """Record that an approved refund was paid, by its check or transfer number, and post it to the ledger.

    Raises Refused, also if the credit balance is smaller now.
    """
    row = _in_state(tx, number, RefundState.APPROVED)
    account = tx.conn.execute(sa.select(ACCOUNT).where(ACCOUNT.c.id == row.account_id).with_for_update()).one()
    if row.amount_cents > -account.balance_cents:
        raise Refused(
            f"the credit balance of account {account.number} is now only {dollars(max(-account.balance_cents, 0))}",
            f"cancel refund {number} and propose it again",
        )
    # A payer's refund reverses an insurance payment; the guarantor's is a refund, with a letter.
    kind = LedgerKind.INSURANCE_PAYMENT if row.payee == Payee.PAYER.value else LedgerKind.REFUND
    entry = Entry(row.account_id, tx.business_date, kind, row.amount_cents, SOURCE, str(number), reference)
    post(tx, [entry])
    change(tx, row, RefundState.PAID, row.reason, paid_on=tx.business_date, reference=reference)
    if row.amount_cents == -account.balance_cents:
        close_tasks(tx, tasks_of(tx.conn, row.account_id, TaskKind.REFUND), TaskState.DONE, f"refund {number} was paid")


def cancel(tx: Transaction, number: int, reason: str) -> None:
    """Cancel a refund before it is paid. Raises Refused."""
    row = _in_state(tx, number, RefundState.PROPOSED, RefundState.APPROVED)
    change(tx, row, RefundState.CANCELLED, reason)
    watch_credits(tx, [row.account_id])


def _in_state(tx: Transaction, number: int, *states: RefundState) -> AnyRow:
    row = tx.conn.execute(sa.select(REFUND).where(REFUND.c.id == number).with_for_update()).first()
    if row is None:
        raise NotFound(f"there is no refund {number}", remedy=Remedy.LIST_REFUNDS)
    if row.state not in states:
        wanted = " or ".join(label(state).lower() for state in states)
        now = label_of(RefundState, row.state).lower()
        raise Refused(f"refund {number} is {now}, not {wanted}", "nothing was changed")
    return row

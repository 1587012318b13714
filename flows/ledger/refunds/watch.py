"""The effect of a returned payment on refunds: those in progress, and those already paid."""

from collections.abc import Sequence

import sqlalchemy as sa

from flows.accounts.happenings import NewTask, open_tasks
from flows.ledger.entry import Entry
from flows.ledger.queries import REVERSAL
from flows.ledger.refunds.decide import gone_back
from flows.ledger.refunds.queries import ACCOUNT, LEDGER, REFUND, on_their_way
from models.columns import AnyRow, in_keys
from models.database import Transaction, group_by_key
from models.enums import LedgerKind, Payee, RefundState
from models.plan_events import RefundChanged
from models.task_kinds import TaskKind
from models.user_enums import Role
from models.values import dollars

STOP, RECOVER = TaskKind.STOP_REFUND, TaskKind.REFUND_TO_RECOVER
"""Tasks: a refund that must not be sent, and one that was paid from a returned payment."""


def change(tx: Transaction, row: AnyRow, state: RefundState, reason: str, **values: object) -> None:
    """Record the new state of a refund."""
    tx.conn.execute(sa.update(REFUND).where(REFUND.c.id == row.id).values(state=state.value, **values))
    tx.record(
        RefundChanged(
            account_id=row.account_id,
            refund=row.id,
            state=state.value,
            payee=row.payee,
            amount_cents=row.amount_cents,
            reason=reason,
        )
    )


def payments_back(tx: Transaction, entries: Sequence[Entry]) -> None:
    """Payments were reversed by these entries: cancel refunds that are no longer due, and report those already paid."""
    mine = group_by_key((entry.account_id, entry) for entry in entries)
    query = sa.select(ACCOUNT).where(in_keys(ACCOUNT.c.id, sorted(mine))).order_by(ACCOUNT.c.id)
    going = on_their_way(tx.conn, sorted(mine))
    for account in tx.conn.execute(query).all():
        tasks = _cancel(tx, account, going.get(account.id, []))
        over = sum(_gone(tx, entry) for entry in mine[account.id])
        if over > 0:
            why = (
                f"The bank returned a payment of which {dollars(over)} was already refunded. Stop the "
                "refund check if it is not cashed (refund list); otherwise the amount stays due on this account. "
                "Review the next letter"
            )
            tasks.append(_task(account, RECOVER, Role.MANAGER, why))
        open_tasks(tx, tasks)


def _gone(tx: Transaction, entry: Entry) -> int:
    """How much of the payment that an entry reverses was already refunded to the guarantor, in cents."""
    paid = sa.select(LEDGER.c.id).where(
        LEDGER.c.source == entry.source, LEDGER.c.external_id == entry.external_id.removesuffix(REVERSAL)
    )
    key = tx.conn.execute(paid).scalar()
    if key is None:
        return 0
    after = sa.select(LEDGER.c.amount_cents).where(
        LEDGER.c.account_id == entry.account_id, LEDGER.c.kind == LedgerKind.REFUND.value, LEDGER.c.id > key
    )
    return gone_back(entry.amount_cents, list(tx.conn.execute(after).scalars()))


def _cancel(tx: Transaction, account: AnyRow, going: Sequence[AnyRow]) -> list[NewTask]:
    """Cancel the guarantor's refunds, the newest first, until no more is refunded than is due."""
    tasks: list[NewTask] = []
    left = sum(row.amount_cents for row in going) - max(0, -account.balance_cents)
    for row in sorted(going, key=lambda row: -row.id):
        if left <= 0 or row.payee == Payee.PAYER.value:
            continue
        change(tx, row, RefundState.CANCELLED, "the refunded payment was returned by the bank")
        left -= row.amount_cents
        if row.state == RefundState.APPROVED.value:
            why = (
                f"Refund {row.id} of {dollars(row.amount_cents)} is canceled because its payment was returned. "
                "If the refund check is written, do not send it, or stop payment at the bank"
            )
            tasks.append(_task(account, STOP, Role.CLERK, why))
    return tasks


def _task(account: AnyRow, kind: TaskKind, role: Role, why: str) -> NewTask:
    return NewTask(kind, role, why, account.guarantor_id, account.creditor_id, (account.id,), 1)

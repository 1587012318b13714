"""What a payment that came back from the bank makes of refunds: of those on their way, and of those that went out."""

from collections.abc import Sequence

import sqlalchemy as sa

from flows.happenings.commands import NewTask, open_tasks
from flows.refunds.decide import over_refunded
from flows.refunds.queries import ACCOUNT, REFUND, lines_of, on_their_way
from models.columns import AnyRow, among
from models.database import Transaction
from models.kinds import Payee, RefundState
from models.plan_events import RefundChanged
from models.values import dollars

STOP, RECOVER = "stop-refund", "refund-to-recover"
"""Work: a refund that must not go out any more, and one that went out of money that never came."""


def change(tx: Transaction, row: AnyRow, state: RefundState, reason: str, **values: object) -> None:
    """Write down what became of a refund."""
    tx.conn.execute(sa.update(REFUND).where(REFUND.c.id == row.id).values(state=state.value, **values))
    tx.record(
        RefundChanged(
            account_id=row.account_id, refund=row.id, state=state.value, payee=row.payee,
            amount_cents=row.amount_cents, reason=reason,
        )
    )  # fmt: skip


def payments_back(tx: Transaction, account_ids: Sequence[int]) -> None:
    """Payments on these accounts were taken back: cancel what is not owed back any more, and say what is gone."""
    query = sa.select(ACCOUNT).where(among(ACCOUNT.c.id, account_ids)).order_by(ACCOUNT.c.id)
    going, lines = on_their_way(tx.conn, account_ids), lines_of(tx.conn, account_ids)
    for account in tx.conn.execute(query).all():
        tasks = _cancel(tx, account, going.get(account.id, []))
        over = over_refunded(lines.get(account.id, []))
        if over > 0:
            why = (
                f"A payment came back from the bank after a refund had gone out: {dollars(over)} more went back than "
                "came. Stop the refund's check if nobody cashed it (refund list), else it stays owed on this account; "
                "look at the next letter"
            )
            tasks.append(_task(account, RECOVER, "manager", why))
        open_tasks(tx, tasks)


def _cancel(tx: Transaction, account: AnyRow, going: Sequence[AnyRow]) -> list[NewTask]:
    """Cancel refunds of the guarantor's money, the newest first, until no more goes back than is owed back."""
    tasks: list[NewTask] = []
    left = sum(row.amount_cents for row in going) - max(0, -account.balance_cents)
    for row in sorted(going, key=lambda row: -row.id):
        if left <= 0 or row.payee == Payee.PAYER.value:
            continue
        change(tx, row, RefundState.CANCELLED, "the payment that it gives back came back from the bank")
        left -= row.amount_cents
        if row.state == RefundState.APPROVED.value:
            why = f"Refund {row.id} of {dollars(row.amount_cents)} is cancelled: its payment bounced; if its check is "
            tasks.append(_task(account, STOP, "clerk", f"{why}written, do not send it, or have the bank stop it"))
    return tasks


def _task(account: AnyRow, kind: str, role: str, why: str) -> NewTask:
    return NewTask(kind, role, why, account.guarantor_id, account.creditor_id, (account.id,), 1)

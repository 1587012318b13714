"""What a payment that came back from the bank makes of refunds: of those on their way, and of those that went out."""

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
"""Work: a refund that must not go out any more, and one that went out of money that never came."""


def change(tx: Transaction, row: AnyRow, state: RefundState, reason: str, **values: object) -> None:
    """Write down what became of a refund."""
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
    """Payments were taken back by these entries: cancel what is not owed back any more, and say what is gone."""
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
    """How much of the payment that an entry takes back had gone to the guarantor again, in cents."""
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
    """Cancel refunds of the guarantor's money, the newest first, until no more goes back than is owed back."""
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

"""A credit moved to another account of the same guarantor at the same creditor: two entries, one on each account."""

import sqlalchemy as sa

from flows.ledger.commands import post
from flows.ledger.entry import Entry
from flows.ledger.queries import ACCOUNT, LEDGER
from flows.ledger.refunds.credit import credit_of
from models.columns import AnyRow
from models.database import Transaction
from models.enums import LedgerKind
from models.errors import BadInput, Refused
from models.values import dollars

SOURCE = "transfer"


def transfer(tx: Transaction, source: AnyRow, target: AnyRow, cents: int | None, reason: str) -> int:
    """Move a credit from one account to another, by default the balance of that account; returns the cents moved.

    Raises Refused if the accounts do not have the same guarantor and creditor, if there is no guarantor credit, if
    more is requested than the credit or the balance, and without a reason.
    """
    if not reason.strip():
        raise BadInput("enter a reason for the transfer, such as: overpaid, applied to the next visit")
    if source.id == target.id:
        raise Refused("a credit can't be moved to the same account", "enter two accounts")
    if (source.guarantor_id, source.creditor_id) != (target.guarantor_id, target.creditor_id):
        raise Refused(
            f"accounts {source.number} and {target.number} do not have the same guarantor and creditor",
            "refund the credit",
        )
    both = sa.select(ACCOUNT).where(ACCOUNT.c.id.in_([source.id, target.id])).order_by(ACCOUNT.c.id).with_for_update()
    now = {row.id: row for row in tx.conn.execute(both)}
    there, owed = credit_of(tx.conn, now[source.id]), max(0, now[target.id].balance_cents)
    moved = min(there, owed) if cents is None else cents
    if not 0 < moved <= min(there, owed):
        raise Refused(
            f"account {source.number} has a guarantor credit of {dollars(there)} available, "
            f"and the balance of account {target.number} is {dollars(owed)}",
            "enter no more than the smaller amount",
        )
    name = f"{source.number} to {target.number}"
    before = sa.select(sa.func.count()).where(LEDGER.c.account_id == source.id, LEDGER.c.source == SOURCE)
    key = f"{name} no. {tx.conn.execute(before).scalar_one() + 1}"
    entries = [
        Entry(account.id, tx.business_date, LedgerKind.TRANSFER, amount, SOURCE, f"{key}:{side}", f"{name}: {reason}")
        for account, amount, side in ((source, moved, "from"), (target, -moved, "to"))
    ]
    post(tx, entries)
    return moved

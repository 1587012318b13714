"""The effect of payments and dates on settlements."""

from collections.abc import Sequence
from datetime import date, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from flows.accounts.counts import Count, Counts
from flows.accounts.holds import NewHold, clear_holds, holds_of, open_holds
from flows.accounts.pages import Subject
from flows.arrangements.settlements.decide import closing_moves
from flows.arrangements.settlements.queries import ACCOUNT, SETTLEMENT, SOURCE, accounts_of, open_on, posted_for
from flows.ledger.entry import Entry
from flows.ledger.queries import paid_since
from models.columns import AnyRow, in_keys
from models.database import Transaction
from models.enums import HoldKind, LedgerKind, SettlementState
from models.ids import AccountId
from models.labels import label
from models.plan_events import SettlementChanged


def due_entries(tx: Transaction, account_ids: Sequence[int]) -> list[Entry]:
    """Payments were posted to these accounts: the entries for the settlements that they complete."""
    entries: list[Entry] = []
    for row in open_on(tx.conn, account_ids, (SettlementState.OFFERED.value,)):
        accounts = accounts_of(tx.conn, row.id)
        if row.expires_on < tx.business_date or paid_since(tx.conn, accounts, row.after_entry_id) < row.amount_cents:
            continue
        change(tx, row, accounts, SettlementState.PAID, None)
        query = sa.select(ACCOUNT.c.id, ACCOUNT.c.balance_cents).where(ACCOUNT.c.id.in_(accounts))
        balances = {row.id: row.balance_cents for row in tx.conn.execute(query)}
        first = posted_for(tx.conn, row.id, accounts)
        for place, move in enumerate(closing_moves(balances), first):
            entries.append(
                Entry(
                    account_id=AccountId(move.account_id),
                    posted_on=tx.business_date,
                    kind=LedgerKind.DISCOUNT if move.waived else LedgerKind.TRANSFER,
                    amount_cents=move.amount_cents,
                    source=SOURCE,
                    external_id=f"{row.id}:{place}",
                    reference=f"settlement {row.id}",
                    settlement_id=row.id,
                )
            )
    return entries


def due_settlements(conn: Connection, today: date) -> list[int]:
    """Expired offers, by ix_settlement_open."""
    query = sa.select(SETTLEMENT.c.id).where(
        sa.text("settlement.state IN ('proposed', 'offered')"), SETTLEMENT.c.expires_on < today
    )
    return sorted(conn.execute(query).scalars())


def settlement_subject(tx: Transaction, key: int) -> Subject:
    """The subject of a settlement: its guarantor, creditor and accounts."""
    query = sa.select(SETTLEMENT.c.guarantor_id, SETTLEMENT.c.creditor_id).where(SETTLEMENT.c.id == key)
    row = tx.conn.execute(query).one()
    return Subject(row.guarantor_id, row.creditor_id, tuple(accounts_of(tx.conn, key)))


def expire_settlements(tx: Transaction, keys: Sequence[int]) -> Counts:
    """End expired offers; payments on them stay posted."""
    over = tx.conn.execute(sa.select(SETTLEMENT).where(in_keys(SETTLEMENT.c.id, keys)).order_by(SETTLEMENT.c.id)).all()
    for row in over:
        change(tx, row, accounts_of(tx.conn, row.id), SettlementState.EXPIRED, "not paid by the expiration date")
    return Counts({Count.SETTLEMENTS_EXPIRED: len(over)})


def hold_for_offer(tx: Transaction, number: int, accounts: Sequence[int], expires_on: date) -> None:
    """While an offer is open, its last day included, there are no letters or calls about its accounts."""
    until, note = expires_on + timedelta(days=1), f"settlement {number}"
    open_holds(tx, [NewHold(HoldKind.SETTLEMENT, account_id=key, until=until, note=note) for key in accounts])


def change(tx: Transaction, row: AnyRow, accounts: Sequence[int], state: SettlementState, reason: str | None) -> None:
    """Record the new state of a settlement; when it ends, its accounts resume."""
    ended = None if state is SettlementState.OFFERED else tx.business_date
    values = {"state": state.value, "ended_on": ended, "reason": reason or row.reason}
    tx.conn.execute(sa.update(SETTLEMENT).where(SETTLEMENT.c.id == row.id).values(**values))
    tx.record_all(
        SettlementChanged(
            account_id=key,
            settlement=row.id,
            state=state.value,
            owed_cents=row.owed_cents,
            amount_cents=row.amount_cents,
            expires_on=row.expires_on,
            reason=reason,
        )
        for key in accounts
    )
    if ended is not None:
        holds = [hold for key in accounts for hold in holds_of(tx, key, HoldKind.SETTLEMENT)]
        clear_holds(tx, holds, f"settlement {row.id} {label(state).lower()}")

"""A payment that had completed a settlement was returned by the bank: the waived amount is due again."""

from collections.abc import Sequence

import sqlalchemy as sa

from flows.accounts.happenings import NewTask, open_tasks
from flows.arrangements.queries import arrangements_on
from flows.arrangements.settlements.nightly import change, hold_for_offer
from flows.arrangements.settlements.queries import ACCOUNT, PERSON, SOURCE, accounts_of, open_on, posted_for
from flows.ledger.entry import Entry
from flows.ledger.queries import LEDGER, paid_since
from models.columns import AnyRow, in_keys
from models.database import Transaction
from models.enums import LedgerKind, SettlementState
from models.task_kinds import TaskKind
from models.user_enums import Role
from models.values import dollars

TASK = TaskKind.SETTLEMENT_REVERSED


def entries_after_reversal(tx: Transaction, account_ids: Sequence[int]) -> list[Entry]:
    """Payments on these accounts were reversed: the entries for the settlements that are no longer paid.

    The rest was waived for a payment, not for a check that bounced. Until its expiration date the same offer is
    open again, so that a good payment still completes it; a manager is notified either way.
    """
    entries: list[Entry] = []
    for row in open_on(tx.conn, account_ids, (SettlementState.PAID.value,)):
        accounts = accounts_of(tx.conn, row.id)
        missing = row.amount_cents - paid_since(tx.conn, accounts, row.after_entry_id)
        if missing <= 0:
            continue
        undone = _undone(tx, row, accounts)
        entries += undone
        waived = sum(entry.amount_cents for entry in undone)
        said = f"{dollars(missing)} was returned by the bank; the waived {dollars(waived)} is due again"
        again = _may_stand(tx, row, accounts)
        change(tx, row, accounts, SettlementState.OFFERED if again else SettlementState.EXPIRED, said)
        if again:
            hold_for_offer(tx, row.id, accounts, row.expires_on)
        rest = (
            f"the offer is open again until {row.expires_on}"
            if again
            else "make a new offer, or leave the accounts in their schedule"
        )
        why = f"Settlement {row.id}: {said}; {rest}"
        open_tasks(tx, [NewTask(TASK, Role.MANAGER, why, row.guarantor_id, row.creditor_id, tuple(accounts), 3)])
    return entries


def _undone(tx: Transaction, row: AnyRow, accounts: Sequence[int]) -> list[Entry]:
    """The reversal of what the settlement had waived and moved between the accounts."""
    mine = sa.and_(in_keys(LEDGER.c.account_id, accounts), LEDGER.c.source == SOURCE)
    query = (
        sa.select(LEDGER.c.account_id, LEDGER.c.kind, sa.func.sum(LEDGER.c.amount_cents).label("cents"))
        .where(mine, LEDGER.c.settlement_id == row.id)
        .group_by(LEDGER.c.account_id, LEDGER.c.kind)
        .order_by(LEDGER.c.account_id, LEDGER.c.kind)
    )
    first = posted_for(tx.conn, row.id, accounts)
    standing = [one for one in tx.conn.execute(query) if one.cents]
    return [
        Entry(
            one.account_id,
            tx.business_date,
            LedgerKind(one.kind),
            -int(one.cents),
            SOURCE,
            f"{row.id}:{first + place}",
            f"settlement {row.id}",
            row.id,
        )
        for place, one in enumerate(standing)
    ]


def _may_stand(tx: Transaction, row: AnyRow, accounts: Sequence[int]) -> bool:
    """Whether the offer can be open again: not expired, the guarantor alive, and no later agreement."""
    died = sa.select(PERSON.c.id).where(
        PERSON.c.death_date.is_not(None),
        PERSON.c.id.in_(
            sa.union(
                sa.select(ACCOUNT.c.guarantor_id).where(in_keys(ACCOUNT.c.id, accounts)),
                sa.select(ACCOUNT.c.patient_id).where(in_keys(ACCOUNT.c.id, accounts)),
            )
        ),
    )
    later = arrangements_on(tx.conn, accounts) or open_on(tx.conn, accounts)
    return row.expires_on >= tx.business_date and not later and tx.conn.execute(died).first() is None

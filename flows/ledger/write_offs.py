"""Write-offs by a manager: whole balances, if the law of write-offs allows it, each once."""

from collections.abc import Mapping, Sequence

import sqlalchemy as sa

from flows.ledger.commands import post
from flows.ledger.entry import Entry
from flows.ledger.write_off import write_off_refused
from models import Account
from models.columns import AnyRow, in_keys, table
from models.database import Transaction, batches, locked
from models.enums import LedgerKind

ACCOUNT = table(Account)


def refused_write_offs(tx: Transaction, account_ids: Sequence[int]) -> dict[int, str]:
    """The accounts whose balance the law forbids to write off, each with the rule."""
    rows = _rows(tx, account_ids)
    said = {key: write_off_refused(row, "uncollectible", tx.business_date) for key, row in rows.items()}
    return {key: why for key, why in said.items() if why is not None}


def write_off_balances(tx: Transaction, account_ids: Sequence[int], source: str, why: str) -> Mapping[int, str]:
    """Write off the balances of these accounts; returns those that the law forbids, which are left as they are.

    `source` names the room that decided it. A balance of zero is not written off again.
    """
    refused = refused_write_offs(tx, account_ids)
    rows = _rows(tx, [key for key in account_ids if key not in refused])
    post(
        tx,
        [
            Entry(
                row.id,
                tx.business_date,
                LedgerKind.WRITE_OFF,
                -row.balance_cents,
                source,
                f"{row.id}:{row.version}",
                why,
            )
            for row in rows.values()
            if row.balance_cents > 0
        ],
    )
    return refused


def _rows(tx: Transaction, account_ids: Sequence[int]) -> dict[int, AnyRow]:
    """The accounts, locked: a payment that comes at the same time waits."""
    found: dict[int, AnyRow] = {}
    for part in batches(sorted(set(account_ids))):
        query = sa.select(ACCOUNT).where(in_keys(ACCOUNT.c.id, part)).order_by(ACCOUNT.c.id)
        found.update({row.id: row for row in tx.conn.execute(locked(tx.conn, query, of=ACCOUNT))})
    return found

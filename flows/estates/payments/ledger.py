"""A matter's ledger: the estate's payments, and write-offs that can be reinstated."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from flows.estates.matters.queries import MATTER_ACCOUNT, account_rows, matter_row
from flows.ledger.checks import ESTATE as SOURCE
from flows.ledger.entry import Entry
from flows.ledger.queries import LEDGER
from models.columns import in_keys
from models.database import Transaction, batches
from models.enums import LedgerKind
from models.estate_events import EstateReinstated
from models.ids import AccountId, MatterId


def paid_cents(conn: Connection, matter_id: int) -> int:
    """The estate's payments for a matter so far."""
    return paid_by(conn, [matter_id]).get(matter_id, 0)


def paid_by(conn: Connection, matter_ids: Sequence[int]) -> dict[int, int]:
    """The estate's payments so far, by matter; matters without a payment are left out."""
    found: dict[int, int] = {}
    for part in batches(matter_ids):
        query = (
            sa.select(MATTER_ACCOUNT.c.matter_id, sa.func.sum(LEDGER.c.amount_cents))
            .join(LEDGER, LEDGER.c.account_id == MATTER_ACCOUNT.c.account_id)
            .where(in_keys(MATTER_ACCOUNT.c.matter_id, part), LEDGER.c.source == SOURCE)
            .where(LEDGER.c.kind == LedgerKind.PATIENT_PAYMENT.value)
            .group_by(MATTER_ACCOUNT.c.matter_id)
        )
        found.update((row[0], -int(row[1])) for row in conn.execute(query))
    return found


def estate_entry(
    tx: Transaction, matter_id: MatterId, account: AccountId, kind: LedgerKind, cents: int, key: str, reference: str
) -> Entry:
    """A ledger entry of a matter, dated today; `key` separates it from the matter's other entries."""
    name = f"{matter_id}:{key}"
    return Entry(account, tx.business_date, kind, cents, SOURCE, name, reference, matter_id=matter_id)


def reinstating(tx: Transaction, matter_id: MatterId, why: str) -> list[Entry]:
    """Reinstate the write-offs of a matter: returns the entries to post, and records each in the account's history."""
    ids = [account.id for account in account_rows(tx.conn, matter_id)]
    query = (
        sa.select(LEDGER.c.account_id, sa.func.sum(LEDGER.c.amount_cents).label("cents"))
        .where(in_keys(LEDGER.c.account_id, ids), LEDGER.c.source == SOURCE)
        .where(LEDGER.c.kind == LedgerKind.WRITE_OFF.value)
        .group_by(LEDGER.c.account_id)
    )
    given_up = {row.account_id: -int(row.cents) for row in tx.conn.execute(query) if row.cents < 0}
    version = matter_row(tx.conn, matter_id).version
    tx.record_all(
        EstateReinstated(account_id=key, matter=matter_id, amount_cents=cents) for key, cents in given_up.items()
    )
    return [
        estate_entry(tx, matter_id, key, LedgerKind.WRITE_OFF, cents, f"{version}:{key}:reinstate", f"estate: {why}")
        for key, cents in sorted(given_up.items())
    ]

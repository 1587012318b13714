"""What the ledger holds of a matter: what its estate paid, and what was let go and may stand again."""

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from flows.estates.queries import account_rows, matter_row
from flows.ledger.checks import ESTATE as SOURCE
from flows.ledger.entry import Entry
from flows.ledger.queries import LEDGER
from models.columns import among
from models.database import Transaction
from models.estate_events import EstateReinstated
from models.kinds import LedgerKind


def paid_cents(conn: Connection, matter_id: int) -> int:
    """What came from the estate for a matter so far."""
    ids = [account.id for account in account_rows(conn, matter_id)]
    query = sa.select(sa.func.coalesce(sa.func.sum(LEDGER.c.amount_cents), 0)).where(
        among(LEDGER.c.account_id, ids), LEDGER.c.source == SOURCE, LEDGER.c.kind == LedgerKind.PATIENT_PAYMENT.value
    )
    return -int(conn.execute(query).scalar_one())


def estate_entry(tx: Transaction, account: int, kind: LedgerKind, cents: int, key: str, reference: str) -> Entry:
    """An entry of a matter, of today."""
    return Entry(account, tx.business_date, kind, cents, SOURCE, key, reference)


def reinstating(tx: Transaction, matter_id: int, why: str) -> list[Entry]:
    """What was written off for a matter stands again: gives what must be posted, and tells the histories."""
    ids = [account.id for account in account_rows(tx.conn, matter_id)]
    query = (
        sa.select(LEDGER.c.account_id, sa.func.sum(LEDGER.c.amount_cents).label("cents"))
        .where(among(LEDGER.c.account_id, ids), LEDGER.c.source == SOURCE)
        .where(LEDGER.c.kind == LedgerKind.WRITE_OFF.value)
        .group_by(LEDGER.c.account_id)
    )
    given_up = {row.account_id: -int(row.cents) for row in tx.conn.execute(query) if row.cents < 0}
    version = matter_row(tx.conn, matter_id).version
    tx.record_all(
        EstateReinstated(account_id=key, matter=matter_id, amount_cents=cents) for key, cents in given_up.items()
    )
    return [
        estate_entry(tx, key, LedgerKind.WRITE_OFF, cents, f"{matter_id}:{version}:{key}:reinstate", f"estate: {why}")
        for key, cents in sorted(given_up.items())
    ]

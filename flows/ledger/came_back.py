"""What follows where the bank took a payment back: for settlements, refunds and estates that it had paid for."""

from collections.abc import Sequence

from flows.arrangements.settlements.fall import fallen_entries
from flows.estates.payments.came_back import estate_money_back
from flows.ledger.entry import Entry
from flows.ledger.refunds.watch import payments_back
from models.database import Transaction
from models.kinds import LedgerKind


def returned(entries: Sequence[Entry]) -> list[Entry]:
    """Those of these entries that take a patient's payment back."""
    return [one for one in entries if one.kind is LedgerKind.PATIENT_PAYMENT and one.amount_cents > 0]


def came_back(tx: Transaction, entries: Sequence[Entry]) -> list[Entry]:
    """Payments were taken back: gives what must be posted next, once the balances hold what was taken back."""
    ids = sorted({entry.account_id for entry in entries})
    if not ids:
        return []
    payments_back(tx, entries)
    return [*fallen_entries(tx, ids), *estate_money_back(tx, entries)]

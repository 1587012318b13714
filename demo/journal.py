"""What the made-up billing system posts each day: payments of insurers, contractual adjustments, discounts."""

from datetime import date

from flows.practice import Practice
from models.csv_files import csv_bytes
from models.enums import LedgerKind

COLUMNS = ("transaction_id", "account_number", "date", "kind", "amount", "reference")


class Journal:
    """The entries of a day. They are a file in the inbox, which the next run imports."""

    def __init__(self, practice: Practice) -> None:
        self.practice = practice
        self._rows: list[tuple[object, ...]] = []

    def add(self, number: str, on: date, kind: LedgerKind, cents: int, reference: str) -> None:
        """Lower the balance of an account by this many cents."""
        known = f"B{on:%y%m%d}-{len(self._rows) + 1}"
        self._rows.append((known, number, on, kind.value, f"{-cents / 100:.2f}", reference))

    def close(self, today: date) -> None:
        """Write the file of the day, if there is anything in it."""
        if not self._rows:
            return
        inbox = self.practice.settings.inbox
        inbox.mkdir(parents=True, exist_ok=True)
        (inbox / f"transactions-{today}.csv").write_bytes(csv_bytes(COLUMNS, self._rows))
        self._rows.clear()

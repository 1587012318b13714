"""A place on disk for ledger entries whose accounts come in another file: found again by account, however many."""

import sqlite3
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import islice
from types import TracebackType

from flows.intake.rows import EntryRow
from models.kinds import LedgerKind

_PAGE = 5_000
_COLUMNS = "file, line, external_id, account_number, posted_on, kind, amount_cents, reference"


class Staging:
    """Entries set down once and read by account or in a row. A temporary file, gone when it is closed."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="pastdue-intake-")
        self._db = sqlite3.connect(f"{self._folder.name}/entries.db", isolation_level=None)
        self._db.execute("PRAGMA journal_mode = OFF")
        self._db.execute("PRAGMA synchronous = OFF")
        self._db.execute(
            "CREATE TABLE entry (file INTEGER, line INTEGER, external_id TEXT, account_number TEXT, posted_on TEXT, kind TEXT, "
            "amount_cents INTEGER, reference TEXT)"
        )

    def __enter__(self) -> "Staging":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._db.close()
        self._folder.cleanup()

    def set_down(self, entries: Iterable[EntryRow], file: int = 0) -> None:
        """Take the entries of a file from a stream; `index` is called when all files are there."""
        stream = iter(entries)
        self._db.execute("BEGIN")
        while page := list(islice(stream, _PAGE)):
            self._db.executemany(
                "INSERT INTO entry VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                [
                    (file, e.line, e.external_id, e.account_number, e.posted_on.isoformat(), e.kind.value, e.amount_cents, e.reference)
                    for e in page
                ],
            )  # fmt: skip
        self._db.execute("COMMIT")

    def index(self) -> None:
        """Make entries findable by account; once, after the last of them was set down."""
        self._db.execute("CREATE INDEX by_account ON entry (account_number, file, line)")

    def of_accounts(self, numbers: Sequence[str]) -> dict[str, list[EntryRow]]:
        """The entries of a page of accounts, in the order of their lines."""
        found: dict[str, list[EntryRow]] = {}
        marks = ",".join("?" * len(numbers))
        query = f"SELECT {_COLUMNS} FROM entry WHERE account_number IN ({marks}) ORDER BY file, line"
        for row in self._db.execute(query, list(numbers)):
            entry = _entry(row)
            found.setdefault(entry.account_number, []).append(entry)
        return found

    def pages(self, file: int = 0) -> Iterator[list[EntryRow]]:
        """The entries of a file in the order of their lines, a page at a time."""
        rows = self._db.cursor().execute(f"SELECT {_COLUMNS} FROM entry WHERE file = ? ORDER BY rowid", (file,))
        while page := rows.fetchmany(_PAGE):
            yield [_entry(row) for row in page]


def _entry(row: tuple[int, int, str, str, str, str, int, str | None]) -> EntryRow:
    file, line, external_id, number, posted_on, kind, amount, reference = row
    day = date.fromisoformat(posted_on)
    return EntryRow(line, external_id, number, day, LedgerKind(kind), amount, reference, file)

"""Temporary storage on disk for ledger entries whose accounts are in another file: found by account, in any number."""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from functools import lru_cache
from itertools import islice
from types import TracebackType

from flows.intake.reading import Reject
from flows.intake.rows import EntryRow
from models.enums import LedgerKind
from models.values import dollars

_PAGE = 5_000
_COLUMNS = "line, external_id, account_number, posted_on, kind, amount_cents, reference, file, code, description, units"
_KINDS = {kind.value: kind for kind in LedgerKind}
_WORDS = {kind: kind.value for kind in LedgerKind}

_TABLES = """
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
CREATE TABLE entry (file INTEGER, line INTEGER, external_id TEXT, account_number TEXT, posted_on TEXT, kind TEXT,
                    amount_cents INTEGER, reference TEXT, code TEXT, description TEXT, units INTEGER);
CREATE TABLE opened (account_number TEXT PRIMARY KEY) WITHOUT ROWID;
"""

_INDEXES = """
CREATE INDEX by_id ON entry (external_id);
CREATE TABLE later AS
    SELECT e.rowid AS place, (SELECT min(f.rowid) FROM entry f WHERE f.external_id = e.external_id) AS first
    FROM entry e
    WHERE e.external_id IN (SELECT external_id FROM entry GROUP BY external_id HAVING count(*) > 1);
DELETE FROM later WHERE place = first;
"""

_CONFLICTS = """
SELECT e.file, e.line, e.external_id, f.line, f.amount_cents, f.account_number
FROM later JOIN entry e ON e.rowid = later.place JOIN entry f ON f.rowid = later.first
WHERE (e.account_number, e.posted_on, e.kind, e.amount_cents)
    IS NOT (f.account_number, f.posted_on, f.kind, f.amount_cents)
ORDER BY e.rowid
"""

_REPEATED = """
SELECT e.file, count(*), sum(e.amount_cents)
FROM later JOIN entry e ON e.rowid = later.place JOIN entry f ON f.rowid = later.first
WHERE (e.account_number, e.posted_on, e.kind, e.amount_cents)
    IS (f.account_number, f.posted_on, f.kind, f.amount_cents)
GROUP BY e.file
"""

_DROP_LATER = """
DELETE FROM entry WHERE rowid IN (SELECT place FROM later);
DROP TABLE later;
DROP INDEX by_id;
CREATE INDEX by_account ON entry (account_number, file, line);
"""


class Staging:
    """Entries that are stored once and read by account or in sequence.

    They are in a file without a name, which the system removes with the process: a kill leaves nothing behind.
    """

    def __init__(self) -> None:
        self._db = sqlite3.connect("", isolation_level=None)
        self._db.executescript(_TABLES)
        self.repeated: dict[int, tuple[int, int]] = {}
        """By file, how many entries repeat an earlier one, and their sum in cents; known after `index`."""

    def __enter__(self) -> "Staging":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._db.close()

    def set_down(self, entries: Iterable[EntryRow], file: int = 0) -> None:
        """Store the entries of a file from a stream; `index` is called when all files are stored."""
        stream = iter(entries)
        self._db.execute("BEGIN")
        while page := list(islice(stream, _PAGE)):
            self._db.executemany(
                "INSERT INTO entry VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [
                    (file, line, key, number, day.isoformat(), _WORDS[kind], cents, reference, *service)
                    for line, key, number, day, kind, cents, reference, _, *service in page
                ],
            )
        self._db.execute("COMMIT")

    def index(self) -> list[tuple[int, Reject]]:
        """Index the entries by account; once, after the last of them was stored.

        A repeated entry counts once. An entry whose id is used with another account or amount is left out and
        returned as a reject, with the number of its file.
        """
        self._db.executescript(_INDEXES)
        conflicts = [
            (
                file,
                Reject(
                    line,
                    "transaction_id",
                    f'"{key}" is already used for {dollars(cents)} on account {number} (line {first}); '
                    "use a different id for each transaction",
                    (key,),
                ),
            )
            for file, line, key, first, cents, number in self._db.execute(_CONFLICTS)
        ]
        self.repeated = {file: (count, cents) for file, count, cents in self._db.execute(_REPEATED)}
        self._db.executescript(_DROP_LATER)
        return conflicts

    def of_accounts(self, numbers: Sequence[str]) -> dict[str, list[EntryRow]]:
        """The entries of a page of accounts, in the order of their lines."""
        found: dict[str, list[EntryRow]] = {}
        marks = ",".join("?" * len(numbers))
        query = f"SELECT {_COLUMNS} FROM entry WHERE account_number IN ({marks}) ORDER BY account_number, file, line"
        for row in self._db.execute(query, list(numbers)):
            found.setdefault(row[2], []).append(_entry(row))
        return found

    def opened(self, numbers: Iterable[str]) -> None:
        """These accounts were imported with their entries: `pages` skips them."""
        self._db.execute("BEGIN")
        self._db.executemany("INSERT OR IGNORE INTO opened VALUES (?)", [(number,) for number in numbers])
        self._db.execute("COMMIT")

    def pages(self, file: int = 0) -> Iterator[list[EntryRow]]:
        """The entries of a file whose accounts were not opened with them, in order of lines, a page at a time."""
        query = (
            f"SELECT {_COLUMNS} FROM entry WHERE file = ? AND NOT EXISTS "
            "(SELECT 1 FROM opened WHERE opened.account_number = entry.account_number) ORDER BY rowid"
        )
        rows = self._db.cursor().execute(query, (file,))
        while page := rows.fetchmany(_PAGE):
            yield [_entry(row) for row in page]


_day = lru_cache(maxsize=10_000)(date.fromisoformat)


_Stored = tuple[int, str, str, str, str, int, str | None, int, str | None, str | None, int | None]


def _entry(row: _Stored) -> EntryRow:
    line, external_id, number, posted_on, kind, amount, reference, file, code, description, units = row
    day = _day(posted_on)
    return EntryRow(line, external_id, number, day, _KINDS[kind], amount, reference, file, code, description, units)

"""What came of the rows of a file, who takes them in, and how many at a time."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from typing import Any, TypeVar

from flows.intake.reading import Reject
from models.database import Database

T = TypeVar("T")

PAGE = 2_000
"""Rows a transaction: well under a second, so that staff never wait."""


@dataclass(slots=True)
class Tally:
    """What became of the rows of one file: rows = taken + known + rejected, with their amounts in cents where rows have
    any. `columns` says what the file itself calls our fields."""

    rows: int = 0
    taken: int = 0
    known: int = 0
    taken_cents: int = 0
    known_cents: int = 0
    rejected_cents: int = 0
    rejects: list[Reject] = field(default_factory=list[Reject])
    warnings: list[str] = field(default_factory=list[str])
    columns: Mapping[str, str] = field(default_factory=dict[str, str])

    def post(self, cents: int = 0, rows: int = 1) -> None:
        """Rows were imported, with the amounts that they move, in cents."""
        self.taken += rows
        self.taken_cents += cents

    def know(self, cents: int = 0, rows: int = 1) -> None:
        """Rows say what the database holds already, so that nothing was changed."""
        self.known += rows
        self.known_cents += cents

    def leave_out(self) -> None:
        """A row is of something that was not asked for, as of a part of an export: it does not count."""
        self.rows -= 1

    def reject(self, line: int, name: str, reason: str, *row: str, cents: int = 0) -> None:
        """A row could not be imported because of one of our fields."""
        self.rejected_cents += cents
        self.rejects.append(Reject(line, self.columns.get(name, name), reason, row))

    @property
    def unaccounted(self) -> int:
        """Rows that were neither imported, known nor rejected: there must be none."""
        return self.rows - self.taken - self.known - len(self.rejects)

    def sift(self, found: Iterable[Any]) -> Iterator[Any]:
        """Count rows, and let through those that are not rejects."""
        for row in found:
            self.rows += 1
            if isinstance(row, Reject):
                self.rejects.append(row)
            else:
                yield row


@dataclass(frozen=True, slots=True)
class Taker:
    """Who takes rows in, on which business date, from which source (which makes external ids unique)."""

    database: Database
    today: date
    source: str
    actor: str = "intake"

    def transaction(self) -> Any:
        return self.database.transaction(actor=self.actor, business_date=self.today)


def pages(rows: Iterable[T], size: int = PAGE) -> Iterator[list[T]]:
    """Rows of a stream, a page at a time."""
    stream = iter(rows)
    while page := list(islice(stream, size)):
        yield page

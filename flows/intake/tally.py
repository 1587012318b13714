"""The results of a file's rows, the importer, and the page size."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from typing import Any, TypeVar

from flows.intake.reading import Reject
from models.database import Database

T = TypeVar("T")

PAGE = 2_000
"""Rows per transaction: well under a second, so that staff never wait."""


@dataclass(slots=True)
class Tally:
    """The results of the rows of one file: rows = taken + known + rejected, with their amounts in cents if rows have
    any. `columns` has the file's own names of our fields."""

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
        """Rows that are already in the database, so that nothing was changed."""
        self.known += rows
        self.known_cents += cents

    def leave_out(self) -> None:
        """A row is outside the requested part of an export: it does not count."""
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
        """Count rows, and yield those that are not rejects."""
        for row in found:
            self.rows += 1
            if isinstance(row, Reject):
                self.rejects.append(row)
            else:
                yield row


@dataclass(frozen=True, slots=True)
class Taker:
    """The importer of rows: the business date and the source (which makes external ids unique)."""

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

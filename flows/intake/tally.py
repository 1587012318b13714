"""What came of the rows of a file, who takes them in, and how many at a time."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from typing import Any, TypeVar

from flows.intake.reading import Reject
from models.database import Book

T = TypeVar("T")

PAGE = 2_000
"""Rows a transaction: well under a second, so that staff never wait."""


@dataclass(slots=True)
class Tally:
    """What came of the rows of one file. `columns` says what the file itself calls our fields."""

    rows: int = 0
    taken: int = 0
    rejects: list[Reject] = field(default_factory=list[Reject])
    warnings: list[str] = field(default_factory=list[str])
    columns: Mapping[str, str] = field(default_factory=dict[str, str])

    def reject(self, line: int, name: str, reason: str, *row: str) -> None:
        """A row could not be taken because of one of our fields."""
        self.rejects.append(Reject(line, self.columns.get(name, name), reason, row))

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

    book: Book
    today: date
    source: str
    actor: str = "intake"

    def transaction(self) -> Any:
        return self.book.transaction(actor=self.actor, business_date=self.today)


def pages(rows: Iterable[T], size: int = PAGE) -> Iterator[list[T]]:
    """Rows of a stream, a page at a time."""
    stream = iter(rows)
    while page := list(islice(stream, size)):
        yield page

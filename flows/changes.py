"""What happened to accounts and people, announced where it happens; what follows stands in flows/consequences.py.

A room that changes something does not know who reacts: it announces the change, in the transaction of the change, and
the table runs what follows in its order. Nothing that fails there is swallowed.

The table is loaded with the first change and not with this package: a process that only starts a server or waits for
the night needs none of the rooms.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Generic, TypeVar

from models.database import Transaction, group_by_key

C = TypeVar("C")


@dataclass(frozen=True, slots=True)
class Consequence(Generic[C]):
    """A line of the table: after a change of this type, this is done, and `because` says why and why here."""

    change: type[C]
    then: Callable[[Transaction, C], object]
    because: str


_table: dict[type, tuple[Consequence[Any], ...]] = {}


def follow(lines: Iterable[Consequence[Any]]) -> None:
    """Put a table in force: the lines of each change in the order in which they are given."""
    # All at once: another thread must never run with a part of the lines.
    _table.update({change: tuple(some) for change, some in group_by_key((one.change, one) for one in lines).items()})


def load_consequences() -> None:
    """Put the table in force where it is not yet. By its name, since it stands above all rooms."""
    import_module("flows.consequences")


def announce(tx: Transaction, change: object) -> None:
    """Run what follows from a change, in the order of the table. Raises LookupError for a change without a line: every
    change that is announced has one."""
    if type(change) not in _table:
        load_consequences()
    if type(change) not in _table:
        raise LookupError(f"{type(change).__name__} has no line in flows/consequences.py; add one")
    for line in _table[type(change)]:
        line.then(tx, change)

"""What happened to accounts and people, announced where it happens; what follows is in flows/consequences.py.

A package that changes something does not know who reacts: it announces the change, in the transaction of the change,
and the table runs the consequences in order. No failure there is swallowed.

The table is loaded with the first change and not with this package: a process that only starts a server or waits for
the night needs none of the packages.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Generic, TypeVar

from models.database import Transaction, group_by_key

C = TypeVar("C")


@dataclass(frozen=True, slots=True)
class Consequence(Generic[C]):
    """A line of the table: the action after a change of this type, and `because`: why, and why at this place."""

    change: type[C]
    then: Callable[[Transaction, C], object]
    because: str


_table: dict[type, tuple[Consequence[Any], ...]] = {}


def follow(lines: Iterable[Consequence[Any]]) -> None:
    """Activate a table: the lines of each change in the given order."""
    # All at once: another thread must never run with a part of the lines.
    _table.update({change: tuple(some) for change, some in group_by_key((one.change, one) for one in lines).items()})


def load_consequences() -> None:
    """Activate the table if it is not active yet. By its name, since it is above all packages."""
    import_module("flows.consequences")


def announce(tx: Transaction, change: object) -> None:
    """Run the consequences of a change, in the order of the table. Raises LookupError for a change without a line:
    every change that is announced has one."""
    if type(change) not in _table:
        load_consequences()
    if type(change) not in _table:
        raise LookupError(f"{type(change).__name__} has no line in flows/consequences.py; add one")
    for line in _table[type(change)]:
        line.then(tx, change)

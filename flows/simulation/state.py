"""The state of one walk: a guarantor, the schedules, and what has happened so far. Pure."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from typing import NamedTuple

from flows.accounts.snapshot import AccountNow, GroupNow
from flows.simulation.answers import Answer
from flows.simulation.case import Book, Case, Count, Path


@dataclass(slots=True)
class OpenedCall:
    """The open call of a group, and the last day on which it is made."""

    give_up_on: date


class Coming(NamedTuple):
    """An answer that will come on a day, about accounts. `step`: the one that it answers; None: a payment that was
    promised or agreed."""

    on: date
    account_ids: tuple[int, ...]
    answer: Answer
    cents: int
    step: str | None = None


@dataclass(slots=True)
class Walk:
    """The state of one walk. `calls`: the open call of each creditor's group."""

    case: Case
    book: Book
    first: date
    days: int
    path: Path
    calls: dict[int, OpenedCall] = field(default_factory=dict[int, OpenedCall])
    approvals: list[tuple[date, int, str]] = field(default_factory=list[tuple[date, int, str]])
    wakes: list[tuple[date, int]] = field(default_factory=list[tuple[date, int]])
    left: dict[int, tuple[GroupNow, AccountNow]] = field(default_factory=dict[int, tuple[GroupNow, AccountNow]])
    """Accounts that have completed their schedule and still wait for an agency."""
    coming: list[Coming] = field(default_factory=list[Coming])


def accounts_of(state: Walk) -> Iterator[AccountNow]:
    """Every account that is in a schedule."""
    for group in state.case.groups:
        yield from group.accounts


def change_accounts(state: Walk, account_ids: Iterable[int], change: Callable[[AccountNow], AccountNow | None]) -> None:
    """Replace accounts that are in a schedule; one that becomes None leaves it."""
    ids = set(account_ids)
    for place, group in enumerate(state.case.groups):
        if any(one.id in ids for one in group.accounts):
            changed = ((change(one) if one.id in ids else one) for one in group.accounts)
            state.case.groups[place] = replace(group, accounts=tuple(one for one in changed if one is not None))


def wake(state: Walk, account_ids: Iterable[int], today: date) -> None:
    """Have accounts reviewed on this day."""
    change_accounts(state, account_ids, lambda one: replace(one, next_action_on=today))


def count(state: Walk, what: Count, today: date) -> None:
    """Count something on a day."""
    state.path.counted.append((what, (today - state.first).days))

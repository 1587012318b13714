"""How people answered the practice's steps, for a simulation: payments, promises and returned mail by days. Pure.

A simulation draws with the hash of an account and a step, so that an account answers a step in the same way by
every version that is compared, and in every run.
"""

from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from flows.schedules.schedule import Action, OpenCall, Place, SendLetter
from models.chance import stable_number


class Answer(StrEnum):
    """What a person does after a step. The first one counts."""

    PAID = "paid"
    PROMISED = "promised"
    RETURNED = "returned"


class Cell(NamedTuple):
    """Steps that are alike: of one kind, and as far as they are known the step, a band of balances and one of ages."""

    kind: str
    schedule: str | None = None
    step: str | None = None
    balance: int | None = None
    age: int | None = None

    def wider(self) -> "list[Cell]":
        """This cell and the wider ones around it, the narrowest first."""
        levels = (
            self,
            self._replace(age=None),
            self._replace(age=None, balance=None),
            Cell(self.kind),
        )
        return list(dict.fromkeys(levels))


BALANCES = (100_00, 500_00)
"""The bands of balances in cents: below the first, from it to below the second, and the rest."""

AGES = (60, 120)
"""The bands of ages in days since the first bill."""


def cell_of(kind: str, schedule: str, step: str, balance_cents: int, age_days: int) -> Cell:
    """The narrowest cell of a step."""
    balance = sum(balance_cents >= least for least in BALANCES)
    return Cell(kind, schedule, step, balance, sum(age_days >= least for least in AGES))


def kind_of(act: Action | None) -> str | None:
    """The kind of a step that people can answer: a letter, a call, a placement; None for internal work."""
    match act:
        case SendLetter():
            return f"letter:{act.kind}"
        case OpenCall():
            return "call"
        case Place():
            return "place"
        case _:
            return None


@dataclass(frozen=True, slots=True)
class Curve:
    """The share of accounts that have answered by each day, with the bounds of its 95 % interval.

    `days` are the days on which it rises. `steps` is the number of steps that it was learned from, `answers` that of
    their answers. `parts` are quantiles of what was paid or promised, as a share of the balance.
    """

    days: tuple[int, ...]
    shares: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    steps: int
    answers: int
    parts: tuple[float, ...] = ()

    def by(self, day: int) -> float:
        """The share that has answered by a day."""
        return _at(self.days, self.shares, day)

    def interval(self, day: int) -> tuple[float, float]:
        """The bounds of that share."""
        return _at(self.days, self.low, day), _at(self.days, self.high, day)

    def day_of(self, chance: float, after: int) -> int | None:
        """The day of an answer for a chance from 0 to 1, given that none came through the day `after`; None: never."""
        done = self.by(after)
        place = bisect_left(self.shares, done + chance * (1 - done))
        while place < len(self.days) and self.days[place] <= after:
            place += 1
        return self.days[place] if place < len(self.days) else None

    def part(self, chance: float) -> float:
        """The share of the balance that is paid or promised, for a chance from 0 to 1."""
        return self.parts[min(int(chance * len(self.parts)), len(self.parts) - 1)] if self.parts else 1.0


def _at(days: tuple[int, ...], values: tuple[float, ...], day: int) -> float:
    place = bisect_left(days, day + 1)
    return values[place - 1] if place else 0.0


class Rate(NamedTuple):
    """A share of some cases, with its 95 % interval."""

    share: float
    low: float
    high: float
    cases: int


PROMISE_DAYS = 14
"""The days until a promise is due if there is no history of promises."""


@dataclass(frozen=True, slots=True)
class Learned:
    """What the practice's history shows. A cell without a curve, and a rate that is None, had too few cases.

    `promise_days`: the usual days from a promise to its due date. `found`: the days until an unknown address is found.
    """

    accounts: int
    since: date
    curves: Mapping[tuple[Answer, Cell], Curve] = field(default_factory=dict[tuple[Answer, Cell], Curve])
    kept: Rate | None = None
    promise_days: int = PROMISE_DAYS
    installments: Rate | None = None
    found: Curve | None = None

    def curve(self, answer: Answer, cell: Cell) -> Curve | None:
        """The curve of the narrowest cell around a step that has one; None: not enough history."""
        return next((found for one in cell.wider() if (found := self.curves.get((answer, one)))), None)


def chance(*about: object) -> float:
    """A number from 0 to below 1 that is always the same for the same things."""
    return stable_number(*about) / 2**64

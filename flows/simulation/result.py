"""The figures of a simulation, added up over guarantors: by day, by rule, and how far each account moves. Pure."""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from flows.simulation.case import Count, Path, RuleStop, StepOn

SHOWN_STOPS = 200
"""The number of accounts listed for each rule; all are counted."""


class Rule(NamedTuple):
    """A rule that blocks steps, with its citation."""

    rule: str
    citation: str


@dataclass(slots=True)
class Moved:
    """How many accounts reach their steps earlier, later or on the same day as now; `days` is the sum of the days of
    those that move, negative if earlier."""

    earlier: int = 0
    later: int = 0
    same: int = 0
    days: int = 0

    @property
    def mean_days(self) -> float:
        """The average move of the accounts that move."""
        moved = self.earlier + self.later
        return round(self.days / moved, 1) if moved else 0.0


FEW = 30
"""Guarantors who pay more or less below which the difference has no interval."""
Z = 1.96
"""Standard errors of a 95 % interval."""


class GainInterval(NamedTuple):
    """A difference in cents with its 95 % interval."""

    cents: int
    low_cents: int
    high_cents: int


@dataclass(slots=True)
class Gain:
    """What the simulated version collects more than the versions in force, in cents, guarantor by guarantor.

    Each guarantor is walked by both with the same draws, so the differences are paired; guarantors are independent.
    """

    guarantors: int = 0
    differing: int = 0
    cents: int = 0
    squares: int = 0

    def add(self, cents: int) -> None:
        """Add the difference of one guarantor."""
        self.guarantors += 1
        self.differing += cents != 0
        self.cents += cents
        self.squares += cents * cents

    def merge(self, other: "Gain") -> None:
        """Add the differences of other guarantors."""
        self.guarantors += other.guarantors
        self.differing += other.differing
        self.cents += other.cents
        self.squares += other.squares

    @property
    def interval(self) -> GainInterval | None:
        """The sum with its interval, by the spread of the differences; None if they are of too few guarantors.

        It has the chance of who answers. It does not have how well the shares of answers are known.
        """
        if self.differing < FEW:
            return None
        units = self.guarantors
        spread = self.squares - self.cents * self.cents / units
        half = round(Z * math.sqrt(spread * units / (units - 1)))
        return GainInterval(self.cents, self.cents - half, self.cents + half)


@dataclass(slots=True)
class Figures:
    """What one version does: counts and collected cents by day; steps, entries and skips in all; accounts by the rule
    that blocks them."""

    days: int
    counts: dict[Count, list[int]] = field(default_factory=dict[Count, list[int]])
    collected: list[int] = field(default_factory=list[int])
    steps: Counter[str] = field(default_factory=Counter[str])
    skipped: Counter[str] = field(default_factory=Counter[str])
    entered: int = 0
    blocked: Counter[Rule] = field(default_factory=Counter[Rule])
    stops: dict[Rule, list[RuleStop]] = field(default_factory=dict[Rule, list[RuleStop]])
    last_steps: Counter[int] = field(default_factory=Counter[int])

    def add(self, path: Path) -> None:
        """Add what happens to one guarantor."""
        for what, day in path.counted:
            per_day = self.counts.get(what)
            if per_day is None:
                per_day = self.counts[what] = [0] * self.days
            per_day[day] += 1
        for day, cents in path.collected:
            self._collected()[day] += cents
        self.steps.update(one.step for one in path.done)
        self.skipped.update(one.step for one in path.skipped)
        self.entered += len(path.entered)
        first: dict[tuple[Rule, int], RuleStop] = {}
        for stop in path.stops:
            first.setdefault((Rule(stop.rule, stop.citation), stop.account_id), stop)
        for (rule, _), stop in first.items():
            self.blocked[rule] += 1
            shown = self.stops.setdefault(rule, [])
            if len(shown) < SHOWN_STOPS:
                shown.append(stop)

    def merge(self, other: "Figures") -> None:
        """Add the figures of other guarantors."""
        for what, per_day in other.counts.items():
            mine = self.counts.setdefault(what, [0] * self.days)
            self.counts[what] = [one + more for one, more in zip(mine, per_day, strict=True)]
        if other.collected:
            mine = self._collected()
            self.collected = [one + more for one, more in zip(mine, other.collected, strict=True)]
        self.steps.update(other.steps)
        self.skipped.update(other.skipped)
        self.entered += other.entered
        self.blocked.update(other.blocked)
        for rule, stops in other.stops.items():
            self.stops[rule] = (self.stops.get(rule, []) + stops)[:SHOWN_STOPS]

    def _collected(self) -> list[int]:
        if not self.collected:
            self.collected = [0] * self.days
        return self.collected

    def collected_on(self, place: int) -> int:
        """The cents collected on one day, by its place from the first."""
        return self.collected[place] if self.collected else 0

    def collected_between(self, start: int, end: int) -> int:
        """The cents collected on the days from one place to before another."""
        return sum(self.collected[start:end])

    def on(self, what: Count, place: int) -> int:
        """A count of one day, by its place from the first."""
        per_day = self.counts.get(what)
        return per_day[place] if per_day else 0


@dataclass(slots=True)
class Result:
    """A simulation: the version in force and the one that is simulated, and how the accounts move between them."""

    first: date
    days: int
    present: Figures
    simulated: Figures
    moved: Moved = field(default_factory=Moved)
    accounts: list["AccountPath"] = field(default_factory=list["AccountPath"])
    guarantors: int = 0
    gain: Gain = field(default_factory=Gain)
    stands: Counter[str] = field(default_factory=Counter[str])
    """The accounts that move to the simulated version, by the last step that they keep; empty: none completed yet."""
    left: list[str] = field(default_factory=list[str])
    """The numbers of accounts that stay on their version, because the simulated one has none of their steps."""

    def add(self, present: Path, simulated: Path, *, accounts: bool) -> None:
        """Add one guarantor, walked by both."""
        self.guarantors += 1
        self.present.add(present)
        self.simulated.add(simulated)
        self.gain.add(_cents(simulated) - _cents(present))
        _compare(self.moved, present.done, simulated.done)
        if accounts:
            self.accounts.extend(_accounts(simulated))

    def merge(self, other: "Result") -> None:
        """Add the figures of other guarantors."""
        self.guarantors += other.guarantors
        self.gain.merge(other.gain)
        self.present.merge(other.present)
        self.simulated.merge(other.simulated)
        self.moved = Moved(
            self.moved.earlier + other.moved.earlier,
            self.moved.later + other.moved.later,
            self.moved.same + other.moved.same,
            self.moved.days + other.moved.days,
        )
        self.accounts.extend(other.accounts)
        self.stands.update(other.stands)
        self.left.extend(other.left)


def _cents(path: Path) -> int:
    return sum(cents for _, cents in path.collected)


def empty_result(first: date, days: int) -> Result:
    """A result without any guarantor yet."""
    return Result(first, days, Figures(days), Figures(days))


class AccountPath(NamedTuple):
    """The steps that an account completes, and those that it skips, each with its day."""

    number: str
    steps: Sequence[tuple[str, date]]
    skipped: Sequence[tuple[str, date]]


def _accounts(path: Path) -> list[AccountPath]:
    done, skipped = _by_account(path.done), _by_account(path.skipped)
    numbers = {one.account_id: one.number for one in (*path.done, *path.skipped)}
    return [
        AccountPath(number, list(done.get(key, {}).items()), list(skipped.get(key, {}).items()))
        for key, number in sorted(numbers.items())
    ]


def _by_account(steps: Iterable[StepOn]) -> dict[int, dict[str, date]]:
    """The first day of each step, by account."""
    found: dict[int, dict[str, date]] = {}
    for one in steps:
        found.setdefault(one.account_id, {}).setdefault(one.step, one.on)
    return found


def _compare(moved: Moved, present: Iterable[StepOn], simulated: Iterable[StepOn]) -> None:
    """An account moves by the days of the first step that both versions do, and do on different days."""
    before, after = _by_account(present), _by_account(simulated)
    for key in before.keys() | after.keys():
        days = _shift(before.get(key, {}), after.get(key, {}))
        moved.days += days
        if days < 0:
            moved.earlier += 1
        elif days > 0:
            moved.later += 1
        else:
            moved.same += 1


def _shift(before: Mapping[str, date], after: Mapping[str, date]) -> int:
    return next((days for step, on in before.items() if (days := (after.get(step, on) - on).days)), 0)

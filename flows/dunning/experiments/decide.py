"""How an experiment is planned, and how its arms are compared. Pure.

The method is a fixed horizon: the days and the number of people are set before the start, and the arms are compared
once, on the day on which the last account was followed for its days. Looking earlier, and stopping at a good moment,
finds differences where there are none: nothing is compared before.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from math import ceil
from typing import NamedTuple

from scipy import stats

from models.ratios import Ratio

CONFIDENCE = 0.95
POWER = 0.8
"""The chance to find a difference that is as large as the one that was asked about."""

FEW = 30
"""Guarantors of an arm below which it is not compared."""


class Verdict(StrEnum):
    """What the comparison of an arm with the control shows."""

    BETTER = "better"
    WORSE = "worse"
    NO_DIFFERENCE = "no_difference"
    TOO_FEW = "too_few"


class Interval(NamedTuple):
    """A figure with its 95 % interval."""

    value: float
    low: float
    high: float


@dataclass(slots=True)
class Person:
    """What one guarantor's accounts in an experiment brought in and cost within their days, in cents."""

    place: int
    accounts: int = 0
    collected_cents: int = 0
    letters: int = 0
    calls: int = 0
    fee_cents: int = 0
    complaints: int = 0
    disputes: int = 0
    stops: int = 0


class Costs(NamedTuple):
    """What a letter, and a call attempt, costs the practice, in cents."""

    letter_cents: int
    call_cents: float


@dataclass(slots=True)
class ArmSums:
    """The sums of an arm. Ratios are dollars for each account, with guarantors as the units: they were drawn."""

    people: int = 0
    accounts: int = 0
    collected_cents: int = 0
    letters: int = 0
    calls: int = 0
    fee_cents: int = 0
    complaints: int = 0
    disputes: int = 0
    stops: int = 0
    collected: Ratio = field(default_factory=Ratio)
    cost: Ratio = field(default_factory=Ratio)
    net: Ratio = field(default_factory=Ratio)

    def add(self, one: Person, costs: Costs) -> None:
        """Add a guarantor."""
        self.people += 1
        self.accounts += one.accounts
        self.collected_cents += one.collected_cents
        self.letters += one.letters
        self.calls += one.calls
        self.fee_cents += one.fee_cents
        self.complaints += one.complaints
        self.disputes += one.disputes
        self.stops += one.stops
        cost = one.letters * costs.letter_cents + one.calls * costs.call_cents + one.fee_cents
        self.collected.add(one.collected_cents / 100, one.accounts)
        self.cost.add(cost / 100, one.accounts)
        self.net.add((one.collected_cents - cost) / 100, one.accounts)


def sums_of(people: Iterable[Person], costs: Costs) -> dict[int, ArmSums]:
    """The sums of each arm, by its place."""
    found: dict[int, ArmSums] = {}
    for one in people:
        found.setdefault(one.place, ArmSums()).add(one, costs)
    return found


class Compared(NamedTuple):
    """An arm against the control: dollars for each account more or less, net of cost, and what that shows."""

    difference: Interval | None
    verdict: Verdict | None


def interval_of(ratio: Ratio) -> Interval | None:
    """Dollars for each account with their interval; None without two guarantors."""
    if ratio.share is None or ratio.error is None:
        return None
    half = _z(1) * ratio.error
    return Interval(ratio.share, ratio.share - half, ratio.share + half)


def compare(control: ArmSums, arm: ArmSums, arms: int) -> Compared:
    """An arm against the control, by what each account brought in less its cost. `arms` is the number of comparisons:
    the interval is wider with more of them (Bonferroni)."""
    one, two = control.net, arm.net
    if min(control.people, arm.people) < FEW or one.share is None or two.share is None:
        return Compared(None, Verdict.TOO_FEW)
    error = ((one.error or 0.0) ** 2 + (two.error or 0.0) ** 2) ** 0.5
    difference, half = two.share - one.share, _z(arms) * error
    found = Interval(difference, difference - half, difference + half)
    if found.low > 0:
        return Compared(found, Verdict.BETTER)
    return Compared(found, Verdict.WORSE if found.high < 0 else Verdict.NO_DIFFERENCE)


def rate_of(cases: int, people: int) -> Interval | None:
    """Cases for each 1,000 people, with the exact interval of Clopper and Pearson."""
    if people == 0:
        return None
    bounds = stats.binomtest(min(cases, people), people).proportion_ci(CONFIDENCE, method="exact")
    return Interval(1000 * cases / people, 1000 * float(bounds.low), 1000 * float(bounds.high))


def needed_in_each(past_cents: Sequence[int], difference_cents: int, arms: int) -> int | None:
    """The guarantors that each arm needs to find a difference in cents, by the spread of what guarantors paid before;
    None: fewer than 30 of them, not enough history."""
    if len(past_cents) < FEW:
        return None
    spread = stats.tstd(past_cents)
    size = 2 * ((_z(arms) + float(stats.norm.ppf(POWER))) * float(spread) / difference_cents) ** 2
    return max(ceil(size), FEW)


def _z(comparisons: int) -> float:
    return float(stats.norm.ppf(1 - (1 - CONFIDENCE) / 2 / comparisons))


def is_ready(ready_on: date, today: date) -> bool:
    """Whether the arms may be compared."""
    return today >= ready_on


def shares_of(arms: int, holdout_percent: int) -> list[int]:
    """The percent of each arm: equal, the control with what is left over; the holdout is not among them."""
    each = (100 - holdout_percent) // arms
    return [100 - holdout_percent - each * (arms - 1), *[each] * (arms - 1)]

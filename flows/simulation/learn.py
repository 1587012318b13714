"""Curves of answers from the practice's history, by Kaplan and Meier's estimate. Pure.

A step is watched until the account's next step, another answer, or today; a step without an answer by then is
censored. Intervals are by the exponential Greenwood formula ("log-log") for curves, and Wilson's for rates.
"""

import warnings
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple, Protocol, cast

import numpy as np
import numpy.typing as npt
from scipy import stats

from flows.simulation.answers import Answer, Cell, Curve, Rate

ENOUGH_STEPS = 50
"""The steps, and ENOUGH_ANSWERS the answers, that a cell needs; with fewer of either it is not enough history."""

ENOUGH_ANSWERS = 5
LONGEST_DAYS = 180
QUANTILES = 20


class _Steps(Protocol):
    """A step function of the library."""

    probabilities: npt.NDArray[np.float64]


class Watched(NamedTuple):
    """A step of an account and what followed: the answer if there was one, after how many days, and which part of the
    balance was paid or promised."""

    cell: Cell
    days: int
    answer: Answer | None = None
    part: float | None = None


def curves_of(watched: Iterable[Watched]) -> dict[tuple[Answer, Cell], Curve]:
    """The curve of each answer for every cell, narrow and wide, that has enough history."""
    cells: defaultdict[Cell, list[Watched]] = defaultdict(list)
    for one in watched:
        for cell in one.cell.wider():
            cells[cell].append(one)
    found: dict[tuple[Answer, Cell], Curve] = {}
    for cell, mine in cells.items():
        if len(mine) < ENOUGH_STEPS:
            continue
        for answer in Answer:
            parts = [one.part for one in mine if one.answer is answer and one.part is not None]
            curve = curve_of([one.days for one in mine], [one.answer is answer for one in mine], parts)
            if curve is not None:
                found[answer, cell] = curve
    return found


def curve_of(days: Sequence[int], answered: Sequence[bool], parts: Sequence[float] = ()) -> Curve | None:
    """The share that answered by each day, and its interval; None: not enough history."""
    answers = sum(answered)
    if len(days) < ENOUGH_STEPS or answers < ENOUGH_ANSWERS:
        return None
    # An answer on the day of the step is one of the next day: the run comes before the mail and the calls.
    times = np.clip(np.asarray(days), 1, LONGEST_DAYS)
    observed = np.asarray(answered) & (np.asarray(days) <= LONGEST_DAYS)
    rests = stats.ecdf(stats.CensoredData.right_censored(times, ~observed)).sf
    with warnings.catch_warnings():
        # The interval has no value before the first answer, and where all have answered.
        warnings.simplefilter("ignore", RuntimeWarning)
        bounds = rests.confidence_interval(0.95, method="log-log")
    shares = 1 - rests.probabilities
    # They are two functions; the library's types say that they are numbers.
    most, least = cast(_Steps, bounds.high), cast(_Steps, bounds.low)
    low = 1 - np.nan_to_num(most.probabilities, nan=1.0)
    high = 1 - np.nan_to_num(least.probabilities, nan=0.0)
    rises = np.flatnonzero(np.diff(shares, prepend=0.0) > 0)
    return Curve(
        tuple(int(one) for one in rests.quantiles[rises]),
        tuple(float(one) for one in shares[rises]),
        tuple(float(one) for one in low[rises]),
        tuple(float(one) for one in high[rises]),
        len(days),
        answers,
        _quantiles(parts),
    )


def _quantiles(parts: Sequence[float]) -> tuple[float, ...]:
    if not parts:
        return ()
    places = (np.arange(QUANTILES) + 0.5) / QUANTILES
    return tuple(float(one) for one in np.quantile(np.asarray(parts), places))


def rate_of(yes: int, cases: int) -> Rate | None:
    """A share with Wilson's interval; None: not enough history."""
    if cases < ENOUGH_STEPS:
        return None
    bounds = stats.binomtest(yes, cases).proportion_ci(0.95, method="wilson")
    return Rate(yes / cases, float(bounds.low), float(bounds.high), cases)

"""A simulation by week as people compare it: counts, mail cost and collector hours, against the capacity. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flows.settings.policy import Policy
from flows.simulation.case import Count
from flows.simulation.report import COLLECTED


@dataclass(frozen=True, slots=True)
class Column:
    """A figure of a week: its key and its heading."""

    key: Count
    title: str


COLUMNS = (
    Column(Count.LETTERS, "Letters"),
    Column(Count.CALLS, "Calls"),
    Column(Count.CALL_ATTEMPTS, "Call attempts"),
    Column(Count.TASKS, "Tasks"),
    Column(Count.PLAN_OFFERS, "Plan offers"),
    Column(Count.PLACEMENTS, "Placements"),
    Column(Count.WRITE_OFFS, "Write-offs"),
    Column(Count.BLOCKED, "Blocked steps"),
)

ANSWERS = (
    Column(Count.PAYMENTS, "Payments"),
    Column(Count.PROMISES, "Promises"),
    Column(Count.RETURNED, "Returned mail"),
)
"""The figures of a simulation in which people answer."""


def columns_of(weeks: Iterable[Mapping[str, Any]]) -> tuple[Column, ...]:
    """The columns of a stored simulation: those of answers only if there are any."""
    answered = any(week[side].get(one.key.value) for week in weeks for side in _SIDES for one in ANSWERS)
    return (*COLUMNS, *ANSWERS) if answered else COLUMNS


_SIDES = ("simulated", "present")


@dataclass(frozen=True, slots=True)
class Side:
    """One version's figures of a week. Cost and what was collected are cents; hours are those of collectors."""

    counts: Mapping[Count, int]
    collected_cents: int
    mail_cents: int
    hours: float


@dataclass(frozen=True, slots=True)
class WeekView:
    """A week by both versions, and whether the simulated one is more than the practice can do."""

    first: date
    simulated: Side
    present: Side
    too_many_letters: bool
    too_many_hours: bool


def week_views(weeks: Iterable[Mapping[str, Any]], policy: Policy) -> list[WeekView]:
    """The weeks of a stored simulation, with cost and hours by the practice's settings."""
    return [_week(week, policy) for week in weeks]


def _week(week: Mapping[str, Any], policy: Policy) -> WeekView:
    simulated, present = _side(week["simulated"], policy), _side(week["present"], policy)
    letters, hours = policy.weekly_letters, policy.weekly_collector_hours
    return WeekView(
        date.fromisoformat(week["first"]),
        simulated,
        present,
        letters is not None and simulated.counts[Count.LETTERS] > letters,
        hours is not None and simulated.hours > hours,
    )


def _side(stored: Mapping[str, int], policy: Policy) -> Side:
    counts = {what: stored.get(what.value, 0) for what in Count}
    minutes = counts[Count.CALL_ATTEMPTS] * policy.call_minutes
    return Side(
        counts, stored.get(COLLECTED, 0), counts[Count.LETTERS] * policy.letter_cost_cents, round(minutes / 60, 1)
    )


def table(views: Sequence[WeekView], columns: Sequence[Column]) -> tuple[list[str], list[list[object]]]:
    """The weeks as a table for a file: its header and rows, each figure by the simulated and the present version."""
    head = ["Week of"]
    for title in (*(column.title for column in columns), "Collected ($)", "Mail cost ($)", "Collector hours"):
        head += [title, f"{title}, version in force"]
    rows: list[list[object]] = []
    for view in views:
        row: list[object] = [view.first.isoformat()]
        for column in columns:
            row += [view.simulated.counts[column.key], view.present.counts[column.key]]
        row += [
            view.simulated.collected_cents / 100,
            view.present.collected_cents / 100,
            view.simulated.mail_cents / 100,
            view.present.mail_cents / 100,
            view.simulated.hours,
            view.present.hours,
        ]
        rows.append(row)
    return head, rows


@dataclass(frozen=True, slots=True)
class Bar:
    """A pair of bars of a chart: their places and heights in units of the drawing."""

    x: float
    width: float
    now: float
    new: float
    label: str


@dataclass(frozen=True, slots=True)
class Chart:
    """A bar chart of one figure by week, the version in force beside the simulated one."""

    title: str
    most: int
    bars: tuple[Bar, ...]


CHART_WIDTH, CHART_HEIGHT = 1040, 120


def charts(views: Sequence[WeekView], columns: Sequence[Column]) -> list[Chart]:
    """A chart for each figure that is not zero throughout."""
    found: list[Chart] = []
    for column in columns:
        pairs = [(view.present.counts[column.key], view.simulated.counts[column.key]) for view in views]
        most = max((max(pair) for pair in pairs), default=0)
        if most:
            found.append(Chart(column.title, most, tuple(_bars(views, pairs, most))))
    return found


def _bars(views: Sequence[WeekView], pairs: Sequence[tuple[int, int]], most: int) -> Iterable[Bar]:
    step = CHART_WIDTH / max(len(pairs), 1)
    for place, (view, (now, new)) in enumerate(zip(views, pairs, strict=True)):
        heights = (round(CHART_HEIGHT * now / most, 1), round(CHART_HEIGHT * new / most, 1))
        label = f"Week of {view.first:%b} {view.first.day}: {new} instead of {now}"
        yield Bar(round(place * step + step * 0.15, 1), round(step * 0.33, 1), *heights, label)

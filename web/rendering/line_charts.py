"""Line charts over months that are drawn on the server: each point is a link and prints as it is shown."""

import math
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from dateutil.relativedelta import relativedelta
from dateutil.rrule import MONTHLY, rrule

WIDTH, HEIGHT = 1_000, 320
LEFT, RIGHT, TOP, BOTTOM = 120, 20, 16, 40
STEPS = 4
"""About how many lines of the scale there are."""

MOST_MONTHS_NAMED = 12


class Figure(NamedTuple):
    """A figure of a month, as people read it and where it opens."""

    amount: float
    value: str
    link: str


class Point(NamedTuple):
    """A point: its month, its value as people read it, where it opens, and its place in the drawing."""

    month: str
    value: str
    link: str
    x: float
    y: float


class Series(NamedTuple):
    """A line: its name, its path, which is broken where a month has no figure, and its points."""

    name: str
    path: str
    points: tuple[Point, ...]


class Mark(NamedTuple):
    """A text beside a scale, and where it stands."""

    says: str
    at: float


class Lines(NamedTuple):
    """A chart of lines with its size and its scales."""

    title: str
    width: int
    height: int
    left: int
    bottom: float
    zero: float
    series: tuple[Series, ...]
    months: tuple[Mark, ...]
    values: tuple[Mark, ...]
    left_out: int
    is_line: bool = True


def line_chart(
    title: str, given: Mapping[str, Mapping[str, Figure]], says: Callable[[float], str], left_out: int = 0
) -> Lines | None:
    """A chart of a line for each name, by months such as 2026-03. `left_out`: how many lines are only in the table.

    None if there are fewer than two months: then there is nothing to connect.
    """
    found = {month for figures in given.values() for month in figures}
    if len(found) < 2:
        return None
    months = months_between(min(found), max(found))
    ticks = scale([one.amount for figures in given.values() for one in figures.values()])
    across = (WIDTH - LEFT - RIGHT) / (len(months) - 1)
    down = (HEIGHT - TOP - BOTTOM) / (ticks[-1] - ticks[0])

    def height(amount: float) -> float:
        return TOP + (ticks[-1] - amount) * down

    drawn = {month: LEFT + place * across for place, month in enumerate(months)}
    series = tuple(_series(name, figures, drawn, height) for name, figures in given.items())
    every = -(-len(months) // MOST_MONTHS_NAMED)
    named = tuple(Mark(month, drawn[month]) for month in months[::every])
    values = tuple(Mark(says(tick), height(tick)) for tick in ticks)
    return Lines(title, WIDTH, HEIGHT, LEFT, HEIGHT - BOTTOM, height(0), series, named, values, left_out)


def _series(
    name: str, figures: Mapping[str, Figure], drawn: Mapping[str, float], height: Callable[[float], float]
) -> Series:
    points: list[Point] = []
    path: list[str] = []
    connected = False
    for month, x in drawn.items():
        figure = figures.get(month)
        if figure is not None:
            y = height(figure.amount)
            path.append(f"{'L' if connected else 'M'}{x:.1f} {y:.1f}")
            points.append(Point(month, figure.value, figure.link, x, y))
        connected = figure is not None
    return Series(name, " ".join(path), tuple(points))


def months_between(first: str, last: str) -> list[str]:
    """All months from one to another."""
    start, end = (date.fromisoformat(f"{month}-01") for month in (first, last))
    return [f"{one:%Y-%m}" for one in rrule(MONTHLY, dtstart=start, until=end + relativedelta(days=1))]


def scale(amounts: Sequence[float]) -> list[float]:
    """Round values for the lines of a scale that has zero and all amounts in it, the lowest first."""
    lowest, highest = min((0.0, *amounts)), max((0.0, *amounts))
    if highest == lowest:
        highest = 1.0
    rough = (highest - lowest) / STEPS
    power = 10 ** math.floor(math.log10(rough))
    step = power * next(factor for factor in (1, 2, 5, 10) if factor * power >= rough * 0.999)
    first, last = math.floor(lowest / step), math.ceil(highest / step)
    return [place * step for place in range(first, last + 1)]

"""Bar charts that are drawn on the server, so that each bar is a link and prints as it is shown."""

from collections.abc import Sequence
from typing import NamedTuple

WIDTH = 1_000
LABEL = 300
VALUE = 150
BAR = 22
GAP = 8
LABEL_LETTERS = 40


class Bar(NamedTuple):
    """A bar: its label, its value as people read it, where it opens, and its place in the drawing."""

    label: str
    value: str
    link: str
    y: int
    x: float
    width: float
    is_negative: bool


class Bars(NamedTuple):
    """A chart of horizontal bars with its size."""

    title: str
    width: int
    height: int
    zero: float
    bars: tuple[Bar, ...]
    is_line: bool = False


class Given(NamedTuple):
    """What a bar shows."""

    label: str
    amount: float
    value: str
    link: str


def bars(title: str, given: Sequence[Given]) -> Bars:
    """A chart of horizontal bars; those below zero go to the left."""
    lowest = min((0.0, *(one.amount for one in given)))
    highest = max((0.0, *(one.amount for one in given)))
    room = WIDTH - LABEL - VALUE
    scale = room / (highest - lowest) if highest > lowest else 0.0
    zero = LABEL - lowest * scale
    drawn = tuple(
        Bar(
            one.label if len(one.label) <= LABEL_LETTERS else f"{one.label[: LABEL_LETTERS - 1]}…",
            one.value,
            one.link,
            place * (BAR + GAP) + GAP,
            zero + min(one.amount, 0.0) * scale,
            max(abs(one.amount) * scale, 1.0),
            one.amount < 0,
        )
        for place, one in enumerate(given)
    )
    return Bars(title, WIDTH, len(given) * (BAR + GAP) + GAP, zero, drawn)

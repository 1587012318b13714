"""A schedule as a picture: days along, a lane for each kind of step, and where each mark and its label stand. Pure.

Lengths are units of the drawing; the template draws what stands here and decides nothing.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from flows.schedules.actions import Lane, act_words, row_of
from flows.schedules.conditions import ALWAYS
from flows.schedules.difference import happening_words
from flows.schedules.plain_words import at_words, condition_words, step_title
from flows.schedules.schedule import Schedule, Step
from models.step_words import AFTER
from models.values import capitalized, counted

LEFT = 110
RIGHT = 24
TOP = 30
ROW = 40
"""The height of one row of labels."""
CHARACTER = 7.2
"""The width of a character of a label."""
WIDTH = 1072
MARK = 9
"""Half the width of a mark."""
WIDEST_TICK = 12
"""Ticks at most."""


@dataclass(frozen=True, slots=True)
class Delay:
    """What the law asks of a step for some accounts: days by which it delays it, or something to do first (0 days)."""

    step: str
    days: int
    citation: str
    who: str
    first: str = ""

    @property
    def sentence(self) -> str:
        """The delay in words, its citation verbatim: ``30 days later for accounts in IL (Pub. Act 103-0323)``."""
        what = f"{capitalized(self.first)} first" if self.first else f"{counted(self.days, 'day')} later"
        return f"{what} for {self.who} ({self.citation})"


@dataclass(frozen=True, slots=True)
class Mark:
    """A step in the picture: where its mark stands, its label, and what it does."""

    id: str
    place: int
    """Its place in the list of steps, in which they are done."""
    title: str
    lane: Lane
    day: int
    x: float
    y: float
    label_x: float
    label_end: bool
    when: str
    does: str
    only: str | None
    gate: bool
    delays: tuple[tuple[float, Delay], ...]
    """The law's delays, each with the width of its bar."""


@dataclass(frozen=True, slots=True)
class LaneBand:
    """A lane with its place and height."""

    lane: Lane
    y: float
    height: float


@dataclass(frozen=True, slots=True)
class Tick:
    """A day along the top."""

    day: int
    x: float


@dataclass(frozen=True, slots=True)
class Branch:
    """What the schedule does when something happens."""

    title: str
    does: str


@dataclass(frozen=True, slots=True)
class Picture:
    """The whole picture. `days` is the last day on it, `unit` the width of one day."""

    width: float
    height: float
    days: int
    unit: float
    lanes: tuple[LaneBand, ...]
    ticks: tuple[Tick, ...]
    marks: tuple[Mark, ...]
    branches: tuple[Branch, ...]

    @property
    def has_delays(self) -> bool:
        """Whether the law delays a step for some accounts."""
        return any(delay.days for mark in self.marks for _, delay in mark.delays)


def picture(schedule: Schedule, delays: Sequence[Delay] = (), days: int | None = None) -> Picture:
    """The picture of a schedule. `days`: the last day shown, so that two pictures can be compared."""
    last = max([*(step.nominal_day for step in schedule.steps), days or 0, 30])
    unit = (WIDTH - LEFT - RIGHT) / last
    by_lane: dict[Lane, list[tuple[Step, int]]] = {}
    for lane in Lane:
        mine = sorted(
            (step for step in schedule.steps if row_of(step.act).lane is lane), key=lambda step: step.nominal_day
        )
        if mine:
            by_lane[lane] = list(_rows(mine, unit))
    y, bands, marks = float(TOP), list[LaneBand](), list[Mark]()
    for lane, steps in by_lane.items():
        height = ROW * (max(row for _, row in steps) + 1)
        bands.append(LaneBand(lane, y, height))
        marks.extend(
            _mark(step, schedule.position[step.id], lane, y + ROW * row + ROW / 2, unit, delays) for step, row in steps
        )
        y += height
    branches = tuple(
        Branch(AFTER[trigger.value], happening_words(happening)) for trigger, happening in schedule.on.items()
    )
    return Picture(WIDTH, y + 8, last, unit, tuple(bands), tuple(_ticks(last, unit)), tuple(marks), branches)


def _rows(steps: Sequence[Step], unit: float) -> Iterator[tuple[Step, int]]:
    """Each step with the first row in which its label fits."""
    ends: list[float] = []
    for step in steps:
        x = LEFT + step.nominal_day * unit
        start, end = _span(step, x)
        row = next((place for place, taken in enumerate(ends) if taken <= start), len(ends))
        if row == len(ends):
            ends.append(end)
        else:
            ends[row] = end
        yield step, row


def _label(step: Step) -> str:
    return f"{step_title(step.id)}, day {step.nominal_day}"


def _span(step: Step, x: float) -> tuple[float, float]:
    """From where to where a mark with its label reaches: to the right of it, or to the left at the edge."""
    wide = len(_label(step)) * CHARACTER + 6
    if x + MARK + wide > WIDTH:
        return x - MARK - wide, x + MARK
    return x - MARK, x + MARK + wide


def _mark(step: Step, place: int, lane: Lane, y: float, unit: float, delays: Sequence[Delay]) -> Mark:
    x = LEFT + step.nominal_day * unit
    start, _ = _span(step, x)
    to_left = start < x - MARK
    return Mark(
        id=step.id,
        place=place,
        title=_label(step),
        lane=lane,
        day=step.nominal_day,
        x=round(x, 1),
        y=round(y, 1),
        label_x=round(x - MARK - 4 if to_left else x + MARK + 4, 1),
        label_end=to_left,
        when=at_words(step.at),
        does=act_words(step.act),
        only=None if step.when == ALWAYS else condition_words(step.when),
        gate=step.is_gate,
        delays=tuple((round(one.days * unit, 1), one) for one in delays if one.step == step.id),
    )


def _ticks(last: int, unit: float) -> Iterator[Tick]:
    """Days along the top, at most WIDEST_TICK of them."""
    every = next(days for days in (10, 15, 30, 60, 90, 180, 365, 730, 3650) if last / days <= WIDEST_TICK)
    for day in range(0, last + 1, every):
        yield Tick(day, round(LEFT + day * unit, 1))

"""A schedule as a decision reads it: steps, their days, their conditions, and the calendar."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from functools import cache

import holidays

from flows.schedules.conditions import ALWAYS, Condition
from letters.kinds import LetterName
from models.enums import Frequency
from models.task_kinds import TaskName
from models.user_enums import Role, WorkRole

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class SendLetter:
    """A letter of a kind, with enclosures."""

    kind: LetterName
    enclose: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OpenCall:
    """A call to make: up to `attempts`, `every_days` apart, given up after `give_up_after_days`."""

    script: str
    attempts: int = 3
    every_days: int = 3
    give_up_after_days: int = 14


@dataclass(frozen=True, slots=True)
class OpenTask:
    """A task for a role, due in `due_days`. `gate`: the next steps wait for the decision."""

    kind: TaskName
    role: WorkRole
    due_days: int = 5
    gate: bool = False


@dataclass(frozen=True, slots=True)
class OfferArrangement:
    """A payment plan offer on the named terms."""

    terms: str


@dataclass(frozen=True, slots=True)
class WriteOff:
    """The balance is written off, for a reason."""

    reason: str


@dataclass(frozen=True, slots=True)
class Place:
    """The account is placed with an agency of a pool."""

    pool: str
    recall: bool = False


@dataclass(frozen=True, slots=True)
class OpenEstate:
    """The estate desk takes over."""


Action = SendLetter | OpenCall | OpenTask | OfferArrangement | WriteOff | Place | OpenEstate


@dataclass(frozen=True, slots=True)
class At:
    """When a step is due. It has exactly one of `day` (after the anchor) and `after` (a step, plus `days`)."""

    day: int | None = None
    after: str | None = None
    days: int = 0
    and_after: tuple[str, int] | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One step. `nominal_day` is its distance from the anchor when every earlier step is done on its day."""

    id: str
    at: At
    act: Action
    when: Condition
    nominal_day: int

    @property
    def is_gate(self) -> bool:
        """Whether the next steps wait for a decision."""
        return isinstance(self.act, OpenTask) and self.act.gate


class Trigger(StrEnum):
    """What can happen to an account in a schedule."""

    PROMISE_BROKEN = "promise_broken"
    ARRANGEMENT_BROKEN = "arrangement_broken"
    MAIL_RETURNED = "mail_returned"
    DEATH_REPORTED = "death_reported"
    PAID_IN_FULL = "paid_in_full"
    NEW_CHARGE = "new_charge"


_ON = "on."


@dataclass(frozen=True, slots=True)
class Pending:
    """A trigger that is processed before the next step. `mark` distinguishes it from the next of its kind."""

    on: Trigger
    mark: str | None = None

    @property
    def step(self) -> str:
        """The name of its action in the history."""
        return f"{_ON}{self}"

    def __str__(self) -> str:
        return self.on.value if self.mark is None else f"{self.on.value}#{self.mark}"


def pending_of(step: str) -> Pending | None:
    """The trigger of a step in the history; None for a step of a schedule."""
    if not step.startswith(_ON):
        return None
    on, _, mark = step.removeprefix(_ON).partition("#")
    return Pending(Trigger(on), mark or None)


@dataclass(frozen=True, slots=True)
class AfterTrigger:
    """Where the account continues afterwards: the next step (the default), out of the schedule, or a certain step."""

    finish: bool = False
    resume_at: str | None = None


@dataclass(frozen=True, slots=True)
class Happening:
    """What the schedule does after a trigger. `hold` is a kind and scope of hold to open."""

    act: Action | None = None
    then: AfterTrigger = AfterTrigger()
    hold: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class PracticeDays:
    """The practice's own calendar: days on which it is closed, once or every year, and holidays on which it works.

    It moves steps of schedules only; no deadline of the law or of a court depends on it.
    """

    closed: frozenset[date] = frozenset()
    yearly: frozenset[tuple[int, int]] = frozenset()
    works_on: frozenset[str] = frozenset()

    def is_closed(self, day: date) -> bool:
        """Whether the practice is closed on a day."""
        return day in self.closed or (day.month, day.day) in self.yearly


NO_DAYS = PracticeDays()
"""A practice without a calendar of its own."""

OBSERVED = " (observed)"


@dataclass(frozen=True, slots=True)
class Calendar:
    """On which days nothing is done. Weekdays count from Monday as 0."""

    country: str = "US"
    state: str | None = None
    off_weekdays: frozenset[int] = frozenset()
    holidays_off: bool = False
    practice: PracticeDays = NO_DAYS
    _rolled: dict[date, date] = field(default_factory=dict[date, date], init=False, compare=False, repr=False)

    def is_off(self, day: date) -> bool:
        """Whether the day is one of the calendar's days off."""
        if day.weekday() in self.off_weekdays or self.practice.is_closed(day):
            return True
        if not self.holidays_off:
            return False
        name = _holidays(self.country, self.state, day.year).get(day)
        return name is not None and name.removesuffix(OBSERVED) not in self.practice.works_on

    def roll(self, day: date) -> date:
        """The day itself, or the next one that is not off."""
        rolled = self._rolled.get(day)
        if rolled is None:
            rolled = day
            while self.is_off(rolled):
                rolled += ONE_DAY
            self._rolled[day] = rolled
        return rolled


@cache
def _holidays(country: str, state: str | None, year: int) -> dict[date, str]:
    # New Year's Day of the next year is observed on a Friday, 31 December, when it falls on a Saturday.
    found = holidays.country_holidays(country, subdiv=state, years=(year, year + 1))
    return {day: name for day, name in found.items() if day.year == year}


@cache
def holiday_names(year: int) -> tuple[str, ...]:
    """The federal holidays, in the order of the year."""
    found = holidays.country_holidays("US", years=year, observed=False)
    return tuple(found[day] for day in sorted(found))


@dataclass(frozen=True, slots=True)
class LetterSpacing:
    """Days between two letters to one guarantor from one creditor; and how far ahead an account may join one."""

    at_least_days: int = 14
    gather_days: int = 7


@dataclass(frozen=True, slots=True)
class CallSpacing:
    """The maximum number of calls in a number of days."""

    at_most: int = 7
    in_days: int = 7


@dataclass(frozen=True, slots=True)
class SmallBalance:
    """A small balance is written off from a day on."""

    below_cents: int
    after_day: int
    act: WriteOff


@dataclass(frozen=True, slots=True)
class Terms:
    """The terms of payment plans. The defaults are the practice's own, if a schedule has none.
    `broken_after_missed`: the number of missed payments that ends a plan, after a notice."""

    name: str = "standard"
    min_payment_cents: int = 25_00
    max_months: int = 12
    down_payment_percent: int = 0
    grace_days: int = 5
    broken_after_missed: int = 2
    frequency: Frequency = Frequency.MONTHLY
    days_of_month: tuple[int, ...] = (1, 15)


@dataclass(frozen=True, slots=True)
class Enter:
    """Which accounts enter automatically, once `overdue_days` have passed since the anchor."""

    overdue_days: int
    condition: Condition = ALWAYS


@dataclass(frozen=True, slots=True)
class Schedule:
    """A whole schedule. `position` is the place of each step in the list, `gates` are the gates among them."""

    name: str
    title: str
    anchor: str
    enter: Enter
    steps: tuple[Step, ...]
    calendar: Calendar = Calendar()
    letters: LetterSpacing = LetterSpacing()
    calls: CallSpacing = CallSpacing()
    small_balance: SmallBalance | None = None
    on: dict[Trigger, Happening] = field(default_factory=dict[Trigger, Happening])
    arrangements: dict[str, Terms] = field(default_factory=dict[str, Terms])
    skip_if_older_than_days: int | None = None
    position: dict[str, int] = field(default_factory=dict[str, int])
    gates: tuple[str, ...] = ()
    paused: str | None = None
    """Since when, by whom and why nothing is done by it; None if it is not paused."""

    def step(self, step_id: str) -> Step:
        """The step with an id; KeyError if there is none, which the check of a schedule excludes."""
        return self.steps[self.position[step_id]]


DECIDES = Role.MANAGER.label
"""The role that decides at a gate."""


@dataclass(frozen=True, slots=True)
class Published:
    """A present version of a schedule."""

    id: int
    version: int
    schedule: Schedule

"""A schedule as a decision reads it: steps, their days, their conditions, and the calendar they roll over."""

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
    """A piece of work for a role, due in `due_days`. `gate`: what comes after it waits for the answer."""

    kind: TaskName
    role: WorkRole
    due_days: int = 5
    gate: bool = False


@dataclass(frozen=True, slots=True)
class OfferArrangement:
    """Payment by instalments is to be offered on the named terms."""

    terms: str


@dataclass(frozen=True, slots=True)
class WriteOff:
    """The balance is given up, for a reason."""

    reason: str


@dataclass(frozen=True, slots=True)
class Place:
    """The account goes to an agency of a pool."""

    pool: str
    recall: bool = False


@dataclass(frozen=True, slots=True)
class OpenEstate:
    """The estate desk takes over."""


Action = SendLetter | OpenCall | OpenTask | OfferArrangement | WriteOff | Place | OpenEstate


@dataclass(frozen=True, slots=True)
class At:
    """When a step is due. Exactly one of `day` (after the anchor) and `after` (a step, plus `days`) is given."""

    day: int | None = None
    after: str | None = None
    days: int = 0
    and_after: tuple[str, int] | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One step. `nominal_day` is its distance from the anchor when every step before it goes on its day."""

    id: str
    at: At
    act: Action
    when: Condition
    nominal_day: int

    @property
    def is_gate(self) -> bool:
        """Whether what comes after it waits for a decision."""
        return isinstance(self.act, OpenTask) and self.act.gate


class Trigger(StrEnum):
    """What can happen to an account on its way."""

    PROMISE_BROKEN = "promise_broken"
    ARRANGEMENT_BROKEN = "arrangement_broken"
    MAIL_RETURNED = "mail_returned"
    DEATH_REPORTED = "death_reported"
    PAID_IN_FULL = "paid_in_full"
    NEW_CHARGE = "new_charge"


_ON = "on."


@dataclass(frozen=True, slots=True)
class Pending:
    """What happened and is done before the next step. `mark` tells one such happening from the next of its kind."""

    on: Trigger
    mark: str | None = None

    @property
    def step(self) -> str:
        """The name under which the history has what is done for it."""
        return f"{_ON}{self}"

    def __str__(self) -> str:
        return self.on.value if self.mark is None else f"{self.on.value}#{self.mark}"


def pending_of(step: str) -> Pending | None:
    """What a step of the history was done for; None for a step that stands in a schedule."""
    if not step.startswith(_ON):
        return None
    on, _, mark = step.removeprefix(_ON).partition("#")
    return Pending(Trigger(on), mark or None)


@dataclass(frozen=True, slots=True)
class AfterTrigger:
    """Where the account goes on afterwards: its way (the default), out of the schedule, or a step of it."""

    finish: bool = False
    resume_at: str | None = None


@dataclass(frozen=True, slots=True)
class Happening:
    """What the schedule does when something happens. `hold` is a kind and scope of hold to open."""

    act: Action | None = None
    then: AfterTrigger = AfterTrigger()
    hold: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Calendar:
    """On which days nothing is done. Weekdays count from Monday as 0."""

    country: str = "US"
    state: str | None = None
    off_weekdays: frozenset[int] = frozenset()
    holidays_off: bool = False
    _rolled: dict[date, date] = field(default_factory=dict[date, date], compare=False, repr=False)

    def is_off(self, day: date) -> bool:
        """Whether the day is one of the calendar's days off."""
        if day.weekday() in self.off_weekdays:
            return True
        return self.holidays_off and day in _holidays(self.country, self.state, day.year)

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
def _holidays(country: str, state: str | None, year: int) -> frozenset[date]:
    # New Year's Day of the next year is observed on a Friday, 31 December, when it falls on a Saturday.
    found = holidays.country_holidays(country, subdiv=state, years=(year, year + 1))
    return frozenset(day for day in found if day.year == year)


@dataclass(frozen=True, slots=True)
class LetterSpacing:
    """Between two letters to one guarantor from one creditor; and how far ahead an account may join one."""

    at_least_days: int = 14
    gather_days: int = 7


@dataclass(frozen=True, slots=True)
class CallSpacing:
    """At most so many calls in so many days."""

    at_most: int = 7
    in_days: int = 7


@dataclass(frozen=True, slots=True)
class SmallBalance:
    """A balance not worth a letter is written off from a day on."""

    below_cents: int
    after_day: int
    act: WriteOff


@dataclass(frozen=True, slots=True)
class Terms:
    """On what terms a balance may be paid by instalments. The usual values are the practice's own, where a schedule
    says nothing. `broken_after_missed`: so many payments missed end it, after a notice."""

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
    """Which accounts enter by themselves, once `overdue_days` have passed since the anchor."""

    overdue_days: int
    condition: Condition = ALWAYS


@dataclass(frozen=True, slots=True)
class Schedule:
    """A whole schedule. `position` says where each step stands in the list, `gates` which of them hold the way."""

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

    def step(self, step_id: str) -> Step:
        """The step of that id; KeyError if there is none, which the check of a schedule rules out."""
        return self.steps[self.position[step_id]]


DECIDES = Role.MANAGER.label
"""The role that decides at a gate."""


@dataclass(frozen=True, slots=True)
class Published:
    """A present version of a schedule."""

    id: int
    version: int
    schedule: Schedule

"""From a schedule file to a Schedule: read with line numbers, checked by Pydantic, then checked as a whole."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from flows.schedules.actions import act_of
from flows.schedules.conditions import SWITCHES, All, AnyOf, Between, Condition, Not, OneOf, Switch
from flows.schedules.schedule import (
    AfterTrigger,
    At,
    Calendar,
    CallSpacing,
    Enter,
    Happening,
    LetterSpacing,
    Schedule,
    SmallBalance,
    Step,
    Terms,
    Trigger,
    WriteOff,
)
from flows.schedules.schema import (
    ArrangementText,
    AtText,
    ConditionText,
    HappeningText,
    MoneyLimits,
    NumberLimits,
    ResumeText,
    ScheduleText,
    words_at,
)
from flows.settings.tables.yaml_text import BadSchedule, Problem, document_of, line_of, problem_of
from models.enums import Frequency

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


@dataclass(frozen=True, slots=True)
class Source:
    """A file as it was read: its words checked one by one, each with its line."""

    file: str
    words: ScheduleText
    document: Any

    def problem(
        self, location: Sequence[str | int], message: str, *, warning: bool = False, law: bool = False
    ) -> Problem:
        """A problem at a place of the file."""
        field = ".".join(str(part) for part in location)
        return Problem(self.file, line_of(self.document, location), field, message, warning, law)


def read_source(text: str, file: str) -> Source:
    """Read a schedule's text; raises BadSchedule with every error, each with its line."""
    document = document_of(text, file, "a schedule (the first line must be `schedule: NAME`)")
    try:
        words = ScheduleText.model_validate(document)
    except ValidationError as error:
        raise BadSchedule([problem_of(file, document, wrong, words_at) for wrong in error.errors()]) from error
    return Source(file, words, document)


def build(words: ScheduleText) -> Schedule:
    """The schedule that a checked file describes."""
    nominal = nominal_days(words)
    steps = [
        Step(step.id, _at(step.at), act_of(step.do), condition_of(step.when), nominal[step.id]) for step in words.steps
    ]
    return Schedule(
        name=words.schedule,
        title=words.title,
        anchor=words.anchor,
        enter=_enter(words),
        steps=tuple(steps),
        calendar=Calendar(
            country=words.calendar.country,
            state=words.calendar.state,
            off_weekdays=frozenset(WEEKDAYS.index(day) for day in words.calendar.skip if day != "holidays"),
            holidays_off="holidays" in words.calendar.skip,
        ),
        letters=LetterSpacing(words.spacing.letters.at_least_days, words.spacing.letters.gather_days),
        calls=CallSpacing(words.spacing.calls.at_most, words.spacing.calls.in_days),
        small_balance=_small_balance(words),
        on={Trigger(name): _happening(given) for name, given in words.on if given is not None},
        arrangements={name: _terms(name, given) for name, given in words.arrangements.items()},
        skip_if_older_than_days=words.late.skip_if_older_than_days,
        position={step.id: index for index, step in enumerate(steps)},
        gates=tuple(step.id for step in steps if step.is_gate),
    )


def nominal_days(words: ScheduleText) -> dict[str, int]:
    """The distance of each step from the anchor when every earlier step is done on its day."""
    nominal: dict[str, int] = {}
    for step in words.steps:
        nominal[step.id] = _nominal_day(step.at, nominal)
    return nominal


def _nominal_day(at: AtText, nominal: Mapping[str, int]) -> int:
    # A step named before it is defined counts from the anchor here; the check refuses such a schedule.
    day = at.day if at.day is not None else nominal.get(at.after or "", 0) + (at.days or 0)
    if at.and_after is not None:
        day = max(day, nominal.get(at.and_after.step, 0) + at.and_after.days)
    return day


def _at(at: AtText) -> At:
    also = None if at.and_after is None else (at.and_after.step, at.and_after.days)
    return At(day=at.day, after=at.after, days=at.days or 0, and_after=also)


def condition_of(words: ConditionText) -> Condition:
    """The condition of a `when` or `enter`."""
    parts: list[Condition] = []
    if words.balance is not None:
        parts.append(_between("balance", words.balance))
    for name in ("age_days", "prior_agency_returns", "score"):
        limits = getattr(words, name)
        if limits is not None:
            parts.append(_between(name, limits))
    for name in ("payer_class", "creditor", "state", "language"):
        listed = getattr(words, name)
        if listed is not None:
            parts.append(OneOf(name, frozenset(str(word) for word in listed)))
    for name in SWITCHES:
        switch = getattr(words, name)
        if switch is not None:
            parts.append(Switch(name, switch))
    if words.all_ is not None:
        parts.append(All(tuple(condition_of(part) for part in words.all_)))
    if words.any_ is not None:
        parts.append(AnyOf(tuple(condition_of(part) for part in words.any_)))
    if words.not_ is not None:
        parts.append(Not(condition_of(words.not_)))
    return parts[0] if len(parts) == 1 else All(tuple(parts))


def _between(field: str, limits: MoneyLimits | NumberLimits) -> Between:
    return Between(field, *(_whole(limit) for limit in (limits.at_least, limits.at_most, limits.below, limits.above)))


def _whole(limit: Decimal | int | None) -> int | None:
    return int(limit * 100) if isinstance(limit, Decimal) else limit


def _enter(words: ScheduleText) -> Enter:
    condition = condition_of(words.enter)
    if words.enter.creditors != "all":
        condition = All((condition, OneOf("creditor", frozenset(words.enter.creditors))))
    return Enter(words.enter.overdue_days, condition)


def _small_balance(words: ScheduleText) -> SmallBalance | None:
    small = words.small_balance
    if small is None:
        return None
    act = act_of(small.do)
    # The check reports it with its line; a small balance can only be written off.
    assert isinstance(act, WriteOff)
    return SmallBalance(int(small.below * 100), small.after_day, act)


def _terms(name: str, given: ArrangementText) -> Terms:
    return Terms(
        name=name,
        min_payment_cents=int(given.min_payment * 100),
        max_months=given.max_months,
        down_payment_percent=given.down_payment_percent,
        grace_days=given.grace_days,
        broken_after_missed=given.broken_after_missed,
        frequency=Frequency(given.frequency),
        days_of_month=tuple(sorted(set(given.days_of_month))),
    )


def _happening(given: HappeningText) -> Happening:
    if isinstance(given.then, ResumeText):
        then = AfterTrigger(resume_at=given.then.resume_at)
    else:
        then = AfterTrigger(finish=given.then == "finish")
    hold = None if given.hold is None else (str(given.hold.kind), str(given.hold.scope))
    return Happening(act_of(given.do) if given.do else None, then, hold)


@cache
def schedule_from(text: str) -> Schedule:
    """A schedule that was published, from its text; it was checked then, and reading it can't fail now."""
    return build(read_source(text, "published").words)


def read_schedule_file(path: Path) -> Source:
    """Read a schedule file; raises BadSchedule when it is missing, not UTF-8, or wrong."""
    try:
        return read_source(path.read_text("utf-8-sig"), str(path))
    except FileNotFoundError:
        raise BadSchedule(
            [Problem(str(path), 1, "file", "the file was not found; enter the path of a .yaml file")]
        ) from None
    except UnicodeDecodeError as error:
        message = f"is not UTF-8 at byte {error.start}; save it as UTF-8"
        raise BadSchedule([Problem(str(path), 1, "file", message)]) from error

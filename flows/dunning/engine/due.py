"""The next step of an account and its due day, and the days between letters. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from flows.accounts.snapshot import AccountNow, StepDone
from flows.dunning.engine.gate import with_pool
from flows.schedules.conditions import ALWAYS
from flows.schedules.schedule import Action, AfterTrigger, Happening, Schedule, SendLetter, Step


@dataclass(slots=True)
class DueStep:
    """The next step of an account, and the day on which its schedule has it due."""

    step: str
    act: Action | None
    on: date
    nominal_day: int
    listed: Step | None
    then: AfterTrigger = AfterTrigger()


def next_due(account: AccountNow, schedule: Schedule) -> DueStep | None:
    """The next step and its due day; None at the end of the schedule."""
    if account.pending is not None:
        return _pending_due(account, schedule)
    return listed_due(account, schedule, account.taken, account.delay_days)


def listed_due(account: AccountNow, schedule: Schedule, taken: Mapping[str, StepDone], delay: int) -> DueStep | None:
    """The first open step of the list, for an account that completed these and is this far behind."""
    small = schedule.small_balance
    for step in schedule.steps:
        if step.id in taken:
            continue
        due_on = _due_on(step, account.anchor_on, taken, delay, schedule)
        due = DueStep(step.id, with_pool(step, account, schedule), due_on, step.nominal_day, step)
        if small is not None and account.balance_cents < small.below_cents:
            return _small_or(due, account, schedule, taken)
        return due
    return None


def _small_or(due: DueStep, account: AccountNow, schedule: Schedule, taken: Mapping[str, StepDone]) -> DueStep:
    small = schedule.small_balance
    assert small is not None
    day = schedule.calendar.roll(account.anchor_on + timedelta(days=small.after_day))
    if day <= due.on and "small-balance" not in taken:
        return DueStep("small-balance", small.act, day, small.after_day, None, AfterTrigger(finish=True))
    return due


def _pending_due(account: AccountNow, schedule: Schedule) -> DueStep:
    """A trigger comes before the next step; its name is that of the trigger and, after #, its mark."""
    assert account.pending is not None
    happening = schedule.on.get(account.pending.on, Happening())
    return DueStep(
        account.pending.step, happening.act, account.next_action_on or account.anchor_on, -1, None, happening.then
    )


def _due_on(step: Step, anchor: date, taken: Mapping[str, StepDone], delay: int, schedule: Schedule) -> date:
    at = step.at
    if at.day is not None:
        day = anchor + timedelta(days=at.day + delay)
    else:
        day = _day_of(at.after or "", anchor, taken, delay, schedule) + timedelta(days=at.days)
    if at.and_after is not None:
        other, days = at.and_after
        day = max(day, _day_of(other, anchor, taken, delay, schedule) + timedelta(days=days))
    return schedule.calendar.roll(day)


def _day_of(step_id: str, anchor: date, taken: Mapping[str, StepDone], delay: int, schedule: Schedule) -> date:
    """The day on which a step was completed; if the account entered after it, the day it would have had."""
    found = taken.get(step_id)
    if found is not None:
        return found.on
    return anchor + timedelta(days=schedule.step(step_id).nominal_day + delay)


def earliest(due: DueStep, schedule: Schedule, last_letter: date | None) -> date:
    """The first day on which anything can be decided about a step.

    A letter waits for the spacing as well, unless its `when` must be reviewed on its own day.
    """
    if due.listed is not None and due.listed.when != ALWAYS:
        return due.on
    spaced = spaced_on(due.act, schedule, last_letter)
    return due.on if spaced is None else max(due.on, spaced)


def spaced_on(act: Action | None, schedule: Schedule, last_letter: date | None) -> date | None:
    """The first day on which another letter may go to this guarantor from this creditor; None: no limit."""
    if last_letter is None or not isinstance(act, SendLetter):
        return None
    return schedule.calendar.roll(last_letter + timedelta(days=schedule.letters.at_least_days))

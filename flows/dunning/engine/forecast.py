"""What will happen if nothing changes: the same decide, run forward in memory. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from flows.accounts.snapshot import AccountNow, GroupNow
from flows.dunning.engine.decide import Blocked, Decision, LeaveSchedule, SkipStep, TakeStep, Wait, after_taking, decide
from flows.schedules.actions import said
from flows.schedules.schedule import (
    Schedule,
    WriteOff,
)
from models.enums import StepOutcome

MOST_DAYS = 400
"""Decision days at most; a schedule has a few dozen steps, so more would mean a schedule that never ends."""


SKIP = "skip"
LOOK_AGAIN = "recheck"
"""The `do` of a step that will be skipped, and of one that is blocked."""


@dataclass(frozen=True, slots=True)
class PlannedStep:
    """A planned step on a day: what it does, or why it will be skipped or blocked."""

    account_id: int
    step: str
    on: date
    do: str
    why: str | None = None


def project(group: GroupNow, schedules: Mapping[int, Schedule], today: date) -> list[PlannedStep]:
    """Every step of a group's accounts from today to the end of their schedules, or until one is blocked without an
    end."""
    planned: list[PlannedStep] = []
    for _ in range(MOST_DAYS):
        days = [max(account.next_action_on, today) for account in group.accounts if account.next_action_on is not None]
        if not days:
            break
        today = min(days)
        decided = decide(group, schedules, today)
        left: list[AccountNow] = []
        for decision in decided.decisions:
            planned.extend(_planned(decision, today))
            after = _after(decision, schedules, today)
            if after is not None:
                left.append(after)
        contacts = group.contacts
        if decided.envelope is not None:
            contacts = replace(contacts, last_letter_on=today)
        group = replace(group, accounts=tuple(left), contacts=contacts)
    return planned


def first_on(step: str, path: Sequence[PlannedStep]) -> date | None:
    """The first day on which an account's next step will be done, if nothing changes.

    None if it is blocked without a known end, or will be skipped.
    """
    ahead = next((one for one in path if one.do != LOOK_AGAIN), None)
    return ahead.on if ahead is not None and ahead.step == step and ahead.do != SKIP else None


def _planned(decision: Decision, today: date) -> list[PlannedStep]:
    account = decision.account.id
    match decision:
        case TakeStep():
            return [PlannedStep(account, decision.step, today, said(decision.act))]
        case SkipStep():
            return [PlannedStep(account, decision.step, today, SKIP, decision.why)]
        case Blocked():
            return [PlannedStep(account, decision.step, decision.stop.review_on, LOOK_AGAIN, decision.stop.reason)]
        case Wait() | LeaveSchedule():
            return []


def _after(decision: Decision, schedules: Mapping[int, Schedule], today: date) -> AccountNow | None:
    """The account on the next day; None when its schedule ends, or when it is blocked without a known end."""
    schedule = schedules[decision.account.schedule_version_id]
    match decision:
        case TakeStep():
            if decision.then.finish or isinstance(decision.act, WriteOff):
                return None
            after = after_taking(
                decision.account,
                decision.step,
                StepOutcome.DONE,
                today,
                schedule=schedule,
                delay_days=decision.delay_days,
                then=decision.then,
            )
            return replace(after, next_action_on=decision.next_on)
        case SkipStep():
            after = after_taking(decision.account, decision.step, StepOutcome.SKIPPED, today, schedule=schedule)
            return replace(after, next_action_on=decision.next_on)
        case Wait():
            return replace(decision.account, next_action_on=decision.until)
        case Blocked():
            if decision.stop.until is None:
                return None
            return replace(decision.account, next_action_on=decision.stop.review_on, blocked_by=decision.stop.rule)
        case LeaveSchedule():
            return None

"""What is due for one guarantor at one creditor today, and why not. Pure: values in, values out.

The same group, schedules and day always result in the same decisions. Days are business dates, amounts are cents.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from compliance.medicare import claims_bad_debt
from flows.accounts.blocker import CHASE_DAYS, Blocker
from flows.accounts.eligibility import is_held, stop_for
from flows.accounts.snapshot import AccountNow, ContactsNow, GroupNow, StepDone
from flows.dunning.engine.due import DueStep, earliest, listed_due, next_due, spaced_on
from flows.dunning.engine.gate import gate_stop, review_again_on
from flows.schedules.conditions import ALWAYS, Facts
from flows.schedules.schedule import ONE_DAY, Action, AfterTrigger, Schedule, SendLetter
from models.enums import HoldKind, StepOutcome

PAID = "the balance is zero"
END = "all steps are completed"


@dataclass(slots=True)
class TakeStep:
    """A step is completed today. `gathered`: it joined another account's envelope before its own day.

    `act` is None if a trigger only moves the account; `then` is where it continues afterwards.
    """

    account: AccountNow
    step: str
    act: Action | None
    next_on: date | None
    delay_days: int
    gathered: bool = False
    then: AfterTrigger = AfterTrigger()


@dataclass(slots=True)
class SkipStep:
    """A step is skipped today, and stays skipped in this cycle."""

    account: AccountNow
    step: str
    why: str
    next_on: date | None


@dataclass(slots=True)
class Blocked:
    """A step is blocked today; it is reviewed again on `stop.review_on`."""

    account: AccountNow
    step: str
    stop: Blocker


@dataclass(slots=True)
class Wait:
    """Nothing is done before `until`. `due`: the step is due, and waits because of a day off or another step."""

    account: AccountNow
    until: date
    because: str
    due: bool = True


@dataclass(slots=True)
class LeaveSchedule:
    """The account leaves the schedule."""

    account: AccountNow
    reason: str


Decision = TakeStep | SkipStep | Blocked | Wait | LeaveSchedule


@dataclass(slots=True)
class GroupDecision:
    """What happens to each account of a group. `envelope` is the kind of the one letter that is sent, if any."""

    decisions: tuple[Decision, ...]
    envelope: str | None = None


def decide(group: GroupNow, schedules: Mapping[int, Schedule], today: date) -> GroupDecision:
    """What happens today to one guarantor's accounts at one creditor, and why."""
    decisions = [
        decide_account(account, group, schedules[account.schedule_version_id], today) for account in group.accounts
    ]
    if not any(isinstance(decision, TakeStep) and isinstance(decision.act, SendLetter) for decision in decisions):
        return GroupDecision(tuple(decisions))
    if len(decisions) > 1:
        decisions = _gather(decisions, group, schedules, today)
    return GroupDecision(tuple(decisions), _latest_kind(decisions, schedules))


def decide_account(account: AccountNow, group: GroupNow, schedule: Schedule, today: date) -> Decision:
    """What happens today to one account, the others apart."""
    due = next_due(account, schedule)
    if due is None or (account.balance_cents <= 0 and account.pending is None):
        return LeaveSchedule(account, END if due is None else PAID)
    first = earliest(due, schedule, group.contacts.last_letter_on)
    # A kept account comes back to its review on its day, also before the next step is due.
    again = review_again_on(due.listed, account, schedule) or first
    if min(first, again) > today:
        return Wait(account, min(first, again), _waits_for(due, first, schedule), due=False)
    if (busy := _took_one(account, today)) is not None:
        return Wait(account, schedule.calendar.roll(today + ONE_DAY), f"{busy} was completed today; one step a day")
    if (open_on := schedule.calendar.roll(today)) != today:
        return Wait(account, open_on, "not a business day")
    if (paused := _paused(schedule, today)) is not None:
        return Blocked(account, due.step, paused)
    if is_held(account, group, today) and (stop := stop_for(due.act, account, group, today)) is not None:
        return Blocked(account, due.step, stop)
    if (stop := gate_stop(due.listed, account, schedule, today)) is not None:
        return Blocked(account, due.step, stop)
    if (why := _passed_over(due, account, group, schedule, today)) is not None:
        return _skip(account, due, why, schedule, group.contacts, today)
    if (spaced := spaced_on(due.act, schedule, group.contacts.last_letter_on)) is not None and spaced > today:
        return Wait(account, spaced, _spacing_says(schedule, group.contacts))
    return _allowed(due, account, group, schedule, today)


PAUSED = "schedule-paused"
"""The rule that blocks every step of a schedule that a manager paused; resuming it wakes its accounts."""


def _paused(schedule: Schedule, today: date) -> Blocker | None:
    if schedule.paused is None:
        return None
    again = today + timedelta(days=CHASE_DAYS)
    return Blocker(PAUSED, "practice policy", f"the schedule is {schedule.paused}", None, "a manager", again)


def _allowed(due: DueStep, account: AccountNow, group: GroupNow, schedule: Schedule, today: date) -> Decision:
    """The step is due: do it, unless a hold on such steps or the law blocks it."""
    stop = stop_for(due.act, account, group, today)
    if stop is None:
        return _do(due, account, schedule, group.contacts, today)
    if stop.never:
        return _skip(account, due, f"{stop.reason} ({stop.rule})", schedule, group.contacts, today)
    return Blocked(account, due.step, stop)


def _spacing_says(schedule: Schedule, contacts: ContactsNow) -> str:
    days = schedule.letters.at_least_days
    return (
        f"last letter to this guarantor from this creditor on {contacts.last_letter_on}; "
        f"letters must be at least {days} days apart"
    )


def _waits_for(due: DueStep, first: date, schedule: Schedule) -> str:
    return (
        f"{due.step} is due on {due.on}"
        if first == due.on
        else f"{due.step} waits for the minimum days between letters"
    )


def _took_one(account: AccountNow, today: date) -> str | None:
    if account.pending is not None:
        return None
    return next((step for step, taken in account.taken.items() if taken.on == today), None)


def _passed_over(due: DueStep, account: AccountNow, group: GroupNow, schedule: Schedule, today: date) -> str | None:
    """Why a step is skipped: its condition is not met, or its due day is too long ago without a blocker."""
    if due.listed is None:
        return None
    if due.listed.when != ALWAYS:
        facts = facts_of(account, group)
        if not due.listed.when.holds(facts, today):
            return due.listed.when.why_not(facts, today)
    limit = schedule.skip_if_older_than_days
    # A step that a hold or a rule blocked is not stale: it continues. Nor does a gate open
    # automatically.
    if limit is not None and account.blocked_by is None and not due.listed.is_gate and (today - due.on).days > limit:
        return f"it was due on {due.on}, more than {limit} days ago"
    return None


def facts_of(account: AccountNow, group: GroupNow) -> Facts:
    """The facts of an account for the conditions of a schedule."""
    return Facts(
        balance_cents=account.balance_cents,
        first_statement_on=account.first_statement_on,
        payer_class=account.payer_class,
        creditor=group.creditor.external_id,
        state=group.person.state,
        language=group.person.language,
        patient_birth=account.patient_birth,
        has_email=group.person.has_email,
        in_arrangement=any(hold.kind is HoldKind.ARRANGEMENT for hold in account.holds),
        prior_arrangement_broken=account.plan_broken_on is not None,
        prior_agency_returns=account.agency_returns,
        claims_medicare_bad_debt=claims_bad_debt(group.creditor.kind, account.payer_class),
    )


def _do(
    due: DueStep, account: AccountNow, schedule: Schedule, contacts: ContactsNow, today: date, *, gathered: bool = False
) -> TakeStep:
    delay = account.delay_days
    if due.listed is not None and not gathered:
        spaced = spaced_on(due.act, schedule, contacts.last_letter_on)
        if today > (due.on if spaced is None else max(due.on, spaced)):
            # Done late: the steps after it keep their intervals.
            delay = max(delay, (today - account.anchor_on).days - due.nominal_day)
    last_letter = today if isinstance(due.act, SendLetter) else contacts.last_letter_on
    if due.then.resume_at is not None:
        after = resumed(account, schedule, due.then.resume_at, today)
        next_on = _next_on(after, schedule, after.taken, after.delay_days, last_letter, today)
        return TakeStep(account, due.step, due.act, next_on, after.delay_days, gathered, due.then)
    taken = {**account.taken, due.step: StepDone(StepOutcome.DONE, today)}
    next_on = None if due.then.finish else _next_on(account, schedule, taken, delay, last_letter, today)
    return TakeStep(account, due.step, due.act, next_on, delay, gathered, due.then)


def _skip(
    account: AccountNow, due: DueStep, why: str, schedule: Schedule, contacts: ContactsNow, today: date
) -> SkipStep:
    taken = {**account.taken, due.step: StepDone(StepOutcome.SKIPPED, today)}
    next_on = _next_on(account, schedule, taken, account.delay_days, contacts.last_letter_on, today)
    return SkipStep(account, due.step, why, next_on)


def after_taking(
    account: AccountNow,
    step: str,
    outcome: StepOutcome,
    today: date,
    *,
    schedule: Schedule,
    delay_days: int | None = None,
    then: AfterTrigger = AfterTrigger(),  # noqa: B008  (a frozen value)
) -> AccountNow:
    """The account after a step is completed."""
    delay = account.delay_days if delay_days is None else delay_days
    if then.resume_at is not None:
        return resumed(account, schedule, then.resume_at, today)
    after = account.copy()
    after.taken = {**account.taken, step: StepDone(outcome, today)}
    after.pending, after.delay_days, after.blocked_by, after.blocked_until = None, delay, None, None
    return after


def resumed(account: AccountNow, schedule: Schedule, step_id: str, today: date) -> AccountNow:
    """The account restarted at a step, in a new cycle: that step is due today, later ones at their intervals.

    A gate before it that was never reached is not skipped: it comes first.
    """
    before = schedule.steps[: schedule.position[step_id]]
    delay = (today - account.anchor_on).days - schedule.step(step_id).nominal_day
    taken = {
        step.id: account.taken.get(step.id, StepDone(StepOutcome.SKIPPED, today))
        for step in before
        if not step.is_gate or step.id in account.taken
    }
    return replace(
        account,
        cycle=account.cycle + 1,
        taken=taken,
        pending=None,
        delay_days=delay,
        blocked_by=None,
        blocked_until=None,
    )


def _next_on(
    account: AccountNow,
    schedule: Schedule,
    taken: Mapping[str, StepDone],
    delay: int,
    last_letter: date | None,
    today: date,
) -> date | None:
    """The next decision day of an account that has now completed these steps: tomorrow at the earliest."""
    tomorrow = schedule.calendar.roll(today + ONE_DAY)
    due = listed_due(account, schedule, taken, delay)
    if due is None:
        # The end is recorded on the next working day, as a step of its own would be.
        return tomorrow
    return max(earliest(due, schedule, last_letter), tomorrow)


def _gather(
    decisions: Sequence[Decision], group: GroupNow, schedules: Mapping[int, Schedule], today: date
) -> list[Decision]:
    """Add the accounts whose next letter is due soon to the envelope that is sent today."""
    return [
        _joins(decision.account, group, schedules[decision.account.schedule_version_id], today) or decision
        if isinstance(decision, Wait)
        else decision
        for decision in decisions
    ]


def _joins(account: AccountNow, group: GroupNow, schedule: Schedule, today: date) -> TakeStep | None:
    due = next_due(account, schedule)
    if due is None or not isinstance(due.act, SendLetter) or _took_one(account, today) is not None:
        return None
    if schedule.paused is not None or due.on > today + timedelta(days=schedule.letters.gather_days):
        return None
    if due.listed is not None and not due.listed.when.holds(facts_of(account, group), today):
        return None
    if stop_for(due.act, account, group, today) is not None or gate_stop(due.listed, account, schedule, today):
        return None
    return _do(due, account, schedule, group.contacts, today, gathered=True)


def _latest_kind(decisions: Sequence[Decision], schedules: Mapping[int, Schedule]) -> str:
    """The kind of the envelope: that of the letter furthest along its schedule."""
    sent = [
        (_how_far(decision, schedules[decision.account.schedule_version_id]), decision.act.kind)
        for decision in decisions
        if isinstance(decision, TakeStep) and isinstance(decision.act, SendLetter)
    ]
    return max(sent)[1]


def _how_far(decision: TakeStep, schedule: Schedule) -> int:
    position = schedule.position.get(decision.step)
    return -1 if position is None else schedule.steps[position].nominal_day

"""Gates of a schedule: the steps after a review wait for a manager's decision. Pure."""

from dataclasses import replace
from datetime import date, timedelta

from flows.accounts.blocker import CHASE_DAYS, Blocker
from flows.accounts.snapshot import AccountNow, ReviewNow
from flows.schedules.schedule import DECIDES, Action, Place, Schedule, Step
from models.enums import GateState, StepOutcome

REVIEW = "review"
"""The need of a blocker at a gate without a task for the decision yet: its task is opened."""

GATE = "gate:"
"""The prefix of a gate's name, as the rule that blocks an account."""


def gate_stop(step: Step | None, account: AccountNow, schedule: Schedule, today: date) -> Blocker | None:
    """The closed gate before a step of the list, if any; triggers outside the list have none."""
    if step is None or not schedule.gates:
        return None
    for gate in schedule.gates:
        if schedule.position[gate] >= schedule.position[step.id]:
            return None
        taken = account.taken.get(gate)
        # A gate whose own condition was not met was skipped, and blocks nothing.
        if taken is not None and taken.outcome is StepOutcome.DONE:
            stop = _stop_at(gate, account, today)
            if stop is not None:
                return stop
    return None


def review_again_on(step: Step | None, account: AccountNow, schedule: Schedule) -> date | None:
    """The first day on which a kept account comes back to a gate before a step of the list, if it does."""
    if step is None:
        return None
    for gate in schedule.gates:
        taken, review = account.taken.get(gate), account.reviews.get(gate)
        if taken is None or review is None or schedule.position[gate] >= schedule.position[step.id]:
            continue
        if taken.outcome is StepOutcome.DONE and review.state is GateState.KEPT:
            return review.until
    return None


def with_pool(step: Step, account: AccountNow, schedule: Schedule) -> Action | None:
    """What a step of the list does: a placement goes to the pool that a manager chose at a gate before it, if any."""
    if not isinstance(step.act, Place) or not account.reviews:
        return step.act
    at = schedule.position[step.id]
    for one in reversed(schedule.steps[:at]):
        if isinstance(one.act, Place):
            return step.act
        review = account.reviews.get(one.id)
        if review is not None and review.state is GateState.APPROVED and review.pool is not None:
            return replace(step.act, pool=review.pool)
    return step.act


def gates_before_placement(account: AccountNow, schedule: Schedule) -> list[str]:
    """The closed gates between an account and the next placement of its list, including those it has not reached
    yet; none if no placement is ahead."""
    ahead = (step.id for step in schedule.steps if isinstance(step.act, Place) and step.id not in account.taken)
    place = next(ahead, None)
    if place is None:
        return []
    before = [gate for gate in schedule.gates if schedule.position[gate] < schedule.position[place]]
    return [gate for gate in before if not _is_open(gate, account)]


def _is_open(gate: str, account: AccountNow) -> bool:
    taken, review = account.taken.get(gate), account.reviews.get(gate)
    passed_over = taken is not None and taken.outcome is not StepOutcome.DONE
    return passed_over or (review is not None and review.state is GateState.APPROVED)


def _stop_at(gate: str, account: AccountNow, today: date) -> Blocker | None:
    review = account.reviews.get(gate)
    if review is None or _asks_again(review, today):
        return _stop(gate, "a manager must review the account first", today, needs=REVIEW)
    match review.state:
        case GateState.APPROVED:
            return None
        case GateState.KEPT:
            said = f"kept in house by {review.by or 'a manager'} since {review.since}: {review.reason or 'no reason'}"
            return _stop(gate, f"{said}; a manager can still approve it", today, until=review.until)
        case GateState.WAITING | GateState.WRITTEN_OFF | GateState.OVER:
            return _stop(gate, f"pending manager review since {review.since}", today)


def _asks_again(review: ReviewNow, today: date) -> bool:
    """Whether the gate needs a new review: the last one ended without a decision about this balance, or its day has
    come."""
    match review.state:
        case GateState.OVER | GateState.WRITTEN_OFF:
            return True
        case GateState.KEPT:
            return review.until is not None and review.until <= today
        case GateState.WAITING | GateState.APPROVED:
            return False


def _stop(gate: str, reason: str, today: date, needs: str | None = None, until: date | None = None) -> Blocker:
    again = until or today + timedelta(days=CHASE_DAYS)
    return Blocker(f"{GATE}{gate}", "practice policy", reason, until, f"a {DECIDES}", again, needs=needs)

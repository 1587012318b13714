"""Gates of a schedule: the steps after a review wait for a manager's decision. Pure."""

from datetime import date, timedelta

from flows.accounts.blocker import CHASE_DAYS, Blocker
from flows.accounts.snapshot import AccountNow
from flows.schedules.schedule import DECIDES, Place, Schedule, Step
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
    if review is None or review.state is GateState.OVER:
        return _stop(gate, "a manager must review the account first", today, needs=REVIEW)
    match review.state:
        case GateState.APPROVED:
            return None
        case GateState.KEPT:
            said = f"kept in house by {review.by or 'a manager'} since {review.since}: {review.reason or 'no reason'}"
            return _stop(gate, f"{said}; a manager can still approve it", today)
        case GateState.WAITING:
            return _stop(gate, f"pending manager review since {review.since}", today)


def _stop(gate: str, reason: str, today: date, needs: str | None = None) -> Blocker:
    again = today + timedelta(days=CHASE_DAYS)
    return Blocker(f"{GATE}{gate}", "practice policy", reason, None, f"a {DECIDES}", again, needs=needs)

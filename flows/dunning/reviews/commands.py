"""A manager's decision at a gate: approve, and the schedule continues; keep, and the account stays in house; write the
balance off; or place the account in another pool."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import sqlalchemy as sa

from flows.accounts.happenings import NewTask, close_tasks, open_tasks, open_tasks_on, wake
from flows.dunning.reviews.queries import GATE_REVIEW, ClosedGate, Review, closed_gates, reviews_by_key
from flows.dunning.reviews.watch import close_overdue
from flows.ledger.write_offs import refused_write_offs, write_off_balances
from flows.settings.contracts.queries import require_pool
from flows.users.view_log import read_reason
from models import Account, GateReview
from models.columns import in_keys, table
from models.database import Transaction, batches, locked
from models.enums import GateState, TaskState
from models.errors import BadInput, Refused
from models.events import ReviewDecided
from models.remedies import Remedy
from models.values import counted

ACCOUNT = table(Account)

LONGEST_DAYS = 730
"""An account is kept until a day at most this many days ahead."""


@dataclass(frozen=True, slots=True)
class Decision:
    """A manager's decision about reviews: `until_on` of KEPT, `pool` of APPROVED."""

    state: GateState
    reason: str | None = None
    until_on: date | None = None
    pool: str | None = None

    @property
    def outcome(self) -> str:
        """The outcome of the task that asked for the decision."""
        match self.state:
            case GateState.KEPT:
                return f"kept in house{f' until {self.until_on}' if self.until_on else ''}: {self.reason}"
            case GateState.WRITTEN_OFF:
                return f"written off: {self.reason}"
            case GateState.APPROVED | GateState.WAITING | GateState.OVER:
                return f"approved for pool {self.pool}" if self.pool else "approved"


def approve(tx: Transaction, keys: Sequence[int], reason: str | None = None) -> list[Review]:
    """Approve: the schedules of these accounts continue, also of accounts kept before; returns the decided reviews.

    Raises Refused, and decides nothing, if one of them can no longer be decided.
    """
    found = _to_decide(tx, keys)
    _decide(tx, found, Decision(GateState.APPROVED, reason))
    wake(tx, [one.account_id for one in found])
    return found


def keep(tx: Transaction, keys: Sequence[int], reason: str, until: date | None = None) -> list[Review]:
    """Keep these accounts in house: no step after the gate is done until they are approved. On the day `until` they
    are reviewed again. Returns the decided reviews.

    Raises BadInput for an empty or meaningless reason, or a wrong day, and Refused, and decides nothing, if one of them
    can no longer be decided or is already kept like this.
    """
    reason = read_reason(reason)
    _require_until(until, tx.business_date)
    found = _to_decide(tx, keys)
    same = [one.account for one in found if one.state is GateState.KEPT and one.until_on == until]
    if same:
        raise Refused(
            f"already kept in house{f' until {until}' if until else ''}: {', '.join(same)}",
            "leave them out, or enter another day" if until else "list the pending reviews again",
            remedy=Remedy.LIST_REVIEWS,
        )
    _decide(tx, found, Decision(GateState.KEPT, reason, until_on=until))
    wake(tx, [one.account_id for one in found])
    return found


def write_off(tx: Transaction, keys: Sequence[int], reason: str) -> list[Review]:
    """Write off the balances of these accounts instead of placing them; returns the decided reviews, with the balances
    before.

    Raises BadInput for an empty or meaningless reason, and Refused, and writes nothing off, if one of them can no
    longer be decided or the law forbids it.
    """
    reason = read_reason(reason)
    found = _to_decide(tx, keys)
    ids = [one.account_id for one in found]
    refused = refused_write_offs(tx, ids)
    if refused:
        numbers = [one.account for one in found if one.account_id in refused]
        raise Refused(
            f"can't be written off: {', '.join(numbers)} ({next(iter(refused.values()))})",
            "leave these accounts out; nothing was written off",
        )
    _decide(tx, found, Decision(GateState.WRITTEN_OFF, reason))
    write_off_balances(tx, ids, "review", reason)
    return found


def place_with(tx: Transaction, keys: Sequence[int], pool: str, reason: str | None = None) -> list[Review]:
    """Approve: the schedules continue, and their next placement goes to this pool instead of their own; returns the
    decided reviews. The law and holds are checked at the placement, as for any other.

    Raises NotFound for the pool, and Refused, and decides nothing, if one of them can no longer be decided or no
    placement follows its review.
    """
    require_pool(tx.conn, pool)
    found = _to_decide(tx, keys)
    none = [one.account for one in found if one.goes_to is None]
    if none:
        raise Refused(
            f"no placement follows the review of {', '.join(none)}",
            "leave these accounts out, or approve them; nothing was decided",
        )
    _decide(tx, found, Decision(GateState.APPROVED, reason, pool=pool))
    wake(tx, [one.account_id for one in found])
    return found


def _require_until(until: date | None, today: date) -> None:
    if until is None:
        return
    if until <= today:
        raise BadInput(
            f"{until} is not after today; an account is kept until a later day", "enter a later day", field="until"
        )
    if until > today + timedelta(days=LONGEST_DAYS):
        raise BadInput(
            f"{until} is more than {LONGEST_DAYS} days from today",
            "enter an earlier day, or none to keep the account until it is approved",
            field="until",
        )


def approve_placement(tx: Transaction, account_ids: Sequence[int], reason: str | None) -> list[Review]:
    """Approve the reviews before a placement by hand, including those without a task yet. Returns the decided reviews,
    none if no gate is before any of them.

    Raises Refused, and decides nothing, if there is a gate but no reason; BadInput for a meaningless reason.
    """
    gates = closed_gates(tx.conn, account_ids, tx.business_date)
    if not gates:
        return []
    aside = list(dict.fromkeys(gate.account for gate in gates if gate.aside))
    if aside:
        raise Refused(
            f"these accounts are schedule exceptions and cannot be reviewed: {', '.join(aside)}",
            "return each account to its schedule first",
            remedy=Remedy.BRING_BACK,
            account=aside[0],
        )
    if reason is None:
        numbers = list(dict.fromkeys(gate.account for gate in gates))
        raise Refused(
            f"the review before placement is not approved for {', '.join(numbers)}",
            "enter a reason, which is recorded as the approval, or decide the review",
            field="reason",
            remedy=Remedy.APPROVE_REVIEW,
            accounts=" ".join(numbers),
        )
    reason = read_reason(reason)
    return approve(tx, [_review_at(tx, gate) for gate in gates], reason)


def _review_at(tx: Transaction, gate: ClosedGate) -> int:
    """The review at a gate; opened now, with its task, if there is none yet."""
    if gate.review is not None:
        return gate.review
    asks, about, reason = gate.asks, (gate.account_id,), f"Step {gate.step} of the schedule"
    task = NewTask(asks.kind, asks.role, reason, gate.guarantor_id, gate.creditor_id, about, asks.due_days)
    open_tasks(tx, [task])
    number = next(iter(tx.ids(GateReview, 1)))
    row = {
        "id": number,
        "account_id": gate.account_id,
        "step": gate.step,
        "cycle": gate.cycle,
        "task_id": open_tasks_on(tx, about, [asks.kind])[0],
        "state": GateState.WAITING.value,
        "opened_on": tx.business_date,
    }
    tx.insert(GateReview, [row])
    return number


def _to_decide(tx: Transaction, keys: Sequence[int]) -> list[Review]:
    """The reviews, with their accounts locked: so that the nightly run and two managers do not conflict."""
    wanted = sorted(set(keys))
    for part in batches(wanted):
        mine = sa.select(ACCOUNT.c.id).join(GATE_REVIEW, GATE_REVIEW.c.account_id == ACCOUNT.c.id)
        tx.conn.execute(locked(tx.conn, mine.where(in_keys(GATE_REVIEW.c.id, part)).order_by(ACCOUNT.c.id), of=ACCOUNT))
    found = reviews_by_key(tx.conn, wanted, tx.business_date)
    if len(found) < len(wanted):
        gone = len(wanted) - len(found)
        said = f"{gone} of {counted(len(wanted), 'review')} can no longer be decided; none was decided"
        raise Refused(said, "list the pending reviews again", remedy=Remedy.LIST_REVIEWS)
    return found


def _decide(tx: Transaction, found: Sequence[Review], decision: Decision) -> None:
    decided = {
        "state": decision.state.value,
        "decided_on": tx.business_date,
        "decided_by": tx.actor,
        "reason": decision.reason,
        "until_on": decision.until_on,
        "pool": decision.pool,
    }
    for part in batches([one.id for one in found]):
        tx.conn.execute(sa.update(GATE_REVIEW).where(in_keys(GATE_REVIEW.c.id, part)).values(**decided))
    tx.record_all(
        ReviewDecided(
            account_id=one.account_id,
            step=one.step,
            decision=decision.state.value,
            balance_cents=one.balance_cents,
            reason=decision.reason,
            until_on=decision.until_on,
            pool=decision.pool,
        )
        for one in found
    )
    waiting = [one.task for one in found if one.state is GateState.WAITING]
    close_tasks(tx, waiting, TaskState.DONE, decision.outcome)
    close_overdue(tx)

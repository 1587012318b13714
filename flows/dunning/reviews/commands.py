"""A manager's decision at a gate: approve, and the schedule continues; keep, and the account stays in house."""

from collections.abc import Sequence

import sqlalchemy as sa

from flows.accounts.happenings import NewTask, close_tasks, open_tasks, open_tasks_on, wake
from flows.dunning.reviews.queries import GATE_REVIEW, ClosedGate, Review, closed_gates, reviews_by_key
from flows.users.view_log import read_reason
from models import Account, GateReview
from models.columns import in_keys, table
from models.database import Transaction, batches, locked
from models.enums import GateState, TaskState
from models.errors import Refused
from models.events import ReviewDecided
from models.remedies import Remedy
from models.values import counted

ACCOUNT = table(Account)


def approve(tx: Transaction, keys: Sequence[int], reason: str | None = None) -> list[Review]:
    """Approve: the schedules of these accounts continue, also of accounts kept before; returns the decided reviews.

    Raises Refused, and decides nothing, if one of them can no longer be decided.
    """
    found = _to_decide(tx, keys)
    _decide(tx, found, GateState.APPROVED, reason)
    wake(tx, [one.account_id for one in found])
    return found


def keep(tx: Transaction, keys: Sequence[int], reason: str) -> list[Review]:
    """Keep these accounts in house: no step after the gate is done until they are approved; returns the decided
    reviews.

    Raises BadInput for an empty or meaningless reason, and Refused, and decides nothing, if one of them can no longer
    be decided or was kept before.
    """
    reason = read_reason(reason)
    found = _to_decide(tx, keys)
    if any(one.state is GateState.KEPT for one in found):
        raise Refused(
            "some of these accounts are already kept in house",
            "list the pending reviews again",
            remedy=Remedy.LIST_REVIEWS,
        )
    _decide(tx, found, GateState.KEPT, reason)
    wake(tx, [one.account_id for one in found])
    return found


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


def _decide(tx: Transaction, found: Sequence[Review], state: GateState, reason: str | None) -> None:
    for part in batches([one.id for one in found]):
        tx.conn.execute(
            sa.update(GATE_REVIEW)
            .where(in_keys(GATE_REVIEW.c.id, part))
            .values(state=state.value, decided_on=tx.business_date, decided_by=tx.actor, reason=reason)
        )
    tx.record_all(
        ReviewDecided(
            account_id=one.account_id,
            step=one.step,
            decision=state.value,
            balance_cents=one.balance_cents,
            reason=reason,
        )
        for one in found
    )
    outcome = "approved" if state is GateState.APPROVED else f"kept in house: {reason}"
    close_tasks(tx, [one.task for one in found if one.state is GateState.WAITING], TaskState.DONE, outcome)

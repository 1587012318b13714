"""A manager decides at a gate: approve, and the schedule goes on; keep, and the account stays with us."""

from collections.abc import Sequence

import sqlalchemy as sa

from flows.access.commands import read_reason
from flows.happenings.commands import close_tasks, wake
from flows.reviews.queries import GATE_REVIEW, Review, reviews_by_key
from models import Account
from models.columns import among, table
from models.database import Transaction, locked, parts
from models.errors import RefusalKind, Refused
from models.events import ReviewDecided
from models.kinds import GateState, TaskState

ACCOUNT = table(Account)


class NoReview(Refused):
    """A review that nobody can decide: it was decided meanwhile, or what was to be decided is gone."""

    kind = RefusalKind.CONFLICT


def approve(tx: Transaction, keys: Sequence[int], reason: str | None = None) -> list[Review]:
    """Let the schedules of these accounts go on, also where they were kept before; returns what was decided.

    Raises NoReview, and decides nothing, where one of them is no longer to be decided.
    """
    found = _to_decide(tx, keys)
    _decide(tx, found, GateState.APPROVED, reason)
    wake(tx, [one.account_id for one in found])
    return found


def keep(tx: Transaction, keys: Sequence[int], reason: str) -> list[Review]:
    """Keep these accounts with us: nothing after the gate is done until they are approved; returns what was decided.

    Raises NoReason for a reason that says nothing, and NoReview, and decides nothing, where one of them is no longer
    to be decided or was kept before.
    """
    reason = read_reason(reason)
    found = _to_decide(tx, keys)
    if any(one.state is GateState.KEPT for one in found):
        raise NoReview("some of them are kept already; list what waits again (`pastdue review list`)")
    _decide(tx, found, GateState.KEPT, reason)
    wake(tx, [one.account_id for one in found])
    return found


def _to_decide(tx: Transaction, keys: Sequence[int]) -> list[Review]:
    """The reviews, with their accounts locked: the nightly run and two managers take turns."""
    wanted = sorted(set(keys))
    for part in parts(wanted):
        mine = sa.select(ACCOUNT.c.id).join(GATE_REVIEW, GATE_REVIEW.c.account_id == ACCOUNT.c.id)
        tx.conn.execute(locked(tx.conn, mine.where(among(GATE_REVIEW.c.id, part)).order_by(ACCOUNT.c.id), of=ACCOUNT))
    found = reviews_by_key(tx.conn, wanted, tx.business_date)
    if len(found) < len(wanted):
        gone = len(wanted) - len(found)
        said = f"{gone} of {len(wanted)} are not to be decided any more, and none was decided"
        raise NoReview(f"{said}; list what waits again (`pastdue review list`)")
    return found


def _decide(tx: Transaction, found: Sequence[Review], state: GateState, reason: str | None) -> None:
    for part in parts([one.id for one in found]):
        tx.conn.execute(
            sa.update(GATE_REVIEW)
            .where(among(GATE_REVIEW.c.id, part))
            .values(state=state.value, decided_on=tx.business_date, decided_by=tx.actor, reason=reason)
        )
    tx.record_all(
        ReviewDecided(
            account_id=one.account_id, step=one.step, decision=state.value, balance_cents=one.balance_cents,
            reason=reason,
        )
        for one in found
    )  # fmt: skip
    outcome = "approved" if state is GateState.APPROVED else f"kept with us: {reason}"
    close_tasks(tx, [one.task for one in found if one.state is GateState.WAITING], TaskState.DONE, outcome)

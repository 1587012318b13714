"""The status of a payment plan today: paid, missed, notice due, ended. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from compliance.plans import MadeUpBy, made_up_by
from flows.arrangements.plan import shares
from models.enums import ArrangementState, InstalmentState

REINSTATE_DAYS = 30
"""How long after a default a payment plan resumes automatically if the missed amount is paid."""

PAUSED_LOOK = timedelta(days=7)
"""How often a payment plan that a hold has stopped is reviewed."""


@dataclass(frozen=True, slots=True)
class InstalmentNow:
    """One installment in its present state. A skipped one has nothing due."""

    id: int
    number: int
    due_on: date
    amount_cents: int
    paid_cents: int = 0
    state: InstalmentState = InstalmentState.OPEN

    @property
    def open_cents(self) -> int:
        """The unpaid part of it."""
        return self.amount_cents - self.paid_cents


@dataclass(frozen=True, slots=True)
class PlanNow:
    """A payment plan in its present state, with the state whose law applies."""

    id: int
    state: ArrangementState
    grace_days: int
    broken_after_missed: int
    states: tuple[str | None, ...]
    creditor_kind: str
    instalments: tuple[InstalmentNow, ...]
    noticed_on: date | None = None
    cure_by: date | None = None
    ended_on: date | None = None

    @property
    def asked_cents(self) -> int:
        """The total of all payments."""
        return sum(one.amount_cents for one in self.instalments)

    @property
    def open_cents(self) -> int:
        """The unpaid total."""
        return sum(one.open_cents for one in self.instalments)

    @property
    def missed(self) -> tuple[InstalmentNow, ...]:
        """The missed payments that are still due, oldest first."""
        return tuple(one for one in self.instalments if one.state is InstalmentState.MISSED)

    @property
    def missed_since(self) -> date | None:
        """The date since which it is past due."""
        return self.missed[0].due_on if self.missed else None

    @property
    def missed_cents(self) -> int:
        """The past due amount."""
        return sum(one.open_cents for one in self.missed)


def ordered(instalments: Sequence[InstalmentNow]) -> tuple[InstalmentNow, ...]:
    """Oldest first, the down payment before all."""
    return tuple(sorted(instalments, key=lambda one: (one.number > 0, one.due_on, one.number)))


def with_payments(plan: PlanNow, paid_cents: int, owed_cents: int, today: date) -> PlanNow:
    """The plan after the payments since it was set up, with the present balance of its accounts.

    Payments are applied to the oldest installment first; an early payment counts for the next one. What insurance
    or an adjustment took off the accounts reduces the last installments.
    """
    instalments = ordered(plan.instalments)
    paid = shares([one.amount_cents for one in instalments], max(paid_cents, 0))
    now = [replace(one, paid_cents=cents) for one, cents in zip(instalments, paid, strict=True)]
    over = sum(one.open_cents for one in now) - max(owed_cents, 0)
    for place in range(len(now) - 1, -1, -1):
        cut = max(0, min(over, now[place].open_cents))
        over -= cut
        now[place] = replace(now[place], amount_cents=now[place].amount_cents - cut)
    return replace(plan, instalments=tuple(_judged(one, plan.grace_days, today) for one in now))


def _judged(one: InstalmentNow, grace_days: int, today: date) -> InstalmentNow:
    if one.state is InstalmentState.SKIPPED:
        return one
    if one.open_cents <= 0:
        return replace(one, state=InstalmentState.PAID)
    late = one.due_on + timedelta(days=grace_days) < today
    return replace(one, state=InstalmentState.MISSED if late else InstalmentState.OPEN)


@dataclass(frozen=True, slots=True)
class Verdict:
    """The outcome for a payment plan today. `review_on`: the next review date; None: no automatic review."""

    state: ArrangementState
    tell: bool = False
    made_up_by: MadeUpBy | None = None
    clear_notice: bool = False
    review_on: date | None = None


def judge(plan: PlanNow, today: date) -> Verdict:
    """The outcome for a plan whose payments are up to date: it continues, gets a notice of a missed payment, breaks, is
    completed, or resumes.

    A plan breaks when `broken_after_missed` payments are missed, and never before a notice was sent and its days to
    catch up are over.
    """
    if plan.open_cents <= 0:
        return Verdict(ArrangementState.COMPLETED)
    if plan.state is ArrangementState.BROKEN:
        return _broken(plan, today)
    since = plan.missed_since
    if since is None:
        return Verdict(ArrangementState.ACTIVE, clear_notice=plan.noticed_on is not None, review_on=_next_look(plan))
    if plan.noticed_on is None:
        by = made_up_by(plan.states, plan.creditor_kind, since, today)
        return Verdict(ArrangementState.ACTIVE, tell=True, made_up_by=by, review_on=_sooner(_next_look(plan), by.day))
    over = plan.cure_by is None or plan.cure_by < today
    if over and len(plan.missed) >= plan.broken_after_missed:
        return Verdict(ArrangementState.BROKEN)
    waits = None if over else plan.cure_by
    return Verdict(ArrangementState.ACTIVE, review_on=_sooner(_next_look(plan), waits))


def _broken(plan: PlanNow, today: date) -> Verdict:
    in_time = plan.ended_on is not None and (today - plan.ended_on).days <= REINSTATE_DAYS
    if in_time and not plan.missed:
        return Verdict(ArrangementState.ACTIVE, clear_notice=True, review_on=_next_look(plan))
    return Verdict(ArrangementState.BROKEN)


def _next_look(plan: PlanNow) -> date | None:
    """The first day on which an open installment would be missed."""
    days = [one.due_on for one in plan.instalments if one.state is InstalmentState.OPEN]
    return min(days) + timedelta(days=plan.grace_days + 1) if days else None


def _sooner(one: date | None, cure_by: date | None) -> date | None:
    """The earlier of a review date and the day after the time to catch up."""
    over = None if cure_by is None else cure_by + timedelta(days=1)
    return min((day for day in (one, over) if day is not None), default=None)

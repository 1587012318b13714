"""How an arrangement stands today: what is paid, missed, to be told, over. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from compliance.plans import MadeUpBy, made_up_by
from flows.arrangements.plan import shares
from models.enums import ArrangementState, InstalmentState

REINSTATE_DAYS = 30
"""How long after it was broken an arrangement is taken up again by itself if what was missed comes after all."""


@dataclass(frozen=True, slots=True)
class InstalmentNow:
    """One payment as it stands. A skipped one asks for nothing."""

    id: int
    number: int
    due_on: date
    amount_cents: int
    paid_cents: int = 0
    state: InstalmentState = InstalmentState.OPEN

    @property
    def open_cents(self) -> int:
        """What is still to come of it."""
        return self.amount_cents - self.paid_cents


@dataclass(frozen=True, slots=True)
class PlanNow:
    """An arrangement as it stands, with whose law it is under."""

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
        """What all payments come to."""
        return sum(one.amount_cents for one in self.instalments)

    @property
    def open_cents(self) -> int:
        """What is still to come."""
        return sum(one.open_cents for one in self.instalments)

    @property
    def missed(self) -> tuple[InstalmentNow, ...]:
        """The payments that were not made in time and are still owed, oldest first."""
        return tuple(one for one in self.instalments if one.state is InstalmentState.MISSED)

    @property
    def missed_since(self) -> date | None:
        """Since when it is behind."""
        return self.missed[0].due_on if self.missed else None

    @property
    def missed_cents(self) -> int:
        """How much it is behind."""
        return sum(one.open_cents for one in self.missed)


def ordered(instalments: Sequence[InstalmentNow]) -> tuple[InstalmentNow, ...]:
    """Oldest first, the down payment before all."""
    return tuple(sorted(instalments, key=lambda one: (one.number > 0, one.due_on, one.number)))


def with_payments(plan: PlanNow, paid_cents: int, owed_cents: int, today: date) -> PlanNow:
    """The plan after so much was paid since it was made, and with so much still owed on its accounts.

    Payments go to the oldest payment first, whatever it was meant for; what is paid early counts for the next. What
    insurance or an adjustment took off the accounts is taken off the last payments.
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
    """What becomes of an arrangement today. `review_on`: when it must be looked at again; None: not by itself."""

    state: ArrangementState
    tell: bool = False
    made_up_by: MadeUpBy | None = None
    clear_notice: bool = False
    review_on: date | None = None


def judge(plan: PlanNow, today: date) -> Verdict:
    """What becomes of a plan whose payments are up to date: it goes on, is told of a missed payment, breaks, is done,
    or is taken up again.

    A plan breaks when `broken_after_missed` payments are missing, and never before a notice went and its days to make
    it up are over.
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
    """The first day on which a payment that is still open would be missed."""
    days = [one.due_on for one in plan.instalments if one.state is InstalmentState.OPEN]
    return min(days) + timedelta(days=plan.grace_days + 1) if days else None


def _sooner(one: date | None, cure_by: date | None) -> date | None:
    """The sooner of a day to look and the day after the time to make it up."""
    over = None if cure_by is None else cure_by + timedelta(days=1)
    return min((day for day in (one, over) if day is not None), default=None)

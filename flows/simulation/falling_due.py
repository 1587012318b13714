"""What falls due in a simulation as time passes: payments given to it, promises, plans, holds, reviews. Pure."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta

from flows.accounts.snapshot import AccountNow, HoldNow, ReviewNow
from flows.arrangements.decide import PAUSED_LOOK, judge, with_payments
from flows.arrangements.law import STOPS
from flows.schedules.schedule import Happening, OpenEstate, OpenTask, Pending, Trigger
from flows.simulation.case import Count, PlanCase, PromiseCase
from flows.simulation.state import Walk, accounts_of, change_accounts, count, wake
from models.enums import ArrangementState, GateState, HoldKind, HoldScope


def watch_holds(state: Walk) -> None:
    """Note the days on which holds end: their accounts are reviewed then."""
    for group in state.case.groups:
        ids = [one.id for one in group.accounts]
        state.wakes += [(hold.until, key) for hold in group.person.holds if hold.until is not None for key in ids]
        state.wakes += [(hold.until, one.id) for one in group.accounts for hold in one.holds if hold.until is not None]


def end_holds(state: Walk, today: date) -> None:
    """Review the accounts whose holds have ended."""
    over = [key for on, key in state.wakes if on <= today]
    if over:
        state.wakes = [one for one in state.wakes if one[0] > today]
        wake(state, over, today)


def _without(account: AccountNow, kind: HoldKind, today: date) -> AccountNow:
    return replace(account, holds=tuple(hold for hold in account.holds if hold.kind is not kind), next_action_on=today)


def happen(state: Walk, trigger: Trigger, account_ids: Iterable[int], mark: object, today: date) -> None:
    """A trigger: work for the practice is opened at once, a letter or a call waits for its turn."""

    def change(account: AccountNow) -> AccountNow:
        happening = state.book.schedules[account.schedule_version_id].on.get(trigger, Happening())
        if isinstance(happening.act, OpenTask | OpenEstate):
            count(state, Count.TASKS, today)
        elif happening.act is not None or happening.then.resume_at or happening.then.finish:
            return replace(account, pending=Pending(trigger, str(mark)), next_action_on=today)
        return account

    change_accounts(state, account_ids, change)


def judge_promise(state: Walk, promise: PromiseCase, today: date) -> None:
    """A promise that was not paid by its day is broken."""
    state.case.promises.remove(promise)
    owing = sum(one.balance_cents for one in accounts_of(state) if one.id in promise.account_ids)
    if promise.paid_cents < promise.amount_cents and owing > 0:
        happen(state, Trigger.PROMISE_BROKEN, promise.account_ids, promise.number, today)


def review_plan(state: Walk, case: PlanCase, today: date) -> None:
    """Bring a payment plan up to date with its payments and the day; what follows when it breaks."""
    mine = [one for one in accounts_of(state) if one.id in case.account_ids]
    owed = sum(one.balance_cents for one in mine)
    now = with_payments(case.plan, case.paid_cents, owed, today)
    verdict = judge(now, today)
    if verdict.state is not ArrangementState.COMPLETED and _is_paused(state, mine, today):
        case.plan, case.review_on = now, today + PAUSED_LOOK
        return
    noticed, cure = (None, None) if verdict.clear_notice else (now.noticed_on, now.cure_by)
    if verdict.tell and verdict.made_up_by is not None:
        noticed, cure = today, verdict.made_up_by.day
        if owed > 0:
            count(state, Count.LETTERS, today)
    ended = None if verdict.state is ArrangementState.ACTIVE else now.ended_on or today
    case.plan = replace(now, state=verdict.state, noticed_on=noticed, cure_by=cure, ended_on=ended)
    case.review_on = verdict.review_on
    missed = now.missed_since if verdict.state is ArrangementState.ACTIVE else None
    change_accounts(state, case.account_ids, lambda one: replace(one, plan_missed_since=missed))
    if now.state is not verdict.state:
        resumes = verdict.state is ArrangementState.ACTIVE
        change_accounts(state, case.account_ids, lambda one: _with_plan(one, today, active=resumes))
    if verdict.state is ArrangementState.BROKEN and now.state is not ArrangementState.BROKEN:
        change_accounts(state, case.account_ids, lambda one: replace(one, plan_broken_on=today))
        owing = [one.id for one in mine if one.balance_cents > 0]
        happen(state, Trigger.ARRANGEMENT_BROKEN, owing, now.id, today)


def _with_plan(account: AccountNow, today: date, *, active: bool) -> AccountNow:
    """An account whose plan ends, or is active again and holds it until it ends."""
    free = _without(account, HoldKind.ARRANGEMENT, today)
    hold = HoldNow(HoldKind.ARRANGEMENT, HoldScope.ALL, today, None)
    return replace(free, holds=(*free.holds, hold)) if active else free


def _is_paused(state: Walk, accounts: Iterable[AccountNow], today: date) -> bool:
    persons = [group.person for group in state.case.groups]
    holds = [hold for person in persons for hold in person.holds]
    mine = list(accounts)
    if any(person.died_on is not None for person in persons) or any(one.patient_died_on is not None for one in mine):
        return True
    return any(hold.kind in STOPS and hold.stands(today) for hold in (*holds, *(h for one in mine for h in one.holds)))


def pay(state: Walk, today: date) -> None:
    """Post the payments of a day that the simulation was given."""
    for paid in state.case.payments:
        if paid.on == today:
            post(state, paid.account_id, paid.cents, today)


def post(state: Walk, account_id: int, cents: int, today: date) -> None:
    """Post a payment: promises that it keeps and plans that it belongs to are brought up to date."""
    state.path.collected.append(((today - state.first).days, cents))
    for candidate in state.case.candidates:
        if candidate.account.id == account_id:
            left = candidate.facts.balance_cents - cents
            candidate.facts = replace(candidate.facts, balance_cents=left)
            candidate.account = replace(candidate.account, balance_cents=left)
            candidate.review_on = today if left > 0 else None
    change_accounts(state, [account_id], lambda one: _paid(state, one, cents, today))
    for promise in [one for one in state.case.promises if account_id in one.account_ids]:
        promise.paid_cents += cents
        owing = sum(one.balance_cents for one in accounts_of(state) if one.id in promise.account_ids)
        if promise.paid_cents >= promise.amount_cents or owing <= 0:
            state.case.promises.remove(promise)
            change_accounts(state, promise.account_ids, lambda one: _without(one, HoldKind.PROMISE, today))
    for plan in [one for one in state.case.plans if account_id in one.account_ids]:
        plan.paid_cents += cents
        review_plan(state, plan, today)


def _paid(state: Walk, account: AccountNow, cents: int, today: date) -> AccountNow | None:
    left = account.balance_cents - cents
    if account.balance_cents > 0 >= left:
        thanks = state.book.schedules[account.schedule_version_id].on.get(Trigger.PAID_IN_FULL, Happening())
        state.case.clocks.pop(account.id, None)
        if thanks.act is None or left < 0:
            return None
        pending = Pending(Trigger.PAID_IN_FULL)
        return replace(account, balance_cents=left, pending=pending, next_action_on=today, placed=None)
    next_on = today if left > 0 and account.pending is None else account.next_action_on
    return replace(account, balance_cents=left, next_action_on=next_on)


def watch_reviews(state: Walk) -> None:
    """Note the reviews that a manager is assumed to approve."""
    for one in accounts_of(state):
        for step, review in one.reviews.items():
            if review.state is GateState.WAITING:
                will_approve(state, one.id, step, review.since)


def will_approve(state: Walk, account_id: int, step: str, since: date) -> None:
    """Note a review that a manager is assumed to approve some days after it opened."""
    after = state.book.assumed.approve_after_days
    if after is not None:
        state.approvals.append((since + timedelta(days=after), account_id, step))


def approve(state: Walk, today: date) -> None:
    """Approve the reviews that are assumed to be decided by now."""
    due = [one for one in state.approvals if one[0] <= today]
    if due:
        state.approvals = [one for one in state.approvals if one[0] > today]
    for _, key, step in due:
        approved = ReviewNow(GateState.APPROVED, today, "simulation")

        def change(one: AccountNow, step: str = step, approved: ReviewNow = approved) -> AccountNow:
            return replace(one, reviews={**one.reviews, step: approved}, next_action_on=today)

        change_accounts(state, [key], change)

"""How people answer in a simulation: drawn from what was learned, after each step that is taken. Pure."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from flows.accounts.snapshot import AccountNow, HoldNow, PersonNow
from flows.arrangements.law import STOPS
from flows.schedules.schedule import Action, Trigger
from flows.simulation.answers import Answer, Cell, Learned, cell_of, chance, kind_of
from flows.simulation.case import Count, PromiseCase
from flows.simulation.falling_due import happen, post
from flows.simulation.state import Coming, Walk, accounts_of, change_accounts, count
from models.enums import ArrangementState, HoldKind, HoldScope, InstalmentState, StepOutcome

SETTLED = frozenset({*STOPS, HoldKind.ARRANGEMENT, HoldKind.PROMISE})
"""Holds under which an account is not answered for: nothing is asked, or the answer was given."""


def expect_at_first(state: Walk) -> None:
    """Draw what is still to come after the last step of each account, and for open promises and installments."""
    learned = state.book.assumed.answers
    if learned is None:
        return
    for one in accounts_of(state):
        done = [(step.on, name) for name, step in one.taken.items() if step.outcome is StepOutcome.DONE]
        schedule = state.book.schedules[one.schedule_version_id]
        last = max(done, default=None)
        if last is not None and last[1] in schedule.position:
            expect(state, one, last[1], schedule.step(last[1]).act, last[0])
    for promise in state.case.promises:
        _expect_promise(state, learned, promise, promise.judge_on)
    for plan in state.case.plans:
        if plan.plan.state is ArrangementState.ACTIVE and learned.installments is not None:
            open_ = (one for one in plan.plan.instalments if one.state is InstalmentState.OPEN)
            for one in open_:
                if one.due_on >= state.first and chance("installment", one.id) < learned.installments.share:
                    state.coming.append(Coming(one.due_on, plan.account_ids, Answer.PAID, one.open_cents))


def _expect_promise(state: Walk, learned: Learned, promise: PromiseCase, on: date) -> None:
    if learned.kept is not None and chance("promise", promise.number, *promise.account_ids) < learned.kept.share:
        left = promise.amount_cents - promise.paid_cents
        if left > 0:
            state.coming.append(Coming(max(on, state.first), promise.account_ids, Answer.PAID, left))


def expect(state: Walk, account: AccountNow, step: str, act: Action | None, on: date) -> None:
    """Draw the answer to a step; what was expected after the step before it is not awaited any longer."""
    learned = state.book.assumed.answers
    kind = kind_of(act)
    if learned is None or kind is None:
        return
    state.coming = [one for one in state.coming if one.step is None or one.account_ids != (account.id,)]
    if account.balance_cents <= 0 or any(hold.kind in SETTLED for hold in account.holds):
        return
    first_bill = account.first_statement_on or account.service_from
    schedule = state.book.schedules[account.schedule_version_id]
    cell = cell_of(kind, schedule.name, step, account.balance_cents, (on - first_bill).days)
    found = _first(learned, cell, account, step, max((state.first - on).days - 1, 0))
    if found is None:
        return
    answer, days, part = found
    cents = max(1, round(part * account.balance_cents))
    state.coming.append(Coming(on + timedelta(days=days), (account.id,), answer, cents, step))


def _first(
    learned: Learned, cell: Cell, account: AccountNow, step: str, after: int
) -> tuple[Answer, int, float] | None:
    """The first of the answers that come after a number of days without one: which, after how many, what part."""
    found: list[tuple[int, Answer, float]] = []
    for answer in Answer:
        curve = learned.curve(answer, cell)
        if curve is None:
            continue
        day = curve.day_of(chance(answer, account.id, account.cycle, step), after)
        if day is not None:
            found.append((day, answer, curve.part(chance("part", account.id, account.cycle, step))))
    if not found:
        return None
    days, answer, part = min(found)
    return answer, days, part


def answer_each(state: Walk, today: date) -> None:
    """The answers of a day: payments posted, promises made, mail returned."""
    due = [one for one in state.coming if one.on <= today]
    if not due:
        return
    state.coming = [one for one in state.coming if one.on > today]
    for one in due:
        mine = [each for each in accounts_of(state) if each.id in one.account_ids and each.balance_cents > 0]
        if not mine:
            continue
        match one.answer:
            case Answer.PAID:
                _pay(state, mine, one.cents, today)
            case Answer.PROMISED:
                _promise(state, mine[0], one.cents, today)
            case Answer.RETURNED:
                _return(state, mine[0], today)


def _pay(state: Walk, accounts: Sequence[AccountNow], cents: int, today: date) -> None:
    """Post a payment to the accounts in their order."""
    left = cents
    for account in accounts:
        part = min(left, account.balance_cents)
        if part > 0:
            count(state, Count.PAYMENTS, today)
            post(state, account.id, part, today)
            left -= part


def _promise(state: Walk, account: AccountNow, cents: int, today: date) -> None:
    learned = state.book.assumed.answers
    assert learned is not None
    if any(hold.kind in SETTLED for hold in account.holds):
        return
    count(state, Count.PROMISES, today)
    due = today + timedelta(days=learned.promise_days)
    judge_on = due + GRACE
    number = -len(state.path.counted)
    promise = PromiseCase(number, judge_on, (account.id,), min(cents, account.balance_cents), 0)
    state.case.promises.append(promise)
    hold = HoldNow(HoldKind.PROMISE, HoldScope.ALL, today, judge_on)
    change_accounts(state, [account.id], lambda one: replace(one, holds=(*one.holds, hold)))
    state.wakes.append((judge_on, account.id))
    _expect_promise(state, learned, promise, due)


GRACE = timedelta(days=5)
"""About three business days after its due date a promise is judged."""


def _return(state: Walk, account: AccountNow, today: date) -> None:
    """A letter was returned: no letters until the address is found."""
    learned = state.book.assumed.answers
    assert learned is not None
    persons = [group.person for group in state.case.groups]
    if any(hold.kind is HoldKind.ADDRESS_UNKNOWN for person in persons for hold in person.holds):
        return
    count(state, Count.RETURNED, today)
    days = None if learned.found is None else learned.found.day_of(chance("found", account.id, today), 0)
    until = None if days is None else today + timedelta(days=days)
    hold = HoldNow(HoldKind.ADDRESS_UNKNOWN, HoldScope.LETTERS, today, until)

    def held(person: PersonNow) -> PersonNow:
        return replace(person, holds=(*person.holds, hold))

    state.case.groups = [replace(group, person=held(group.person)) for group in state.case.groups]
    for candidate in state.case.candidates:
        candidate.group = replace(candidate.group, person=held(candidate.group.person))
    if until is not None:
        state.wakes += [(until, one.id) for one in accounts_of(state)]
    happen(state, Trigger.MAIL_RETURNED, [account.id], today, today)

"""The next steps of a guarantor's accounts in a simulation, decided as the nightly run does. Pure."""

from dataclasses import replace
from datetime import date, timedelta

from flows.accounts.blocker import BILL
from flows.accounts.snapshot import AccountNow, GroupNow, ReviewNow
from flows.dunning.engine.decide import (
    Blocked,
    Decision,
    GroupDecision,
    LeaveSchedule,
    SkipStep,
    TakeStep,
    Wait,
    after_taking,
    decide,
)
from flows.dunning.engine.gate import GATE, REVIEW
from flows.schedules.schedule import (
    Action,
    OfferArrangement,
    OpenCall,
    OpenEstate,
    OpenTask,
    Place,
    SendLetter,
    WriteOff,
)
from flows.simulation.answering import expect
from flows.simulation.case import Count, RuleStop, StepOn
from flows.simulation.falling_due import will_approve
from flows.simulation.placing import queue_for_agency
from flows.simulation.state import OpenedCall, Walk, count
from letters.kinds import LetterKind
from models.enums import CreditorKind, FactName, GateState, StepOutcome


def advance(state: Walk, group: GroupNow, today: date) -> None:
    """Do what is due today for one guarantor at one creditor."""
    if not group.accounts:
        return
    decided = decide(group, state.book.schedules, today)
    if decided.envelope is not None:
        count(state, Count.LETTERS, today)
        if _is_too_close(state, group, decided, today):
            count(state, Count.TOO_CLOSE, today)
        # The group, its contacts and an account that took a step are this walk's own: changed, and not copied.
        group.contacts.last_letter_on = today
    if any(_asks_for_bill(one) for one in decided.decisions):
        count(state, Count.LETTERS, today)
    left: list[AccountNow] = []
    for decision in decided.decisions:
        after = _apply(state, group, decided, decision, today)
        if after is not None:
            left.append(after)
    group.accounts = tuple(left)


def _is_too_close(state: Walk, group: GroupNow, decided: GroupDecision, today: date) -> bool:
    last = group.contacts.last_letter_on
    if last is None:
        return False
    sent = (one for one in decided.decisions if isinstance(one, TakeStep) and isinstance(one.act, SendLetter))
    schedules = (state.book.schedules[one.account.schedule_version_id] for one in sent)
    return any((today - last).days < schedule.letters.at_least_days for schedule in schedules)


def _asks_for_bill(decision: Decision) -> bool:
    if not isinstance(decision, Blocked) or decision.stop.needs != BILL:
        return False
    return decision.account.blocked_by != decision.stop.rule


def _apply(state: Walk, group: GroupNow, decided: GroupDecision, decision: Decision, today: date) -> AccountNow | None:
    """The account after today's decision; None when it has left its schedule."""
    account = decision.account
    match decision:
        case TakeStep():
            return _done(state, group, decision, today)
        case SkipStep():
            state.path.skipped.append(StepOn(account.id, account.number, decision.step, today))
            schedule = state.book.schedules[account.schedule_version_id]
            after = after_taking(account, decision.step, StepOutcome.SKIPPED, today, schedule=schedule)
            after.next_action_on = decision.next_on
            return after
        case Wait():
            if account.next_action_on == decision.until:
                return account
            kept = (account.blocked_by, account.blocked_until) if decision.due else (None, None)
            after = account.copy()
            after.next_action_on, (after.blocked_by, after.blocked_until) = decision.until, kept
            return after
        case Blocked():
            return _blocked(state, group, decision, today)
        case LeaveSchedule():
            if any(one.account_id == account.id for one in state.case.queued):
                state.left[account.id] = (group, account)
            return None


def _blocked(state: Walk, group: GroupNow, blocked: Blocked, today: date) -> AccountNow:
    account, stop = blocked.account, blocked.stop
    count(state, Count.BLOCKED, today)
    if (account.blocked_by, account.blocked_until) != (stop.rule, stop.until):
        who = (group.person.id, account.id, account.number)
        found = RuleStop(*who, blocked.step, today, stop.rule, stop.citation, stop.until)
        state.path.stops.append(found)
    after = account.copy()
    after.next_action_on, after.blocked_by, after.blocked_until = stop.review_on, stop.rule, stop.until
    if stop.needs == REVIEW:
        gate = stop.rule.removeprefix(GATE)
        act = state.book.schedules[account.schedule_version_id].step(gate).act
        assert isinstance(act, OpenTask)
        return _review_opened(state, after, gate, act, today)
    if stop.needs == BILL:
        # Mailed on the day on which it is written, which wakes the account.
        mailed = state.book.assumed.mailed and _asks_for_bill(blocked)
        return replace(after, itemized_bill_on=today, next_action_on=today) if mailed else after
    if stop.needs is not None and account.blocked_by != stop.rule:
        count(state, Count.TASKS, today)
    return after


def _done(state: Walk, group: GroupNow, done: TakeStep, today: date) -> AccountNow | None:
    account = done.account
    state.path.done.append(StepOn(account.id, account.number, done.step, today))
    schedule = state.book.schedules[account.schedule_version_id]
    if isinstance(done.act, WriteOff):
        count(state, Count.WRITE_OFFS, today)
        return None
    after = after_taking(
        account,
        done.step,
        StepOutcome.DONE,
        today,
        schedule=schedule,
        delay_days=done.delay_days,
        then=done.then,
    )
    after.next_action_on = done.next_on
    after = _act(state, group, after, done.step, done.act, today)
    expect(state, after, done.step, done.act, today)
    return None if done.then.finish else after


def _act(state: Walk, group: GroupNow, account: AccountNow, step: str, act: Action | None, today: date) -> AccountNow:
    match act:
        case SendLetter():
            # The day of the notice that the law asks for is that of its mailing (26 CFR 1.501(r)-6(c)(4)(i)).
            charity = group.creditor.kind == CreditorKind.NONPROFIT_HOSPITAL.value
            if state.book.assumed.mailed and charity and act.kind == LetterKind.FINAL_NOTICE:
                facts = {FactName.ECA_NOTICE: today, **account.facts}
                return replace(account, facts=facts)
        case OpenCall():
            if group.contacts.open_call is None and group.creditor.id not in state.calls:
                count(state, Count.CALLS, today)
                _count_attempts(state, act, today)
                state.calls[group.creditor.id] = OpenedCall(today + timedelta(days=act.give_up_after_days))
        case OpenTask():
            if act.gate:
                return _review_opened(state, account, step, act, today)
            count(state, Count.TASKS, today)
        case OfferArrangement():
            count(state, Count.PLAN_OFFERS, today)
            count(state, Count.TASKS, today)
        case OpenEstate():
            count(state, Count.TASKS, today)
        case Place():
            return queue_for_agency(state, account, act, today)
        case WriteOff() | None:
            pass
    return account


def _count_attempts(state: Walk, act: OpenCall, today: date) -> None:
    """No call is answered: every attempt is made, the first one today."""
    first = (today - state.first).days
    days = range(first, first + act.give_up_after_days + 1, max(act.every_days, 1))[: act.attempts]
    state.path.counted.extend((Count.CALL_ATTEMPTS, day) for day in days if day < state.days)


def _review_opened(state: Walk, account: AccountNow, gate: str, act: OpenTask, today: date) -> AccountNow:
    count(state, Count.TASKS, today)
    will_approve(state, account.id, gate, today)
    return replace(account, reviews={**account.reviews, gate: ReviewNow(GateState.WAITING, today)})

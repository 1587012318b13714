"""One guarantor's accounts walked day by day in memory, with the same decisions as the nightly run. Pure.

A day has the order of the stages: payments, what falls due, entry, the next step of each account, placement.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from flows.accounts.blocker import Blocker
from flows.accounts.eligibility import who_may_have
from flows.accounts.snapshot import AccountNow, GroupNow, ReviewNow
from flows.agency_handoff.placement.choose import Wanted, choose
from flows.agency_handoff.placement.decide import ENDS, PlacementClock, next_look, placement_action
from flows.arrangements.decide import judge, with_payments
from flows.arrangements.law import STOPS
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
from flows.dunning.engine.enrollment import decide_entry
from flows.dunning.engine.gate import GATE, REVIEW
from flows.schedules.schedule import (
    Action,
    Happening,
    OfferArrangement,
    OpenCall,
    OpenEstate,
    OpenTask,
    Pending,
    Place,
    Published,
    SendLetter,
    Trigger,
    WriteOff,
)
from flows.settings.contracts.terms import PlacedNow
from flows.simulation.case import (
    Book,
    Case,
    Count,
    Path,
    PlanCase,
    PromiseCase,
    QueuedCase,
    RuleStop,
    StepOn,
)
from letters.kinds import LetterKind
from models.enums import ArrangementState, CreditorKind, FactName, GateState, HoldKind, StepOutcome

BILL = "itemized_bill"
PAUSED_LOOK = timedelta(days=7)
"""How often a payment plan that a hold has stopped is reviewed; as flows/arrangements/refresh.py does."""


@dataclass(slots=True)
class _Call:
    """The open call of a group, and the last day on which it is made."""

    give_up_on: date


@dataclass(slots=True)
class Walk:
    """The state of one walk. `calls`: the open call of each creditor's group."""

    case: Case
    book: Book
    first: date
    days: int
    path: Path
    calls: dict[int, _Call] = field(default_factory=dict[int, _Call])
    approvals: list[tuple[date, int, str]] = field(default_factory=list[tuple[date, int, str]])
    wakes: list[tuple[date, int]] = field(default_factory=list[tuple[date, int]])
    left: dict[int, tuple[GroupNow, AccountNow]] = field(default_factory=dict[int, tuple[GroupNow, AccountNow]])
    """Accounts that have completed their schedule and still wait for an agency."""


def walk(case: Case, book: Book, first: date, days: int) -> Path:
    """What happens to a guarantor from a day on, for a number of days. The case is used up: walk a copy of it."""
    path = Path()
    state = Walk(case, book, first, days, path)
    _watch_holds(state)
    _watch_reviews(state)
    today: date | None = first
    last = first + timedelta(days=days - 1)
    while today is not None and today <= last:
        _day(state, today)
        today = _next_day(state, today)
    return path


def _day(state: Walk, today: date) -> None:
    _pay(state, today)
    for promise in [one for one in state.case.promises if one.judge_on <= today]:
        _judge_promise(state, promise, today)
    for plan in [one for one in state.case.plans if one.review_on is not None and one.review_on <= today]:
        _review_plan(state, plan, today)
    _end_holds(state, today)
    for creditor in [key for key, call in state.calls.items() if call.give_up_on < today]:
        del state.calls[creditor]
    _approve(state, today)
    _enter(state, today)
    if any(one.next_action_on is not None and one.next_action_on <= today for one in _accounts(state)):
        for group in state.case.groups:
            _advance(state, group, today)
    _recall(state, today)
    _place(state, today)


def _next_day(state: Walk, today: date) -> date | None:
    """The next day after this one on which anything is due."""
    case = state.case
    coming: list[date | None] = [one.next_action_on for one in _accounts(state)]
    coming += [one.review_on for one in case.candidates]
    coming += [one.judge_on for one in case.promises]
    coming += [one.review_on for one in case.plans]
    coming += [one.review_on for one in case.queued]
    coming += [on for on, _ in state.wakes]
    coming += [on for on, _, _ in state.approvals]
    coming += [one.on for one in case.payments if one.on > today]
    coming += [_look_on(state, key, today) for key in case.clocks]
    if case.candidates:
        coming += [one.from_on for one in state.book.entering if one.from_on > today]
    tomorrow = today + timedelta(days=1)
    return min((max(on, tomorrow) for on in coming if on is not None), default=None)


def _accounts(state: Walk) -> Iterator[AccountNow]:
    for group in state.case.groups:
        yield from group.accounts


def _change(state: Walk, account_ids: Iterable[int], change: Callable[[AccountNow], AccountNow | None]) -> None:
    """Replace accounts that are in a schedule; one that becomes None leaves it."""
    ids = set(account_ids)
    for place, group in enumerate(state.case.groups):
        if any(one.id in ids for one in group.accounts):
            changed = ((change(one) if one.id in ids else one) for one in group.accounts)
            state.case.groups[place] = replace(group, accounts=tuple(one for one in changed if one is not None))


def _wake(state: Walk, account_ids: Iterable[int], today: date) -> None:
    _change(state, account_ids, lambda one: replace(one, next_action_on=today))


def _count(state: Walk, what: Count, today: date) -> None:
    state.path.counted.append((what, (today - state.first).days))


# What falls due.


def _watch_holds(state: Walk) -> None:
    for group in state.case.groups:
        ids = [one.id for one in group.accounts]
        state.wakes += [(hold.until, key) for hold in group.person.holds if hold.until is not None for key in ids]
        state.wakes += [(hold.until, one.id) for one in group.accounts for hold in one.holds if hold.until is not None]


def _end_holds(state: Walk, today: date) -> None:
    over = [key for on, key in state.wakes if on <= today]
    if over:
        state.wakes = [one for one in state.wakes if one[0] > today]
        _wake(state, over, today)


def _without(account: AccountNow, kind: HoldKind, today: date) -> AccountNow:
    return replace(account, holds=tuple(hold for hold in account.holds if hold.kind is not kind), next_action_on=today)


def _happen(state: Walk, trigger: Trigger, account_ids: Iterable[int], mark: object, today: date) -> None:
    """A trigger: work for the practice is opened at once, a letter or a call waits for its turn."""

    def change(account: AccountNow) -> AccountNow:
        happening = state.book.schedules[account.schedule_version_id].on.get(trigger, Happening())
        if isinstance(happening.act, OpenTask | OpenEstate):
            _count(state, Count.TASKS, today)
        elif happening.act is not None or happening.then.resume_at or happening.then.finish:
            return replace(account, pending=Pending(trigger, str(mark)), next_action_on=today)
        return account

    _change(state, account_ids, change)


def _judge_promise(state: Walk, promise: PromiseCase, today: date) -> None:
    state.case.promises.remove(promise)
    owing = sum(one.balance_cents for one in _accounts(state) if one.id in promise.account_ids)
    if promise.paid_cents < promise.amount_cents and owing > 0:
        _happen(state, Trigger.PROMISE_BROKEN, promise.account_ids, promise.number, today)


def _review_plan(state: Walk, case: PlanCase, today: date) -> None:
    mine = [one for one in _accounts(state) if one.id in case.account_ids]
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
            _count(state, Count.LETTERS, today)
    ended = today if verdict.state is not ArrangementState.ACTIVE else None
    case.plan = replace(now, state=verdict.state, noticed_on=noticed, cure_by=cure, ended_on=now.ended_on or ended)
    case.review_on = verdict.review_on
    missed = now.missed_since if verdict.state is ArrangementState.ACTIVE else None
    _change(state, case.account_ids, lambda one: replace(one, plan_missed_since=missed))
    if now.state is not verdict.state:
        _change(state, case.account_ids, lambda one: _without(one, HoldKind.ARRANGEMENT, today))
    if verdict.state is ArrangementState.BROKEN and now.state is not ArrangementState.BROKEN:
        _change(state, case.account_ids, lambda one: replace(one, plan_broken_on=today))
        owing = [one.id for one in mine if one.balance_cents > 0]
        _happen(state, Trigger.ARRANGEMENT_BROKEN, owing, now.id, today)


def _is_paused(state: Walk, accounts: Iterable[AccountNow], today: date) -> bool:
    persons = [group.person for group in state.case.groups]
    holds = [hold for person in persons for hold in person.holds]
    mine = list(accounts)
    if any(person.died_on is not None for person in persons) or any(one.patient_died_on is not None for one in mine):
        return True
    return any(hold.kind in STOPS and hold.stands(today) for hold in (*holds, *(h for one in mine for h in one.holds)))


def _pay(state: Walk, today: date) -> None:
    for paid in state.case.payments:
        if paid.on == today:
            _post(state, paid.account_id, paid.cents, today)


def _post(state: Walk, account_id: int, cents: int, today: date) -> None:
    for candidate in state.case.candidates:
        if candidate.account.id == account_id:
            left = candidate.facts.balance_cents - cents
            candidate.facts = replace(candidate.facts, balance_cents=left)
            candidate.account = replace(candidate.account, balance_cents=left)
            candidate.review_on = today if left > 0 else None
    _change(state, [account_id], lambda one: _paid(state, one, cents, today))
    for promise in [one for one in state.case.promises if account_id in one.account_ids]:
        promise.paid_cents += cents
        owing = sum(one.balance_cents for one in _accounts(state) if one.id in promise.account_ids)
        if promise.paid_cents >= promise.amount_cents or owing <= 0:
            state.case.promises.remove(promise)
            _change(state, promise.account_ids, lambda one: _without(one, HoldKind.PROMISE, today))
    for plan in [one for one in state.case.plans if account_id in one.account_ids]:
        plan.paid_cents += cents
        _review_plan(state, plan, today)


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


# Reviews at gates.


def _watch_reviews(state: Walk) -> None:
    for one in _accounts(state):
        for step, review in one.reviews.items():
            if review.state is GateState.WAITING:
                _will_approve(state, one.id, step, review.since)


def _will_approve(state: Walk, account_id: int, step: str, since: date) -> None:
    after = state.book.assumed.approve_after_days
    if after is not None:
        state.approvals.append((since + timedelta(days=after), account_id, step))


def _approve(state: Walk, today: date) -> None:
    due = [one for one in state.approvals if one[0] <= today]
    state.approvals = [one for one in state.approvals if one[0] > today]
    for _, key, step in due:
        approved = ReviewNow(GateState.APPROVED, today, "simulation")

        def change(one: AccountNow, step: str = step, approved: ReviewNow = approved) -> AccountNow:
            return replace(one, reviews={**one.reviews, step: approved}, next_action_on=today)

        _change(state, [key], change)


# Entry.


def _enter(state: Walk, today: date) -> None:
    if not state.case.candidates:
        return
    versions: list[Published] = []
    for entering in state.book.entering:
        if entering.from_on <= today:
            versions = entering.versions
            if entering.from_on == today and today != state.first:
                for one in state.case.candidates:
                    one.review_on = today if one.facts.balance_cents > 0 else None
    for one in [each for each in state.case.candidates if each.review_on is not None and each.review_on <= today]:
        entry = decide_entry(one.facts, one.anchors, versions, today)
        if entry.into is None or entry.anchor_on is None:
            one.review_on = entry.review_on
            continue
        version, schedule = entry.into
        state.case.candidates.remove(one)
        state.path.entered.append(StepOn(one.account.id, one.account.number, schedule.name, today))
        account = replace(
            one.account,
            schedule_version_id=version,
            anchor_on=entry.anchor_on,
            next_action_on=entry.next_action_on,
            taken={},
        )
        _join(state, one.group, account)


def _join(state: Walk, fresh: GroupNow, account: AccountNow) -> None:
    for place, group in enumerate(state.case.groups):
        if group.creditor.id == fresh.creditor.id:
            accounts = tuple(sorted((*group.accounts, account), key=lambda one: one.id))
            state.case.groups[place] = replace(group, accounts=accounts)
            break
    else:
        state.case.groups.append(replace(fresh, accounts=(account,), contacts=replace(fresh.contacts)))
    ends = [hold.until for hold in (*account.holds, *fresh.person.holds) if hold.until is not None]
    state.wakes += [(until, account.id) for until in ends]


# The next step of each account.


def _advance(state: Walk, group: GroupNow, today: date) -> None:
    if not group.accounts:
        return
    decided = decide(group, state.book.schedules, today)
    if decided.envelope is not None:
        _count(state, Count.LETTERS, today)
        if _is_too_close(state, group, decided, today):
            _count(state, Count.TOO_CLOSE, today)
        # The group, its contacts and an account that took a step are this walk's own: changed, and not copied.
        group.contacts.last_letter_on = today
    if any(_asks_for_bill(one) for one in decided.decisions):
        _count(state, Count.LETTERS, today)
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
            return replace(account, next_action_on=decision.until, blocked_by=kept[0], blocked_until=kept[1])
        case Blocked():
            return _blocked(state, group, decision, today)
        case LeaveSchedule():
            if any(one.account_id == account.id for one in state.case.queued):
                state.left[account.id] = (group, account)
            return None


def _blocked(state: Walk, group: GroupNow, blocked: Blocked, today: date) -> AccountNow:
    account, stop = blocked.account, blocked.stop
    _count(state, Count.BLOCKED, today)
    if (account.blocked_by, account.blocked_until) != (stop.rule, stop.until):
        who = (group.person.id, account.id, account.number)
        found = RuleStop(*who, blocked.step, today, stop.rule, stop.citation, stop.until)
        state.path.stops.append(found)
    after = replace(account, next_action_on=stop.review_on, blocked_by=stop.rule, blocked_until=stop.until)
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
        _count(state, Count.TASKS, today)
    return after


def _done(state: Walk, group: GroupNow, done: TakeStep, today: date) -> AccountNow | None:
    account = done.account
    state.path.done.append(StepOn(account.id, account.number, done.step, today))
    schedule = state.book.schedules[account.schedule_version_id]
    if isinstance(done.act, WriteOff):
        _count(state, Count.WRITE_OFFS, today)
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
                _count(state, Count.CALLS, today)
                _count_attempts(state, act, today)
                state.calls[group.creditor.id] = _Call(today + timedelta(days=act.give_up_after_days))
        case OpenTask():
            if act.gate:
                return _review_opened(state, account, step, act, today)
            _count(state, Count.TASKS, today)
        case OfferArrangement():
            _count(state, Count.PLAN_OFFERS, today)
            _count(state, Count.TASKS, today)
        case OpenEstate():
            _count(state, Count.TASKS, today)
        case Place():
            return _queue(state, account, act, today)
        case WriteOff() | None:
            pass
    return account


def _count_attempts(state: Walk, act: OpenCall, today: date) -> None:
    """No call is answered: every attempt is made, the first one today."""
    first = (today - state.first).days
    days = range(first, first + act.give_up_after_days + 1, max(act.every_days, 1))[: act.attempts]
    state.path.counted.extend((Count.CALL_ATTEMPTS, day) for day in days if day < state.days)


def _review_opened(state: Walk, account: AccountNow, gate: str, act: OpenTask, today: date) -> AccountNow:
    _count(state, Count.TASKS, today)
    _will_approve(state, account.id, gate, today)
    return replace(account, reviews={**account.reviews, gate: ReviewNow(GateState.WAITING, today)})


# Placement.


def _queue(state: Walk, account: AccountNow, act: Place, today: date) -> AccountNow:
    before: tuple[str, ...] = ()
    if account.placed is not None:
        before = (account.placed.agency,)
        state.case.clocks.pop(account.id, None)
        account = _returned(account, today)
    state.case.queued.append(QueuedCase(account.id, act.pool, today, before))
    return account


def _returned(account: AccountNow, today: date) -> AccountNow:
    returns = account.agency_returns + 1
    return replace(account, placed=None, agency_returns=returns, agency_returned_on=today)


def _look_on(state: Walk, account_id: int, today: date) -> date | None:
    account = next((one for one in _accounts(state) if one.id == account_id), None)
    if account is None or account.placed is None:
        return None
    terms = state.case.groups[0].agencies.terms[account.placed.agency]
    return next_look(state.case.clocks[account_id], terms, today)


def _recall(state: Walk, today: date) -> None:
    """Placements whose contract or time has ended: the account is the practice's again."""
    for key in list(state.case.clocks):
        account = next((one for one in _accounts(state) if one.id == key), None)
        if account is None or account.placed is None:
            continue
        terms = state.case.groups[0].agencies.terms[account.placed.agency]
        ask = placement_action(state.case.clocks[key], terms, today)
        if ask is not None and ask in ENDS:
            del state.case.clocks[key]
            _change(state, [key], lambda one: replace(_returned(one, today), next_action_on=today))


def _place(state: Walk, today: date) -> None:
    for queued in [one for one in state.case.queued if one.review_on <= today]:
        group, account = _group_of(state, queued.account_id)
        if group is None or account is None or account.balance_cents <= 0:
            state.case.queued.remove(queued)
            continue
        found = who_may_have(Place(queued.pool), account, replace(group, accounts=(account,)), today)
        if isinstance(found, Blocker):
            if found.never:
                state.case.queued.remove(queued)
            queued.review_on = found.review_on
            continue
        limit = group.agencies.review_over_cents
        if limit is not None and account.balance_cents > limit and not queued.approved:
            _count(state, Count.TASKS, today)
            _above_limit(state, queued, today)
            continue
        have = {one.placed.agency for one in _accounts(state) if one.placed is not None}
        wanted = Wanted(group.person.id, 1, account.balance_cents, have, queued.not_with)
        pool = group.agencies.pools[queued.pool]
        member = choose(pool, found.members, wanted, {})
        if member is None:
            queued.review_on = today + timedelta(days=30)
            continue
        state.case.queued.remove(queued)
        state.case.clocks[account.id] = PlacementClock(today, acknowledged_on=today)
        _count(state, Count.PLACEMENTS, today)
        if pool.notice_letter:
            _count(state, Count.LETTERS, today)
        placed = PlacedNow(0, member.terms.code, today)
        _change(state, [account.id], lambda one, placed=placed: replace(one, placed=placed))


def _above_limit(state: Walk, queued: QueuedCase, today: date) -> None:
    after = state.book.assumed.approve_after_days
    if after is None:
        state.case.queued.remove(queued)
    else:
        queued.approved, queued.review_on = True, today + timedelta(days=max(after, 1))


def _group_of(state: Walk, account_id: int) -> tuple[GroupNow | None, AccountNow | None]:
    for group in state.case.groups:
        for account in group.accounts:
            if account.id == account_id:
                return group, account
    return state.left.get(account_id, (None, None))

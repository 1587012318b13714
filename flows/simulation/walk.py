"""One guarantor's accounts walked day by day in memory, with the same decisions as the nightly run. Pure.

A day has the order of the stages: payments, what falls due, entry, the next step of each account, placement.
"""

from dataclasses import replace
from datetime import date, timedelta

from flows.accounts.snapshot import AccountNow, GroupNow
from flows.dunning.engine.enrollment import by_chance, decide_entry
from flows.schedules.schedule import Published
from flows.simulation.answering import answer_each, expect_at_first
from flows.simulation.case import Book, Case, Path, StepOn
from flows.simulation.falling_due import approve, end_holds, judge_promise, pay, review_plan, watch_holds, watch_reviews
from flows.simulation.placing import look_on, place, recall
from flows.simulation.state import Walk, accounts_of
from flows.simulation.stepping import advance

ONE_DAY = timedelta(days=1)


def walk(case: Case, book: Book, first: date, days: int) -> Path:
    """What happens to a guarantor from a day on, for a number of days. The case is used up: walk a copy of it."""
    path = Path()
    state = Walk(case, book, first, days, path)
    watch_holds(state)
    watch_reviews(state)
    expect_at_first(state)
    today: date | None = first
    last = first + timedelta(days=days - 1)
    while today is not None and today <= last:
        _day(state, today)
        today = _next_day(state, today)
    return path


def _day(state: Walk, today: date) -> None:
    # Most lists of most guarantors are empty: what has nothing to do is not called, which a walk of a year notices.
    case = state.case
    if case.payments:
        pay(state, today)
    if state.coming:
        answer_each(state, today)
    if case.promises:
        for promise in [one for one in case.promises if one.judge_on <= today]:
            judge_promise(state, promise, today)
    if case.plans:
        for plan in [one for one in case.plans if one.review_on is not None and one.review_on <= today]:
            review_plan(state, plan, today)
    if state.wakes:
        end_holds(state, today)
    if state.calls:
        for creditor in [key for key, call in state.calls.items() if call.give_up_on < today]:
            del state.calls[creditor]
    if state.approvals:
        approve(state, today)
    if case.candidates:
        enter(state, today)
    if any(one.next_action_on is not None and one.next_action_on <= today for one in accounts_of(state)):
        for group in case.groups:
            advance(state, group, today)
    if case.clocks:
        recall(state, today)
    if case.queued:
        place(state, today)


def _next_day(state: Walk, today: date) -> date | None:
    """The next day after this one on which anything is due."""
    case = state.case
    coming: list[date | None] = [one.next_action_on for group in case.groups for one in group.accounts]
    if case.candidates:
        coming += [one.review_on for one in case.candidates]
        coming += [one.from_on for one in state.book.entering if one.from_on > today]
    if case.promises or case.plans:
        coming += [one.judge_on for one in case.promises]
        coming += [one.review_on for one in case.plans]
    if case.queued or case.clocks:
        coming += [one.review_on for one in case.queued]
        coming += [look_on(state, key, today) for key in case.clocks]
    if state.wakes or state.approvals:
        coming += [on for on, _ in state.wakes]
        coming += [on for on, _, _ in state.approvals]
    if case.payments or state.coming:
        coming += [one.on for one in case.payments if one.on > today]
        coming += [one.on for one in state.coming]
    due = [on for on in coming if on is not None]
    return max(min(due), today + ONE_DAY) if due else None


def enter(state: Walk, today: date) -> None:
    """Accounts that may enter a schedule today do."""
    versions: list[Published] = []
    for entering in state.book.entering:
        if entering.from_on <= today:
            versions = entering.versions
            if entering.from_on == today and today != state.first:
                for one in state.case.candidates:
                    one.review_on = today if one.facts.balance_cents > 0 else None
    for one in [each for each in state.case.candidates if each.review_on is not None and each.review_on <= today]:
        entry = decide_entry(one.facts, one.anchors, versions, today)
        entry = by_chance(entry, one.group.person.id, one.facts, one.anchors, list(state.book.splits), today)
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
    for index, group in enumerate(state.case.groups):
        if group.creditor.id == fresh.creditor.id:
            accounts = tuple(sorted((*group.accounts, account), key=lambda one: one.id))
            state.case.groups[index] = replace(group, accounts=accounts)
            break
    else:
        state.case.groups.append(replace(fresh, accounts=(account,), contacts=replace(fresh.contacts)))
    ends = [hold.until for hold in (*account.holds, *fresh.person.holds) if hold.until is not None]
    state.wakes += [(until, account.id) for until in ends]

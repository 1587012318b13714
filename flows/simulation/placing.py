"""Placement with agencies in a simulation: the queue, the choice, the recall. Pure."""

from dataclasses import replace
from datetime import date, timedelta

from flows.accounts.blocker import Blocker
from flows.accounts.eligibility import who_may_have
from flows.accounts.snapshot import AccountNow, GroupNow
from flows.agency_handoff.placement.choose import Wanted, choose
from flows.agency_handoff.placement.decide import ENDS, PlacementClock, next_look, placement_action
from flows.schedules.schedule import Place
from flows.settings.contracts.terms import PlacedNow
from flows.simulation.case import Count, QueuedCase
from flows.simulation.state import Walk, accounts_of, change_accounts, count


def queue_for_agency(state: Walk, account: AccountNow, act: Place, today: date) -> AccountNow:
    """Put an account in the placement queue; one that an agency has is recalled first."""
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


def look_on(state: Walk, account_id: int, today: date) -> date | None:
    """The next day on which a placement can need an action."""
    account = next((one for one in accounts_of(state) if one.id == account_id), None)
    if account is None or account.placed is None:
        return None
    terms = state.case.groups[0].agencies.terms[account.placed.agency]
    return next_look(state.case.clocks[account_id], terms, today)


def recall(state: Walk, today: date) -> None:
    """Placements whose contract or time has ended: the account is the practice's again."""
    for key in list(state.case.clocks):
        account = next((one for one in accounts_of(state) if one.id == key), None)
        if account is None or account.placed is None:
            continue
        terms = state.case.groups[0].agencies.terms[account.placed.agency]
        ask = placement_action(state.case.clocks[key], terms, today)
        if ask is not None and ask in ENDS:
            del state.case.clocks[key]
            change_accounts(state, [key], lambda one: replace(_returned(one, today), next_action_on=today))


def place(state: Walk, today: date) -> None:
    """Place the accounts in the queue that an agency may have."""
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
            count(state, Count.TASKS, today)
            _above_limit(state, queued, today)
            continue
        have = {one.placed.agency for one in accounts_of(state) if one.placed is not None}
        wanted = Wanted(group.person.id, 1, account.balance_cents, have, queued.not_with)
        pool = group.agencies.pools[queued.pool]
        member = choose(pool, found.members, wanted, {})
        if member is None:
            queued.review_on = today + timedelta(days=30)
            continue
        state.case.queued.remove(queued)
        state.case.clocks[account.id] = PlacementClock(today, acknowledged_on=today)
        count(state, Count.PLACEMENTS, today)
        if pool.notice_letter:
            count(state, Count.LETTERS, today)
        placed = PlacedNow(0, member.terms.code, today)
        change_accounts(state, [account.id], lambda one, placed=placed: replace(one, placed=placed))


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

"""Who may be called today, in which hours, and whom first. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from compliance import lawful_window, zones_of
from flows.dunning.law import Stop, stop_for
from flows.dunning.schedule import OpenCall
from flows.dunning.snapshot import GroupNow


@dataclass(frozen=True, slots=True)
class CallTask:
    """An open call task as the list sees it."""

    id: int
    script: str | None
    reason: str
    opened_on: date
    attempts_made: int
    attempts_allowed: int
    call_at: str | None = None
    promise_broken: bool = False


@dataclass(frozen=True, slots=True)
class Listed:
    """A call on the list: whom, within which hours (UTC), how urgent (more is sooner), and why."""

    task: CallTask
    group: GroupNow
    window_start: datetime
    window_end: datetime
    priority: int
    reason: str


@dataclass(frozen=True, slots=True)
class NotListed:
    """A call that may not be made today, and why."""

    task: CallTask
    group: GroupNow
    stop: Stop


CALLBACK_POINTS = 10_000
BROKEN_PROMISE_POINTS = 5_000
POINTS_A_DOLLAR = 1
MOST_BALANCE_POINTS = 3_000
FRESH_POINTS = 500
FRESH_DAYS = 3
"""A callback that was promised comes first, then broken promises, then balances, fresh ones before tried ones."""


def list_call(task: CallTask, group: GroupNow, today: date) -> Listed | NotListed:
    """Whether a call goes on today's list. Accounts that the law or a hold keeps from a call are left out of it."""
    owing = [account for account in group.accounts if account.balance_cents > 0]
    if not owing:
        return NotListed(task, group, _nothing("nothing is owed any more", today))
    act = OpenCall(task.script or "call")
    stops = [stop_for(act, account, group, today) for account in owing]
    callable_now = [account for account, stop in zip(owing, stops, strict=True) if stop is None]
    if not callable_now:
        return NotListed(task, group, next(stop for stop in stops if stop is not None))
    window = lawful_window(zones_of(group.person.zip, group.person.phone), today)
    if window is None:
        return NotListed(task, group, _nothing("no hour is lawful in every time zone the guarantor may be in", today))
    balance = sum(account.balance_cents for account in callable_now)
    return Listed(task, group, window.start, window.end, priority(task, balance, today), reason(task))


def _nothing(why: str, today: date) -> Stop:
    return Stop("call-list", "house policy", why, None, "collector", today)


def priority(task: CallTask, balance_cents: int, today: date) -> int:
    """How urgent a call is, in points."""
    points = min(balance_cents // 100 * POINTS_A_DOLLAR, MOST_BALANCE_POINTS)
    if task.call_at is not None:
        points += CALLBACK_POINTS
    if task.promise_broken:
        points += BROKEN_PROMISE_POINTS
    if task.attempts_made == 0 and (today - task.opened_on).days <= FRESH_DAYS:
        points += FRESH_POINTS
    return points


def reason(task: CallTask) -> str:
    """Why this call is to be made, in a few words."""
    if task.call_at is not None:
        return f"Callback promised for {task.call_at}"
    if task.promise_broken:
        return "A promise was broken"
    tried = f", tried {task.attempts_made} of {task.attempts_allowed}" if task.attempts_made else ""
    return f"{task.reason}{tried}"


def ranked(calls: Sequence[Listed]) -> list[Listed]:
    """Best first; of equals, the one whose hours begin first, then the older task."""
    return sorted(calls, key=lambda call: (-call.priority, call.window_start, call.task.id))

"""Which calls can be made today, in which hours, and in which order. Pure."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from compliance.hours import Window, lawful_window, zones_of
from flows.accounts.blocker import Blocker
from flows.accounts.eligibility import stop_for
from flows.accounts.snapshot import GroupNow
from flows.calls.scoring import Merits, Scoring
from flows.people.contact.call_times import read_no_call_times, without
from flows.schedules.schedule import OpenCall
from models.enums import PromiseState
from models.values import Columns, dollars

BEGINS_AFTER = timedelta(minutes=5)
ENDS_BEFORE = timedelta(minutes=15)
"""A call starts this long after its hours open and before they close, so that all of it is inside."""

EARLY_CALLBACK = timedelta(minutes=15)
"""A callback at a set time is shown this long before it."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """An earlier call: weekday (Monday is 0) and local hour of the guarantor, and whether they talked."""

    weekday: int
    hour: int
    talked: bool


@dataclass(frozen=True, slots=True)
class CallTask:
    """An open call task as the list sees it. `callback_on` is the day of a callback, `callback_time` its local
    time at the guarantor.
    """

    id: int
    script: str | None
    reason: str
    opened_on: date
    attempts_made: int
    attempts_allowed: int
    callback_on: date | None = None
    callback_time: time | None = None
    broken: str | None = None
    assigned_to: str | None = None
    in_progress_by: str | None = None
    past: tuple[Attempt, ...] = ()

    @property
    def their_time(self) -> datetime | None:
        """The day and local time of a callback at the guarantor; None if no time was agreed."""
        if self.callback_on is None or self.callback_time is None:
            return None
        return datetime.combine(self.callback_on, self.callback_time)

    @property
    def call_at(self) -> str | None:
        """The day, or the day and time, of a callback, as files and programs read it."""
        if self.callback_on is None:
            return None
        return self.callback_on.isoformat() + ("" if self.callback_time is None else f"T{self.callback_time:%H:%M}")


@dataclass(frozen=True, slots=True)
class Listed:
    """A call on the list: the guarantor, the hours (UTC), the accounts, the priority and the reason.

    `points` are the lines of the scoring table that apply to it; their sum is the priority.
    """

    task: CallTask
    group: GroupNow
    windows: tuple[Window, ...]
    account_ids: tuple[int, ...]
    points: tuple[tuple[str, int], ...]
    reason: str

    @property
    def priority(self) -> int:
        """The priority: higher is sooner."""
        return sum(points for _, points in self.points)

    @property
    def window_start(self) -> datetime:
        """When its hours begin."""
        return self.windows[0].start

    @property
    def window_end(self) -> datetime:
        """When the first of its hours end; if a part of the day is excluded, `windows` has the others."""
        return self.windows[0].end

    @property
    def balance_cents(self) -> int:
        """The balance of its accounts."""
        return sum(account.balance_cents for account in self.group.accounts if account.id in self.account_ids)

    def open_at(self, now: datetime) -> bool:
        """Whether a call that starts now is inside its hours."""
        return any(window.start + BEGINS_AFTER <= now <= window.end - ENDS_BEFORE for window in self.windows)

    def opens_next(self, now: datetime) -> datetime | None:
        """When it can next start today; None: no more today."""
        starts = (window.start + BEGINS_AFTER for window in self.windows)
        return next((start for start in starts if start > now), None)

    @property
    def best_hour(self) -> int | None:
        """The local hour at which the guarantor answered most often before."""
        hours = Counter(attempt.hour for attempt in self.task.past if attempt.talked)
        return max(hours, key=lambda hour: (hours[hour], -hour)) if hours else None

    @property
    def callback_at(self) -> datetime | None:
        """The instant of a callback with a set time; None if no time was agreed."""
        person = self.group.person
        return _instant(self.task, zones_of(person.zip, person.phone, state=person.state, country=person.country))

    def calls_this_week(self, today: date) -> int:
        """How many calls were made today and in the six days before."""
        return sum(1 for day in self.group.contacts.calls_made if day > today - timedelta(days=7))


@dataclass(frozen=True, slots=True)
class NotListed:
    """A call that can't be made today, and why."""

    task: CallTask
    group: GroupNow
    stop: Blocker


def list_call(
    task: CallTask, group: GroupNow, today: date, scoring: Scoring, now: datetime | None = None
) -> Listed | NotListed:
    """Whether a call is on today's list. Accounts that the law or a hold blocks are left out of it.

    With `now` the hour of calling counts: whether they answered at it before.
    """
    owing = [account for account in group.accounts if account.balance_cents > 0]
    if not owing:
        return NotListed(task, group, _nothing("the balance is zero", today))
    act = OpenCall(task.script or "call")
    stops = [stop_for(act, account, group, today) for account in owing]
    callable_now = [account for account, stop in zip(owing, stops, strict=True) if stop is None]
    if not callable_now:
        return NotListed(task, group, next(stop for stop in stops if stop is not None))
    person = group.person
    zones = zones_of(person.zip, person.phone, state=person.state, country=person.country)
    windows = _windows(task, group, zones, today)
    if isinstance(windows, str):
        return NotListed(task, group, _nothing(windows, today))
    first_bills = [account.first_statement_on for account in callable_now if account.first_statement_on is not None]
    merits = Merits(
        balance_cents=sum(account.balance_cents for account in callable_now),
        age_days=(today - min(first_bills)).days if first_bills else 0,
        days_open=(today - task.opened_on).days,
        tries=task.attempts_made,
        callback_today=task.callback_on is not None,
        broken_promise=task.broken is not None,
        missed_instalment=any(account.plan_broken_on is not None for account in callable_now),
        reached_on_weekday=any(one.talked and one.weekday == today.weekday() for one in task.past),
        reached_at_hour=now is not None and _answered_at(task, _local(now, zones).hour),
        other_language=not group.person.language.startswith("en"),
    )
    ids = tuple(account.id for account in callable_now)
    return Listed(task, group, windows, ids, scoring.points(merits), reason(task))


def _answered_at(task: CallTask, hour: int) -> bool:
    return any(one.talked and abs(one.hour - hour) <= 1 for one in task.past)


def _windows(task: CallTask, group: GroupNow, zones: Collection[str], today: date) -> tuple[Window, ...] | str:
    """The hours of a call: legal in every possible zone, within the practice's, not excluded, not before a set time."""
    limits = group.limits
    whole = lawful_window(zones, today, earliest=limits.call_opens, latest=limits.call_closes)
    if whole is None:
        return "no hour is legal in every time zone they may be in" if zones else "the time zone is unknown"
    windows = without(whole, read_no_call_times(group.person.no_call_times), zones, today)
    if not windows:
        return f"do-not-call times at the guarantor's request ({group.person.no_call_times})"
    at = _set_time(task, zones, today)
    if at is None:
        return windows
    later = [Window(max(window.start, at - EARLY_CALLBACK), window.end) for window in windows]
    # An agreed time outside the hours can't be kept: the whole day counts.
    return tuple(window for window in later if window.start < window.end) or windows


def _set_time(task: CallTask, zones: Collection[str], today: date) -> datetime | None:
    """The instant of a callback with a set time today."""
    at = task.their_time
    return _instant(task, zones) if at is not None and at.date() == today else None


def _instant(task: CallTask, zones: Collection[str]) -> datetime | None:
    """The instant of a callback; if the guarantor may be in several zones, the last one."""
    at = task.their_time
    return None if at is None else max(at.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC) for zone in zones)


def _local(at: datetime, zones: Collection[str]) -> datetime:
    """An instant in the guarantor's time zone; of several zones, the first by name."""
    return at.astimezone(ZoneInfo(min(zones)))


def local_hour(at: datetime, zip_code: str | None, phone: str | None) -> int | None:
    """The guarantor's local hour; None if the time zone is unknown."""
    zones = zones_of(zip_code, None) or zones_of(None, phone)
    return _local(at, zones).hour if zones else None


def _nothing(why: str, today: date) -> Blocker:
    return Blocker("call-list", "practice policy", why, None, "collector", today)


BROKEN = "Broken promise"


def broken_promise(promise: Columns) -> str | None:
    """What a collector reads about a broken or partially kept promise; None for any other."""
    if promise.state == PromiseState.PARTLY_KEPT.value:
        paid, promised = dollars(promise.paid_cents), dollars(promise.amount_cents)
        return f"Promise partially kept: {paid} of {promised} by {promise.due_on}"
    if promise.state == PromiseState.BROKEN.value:
        return f"{BROKEN}: {dollars(promise.amount_cents)} by {promise.due_on}"
    return None


def reason(task: CallTask) -> str:
    """The reason of this call, in a few words."""
    if task.callback_on is not None:
        at = task.their_time
        return f"Callback requested for {task.callback_on if at is None else f'{at:%Y-%m-%d, %H:%M} patient time'}"
    if task.broken is not None:
        return task.broken
    tried = f", attempt {task.attempts_made + 1} of {task.attempts_allowed}" if task.attempts_made else ""
    return f"{task.reason}{tried}"


def ranked(calls: Sequence[Listed], now: datetime | None = None) -> list[Listed]:
    """Best first; of equals, the one whose hours start first, then the older task.

    If the hour is known, calls that can be made now come before those whose hours open later.
    """

    def place(call: Listed) -> tuple[object, ...]:
        shut = now is not None and not call.open_at(now)
        return shut, -call.priority, call.window_start, call.task.id

    return sorted(calls, key=place)

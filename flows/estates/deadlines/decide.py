"""The controlling deadline of a matter, today's alerts, and the next review date. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from compliance.nonclaim import file_by
from models.estate_enums import ENDED, MatterState

WARN_DAYS = (30, 14, 7, 2)
"""Days before a controlling deadline on which the desk is alerted. The manager is alerted if there was no action."""

SEARCH_DAYS = (30, 60, 90, 180)
"""Days after the death on which the probate court is searched again."""

OPEN_WARN_DAYS = (60, 30)
"""Days of alerts before the last day to have an estate opened."""

LOOK_DAYS = 30
"""A matter is reviewed at least this often."""

SEARCHING = frozenset({MatterState.REPORTED, MatterState.CONFIRMED, MatterState.INSURANCE_FIRST, MatterState.SEARCHING})
CLAIMING = frozenset({*SEARCHING, MatterState.FOUND, MatterState.CLAIM_DUE})
MAY_SUE = frozenset(
    {
        MatterState.FILED,
        MatterState.DISALLOWED,
        MatterState.ALLOWED,
        MatterState.ALLOWED_IN_PART,
        MatterState.COMPROMISED,
        MatterState.AWAITING_PAYMENT,
    }
)
"""States in which the time to sue controls: after a disallowance, after no response where that means one, and where
suit must be filed by a date whatever was presented. It also runs for a later agreement that is not paid yet."""
PAYING = frozenset(
    {
        MatterState.ALLOWED,
        MatterState.ALLOWED_IN_PART,
        MatterState.COMPROMISED,
        MatterState.INSOLVENT,
        MatterState.AWAITING_PAYMENT,
    }
)
"""States in which the amount the estate owes is known, and its payment is awaited."""


class Counts(StrEnum):
    """What a controlling deadline is for."""

    CLAIM = "claim"
    SUIT = "suit"
    OPEN = "open"


class AlarmKind(StrEnum):
    """The kinds of alert."""

    NEAR = "near"
    PASSED = "passed"
    SEARCH = "search"
    OPEN_ESTATE = "open_estate"
    SILENCE = "silence"
    OFFER_OVER = "offer_over"


@dataclass(slots=True)
class Standing:
    """A matter, for its deadlines. A value, not frozen because a hundred thousand are made at once."""

    state: MatterState
    death_on: date | None = None
    jurisdiction: str | None = None
    file_by_on: date | None = None
    deadline_on: date | None = None
    sue_by_on: date | None = None
    open_estate_by: date | None = None
    has_letters: bool = False
    no_response_on: date | None = None
    offer_until: date | None = None
    last_alert_days: int | None = None
    last_search_on: date | None = None
    reviewed_on: date | None = None
    petitioned: bool = False
    """Whether a petition to open the estate was filed: its deadline is then met."""
    suit_on: date | None = None
    """The last day to sue whatever was presented, or after no response where that means a disallowance."""
    unpresented: bool = False
    """Whether the claim was filed, but not in every place that state law names: its deadline still controls."""
    safe_on: date | None = None
    """The earliest safe date, if it is before the deadline and can no longer move: the claim is due by it."""

    @property
    def to_be_opened(self) -> date | None:
        """The last day to have the estate opened, unless letters were issued or a petition was filed."""
        return None if self.has_letters or self.petitioned else self.open_estate_by


@dataclass(frozen=True, slots=True)
class DayThatCounts:
    """A controlling deadline, and the last business day to act on it."""

    what: Counts
    on: date
    act_by: date


@dataclass(frozen=True, slots=True)
class Alarm:
    """An alert due today. `days` is how many are left; below zero the date has passed. `alert_days`: one of
    WARN_DAYS."""

    kind: AlarmKind
    on: date
    days: int
    alert_days: int | None = None


def day_that_counts(one: Standing) -> DayThatCounts | None:
    """The controlling deadline of a matter; None if there is none."""
    claims = one.state in CLAIMING or (one.unpresented and one.state is MatterState.FILED)
    if claims and one.safe_on is not None:
        return DayThatCounts(Counts.CLAIM, one.safe_on, file_by(one.jurisdiction or "", one.safe_on))
    if claims and one.deadline_on is not None and one.file_by_on is not None:
        return DayThatCounts(Counts.CLAIM, one.deadline_on, one.file_by_on)
    if one.state in CLAIMING and (open_by := one.to_be_opened) is not None:
        return DayThatCounts(Counts.OPEN, open_by, file_by(one.jurisdiction or "", open_by))
    suits = [day for day in (one.sue_by_on, one.suit_on) if day is not None]
    if one.state in MAY_SUE and suits:
        return DayThatCounts(Counts.SUIT, min(suits), file_by(one.jurisdiction or "", min(suits)))
    return None


def alarms(one: Standing, today: date) -> list[Alarm]:
    """Today's alerts, each once: an alert of WARN_DAYS that was sent is not repeated."""
    if one.state in ENDED:
        return []
    near = near_alarm(one, today)
    found: list[Alarm] = [] if near is None else [near]
    if (open_by := one.to_be_opened) is not None and one.state in SEARCHING:
        left = (open_by - today).days
        told = next((days for days in OPEN_WARN_DAYS if _crossed(one, open_by - timedelta(days), today)), None)
        if told is not None and left >= 0:
            found.append(Alarm(AlarmKind.OPEN_ESTATE, open_by, left))
    if one.death_on is not None and one.state in SEARCHING:
        due = [one.death_on + timedelta(days) for days in SEARCH_DAYS]
        late = [day for day in due if _crossed(one, day, today)]
        if late and (one.last_search_on is None or one.last_search_on < late[-1]):
            found.append(Alarm(AlarmKind.SEARCH, late[-1], 0))
    if (
        one.no_response_on is not None
        and one.state is MatterState.FILED
        and today > one.no_response_on
        and _crossed(one, one.no_response_on + timedelta(1), today)
    ):
        found.append(Alarm(AlarmKind.SILENCE, one.no_response_on, 0))
    agreed = one.state in (MatterState.COMPROMISED, MatterState.AWAITING_PAYMENT)
    if (
        one.offer_until is not None
        and (not agreed or one.sue_by_on is not None)
        and _crossed(one, one.offer_until + timedelta(1), today)
    ):
        found.append(Alarm(AlarmKind.OFFER_OVER, one.offer_until, 0))
    return found


def near_alarm(one: Standing, today: date) -> Alarm | None:
    """The alert of WARN_DAYS that is due today; None if none is due, or it was already sent."""
    counts = None if one.state in ENDED else day_that_counts(one)
    if counts is None:
        return None
    left = (counts.act_by - today).days
    alert_days = min((days for days in WARN_DAYS if left <= days), default=None)
    if left < 0:
        return None if one.last_alert_days == -1 else Alarm(AlarmKind.PASSED, counts.act_by, left, -1)
    if alert_days is not None and (one.last_alert_days is None or alert_days < one.last_alert_days):
        return Alarm(AlarmKind.NEAR, counts.act_by, left, alert_days)
    return None


def _crossed(one: Standing, day: date, today: date) -> bool:
    """Whether a date was reached since the matter's last review."""
    return day <= today and (one.reviewed_on is None or day > one.reviewed_on)


def next_look(one: Standing, today: date) -> date | None:
    """The next date after today that can need an alert; None for a closed matter."""
    if one.state in ENDED:
        return None
    latest = today + timedelta(LOOK_DAYS)
    return min((day for day in _looks(one) if today < day <= latest), default=latest)


def _looks(one: Standing) -> Iterator[date]:
    counts = day_that_counts(one)
    if counts is not None:
        yield from (counts.act_by - timedelta(days) for days in WARN_DAYS)
        yield counts.act_by + timedelta(1)
    if (open_by := one.to_be_opened) is not None:
        yield from (open_by - timedelta(days) for days in OPEN_WARN_DAYS)
    if one.death_on is not None and one.state in SEARCHING:
        yield from (one.death_on + timedelta(days) for days in SEARCH_DAYS)
    if one.no_response_on is not None:
        yield one.no_response_on + timedelta(1)
    if one.offer_until is not None:
        yield one.offer_until + timedelta(1)

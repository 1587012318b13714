"""Do-not-call times of a person: ``mon-fri 09:00-17:00; sun``, in their local time. Pure."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from compliance.hours import Window
from models.errors import BadInput

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

_PART = re.compile(r"(?:(?P<first>[a-z]{3})(?:-(?P<last>[a-z]{3}))?)?\s*(?:(?P<from>[\d:]+)-(?P<to>[\d:]+))?")


@dataclass(frozen=True, slots=True)
class NoCallTime:
    """Hours of some weekdays (Monday is 0), in the person's local time. `ends` of midnight is the end of the day."""

    weekdays: frozenset[int]
    starts: time = time()
    ends: time = time()


@lru_cache(4_096)
def read_no_call_times(text: str | None) -> tuple[NoCallTime, ...]:
    """Times as they were recorded. Raises BadInput for unreadable text."""
    return tuple(_part(part.strip().lower()) for part in (text or "").split(";") if part.strip())


def _part(text: str) -> NoCallTime:
    match = _PART.fullmatch(text)
    if match is None or not any(match.groups()):
        raise BadInput(f'"{text}" is not valid', "enter days and hours such as mon-fri 09:00-17:00; sun; 12:00-13:00")
    first, last = match["first"], match["last"]
    for day in (first, last):
        if day is not None and day not in DAYS:
            raise BadInput(f'"{day}" is not a day', f"enter one of {', '.join(DAYS)}")
    weekdays = frozenset(range(7))
    if first is not None:
        start, length = DAYS.index(first), (DAYS.index(last or first) - DAYS.index(first)) % 7
        weekdays = frozenset((start + n) % 7 for n in range(length + 1))
    if match["from"] is None:
        return NoCallTime(weekdays)
    starts, ends = _hour(match["from"]), _hour(match["to"])
    if ends <= starts and ends != time():
        raise BadInput(f'"{text}" ends before it starts', "split times past midnight: 21:00-24:00; 00:00-09:00")
    return NoCallTime(weekdays, starts, ends)


def _hour(text: str) -> time:
    if text == "24:00":
        return time()
    try:
        return time.fromisoformat(text.zfill(5) if ":" in text else f"{text.zfill(2)}:00")
    except ValueError:
        raise BadInput(f'"{text}" is not a time', "enter a time such as 09:00") from None


def without(window: Window, wishes: Sequence[NoCallTime], zones: Collection[str], on: date) -> tuple[Window, ...]:
    """What is left of a window without the do-not-call times, in every zone the person may be in."""
    left = [window]
    for wish in wishes:
        if on.weekday() not in wish.weekdays:
            continue
        for zone in zones:
            start, end = _instants(wish, on, zone)
            left = [piece for one in left for piece in _cut(one, start, end)]
    return tuple(left)


def _instants(wish: NoCallTime, on: date, zone: str) -> tuple[datetime, datetime]:
    start = datetime.combine(on, wish.starts, ZoneInfo(zone)).astimezone(UTC)
    until = on if wish.ends > wish.starts else on + timedelta(days=1)
    return start, datetime.combine(until, wish.ends, ZoneInfo(zone)).astimezone(UTC)


def _cut(window: Window, start: datetime, end: datetime) -> list[Window]:
    pieces = (Window(window.start, min(window.end, start)), Window(max(window.start, end), window.end))
    return [piece for piece in pieces if piece.start < piece.end]

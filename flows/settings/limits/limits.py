"""What a manager can make stricter than the law, and how a value is read. No limit can be less strict than the law.
Pure."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import time
from difflib import get_close_matches
from typing import Any

from compliance.hours import CLOSES, OPENS
from models.errors import BadInput


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits in force for one creditor's guarantor. The defaults are the law's own, which apply anyway."""

    call_opens: time = OPENS
    call_closes: time = CLOSES
    calls_in_7_days: int | None = None
    days_after_talk: int | None = None
    placement_day: int | None = None
    no_calls: bool = False
    no_letters: bool = False
    no_texts: bool = False
    no_emails: bool = False


NONE = Limits()
"""No limit beyond the law's."""


@dataclass(frozen=True, slots=True)
class LimitRow:
    """A limit as it was set: for a creditor and a state, each empty if it applies to all."""

    name: str
    creditor: str
    state: str
    value: str


def _hour(name: str, text: str) -> time:
    try:
        hour = time.fromisoformat(text.zfill(5))
    except ValueError:
        raise BadInput(f'{name} must be a time such as 09:30, not "{text}"') from None
    if not OPENS <= hour <= CLOSES:
        raise BadInput(f"{name} must be from {OPENS:%H:%M} to {CLOSES:%H:%M}; it can only be stricter than the law")
    return hour


def _number(least: int, most: int) -> Callable[[str, str], int]:
    def read(name: str, text: str) -> int:
        if not text.isdigit() or not least <= int(text) <= most:
            raise BadInput(f'{name} must be a whole number from {least} to {most}, not "{text}"')
        return int(text)

    return read


def _yes(name: str, text: str) -> bool:
    if text.lower() != "yes":
        raise BadInput(f'{name} must be yes, or none to remove the limit, not "{text}"')
    return True


@dataclass(frozen=True, slots=True)
class Known:
    """A limit that can be set: what it means, what can be entered, how it is read, and the stricter of two values."""

    says: str
    allowed: str
    read: Callable[[str, str], Any]
    stricter: Callable[[Any, Any], Any] = min


KNOWN: Mapping[str, Known] = {
    "call_opens": Known(
        "Earliest call time, guarantor's local time (legal limit: 08:00)",
        "a time from 08:00 to 21:00, such as 09:30",
        _hour,
        max,
    ),
    "call_closes": Known(
        "Latest call time, guarantor's local time (legal limit: 21:00)",
        "a time from 08:00 to 21:00, such as 20:00",
        _hour,
        min,
    ),
    "calls_in_7_days": Known(
        "Maximum calls in 7 days (practice policy and Reg F: 7)", "a whole number from 0 to 6", _number(0, 6), min
    ),
    "days_after_talk": Known(
        "Days without calls after a conversation (practice policy and Reg F: 7)",
        "a whole number of days from 8 to 365",
        _number(8, 365),
        max,
    ),
    "placement_day": Known(
        "Earliest placement, in days after the first bill",
        "a whole number of days from 1 to 3650",
        _number(1, 3650),
        max,
    ),
    "no_calls": Known("No calls", "yes", _yes, max),
    "no_letters": Known("No letters", "yes", _yes, max),
    "no_texts": Known("No text messages", "yes", _yes, max),
    "no_emails": Known("No e-mails", "yes", _yes, max),
}
"""Each limit that can be set, by name."""


def read_limit(name: str, text: str) -> Any:
    """Read the typed value of a limit. Raises BadInput."""
    if name not in KNOWN:
        near = get_close_matches(name, KNOWN, 1)
        hint = f'; did you mean "{near[0]}"?' if near else f"; the limits are {', '.join(KNOWN)}"
        raise BadInput(f'there is no limit "{name}"{hint}')
    return KNOWN[name].read(name, text.strip())


def limits_for(rows: Iterable[LimitRow], creditor: str, states: Iterable[str | None]) -> Limits:
    """The limits of a creditor for a person of these states: of several that apply, the strictest."""
    here = {state for state in states if state}
    found = NONE
    for row in rows:
        if row.creditor not in ("", creditor) or (row.state and row.state not in here):
            continue
        value = read_limit(row.name, row.value)
        before = getattr(found, row.name)
        found = replace(found, **{row.name: KNOWN[row.name].stricter(before, value) if before is not None else value})
    return found

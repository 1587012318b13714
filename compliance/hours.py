"""Where a person may be, and the hours in which a call there is allowed: every possible place must be open."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import cache, lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo

import phonenumbers
from phonenumbers import PhoneNumberType
from phonenumbers import timezone as phone_zones
from zip2tz import timezone as zip_zone

from models.documents import read_yaml

OPENS = time(8)
CLOSES = time(21)
"""12 CFR 1006.6(b)(1)(i): before 8 am and after 9 pm at the consumer's place is inconvenient."""

STATE_ZONES = Path(__file__).with_name("state-zones.yaml")

UNKNOWN_ZONE = "Etc/Unknown"

PLACELESS = frozenset(
    {
        PhoneNumberType.TOLL_FREE,
        PhoneNumberType.PREMIUM_RATE,
        PhoneNumberType.SHARED_COST,
        PhoneNumberType.PERSONAL_NUMBER,
        PhoneNumberType.UAN,
        PhoneNumberType.VOIP,
    }
)
"""Area codes for a whole country: they do not show a person's location."""


@dataclass(frozen=True, slots=True)
class Window:
    """A period between two instants, in UTC."""

    start: datetime
    end: datetime


@lru_cache(65_536)
def zones_of(zip_code: str | None, phone: str | None, *, state: str | None = None, country: str = "") -> frozenset[str]:
    """The time zones in which a person may be; empty if the location is unknown, and then no call is allowed.

    The place of the ZIP code and the places of the phone number both count, because a mobile number proves little. If
    the ZIP code is missing or unknown, every zone of the state counts instead. `country`: two letters if it is neither
    the United States nor Canada; then only a number of that country shows a location.
    """
    if country not in ("", "CA"):
        return _zones_of_number(phone) if _country_of_number(phone) == country else frozenset()
    return _zones_of_address(zip_code, state) | _zones_of_number(phone)


def _zones_of_address(zip_code: str | None, state: str | None) -> frozenset[str]:
    digits = (zip_code or "").strip()[:5]
    if len(digits) == 5 and digits.isdigit() and (zone := zip_zone(digits)):
        return frozenset({zone})
    return _state_zones().get((state or "").strip().upper(), frozenset())


@cache
def _state_zones() -> Mapping[str, frozenset[str]]:
    rows: Mapping[str, list[str]] = read_yaml(STATE_ZONES.read_text("utf-8"))
    return {state: frozenset(zones) for state, zones in rows.items()}


def _read(phone: str | None) -> phonenumbers.PhoneNumber | None:
    """A text as a phone number; None if it cannot be parsed."""
    try:
        return phonenumbers.parse(phone or "", "US")
    except phonenumbers.NumberParseException:
        return None


def _country_of_number(phone: str | None) -> str | None:
    number = _read(phone)
    return None if number is None else phonenumbers.region_code_for_number(number)


def _zones_of_number(phone: str | None) -> frozenset[str]:
    number = _read(phone)
    # A phone number that can't be parsed shows no location; the address may.
    if number is None or phonenumbers.number_type(number) in PLACELESS:
        return frozenset()
    return frozenset(phone_zones.time_zones_for_number(number)) - {UNKNOWN_ZONE}


def lawful_window(zones: Collection[str], on: date, *, earliest: time = OPENS, latest: time = CLOSES) -> Window | None:
    """The hours of a day in which a call is within the limits in every zone; None if there are none, or no zone.

    `earliest` and `latest` are local times in each zone. They are computed for the date in question, so that daylight
    saving time is included. ZoneInfoNotFoundError for a zone that does not exist.
    """
    return _window(frozenset(zones), on, earliest, latest) if zones else None


@lru_cache(4_096)
def _window(zones: frozenset[str], on: date, earliest: time, latest: time) -> Window | None:
    """Cached, because most people on a list share the few zones of its practice."""
    start = max(datetime.combine(on, earliest, ZoneInfo(zone)).astimezone(UTC) for zone in zones)
    end = min(datetime.combine(on, latest, ZoneInfo(zone)).astimezone(UTC) for zone in zones)
    return Window(start, end) if start < end else None


def is_number(text: str) -> bool:
    """Whether a text is a phone number that can be dialed: ten North American digits with a valid area code and
    exchange, or a number of another country with its country code. Seven digits, or the same digit ten times, are
    not."""
    number = _read(text)
    if number is None:
        return False
    if number.country_code == NORTH_AMERICA:
        digits = str(number.national_number)
        return len(digits) == 10 and digits[0] in "23456789" and digits[3] in "23456789" and len(set(digits)) > 1
    return phonenumbers.is_possible_number(number)


NORTH_AMERICA = 1
"""The country code of the North American Numbering Plan, whose area codes and exchanges begin with 2 to 9."""


OVERSEAS = (
    "006",
    "007",
    "008",
    "009",
    "090",
    "091",
    "092",
    "093",
    "094",
    "095",
    "096",
    "097",
    "098",
    "340",
    "962",
    "963",
    "964",
    "965",
    "966",
    "969",
)
"""The first digits of ZIPs of the territories and the armed forces, which are not in the time zone table."""


def is_zip(text: str) -> bool:
    """Whether five digits are an existing ZIP, or may be overseas."""
    if len(text) != 5 or not text.isdigit():
        return False
    return zip_zone(text) is not None or text.startswith(OVERSEAS)

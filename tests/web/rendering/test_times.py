"""How times, zones and counts are written on pages."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from models.values import counted
from web.rendering.templates import clock, clock_there, hour, moment, zone_name, zone_short

WINTER, SUMMER = datetime(2026, 1, 15, 17, 5, tzinfo=UTC), datetime(2026, 7, 15, 17, 5, tzinfo=UTC)
EASTERN, MOUNTAIN, PHOENIX = (ZoneInfo(f"America/{place}") for place in ("New_York", "Denver", "Phoenix"))


def test_a_time_has_its_half_of_the_day_and_its_zone() -> None:
    assert clock(WINTER, EASTERN) == "12:05 PM ET"
    assert moment(SUMMER, MOUNTAIN) == "Jul 15, 2026, 11:05 AM MT"
    assert (hour(0), hour(11), hour(13)) == ("12 AM", "11 AM", "1 PM")


def test_the_end_of_calling_hours_is_on_the_persons_clock_and_on_ours_where_they_differ() -> None:
    assert clock_there(WINTER, MOUNTAIN, EASTERN) == "10:05 AM MT (12:05 PM ET)"
    assert clock_there(WINTER, EASTERN, EASTERN) == "12:05 PM ET"


@pytest.mark.parametrize("at", [WINTER, SUMMER])
def test_a_zone_without_daylight_saving_time_is_not_taken_for_one_with_it(at: datetime) -> None:
    assert (zone_short(MOUNTAIN, at), zone_short(PHOENIX, at)) == ("MT", "MST")
    assert zone_name(PHOENIX, at) == "Mountain Standard Time"
    assert zone_name(EASTERN, at) == "Eastern Time"
    assert zone_name(ZoneInfo("UTC"), at) == "UTC"


def test_one_is_singular() -> None:
    assert (counted(1, "call"), counted(0, "call"), counted(2, "call")) == ("1 call", "0 calls", "2 calls")

"""Times of day as people read them: with AM or PM and the zone."""

import re
from datetime import datetime
from zoneinfo import ZoneInfo

_SEASONAL = re.compile("[A-Z]{1,3}[SD]T")


def time_text(at: datetime) -> str:
    """A time of day as people read it: ``8:45 AM``."""
    return f"{at:%I:%M %p}".lstrip("0")


def clock_text(at: datetime, zone: ZoneInfo) -> str:
    """An instant in a zone: ``8:45 AM ET``."""
    return f"{time_text(at.astimezone(zone))} {zone_short(zone, at)}"


def zone_short(zone: ZoneInfo, at: datetime) -> str:
    """A time zone as staff write it: ``ET``; one without daylight saving time has its own letters: ``MST``."""
    name = at.astimezone(zone).tzname() or zone.key
    seasons = {datetime(at.year, month, 1, tzinfo=zone).utcoffset() for month in (1, 7)}
    return name[:-2] + "T" if len(seasons) > 1 and _SEASONAL.fullmatch(name) else name

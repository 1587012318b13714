"""The dates of matters as a calendar file (RFC 5545): deadlines, suits, hearings, each with an advance reminder.

No patient's name and no amount: a calendar is stored on phones and servers outside our control.
"""

# At the edge: icalendar has no types.
# pyright: reportUnknownMemberType=false

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from icalendar import Alarm, Calendar, Event

from flows.estates.deadlines.decide import WARN_DAYS

PRODUCT = "-//pastdue//estate docket//EN"


@dataclass(frozen=True, slots=True)
class Entry:
    """One date on the calendar. `key` makes it the same entry when it is sent again; `at` is the court's local time.

    `zone` is the IANA name of that court's time zone, if known.
    """

    key: str
    on: date
    title: str
    note: str
    changed_on: date
    at: time | None = None
    zone: str | None = None
    place: str = ""
    warns: bool = True


def calendar_of(entries: Iterable[Entry], name: str) -> bytes:
    """The calendar file; the same entries produce the same bytes."""
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", name)
    for entry in sorted(entries, key=lambda one: (one.on, one.key)):
        calendar.add_component(_event(entry))
    return calendar.to_ical()


def _event(entry: Entry) -> Event:
    event = Event()
    event.add("uid", f"{entry.key}@pastdue")
    # The date of the last change, not the clock: the same data produces the same file.
    event.add("dtstamp", datetime.combine(entry.changed_on, time(), UTC))
    event.add("summary", entry.title)
    event.add("description", entry.note)
    if entry.place:
        event.add("location", entry.place)
    if entry.at is None:
        event.add("dtstart", entry.on)
        event.add("dtend", entry.on + timedelta(days=1))
    else:
        zone = ZoneInfo(entry.zone) if entry.zone else None
        start = datetime.combine(entry.on, entry.at, zone)
        event.add("dtstart", start)
        event.add("dtend", start + timedelta(hours=1))
    if entry.warns:
        for days in WARN_DAYS:
            alarm = Alarm()
            alarm.add("action", "DISPLAY")
            alarm.add("description", entry.title)
            alarm.add("trigger", timedelta(days=-days))
            event.add_component(alarm)
    return event

"""When a representative is reminded of an unpaid allowed or agreed amount. Pure."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

AT_MOST = 3
"""The number of automatic reminders; after them staff call the representative of the estate."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A matter that awaits payment. `since_on`: the day this began, or the last payment; `reminded`: the dates of the
    reminders since it began; `every_days`: the practice's setting, 0 for no reminders."""

    since_on: date
    reminded: tuple[date, ...]
    every_days: int


class Reminder(StrEnum):
    """The action for today."""

    NOTHING = "nothing"
    WRITE = "write"
    DESK = "desk"


def reminder_day(one: Waiting) -> date | None:
    """The date of the next reminder, or of the desk's follow-up; None if the practice sends no reminders."""
    if one.every_days < 1:
        return None
    return max((one.since_on, *one.reminded)) + timedelta(one.every_days)


def reminder_today(one: Waiting, today: date) -> Reminder:
    """Whether a reminder is created today, or the desk follows up instead."""
    day = reminder_day(one)
    if day is None or today < day:
        return Reminder.NOTHING
    return Reminder.WRITE if len(one.reminded) < AT_MOST else Reminder.DESK

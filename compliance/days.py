"""Sundays and the federal holidays, on their actual dates."""

from collections.abc import Callable
from datetime import date, timedelta
from functools import lru_cache

import holidays

SUNDAY = 6


@lru_cache(64)
def federal_holidays(year: int) -> frozenset[date]:
    """The eleven federal holidays of a year, each on its actual date and never on the observed one."""
    return frozenset(holidays.country_holidays("US", years=year, observed=False))


def is_sunday(day: date) -> bool:
    """Whether a day is a Sunday."""
    return day.weekday() == SUNDAY


def is_holiday(day: date) -> bool:
    """Whether the day is an actual federal holiday, not an observed one (5 USC 6103(a))."""
    return day in federal_holidays(day.year)


def next_business_day(today: date) -> date:
    """The next day that is neither a Sunday nor a federal holiday."""
    day = today + timedelta(days=1)
    while is_sunday(day) or is_holiday(day):
        day += timedelta(days=1)
    return day


def business_days_after(day: date, count: int, is_closed: Callable[[date], bool] = lambda _: False) -> date:
    """The date a number of business days after another; weekends, federal holidays and the practice's own closed days
    do not count."""
    while count > 0:
        day += timedelta(days=1)
        if day.weekday() < 5 and not is_holiday(day) and not is_closed(day):
            count -= 1
    return day

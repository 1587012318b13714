"""Checks in the database which days may be run, before any run."""

from datetime import date

from sqlalchemy.engine import Connection

from flows.business_days.guard import Standing, describe_gap, left_out, why_not
from flows.business_days.queries import walked_so_far
from flows.practice import Practice
from flows.settings.queries import today_of
from models.clock import Clock, system_clock
from models.errors import Refused


def standing(conn: Connection, practice: Practice, clock: Clock) -> Standing:
    """The present state of the practice's runs."""
    return Standing(walked_so_far(conn), today_of(conn, clock()), practice.is_at_work(conn))


def require_days(practice: Practice, first: date, last: date, clock: Clock = system_clock) -> str | None:
    """Raise Refused where the days may not be run without force; returns a warning where days are left out."""
    with practice.database.reading() as conn:
        now = standing(conn, practice, clock)
    reason = why_not(now, first, last)
    if reason is not None:
        raise Refused.because(reason)
    gap = left_out(now, first)
    return None if gap is None else describe_gap(gap)

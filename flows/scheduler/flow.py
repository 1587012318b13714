"""The nightly flow: today, and the missed days before it.

The clock is read only here; below, a day is a parameter. Prefect sees dates and counts.
"""

from datetime import date
from typing import Any

from prefect import Flow, State, flow, get_run_logger
from prefect.client.schemas import FlowRun
from prefect.runtime import flow_run

from flows.business_days.days import days_to_run
from flows.business_days.guard import why_not_tonight
from flows.business_days.parameters import Day
from flows.business_days.queries import hour_now, walked_so_far
from flows.collections_day import collections_day, practice_from_environment
from flows.operations.nightly import end_night
from flows.scheduler.nightly_schedule import say
from models.clock import system_clock
from models.database import open_database
from models.environment import settings_from
from models.errors import Refused
from models.lock import AlreadyRunning, one_run
from models.values import date_from_iso

SHOWN = ("due", "advanced", "blocked", "letters", "calls", "placements", "estates", "set_aside", "events", "head")
"""What the log shows of a day: counts, never personal data."""


def _end_night(flow: Flow[..., Any], flow_run: FlowRun, state: State[Any]) -> None:
    """Back up and report after a run that a server started. After any other run, the process that started it does."""
    if flow_run.deployment_id is None:
        return
    settings = settings_from()
    database = open_database(settings.database_url)
    try:
        with database.reading() as conn:
            today = hour_now(conn).day_of(max(system_clock(), flow_run.expected_start_time or system_clock()))
    finally:
        database.close()
    through = date_from_iso(str(flow_run.parameters.get("through") or today))
    end_night(settings, through, 0 if state.is_completed() else 1, system_clock(), say)


@flow(
    on_completion=[_end_night],
    on_failure=[_end_night],
    on_crashed=[_end_night],
    name="collections-night",
    flow_run_name="collections night",
    # A short database outage at night should not cost the collectors their call list in the morning.
    retries=1,
    retry_delay_seconds=600,
)
def collections_night(through: Day | None = None) -> list[dict[str, object]]:
    """Run today in the practice's time zone (or the day `through`), and before it each day that was missed.

    Returns the days that were run; none if another run has the lock; the next night then includes the days.
    """
    log = get_run_logger()
    days = days_due(through)
    if not days:
        log.info("nothing to run: all days through this one are already run")
        return []
    if _is_at_work():
        log.warning("another run is in progress; the next nightly run includes %s to %s", days[0], days[-1])
        return []
    if len(days) > 1:
        log.info("missed days %s to %s are run first", days[0], days[-2])
    # The days were checked above, by the bounds of a nightly run; a clock at midnight must not refuse its own day.
    ran = collections_day(days[0], days[-1], force=True)
    for day in ran:
        log.info("%s: %s", day["business_date"], ", ".join(f"{name} {day[name]}" for name in SHOWN))
    return ran


def _is_at_work() -> bool:
    """Whether another run has the lock. Checked before, so that it is logged in a line, not as a failure."""
    practice = practice_from_environment()
    try:
        with one_run(practice.database):
            return False
    except AlreadyRunning:
        return True
    finally:
        practice.database.close()


def days_due(through: date | None) -> list[date]:
    """The days of this nightly run. Raises Refused if there are more missed days than a nightly run accepts."""
    practice = practice_from_environment()
    try:
        with practice.database.reading() as conn:
            # Prefect's runner may start a run a moment before its hour, which at midnight is the day before.
            last = through or hour_now(conn).day_of(max(system_clock(), flow_run.scheduled_start_time))
            walked = walked_so_far(conn)
    finally:
        practice.database.close()
    reason = why_not_tonight(walked, last)
    if reason is not None:
        raise Refused.because(reason)
    return days_to_run(walked, last)

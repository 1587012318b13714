"""The deployment of the nightly flow on a Prefect server, with its cron in the practice's time zone.

Prefect's own runner serves it here. What a run does is in `flow.py`; when one is due, in `nightly_schedule.py`.
"""

import asyncio
import signal
import sys
import time
from collections.abc import Callable
from datetime import date
from types import FrameType

from prefect.runner import Runner
from prefect.schedules import Cron
from prefect.types.entrypoint import EntrypointType

from flows.scheduler.flow import collections_night
from flows.scheduler.nightly_schedule import LOOK_AGAIN_SECONDS, NightlySchedule, say
from flows.scheduler.process import run_through_meanwhile
from models.clock import system_clock

DEPLOYMENT = "nightly"
"""Prefect shows the flow as collections-night/nightly."""

TRY_AGAIN_SECONDS = 60

START_SECONDS = 120
"""The time after the hour for the server to start a run. Its scheduler may be paused, or fail without a notice here:
that of Prefect 3.8.8 fails with SQLAlchemy 2.1, which pastdue itself is installed with."""


def serve_nightly_runs(night: NightlySchedule, catch_up: Callable[[NightlySchedule], None]) -> None:
    """Serve the flow until the workspace ends; what was missed is run before, each time that the server is reached.

    A missing server is waited for, but not past the hour of a run: then the error is raised.
    """
    while True:
        try:
            catch_up(night)
            asyncio.run(_serve(night))
        except Exception as error:
            if system_clock() >= night.due:
                raise
            say(f"the Prefect server does not respond ({type(error).__name__}); trying again every minute")
        time.sleep(TRY_AGAIN_SECONDS)


async def _serve(night: NightlySchedule) -> None:
    runner = Runner(name=DEPLOYMENT, limit=1)
    await put(runner, night)
    async with asyncio.TaskGroup() as both:
        following = both.create_task(follow(runner, night))
        await runner.start()
        following.cancel()


async def put(runner: Runner, night: NightlySchedule) -> None:
    """Register the flow and its cron on the server, replacing the earlier ones."""
    schedule = Cron(night.hour.cron, timezone=night.hour.zone.key)
    # By the name of its module: a path would be resolved from the folder where serve was started.
    await runner.aadd_flow(
        collections_night, name=DEPLOYMENT, schedule=schedule, paused=False, entrypoint_type=EntrypointType.MODULE_PATH
    )


async def follow(runner: Runner, night: NightlySchedule) -> None:
    """Update a changed hour on the server; run the day from here if the server does not; log when the next is due."""
    # Prefect's own handler, set when the runner starts, requests a stop in a way that the runner ignores.
    signal.signal(signal.SIGTERM, _ended)
    while True:
        await asyncio.sleep(LOOK_AGAIN_SECONDS)
        if await asyncio.to_thread(night.recheck):
            await put(runner, night)
        today = night.come()
        if today is None:
            continue
        if not await _was_run(night, today):
            say(f"the Prefect server has not run {today}; the workspace runs it")
            await run_through_meanwhile(today)
        await asyncio.to_thread(night.is_over)


async def _was_run(night: NightlySchedule, day: date) -> bool:
    """Whether the server ran the day; it has START_SECONDS for it."""
    for _ in range(START_SECONDS):
        if not await asyncio.to_thread(night.is_behind, day):
            return True
        await asyncio.sleep(1)
    return False


def _ended(_signal: int, _frame: FrameType | None) -> None:
    sys.exit(0)

"""One nightly run as a process of its own: its memory is freed, and its end is not the end of the runner."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from datetime import date

from flows.operations.nightly import end_night
from flows.scheduler.nightly_schedule import say
from models.clock import system_clock
from models.environment import settings_from

ENDING_SECONDS = 20
"""The time for a run to end when the workspace ends; the next run completes the rest."""

LOOK_SECONDS = 0.2


def run_through(day: date) -> None:
    """Run what is due through a day, and wait until that has ended."""
    child = _start(day)
    try:
        while child.poll() is None:
            time.sleep(LOOK_SECONDS)
    finally:
        _is_over(child, day)


async def run_through_meanwhile(day: date) -> None:
    """As run_through, while other things continue."""
    child = _start(day)
    try:
        while child.poll() is None:
            await asyncio.sleep(LOOK_SECONDS)
    finally:
        _is_over(child, day)


def _start(day: date) -> subprocess.Popen[bytes]:
    # -P: pastdue's modules are not searched in the folder where serve was started.
    command = [sys.executable, "-P", "-m", "flows.scheduler.run_once", day.isoformat()]
    return subprocess.Popen(command, stdin=subprocess.DEVNULL, start_new_session=True)


def _is_over(child: subprocess.Popen[bytes], day: date) -> None:
    if child.poll() is None:
        say("a run was stopped before it finished; the next run continues where it stopped")
        child.terminate()
        try:
            child.wait(ENDING_SECONDS)
        except subprocess.TimeoutExpired:
            # With the server that Prefect started for the run, which would keep running.
            os.killpg(child.pid, signal.SIGKILL)
    elif child.returncode:
        say(f"the run through {day} failed (exit code {child.returncode}); the next run completes the rest")
        end_night(settings_from(), day, child.returncode, system_clock(), say)
    else:
        end_night(settings_from(), day, 0, system_clock(), say)

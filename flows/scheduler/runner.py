"""The process beside the workspace that runs the practice's day each night: `python -m flows.scheduler.runner`.

Prefect keeps a schedule only on a server. Where PREFECT_API_URL names one, Prefect's own runner serves the flow there.
Without one, this process watches the clock itself, and starts the same flow.
"""

import _thread
import os
import signal
import sys
import threading
import time
from types import FrameType

from flows.scheduler.nightly_schedule import LOOK_AGAIN_SECONDS, NightlySchedule, say
from flows.scheduler.process import run_through
from models.database import open_database
from models.environment import settings_from
from models.migrate import require_present
from models.private import keep_private


def main() -> None:
    """Wait for each night until the workspace ends."""
    signal.signal(signal.SIGTERM, _ended)
    # Ctrl-C at a terminal goes to both; it is the workspace that ends this process.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_the_workspace, daemon=True).start()
    keep_private()
    database = open_database(settings_from().database_url)
    require_present(database)
    night = NightlySchedule(database)
    if os.environ.get("PREFECT_API_URL"):
        from flows.scheduler.served import serve_nightly_runs

        serve_nightly_runs(night, catch_up)
    else:
        catch_up(night)
        wait_for_nightly_runs(night)


def catch_up(night: NightlySchedule) -> None:
    """Run what should have been run while the machine was off."""
    missed = night.missed()
    if missed is not None:
        say("a nightly run was missed; it starts now")
        run_through(missed)
        night.say_next()


def wait_for_nightly_runs(night: NightlySchedule) -> None:
    """Start a run at each set time, by a clock that continues while the machine sleeps."""
    looked = time.monotonic()
    while True:
        time.sleep(0.5)
        if time.monotonic() - looked > LOOK_AGAIN_SECONDS:
            night.recheck()
            looked = time.monotonic()
        today = night.come()
        if today is not None:
            run_through(today)
            night.is_over()


def _ended(_signal: int, _frame: FrameType | None) -> None:
    sys.exit(0)


def _end_with_the_workspace() -> None:
    # The workspace has the other end: it closes when the workspace ends for any reason. (Not by sys.stdin, whose
    # lock would be held while Python shuts down.)
    os.read(0, 1)
    say("stopped with the workspace")
    _thread.interrupt_main(signal.SIGTERM)


if __name__ == "__main__":
    main()

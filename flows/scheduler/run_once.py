"""One nightly run in a process of its own: `python -m flows.scheduler.run_once` with the day to run through."""

import os
import signal
import sys
from datetime import date
from types import FrameType

from flows.scheduler.orchestrator import orchestrated
from models.environment import settings_from
from models.errors import Refused
from models.private import keep_private

FAILED = 1


def main(day: str) -> int:
    """Run the days through this one that were not run; gives the exit code."""
    # An ending that Python sees lets Prefect close what it opened; the next run goes on where this one stopped.
    signal.signal(signal.SIGTERM, _ended)
    keep_private()
    # Of all that Prefect says the lines of the run itself are kept: its counts are there.
    os.environ.setdefault("PREFECT_LOGGING_LOGGERS_PREFECT_FLOW_RUNS_LEVEL", "INFO")
    try:
        with orchestrated(settings_from()):
            from flows.scheduler.flow import collections_night, days_due

            # Asked before the flow: what it refuses there, Prefect would try again.
            days_due(date.fromisoformat(day))
            collections_night(date.fromisoformat(day))
    except Refused as error:
        sys.stderr.write(f"Nightly run refused: {error}\n")
        return FAILED
    return 0


def _ended(_signal: int, _frame: FrameType | None) -> None:
    sys.exit(128 + signal.SIGTERM)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))

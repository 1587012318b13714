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
    """Run the days through this one that were not run; returns the exit code."""
    # With a regular exit Prefect closes what it opened; the next run continues where this one stopped.
    signal.signal(signal.SIGTERM, _ended)
    keep_private()
    # Of Prefect's log only the lines of the run itself are kept: they have its counts.
    os.environ.setdefault("PREFECT_LOGGING_LOGGERS_PREFECT_FLOW_RUNS_LEVEL", "INFO")
    try:
        with orchestrated(settings_from()):
            from flows.scheduler.flow import collections_night, days_due

            # Checked before the flow: Prefect would retry a refusal there.
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

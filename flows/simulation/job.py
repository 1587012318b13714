"""The process of one simulation: `python -m flows.simulation.job FOLDER`."""

import os
import sys
from pathlib import Path

from flows.schedules.schedule_file import build, read_source
from flows.simulation.assumed import assumption_sentences
from flows.simulation.case import Assumptions
from flows.simulation.history import learned_from
from flows.simulation.jobs import fail, finish, read_request, report_progress
from flows.simulation.learned_view import learned_rows
from flows.simulation.report import stored
from flows.simulation.run import Wanted, simulate
from models.database import open_database
from models.environment import settings_from
from models.errors import Refused
from models.private import keep_private

NICE = 19
"""The lowest priority: the workspace goes first, also where it shares a core."""


def run(folder: Path) -> None:
    """Simulate what the folder's request asks for, and store the result in the folder."""
    request = read_request(folder)
    schedule = build(read_source(request.text, request.title).words)
    database = open_database(settings_from().database_url)
    try:
        learned = learned_from(database, request.first) if request.answers else None
        assumed = Assumptions(request.mailed, request.approve_after_days, learned)
        wanted = Wanted(schedule, request.first, request.days, new_only=request.new_only, assumed=assumed)
        jobs = max(1, (os.cpu_count() or 1) - 1)
        result = simulate(database, wanted, lambda done, all_: report_progress(folder, done, all_), jobs=jobs)
    finally:
        database.close()
    rows = [] if learned is None else learned_rows(schedule, learned)
    said = assumption_sentences(assumed, new_only=request.new_only)
    finish(folder, stored(result, schedule, said, rows), result.guarantors)


def main() -> None:
    """Run the job of the folder on the command line; a failure is recorded there."""
    keep_private()
    os.nice(NICE)
    folder = Path(sys.argv[1])
    try:
        run(folder)
    except Refused as error:
        fail(folder, str(error))
    # Whatever it is, the manager who waits for it must see that it failed; the traceback would name people's rows.
    except Exception as error:
        fail(folder, f"it failed ({type(error).__name__}); run it again")
        raise


if __name__ == "__main__":
    main()

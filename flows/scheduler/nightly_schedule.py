"""The next nightly run: its time as the practice has it now, and its log lines."""

import sys
from datetime import date

from sqlalchemy.exc import SQLAlchemyError

from flows.business_days.days import Hour, Walked, days_missed, days_to_run
from flows.business_days.queries import hour_now, walked_so_far
from models.clock import Clock, system_clock
from models.database import Database

LOOK_AGAIN_SECONDS = 30
"""The interval to reread the setting of the time, so that a manager's change applies without a restart."""


class NightlySchedule:
    """The hour of the practice, and when it comes next (`due`, in UTC)."""

    def __init__(self, database: Database, clock: Clock = system_clock) -> None:
        self._database = database
        self._clock = clock
        self.hour, _ = self._read()
        self.due = self.hour.next_after(clock())
        self.say_next()

    def missed(self) -> date | None:
        """The day through which the practice should have been run by now, if it was run before and then was not."""
        walked, now = self._read()[1], self._clock()
        return self.hour.last_day(now) if days_missed(walked, self.hour, now) else None

    def is_behind(self, day: date) -> bool:
        """Whether a day, or one before it, is still to be run."""
        return bool(days_to_run(self._read()[1], day))

    def come(self) -> date | None:
        """The business date to run, if the hour has come."""
        now = self._clock()
        return self.hour.day_of(now) if now >= self.due else None

    def recheck(self) -> bool:
        """Reread the time; returns whether it was changed. During a database outage the known time is used."""
        try:
            hour, _ = self._read()
        except SQLAlchemyError:
            return False
        if hour == self.hour:
            return False
        self.hour = hour
        self.is_over()
        return True

    def is_over(self) -> None:
        """The run at this time is done: the next run is due at the next one."""
        self.due = self.hour.next_after(self._clock())
        self.say_next()

    def say_next(self) -> None:
        """Log when the next run is due, and the last day run."""
        try:
            _, walked = self._read()
        except SQLAlchemyError:
            say(f"next run at {self.hour.said(self.due)}; the database does not respond")
            return
        so_far = f"last day run: {walked.done}" if walked.done else "no day run yet"
        say(f"next run at {self.hour.said(self.due)}; {so_far}")

    def _read(self) -> tuple[Hour, Walked]:
        with self._database.reading() as conn:
            return hour_now(conn), walked_so_far(conn)


def say(text: str) -> None:
    """A line of the log, at once."""
    sys.stderr.write(f"Nightly run: {text}\n")
    sys.stderr.flush()

"""When the practice's day is run by itself, and which days such a run takes."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Hour:
    """An hour of the practice's own clock, at which each night is run. Instants that it takes and gives are in UTC."""

    at: time
    zone: ZoneInfo

    def on(self, day: date) -> datetime:
        """When the hour is on a day: once also on the two days of the year that have it twice or not at all."""
        return datetime.combine(day, self.at, self.zone).astimezone(UTC)

    def next_after(self, now: datetime) -> datetime:
        """When the next run is due."""
        today = self.day_of(now)
        return self.on(today) if self.on(today) > now else self.on(today + DAY)

    def last_day(self, now: datetime) -> date:
        """The last day whose hour is over; if the machine was on, it was run."""
        today = self.day_of(now)
        return today if self.on(today) <= now else today - DAY

    def day_of(self, now: datetime) -> date:
        """The practice's business date at an instant."""
        return now.astimezone(self.zone).date()

    @property
    def cron(self) -> str:
        """The hour as a cron line; the time zone goes beside it."""
        return f"{self.at.minute} {self.at.hour} * * *"

    def said(self, instant: datetime) -> str:
        """An instant as the practice's clock shows it."""
        return f"{instant.astimezone(self.zone):%Y-%m-%d %H:%M} {self.zone.key}"


@dataclass(frozen=True, slots=True)
class Walked:
    """How far a practice has come: the last day that was run to its end; where there is none, the first that was
    begun.
    """

    done: date | None = None
    begun: date | None = None

    @property
    def never(self) -> bool:
        """Whether no day of this practice was ever run or begun."""
        return self.done is None and self.begun is None


def days_to_run(walked: Walked, through: date) -> list[date]:
    """The days that a run takes, in their order: all after the last that was run, so that a missed night loses none.

    A practice that was never run begins with `through` itself: nobody asked for what is before.
    """
    first = walked.done + DAY if walked.done else walked.begun or through
    return [first + offset * DAY for offset in range((through - first).days + 1)]

"""When the nightly run starts, and which days it includes."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Hour:
    """The time of the nightly run by the practice's own clock. Instants in and out are in UTC."""

    at: time
    zone: ZoneInfo

    def on(self, day: date) -> datetime:
        """The instant of the time on a day: one also on the two days of the year that have it twice or not at all."""
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
    """The progress of a practice: the last day that was run to its end; if there is none, the first day that was
    started.
    """

    done: date | None = None
    begun: date | None = None

    @property
    def never(self) -> bool:
        """Whether no day of this practice was ever run or started."""
        return self.done is None and self.begun is None


def days_missed(walked: Walked, hour: Hour, now: datetime) -> list[date]:
    """The days that a practice should have run by now and did not. One that never ran a day has missed none."""
    return [] if walked.never else days_to_run(walked, hour.last_day(now))


def days_to_run(walked: Walked, through: date) -> list[date]:
    """The days of a run, in order: all after the last day that was run, so that a missed night loses none.

    A practice without any run begins with `through` itself, not with earlier days.
    """
    first = walked.done + DAY if walked.done else walked.begun or through
    return [first + offset * DAY for offset in range((through - first).days + 1)]

"""Which days may be run: not far ahead of the practice's clock, and none skipped without a confirmation.

A run can't be undone: letters are sent, plans end, agencies are notified. A practice at work and a trial have
different bounds (docs/decisions/0030-days-that-may-be-run.md).
"""

from dataclasses import dataclass
from datetime import date, timedelta

from flows.business_days.days import DAY, Walked
from models.errors import Advice
from models.remedies import Remedy

TRIAL_AHEAD = timedelta(days=60)
"""A trial runs future days to see what happens; a day further ahead is a typing error or a wrong clock."""

TRIAL_GAP = timedelta(days=366)
"""A trial may skip days, with a warning; after more than a year the clock is wrong."""

NIGHT_BEHIND = timedelta(days=31)
"""A machine may be off for a month. A nightly run with more days to catch up does not trust the clock."""


@dataclass(frozen=True, slots=True)
class Standing:
    """The state of a practice: how far it was run, its clock's day, and whether it is live or a trial."""

    walked: Walked
    today: date
    at_work: bool


def why_not(standing: Standing, first: date, last: date) -> Advice | None:
    """Why the days from first to last can't be run by hand without force; None if they can."""
    ahead = last - standing.today
    if ahead > (timedelta(0) if standing.at_work else TRIAL_AHEAD):
        return Advice(
            f"{last} is {_days(ahead)} ahead of the practice's clock, which shows {standing.today}. A run "
            "can't be undone. Correct the dates, or this computer's clock. A manager can force the run",
            field=("date", "through", "force"),
        )
    gap = left_out(standing, first)
    if gap is not None and (standing.at_work or gap[1] - gap[0] >= TRIAL_GAP):
        return Advice(
            f"{describe_gap(gap)} Run the days in order. A manager can force the run to skip them",
            Remedy.RUN_DAYS,
            "force",
            {"first": gap[0].isoformat(), "last": last.isoformat()},
        )
    return None


def left_out(standing: Standing, first: date) -> tuple[date, date] | None:
    """The first and last skipped day between the last run and the next day; None if none is skipped."""
    done = standing.walked.done
    if done is None or first <= done + DAY:
        return None
    return done + DAY, first - DAY


def describe_gap(gap: tuple[date, date]) -> str:
    """Skipped days, in a sentence."""
    count = _days(gap[1] - gap[0] + DAY)
    return f"The last day run is {gap[0] - DAY}; {count} after it ({gap[0]} to {gap[1]}) were not run."


def why_not_tonight(walked: Walked, through: date) -> Advice | None:
    """Why a nightly run does not catch up automatically; None if it does."""
    if walked.done is None or through - walked.done <= NIGHT_BEHIND:
        return None
    later = _days(through - walked.done)
    return Advice(
        f"the last day run is {walked.done}, but this computer's clock shows {through}, {later} later; "
        "nothing was run. If the clock is wrong, correct it. If it is right, run the missed days manually",
        Remedy.RUN_DAYS,
        facts={"first": (walked.done + DAY).isoformat(), "last": through.isoformat()},
    )


def _days(span: timedelta) -> str:
    return f"{span.days:,} day" if span.days == 1 else f"{span.days:,} days"

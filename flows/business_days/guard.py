"""Which days may be run: not far ahead of the practice's clock, and none left out without anybody's word.

What a run does cannot be undone: letters go out, plans end, agencies are notified. A practice at work and a trial have
different bounds (docs/decisions/0030-days-that-may-be-run.md).
"""

from dataclasses import dataclass
from datetime import date, timedelta

from flows.business_days.days import DAY, Walked
from models.errors import Advice
from models.remedies import Remedy

TRIAL_AHEAD = timedelta(days=60)
"""Who tries pastdue runs days to come, to see what happens; a day further ahead is a slip of the finger or a clock."""

TRIAL_GAP = timedelta(days=366)
"""A trial may leave days out, with a warning; after more than a year it is the clock that is wrong."""

NIGHT_BEHIND = timedelta(days=31)
"""A machine may be off for a month. A night that finds more to catch up on does not believe its clock."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a practice stands: how far it was run, its clock's day, and whether it is at work or a trial."""

    walked: Walked
    today: date
    at_work: bool


def why_not(standing: Standing, first: date, last: date) -> Advice | None:
    """Why the days from first to last may not be run by hand without force; None where they may."""
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
    """The first and the last day between what was run and the day to run next; None where none is left out."""
    done = standing.walked.done
    if done is None or first <= done + DAY:
        return None
    return done + DAY, first - DAY


def describe_gap(gap: tuple[date, date]) -> str:
    """Days that are left out, in a sentence."""
    count = _days(gap[1] - gap[0] + DAY)
    return f"The last day run is {gap[0] - DAY}; {count} after it ({gap[0]} to {gap[1]}) were not run."


def why_not_tonight(walked: Walked, through: date) -> Advice | None:
    """Why a night does not catch up on its own; None where it does."""
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

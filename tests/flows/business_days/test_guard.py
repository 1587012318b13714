"""Days that were typed wrong, or that a clock invented, are not run."""

from datetime import UTC, date, datetime

import pytest

from cli.remedies import sentence
from flows.business_days.check import require_days
from flows.business_days.days import Walked
from flows.business_days.guard import Standing, left_out, why_not, why_not_tonight
from flows.practice import Practice
from flows.settings.commands import change_setting
from flows.users.commands import add_user
from models.environment import MADE_UP
from models.errors import Refused
from models.user_enums import Role
from tests.small_book import run_days

DONE, TODAY = date(2026, 11, 27), date(2026, 11, 28)


def standing(at_work: bool, done: date | None = DONE) -> Standing:
    return Standing(Walked(done=done), TODAY, at_work)


@pytest.mark.parametrize(
    ("at_work", "first", "last", "says"),
    [
        (True, "2026-11-28", "2026-11-28", None),
        (True, "2026-11-20", "2026-11-20", None),  # backwards does nothing
        (True, "2026-11-29", "2026-11-29", "2026-11-29 is 1 day ahead of the practice's clock"),
        (True, "2031-03-01", "2031-03-01", "ahead of the practice's clock, which shows 2026-11-28"),
        (True, "2026-11-28", "2031-03-01", "ahead of the practice's clock"),
        (False, "2026-11-28", "2027-01-27", None),
        (False, "2026-11-28", "2027-01-28", "61 days ahead"),
        (False, "2031-03-01", "2031-03-01", "--force"),
        (False, "2026-12-10", "2026-12-10", None),
    ],
)
def test_a_day_ahead_of_the_clock_is_refused(at_work: bool, first: str, last: str, says: str | None) -> None:
    told = why_not(standing(at_work), date.fromisoformat(first), date.fromisoformat(last))
    assert (told is None) if says is None else (told is not None and says in sentence(Refused.because(told)))


def test_days_left_out_are_refused_at_work_with_the_command_that_runs_them_and_warned_of_in_a_trial() -> None:
    done = date(2026, 11, 20)
    told = why_not(standing(True, done), TODAY, TODAY)
    assert told is not None
    told = sentence(Refused.because(told))
    assert "The last day run is 2026-11-20; 7 days after it (2026-11-21 to 2026-11-27) were not run." in told
    assert "pastdue run --date 2026-11-21 --through 2026-11-28" in told
    assert why_not(standing(True, done), date(2026, 11, 21), TODAY) is None
    assert why_not(standing(False, done), TODAY, TODAY) is None
    assert left_out(standing(False, done), TODAY) == (date(2026, 11, 21), date(2026, 11, 27))
    assert why_not(standing(False, date(2025, 11, 1)), TODAY, TODAY) is not None
    assert why_not(standing(True, None), TODAY, TODAY) is None, "the first run leaves nothing out"


def test_a_night_does_not_believe_a_clock_that_jumped() -> None:
    assert why_not_tonight(Walked(), TODAY) is None
    assert why_not_tonight(Walked(done=DONE), date(2026, 12, 28)) is None
    told = why_not_tonight(Walked(done=DONE), date(2031, 3, 1))
    assert told is not None
    assert "pastdue run --date 2026-11-28 --through 2031-03-01" in sentence(Refused.because(told))


def test_a_practice_is_at_work_once_somebody_signs_in_and_its_clock_is_that_of_its_time_zone(
    practice: Practice,
) -> None:
    # Half past eight in the evening in New York; the machine, in UTC, is on the next day.
    evening = lambda: datetime(2026, 11, 28, 1, 30, tzinfo=UTC)  # noqa: E731
    run_days(practice, date(2026, 11, 26), date(2026, 11, 26), ("call_list",))
    assert require_days(practice, DONE, DONE, evening) is None
    assert "1 day after it" in str(require_days(practice, TODAY, TODAY, evening)), "a trial is warned"
    with practice.database.transaction(actor="setup", business_date=DONE) as tx:
        add_user(tx, "ada", "Ada", [Role.ADMIN], None, evening())
    with pytest.raises(Refused, match="which shows 2026-11-27"):
        require_days(practice, TODAY, TODAY, evening)
    with practice.database.transaction(actor="setup", business_date=DONE) as tx:
        change_setting(tx, "time_zone", "Pacific/Auckland")
    with pytest.raises(Refused, match="2026-11-27 to 2026-11-27"):
        require_days(practice, TODAY, TODAY, evening)
    assert require_days(practice, DONE, TODAY, evening) is None
    practice.settings.home.mkdir(exist_ok=True)
    (practice.settings.home / MADE_UP).touch()
    assert require_days(practice, TODAY, TODAY, evening) is not None, "the demonstration is a trial, whoever signs in"

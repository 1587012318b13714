"""Which days a night takes, and when it is due."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.business_days.days import DAY, Hour, Walked, days_to_run

FRIDAY = date(2026, 2, 6)
NEW_YORK = ZoneInfo("America/New_York")


@pytest.mark.parametrize(
    ("done", "begun", "through", "days"),
    [
        (None, None, 6, [6]),  # never run: only the day itself
        (5, None, 6, [6]),  # each night
        (2, None, 6, [3, 4, 5, 6]),  # the machine was off for three
        (6, None, 6, []),  # run by hand already
        (9, None, 6, []),  # run ahead
        (None, 6, 6, [6]),  # killed in its first day
        (None, 4, 6, [4, 5, 6]),  # killed in its first day, and off since
        (None, 8, 6, []),  # begun ahead
    ],
)
def test_a_night_takes_what_was_not_run(done: int | None, begun: int | None, through: int, days: list[int]) -> None:
    def of(day: int | None) -> date | None:
        return None if day is None else date(2026, 2, day)

    taken = days_to_run(Walked(of(done), of(begun)), date(2026, 2, through))
    assert [day.day for day in taken] == days


@given(st.lists(st.tuples(st.integers(0, 5), st.none() | st.integers(0, 5)), max_size=30))
def test_however_nights_are_missed_and_killed_no_day_is_run_twice_and_none_is_left_out(
    nights: list[tuple[int, int | None]],
) -> None:
    """Each night comes so many days after the last, and is killed once so many days were run (None: it was not)."""
    walked, today, done = Walked(), FRIDAY, list[date]()
    for later, killed in [*nights, (0, None)]:
        today += later * DAY
        days = days_to_run(walked, today)
        done += days[:killed]
        if done:
            walked = Walked(done=done[-1])
        elif days:
            walked = Walked(begun=days[0])
    assert done == [done[0] + n * DAY for n in range(len(done))]
    assert done[-1] == today


@pytest.mark.parametrize(
    ("now", "due"),
    [
        ("2026-02-06 01:59", "2026-02-06 02:00"),
        ("2026-02-06 02:00", "2026-02-07 02:00"),
        ("2026-02-06 23:30", "2026-02-07 02:00"),
    ],
)
def test_the_next_night_is_by_the_clock_of_the_practice(now: str, due: str) -> None:
    hour = Hour(time(2, 0), NEW_YORK)
    instant = datetime.fromisoformat(now).replace(tzinfo=NEW_YORK).astimezone(UTC)
    assert hour.said(hour.next_after(instant)) == f"{due} America/New_York"


def test_the_business_date_is_that_of_the_practice_not_of_the_machine() -> None:
    assert Hour(time(21, 30), NEW_YORK).day_of(datetime(2026, 2, 7, 2, 30, tzinfo=UTC)) == FRIDAY


@pytest.mark.parametrize("at", [time(0, 0), time(1, 30), time(2, 0), time(2, 30), time(3, 0), time(23, 59)])
def test_a_year_has_a_night_for_each_day_though_clocks_are_changed(at: time) -> None:
    hour, now = Hour(at, NEW_YORK), datetime(2026, 1, 1, 5, tzinfo=UTC)
    days = []
    for _ in range(365):
        now = hour.next_after(now)
        days.append(hour.day_of(now))
        assert hour.last_day(now) == days[-1]
        assert hour.last_day(now - timedelta(minutes=1)) == days[-1] - DAY
    assert days == [days[0] + n * DAY for n in range(365)]


def test_the_hour_as_a_cron_line() -> None:
    assert Hour(time(21, 5), NEW_YORK).cron == "5 21 * * *"

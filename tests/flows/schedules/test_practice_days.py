"""The practice's own calendar: what it may say, which days are off by it, and two managers who edit it at once."""

from datetime import date, timedelta

import pytest

from flows.accounts.load import on_days
from flows.practice_tables import texts_differ
from flows.schedules.practice_days import (
    SHIPPED,
    PracticeDaysText,
    calendar_words,
    edit_calendar,
    practice_days_from,
)
from flows.schedules.schedule import NO_DAYS, Calendar, PracticeDays
from flows.schedules.schedule_file import schedule_from
from flows.settings.tables.edit import merged
from flows.settings.tables.yaml_text import BadSchedule
from tests.small_book import SHIPPED as SCHEDULES

EVE = date(2026, 12, 24)  # a Thursday
TEXT = """
closed:
  - {date: 2026-12-24, name: Christmas Eve}   # half the staff is away
  - {yearly: 12-31, name: New Year's Eve}
works_on: [Columbus Day]
"""


def test_a_step_rolls_over_closed_days_weekends_and_holidays_to_the_next_open_day() -> None:
    days = practice_days_from(TEXT)
    calendar = Calendar(off_weekdays=frozenset({5, 6}), holidays_off=True, practice=days)
    assert calendar.roll(EVE) == date(2026, 12, 28)
    assert calendar.roll(date(2027, 12, 31)) == date(2028, 1, 3)
    assert calendar.roll(date(2026, 12, 23)) == date(2026, 12, 23)


def test_a_holiday_on_which_the_practice_works_is_a_day_like_others() -> None:
    columbus, veterans = date(2026, 10, 12), date(2026, 11, 11)
    closed = Calendar(holidays_off=True)
    works = Calendar(holidays_off=True, practice=PracticeDays(works_on=frozenset({"Columbus Day"})))
    assert (closed.is_off(columbus), works.is_off(columbus)) == (True, False)
    assert closed.is_off(veterans) and works.is_off(veterans)
    observed = date(2026, 7, 3)  # Independence Day is a Saturday
    assert closed.is_off(observed)
    assert not Calendar(holidays_off=True, practice=PracticeDays(works_on=frozenset({"Independence Day"}))).is_off(
        observed
    )


def test_the_days_of_one_practice_are_not_remembered_for_another() -> None:
    schedule = schedule_from((SCHEDULES / "patient-balance.yaml").read_text())
    assert schedule.calendar.roll(EVE) == EVE
    own = on_days(schedule, practice_days_from(TEXT))
    assert own.calendar.roll(EVE) == EVE + timedelta(4)
    assert schedule.calendar.roll(EVE) == EVE
    assert on_days(schedule, NO_DAYS) is schedule


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("closed: [{name: Christmas Eve}]", "calendar:1: closed.0: needs either date or yearly"),
        ("closed:\n  - {date: 2026-02-30, name: x}", 'calendar:2: file: "2026-02-30" is not a day'),
        ("closed:\n  - {yearly: 02-30, name: x}", '"02-30" is not a day; enter MM-DD'),
        (
            "closed:\n  - {date: 2026-02-03, name: x}\n  - {date: 2026-02-03, name: y}",
            "calendar:3: closed.1: is listed",
        ),
        ("works_on: [Columbus]", '"Columbus" is not a federal holiday; did you mean "Columbus Day"?'),
        ("close: []", 'did you mean "closed"?'),
    ],
)
def test_what_is_no_calendar_is_refused_with_its_line(text: str, says: str) -> None:
    with pytest.raises(BadSchedule) as refused:
        practice_days_from(text)
    assert says in str(refused.value)


def with_day(text: str, on: date, name: str) -> PracticeDaysText:
    closed = [*(one.model_dump() for one in calendar_words(text).closed), {"date": on, "name": name}]
    return PracticeDaysText.model_validate({"closed": closed, "works_on": calendar_words(text).works_on})


def test_two_managers_who_add_days_from_the_same_page_lose_none() -> None:
    theirs = edit_calendar(TEXT, TEXT, with_day(TEXT, date(2026, 11, 27), "Friday after Thanksgiving"))
    both = edit_calendar(TEXT, theirs, with_day(TEXT, date(2026, 7, 2), "Staff day"))
    assert len(practice_days_from(both).closed) == 3
    assert "# half the staff is away" in both
    assert [one.sentence for one in texts_differ("calendar", TEXT, both)] == [
        "Closed on Nov 27, 2026 is added: Friday after Thanksgiving.",
        "Closed on Jul 2, 2026 is added: Staff day.",
    ]


def test_texts_of_two_managers_are_put_together_line_by_line() -> None:
    mine = TEXT.replace("Christmas Eve", "Holiday party").replace(
        "works_on", "  - {date: 2026-07-02, name: A}\nworks_on"
    )
    theirs = TEXT.replace("Christmas Eve", "Closed early").replace(
        "works_on", "  - {date: 2026-07-06, name: B}\nworks_on"
    )
    text = merged(TEXT, mine, theirs)
    assert {one.name for one in calendar_words(text).closed} == {"Holiday party", "New Year's Eve", "A", "B"}


def test_the_shipped_calendar_has_no_day_of_its_own() -> None:
    assert practice_days_from(SHIPPED.read_text()) == NO_DAYS

"""Days that come near are told of at 30, 14, 7 and 2 days, and of those that nobody answers the manager hears."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.estates.deadlines.decide import WARN_DAYS, AlarmKind, Standing, alarms, next_look
from flows.estates.deadlines.nightly import watch_estates
from flows.estates.documents.commands import estate_desk
from flows.practice import Practice
from models.estate_enums import EstateFactName, MatterState
from tests.flows.estates.estates import LATER, die, fact, go, harold, now, to_claim, to_filed
from tests.small_book import rows


@pytest.fixture
def home(practice: Practice) -> Practice:
    harold(practice.database)
    return practice


def told(practice: Practice) -> list[tuple[str, str]]:
    """Every task about a day, whether still open or not, in the order in which it was opened."""
    query = "SELECT opened_on, kind FROM task WHERE kind LIKE 'estate-deadline%' ORDER BY id"
    return [(str(row[0]), row[1]) for row in rows(practice.database, query)]


def walk(practice: Practice, first: date, last: date) -> None:
    for offset in range((last - first).days + 1):
        watch_estates(practice.database, estate_desk(practice), first + timedelta(offset))


def test_each_alert_is_sent_once_and_the_later_ones_to_the_manager_too(home: Practice) -> None:
    to_claim(home, die(home.database))
    act_by = date(2026, 7, 31)
    walk(home, date(2026, 6, 1), act_by + timedelta(5))
    desk = [on for on, kind in told(home) if kind == "estate-deadline"]
    manager = [on for on, kind in told(home) if kind == "estate-deadline-manager"]
    alerts = [str(act_by - timedelta(days)) for days in WARN_DAYS]
    assert desk == [*alerts, str(act_by + timedelta(1))]
    assert manager == [*alerts[1:], str(act_by + timedelta(1))]


def test_a_step_answers_what_was_told(home: Practice) -> None:
    matter = die(home.database)
    to_claim(home, matter)
    walk(home, date(2026, 7, 1), date(2026, 7, 3))
    assert told(home)
    go(home.database, matter, MatterState.BARRED, today=date(2026, 8, 3))
    assert not rows(home.database, "SELECT 1 FROM task WHERE kind LIKE 'estate-deadline%' AND state = 'open'")


def test_a_deadline_that_moves_is_told_of_from_the_top(home: Practice) -> None:
    matter = die(home.database)
    to_claim(home, matter)
    walk(home, date(2026, 7, 1), date(2026, 7, 2))
    fact(home.database, matter, EstateFactName.NOTICE_RECEIVED, "2026-06-20", date(2026, 7, 2))
    walk(home, date(2026, 7, 3), date(2026, 7, 4))
    assert now(home.database, matter).deadline_on == date(2026, 7, 20)
    assert len([one for one in told(home) if one[1] == "estate-deadline"]) == 2


def test_looking_twice_on_a_day_tells_nothing_twice(home: Practice) -> None:
    to_claim(home, die(home.database))
    for _ in range(3):
        watch_estates(home.database, estate_desk(home), date(2026, 7, 1))
    assert len(told(home)) == 1


def test_the_court_is_searched_again_on_its_days_until_somebody_did(home: Practice) -> None:
    matter = die(home.database)
    walk(home, date(2026, 2, 11), date(2026, 3, 5))
    assert rows(home.database, "SELECT 1 FROM task WHERE kind = 'search-probate'")
    fact(home.database, matter, EstateFactName.PROBATE_SEARCH, "no case", date(2026, 4, 2))
    walk(home, date(2026, 4, 2), date(2026, 4, 10))
    assert len(rows(home.database, "SELECT 1 FROM task WHERE kind = 'search-probate'")) == 1


def test_silence_after_a_filing_is_an_event_with_its_meaning(practice: Practice) -> None:
    harold(practice.database, state="ID")
    matter = die(practice.database)
    fact(practice.database, matter, EstateFactName.STATE, "ID", LATER)
    fact(practice.database, matter, EstateFactName.LETTERS_ISSUED, "2026-02-20", LATER)
    fact(practice.database, matter, EstateFactName.FIRST_PUBLICATION, "2026-03-01", LATER)
    fact(practice.database, matter, EstateFactName.LETTERS_ISSUED, "2026-02-20", LATER)
    to_filed_in_idaho(practice, matter)
    row = now(practice.database, matter)
    assert row.no_response_effect == "allowed" and row.no_response_on == date(2026, 8, 30)
    walk(practice, date(2026, 8, 29), date(2026, 9, 2))
    (task,) = rows(practice.database, "SELECT reason, opened_on FROM task WHERE kind = 'estate-silence'")
    assert "means: allowed" in task.reason and str(task.opened_on) == "2026-08-31"


def to_filed_in_idaho(practice: Practice, matter: int) -> None:
    to_filed(practice, matter)


def test_a_quiet_night_reads_no_matter(home: Practice) -> None:
    die(home.database)
    watch_estates(home.database, estate_desk(home), date(2026, 2, 11))
    assert watch_estates(home.database, estate_desk(home), date(2026, 2, 12)) == {}


@given(
    st.sampled_from(list(MatterState)),
    st.integers(0, 400),
    st.integers(-10, 400),
    st.none() | st.sampled_from(WARN_DAYS),
)
def test_a_matter_is_looked_at_again_soon_enough_for_its_next_alert(
    state: MatterState, passed: int, left: int, warned: int | None
) -> None:
    today = date(2026, 2, 1) + timedelta(passed)
    day = today + timedelta(left)
    one = Standing(state, date(2026, 2, 1), "OH", day, day, last_alert_days=warned, reviewed_on=today)
    look = next_look(one, today)
    if look is None:
        assert alarms(one, today) == []
        return
    assert today < look <= today + timedelta(30)
    alerts = [day - timedelta(days) for days in WARN_DAYS]
    missed = [alert for alert in alerts if today < alert < look]
    assert missed == [] or not any(one.kind is AlarmKind.NEAR for one in alarms(one, missed[0]))

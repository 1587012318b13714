"""A notice may name a publication that is still to come: the deadline is provisional until its day, and then counts."""

from datetime import date, timedelta

import pytest

from flows.estates.deadlines.nightly import watch_estates
from flows.estates.documents.commands import estate_desk
from flows.estates.matters.facts import NewFact, forget_fact, set_fact
from flows.practice import Practice
from models.errors import Refused
from models.estate_enums import EstateFactName
from tests.flows.estates.estates import LATER, act, die, fact, harold, now, open_tasks_of

DAY = LATER + timedelta(days=12)


@pytest.fixture
def home(practice: Practice) -> Practice:
    harold(practice.database, state="FL")
    return practice


def named(home: Practice, day: date = DAY) -> int:
    """A matter whose notice names a first publication to come."""
    matter = die(home.database)
    fact(home.database, matter, EstateFactName.LETTERS_ISSUED, "2026-03-01")
    act(
        home.database,
        LATER,
        set_fact,
        matter,
        NewFact(EstateFactName.FIRST_PUBLICATION, day.isoformat(), "the notice", LATER),
    )
    return matter


def test_it_is_known_and_no_deadline_counts_from_it_yet(home: Practice) -> None:
    matter = named(home)
    row = now(home.database, matter)
    assert row.published_on is None
    assert row.provisional


def test_on_its_day_the_deadline_counts_from_it_and_the_desk_checks_it(home: Practice) -> None:
    matter = named(home)
    watch_estates(home.database, estate_desk(home), DAY - timedelta(days=1))
    assert now(home.database, matter).published_on is None
    watch_estates(home.database, estate_desk(home), DAY)
    row = now(home.database, matter)
    assert (row.published_on, row.deadline_on) == (DAY, date(2026, 7, 1))
    assert open_tasks_of(home.database).count("estate-published") == 1
    watch_estates(home.database, estate_desk(home), DAY + timedelta(days=40))
    assert open_tasks_of(home.database).count("estate-published") == 1


def test_the_day_entered_again_answers_the_work(home: Practice) -> None:
    matter = named(home)
    watch_estates(home.database, estate_desk(home), DAY)
    fact(home.database, matter, EstateFactName.FIRST_PUBLICATION, DAY.isoformat(), DAY, DAY)
    assert "estate-published" not in open_tasks_of(home.database)


def test_a_publication_that_did_not_come_is_taken_back(home: Practice) -> None:
    matter = named(home)
    watch_estates(home.database, estate_desk(home), DAY)
    act(home.database, DAY, forget_fact, matter, EstateFactName.FIRST_PUBLICATION, "the newspaper has no notice")
    assert now(home.database, matter).published_on is None
    assert "estate-published" not in open_tasks_of(home.database)
    watch_estates(home.database, estate_desk(home), DAY + timedelta(days=31))
    assert now(home.database, matter).published_on is None


def test_letters_are_not_issued_in_the_future(home: Practice) -> None:
    matter = die(home.database)
    with pytest.raises(Refused, match="enter it after it happened"):
        fact(home.database, matter, EstateFactName.LETTERS_ISSUED, DAY.isoformat())

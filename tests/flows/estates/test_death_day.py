"""A wrong day of death is corrected everywhere at once, and brings nothing back to life."""

from datetime import date

import pytest

from flows.estates.claims.weigh import weigh
from flows.estates.death.death_day import correct_death
from flows.estates.death.undo import undo_death
from flows.people.death import suspect_death
from flows.practice import Practice
from models.errors import Refused
from models.estate_enums import EstateFactName
from tests.flows.estates.estates import (
    DIED,
    LATER,
    TOLD,
    act,
    die,
    fact,
    harold,
    now,
    open_tasks_of,
    to_claim,
    to_filed,
)
from tests.refusals import refused
from tests.small_book import Someone, account_of, history, publish_shipped, rows, run_days, take_in

RIGHT = date(2026, 1, 20)


@pytest.fixture
def home(practice: Practice) -> Practice:
    publish_shipped(practice.database)
    harold(practice.database)
    return practice


def correct(home: Practice, matter: int, died_on: date, today: date = LATER) -> list[int]:
    return act(home.database, today, correct_death, matter, died_on, "certificate", "misread by the clerk")


def test_a_corrected_day_moves_the_deadline_and_stands_in_every_accounts_history(home: Practice) -> None:
    matter = die(home.database)
    assert now(home.database, matter).deadline_on == date(2026, 8, 1)
    assert correct(home, matter, RIGHT) == [matter]
    assert (now(home.database, matter).death_on, now(home.database, matter).deadline_on) == (RIGHT, date(2026, 7, 20))
    assert str(rows(home.database, "SELECT death_date FROM person WHERE first_name = 'Harold'")[0][0]) == str(RIGHT)
    for number in ("A1", "A2"):
        assert "death_corrected" in [kind for _, kind, _ in history(home.database, number)]
    said = rows(home.database, "SELECT why FROM account_event WHERE kind = 'death_corrected'")[0][0]
    assert (
        said
        == "Date of death of the guarantor corrected from 2026-02-01 to 2026-01-20: misread by the clerk (certificate)"
    )


def test_a_corrected_day_holds_on_every_matter_of_the_person_and_the_same_day_changes_nothing(home: Practice) -> None:
    matter = die(home.database)
    with home.database.transaction(actor="test", business_date=TOLD) as tx:
        tx.conn.exec_driver_sql(
            "UPDATE estate_matter SET state = 'closed_paid', closed_on = '2026-02-11', review_on = NULL"
        )
    take_in(home.database, [Someone("Harold", [("A3", date(2026, 1, 5), 5_000)])], date(2026, 2, 12))
    both = [row[0] for row in rows(home.database, "SELECT id FROM estate_matter ORDER BY id")]
    assert len(both) == 2
    assert correct(home, matter, RIGHT) == both
    assert {str(row[0]) for row in rows(home.database, "SELECT death_on FROM estate_matter")} == {str(RIGHT)}
    before = history(home.database, "A1")
    correct(home, matter, RIGHT)
    assert history(home.database, "A1") == before


def test_nothing_comes_back_to_life_by_a_corrected_day(home: Practice) -> None:
    run_days(home, date(2026, 2, 4), date(2026, 2, 9), ("settle", "enter", "advance"))
    matter = die(home.database)
    correct(home, matter, RIGHT)
    run_days(home, LATER, date(2026, 4, 20))
    assert not rows(home.database, "SELECT 1 FROM letter WHERE state <> 'voided'")
    assert not rows(home.database, "SELECT 1 FROM task WHERE kind = 'call' AND state = 'open'")


@pytest.mark.parametrize(
    ("day", "says"),
    [
        (date(2026, 3, 21), "is in the future"),
        (date(1930, 1, 1), "before the birth"),
        (date(2026, 2, 11), r"is after 2026-02-10, when matter \d+ was opened"),
    ],
)
def test_a_day_that_cannot_be_is_refused(home: Practice, day: date, says: str) -> None:
    matter = die(home.database)
    with home.database.transaction(actor="test", business_date=TOLD) as tx:
        tx.conn.exec_driver_sql("UPDATE person SET birth_date = '1941-05-03'")
    with pytest.raises(Refused, match=says):
        correct(home, matter, day)
    assert now(home.database, matter).death_on == DIED


def test_a_death_after_letters_or_a_petition_is_refused(home: Practice) -> None:
    matter = die(home.database, died_on=date(2026, 1, 10))
    fact(home.database, matter, EstateFactName.LETTERS_ISSUED, "2026-01-25")
    with pytest.raises(Refused, match="letters issued on 2026-01-25 are before the death"):
        correct(home, matter, DIED)
    correct(home, matter, RIGHT)


def test_a_death_without_its_day_or_of_nobody_is_not_corrected(home: Practice) -> None:
    person = account_of(home.database, "A1").guarantor_id
    (matter,) = act(home.database, TOLD, suspect_death, person, "a neighbour")
    with refused("confirm the death with its date .*confirmed --death"):
        correct(home, matter, RIGHT)
    act(home.database, TOLD, undo_death, person, "he lives")
    with pytest.raises(Refused, match="no date of death on record"):
        correct(home, matter, RIGHT)


def test_papers_that_name_the_wrong_day_are_looked_at_by_the_desk(home: Practice) -> None:
    matter = die(home.database)
    to_filed(home, matter)
    correct(home, matter, RIGHT)
    assert "estate-death-corrected" in open_tasks_of(home.database)


def test_the_part_of_the_last_illness_follows_the_day_until_the_claim_is_filed(home: Practice) -> None:
    matter = die(home.database)
    to_claim(home, matter)
    assert now(home.database, matter).last_illness_cents == 20_000
    with home.database.transaction(actor="test", business_date=TOLD) as tx:
        tx.conn.exec_driver_sql("UPDATE account SET service_from = '2026-01-25' WHERE number = 'A2'")
    correct(home, matter, RIGHT)
    assert now(home.database, matter).last_illness_cents == 12_000


def test_the_share_of_an_insolvent_estate_is_the_same_before_and_after_the_decision(home: Practice) -> None:
    matter = die(home.database)
    for name, text in (
        (EstateFactName.ASSETS, "300"),
        (EstateFactName.DEBTS_AHEAD, "200"),
        (EstateFactName.DEBTS_BESIDE, "1000"),
    ):
        fact(home.database, matter, name, text)
    with home.database.reading() as conn:
        before = weigh(conn, now(home.database, matter))
    to_claim(home, matter)
    with home.database.reading() as conn:
        after = weigh(conn, now(home.database, matter))
    assert before == after
    assert before.share is not None and before.share.ours_cents == 10_000


def test_what_is_paid_before_us_is_gone_in_whatever_class_it_is(home: Practice) -> None:
    matter = die(home.database)
    for name, text in (
        (EstateFactName.STATE, "TX"),
        (EstateFactName.ASSETS, "20050"),
        (EstateFactName.DEBTS_AHEAD, "20000"),
    ):
        fact(home.database, matter, name, text)
    with home.database.reading() as conn:
        found = weigh(conn, now(home.database, matter))
    assert found.share is not None and found.share.ours_cents == 50_00

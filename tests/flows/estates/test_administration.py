"""Who supervises an estate, whether it can pay, and who gave the care: what each changes of a matter."""

from datetime import date

import pytest

from flows.estates.claims.weigh import weigh
from flows.estates.matters.facts import forget_fact
from flows.practice import Practice
from models.estate_enums import EstateFactName, MatterState
from tests.flows.estates.estates import LATER, act, die, fact, go, harold, now, to_claim, to_filed

F, S = EstateFactName, MatterState


@pytest.fixture
def matter(house: Practice) -> int:
    """An estate in Texas."""
    harold(house.book)
    found = die(house.book)
    fact(house.book, found, F.STATE, "TX")
    return found


def test_silence_of_an_independent_executor_in_texas_rejects_nothing(house: Practice, matter: int) -> None:
    to_filed(house, matter)
    assert now(house.book, matter).silence_means == "rejected"
    fact(house.book, matter, F.INDEPENDENT_ADMINISTRATION, "yes")
    row = now(house.book, matter)
    assert (row.silence_on, row.silence_means) == (None, None)
    act(house.book, LATER, forget_fact, matter, F.INDEPENDENT_ADMINISTRATION, "the other county")
    assert now(house.book, matter).silence_means == "rejected"


def test_no_ninety_days_to_sue_run_against_an_independent_executor(house: Practice, matter: int) -> None:
    fact(house.book, matter, F.INDEPENDENT_ADMINISTRATION, "yes")
    to_filed(house, matter)
    assert now(house.book, matter).silence_on is None
    go(house.book, matter, S.DISALLOWED, on=LATER)
    assert now(house.book, matter).sue_by_on is None
    fact(house.book, matter, F.INDEPENDENT_ADMINISTRATION, "no")
    assert now(house.book, matter).sue_by_on is not None


def test_in_texas_six_months_from_letters_count_until_a_notice_comes(house: Practice, matter: int) -> None:
    to_claim(house, matter)
    row = now(house.book, matter)
    assert (str(row.deadline_on), row.deadline_rule, row.deadline_kind) == ("2026-09-01", "protective", "protective")


def test_a_finding_of_insolvency_in_connecticut_sets_the_last_day(house: Practice, matter: int) -> None:
    fact(house.book, matter, F.STATE, "CT")
    fact(house.book, matter, F.LETTERS_ISSUED, "2026-03-01")
    before = now(house.book, matter).deadline_on
    fact(house.book, matter, F.INSOLVENCY_FOUND, "2026-03-20")
    row = now(house.book, matter)
    assert (str(row.deadline_on), row.deadline_rule, row.insolvent_on) == ("2026-08-16", "insolvent", date(2026, 3, 20))
    act(house.book, LATER, forget_fact, matter, F.INSOLVENCY_FOUND, "another estate")
    assert now(house.book, matter).deadline_on == before


@pytest.mark.parametrize(("kind", "last"), [("physician_practice", 42_500), ("public_hospital", 215_000)])
def test_virginia_caps_the_last_illness_by_who_gave_the_care(
    house: Practice, matter: int, kind: str, last: int
) -> None:
    fact(house.book, matter, F.STATE, "VA")
    with house.book.transaction(actor="test", business_date=LATER) as tx:
        tx.conn.exec_driver_sql(f"UPDATE creditor SET kind = '{kind}'")
        tx.conn.exec_driver_sql("UPDATE account SET balance_cents = 300000, service_from = '2026-01-02'")
    fact(house.book, matter, F.ASSETS, "100000")
    with house.book.reading() as conn:
        share = weigh(conn, now(house.book, matter)).share
    assert share is not None
    ranked = next(one for one in share.classes if "last_illness" in one.names)
    assert ranked.ours_cents == last

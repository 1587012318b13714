"""Who supervises an estate, whether it can pay, and who gave the care: what each changes of a matter."""

from datetime import date

import pytest

from flows.estates.claims.weigh import weigh
from flows.estates.matters.facts import forget_fact
from flows.practice import Practice
from models.estate_enums import EstateFactName, MatterState
from tests.flows.estates.estates import LATER, act, die, fact, go, harold, now, to_claim, to_filed


@pytest.fixture
def matter(practice: Practice) -> int:
    """An estate in Texas."""
    harold(practice.database)
    found = die(practice.database)
    fact(practice.database, found, EstateFactName.STATE, "TX")
    return found


def test_silence_of_an_independent_executor_in_texas_rejects_nothing(practice: Practice, matter: int) -> None:
    to_filed(practice, matter)
    assert now(practice.database, matter).no_response_effect == "rejected"
    fact(practice.database, matter, EstateFactName.INDEPENDENT_ADMINISTRATION, "yes")
    row = now(practice.database, matter)
    assert (row.no_response_on, row.no_response_effect) == (None, None)
    act(practice.database, LATER, forget_fact, matter, EstateFactName.INDEPENDENT_ADMINISTRATION, "the other county")
    assert now(practice.database, matter).no_response_effect == "rejected"


def test_no_ninety_days_to_sue_run_against_an_independent_executor(practice: Practice, matter: int) -> None:
    fact(practice.database, matter, EstateFactName.INDEPENDENT_ADMINISTRATION, "yes")
    to_filed(practice, matter)
    assert now(practice.database, matter).no_response_on is None
    go(practice.database, matter, MatterState.DISALLOWED, on=LATER)
    assert now(practice.database, matter).sue_by_on is None
    fact(practice.database, matter, EstateFactName.INDEPENDENT_ADMINISTRATION, "no")
    assert now(practice.database, matter).sue_by_on is not None


def test_in_texas_six_months_from_letters_count_until_a_notice_comes(practice: Practice, matter: int) -> None:
    to_claim(practice, matter)
    row = now(practice.database, matter)
    assert (str(row.deadline_on), row.deadline_rule, row.deadline_kind) == ("2026-09-01", "protective", "protective")


def test_a_finding_of_insolvency_in_connecticut_sets_the_last_day(practice: Practice, matter: int) -> None:
    fact(practice.database, matter, EstateFactName.STATE, "CT")
    fact(practice.database, matter, EstateFactName.LETTERS_ISSUED, "2026-03-01")
    before = now(practice.database, matter).deadline_on
    fact(practice.database, matter, EstateFactName.INSOLVENCY_FOUND, "2026-03-20")
    row = now(practice.database, matter)
    assert (str(row.deadline_on), row.deadline_rule, row.insolvent_on) == ("2026-08-16", "insolvent", date(2026, 3, 20))
    act(practice.database, LATER, forget_fact, matter, EstateFactName.INSOLVENCY_FOUND, "another estate")
    assert now(practice.database, matter).deadline_on == before


@pytest.mark.parametrize(("kind", "last"), [("physician_practice", 42_500), ("public_hospital", 215_000)])
def test_virginia_caps_the_last_illness_by_who_gave_the_care(
    practice: Practice, matter: int, kind: str, last: int
) -> None:
    fact(practice.database, matter, EstateFactName.STATE, "VA")
    with practice.database.transaction(actor="test", business_date=LATER) as tx:
        tx.conn.exec_driver_sql(f"UPDATE creditor SET kind = '{kind}'")
        tx.conn.exec_driver_sql("UPDATE account SET balance_cents = 300000, service_from = '2026-01-02'")
    fact(practice.database, matter, EstateFactName.ASSETS, "100000")
    with practice.database.reading() as conn:
        share = weigh(conn, now(practice.database, matter)).share
    assert share is not None
    ranked = next(one for one in share.classes if "last_illness" in one.names)
    assert ranked.ours_cents == last

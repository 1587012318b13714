"""What must be so before an account goes to an agency, each with its rule and its day; a manager's review; a charity's
day before which nothing extraordinary may be done."""

import csv
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from flows.accounts.holds import NewHold, clear_holds, open_holds
from flows.agency_handoff.commands import record_fact, review
from flows.people.death import record_death
from flows.practice import Practice, practice_of
from flows.reports.agencies import waiting_placements
from flows.settings.commands import change_setting
from models.database import Book
from models.enums import FactName, HoldKind
from models.environment import Settings
from models.errors import Refused
from tests.flows.agency_handoff.agencies import (
    FIRST,
    SCHEDULE,
    TODAY,
    begin,
    look,
    open_tasks_of,
    place,
    publish,
    sent_to,
    stay,
    terms_text,
)
from tests.small_book import account_of, history, publish_text, rows, someone, take_in


@pytest.fixture
def house(empty_sqlite_book: Book, tmp_path: Path) -> Practice:
    """On one database: what is decided here is decided by values; the stays are tried on both."""
    return practice_of(empty_sqlite_book, Settings(tmp_path / "home", str(empty_sqlite_book.engine.url)))


EVERYWHERE = "[IL, NJ, NY, NC, CA, WA, CO, OR, NM, CT, VA, UT, TX, OH, NV, ME, MN]"


def at(house: Practice, kind: str, state: str, *, contract: str = "charity_terms: yes, ", **more: Any) -> None:
    """A book with one account at a creditor of a kind, in a state."""
    terms = {"no_licence_needed": EVERYWHERE, "contract": f"{{begins: 2026-01-02, {contract}keeps_records: yes}}"}
    publish(house.book, terms_text(**terms), terms_text("beacon"))
    publish_text(house.book, SCHEDULE)
    take_in(house.book, [someone("Ada", "A1", FIRST, 500_00, state=state, **more)], FIRST, kind=kind, state=state)


def fact(book: Book, name: FactName, on: date) -> None:
    with book.transaction(actor="clerk", business_date=on) as tx:
        record_fact(tx, account_of(book, "A1"), name, "on paper")


@pytest.mark.parametrize(
    ("kind", "state", "rule", "until"),
    [
        ("physician_practice", "WA", "st-wa-120-day-assign", FIRST + timedelta(days=120)),
        ("physician_practice", "NJ", "st-nj-120-day", FIRST + timedelta(days=120)),
        ("forprofit_hospital", "NY", "st-ny-30-day-collection-notice", None),
        ("forprofit_hospital", "NC", "st-nc-30-day-referral", None),
        ("forprofit_hospital", "CA", "st-ca-assignment-notice", None),
        ("forprofit_hospital", "OR", "st-or-screening", None),
        ("forprofit_hospital", "CO", "st-co-screening", None),
        ("forprofit_hospital", "IL", "st-il-screening", None),
        ("physician_practice", "NM", "st-nm-verify", None),
        ("forprofit_hospital", "CT", "st-ct-screening", None),
        ("forprofit_hospital", "VA", "st-va-payment-plan", None),
    ],
)
def test_a_states_wait_or_notice_keeps_the_account_and_says_until_when(
    house: Practice, kind: str, state: str, rule: str, until: date | None
) -> None:
    early = FIRST + timedelta(days=90)
    at(house, kind, state)
    place(house, "A1", on=early)
    held = stay(house.book)
    assert (held.state, held.blocked_by) == ("queued", rule)
    assert str(held.blocked_until) == str(until)
    assert ("placement_held") in [event for _, event, _ in history(house.book, "A1")]


def test_once_the_wait_is_over_it_goes_by_itself(house: Practice) -> None:
    at(house, "physician_practice", "WA")
    place(house, "A1", on=FIRST + timedelta(days=90))
    look(house, FIRST + timedelta(days=119))
    assert stay(house.book).state == "queued"
    look(house, FIRST + timedelta(days=120))
    assert stay(house.book).state == "placed"


def test_a_missing_notice_is_a_clerks_task_and_thirty_days_after_it_the_account_goes(house: Practice) -> None:
    at(house, "forprofit_hospital", "NY")
    place(house, "A1")
    assert open_tasks_of(house.book) == ["missing-ny-referral-notice"]
    fact(house.book, FactName.STATE_NOTICE, TODAY)
    look(house)
    assert (stay(house.book).blocked_by, str(stay(house.book).blocked_until)) == (
        "st-ny-30-day-wait",
        str(TODAY + timedelta(days=30)),
    )
    look(house, TODAY + timedelta(days=30))
    assert stay(house.book).state == "placed"


def test_a_screening_that_was_done_or_declined_lets_it_go(house: Practice) -> None:
    at(house, "forprofit_hospital", "CO")
    place(house, "A1")
    assert stay(house.book).state == "queued"
    fact(house.book, FactName.SCREENING_DECLINED, TODAY)
    look(house)
    assert stay(house.book).state == "placed"


@pytest.mark.parametrize(
    ("kind", "of_person", "rule"),
    [
        (HoldKind.DISPUTE, False, "pol-dispute-stop-first-party"),
        (HoldKind.INSURANCE_PENDING, False, "fed-insurance-pending"),
        (HoldKind.FINANCIAL_ASSISTANCE, False, "pol-fa-pending-all-steps"),
        (HoldKind.ARRANGEMENT, False, "hold:arrangement"),
        (HoldKind.PROMISE, False, "hold:promise"),
        (HoldKind.SETTLEMENT, False, "hold:settlement"),
        (HoldKind.BANKRUPTCY, True, "fed-bankruptcy-stay"),
    ],
)
def test_what_stands_on_the_account_or_person_keeps_it_until_it_is_cleared(
    house: Practice, kind: HoldKind, of_person: bool, rule: str
) -> None:
    begin(house)
    account = account_of(house.book, "A1")
    whose = {"person_id": account.guarantor_id} if of_person else {"account_id": account.id}
    with house.book.transaction(actor="clerk", business_date=TODAY) as tx:
        (hold,) = open_holds(tx, [NewHold(kind, **whose)])
    place(house, "A1")
    assert (stay(house.book).state, stay(house.book).blocked_by) == ("queued", rule)
    with house.book.transaction(actor="clerk", business_date=TODAY) as tx:
        clear_holds(tx, [hold], "cleared")
    look(house, TODAY + timedelta(days=30))
    assert stay(house.book).state == "placed"


def test_the_dead_and_the_small_are_not_placed(house: Practice) -> None:
    begin(house, numbers=("A1", "A2"))
    with house.book.transaction(actor="boss", business_date=TODAY) as tx:
        change_setting(tx, "placement_at_least_cents", "60000")
    place(house, "A1")
    assert (stay(house.book).state, stay(house.book).ended_code) == ("cancelled", "house-small-balance")
    with house.book.transaction(actor="boss", business_date=TODAY) as tx:
        change_setting(tx, "placement_at_least_cents", "2500")
        record_death(tx, account_of(house.book, "A2").guarantor_id, TODAY, "the family")
    place(house, "A2")
    assert (stay(house.book, "A2").state, stay(house.book, "A2").blocked_by) == ("queued", "pol-deceased-first-party")
    assert sent_to(house) == []


def test_medicare_accounts_that_a_pool_leaves_out_are_not_placed_as_no_like_effort(house: Practice) -> None:
    pools = """
pools:
  primary: {leave_out: [medicare], agencies: [{agency: harbor, weight: 1}]}
  secondary: {agencies: [{agency: harbor, weight: 1}]}
"""
    publish(house.book, terms_text(), pools=pools)
    publish_text(house.book, SCHEDULE)
    take_in(house.book, [someone("Ada", "A1", FIRST, 500_00, payer_class="medicare")], FIRST)
    place(house, "A1")
    assert stay(house.book).blocked_by == "fed-medicare-like-effort"


def test_a_charity_needs_the_four_terms_in_the_agencys_contract(house: Practice) -> None:
    at(house, "nonprofit_hospital", "OH", contract="")
    place(house, "A1")
    assert stay(house.book).blocked_by == "fed-501r-agency-agreement"


def told(house: Practice) -> str:
    (line, _) = csv.DictReader(sent_to(house)[-1].read_text().splitlines())
    assert line["assistance_until"] == str(FIRST + timedelta(days=240))
    return str(line["no_eca_before"])


def test_the_day_before_which_a_charitys_agency_may_do_nothing_extraordinary_travels_in_the_file(
    house: Practice,
) -> None:
    at(house, "nonprofit_hospital", "OH")
    fact(house.book, FactName.ECA_NOTICE, TODAY - timedelta(days=3))
    fact(house.book, FactName.ORAL_EFFORT, TODAY - timedelta(days=10))
    place(house, "A1")
    assert told(house) == str(TODAY + timedelta(days=27))


def test_without_the_notice_the_agency_may_do_nothing_extraordinary_at_all(house: Practice) -> None:
    at(house, "nonprofit_hospital", "OH")
    place(house, "A1")
    assert told(house) == "9999-12-31"


def test_above_the_limit_a_manager_must_say_yes(house: Practice) -> None:
    begin(house, cents=6_000_00, numbers=("A1", "A2"))
    place(house, "A1", "A2")
    assert {stay(house.book, number).state for number in ("A1", "A2")} == {"review"}
    assert open_tasks_of(house.book) == ["approve-placement"]
    with house.book.reading() as conn:
        assert [row["why"] for row in waiting_placements(conn)] == ["a manager must approve it"] * 2
    with house.book.transaction(actor="boss", business_date=TODAY) as tx:
        review(tx, account_of(house.book, "A1"), approve=True, reason=None)
        review(tx, account_of(house.book, "A2"), approve=False, reason="they are about to pay")
    look(house)
    assert (stay(house.book, "A1").state, stay(house.book, "A2").state) == ("placed", "cancelled")
    assert open_tasks_of(house.book) == []
    with house.book.transaction(actor="boss", business_date=TODAY) as tx, pytest.raises(Refused):
        review(tx, account_of(house.book, "A1"), approve=True, reason=None)


def test_a_schedules_step_says_why_it_waits_before_it_is_ever_queued(house: Practice) -> None:
    from flows.reports.account import explain
    from tests.small_book import run_days

    at(house, "forprofit_hospital", "NY")
    run_days(house, FIRST + timedelta(days=20), FIRST + timedelta(days=127))
    assert rows(house.book, "SELECT count(*) FROM placement")[0][0] == 0
    with house.book.reading() as conn:
        said = explain(conn, "A1", FIRST + timedelta(days=128))
    assert (said["next"]["step"], said["blocked_by"][0]["rule"]) == ("place", "st-ny-30-day-collection-notice")


def test_open_calls_for_the_account_are_closed_and_a_notice_letter_goes_where_the_pool_wants_it(
    house: Practice,
) -> None:
    begin(house)
    pools = """
pools:
  primary: {notice_letter: yes, agencies: [{agency: harbor, weight: 1}]}
  secondary: {agencies: [{agency: beacon, weight: 1}]}
"""
    publish(house.book, terms_text(), terms_text("beacon"), pools=pools)
    account = account_of(house.book, "A1")
    with house.book.transaction(actor="test", business_date=TODAY) as tx:
        tx.conn.exec_driver_sql(
            "INSERT INTO task (id, kind, guarantor_id, creditor_id, state, role, reason, opened_on, not_before_on, "
            "attempts_allowed, attempts_made, every_days) VALUES (9001, 'call', "
            f"{account.guarantor_id}, {account.creditor_id}, 'open', 'collector', 'x', '{TODAY}', '{TODAY}', 3, 0, 1)"
        )
        tx.conn.exec_driver_sql(f"INSERT INTO task_account (task_id, account_id) VALUES (9001, {account.id})")
    place(house, "A1")
    assert open_tasks_of(house.book) == []
    assert [row[0] for row in rows(house.book, "SELECT kind FROM letter")] == ["placement-notice"]
    from flows.stages import run_stage

    run_stage(house, "letters", TODAY)
    (letter,) = rows(house.book, "SELECT state, reason FROM letter")
    assert letter[0] == "rendered", letter[1]

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
from models.database import Database
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
def practice(empty_sqlite_database: Database, tmp_path: Path) -> Practice:
    """On one database: what is decided here is decided by values; the stays are tried on both."""
    return practice_of(empty_sqlite_database, Settings(tmp_path / "home", str(empty_sqlite_database.engine.url)))


EVERYWHERE = "[IL, NJ, NY, NC, CA, WA, CO, OR, NM, CT, VA, UT, TX, OH, NV, ME, MN]"


def at(practice: Practice, kind: str, state: str, *, contract: str = "charity_terms: yes, ", **more: Any) -> None:
    """A book with one account at a creditor of a kind, in a state."""
    terms = {"no_licence_needed": EVERYWHERE, "contract": f"{{begins: 2026-01-02, {contract}keeps_records: yes}}"}
    publish(practice.database, terms_text(**terms), terms_text("beacon"))
    publish_text(practice.database, SCHEDULE)
    take_in(
        practice.database, [someone("Ada", "A1", FIRST, 500_00, state=state, **more)], FIRST, kind=kind, state=state
    )


def fact(database: Database, name: FactName, on: date) -> None:
    with database.transaction(actor="clerk", business_date=on) as tx:
        record_fact(tx, account_of(database, "A1"), name, "on paper")


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
    practice: Practice, kind: str, state: str, rule: str, until: date | None
) -> None:
    early = FIRST + timedelta(days=90)
    at(practice, kind, state)
    place(practice, "A1", on=early)
    held = stay(practice.database)
    assert (held.state, held.blocked_by) == ("queued", rule)
    assert str(held.blocked_until) == str(until)
    assert ("placement_held") in [event for _, event, _ in history(practice.database, "A1")]


def test_once_the_wait_is_over_it_goes_by_itself(practice: Practice) -> None:
    at(practice, "physician_practice", "WA")
    place(practice, "A1", on=FIRST + timedelta(days=90))
    look(practice, FIRST + timedelta(days=119))
    assert stay(practice.database).state == "queued"
    look(practice, FIRST + timedelta(days=120))
    assert stay(practice.database).state == "placed"


def test_a_missing_notice_is_a_clerks_task_and_thirty_days_after_it_the_account_goes(practice: Practice) -> None:
    at(practice, "forprofit_hospital", "NY")
    place(practice, "A1")
    assert open_tasks_of(practice.database) == ["missing-ny-referral-notice"]
    fact(practice.database, FactName.STATE_NOTICE, TODAY)
    look(practice)
    assert (stay(practice.database).blocked_by, str(stay(practice.database).blocked_until)) == (
        "st-ny-30-day-wait",
        str(TODAY + timedelta(days=30)),
    )
    look(practice, TODAY + timedelta(days=30))
    assert stay(practice.database).state == "placed"


def test_a_screening_that_was_done_or_declined_lets_it_go(practice: Practice) -> None:
    at(practice, "forprofit_hospital", "CO")
    place(practice, "A1")
    assert stay(practice.database).state == "queued"
    fact(practice.database, FactName.SCREENING_DECLINED, TODAY)
    look(practice)
    assert stay(practice.database).state == "placed"


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
    practice: Practice, kind: HoldKind, of_person: bool, rule: str
) -> None:
    begin(practice)
    account = account_of(practice.database, "A1")
    whose = {"person_id": account.guarantor_id} if of_person else {"account_id": account.id}
    with practice.database.transaction(actor="clerk", business_date=TODAY) as tx:
        (hold,) = open_holds(tx, [NewHold(kind, **whose)])
    place(practice, "A1")
    assert (stay(practice.database).state, stay(practice.database).blocked_by) == ("queued", rule)
    with practice.database.transaction(actor="clerk", business_date=TODAY) as tx:
        clear_holds(tx, [hold], "cleared")
    look(practice, TODAY + timedelta(days=30))
    assert stay(practice.database).state == "placed"


def test_the_dead_and_the_small_are_not_placed(practice: Practice) -> None:
    begin(practice, numbers=("A1", "A2"))
    with practice.database.transaction(actor="boss", business_date=TODAY) as tx:
        change_setting(tx, "placement_at_least_cents", "60000")
    place(practice, "A1")
    assert (stay(practice.database).state, stay(practice.database).ended_code) == ("cancelled", "house-small-balance")
    with practice.database.transaction(actor="boss", business_date=TODAY) as tx:
        change_setting(tx, "placement_at_least_cents", "2500")
        record_death(tx, account_of(practice.database, "A2").guarantor_id, TODAY, "the family")
    place(practice, "A2")
    assert (stay(practice.database, "A2").state, stay(practice.database, "A2").blocked_by) == (
        "queued",
        "pol-deceased-first-party",
    )
    assert sent_to(practice) == []


def test_medicare_accounts_that_a_pool_leaves_out_are_not_placed_as_no_like_effort(practice: Practice) -> None:
    pools = """
pools:
  primary: {leave_out: [medicare], agencies: [{agency: harbor, weight: 1}]}
  secondary: {agencies: [{agency: harbor, weight: 1}]}
"""
    publish(practice.database, terms_text(), pools=pools)
    publish_text(practice.database, SCHEDULE)
    take_in(practice.database, [someone("Ada", "A1", FIRST, 500_00, payer_class="medicare")], FIRST)
    place(practice, "A1")
    assert stay(practice.database).blocked_by == "fed-medicare-like-effort"


def test_a_charity_needs_the_four_terms_in_the_agencys_contract(practice: Practice) -> None:
    at(practice, "nonprofit_hospital", "OH", contract="")
    place(practice, "A1")
    assert stay(practice.database).blocked_by == "fed-501r-agency-agreement"


def told(practice: Practice) -> str:
    (line, _) = csv.DictReader(sent_to(practice)[-1].read_text().splitlines())
    assert line["assistance_until"] == str(FIRST + timedelta(days=240))
    return str(line["no_eca_before"])


def test_the_day_before_which_a_charitys_agency_may_do_nothing_extraordinary_travels_in_the_file(
    practice: Practice,
) -> None:
    at(practice, "nonprofit_hospital", "OH")
    fact(practice.database, FactName.ECA_NOTICE, TODAY - timedelta(days=3))
    fact(practice.database, FactName.ORAL_EFFORT, TODAY - timedelta(days=10))
    place(practice, "A1")
    assert told(practice) == str(TODAY + timedelta(days=27))


def test_without_the_notice_the_agency_may_do_nothing_extraordinary_at_all(practice: Practice) -> None:
    at(practice, "nonprofit_hospital", "OH")
    place(practice, "A1")
    assert told(practice) == "9999-12-31"


def test_above_the_limit_a_manager_must_say_yes(practice: Practice) -> None:
    begin(practice, cents=6_000_00, numbers=("A1", "A2"))
    place(practice, "A1", "A2")
    assert {stay(practice.database, number).state for number in ("A1", "A2")} == {"review"}
    assert open_tasks_of(practice.database) == ["approve-placement"]
    with practice.database.reading() as conn:
        assert [row["why"] for row in waiting_placements(conn)] == ["pending manager approval"] * 2
    with practice.database.transaction(actor="boss", business_date=TODAY) as tx:
        review(tx, account_of(practice.database, "A1"), approve=True, reason=None)
        review(tx, account_of(practice.database, "A2"), approve=False, reason="they are about to pay")
    look(practice)
    assert (stay(practice.database, "A1").state, stay(practice.database, "A2").state) == ("placed", "cancelled")
    assert open_tasks_of(practice.database) == []
    with practice.database.transaction(actor="boss", business_date=TODAY) as tx, pytest.raises(Refused):
        review(tx, account_of(practice.database, "A1"), approve=True, reason=None)


def test_a_schedules_step_says_why_it_waits_before_it_is_ever_queued(practice: Practice) -> None:
    from flows.reports.account import explain
    from tests.small_book import run_days

    at(practice, "forprofit_hospital", "NY")
    run_days(practice, FIRST + timedelta(days=20), FIRST + timedelta(days=127))
    assert rows(practice.database, "SELECT count(*) FROM placement")[0][0] == 0
    with practice.database.reading() as conn:
        said = explain(conn, "A1", FIRST + timedelta(days=128))
    assert (said["next"]["step"], said["blocked_by"][0]["rule"]) == ("place", "st-ny-30-day-collection-notice")


def test_open_calls_for_the_account_are_closed_and_a_notice_letter_goes_where_the_pool_wants_it(
    practice: Practice,
) -> None:
    begin(practice)
    pools = """
pools:
  primary: {notice_letter: yes, agencies: [{agency: harbor, weight: 1}]}
  secondary: {agencies: [{agency: beacon, weight: 1}]}
"""
    publish(practice.database, terms_text(), terms_text("beacon"), pools=pools)
    account = account_of(practice.database, "A1")
    with practice.database.transaction(actor="test", business_date=TODAY) as tx:
        tx.conn.exec_driver_sql(
            "INSERT INTO task (id, kind, guarantor_id, creditor_id, state, role, reason, opened_on, not_before_on, "
            "attempts_allowed, attempts_made, every_days) VALUES (9001, 'call', "
            f"{account.guarantor_id}, {account.creditor_id}, 'open', 'collector', 'x', '{TODAY}', '{TODAY}', 3, 0, 1)"
        )
        tx.conn.exec_driver_sql(f"INSERT INTO task_account (task_id, account_id) VALUES (9001, {account.id})")
    place(practice, "A1")
    assert open_tasks_of(practice.database) == []
    assert [row[0] for row in rows(practice.database, "SELECT kind FROM letter")] == ["placement-notice"]
    from flows.stages import run_stage

    run_stage(practice, "letters", TODAY)
    (letter,) = rows(practice.database, "SELECT state, reason FROM letter")
    assert letter[0] == "rendered", letter[1]

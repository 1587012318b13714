"""One row that cannot be read never stops the day: it is set aside with a task, and the rest goes on."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from flows.accounts.holds import NewHold, open_holds
from flows.arrangements.commands import Ask, create
from flows.arrangements.plan import PlanRequest
from flows.arrangements.settlements import commands as settlements
from flows.calls.commands import CallResult, record_inbound_call
from flows.insurance.commands import report_insurance
from flows.insurance.decide import ReportedInsurance
from flows.people.death import record_death
from flows.practice import Practice
from flows.stages import run_stage
from models.enums import HoldKind, PayerClass
from tests.flows.agency_handoff.agencies import FIRST, TODAY, begin, pay, place, want
from tests.small_book import Someone, account_of, publish_shipped, rows, someone, take_in

MADE = date(2026, 2, 2)
AT = "2026-02-02T16:00:00+00:00"


def two(practice: Practice) -> None:
    publish_shipped(practice.database)
    people = [someone("Ann", "A1", cents=100_00), someone("Bo", "B1", cents=100_00, phone="937-555-0102")]
    take_in(practice.database, people, MADE)


def spoil(practice: Practice, statement: str) -> None:
    """Write into the first row what no version of the program would."""
    with practice.database.transaction(actor="test", business_date=MADE) as tx:
        tx.conn.execute(sa.text(statement))


def failed(practice: Practice) -> list[tuple[str, str]]:
    query = (
        "SELECT a.number, t.reason FROM task t JOIN task_account ta ON ta.task_id = t.id JOIN account a "
        "ON a.id = ta.account_id WHERE t.kind = 'work-failed' AND t.state = 'open'"
    )
    return [(row.number, row.reason) for row in rows(practice.database, query)]


def outcomes(practice: Practice) -> list[str]:
    return [
        row[0]
        for row in rows(practice.database, "SELECT outcome FROM task WHERE kind = 'work-failed' AND state = 'done'")
    ]


def only_sqlite(practice: Practice) -> None:
    if practice.database.engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL refuses to store it")


def test_one_promise_that_cannot_be_read_leaves_the_others_judged(practice: Practice) -> None:
    only_sqlite(practice)
    two(practice)
    for number in ("A1", "B1"):
        with practice.database.transaction(actor="maria", business_date=MADE) as tx:
            record_inbound_call(
                tx, account_of(practice.database, number).id, CallResult("promise_to_pay", AT, 50_00, date(2026, 2, 6))
            )
    spoil(practice, "UPDATE promise SET due_on = 'not-a-day' WHERE id = 1")
    counts = run_stage(practice, "settle", date(2026, 2, 11))
    assert (counts["set_aside"], counts["promises_broken"]) == (1, 1)
    assert [row.state for row in rows(practice.database, "SELECT state FROM promise ORDER BY id")] == ["open", "broken"]
    ((number, reason),) = failed(practice)
    assert number == "A1"
    assert reason.startswith("promise 1 failed: ValueError")
    assert run_stage(practice, "settle", date(2026, 2, 12))["set_aside"] == 1
    assert len(failed(practice)) == 1, "one task, however many nights"
    spoil(practice, "UPDATE promise SET due_on = '2026-02-06' WHERE id = 1")
    assert run_stage(practice, "settle", date(2026, 2, 13))["promises_broken"] == 1
    assert failed(practice) == []
    assert outcomes(practice) == ["automatic (the failed work was completed)"]


def test_what_failed_and_is_due_no_more_has_no_task_any_more(practice: Practice) -> None:
    only_sqlite(practice)
    two(practice)
    with practice.database.transaction(actor="maria", business_date=MADE) as tx:
        record_inbound_call(
            tx, account_of(practice.database, "A1").id, CallResult("promise_to_pay", AT, 50_00, date(2026, 2, 6))
        )
    spoil(practice, "UPDATE promise SET due_on = 'not-a-day' WHERE id = 1")
    run_stage(practice, "settle", date(2026, 2, 11))
    assert [number for number, _ in failed(practice)] == ["A1"]
    spoil(practice, "UPDATE promise SET state = 'replaced', due_on = '2026-02-06' WHERE id = 1")
    run_stage(practice, "settle", date(2026, 2, 12))
    assert failed(practice) == []
    assert outcomes(practice) == ["automatic (the failed work is no longer needed)"]


def test_one_payment_plan_that_cannot_be_read_leaves_the_others_judged(practice: Practice) -> None:
    only_sqlite(practice)
    two(practice)
    for number in ("A1", "B1"):
        with practice.database.transaction(actor="maria", business_date=MADE) as tx:
            create(
                tx,
                Ask(
                    (account_of(practice.database, number).id,),
                    PlanRequest(amount_cents=50_00, first_on=date(2026, 3, 2)),
                ),
            )
    spoil(practice, "UPDATE instalment SET due_on = 'not-a-day' WHERE arrangement_id = 1 AND number = 1")
    counts = run_stage(practice, "settle", date(2026, 3, 8))
    assert (counts["set_aside"], counts["plans_told"]) == (1, 1)
    noticed = rows(practice.database, "SELECT CAST(noticed_on AS text) AS day FROM arrangement ORDER BY id")
    assert [row.day for row in noticed] == [None, "2026-03-08"]
    ((number, reason),) = failed(practice)
    assert (number, reason.startswith("payment plan 1 failed: ValueError")) == ("A1", True)
    spoil(practice, "UPDATE instalment SET due_on = '2026-03-02' WHERE arrangement_id = 1 AND number = 1")
    assert run_stage(practice, "settle", date(2026, 3, 9))["plans_told"] == 1
    assert failed(practice) == []


def test_one_settlement_that_cannot_be_read_leaves_the_others_expired(practice: Practice) -> None:
    only_sqlite(practice)
    two(practice)
    for number in ("A1", "B1"):
        with practice.database.transaction(actor="grace", business_date=MADE) as tx:
            key = account_of(practice.database, number).id
            settlements.offer(tx, settlements.Offer((key,), date(2026, 2, 20), "hardship", 90_00, None))
    spoil(practice, "UPDATE settlement SET owed_cents = 'many' WHERE id = 1")
    counts = run_stage(practice, "settle", date(2026, 2, 23))
    assert (counts["set_aside"], counts["settlements_expired"]) == (1, 1)
    assert [number for number, _ in failed(practice)] == ["A1"]


def test_one_matter_that_cannot_be_read_leaves_the_others_watched(practice: Practice) -> None:
    only_sqlite(practice)
    people = [Someone("Harold", [("A1", MADE, 120_00)]), Someone("Ida", [("B1", MADE, 80_00)])]
    take_in(practice.database, people, MADE)
    for number in ("A1", "B1"):
        with practice.database.transaction(actor="desk", business_date=MADE) as tx:
            record_death(tx, account_of(practice.database, number).guarantor_id, date(2026, 1, 20), "the family")
    spoil(practice, "UPDATE estate_matter SET letters_on = 'not-a-day' WHERE id = 1")
    spoil(practice, "UPDATE estate_matter SET review_on = '2026-02-03'")
    counts = run_stage(practice, "estates", date(2026, 2, 11))
    assert (counts["set_aside"], counts["estates"]) == (1, 1)
    looked = rows(practice.database, "SELECT CAST(reviewed_on AS text) AS day FROM estate_matter ORDER BY id")
    assert [row.day for row in looked] == [None, "2026-02-11"]
    ((number, reason),) = failed(practice)
    assert number == "A1"
    assert reason.startswith("estate matter 1 failed: ValueError")
    assert run_stage(practice, "estates", date(2026, 2, 12))["set_aside"] == 1
    assert len(failed(practice)) == 1, "one task, however many nights"
    spoil(practice, "UPDATE estate_matter SET letters_on = NULL WHERE id = 1")
    assert "set_aside" not in run_stage(practice, "estates", date(2026, 2, 13))
    assert failed(practice) == []


def test_one_stay_that_cannot_be_read_leaves_the_others_watched(practice: Practice) -> None:
    only_sqlite(practice)
    begin(practice, numbers=("A1",))
    take_in(practice.database, [Someone("Bo", [("B1", FIRST, 300_00)])], FIRST)
    place(practice, "A1", "B1")
    spoil(practice, "UPDATE placement SET placed_on = 'not-a-day' WHERE id = 1")
    spoil(practice, "UPDATE placement SET review_on = '2026-06-02'")
    counts = run_stage(practice, "place", date(2026, 6, 20))
    assert (counts["set_aside"], counts["agency_silent"]) == (1, 1)
    ((number, reason),) = failed(practice)
    assert number == "A1"
    assert reason.startswith("stay with an agency 1 failed: ValueError")
    assert run_stage(practice, "place", date(2026, 6, 21))["set_aside"] == 1
    assert len(failed(practice)) == 1, "one task, however many nights"


@pytest.mark.parametrize(
    ("statement", "corrected"),
    [
        ("UPDATE placement SET wanted_on = 'not-a-day' WHERE id = 1", "UPDATE placement SET wanted_on = '2026-06-01'"),
        ("UPDATE account SET service_from = 'x' WHERE id = 1", "UPDATE account SET service_from = '2026-01-05'"),
    ],
)
def test_one_placement_that_cannot_be_read_leaves_the_others_placed(
    practice: Practice, statement: str, corrected: str
) -> None:
    only_sqlite(practice)
    begin(practice, numbers=("A1",))
    take_in(practice.database, [Someone("Bo", [("B1", FIRST, 300_00)])], FIRST)
    want(practice.database, "A1", "B1")
    spoil(practice, statement)
    counts = run_stage(practice, "place", TODAY)
    assert (counts["set_aside"], counts["placed"]) == (1, 1)
    ((number, reason),) = failed(practice)
    assert number == "A1"
    assert "ValueError" in reason
    assert run_stage(practice, "place", TODAY + timedelta(1))["set_aside"] == 1
    assert len(failed(practice)) == 1, "one task, however many nights"
    spoil(practice, f"{corrected} WHERE id = 1")
    assert run_stage(practice, "place", TODAY + timedelta(2))["placed"] == 1
    assert failed(practice) == []


def test_one_notice_that_cannot_be_read_leaves_the_agency_notified_of_the_others(practice: Practice) -> None:
    only_sqlite(practice)
    begin(practice, numbers=("A1", "A2"))
    place(practice, "A1", "A2")
    for number in ("A1", "A2"):
        pay(practice.database, number, 10_00)
    spoil(practice, "UPDATE agency_notice SET until = 'not-a-day' WHERE id = 1")
    counts = run_stage(practice, "place", TODAY)
    assert (counts["set_aside"], counts["agency_notices"]) == (1, 1)
    ((number, reason),) = failed(practice)
    assert (number, reason.startswith("notice to an agency 1 failed: ValueError")) == ("A1", True)


def test_one_hold_that_cannot_be_read_leaves_the_others_ended(practice: Practice) -> None:
    only_sqlite(practice)
    two(practice)
    for number in ("A1", "B1"):
        with practice.database.transaction(actor="maria", business_date=MADE) as tx:
            key = account_of(practice.database, number).id
            open_holds(tx, [NewHold(HoldKind.DISPUTE, account_id=key, until=date(2026, 2, 9))])
    spoil(practice, "UPDATE hold SET from_on = 'not-a-day' WHERE id = 1")
    counts = run_stage(practice, "settle", date(2026, 2, 11))
    assert (counts["set_aside"], counts["holds_over"]) == (1, 1)
    assert [number for number, _ in failed(practice)] == ["A1"]


def test_one_insurance_that_cannot_be_read_leaves_the_others_watched(practice: Practice) -> None:
    only_sqlite(practice)
    two(practice)
    for number in ("A1", "B1"):
        with practice.database.transaction(actor="leo", business_date=MADE) as tx:
            report_insurance(
                tx,
                [account_of(practice.database, number).id],
                ReportedInsurance("Acme Health", PayerClass.COMMERCIAL, f"XQ {number}", "phone"),
            )
    spoil(practice, "UPDATE coverage SET reported_on = 'not-a-day' WHERE id = 1")
    spoil(practice, "UPDATE coverage SET review_on = '2026-02-03'")
    counts = run_stage(practice, "settle", date(2026, 2, 11))
    assert (counts["set_aside"], counts["insurance_not_billed"]) == (1, 1)
    assert [number for number, _ in failed(practice)] == ["A1"]

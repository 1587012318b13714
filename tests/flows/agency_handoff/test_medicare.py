"""Medicare accounts that come back uncollectible reach the bad debt log, with the evidence and with what it lacks."""

from datetime import date, timedelta
from typing import Any

import pytest

from flows.agency_handoff.commands import note_complaint
from flows.agency_handoff.remittance.bad_debt import bad_debt_log
from flows.ledger.commands import post
from flows.ledger.entry import Entry
from flows.practice import Practice
from flows.reports.scorecard import Sums, scorecard
from models.enums import AgencyFileKind, LedgerKind
from tests.flows.agency_handoff.agencies import FIRST, TODAY, begin, payment, place, remit, stay, take, write
from tests.small_book import account_of, rows, run_days


def give_back(practice: Practice, code: str, on: date = TODAY, number: str = "A1") -> None:
    line = {
        "account_number": number,
        "code": code,
        "returned_on": on,
        "balance": account_of(practice.database, number).balance_cents,
    }
    take(practice, write(practice, AgencyFileKind.RETURNS, [line], day=on), on)


def at(
    practice: Practice, kind: str = "public_hospital", payer_class: str = "medicare", remitted: date | None = FIRST
) -> None:
    """One account at a creditor of a kind, on which the insurer paid on a day."""
    begin(practice, payer_class=payer_class)
    with practice.database.transaction(actor="test", business_date=FIRST) as tx:
        tx.conn.exec_driver_sql(f"UPDATE creditor SET kind = '{kind}'")
        if remitted is not None:
            account = account_of(practice.database, "A1").id
            post(tx, [Entry(account, remitted, LedgerKind.INSURANCE_PAYMENT, 0, "835", "R1", "Medicare R1")])


def log(practice: Practice) -> list[dict[str, Any]]:
    with practice.database.reading() as conn:
        return bad_debt_log(conn)


@pytest.mark.parametrize(
    ("kind", "payer_class", "listed"),
    [
        ("public_hospital", "medicare", 1),
        ("nursing_home", "medicare", 1),
        ("public_hospital", "qmb", 1),
        ("physician_practice", "medicare", 0),
        ("asc", "medicare", 0),
        ("ambulance", "medicare", 0),
        ("public_hospital", "medicare_advantage", 0),
    ],
)
def test_only_traditional_medicare_at_a_provider_on_a_cost_report_is_on_the_log(
    practice: Practice, kind: str, payer_class: str, listed: int
) -> None:
    at(practice, kind)
    place(practice, "A1")
    with practice.database.transaction(actor="test", business_date=FIRST) as tx:
        tx.conn.exec_driver_sql(f"UPDATE account SET payer_class = '{payer_class}'")
    give_back(practice, "uncollectible", TODAY + timedelta(days=200))
    assert len(log(practice)) == listed


@pytest.mark.parametrize(
    ("remitted", "lacks"),
    [
        (FIRST - timedelta(days=121), "first bill within 120 days of the remittance"),
        (FIRST - timedelta(days=120), None),
        (FIRST + timedelta(days=9), None),
        (None, "the date of Medicare's remittance"),
    ],
)
def test_the_first_bill_follows_the_remittance_within_120_days(
    practice: Practice, remitted: date | None, lacks: str | None
) -> None:
    at(practice, remitted=remitted)
    place(practice, "A1")
    give_back(practice, "uncollectible", TODAY + timedelta(days=200))
    (row,) = log(practice)
    assert (lacks in row["missing"]) if lacks else "remittance" not in row["missing"]


def test_an_account_that_comes_back_uncollectible_is_on_the_log_with_its_efforts(practice: Practice) -> None:
    at(practice)
    run_days(practice, FIRST + timedelta(days=20), FIRST + timedelta(days=40))
    with practice.database.transaction(actor="mail room", business_date=FIRST + timedelta(days=41)) as tx:
        mailed = FIRST + timedelta(days=41)
        tx.conn.exec_driver_sql(f"UPDATE letter SET state = 'mailed', mailed_on = '{mailed}'")
    place(practice, "A1")
    back = TODAY + timedelta(days=200)
    give_back(practice, "uncollectible", back)
    with practice.database.reading() as conn:
        (row,) = bad_debt_log(conn)
    assert (row["account"], row["agency"], row["balance_cents"]) == ("A1", "harbor", 500_00)
    assert (str(row["first_bill_on"]), str(row["returned_on"])) == (str(FIRST), str(back))
    assert [one["what"] for one in row["efforts"]] == [
        "first bill",
        "letter reminder-1",
        "placed with Harbor Recovery",
        "returned by Harbor Recovery: uncollectible",
    ]
    assert (row["claimable"], row["missing"]) == (True, "")


def test_a_log_line_says_what_its_evidence_lacks(practice: Practice) -> None:
    at(practice)
    place(practice, "A1")
    remit(practice, payment("A1", 10_00, "R1", paid_on=TODAY))
    give_back(practice, "uncollectible", TODAY + timedelta(days=30))
    with practice.database.reading() as conn:
        (row,) = bad_debt_log(conn)
    assert not row["claimable"]
    assert "more than 120 days of effort" in row["missing"] and "413.89" in row["missing"]
    assert "a letter to the patient" in row["missing"]


def test_other_payers_and_other_reasons_are_not_on_it(practice: Practice) -> None:
    begin(practice, numbers=("A1", "A2"))
    place(practice, "A1", "A2")
    give_back(practice, "uncollectible")
    with practice.database.reading() as conn:
        assert bad_debt_log(conn) == []


def test_a_return_ends_the_stay_and_a_second_one_is_rejected(practice: Practice) -> None:
    begin(practice)
    place(practice, "A1")
    give_back(practice, "not_found")
    assert (stay(practice.database).state, stay(practice.database).ended_code) == ("returned", "not_found")
    account = account_of(practice.database, "A1")
    assert (account.agency_returns, str(account.agency_returned_on)) == (1, str(TODAY))
    line = {"account_number": "A1", "code": "not_found", "returned_on": TODAY, "note": "again"}
    again = take(practice, write(practice, AgencyFileKind.RETURNS, [line]))
    assert (again.taken, again.rejected) == (0, 1)
    assert rows(practice.database, "SELECT kind FROM task WHERE state = 'open'")[0][0] == "find-address"


def test_an_agency_that_does_not_take_an_account_is_a_managers_task(practice: Practice) -> None:
    begin(practice)
    place(practice, "A1")
    line = {"account_number": "A1", "answer": "rejected", "reason": "no SSN"}
    done = take(practice, write(practice, AgencyFileKind.ACKNOWLEDGMENT, [line]))
    assert (done.taken, done.differences) == (1, 1)
    assert stay(practice.database).state == "refused"
    assert account_of(practice.database, "A1").placement_id is None


def test_an_acknowledged_balance_that_differs_is_a_task(practice: Practice) -> None:
    begin(practice)
    place(practice, "A1")
    line = {"account_number": "A1", "answer": "accepted", "balance": 499_00}
    assert take(practice, write(practice, AgencyFileKind.ACKNOWLEDGMENT, [line])).differences == 1
    assert str(stay(practice.database).acknowledged_on) == str(TODAY)


def test_a_scorecard_has_what_was_collected_its_cost_complaints_and_how_fast_they_answer(practice: Practice) -> None:
    begin(practice, numbers=("A1", "A2"))
    place(practice, "A1", "A2")
    line = {"account_number": "A1", "answer": "accepted", "balance": 500_00}
    take(practice, write(practice, AgencyFileKind.ACKNOWLEDGMENT, [line]), TODAY + timedelta(days=2))
    remit(practice, payment("A1", 200_00, "R1"))
    with practice.database.transaction(actor="maria", business_date=TODAY) as tx:
        note_complaint(tx, account_of(practice.database, "A1"), "called at work", None)
    with practice.database.reading() as conn:
        card = scorecard(conn)
    (agency,) = card["agencies"]
    assert (agency["liquidation_percent"], agency["cost_percent"], agency["complaints"]) == (20.0, 20.0, 1)
    assert (agency["acknowledged_after_days"], agency["not_acknowledged"]) == (2.0, 1)
    (month,) = card["months"]
    assert (month["month"], month["age"], month["accounts"]) == ("2026-06", "up to 180 days", 2)


def test_the_error_of_a_part_is_that_of_a_ratio_over_accounts() -> None:
    class Row:
        acknowledged_on = None
        commission = 0
        placed_on = TODAY
        placed_cents = 100_00

    sums = Sums()
    for number in range(400):
        row = Row()
        row.paid = -100_00 if number % 4 == 0 else 0  # type: ignore[attr-defined]
        sums.add(row)  # type: ignore[arg-type]
    assert sums.liquidation == 0.25
    # A part of 0.25 among 400 equal accounts: sqrt(0.25 * 0.75 / 399).
    assert abs((sums.error or 0) - 0.0216777) < 1e-6

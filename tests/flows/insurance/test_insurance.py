"""Insurance that somebody names: nobody is asked while it may pay, and nobody forgets to bill it."""

from datetime import date, timedelta
from typing import Any

import pytest

from flows.insurance.commands import answered, bill, decided, not_in_force, report_insurance
from flows.insurance.decide import ReportedInsurance, same_payer, same_policy
from flows.insurance.queries import coverages_of
from flows.practice import Practice
from models.database import Database
from models.enums import PayerClass
from models.errors import Refused
from tests.flows.intake.files import whole
from tests.small_book import Someone, account_of, publish_shipped, rows, run_days, take_in

FIRST = date(2026, 1, 5)
TODAY = date(2026, 3, 2)
ACME = ReportedInsurance("Acme Health", PayerClass.COMMERCIAL, "XQ 77-81", "the guarantor on the phone")
MEDICARE = ReportedInsurance("Medicare", PayerClass.MEDICARE, "1EG4-TE5-MK73", "her daughter")


@pytest.fixture
def home(practice: Practice) -> Practice:
    publish_shipped(practice.database)
    take_in(practice.database, [Someone("Ada", [("A1", FIRST, 300_00), ("A2", FIRST, 100_00)])], date(2026, 2, 1))
    run_days(practice, date(2026, 2, 2), date(2026, 2, 6))
    return practice


def act(database: Database, command: Any, *given: Any, on: date = TODAY) -> Any:
    with database.transaction(actor="leo", business_date=on) as tx:
        return command(tx, *given)


def named(home: Practice, said: ReportedInsurance = ACME, number: str = "A1", on: date = TODAY) -> int:
    (key,) = act(home.database, report_insurance, [account_of(home.database, number).id], said, on=on)
    return int(key)


def holds(database: Database, number: str = "A1") -> int:
    query = "SELECT 1 FROM hold WHERE kind = 'insurance_pending' AND cleared_on IS NULL AND account_id = :a"
    return len(rows(database, query, a=account_of(database, number).id))


def reported(database: Database, number: str = "A1") -> list[str]:
    query = "SELECT why FROM account_event WHERE account_id = :a ORDER BY seq"
    return [row.why for row in rows(database, query, a=account_of(database, number).id)]


def tasks(database: Database) -> list[tuple[str, str]]:
    query = "SELECT kind, reason FROM task WHERE state = 'open' AND kind LIKE '%insurance%' ORDER BY kind"
    return [(row.kind, row.reason) for row in rows(database, query)]


def test_an_account_whose_insurance_was_named_waits_and_a_clerk_is_told_until_when_it_is_billed(home: Practice) -> None:
    named(home, MEDICARE)
    assert (holds(home.database), holds(home.database, "A2")) == (1, 0)
    ((kind, why),) = tasks(home.database)
    assert kind == "bill-insurance"
    served = account_of(home.database, "A1").service_from
    assert f"Bill Medicare for account A1; filing deadline {served.replace(year=served.year + 1)} (42 CFR 424.44" in why
    assert any("Insurance reported: Medicare (Medicare), by her daughter" in why for why in reported(home.database))
    assert not any("1EG4" in why for why in reported(home.database)), "the number of a policy stands in no history"


def test_no_letter_goes_while_insurance_may_pay(home: Practice) -> None:
    named(home)
    run_days(home, TODAY, TODAY + timedelta(40))
    query = (
        "SELECT a.number FROM letter l JOIN letter_account la ON la.letter_id = l.id JOIN account a "
        "ON a.id = la.account_id WHERE l.queued_on >= :d"
    )
    assert {row.number for row in rows(home.database, query, d=TODAY)} == {"A2"}


def test_the_same_policy_named_twice_changes_nothing(home: Practice) -> None:
    named(home)
    before = whole(home.database)
    again = ReportedInsurance("ACME  health", PayerClass.COMMERCIAL, "xq7781", "his wife")
    assert act(home.database, report_insurance, [account_of(home.database, "A1").id], again) == []
    assert whole(home.database) == before


@pytest.mark.parametrize(
    ("reported", "says"),
    [
        (ReportedInsurance("A", PayerClass.COMMERCIAL, "X1", "x"), "enter the insurer"),
        (ReportedInsurance("Acme", PayerClass.SELF_PAY, "X123", "x"), "self-pay is not insurance"),
        (ReportedInsurance("Acme", PayerClass.COMMERCIAL, "none", "x"), "from the card"),
        (ReportedInsurance("Acme", PayerClass.COMMERCIAL, "4111 1111 1111 1111", "x"), "looks like a payment card"),
        (ReportedInsurance("Acme", PayerClass.COMMERCIAL, "X123", " "), "enter the source"),
    ],
)
def test_what_can_be_no_insurance_is_refused(home: Practice, reported: ReportedInsurance, says: str) -> None:
    before = whole(home.database)
    with pytest.raises(Refused, match=says):
        named(home, reported)
    assert whole(home.database) == before


def test_a_billed_insurance_makes_the_account_one_of_its_class_and_closes_the_work(home: Practice) -> None:
    key = named(home, MEDICARE)
    act(home.database, bill, key, TODAY)
    assert account_of(home.database, "A1").payer_class == "medicare"
    assert tasks(home.database) == []
    assert holds(home.database) == 1
    before = whole(home.database)
    act(home.database, bill, key, TODAY)
    assert whole(home.database) == before
    assert "Medicare billed on 2026-03-02; payer class now Medicare" in reported(home.database)


@pytest.mark.parametrize("on", [TODAY + timedelta(1), date(2025, 1, 1)])
def test_a_day_of_billing_that_cannot_be_is_refused(home: Practice, on: date) -> None:
    key = named(home)
    with pytest.raises(Refused, match="is not between the date of service"):
        act(home.database, bill, key, on)


@pytest.mark.parametrize("billed", [False, True])
def test_an_insurance_that_is_not_in_force_lets_the_account_go_on_as_it_was(home: Practice, billed: bool) -> None:
    key = named(home, MEDICARE)
    if billed:
        act(home.database, bill, key, TODAY)
    act(home.database, not_in_force, key, "ended in December")
    assert account_of(home.database, "A1").payer_class == "self_pay"
    assert (holds(home.database), tasks(home.database)) == (0, [])
    with pytest.raises(Refused, match=r"was closed on 2026-03-02 \(not in force\); add it again"):
        act(home.database, bill, key, TODAY)


def test_the_account_waits_for_each_insurance_that_was_named(home: Practice) -> None:
    first, second = named(home, MEDICARE), named(home)
    act(home.database, bill, first, TODAY)
    assert [kind for kind, _ in tasks(home.database)] == ["bill-insurance"]
    act(home.database, answered, first, "paid $80.00")
    assert holds(home.database) == 1
    with pytest.raises(Refused, match="is not billed yet"):
        act(home.database, answered, second, "paid")
    act(home.database, bill, second, TODAY)
    act(home.database, answered, second, "refused it")
    assert (holds(home.database), tasks(home.database)) == (0, [])


def test_a_remittance_answers_for_its_own_insurance_and_the_other_is_waited_for(home: Practice) -> None:
    account = account_of(home.database, "A1").id
    first, second = named(home, MEDICARE), named(home)
    for key in (first, second):
        act(home.database, bill, key, TODAY)
    assert act(home.database, decided, account, "MEDICARE PART B", "it paid $80.00") is True
    with home.database.reading() as conn:
        assert {one["id"]: one["state"] for one in coverages_of(conn, [account])} == {
            first: "answered",
            second: "billed",
        }
    assert act(home.database, decided, account, "Some Administrator Inc", "it paid $10.00") is False
    with home.database.reading() as conn:
        assert {one["state"] for one in coverages_of(conn, [account])} == {"answered"}


def test_an_insurance_that_is_silent_and_one_that_nobody_billed_are_told_of(home: Practice) -> None:
    billed, forgotten = named(home), named(home, MEDICARE, "A2")
    act(home.database, bill, billed, TODAY)
    run_days(home, TODAY, TODAY + timedelta(44))
    assert [kind for kind, _ in tasks(home.database)] == ["bill-insurance", "insurance-not-billed"]
    assert (
        "Medicare was reported for account A2 on 2026-03-02 but not billed yet; filing deadline"
        in tasks(home.database)[1][1]
    )
    run_days(home, TODAY + timedelta(45), TODAY + timedelta(45))
    assert "No response from Acme Health for account A1 in 45 days" in dict(tasks(home.database))["insurance-silent"]
    act(home.database, answered, billed, "paid nothing, the deductible", on=TODAY + timedelta(46))
    act(home.database, bill, forgotten, TODAY, on=TODAY + timedelta(46))
    assert tasks(home.database) == []


def test_payers_and_policies_are_known_again_however_they_are_written() -> None:
    assert same_policy(("Acme Health", "XQ-77 81"), ("ACME HEALTH", "xq7781"))
    assert not same_policy(("Acme Health", "XQ7781"), ("Acme Health", "XQ7782"))
    assert same_payer("MEDICARE PART B", "Medicare")
    assert not same_payer("", "Medicare")
    assert not same_payer("Aetna", "Medicare")

"""Payments that somebody types: each posted once, none taken for another, and taken back when the bank does not pay."""

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from flows.arrangements.commands import Ask, create
from flows.arrangements.plan import PlanRequest
from flows.arrangements.queries import arrangement_view
from flows.calls.promises import promise
from flows.ledger.checks import RefusedPayment
from flows.ledger.payments import Payment, take_back, take_payment
from flows.practice import Practice
from models.database import Database
from tests.flows.intake.files import take, whole, write
from tests.small_book import Someone, account_of, publish_shipped, rows, run_days, take_in

TODAY = date(2026, 3, 2)
FIRST = date(2026, 1, 5)
HEADER = "date,account_number,guarantor_id,amount,reference,method,reversal\n"


@pytest.fixture
def owing(database: Database) -> Database:
    """Ann owes $100 on A1 and $50 on A2, Bo $40 on B1."""
    take_in(
        database,
        [Someone("Ann", [("A1", FIRST, 100_00), ("A2", FIRST, 50_00)]), Someone("Bo", [("B1", FIRST, 40_00)])],
        date(2026, 1, 25),
    )
    return database


def pay(
    database: Database,
    number: str = "A1",
    cents: int = 20_00,
    ref: str = "C1",
    on: date = TODAY,
    today: date = TODAY,
    part: bool = False,
    same_number: bool = False,
) -> bool:
    """Whether a payment was posted."""
    with database.transaction(actor="clerk", business_date=today) as tx:
        return (
            take_payment(
                tx, account_of(database, number), Payment(on, cents, ref, "check", part=part, same_number=same_number)
            ).entry
            is not None
        )


def back(
    database: Database, number: str = "A1", ref: str = "C1", reason: str = "insufficient funds", today: date = TODAY
) -> int:
    """What the check that came back was over."""
    with database.transaction(actor="clerk", business_date=today) as tx:
        return sum(entry.amount_cents for entry in take_back(tx, account_of(database, number), ref, reason))


def balance(database: Database, number: str = "A1") -> int:
    return account_of(database, number).balance_cents


def file(database: Database, tmp_path: Path, *lines: str, name: str = "bank") -> None:
    """Take a bank's file in, of which nothing is rejected."""
    path = write(tmp_path / "in", name, HEADER + "\n".join(lines) + "\n")
    assert not take(database, tmp_path / "in", path)[path.name].rejected


def test_the_very_same_payment_is_posted_once(owing: Database) -> None:
    assert pay(owing)
    before = whole(owing)
    assert not pay(owing)
    assert not pay(owing, ref=" C1 ")
    assert whole(owing) == before
    assert balance(owing) == 80_00


def test_a_reference_that_stands_for_another_amount_of_that_day_is_refused_and_says_for_which(owing: Database) -> None:
    pay(owing)
    before = whole(owing)
    says = (
        r"C1 is already posted: \$20.00 on account A1, dated 2026-03-02; enter a different reference for this payment"
    )
    with pytest.raises(RefusedPayment, match=says):
        pay(owing, cents=30_00)
    assert whole(owing) == before


def test_the_same_number_on_another_day_is_another_payment_and_a_clerk_compares_the_two(owing: Database) -> None:
    with owing.transaction(actor="clerk", business_date=TODAY) as tx:
        take_payment(tx, account_of(owing, "A1"), Payment(TODAY - timedelta(3), 20_00, "C1", "check"))
    with owing.transaction(actor="clerk", business_date=TODAY) as tx:
        posted = take_payment(tx, account_of(owing, "A1"), Payment(TODAY, 20_00, "C1", "check"))
    assert posted.entry is not None
    assert posted.like is not None
    assert posted.like.paid_on == TODAY - timedelta(3)
    assert balance(owing) == 60_00
    with owing.reading() as conn:
        (reason,) = conn.exec_driver_sql("SELECT reason FROM task WHERE kind = 'duplicate-payment'").scalars()
    assert reason.startswith("Payment C1 of $20.00 was posted for 2026-03-02 and for 2026-02-27. Compare with the bank")
    assert not pay(owing), "the very same one is still posted once"
    assert balance(owing) == 60_00


def test_a_check_that_was_returned_is_paid_when_it_is_presented_again(owing: Database) -> None:
    pay(owing, on=TODAY - timedelta(9))
    back(owing)
    assert balance(owing) == 100_00
    with pytest.raises(RefusedPayment, match="if it was presented again, enter the date of this payment"):
        pay(owing, on=TODAY - timedelta(9))
    assert pay(owing)
    assert balance(owing) == 80_00
    with owing.reading() as conn:
        assert not conn.exec_driver_sql("SELECT 1 FROM task WHERE kind = 'duplicate-payment'").all()
    assert back(owing) == 20_00
    assert balance(owing) == 100_00


def test_two_guarantors_may_write_checks_of_one_number_where_somebody_says_so(owing: Database) -> None:
    pay(owing)
    with pytest.raises(
        RefusedPayment, match="for another guarantor; correct the account, or confirm that this is another check"
    ):
        pay(owing, "B1")
    assert pay(owing, "B1", 15_00, same_number=True)
    before = whole(owing)
    assert not pay(owing, "B1", 15_00)
    assert not pay(owing)
    with pytest.raises(RefusedPayment, match=r"C1 is already posted: \$15.00 on account B1"):
        pay(owing, "B1", 16_00)
    assert whole(owing) == before
    assert back(owing, "B1") == 15_00
    assert (balance(owing), balance(owing, "B1")) == (80_00, 40_00)
    assert back(owing) == 20_00


def test_what_was_posted_by_mistake_is_taken_back_without_a_word_to_the_guarantor(owing: Database) -> None:
    pay(owing)
    with owing.transaction(actor="clerk", business_date=TODAY) as tx:
        take_back(tx, account_of(owing, "A1"), "C1", "meant for another account", mistake=True)
    assert balance(owing) == 100_00
    assert rows(owing, "SELECT 1 FROM letter") == []
    (row,) = rows(owing, "SELECT reference FROM ledger_entry WHERE external_id LIKE '%reversal'")
    assert row.reference == "correction C1: meant for another account"


def test_one_letter_tells_of_all_checks_that_came_back_on_a_day_each_once(practice: Practice) -> None:
    database = practice.database
    publish_shipped(database)
    take_in(database, [Someone("Ann", [("A1", FIRST, 100_00), ("A2", FIRST, 50_00)])], date(2026, 1, 25))
    pay(database, "A1", 20_00, "C1")
    pay(database, "A2", 15_00, "C1", part=True)
    pay(database, "A1", 30_00, "C2")
    back(database, "A1", "C1")
    back(database, "A1", "C2")
    assert len(rows(database, "SELECT 1 FROM letter WHERE kind = 'returned-check'")) == 1
    run_days(practice, TODAY, TODAY)
    (data,) = rows(database, "SELECT data FROM letter WHERE kind = 'returned-check'")
    told = json.loads(data.data)["returned_payment"]
    assert (told["amount_cents"], told["count"]) == (65_00, 2)


def test_a_letter_names_the_check_that_came_back_whole(practice: Practice) -> None:
    database = practice.database
    publish_shipped(database)
    take_in(database, [Someone("Ann", [("A1", FIRST, 100_00), ("A2", FIRST, 50_00)])], date(2026, 1, 25))
    pay(database, "A1", 20_00, "C1")
    pay(database, "A2", 15_00, "C1", part=True)
    pay(database, "A1", 90_00 - 30_00, "C2")
    back(database, "A2", "C1")
    run_days(practice, TODAY, TODAY)
    (data,) = rows(database, "SELECT data FROM letter WHERE kind = 'returned-check'")
    told = json.loads(data.data)["returned_payment"]
    assert (told["amount_cents"], told["count"], told["paid_on"]) == (35_00, 1, str(TODAY))


def test_a_payment_that_a_file_brought_is_not_posted_again_by_hand(owing: Database, tmp_path: Path) -> None:
    file(owing, tmp_path, "2026-02-01,B1,,40.00,C1,check,", "2026-02-01,,Ann,120.00,C2,check,")
    assert not pay(owing, "B1", 40_00, on=date(2026, 2, 1))
    assert not pay(owing, "A2", 20_00, "C2", on=date(2026, 2, 1))
    with pytest.raises(RefusedPayment, match=r"C2 is already posted: \$20.00 on account A2"):
        pay(owing, "A2", 21_00, "C2", on=date(2026, 2, 1))


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"on": TODAY + timedelta(1)}, "is in the future"),
        ({"on": FIRST - timedelta(days=30 + 366)}, "more than one year before the date of service"),
        ({"ref": "4111 1111 1111 1111"}, "looks like a card number"),
        ({"ref": "Visa 4111111111111111"}, "looks like a card number"),
        ({"ref": " "}, "enter a reference number"),
        ({"ref": "9" * 65}, "up to 64"),
        ({"ref": "C1:reversal"}, "can't end in"),
        ({"cents": 0}, "more than .0"),
        ({"cents": -5}, "more than .0"),
    ],
)
def test_a_payment_that_cannot_be_is_refused_and_changes_nothing(
    owing: Database, typed: dict[str, Any], says: str
) -> None:
    before = whole(owing)
    with pytest.raises(RefusedPayment, match=says) as refused:
        pay(owing, **typed)
    assert "4111" not in str(refused.value)
    assert whole(owing) == before


def test_a_transfers_number_that_only_resembles_a_cards_says_what_it_is(owing: Database) -> None:
    assert pay(owing, ref="transfer number 4111111111111111")
    assert pay(owing, ref="4111111111111112")


def test_a_bounced_check_is_taken_back_once_and_the_guarantor_is_told(owing: Database) -> None:
    pay(owing)
    later = TODAY + timedelta(5)
    assert back(owing, today=later) == 20_00
    assert balance(owing) == 100_00
    assert [row.kind for row in rows(owing, "SELECT kind FROM letter")] == ["returned-check"]
    (row,) = rows(
        owing, "SELECT external_id, reference, posted_on FROM ledger_entry WHERE external_id LIKE '%reversal'"
    )
    assert (row.external_id, row.reference, str(row.posted_on)) == (
        "C1:reversal",
        "reversal C1: insufficient funds",
        "2026-03-07",
    )
    before = whole(owing)
    with pytest.raises(RefusedPayment, match="was already reversed on 2026-03-07; nothing was changed"):
        back(owing, today=later + timedelta(1))
    with pytest.raises(RefusedPayment, match="reversed on 2026-03-07; if it was presented again, enter the date"):
        pay(owing)
    assert whole(owing) == before


@pytest.mark.parametrize(("number", "ref"), [("A1", "C2"), ("B1", "C1"), ("A1", ""), ("A1", "C1:reversal")])
def test_what_was_not_paid_cannot_be_taken_back(owing: Database, number: str, ref: str) -> None:
    pay(owing)
    before = whole(owing)
    with pytest.raises(RefusedPayment, match="there is no payment"):
        back(owing, number, ref)
    assert whole(owing) == before


def test_a_payment_is_not_taken_back_without_a_reason(owing: Database) -> None:
    pay(owing)
    with pytest.raises(RefusedPayment, match="enter the reason"):
        back(owing, reason=" ")


def test_what_a_clerk_took_back_the_banks_file_does_not_take_back_again(owing: Database, tmp_path: Path) -> None:
    pay(owing)
    file(owing, tmp_path, "2026-02-01,,Bo,30.00,C9,check,")
    back(owing)
    back(owing, "B1", "C9")
    lines = ["2026-03-02,A1,,20.00,C1,check,nsf", "2026-03-02,B1,,30.00,C9,check,nsf"]
    file(owing, tmp_path, *lines, name="bounced")
    assert (balance(owing), balance(owing, "B1")) == (100_00, 40_00)


def test_what_the_banks_file_took_back_a_clerk_does_not_take_back_again(owing: Database, tmp_path: Path) -> None:
    pay(owing)
    file(owing, tmp_path, "2026-02-01,,Bo,30.00,C9,check,")
    lines = ["2026-03-02,A1,,20.00,C1,check,nsf", "2026-03-02,B1,,30.00,C9,check,nsf"]
    file(owing, tmp_path, *lines, name="bounced")
    for number, ref in (("A1", "C1"), ("B1", "C9")):
        with pytest.raises(RefusedPayment, match="already"):
            back(owing, number, ref)


def test_a_guarantors_check_is_taken_back_on_all_that_it_paid(owing: Database, tmp_path: Path) -> None:
    file(owing, tmp_path, "2026-02-01,,Ann,120.00,C2,check,")
    assert back(owing, "A2", "C2") == 120_00
    assert (balance(owing), balance(owing, "A2")) == (100_00, 50_00)
    for number in ("A1", "A2"):
        with pytest.raises(RefusedPayment, match="already"):
            back(owing, number, "C2")


def test_one_check_may_be_typed_for_several_accounts_of_a_guarantor_and_comes_back_whole(owing: Database) -> None:
    pay(owing)
    with pytest.raises(RefusedPayment, match="or confirm that this is part of the same check"):
        pay(owing, "A2", 30_00)
    assert pay(owing, "A2", 30_00, part=True)
    before = whole(owing)
    assert not pay(owing, "A2", 30_00, part=True)
    assert not pay(owing, part=True)
    for other in ({"number": "B1"}, {"number": "A2", "cents": 31_00}, {"cents": 30_00}):
        with pytest.raises(RefusedPayment, match="is already posted"):
            pay(owing, **other, part=True)  # type: ignore[arg-type]
    assert whole(owing) == before
    assert back(owing, "A2") == 50_00
    assert (balance(owing), balance(owing, "A2")) == (100_00, 50_00)


def test_a_bounced_check_opens_the_payment_of_a_plan_and_the_promise_that_it_had_kept(practice: Practice) -> None:
    database = practice.database
    publish_shipped(database)
    take_in(
        database, [Someone("Ann", [("A1", FIRST, 600_00)]), Someone("Bo", [("B1", FIRST, 100_00)])], date(2026, 2, 1)
    )
    run_days(practice, date(2026, 2, 2), date(2026, 2, 6))
    ann, bo = account_of(database, "A1"), account_of(database, "B1")
    with database.transaction(actor="maria", business_date=TODAY) as tx:
        plan = create(tx, Ask((ann.id,), PlanRequest(count=6)))
        promise(tx, bo.guarantor_id, bo.creditor_id, [bo], 40_00, TODAY + timedelta(3))
    pay(database, "A1", 100_00, "P1")
    pay(database, "B1", 40_00, "P2")
    with database.reading() as conn:
        assert arrangement_view(conn, plan)["instalments"][0]["state"] == "paid"
    back(database, "A1", "P1", today=TODAY + timedelta(1))
    back(database, "B1", "P2", today=TODAY + timedelta(1))
    with database.reading() as conn:
        assert arrangement_view(conn, plan)["instalments"][0]["state"] == "open"
    run_days(practice, TODAY + timedelta(2), TODAY + timedelta(12))
    assert [row.state for row in rows(database, "SELECT state FROM promise")] == ["broken"]

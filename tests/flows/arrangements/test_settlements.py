"""Settling for less: by whom, until when, and to the cent."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.accounts.holds import NewHold, open_holds
from flows.arrangements.settlements.commands import Offer, approve, offer, refuse, withdraw
from flows.arrangements.settlements.decide import closing_moves
from flows.ledger.commands import post
from flows.ledger.entry import Entry
from flows.ledger.payments import Payment, take_back, take_payment
from flows.people.death import record_death
from flows.practice import Practice
from models.database import Database
from models.enums import HoldKind, LedgerKind
from models.errors import Refused
from tests.small_book import account_of, publish_shipped, rows, run_days, someone, take_in

TODAY = date(2026, 3, 2)
UNTIL = date(2026, 3, 31)
FIRST = date(2026, 1, 5)


@pytest.fixture
def ada(practice: Practice) -> Practice:
    publish_shipped(practice.database)
    take_in(
        practice.database, [someone("Ada", accounts=[("A1", FIRST, 300_00), ("A2", FIRST, 100_00)])], date(2026, 2, 1)
    )
    run_days(practice, date(2026, 2, 2), date(2026, 2, 6))
    return practice


def settle(database: Database, *numbers: str, by: str = "maria", **more: Any) -> int:
    ids = tuple(account_of(database, number).id for number in numbers)
    with database.transaction(actor=by, business_date=TODAY) as tx:
        return offer(tx, Offer(ids, more.pop("expires_on", UNTIL), "hardship", **more))


def act(database: Database, command: Any, *given: Any, by: str = "boss", on: date = TODAY) -> None:
    with database.transaction(actor=by, business_date=on) as tx:
        command(tx, *given)


def pay(database: Database, number: str, cents: int, on: date) -> None:
    entry = Entry(
        account_of(database, number).id, on, LedgerKind.PATIENT_PAYMENT, -cents, "payments", f"{number}-{on}-{cents}"
    )
    act(database, post, [entry], on=on)


def state(database: Database) -> str:
    return str(rows(database, "SELECT state FROM settlement")[0][0])


def test_a_small_part_is_let_go_by_a_collector_and_more_only_with_a_managers_approval(ada: Practice) -> None:
    small = settle(ada.database, "A2", percent=90)
    assert state(ada.database) == "offered"
    act(ada.database, withdraw, small, "wanted more")
    large = settle(ada.database, "A2", percent=60)
    assert rows(ada.database, "SELECT state FROM settlement WHERE id = :id", id=large)[0][0] == "proposed"
    with pytest.raises(Refused, match="another person must approve"):
        act(ada.database, approve, large, by="maria")
    act(ada.database, approve, large)
    assert rows(ada.database, "SELECT state, decided_by FROM settlement WHERE id = :id", id=large)[0] == (
        "offered",
        "boss",
    )
    assert not rows(ada.database, "SELECT 1 FROM task WHERE kind = 'approve-settlement' AND state = 'open'")


def test_what_is_paid_in_time_lets_the_rest_go_over_all_accounts(ada: Practice) -> None:
    number = settle(ada.database, "A1", "A2", amount_cents=250_00)
    act(ada.database, approve, number)
    pay(ada.database, "A2", 150_00, date(2026, 3, 10))
    assert state(ada.database) == "offered"
    pay(ada.database, "A2", 100_00, date(2026, 3, 20))
    assert state(ada.database) == "paid"
    assert [account_of(ada.database, one).balance_cents for one in ("A1", "A2")] == [0, 0]
    waived = rows(ada.database, "SELECT sum(amount_cents) FROM ledger_entry WHERE kind = 'discount'")[0][0]
    assert waived == -150_00
    assert not rows(ada.database, "SELECT 1 FROM hold WHERE kind = 'settlement' AND cleared_on IS NULL")


def test_an_offer_that_is_not_paid_in_time_is_over_and_the_account_goes_on(ada: Practice) -> None:
    settle(ada.database, "A1", percent=95)
    pay(ada.database, "A1", 100_00, date(2026, 3, 10))
    run_days(ada, UNTIL, UNTIL, ["settle"])
    assert state(ada.database) == "offered"
    run_days(ada, UNTIL + timedelta(days=1), UNTIL + timedelta(days=20))
    assert state(ada.database) == "expired"
    assert account_of(ada.database, "A1").balance_cents == 200_00
    pay(ada.database, "A1", 190_00, UNTIL + timedelta(days=21))
    assert account_of(ada.database, "A1").balance_cents == 10_00


def test_nobody_writes_while_an_offer_runs(ada: Practice) -> None:
    settle(ada.database, "A1", "A2", percent=95)
    run_days(ada, TODAY, UNTIL)
    assert not rows(ada.database, "SELECT 1 FROM letter WHERE queued_on >= :day", day=str(TODAY))


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"percent": 40}, "the discount limit is 50%"),
        ({"percent": 100}, "enter 1 to 99"),
        ({"amount_cents": 300_00}, "is not between"),
        ({"amount_cents": 0}, "is not between"),
        ({}, "enter the settlement amount"),
        ({"percent": 90, "expires_on": TODAY}, "is not between tomorrow"),
        ({"percent": 90, "expires_on": TODAY + timedelta(days=91)}, "is not between tomorrow"),
    ],
)
def test_terms_that_cannot_be_are_refused(ada: Practice, more: dict[str, Any], says: str) -> None:
    with pytest.raises(Refused, match=says):
        settle(ada.database, "A1", **more)
    assert not rows(ada.database, "SELECT 1 FROM settlement")


def test_no_offer_over_a_dispute_or_twice(ada: Practice) -> None:
    act(ada.database, open_holds, [NewHold(HoldKind.DISPUTE, account_id=account_of(ada.database, "A2").id)])
    with pytest.raises(Refused, match="disputed"):
        settle(ada.database, "A1", "A2", percent=90)
    settle(ada.database, "A1", percent=90)
    with pytest.raises(Refused, match="already"):
        settle(ada.database, "A1", percent=90)


def test_what_medicare_left_to_the_patient_is_not_let_go_as_a_courtesy(practice: Practice) -> None:
    publish_shipped(practice.database)
    take_in(practice.database, [someone("Mae", "M1", FIRST, 300_00, payer_class="medicare")], date(2026, 2, 1))
    with pytest.raises(Refused, match="fed-medicare-no-routine-waiver"):
        settle(practice.database, "M1", percent=95)


def test_a_manager_who_refuses_says_why(ada: Practice) -> None:
    number = settle(ada.database, "A1", percent=60)
    act(ada.database, refuse, number, "can pay in parts")
    assert state(ada.database) == "refused"
    with pytest.raises(Refused, match="declined"):
        act(ada.database, approve, number)


@given(st.dictionaries(st.integers(1, 6), st.integers(-500_00, 500_00), min_size=1))
def test_closing_moves_bring_every_account_to_zero_or_leave_what_is_owed_back(balances: dict[int, int]) -> None:
    after = dict(balances)
    moves = closing_moves(balances)
    for move in moves:
        after[move.account_id] += move.amount_cents
    assert sum(move.amount_cents for move in moves if not move.waived) == 0
    assert all(cents <= 0 for cents in after.values())
    assert sum(after.values()) == min(0, sum(balances.values()))
    assert sum(-move.amount_cents for move in moves if move.waived) == max(0, sum(balances.values()))


CHECK = date(2026, 3, 20)


@pytest.fixture
def settled(ada: Practice) -> Practice:
    """Ada's $400.00 are settled for $250.00, by one check that pays too much on one account and nothing on the other."""
    number = settle(ada.database, "A1", "A2", amount_cents=250_00)
    act(ada.database, approve, number)
    act(ada.database, take_payment, account_of(ada.database, "A2"), Payment(CHECK, 250_00, "C1", "check"), on=CHECK)
    assert state(ada.database) == "paid"
    assert owed(ada.database) == [0, 0]
    return ada


def owed(database: Database) -> list[int]:
    return [account_of(database, one).balance_cents for one in ("A1", "A2")]


def bounce(database: Database, on: date) -> None:
    act(database, take_back, account_of(database, "A2"), "C1", "insufficient funds", on=on)


def fell(database: Database) -> list[str]:
    return [row.reason for row in rows(database, "SELECT reason FROM task WHERE kind = 'settlement-reversed'")]


def test_what_was_let_go_is_owed_again_where_the_check_bounced_and_good_money_still_closes_it(
    settled: Practice,
) -> None:
    database = settled.database
    bounce(database, date(2026, 3, 25))
    assert owed(database) == [300_00, 100_00]
    assert state(database) == "offered"
    assert len(rows(database, "SELECT 1 FROM hold WHERE kind = 'settlement' AND cleared_on IS NULL")) == 2
    assert fell(database) == [
        "Settlement 1: $250.00 was returned by the bank; the waived $150.00 is due again; the offer is open "
        "again until 2026-03-31"
    ]
    pay(database, "A1", 250_00, date(2026, 3, 28))
    assert state(database) == "paid"
    assert owed(database) == [0, 0]


def test_a_settlement_whose_check_bounced_after_its_day_is_over(settled: Practice) -> None:
    bounce(settled.database, UNTIL + timedelta(4))
    assert (state(settled.database), owed(settled.database)) == ("expired", [300_00, 100_00])
    assert fell(settled.database)[0].endswith("is due again; make a new offer, or leave the accounts in their schedule")
    pay(settled.database, "A1", 250_00, UNTIL + timedelta(5))
    assert owed(settled.database) == [50_00, 100_00]


def test_an_offer_does_not_stand_again_to_the_dead(settled: Practice) -> None:
    act(
        settled.database,
        record_death,
        account_of(settled.database, "A1").guarantor_id,
        date(2026, 3, 21),
        "family",
        on=date(2026, 3, 22),
    )
    bounce(settled.database, date(2026, 3, 25))
    assert (state(settled.database), owed(settled.database)) == ("expired", [300_00, 100_00])


def test_a_settlement_stands_where_enough_is_paid_without_the_check_that_bounced(settled: Practice) -> None:
    pay(settled.database, "A1", 250_00, date(2026, 3, 24))
    bounce(settled.database, date(2026, 3, 25))
    assert state(settled.database) == "paid"
    assert sum(owed(settled.database)) == 0
    assert fell(settled.database) == []

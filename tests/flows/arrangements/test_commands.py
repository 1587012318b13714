"""Arrangements from the first call to their end: what is agreed holds, what is paid counts, what is missed is told."""

from datetime import date, timedelta
from itertools import count
from typing import Any

import pytest

from flows.accounts.holds import NewHold, clear_holds, holds_of, open_holds
from flows.arrangements.commands import Ask, cancel, create, move, offer, quote, skip
from flows.arrangements.law import Signing
from flows.arrangements.plan import PlanRequest
from flows.arrangements.queries import arrangement_view
from flows.ledger.commands import post
from flows.ledger.entry import Entry
from flows.people.death import record_death
from flows.practice import Practice
from flows.stages import run_stage
from models.database import Database
from models.enums import HoldKind, LedgerKind
from models.errors import Refused
from tests.small_book import account_of, history, publish_shipped, rows, run_days, someone, take_in

TODAY = date(2026, 3, 2)
FIRST = date(2026, 1, 5)
_refs = count(1)


@pytest.fixture
def ada(practice: Practice) -> Practice:
    """Ada owes $500 on A1 and $100 on A2, both on their way in a schedule."""
    publish_shipped(practice.database)
    take_in(
        practice.database, [someone("Ada", accounts=[("A1", FIRST, 500_00), ("A2", FIRST, 100_00)])], date(2026, 2, 1)
    )
    run_days(practice, date(2026, 2, 2), date(2026, 2, 6))
    return practice


def agree(database: Database, *numbers: str, today: date = TODAY, **plan_request: Any) -> int:
    ids = tuple(account_of(database, number).id for number in numbers)
    with database.transaction(actor="maria", business_date=today) as tx:
        return create(tx, Ask(ids, PlanRequest(**plan_request)))


def pay(
    database: Database,
    number: str,
    cents: int,
    on: date,
    *,
    of: str | None = None,
    kind: LedgerKind = LedgerKind.PATIENT_PAYMENT,
) -> str:
    """A payment, or the taking back of one (`of`)."""
    ref = f"P{next(_refs)}" if of is None else f"{of}:reversal"
    amount = -cents if of is None else cents
    with database.transaction(actor="clerk", business_date=on) as tx:
        post(tx, [Entry(account_of(database, number).id, on, kind, amount, "payments", ref)])
    return ref


def view(database: Database, number: int) -> dict[str, Any]:
    with database.reading() as conn:
        return arrangement_view(conn, number)


def states(database: Database, number: int) -> list[str]:
    return [one["state"] for one in view(database, number)["instalments"]]


def settle(practice: Practice, first: date, last: date) -> None:
    run_days(practice, first, last, ["settle"])


def letters(database: Database, kind: str) -> int:
    return len(rows(database, "SELECT 1 FROM letter WHERE kind = :kind AND state <> 'voided'", kind=kind))


def test_ten_months_from_the_first_leaves_the_schedules_way_and_is_confirmed(ada: Practice) -> None:
    number = agree(ada.database, "A1", amount_cents=50_00, first_on=date(2026, 4, 1))
    seen = view(ada.database, number)
    assert seen["total_cents"] == 500_00
    assert [(str(one["due_on"]), one["amount_cents"]) for one in seen["instalments"]][:2] == [
        ("2026-04-01", 50_00),
        ("2026-05-01", 50_00),
    ]
    assert seen["regulation_z"]
    assert letters(ada.database, "arrangement-confirmation") == 1
    run_days(ada, TODAY, date(2026, 3, 31))
    kinds = [kind for on, kind, _ in history(ada.database, "A1") if on >= "2026-03-02"]
    assert "arrangement_made" in kinds
    assert "letter_rendered" in kinds
    assert letters(ada.database, "reminder-2") == 1  # A2's, which is not in the plan
    assert rows(ada.database, "SELECT count(*) FROM letter_account WHERE kind = 'reminder-2'")[0][0] == 1


def test_payments_go_to_the_oldest_first_and_early_ones_count_for_the_next(ada: Practice) -> None:
    number = agree(ada.database, "A1", amount_cents=125_00, first_on=date(2026, 4, 1))
    pay(ada.database, "A1", 150_00, date(2026, 3, 20))
    seen = view(ada.database, number)
    assert [one["paid_cents"] for one in seen["instalments"]] == [125_00, 25_00, 0, 0]
    settle(ada, date(2026, 4, 1), date(2026, 5, 6))
    assert states(ada.database, number) == ["paid", "open", "open", "open"]
    settle(ada, date(2026, 5, 7), date(2026, 5, 7))
    assert states(ada.database, number) == ["paid", "missed", "open", "open"]


def test_a_check_that_comes_back_opens_what_it_had_paid(ada: Practice) -> None:
    number = agree(ada.database, "A1", amount_cents=125_00, first_on=date(2026, 4, 1))
    ref = pay(ada.database, "A1", 125_00, date(2026, 4, 1))
    pay(ada.database, "A1", 125_00, date(2026, 5, 1))
    assert states(ada.database, number)[:2] == ["paid", "paid"]
    pay(ada.database, "A1", 125_00, date(2026, 5, 4), of=ref)
    assert states(ada.database, number)[:2] == ["paid", "open"]
    assert view(ada.database, number)["open_cents"] == account_of(ada.database, "A1").balance_cents == 375_00
    assert "instalment_reopened" in [kind for _, kind, _ in history(ada.database, "A1")]


def test_a_check_from_before_the_plan_takes_nothing_from_what_was_paid_on_it(ada: Practice) -> None:
    ref = pay(ada.database, "A1", 100_00, date(2026, 2, 20))
    number = agree(ada.database, "A1", amount_cents=100_00, first_on=date(2026, 4, 1))
    pay(ada.database, "A1", 100_00, date(2026, 3, 5), of=ref)
    pay(ada.database, "A1", 100_00, date(2026, 4, 1))
    assert states(ada.database, number) == ["paid", "open", "open", "open"]


def test_when_all_is_paid_the_plan_is_done_and_the_account_goes_to_paid_in_full(ada: Practice) -> None:
    number = agree(ada.database, "A1", amount_cents=250_00, first_on=date(2026, 4, 1))
    pay(ada.database, "A1", 250_00, date(2026, 4, 1))
    pay(ada.database, "A1", 250_00, date(2026, 4, 20))
    assert view(ada.database, number)["state"] == "completed"
    run_days(ada, date(2026, 4, 20), date(2026, 4, 24), ["settle", "advance"])
    assert letters(ada.database, "paid-in-full") == 1


def test_what_insurance_pays_late_is_taken_off_the_last_payments(ada: Practice) -> None:
    number = agree(ada.database, "A1", amount_cents=125_00, first_on=date(2026, 4, 1))
    pay(ada.database, "A1", 125_00, date(2026, 4, 1))
    pay(ada.database, "A1", 200_00, date(2026, 4, 10), kind=LedgerKind.INSURANCE_PAYMENT)
    seen = view(ada.database, number)
    assert [one["amount_cents"] for one in seen["instalments"]] == [125_00, 125_00, 50_00, 0]
    assert (seen["reduced_cents"], seen["open_cents"]) == (200_00, 175_00)
    assert seen["total_cents"] == seen["paid_cents"] + seen["open_cents"] + seen["reduced_cents"]


def test_a_missed_payment_is_told_of_first_and_two_break_the_plan_only_when_the_time_is_over(ada: Practice) -> None:
    number = agree(ada.database, "A1", amount_cents=50_00, first_on=date(2026, 4, 1))
    settle(ada, date(2026, 4, 1), date(2026, 4, 7))
    seen = view(ada.database, number)
    assert (seen["state"], seen["missed_cents"], seen["cure_by"]) == ("active", 50_00, date(2026, 4, 21))
    assert letters(ada.database, "arrangement-broken") == 1
    settle(ada, date(2026, 4, 8), date(2026, 5, 6))
    assert view(ada.database, number)["state"] == "active"
    settle(ada, date(2026, 5, 7), date(2026, 5, 7))
    assert view(ada.database, number)["state"] == "broken"
    run_days(ada, date(2026, 5, 7), date(2026, 6, 12))
    assert "resumed" in [kind for _, kind, _ in history(ada.database, "A1")]
    assert letters(ada.database, "arrangement-broken") == 2
    assert letters(ada.database, "final-notice") >= 1


def test_a_plan_that_is_made_up_in_time_goes_on(ada: Practice) -> None:
    number = agree(ada.database, "A1", amount_cents=50_00, first_on=date(2026, 4, 1))
    settle(ada, date(2026, 4, 1), date(2026, 4, 7))
    pay(ada.database, "A1", 50_00, date(2026, 4, 15))
    seen = view(ada.database, number)
    assert (seen["state"], seen["missed_cents"], seen["cure_by"]) == ("active", 0, None)
    assert account_of(ada.database, "A1").plan_missed_since is None


def test_what_comes_after_the_break_takes_the_plan_up_again(ada: Practice) -> None:
    number = agree(ada.database, "A1", amount_cents=50_00, first_on=date(2026, 4, 1))
    settle(ada, date(2026, 4, 1), date(2026, 5, 7))
    assert view(ada.database, number)["state"] == "broken"
    pay(ada.database, "A1", 100_00, date(2026, 5, 12))
    assert view(ada.database, number)["state"] == "active"
    holds = rows(ada.database, "SELECT 1 FROM hold WHERE kind = 'arrangement' AND cleared_on IS NULL")
    assert len(holds) == 1


def test_california_and_new_jersey_give_longer_before_a_plan_ends(practice: Practice) -> None:
    publish_shipped(practice.database)
    take_in(
        practice.database,
        [someone("Cal", "C1", FIRST, 500_00, state="CA"), someone("Jo", "J1", FIRST, 500_00, state="NJ")],
        date(2026, 2, 1),
        kind="public_hospital",
    )
    numbers = [
        agree(practice.database, account, amount_cents=50_00, first_on=date(2026, 4, 1)) for account in ("C1", "J1")
    ]
    settle(practice, date(2026, 4, 1), date(2026, 5, 7))
    assert [view(practice.database, number)["cure_by"] for number in numbers] == [date(2026, 6, 30), date(2026, 6, 6)]
    settle(practice, date(2026, 5, 8), date(2026, 6, 7))
    assert [view(practice.database, number)["state"] for number in numbers] == ["active", "broken"]
    settle(practice, date(2026, 6, 8), date(2026, 7, 1))
    assert view(practice.database, numbers[0])["state"] == "broken"


def test_a_skipped_payment_comes_at_the_end_and_a_moved_one_on_its_new_day(ada: Practice) -> None:
    number = agree(ada.database, "A1", amount_cents=125_00, first_on=date(2026, 4, 1))
    with ada.database.transaction(actor="maria", business_date=TODAY) as tx:
        assert skip(tx, number, 2, "hospital stay") == date(2026, 8, 1)
        move(tx, number, 1, date(2026, 4, 10), "paid on the tenth")
    seen = view(ada.database, number)
    assert [(one["number"], str(one["due_on"]), one["amount_cents"], one["state"]) for one in seen["instalments"]] == [
        (1, "2026-04-10", 125_00, "open"),
        (2, "2026-05-01", 0, "skipped"),
        (3, "2026-06-01", 125_00, "open"),
        (4, "2026-07-01", 125_00, "open"),
        (5, "2026-08-01", 125_00, "open"),
    ]
    assert seen["open_cents"] == 500_00
    settle(ada, date(2026, 4, 10), date(2026, 4, 15))
    assert view(ada.database, number)["missed_cents"] == 0
    with (
        ada.database.transaction(actor="maria", business_date=TODAY) as tx,
        pytest.raises(Refused, match="skipped"),
    ):
        move(tx, number, 2, date(2026, 4, 10), "again")


def test_one_plan_over_two_accounts_ends_when_both_are_paid(ada: Practice) -> None:
    number = agree(ada.database, "A1", "A2", amount_cents=300_00, first_on=date(2026, 4, 1))
    pay(ada.database, "A2", 100_00, date(2026, 4, 1))
    pay(ada.database, "A1", 200_00, date(2026, 4, 1))
    assert states(ada.database, number) == ["paid", "open"]
    pay(ada.database, "A1", 300_00, date(2026, 5, 1))
    assert view(ada.database, number)["state"] == "completed"


def test_a_dispute_stops_the_clock_of_a_plan(ada: Practice) -> None:
    number = agree(ada.database, "A1", amount_cents=50_00, first_on=date(2026, 4, 1))
    key = account_of(ada.database, "A1").id
    with ada.database.transaction(actor="clerk", business_date=date(2026, 3, 20)) as tx:
        open_holds(tx, [NewHold(HoldKind.DISPUTE, account_id=key)])
    settle(ada, date(2026, 4, 1), date(2026, 6, 10))
    assert view(ada.database, number)["state"] == "active"
    assert letters(ada.database, "arrangement-broken") == 0
    with ada.database.transaction(actor="clerk", business_date=date(2026, 6, 10)) as tx:
        clear_holds(tx, holds_of(tx, key, HoldKind.DISPUTE), "answered")
    settle(ada, date(2026, 6, 11), date(2026, 6, 20))
    assert letters(ada.database, "arrangement-broken") == 1


@pytest.mark.parametrize(
    ("hold", "says"),
    [(HoldKind.DISPUTE, "disputed"), (HoldKind.INSURANCE_PENDING, "insurance"), (HoldKind.COMPLAINT, "complaint")],
)
def test_nobody_signs_a_plan_over_an_account_that_is_stopped(ada: Practice, hold: HoldKind, says: str) -> None:
    with ada.database.transaction(actor="clerk", business_date=TODAY) as tx:
        open_holds(tx, [NewHold(hold, account_id=account_of(ada.database, "A1").id)])
    with pytest.raises(Refused, match=says):
        agree(ada.database, "A1", "A2")
    assert agree(ada.database, "A2")


def test_the_dead_sign_nothing(ada: Practice) -> None:
    with ada.database.transaction(actor="clerk", business_date=TODAY) as tx:
        record_death(tx, account_of(ada.database, "A1").guarantor_id, date(2026, 3, 1), "told")
    with pytest.raises(Refused, match="death"):
        agree(ada.database, "A1")


def test_a_plan_is_refused_below_the_minimum_twice_over_or_with_a_card_number(ada: Practice) -> None:
    with pytest.raises(Refused, match="below the minimum"):
        agree(ada.database, "A1", amount_cents=10_00)
    ids = (account_of(ada.database, "A1").id,)
    with (
        pytest.raises(Refused, match="looks like a card number"),
        ada.database.transaction(actor="maria", business_date=TODAY) as tx,
    ):
        create(tx, Ask(ids, autopay_ref="4111 1111 1111 1111", signing=Signing(debit_authorised=True)))
    with (
        pytest.raises(Refused, match="fed-rege-recurring"),
        ada.database.transaction(actor="maria", business_date=TODAY) as tx,
    ):
        create(tx, Ask(ids, autopay_ref="mandate-4711"))
    agree(ada.database, "A1")
    with pytest.raises(Refused, match="already covers these accounts"):
        agree(ada.database, "A1")


def test_a_plan_over_the_income_cap_of_a_state_is_refused(practice: Practice) -> None:
    publish_shipped(practice.database)
    take_in(
        practice.database,
        [someone("Mae", "M1", FIRST, 500_00, state="MD")],
        date(2026, 2, 1),
        kind="public_hospital",
        state="MD",
    )
    ask = Ask(
        (account_of(practice.database, "M1").id,),
        PlanRequest(amount_cents=125_00),
        signing=Signing(monthly_income_cents=200_000),
    )
    with (
        pytest.raises(Refused, match="st-md-plan-cap"),
        practice.database.transaction(actor="maria", business_date=TODAY) as tx,
    ):
        create(tx, ask)
    with practice.database.reading() as conn:
        found = quote(conn, ask, TODAY)
    assert all(plan.monthly_cents * 20 <= 200_000 for plan in found.plans)


def test_a_cancelled_plan_lets_the_account_go_on_where_it_stood(ada: Practice) -> None:
    number = agree(ada.database, "A1")
    with ada.database.transaction(actor="maria", business_date=TODAY) as tx:
        cancel(tx, number, "lost the job")
    assert view(ada.database, number)["state"] == "cancelled"
    run_days(ada, TODAY, date(2026, 4, 20))
    assert rows(ada.database, "SELECT count(*) FROM letter_account WHERE kind = 'reminder-2'")[0][0] == 2
    with (
        ada.database.transaction(actor="maria", business_date=TODAY) as tx,
        pytest.raises(Refused, match="canceled"),
    ):
        cancel(tx, number, "again")


def test_a_promise_that_ran_is_replaced_not_broken(ada: Practice) -> None:
    from flows.calls.commands import CallResult, record_call_result
    from flows.calls.queries import calls_of_the_day

    run_days(ada, date(2026, 2, 9), date(2026, 2, 17))
    day = date(2026, 2, 17)
    with ada.database.reading() as conn:
        (call,), _ = calls_of_the_day(conn, day)
    with ada.database.transaction(actor="maria", business_date=day) as tx:
        record_call_result(
            tx, call.task.id, CallResult("promise_to_pay", "2026-02-17T15:00:00Z", 60_00, day + timedelta(days=5))
        )
    agree(ada.database, "A1", "A2", today=day + timedelta(days=2))
    run_stage(ada, "settle", day + timedelta(days=20))
    assert [row[0] for row in rows(ada.database, "SELECT state FROM promise")] == ["replaced"]


def test_a_letter_offers_three_plans(ada: Practice) -> None:
    with ada.database.transaction(actor="maria", business_date=TODAY) as tx:
        offer(tx, [account_of(ada.database, "A1").id])
    run_stage(ada, "letters", TODAY)
    ((data,),) = rows(ada.database, "SELECT data FROM letter WHERE kind = 'arrangement-offer' AND state = 'rendered'")
    assert data.count('"months"') == 3

"""Plans add up to the cent, fall on days that exist, and keep within the terms."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.arrangements.plan import Plan, PlanRequest, due_days, make, options
from flows.schedules.schedule import Terms
from models.enums import Frequency
from models.errors import BadInput, Refused

TODAY = date(2026, 11, 23)
TERMS = Terms()


def test_fifty_a_month_from_the_first_is_ten_payments() -> None:
    plan = make(500_00, TERMS, TODAY, PlanRequest(amount_cents=50_00))
    assert plan.said() == ("10 monthly payments of $50.00, from December 1, 2026 to September 1, 2027")
    assert plan.large


def test_three_options_are_quoted_the_quickest_without_regulation_z() -> None:
    quick, between, longest = options(500_00, TERMS, TODAY)
    assert [len(plan.instalments) for plan in (quick, between, longest)] == [4, 8, 12]
    assert (quick.large, longest.large) == (False, True)


def test_a_wish_that_the_terms_allow_comes_first() -> None:
    first, *others = options(500_00, TERMS, TODAY, PlanRequest(amount_cents=50_00))
    assert len(first.instalments) == 10
    assert len(others) == 2


@pytest.mark.parametrize(
    ("plan_request", "says"),
    [
        (PlanRequest(amount_cents=20_00), "the minimum of $41.67"),
        (PlanRequest(count=13), "at most 12 monthly payments"),
        (PlanRequest(count=0), "at least one payment"),
        (PlanRequest(first_on=TODAY - timedelta(days=1)), "is in the past"),
        (PlanRequest(first_on=TODAY + timedelta(days=61)), "more than 60 days away"),
        (PlanRequest(down_cents=500_00), "pays the whole balance"),
        (PlanRequest(day_of_month=32), "not a day of the month"),
    ],
)
def test_a_wish_outside_the_terms_is_refused_with_what_would_be_allowed(plan_request: PlanRequest, says: str) -> None:
    with pytest.raises(Refused, match=says.replace("$", r"\$")):
        make(500_00, TERMS, TODAY, plan_request)


def test_a_small_balance_is_one_payment_below_the_minimum() -> None:
    plan = make(12_00, TERMS, TODAY)
    assert [payment.amount_cents for payment in plan.payments] == [12_00]


def test_the_thirty_first_is_the_last_day_of_a_shorter_month() -> None:
    days = due_days(TERMS, date(2027, 1, 31), 5, 31)
    assert days == [date(2027, 1, 31), date(2027, 2, 28), date(2027, 3, 31), date(2027, 4, 30), date(2027, 5, 31)]
    leap = due_days(TERMS, date(2028, 1, 30), 3, 30)
    assert leap == [date(2028, 1, 30), date(2028, 2, 29), date(2028, 3, 30)]


def test_a_plan_that_begins_on_the_last_of_february_goes_on_on_the_thirtieth() -> None:
    assert due_days(Terms(days_of_month=(15, 30)), date(2027, 2, 28), 3) == [
        date(2027, 2, 28),
        date(2027, 3, 30),
        date(2027, 4, 30),
    ]


@st.composite
def wishes(draw: st.DrawFn) -> tuple[int, Terms, date, PlanRequest]:
    terms = Terms(
        min_payment_cents=draw(st.integers(0, 100_00)),
        max_months=draw(st.integers(1, 60)),
        down_payment_percent=draw(st.integers(0, 100)),
        frequency=draw(st.sampled_from(Frequency)),
        days_of_month=tuple(draw(st.lists(st.integers(1, 31), min_size=1, max_size=3))),
    )
    plan_request = PlanRequest(
        amount_cents=draw(st.none() | st.integers(1, 1_000_00)),
        count=draw(st.none() | st.integers(1, 70)),
        day_of_month=draw(st.none() | st.integers(1, 31)),
        down_cents=draw(st.none() | st.integers(0, 500_00)),
    )
    return (
        draw(st.integers(1, 5_000_00)),
        terms,
        date(2026, 1, 1) + timedelta(days=draw(st.integers(0, 1500))),
        plan_request,
    )


def assert_sound(plan: Plan, total: int, terms: Terms, today: date) -> None:
    assert plan.total_cents == total
    assert all(payment.amount_cents > 0 for payment in plan.payments)
    days = [payment.due_on for payment in plan.instalments]
    assert days == sorted(set(days))
    assert days[0] >= today
    ordinary = plan.instalments[:-1]
    assert all(payment.amount_cents >= terms.min_payment_cents for payment in ordinary)
    assert all(payment.amount_cents == plan.amount_cents for payment in ordinary)


@pytest.mark.parametrize(
    ("total", "plan_request", "payments"),
    [
        (204_42, PlanRequest(amount_cents=50_00), [50_00, 50_00, 50_00, 54_42]),
        (204_42, PlanRequest(count=4), [52_00, 52_00, 52_00, 48_42]),
        (220_00, PlanRequest(amount_cents=50_00), [50_00, 50_00, 50_00, 70_00]),
        (230_00, PlanRequest(amount_cents=50_00), [50_00, 50_00, 50_00, 50_00, 30_00]),
        (70_00, PlanRequest(amount_cents=50_00), [35_00, 35_00]),
        (54_42, PlanRequest(amount_cents=50_00), [27_21, 27_21]),
        (410_00, PlanRequest(count=5), [82_00, 82_00, 82_00, 82_00, 82_00]),
    ],
)
def test_a_small_remainder_is_no_payment_of_its_own(total: int, plan_request: PlanRequest, payments: list[int]) -> None:
    plan = make(total, Terms(min_payment_cents=25_00), date(2026, 3, 2), plan_request)
    assert [one.amount_cents for one in plan.instalments] == payments


@given(wishes())
def test_any_plan_adds_up_to_the_cent_and_keeps_within_the_terms(case: tuple[int, Terms, date, PlanRequest]) -> None:
    total, terms, today, plan_request = case
    try:
        plan = make(total, terms, today, plan_request)
    except BadInput:
        return
    assert_sound(plan, total, terms, today)


@given(wishes())
def test_without_a_wish_there_is_always_something_to_offer(case: tuple[int, Terms, date, PlanRequest]) -> None:
    total, terms, today, _ = case
    found = options(total, terms, today)
    assert 1 <= len(found) <= 3
    assert len({len(plan.instalments) for plan in found}) == len(found)
    for plan in found:
        assert_sound(plan, total, terms, today)

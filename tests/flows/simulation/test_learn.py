"""Answers are learned by Kaplan and Meier's estimate, and drawn so that they come as often as they did."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.simulation.answers import Answer, Cell, Curve, Learned, cell_of, chance
from flows.simulation.learn import ENOUGH_STEPS, Watched, curve_of, curves_of, rate_of
from tests.flows.simulation.test_answers import SINCE

STEPS = st.lists(st.tuples(st.integers(0, 200), st.booleans()), min_size=ENOUGH_STEPS, max_size=200)


def test_a_step_that_is_cut_short_counts_only_while_it_was_watched() -> None:
    # 60 steps: 15 are answered on day 5; 15 are cut short on day 7; of the 30 that are left, 15 are answered on day 9.
    days = [5] * 15 + [7] * 15 + [9] * 15 + [40] * 15
    curve = curve_of(days, [True] * 15 + [False] * 15 + [True] * 15 + [False] * 15)
    assert curve is not None
    assert curve.days == (5, 9)
    assert curve.shares == pytest.approx((0.25, 1 - 0.75 * 0.5))
    assert (curve.by(4), curve.by(5), curve.by(8), curve.by(60)) == pytest.approx((0, 0.25, 0.25, 0.625))
    low, high = curve.interval(9)
    assert 0.45 < low < 0.625 < high < 0.78, "Greenwood's error at 30 steps"


def test_few_steps_and_few_answers_are_not_enough_history() -> None:
    assert curve_of([3] * 49, [True] * 49) is None
    assert curve_of([3] * 80, [True] * 4 + [False] * 76) is None
    assert rate_of(3, 49) is None


def test_a_rate_has_an_interval_around_it() -> None:
    rate = rate_of(30, 60)
    assert rate is not None
    assert rate.low < 0.5 < rate.high
    assert (round(rate.low, 3), round(rate.high, 3)) == (0.377, 0.623), "Wilson's interval"


@given(steps=STEPS, after=st.integers(0, 100))
def test_a_drawn_day_is_after_the_days_that_passed_and_one_of_the_curve(
    steps: list[tuple[int, bool]], after: int
) -> None:
    curve = curve_of([days for days, _ in steps], [answered for _, answered in steps])
    if curve is None:
        return
    assert all(low <= share <= high for low, share, high in zip(curve.low, curve.shares, curve.high, strict=True))
    assert list(curve.shares) == sorted(curve.shares)
    for draw in (0.0, 0.3, 0.7, 0.999):
        day = curve.day_of(draw, after)
        assert day is None or (day > after and day in curve.days)


def test_draws_come_as_often_as_the_curve_says() -> None:
    curve = curve_of([5] * 25 + [9] * 25 + [40] * 50, [True] * 50 + [False] * 50)
    assert curve is not None
    drawn = Counter(curve.day_of(chance("paid", account, 1, "reminder-1"), 0) for account in range(20_000))
    assert drawn[5] / 20_000 == pytest.approx(0.25, abs=0.015)
    assert drawn[9] / 20_000 == pytest.approx(0.25, abs=0.015)
    late = Counter(curve.day_of(chance("paid", account, 1, "reminder-1"), 6) for account in range(20_000))
    assert late[9] / 20_000 == pytest.approx(1 / 3, abs=0.015), "of those who had not answered by day 6"


def test_a_narrow_group_without_history_takes_the_share_of_the_wider_one() -> None:
    small = cell_of("letter:final_notice", "ours", "final-notice", 50_00, 90)
    large = cell_of("letter:final_notice", "ours", "final-notice", 900_00, 90)
    watched = [Watched(small, 5, Answer.PAID, 1.0)] * 30 + [Watched(small, 30)] * 30
    watched += [Watched(large, 5, Answer.PAID, 0.5)] * 2 + [Watched(large, 30)] * 8
    learned = Learned(70, SINCE, curves_of(watched))
    of_small, of_large = learned.curve(Answer.PAID, small), learned.curve(Answer.PAID, large)
    assert of_small is not None
    assert of_large is not None
    assert (of_small.steps, of_large.steps) == (60, 70)
    assert of_large.by(30) == pytest.approx(32 / 70)
    assert learned.curve(Answer.RETURNED, small) is None, "nothing came back"
    renamed = cell_of("letter:final_notice", "ours", "last-notice", 50_00, 90)
    same_letter = learned.curve(Answer.PAID, renamed)
    assert same_letter is not None, "a new step is answered as the letter that it sends"
    assert learned.curve(Answer.PAID, Cell("letter:reminder", "ours", "reminder-1")) is None


def test_the_part_that_is_paid_follows_what_was_paid() -> None:
    curve = Curve((5,), (1.0,), (1.0,), (1.0,), 60, 60, tuple([0.1] * 10 + [1.0] * 10))
    assert (curve.part(0.0), curve.part(0.49), curve.part(0.5), curve.part(0.9999)) == (0.1, 0.1, 1.0, 1.0)

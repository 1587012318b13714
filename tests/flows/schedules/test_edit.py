"""Edits of a schedule's text change what they say, and keep everything else: comments, order, other conditions."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.dunning.versions.publish import SHIPPED
from flows.schedules.difference import differences
from flows.schedules.edit import (
    Only,
    StepEdit,
    add_step,
    change_step,
    move_step,
    only_of,
    remove_step,
    reorder_step,
    set_word,
)
from flows.schedules.schedule import At, OpenCall, Schedule
from flows.schedules.schedule_file import build, read_source
from models.errors import BadInput, NotFound
from tests.random_books import schedules

TEXT = Path(SHIPPED / "patient-balance-agency.yaml").read_text()


def schedule_of(text: str) -> Schedule:
    return build(read_source(text, "test.yaml").words)


def sentences(text: str) -> list[str]:
    return [one.sentence for one in differences(schedule_of(TEXT), schedule_of(text))]


def test_a_moved_step_changes_its_line_alone() -> None:
    moved = move_step(TEXT, "final-notice", 80)
    assert sentences(moved) == ["Final notice moves from day 90 to day 80."]
    assert moved.count("#") == TEXT.count("#"), "comments stay"


def test_a_step_that_counts_from_another_keeps_counting_from_it() -> None:
    moved = schedule_of(move_step(TEXT, "first-call", 45)).step("first-call")
    assert (moved.at.after, moved.at.days, moved.nominal_day) == ("reminder-1", 15, 45)
    with pytest.raises(BadInput, match="counts from reminder 1"):
        move_step(TEXT, "first-call", 20)


def test_a_move_does_not_lower_the_days_after_the_final_notice() -> None:
    with pytest.raises(BadInput, match="at least 30 days after final notice, on day 120"):
        move_step(TEXT, "review", 100)
    sooner = move_step(move_step(TEXT, "final-notice", 60), "review", 100)
    assert schedule_of(sooner).step("review").nominal_day == 100


def test_a_removed_step_leaves_the_others_on_their_days() -> None:
    gone = schedule_of(remove_step(TEXT, "reminder-2"))
    assert "reminder-2" not in gone.position
    assert gone.step("offer-plan").nominal_day == 67


def test_a_step_that_an_event_returns_to_is_not_removed() -> None:
    with pytest.raises(BadInput, match="continues at final notice"):
        remove_step(TEXT, "final-notice")


def test_a_renamed_step_keeps_its_followers() -> None:
    edit = StepEdit("letter-one", At(day=30), schedule_of(TEXT).step("reminder-1").act)
    renamed = schedule_of(change_step(TEXT, "reminder-1", edit))
    assert renamed.step("first-call").at.after == "letter-one"


def test_conditions_that_no_form_has_stay() -> None:
    text = TEXT.replace("when: {balance: {at_least: 50.00}}", "when: {has_email: true, balance: {at_least: 50.00}}")
    edit = StepEdit("first-call", At(after="reminder-1", days=10), OpenCall("first-call"), Only(balance_at_least=75_00))
    words = read_source(change_step(text, "first-call", edit), "x").words.steps[1].when
    assert words.has_email is True
    assert only_of(words) == Only(balance_at_least=75_00)


def test_a_name_is_used_once_and_an_unknown_step_is_refused() -> None:
    edit = StepEdit("review", At(day=3), OpenCall("first-call"))
    with pytest.raises(BadInput, match="used already"):
        add_step(TEXT, edit)
    with pytest.raises(NotFound):
        move_step(TEXT, "nowhere", 3)


def test_order_and_spacing() -> None:
    up = schedule_of(reorder_step(TEXT, "reminder-2", -1))
    assert [step.id for step in up.steps][:3] == ["reminder-1", "reminder-2", "first-call"]
    assert sentences(set_word(TEXT, ("spacing", "letters", "at_least_days"), 21)) == [
        "Minimum days between letters change from 14 to 21."
    ]


@settings(max_examples=80, deadline=None)
@given(text=schedules(), which=st.integers(0, 4), day=st.integers(0, 200))
def test_any_step_moves_to_the_day_or_says_why_not(text: str, which: int, day: int) -> None:
    steps = schedule_of(text).steps
    step = steps[which % len(steps)].id
    try:
        moved = schedule_of(move_step(text, step, day))
    except BadInput:
        return
    assert moved.step(step).nominal_day == day


@settings(max_examples=60, deadline=None)
@given(text=schedules(), which=st.integers(0, 4))
def test_removing_any_step_keeps_the_days_of_the_others(text: str, which: int) -> None:
    before = schedule_of(text)
    step = before.steps[which % len(before.steps)].id
    after = schedule_of(remove_step(text, step))
    assert {one.id: one.nominal_day for one in after.steps} == {
        one.id: one.nominal_day for one in before.steps if one.id != step
    }

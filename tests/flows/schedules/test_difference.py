"""What differs between two versions is a sentence that a manager can read aloud."""

from pathlib import Path

import pytest
from hypothesis import given, settings

from flows.dunning.versions.publish import SHIPPED
from flows.schedules.difference import Change, What, differences
from flows.schedules.schedule import Schedule
from flows.schedules.schedule_file import build, read_source
from tests.random_books import schedules

TEXT = Path(SHIPPED / "patient-balance-agency.yaml").read_text()


def schedule_of(text: str) -> Schedule:
    return build(read_source(text, "test.yaml").words)


def changes(*replaced: tuple[str, str]) -> list[Change]:
    text = TEXT
    for before, after in replaced:
        assert before in text
        text = text.replace(before, after)
    return differences(schedule_of(TEXT), schedule_of(text))


CASES = [
    ("{day: 90}", "{day: 80}", "Final notice moves from day 90 to day 80."),
    ("at_least: 50.00", "at_least: 100.00", "First call is dropped for balances under $100.00."),
    (
        "    when: {balance: {at_least: 50.00}}\n",
        "",
        "First call is now for every balance (before: $50.00 or more).",
    ),
    ("attempts: 3", "attempts: 5", "First call: attempts from 3 to 5."),
    ("at_least_days: 14", "at_least_days: 21", "Minimum days between letters change from 14 to 21."),
    ("at_most: 7", "at_most: 5", "The call limit changes from 7 calls in 7 days to 5 calls in 7 days."),
    ("overdue_days: 30", "overdue_days: 45", "When accounts enter changes from 30 days overdue to 45 days overdue."),
    (
        "below: 5.00",
        "below: 8.00",
        "Small balances: write-off under $8.00 from day 90 (before: write-off under $5.00 from day 90).",
    ),
    ("min_payment: 25.00", "min_payment: 40.00", "Payment plan terms standard: minimum payment from $25.00 to $40.00."),
    ("pool: primary", "pool: secondary", "Place: pool from primary to secondary."),
    (
        "{after: reminder-1, days: 10}",
        "{after: reminder-1, days: 5}",
        "First call moves from 10 days after reminder 1 to 5 days after reminder 1 (from day 40 to day 35).",
    ),
]


@pytest.mark.parametrize(("before", "after", "sentence"), CASES)
def test_a_change_is_said_in_one_sentence(before: str, after: str, sentence: str) -> None:
    assert [one.sentence for one in changes((before, after))] == [sentence]


def test_a_step_that_counts_from_a_moved_one_is_said_to_move_too() -> None:
    found = changes(("{day: 60}", "{day: 50}"))
    assert [one.sentence for one in found] == [
        "Reminder 2 moves from day 60 to day 50.",
        "Offer plan moves from day 67 to day 57, because it counts from reminder 2.",
    ]


def test_a_step_with_another_name_is_renamed_and_not_removed() -> None:
    (found,) = changes(("id: offer-plan", "id: plan-offer"))
    assert (found.what, found.before, found.after) == (What.RENAMED, "offer-plan", "plan-offer")


def test_added_and_removed_steps_say_what_they_do_and_when() -> None:
    added = "  - id: third\n    at: {day: 75}\n    do: {letter: reminder-3}\n  - id: final-notice\n"
    (one,) = changes(("  - id: final-notice\n", added))
    assert one.sentence == "Third is added: reminder 3 letter on day 75."
    (back,) = differences(schedule_of(TEXT.replace("  - id: final-notice\n", added)), schedule_of(TEXT))
    assert back.sentence == "Third is removed: reminder 3 letter on day 75."


@settings(max_examples=60, deadline=None)
@given(one=schedules(), two=schedules())
def test_the_same_schedule_has_no_differences_and_another_one_has_some(one: str, two: str) -> None:
    first, second = schedule_of(one), schedule_of(two)
    assert differences(first, first) == []
    if (first.steps, first.letters) != (second.steps, second.letters):
        assert differences(first, second)
    for change in differences(first, second):
        assert change.sentence.endswith(".") and "None" not in change.sentence and "_" not in change.sentence

"""What a day counts has closed names, and a stored day is read as it was written."""

import pytest

from flows.accounts.counts import Count, Counts, by_rule, count_of_rule, read_counts, words_of
from flows.estates.deadlines.decide import AlarmKind
from flows.reports.dashboard import ENDS
from flows.stages import DAY_HEADS, STANDING
from models.enums import PromiseState


@pytest.mark.parametrize("outcome", [PromiseState.KEPT, PromiseState.PARTLY_KEPT, PromiseState.BROKEN])
def test_every_outcome_of_a_promise_is_counted(outcome: PromiseState) -> None:
    assert Count(f"promises_{outcome.value}") in Count


@pytest.mark.parametrize("kind", list(AlarmKind))
def test_everything_that_the_estate_desk_is_told_is_counted(kind: AlarmKind) -> None:
    assert Count(f"estate_{kind.value}") in Count


def test_counts_are_read_as_they_were_stored_with_rules_and_words_of_other_versions() -> None:
    stored = {"advanced": 3, "blocked_by:fed-bankruptcy-stay": 2, "of_an_older_version": 1}
    counts = read_counts(stored)
    assert words_of(counts) == stored
    assert all(type(word) is str for word in words_of(counts))
    assert counts[Count.ADVANCED] == 3
    assert counts[count_of_rule("fed-bankruptcy-stay")] == 2
    assert by_rule(counts) == {"fed-bankruptcy-stay": 2}
    assert words_of(counts + Counts({Count.ADVANCED: 1}))["advanced"] == 4


def test_what_people_read_of_a_day_are_counts() -> None:
    assert {*DAY_HEADS, *STANDING, *(name for name, _ in ENDS)} <= {*Count}

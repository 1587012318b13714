"""What the law leaves to a late claim: each entry with its law and source, for a time, and nothing that was not looked up."""

from datetime import date, timedelta

import pytest

from compliance.late_claims import LABELS, LateKind, late_claims, late_remedies, read_late_claims
from compliance.tables import BadTable

DIED, BAR, TODAY = date(2026, 2, 1), date(2026, 9, 1), date(2026, 9, 20)
GENERAL = "Tulsa Professional Collection Services v. Pope, 485 U.S. 478 (1988)"


def kinds(state: str | None, today: date = TODAY) -> list[str]:
    return [one.kind.value for one in late_remedies(state, DIED, BAR, today)]


def test_every_entry_says_its_law_where_it_was_read_and_how_sure_it_is() -> None:
    table = late_claims()
    for one in [*table.everywhere, *(one for rows in table.states.values() for one in rows)]:
        assert one.citation and one.source and one.read_on <= table.as_known, one
    assert set(LABELS) == set(LateKind)


def test_florida_lets_a_court_give_more_time_for_two_years_after_the_death_and_not_longer() -> None:
    assert kinds("FL") == ["late_petition", "actual_notice"]
    assert kinds("FL", date(2028, 2, 1)) == ["late_petition", "actual_notice"]
    assert kinds("FL", date(2028, 2, 2)) == ["actual_notice"]


def test_nebraska_counts_its_sixty_days_from_the_deadline_that_passed() -> None:
    assert kinds("NE", BAR + timedelta(60)) == ["late_petition", "actual_notice"]
    assert kinds("NE", BAR + timedelta(61)) == ["actual_notice"]


def test_ohio_leaves_nothing_and_no_other_way_is_named_beside_it() -> None:
    (only,) = late_remedies("OH", DIED, BAR, TODAY)
    assert (only.kind, only.citation) == (LateKind.NOTHING, "Ohio R.C. 2117.06(B), (C)")


@pytest.mark.parametrize("state", ["DE", None])
def test_a_state_that_was_not_looked_up_has_only_what_holds_everywhere(state: str | None) -> None:
    assert [one.citation for one in late_remedies(state, DIED, BAR, TODAY)] == [GENERAL]


GOOD = "{kind: nothing, says: x, citation: y, source: z, read_on: 2026-01-01, confidence: high}"


@pytest.mark.parametrize(
    ("row", "says"),
    [
        (GOOD.replace("nothing", "hope"), r"states\.FL\[0\]: kind must be one of late_petition"),
        (GOOD.replace("citation: y, ", ""), r"states\.FL\[0\]: says, citation, source, read_on"),
        (GOOD.replace("high", "sure"), "and confidence are required"),
        (GOOD.replace("}", ", until: {from: notice, days: 3}}"), r"until needs from \(death, deadline\)"),
        (GOOD.replace("}", ", until: {from: death}}"), "one number of days, weeks, months, years"),
    ],
)
def test_an_entry_without_its_law_is_refused_with_its_place(row: str, says: str) -> None:
    with pytest.raises(BadTable, match=says):
        read_late_claims(f"as_known: 2026-01-01\neverywhere: {{claim: []}}\nstates:\n  FL: [{row}]\n")


def test_a_state_that_is_none_is_refused() -> None:
    with pytest.raises(BadTable, match="ZZ is not a state"):
        read_late_claims("as_known: 2026-01-01\neverywhere: {claim: []}\nstates: {ZZ: []}\n")

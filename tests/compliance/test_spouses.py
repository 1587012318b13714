"""What the states' laws say of a surviving spouse: a row for each, read strictly, with the line of every flaw."""

from datetime import date

import pytest

from compliance.nonclaim_table import STATES
from compliance.spouses import TABLE, Condition, Liable, read_spouses, spouse_laws, spouse_of_law
from compliance.tables import BadTable

TODAY = date(2026, 6, 1)
ROW = "{name: Ohio, kind: necessaries, conditions: [during_marriage], citation: 'R.C. 1', as_of: 2026-01-01, confidence: low}"


def test_every_state_has_a_row_with_its_citation_day_and_confidence() -> None:
    laws = spouse_laws()
    assert set(laws) == STATES
    assert all(law.citation and law.as_of and law.confidence in ("high", "medium", "low") for law in laws.values())


def test_counsel_is_told_to_check_before_anything_else_is_read() -> None:
    assert "COUNSEL MUST CHECK" in TABLE.read_text("utf-8").split("states:")[0]


@pytest.mark.parametrize("state", sorted(STATES))
def test_where_a_spouse_may_owe_it_is_for_care_in_the_marriage_only(state: str) -> None:
    law = spouse_laws()[state]
    assert (law.kind is Liable.NONE) == (law.conditions == frozenset())
    assert law.kind is Liable.NONE or Condition.DURING_MARRIAGE in law.conditions


@pytest.mark.parametrize(
    ("state", "kind", "estate_first"),
    [
        ("IL", Liable.FAMILY_EXPENSE, False),
        ("FL", Liable.NONE, False),
        ("NJ", Liable.NECESSARIES, True),
        ("WA", Liable.COMMUNITY_PROPERTY, False),
        ("OH", Liable.NECESSARIES, True),
        ("MI", Liable.NONE, False),
    ],
)
def test_what_a_state_says(state: str, kind: Liable, estate_first: bool) -> None:
    law = spouse_of_law(state, TODAY)
    assert law is not None and law.kind is kind
    assert (Condition.ESTATE_FIRST in law.conditions) is estate_first


def test_a_row_holds_from_its_first_day_to_its_last() -> None:
    (law,) = read_spouses(f"states:\n  OH: {ROW[:-1]}, from: 2026-02-01, until: 2026-07-31}}\n").values()
    days = [date(2026, 1, 31), date(2026, 2, 1), date(2026, 7, 31), date(2026, 8, 1)]
    assert [law.holds(day) for day in days] == [False, True, True, False]


def test_of_a_state_that_there_is_not_nothing_is_known() -> None:
    assert spouse_of_law("XX", TODAY) is None


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("states:\n  OH: {name: Ohio", "x.yaml:2: is not valid YAML here"),
        ("state: {}", "x.yaml:1: it must contain only states"),
        (f"states:\n  # a remark\n  XX: {ROW}", "x.yaml:3, XX: is not a state"),
        (f"states:\n  OH: {ROW.replace('kind', 'kin')}", 'did you mean "kind"'),
        (f"states:\n  OH: {ROW.replace('necessaries', 'necessary')}", 'did you mean "necessaries"'),
        (f"states:\n  OH: {ROW.replace('2026-01-01', 'lately')}", 'as_of is "lately"; write a date'),
        (f"states:\n  OH: {ROW.replace('[during_marriage]', '[in_marriage]')}", 'did you mean "during_marriage"'),
        (f"states:\n  OH: {ROW.replace('[during_marriage]', '[]')}", "during_marriage at the least"),
        (f"states:\n  OH: {ROW.replace('necessaries', 'none')}", "and nowhere else"),
        ("states:\n  OH: necessaries", "write fields and their values"),
        (f"states:\n  OH: {ROW.replace('low', 'sure')}", "write one of high, medium, low"),
    ],
)
def test_a_table_that_cannot_be_read_names_the_line_and_what_would_be_right(text: str, told: str) -> None:
    with pytest.raises(BadTable) as wrong:
        read_spouses(text, "x.yaml")
    assert told in str(wrong.value)


def test_all_flaws_are_told_together() -> None:
    text = f"states:\n  XX: {ROW}\n  OH: {ROW.replace('low', 'sure')}\n"
    with pytest.raises(BadTable) as wrong:
        read_spouses(text, "x.yaml")
    assert [line.partition(",")[0] for line in str(wrong.value).splitlines()] == ["x.yaml:2", "x.yaml:3"]

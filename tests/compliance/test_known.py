"""As of which day the law is known, when that is too long ago, and which facts an answer hangs on."""

from datetime import date
from pathlib import Path

import pytest

from compliance.gaps import not_given
from compliance.known import oldest, warning
from compliance.letter_lines import TABLE as LINES
from compliance.load import catalogue
from compliance.rules import StepKind
from compliance.tables import FOLDER, BadTable, dated_rows, tables_known

KNOWN = date(2025, 12, 31)


@pytest.mark.parametrize(
    ("today", "warned"), [(date(2026, 11, 28), False), (date(2026, 12, 31), False), (date(2027, 1, 1), True)]
)
def test_law_is_relied_on_for_twelve_months_and_then_with_a_warning(today: date, warned: bool) -> None:
    said = warning(KNOWN, today)
    assert (said is not None) is warned
    assert said is None or ("2025-12-31" in said and "counsel" in said)


def test_of_several_rows_the_oldest_day_counts() -> None:
    assert oldest([date(2026, 11, 28), KNOWN]) == KNOWN
    assert oldest([]) is None and warning(None, KNOWN) is None


def test_every_rule_says_as_of_which_day_it_is_known() -> None:
    for rule in catalogue().rules:
        assert rule.as_known == (rule.read_on or KNOWN)
        assert (rule.source is None) == (rule.read_on is None)


def test_every_table_of_the_law_says_as_of_which_day_it_is_known() -> None:
    no_law = {"fact_doors.yaml", "state-zones.yaml", "rules/vocabulary.yaml"}
    tables = {str(path.relative_to(FOLDER)) for path in FOLDER.rglob("*.yaml")} - no_law
    assert set(tables_known()) == tables
    assert all(date(2025, 1, 1) < day for day in tables_known().values())
    assert dated_rows(LINES).as_known == KNOWN


@pytest.mark.parametrize(
    "text", ["- a: 1\n", "rows: []\n", "as_known: soon\nrows: []\n", "as_known: 2026-01-31\nrows: 3\n"]
)
def test_a_table_without_its_day_or_its_rows_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "one.yaml").write_text(text)
    with pytest.raises(BadTable, match=r"one\.yaml: .*as_known"):
        dated_rows(tmp_path / "one.yaml")


OHIO = {"actor": "first_party", "person.state": "OH", "account.payer_class": "self_pay"}


def test_an_answer_names_the_facts_that_were_not_given_and_the_rules_that_asked() -> None:
    found = not_given(StepKind.LETTER, OHIO, date(2026, 11, 28))
    assert "fed-bankruptcy-stay" in found["account.flags"]
    assert "account.payer_class" not in found
    # Medicaid's own rule hangs on the payer class alone, and that is given.
    assert all("fed-medicaid-accept-as-payment-in-full" not in rules for rules in found.values())


def test_a_fact_that_is_given_is_no_gap_nor_is_what_only_a_refuted_rule_asks() -> None:
    known = {**OHIO, "account.flags": (), "person.deceased_on": None}
    found = not_given(StepKind.LETTER, known, date(2026, 11, 28))
    assert "account.flags" not in found and "account.nsa_cost_share_cents" not in found
    assert "pol-deceased-first-party" in found["person.deceased_on"]


def test_a_wait_whose_first_day_is_not_known_is_a_gap() -> None:
    known = {"actor": "first_party", "person.state": "UT", "account.state_notice_on": None}
    found = not_given(StepKind.PLACEMENT, known, date(2026, 11, 28))
    assert "st-ut-wait" in found["account.state_notice_on"]

"""Conditions are read once, checked against the vocabulary, and never run as Python."""

from datetime import date, time
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from compliance.conditions import BadCondition, compile_condition
from compliance.hours import lawful_window, zones_of
from compliance.load import FOLDER, catalogue
from compliance.tables import BadTable

WORDS = catalogue().vocabulary

ABSENT = [
    ("account.balance_cents < 5", False),
    ("account.balance_cents > 5", False),
    ("account.balance_cents == None", True),
    ("account.balance_cents is None", True),
    ("account.fa_screened != True", True),
    ("account.billed_cents - account.gfe_cents >= 40000", False),
    ("'disputed' in account.flags", False),
    ("'disputed' not in account.flags", True),
    ("not account.time_barred", True),
    ("account.time_barred or account.plan_active", False),
    ("policy.reg_f_for_first_party", True),
    ("policy.small_balance_cents == 1000", True),
]


@pytest.mark.parametrize(("text", "holds"), ABSENT)
def test_what_is_not_known_is_none_and_none_is_less_than_nothing(text: str, holds: bool) -> None:
    assert bool(compile_condition(text, WORDS).holds({})) is holds


REFUSED = [
    ("acount.flags == 'x'", 'did you mean "account.flags"'),
    ("__import__('os')", "not allowed"),
    ("account.flags.__class__", "not a fact of the vocabulary"),
    ("person.state[0] == 'A'", "not allowed"),
    ("[x for x in account.flags]", "not allowed"),
    ("account.balance_cents < person.state", "compares"),
    ("account.payer_class == 'medicair'", 'did you mean "medicare"'),
    ("account.balance_cents / 2 > 1", "not arithmetic"),
    ("account.balance_cents >", "cannot be read"),
    ("lambda: 1", "not allowed"),
]


@pytest.mark.parametrize(("text", "said"), REFUSED)
def test_what_is_not_of_the_safe_part_is_refused_with_a_remedy(text: str, said: str) -> None:
    with pytest.raises(BadCondition, match=said):
        compile_condition(text, WORDS)


def folder_with(tmp_path: Path, rule: str) -> Path:
    for name in ("vocabulary.yaml", "limitation.yaml"):
        (tmp_path / name).write_text((FOLDER / name).read_text())
    (tmp_path / "house.yaml").write_text(HEAD + rule)
    return tmp_path


HEAD = "as_known: '2026-01-31'\nrules:\n"
GOOD = """- id: one
  title: 'A rule'
  jurisdiction: federal
  applies_to: [letter]
  actor: any
  basis: law
  stage: ban
  applies_when: account.balance_cents > 5
  effect: block_for_ever
  params: {}
  look_again: {type: never}
  citation: nowhere
  effective_from: '2020-01-01'
  effective_to: null
  confidence: low
  note: ''
"""

SLIPS = [
    ("stage: ban", "stage: bann", 'stage "bann" is not known', 9),
    ("account.balance_cents > 5", "account.balanse_cents > 5", "did you mean", 10),
    ("'2020-01-01'", "'2020-13-01'", "not a date", 15),
    ("  confidence: low\n", "", "confidence is missing", 3),
    ("  note: ''", "  note: ''\n  colour: red", '"colour" is not a field of a rule', 19),
    ("[letter]", "[leter]", 'did you mean "letter"', 6),
]


@pytest.mark.parametrize(("right", "wrong", "said", "line"), SLIPS)
def test_a_slip_in_a_rule_file_is_named_with_its_file_and_line(
    tmp_path: Path, right: str, wrong: str, said: str, line: int
) -> None:
    folder = folder_with(tmp_path, GOOD.replace(right, wrong))
    with pytest.raises(BadTable, match=said) as refused:
        catalogue(folder)
    assert str(refused.value).startswith(f"house.yaml:{line}: rule one")


def test_a_rule_is_as_known_on_the_day_of_its_file_or_on_the_day_on_which_it_was_looked_up(tmp_path: Path) -> None:
    looked_up = GOOD.replace("id: one", "id: two") + "  source: the code's own page\n  read_on: '2026-11-28'\n"
    rules = catalogue(folder_with(tmp_path, GOOD + looked_up))
    assert (rules.rule("one").as_known, rules.rule("one").source) == (date(2026, 1, 31), None)
    assert (rules.rule("two").as_known, rules.rule("two").read_on) == (date(2026, 11, 28), date(2026, 11, 28))


def test_a_source_without_the_day_on_which_it_was_read_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadTable, match="source and read_on go together"):
        catalogue(folder_with(tmp_path, GOOD + "  source: the code's own page\n"))


@pytest.mark.parametrize(
    "head", ["", "rules:\n", "as_known: soon\nrules:\n", "as_known: '2026-01-31'\nrules: 3\nmore:\n"]
)
def test_a_file_of_rules_without_its_day_is_refused(tmp_path: Path, head: str) -> None:
    folder_with(tmp_path, GOOD)
    (tmp_path / "house.yaml").write_text(head + GOOD if head.endswith("rules:\n") or not head else head)
    with pytest.raises(BadTable, match=r"house\.yaml:1: .*as_known"):
        catalogue(tmp_path)


def test_two_rules_of_one_id_are_refused(tmp_path: Path) -> None:
    with pytest.raises(BadTable, match=r"is already in house\.yaml"):
        catalogue(folder_with(tmp_path, GOOD + GOOD))


def test_a_call_is_lawful_where_every_zone_is_open() -> None:
    zones = zones_of("79901", "212-555-0100")
    assert zones == {"America/Denver", "America/New_York"}
    window = lawful_window(zones, date(2026, 1, 14))
    assert window is not None
    eastern = ZoneInfo("America/New_York")
    assert window.start.astimezone(eastern).time() == time(10)
    assert window.end.astimezone(eastern).time() == time(21)


def test_nobody_is_called_whose_place_is_not_known() -> None:
    assert zones_of(None, None) == frozenset()
    assert lawful_window(frozenset(), date(2026, 1, 14)) is None

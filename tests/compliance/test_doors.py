"""No rule is believed in that cannot fire: each fact has a door, or the rules that need it are listed as not in force."""

import re
from pathlib import Path

import pytest

from compliance.check import with_derived
from compliance.doors import TABLE, Door, DoorKind, fact_doors, read_doors, rules_not_in_force
from compliance.load import catalogue
from compliance.lookup import DERIVED
from compliance.tables import BadTable
from flows.accounts.facts.called import FACT_CALLED
from flows.intake.book_files import BOOK_FILES
from flows.settings.contracts.contract_file import AgencyText, ContractText
from models.enums import FactName, HoldKind

ROOT = Path(__file__).parent.parent.parent
CODE = "\n".join(path.read_text() for path in sorted((ROOT / "flows").rglob("*.py")))
LAW = (ROOT / "docs/law.md").read_text()
DOORS = fact_doors().doors


def of_kind(kind: DoorKind) -> list[Door]:
    return [door for door in DOORS if door.kind is kind]


def name_of(door: Door) -> str:
    return f"{door.name} {door.word or ''}"


@pytest.mark.parametrize("rule", catalogue().rules, ids=lambda rule: rule.id)
def test_every_fact_of_a_rule_has_a_door_or_the_rule_says_what_it_lacks(rule) -> None:
    listed = rules_not_in_force().get(rule.id)
    doorless = [
        name for name in rule.condition.asks if not fact_doors().is_open(name, None) and not name.startswith("policy.")
    ]
    if listed is None:
        # What lacks a door is not needed: the rule holds by another of its facts, or by the absence of that one.
        assert fact_doors().asks(rule) and set(doorless) < {*rule.condition.asks, ""}
    elif listed.why.startswith("no source for"):
        named = listed.why.partition(": ")[2].split(", ")
        assert named and all(
            not fact_doors().is_open(*(one.split("=") if "=" in one else (one, None))) for one in named
        ), listed


@pytest.mark.parametrize("door", of_kind(DoorKind.BOOK), ids=name_of)
def test_a_column_that_is_named_is_a_column_of_the_book(door: Door) -> None:
    file, _, column = door.where.partition(".")
    assert column in next(kind.columns for kind in BOOK_FILES if kind.name == file)


@pytest.mark.parametrize("door", of_kind(DoorKind.FACT), ids=name_of)
def test_a_fact_that_is_named_sets_just_this(door: Door) -> None:
    called = FACT_CALLED[FactName(door.where)]
    assert any(one.name == door.name and (door.word is None or one.word == door.word) for one in called)


def test_every_fact_of_the_book_is_a_door_of_what_it_sets() -> None:
    named = {(door.where, door.name) for door in of_kind(DoorKind.FACT)}
    sets = {(name.value, one.name) for name, called in FACT_CALLED.items() for one in called}
    assert set(FACT_CALLED) == set(FactName)
    assert sets == named


@pytest.mark.parametrize("door", of_kind(DoorKind.HOLD), ids=name_of)
def test_a_hold_that_is_named_is_a_kind_of_hold(door: Door) -> None:
    assert door.where in tuple(HoldKind)


@pytest.mark.parametrize("door", of_kind(DoorKind.AGENCY), ids=name_of)
def test_a_word_of_an_agency_that_is_named_can_be_written(door: Door) -> None:
    assert door.where in {*AgencyText.model_fields, *ContractText.model_fields}


@pytest.mark.parametrize("door", of_kind(DoorKind.MADE), ids=name_of)
def test_what_the_product_works_out_it_gives_to_the_rules(door: Door) -> None:
    derived = with_derived(
        DERIVED, next(iter(catalogue().rules[0].applies_to)), {}, catalogue().rules[0].effective_from
    )
    said = [f'"{door.name}"'] if door.word is None else [f'"{door.name}"', f'"{door.word}"', f"{door.word}\n"]
    lines = (ROOT / "compliance/letter_lines.yaml").read_text()
    assert door.name in derived or any(one in CODE or one in lines for one in said)


@pytest.mark.parametrize(
    "rule",
    [
        "fed-nsa-emergency",
        "fed-nsa-idr-open",
        "fed-gfe-over-400",
        "fed-gfe-dispute-open",
        "fed-medicare-no-abn",
        "fed-medicare-must-bill",
        "fed-medicaid-eligibility-pending",
        "fed-vawa-forensic-exam",
        "fed-hipaa-part2",
        "fed-bankruptcy-discharge",
        "st-ma-hsn-low-income",
        "st-ny-medicaid-at-service",
        "st-nm-indigent",
        "st-co-price-transparency",
        "fed-501r-free-care",
        "fed-501r-eligible",
        "fed-minor-patient",
    ],
)
def test_a_law_that_could_not_fire_is_in_force_now(rule: str) -> None:
    assert rule not in rules_not_in_force()


@pytest.mark.parametrize(
    ("rule", "why"),
    [
        ("st-ca-interest-cap", "does not perform this step: interest"),
        ("fed-regf-call-cap", "applies to agencies"),
        ("fed-501r-lep", None),
        ("st-ma-time-barred-text", "no source for these facts: account.time_barred"),
        ("fed-cfpb-medical-rule-vacated", "kept for reference only"),
    ],
)
def test_a_rule_that_cannot_fire_says_why(rule: str, why: str | None) -> None:
    found = rules_not_in_force().get(rule)
    assert (found is None) if why is None else (found is not None and why in found.why)


def test_a_rule_falls_out_of_force_when_its_door_is_closed() -> None:
    text = TABLE.read_text()
    closed = text.replace("    forensic_exam: {fact: forensic_exam}\n", "")
    assert closed != text
    found = rules_not_in_force(catalogue(), read_doors(closed, catalogue()))
    assert found["fed-vawa-forensic-exam"].why == "no source for these facts: account.flags=forensic_exam"


@pytest.mark.parametrize(
    ("right", "wrong", "says"),
    [
        ("  account.balance_cents:", "  account.balanse_cents:", 'did you mean "account.balance_cents"'),
        ("{book: accounts.balance}", "{bok: accounts.balance}", '"bok" is not a source'),
        ("  letter: {made", "  leter: {made", 'did you mean "letter"'),
        ("actors:\n", "actor:\n", "steps, actors and facts"),
    ],
)
def test_a_table_of_doors_that_does_not_fit_is_refused(right: str, wrong: str, says: str) -> None:
    text = TABLE.read_text()
    assert right in text
    with pytest.raises(BadTable, match=re.escape(says)):
        read_doors(text.replace(right, wrong, 1), catalogue())


def test_the_documents_list_the_rules_that_are_not_in_force_and_no_others() -> None:
    listed = LAW.partition("## Rules that are not in force")[2]
    assert set(re.findall(r"`((?:fed|st|pol|ind|mul)-[a-z0-9-]+)`", listed)) == set(rules_not_in_force())

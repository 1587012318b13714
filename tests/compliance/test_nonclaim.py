"""Deadlines of claims against estates: worked cases, and what must hold whatever the facts."""

import csv
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compliance.estate_classes import classes_of, share_of
from compliance.last_illness import last_illness_cents, year_of_care_cents
from compliance.nonclaim import EstateFacts, RuleName, deadline, file_by
from compliance.nonclaim_table import (
    TABLE,
    BadEstateFacts,
    DeadlineKind,
    PayClass,
    SilenceMeans,
    read_table,
    state_rules,
)
from compliance.presented_claim import silence, sue_by
from compliance.tables import BadTable
from models.enums import CreditorKind

CASES = Path(__file__).with_name("nonclaim_cases.csv")
STATES = sorted(state_rules())
DEATH = date(2026, 1, 15)


def day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def cases() -> list[dict[str, str]]:
    with CASES.open(newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("case", cases(), ids=lambda case: f"{case['state']} {case['date_of_death']}")
def test_a_worked_deadline(case: dict[str, str]) -> None:
    death = date.fromisoformat(case["date_of_death"])
    facts = EstateFacts(death, day(case["letters_issued"]), day(case["first_publication"]), day(case["actual_notice"]))
    found = deadline(case["state"], facts, date.fromisoformat(case["today"]))
    assert (found.on, found.rule.value, found.citation) == (day(case["deadline_date"]), case["rule"], case["citation"])


LOOKED_UP = Path(__file__).with_name("nonclaim_looked_up.csv")


def looked_up_cases() -> list[dict[str, str]]:
    with LOOKED_UP.open(newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("case", looked_up_cases(), ids=lambda case: f"{case['state']} {case['comment']}")
def test_a_worked_deadline_of_a_row_that_was_looked_up(case: dict[str, str]) -> None:
    facts = EstateFacts(
        date.fromisoformat(case["date_of_death"]),
        day(case["letters_issued"]),
        day(case["first_publication"]),
        day(case["actual_notice"]),
        insolvent=day(case["insolvency"]),
    )
    found = deadline(case["state"], facts, date.fromisoformat(case["today"]))
    assert (found.on, found.rule.value, found.kind.value) == (day(case["deadline_date"]), case["rule"], case["kind"])
    assert found.as_known == date(2026, 11, 28)


RECITED = frozenset({"TX", "NV"})
"""States whose citation was put right against the desk's table; nonclaim-corrections.md says how."""


@pytest.mark.field
def test_our_cases_are_those_of_the_desk(field: Path) -> None:
    with (field / "estates/deadlines.csv").open(newline="") as file:
        theirs = list(csv.DictReader(file))
    for ours, desks in zip(cases(), theirs, strict=True):
        asked = set(desks) - ({"citation"} if desks["state"] in RECITED else set())
        assert {name: ours[name] for name in asked} == {name: desks[name] for name in asked}


def test_every_state_is_in_the_table_with_its_citation_and_how_sure_it_is() -> None:
    assert len(STATES) == 52
    assert all(rule.citation and rule.confidence in ("high", "medium", "low") for rule in state_rules().values())


@st.composite
def facts(draw: st.DrawFn) -> tuple[str, EstateFacts, date]:
    """A state, facts that can be, and a day on which all of them are known."""
    death = draw(st.dates(date(2020, 1, 1), date(2027, 12, 31)))
    letters = draw(st.none() | st.integers(0, 500).map(lambda n: death + timedelta(n)))
    first = letters or death
    published = draw(st.none() | st.integers(0, 200).map(lambda n: first + timedelta(n)))
    notice = draw(st.none() | st.integers(0, 300).map(lambda n: first + timedelta(n)))
    known = max(one for one in (death, letters, published, notice) if one is not None)
    today = known + timedelta(draw(st.integers(0, 400)))
    return draw(st.sampled_from(STATES)), EstateFacts(death, letters, published, notice), today


@given(facts())
def test_a_deadline_is_a_day_or_says_why_there_is_none(drawn: tuple[str, EstateFacts, date]) -> None:
    state, known, today = drawn
    found = deadline(state, known, today)
    assert (found.on is None) == (found.rule is RuleName.NONE) == bool(found.why_none)
    assert (found.on is None) != bool(found.because)


@given(facts())
def test_no_deadline_lies_after_the_bar_nor_rolls_over_a_weekend(drawn: tuple[str, EstateFacts, date]) -> None:
    state, known, today = drawn
    found = deadline(state, known, today)
    bars = [one.on for one in found.candidates if one.rule is RuleName.BAR]
    if found.on is None:
        return
    assert all(found.on <= bar for bar in bars)
    assert found.file_by is not None and found.file_by <= found.on <= found.file_by + timedelta(7)
    assert found.file_by.weekday() < 5
    assert found.earliest is not None and found.earliest <= found.on
    assert found.latest is None or found.on <= found.latest


@given(facts(), st.sampled_from(["letters", "published", "notice"]))
def test_a_fact_that_comes_in_today_gives_no_day_before_the_earliest_that_was_told(
    drawn: tuple[str, EstateFacts, date], name: str
) -> None:
    state, known, today = drawn
    told = deadline(state, known, today).earliest
    given_ = {field: getattr(known, field) for field in ("death", "letters", "published", "notice")}
    if given_[name] is not None or (name == "letters" and (known.published or known.notice)):
        return
    later = deadline(state, EstateFacts(**{**given_, name: today}), today)
    assert later.on is None or (told is not None and told <= later.on)


@given(facts(), st.integers(1, 30))
def test_a_day_that_the_notice_names_wins_where_it_is_earlier(drawn: tuple[str, EstateFacts, date], days: int) -> None:
    state, known, today = drawn
    found = deadline(state, known, today)
    if found.on is None or found.on - timedelta(days) < known.death:
        return
    named = found.on - timedelta(days)
    with_it = EstateFacts(known.death, known.letters, known.published, known.notice, named)
    assert deadline(state, with_it, today).on == named


@pytest.mark.parametrize(
    ("facts_", "says"),
    [
        (EstateFacts(date(2027, 1, 1)), "is in the future"),
        (EstateFacts(DEATH, born=date(2026, 2, 1)), "before the birth"),
        (EstateFacts(DEATH, letters=date(2026, 1, 14)), "before the death"),
        (EstateFacts(DEATH, letters=date(2026, 3, 1), published=date(2026, 2, 28)), "before the letters"),
        (EstateFacts(DEATH, letters=date(2026, 3, 1), notice=date(2026, 2, 1)), "before the letters"),
        (EstateFacts(DEATH, notice=date(2026, 1, 1)), "before the death"),
        (EstateFacts(DEATH, published=date(2026, 9, 1)), "is in the future"),
        (EstateFacts(DEATH, order=date(2025, 9, 1)), "before the death"),
    ],
)
def test_facts_that_cannot_be_are_refused(facts_: EstateFacts, says: str) -> None:
    with pytest.raises(BadEstateFacts, match=says):
        deadline("OH", facts_, date(2026, 6, 1))


def test_an_unknown_state_is_refused_with_the_nearest() -> None:
    with pytest.raises(BadEstateFacts, match=r'state "OXH" is not in.*did you mean'):
        deadline("OXH", EstateFacts(DEATH), date(2026, 6, 1))


def test_what_a_creditor_may_argue_for_is_shown_and_never_the_deadline() -> None:
    found = deadline("WA", EstateFacts(DEATH, date(2026, 2, 1), date(2026, 2, 10)), date(2026, 6, 1))
    assert {one.rule for one in found.candidates} >= {RuleName.ARGUED, RuleName.UNKNOWN}
    assert found.rule is RuleName.CLAIM and found.on == date(2026, 6, 10)


def test_the_last_business_day_heeds_a_states_own_holiday() -> None:
    # Patriots' Day, 20 April 2026, closes the courts of Massachusetts and no others.
    assert file_by("MA", date(2026, 4, 20)) == date(2026, 4, 17)
    assert file_by("OH", date(2026, 4, 20)) == date(2026, 4, 20)


def test_a_disallowance_starts_the_time_to_sue_and_silence_means_what_the_state_says() -> None:
    assert sue_by("FL", date(2026, 5, 1)) == date(2026, 5, 31)
    assert sue_by("GA", date(2026, 5, 1)) is None
    rejected = silence("CT", date(2026, 5, 1), None)
    allowed = silence("ID", date(2026, 5, 1), date(2026, 7, 1))
    assert rejected is not None and rejected.means is SilenceMeans.REJECTED and rejected.on == date(2026, 7, 30)
    assert allowed is not None and allowed.means is SilenceMeans.ALLOWED and allowed.on == date(2026, 8, 30)
    assert silence("FL", date(2026, 5, 1), date(2026, 7, 1)) is None


def test_silence_in_nevada_rejects_fifteen_days_after_the_time_to_file_and_no_sooner() -> None:
    found = silence("NV", date(2026, 5, 1), date(2026, 6, 19))
    assert found is not None and (found.means, found.on) == (SilenceMeans.REJECTED, date(2026, 7, 4))


def test_an_independent_executor_in_texas_may_be_silent_and_starts_no_time_to_sue() -> None:
    presented = date(2026, 5, 1)
    asked = silence("TX", presented, None)
    assert asked is not None and asked.on == date(2026, 5, 31) and sue_by("TX", presented) == date(2026, 7, 30)
    assert silence("TX", presented, None, independent=True) is None
    assert sue_by("TX", presented, independent=True) is None
    # Elsewhere nobody acts without the court, whatever was put down.
    assert sue_by("OH", presented, independent=True) == date(2026, 7, 1)


@pytest.mark.parametrize(
    ("state", "cents"),
    [("FL", 10_000), ("PA", 30_000), ("NY", 0), ("TX", 30_000)],
)
def test_the_part_of_the_last_illness_is_that_of_its_window(state: str, cents: int) -> None:
    services = [(DEATH - timedelta(30), None, 10_000), (DEATH - timedelta(120), DEATH - timedelta(100), 20_000)]
    assert last_illness_cents(state, DEATH, services) == cents


def test_a_cap_holds_over_the_whole_claim_and_is_that_of_who_gave_the_care() -> None:
    stay = [(DEATH, None, 900_000)]
    assert last_illness_cents("VA", DEATH, stay, CreditorKind.PUBLIC_HOSPITAL) == 215_000
    assert last_illness_cents("VA", DEATH, stay, CreditorKind.NURSING_HOME) == 215_000
    assert last_illness_cents("VA", DEATH, stay, CreditorKind.PHYSICIAN_PRACTICE) == 42_500
    assert last_illness_cents("VA", DEATH, stay) == 42_500


def test_minnesota_pays_the_last_illness_before_the_rest_of_the_last_year() -> None:
    services = [
        (DEATH - timedelta(30), None, 10_000),
        (DEATH - timedelta(300), None, 20_000),
        (DEATH - timedelta(500), None, 40_000),
    ]
    assert last_illness_cents("MN", DEATH, services) == 10_000
    assert year_of_care_cents("MN", DEATH, services) == 20_000
    assert year_of_care_cents("OH", DEATH, services) == 0
    place = {name: at for at, group in enumerate(classes_of("MN")) for name in group}
    assert (
        place[PayClass.MEDICAID] == place[PayClass.LAST_ILLNESS] < place[PayClass.YEAR_OF_CARE] < place[PayClass.STATE]
    )


def test_north_carolina_pays_judgments_then_medicaid_before_medical_services() -> None:
    claims = {PayClass.JUDGMENTS: 30_000, PayClass.MEDICAID: 30_000, PayClass.LAST_ILLNESS: 40_000}
    share = share_of("NC", 70_000, claims, {PayClass.LAST_ILLNESS: 40_000})
    assert share.ours_cents == 10_000


@pytest.mark.parametrize("state", STATES)
def test_every_state_pays_every_class_once(state: str) -> None:
    assert sorted(name for group in classes_of(state) for name in group) == sorted(PayClass)


@given(
    st.sampled_from(STATES),
    st.integers(0, 5_000_000),
    st.dictionaries(st.sampled_from(list(PayClass)), st.integers(0, 2_000_000)),
    st.integers(0, 100),
)
def test_a_share_pays_no_class_before_the_one_ahead_of_it_is_full(
    state: str, assets: int, claims: dict[PayClass, int], percent: int
) -> None:
    ours = {name: cents * percent // 100 for name, cents in claims.items()}
    share = share_of(state, assets, claims, ours)
    assert sum(one.paid_cents for one in share.classes) == min(assets, sum(claims.values()))
    for ahead, after in zip(share.classes, share.classes[1:], strict=False):
        assert after.paid_cents == 0 or ahead.paid_cents == ahead.claims_cents
    assert 0 <= share.ours_cents <= sum(ours.values())


WELL = "as_known: 2026-01-31\nupc_defaults: {present_to: either, sworn: false}\nstates:\n  ZZ: {name: Z, kind: bar, citation: C, confidence: low, present_to: court, sworn: true, "


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("claim: {from: publisched, months: 4}}", "write one of"),
        ("claim: {from: published, fortnights: 4}}", "write a period"),
        ("claim: {from: published, months: 0}}", "above zero"),
        ("claim: {later_of: [{from: death, days: 1}]}}", "two terms"),
        ("clam: null}", 'did you mean "claim"'),
        ("unknown: null}", "claim is missing"),
        ("claim: null, silence: {means: maybe, days_after_period: 3}}", "write means"),
        ("claim: null, classes: [[funeral]]}", "every class once"),
        ("claim: null, last_illness: {cap_cents: -3}}", "cap_cents"),
    ],
)
def test_a_table_that_cannot_be_read_names_the_state_and_the_field(row: str, says: str) -> None:
    with pytest.raises(BadTable, match="ZZ.*" + says):
        read_table(WELL + row + "\n")


def test_the_shipped_table_reads_and_its_kinds_are_all_used() -> None:
    assert {rule.kind for rule in read_table(TABLE.read_text()).values()} == set(DeadlineKind)

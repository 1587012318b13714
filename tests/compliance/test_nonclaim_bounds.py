"""What the earliest and the latest day promise, the order of payment, and tables that are broken."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import pytest
from dateutil.relativedelta import relativedelta
from hypothesis import assume, given
from hypothesis import strategies as st

from compliance.estate_classes import classes_of, share_of
from compliance.nonclaim import EstateFacts, RuleName, deadline, file_by
from compliance.nonclaim_table import TABLE, DeadlineKind, PayClass, Period, read_table, state_rules
from compliance.tables import BadTable

STATES = sorted(state_rules())
FACTS = ("letters", "published", "notice")


@st.composite
def facts(draw: st.DrawFn) -> tuple[str, EstateFacts, date]:
    """A state, facts that can be in the order in which they can be, and a day not before any of them."""
    death = draw(st.dates(date(2020, 1, 1), date(2027, 12, 31)))
    letters = draw(st.none() | st.integers(0, 500).map(lambda n: death + timedelta(n)))
    after = letters or death
    published, notice = (draw(st.none() | st.integers(0, 300).map(lambda n: after + timedelta(n))) for _ in range(2))
    known = max(day for day in (death, letters, published, notice) if day is not None)
    today = known + timedelta(draw(st.integers(0, 400)))
    return draw(st.sampled_from(STATES)), EstateFacts(death, letters, published, notice), today


@given(facts(), st.sampled_from(FACTS), st.integers(0, 200))
def test_what_comes_after_today_gives_no_day_before_the_earliest_that_was_told(
    drawn: tuple[str, EstateFacts, date], name: str, days: int
) -> None:
    state, known, today = drawn
    assume(getattr(known, name) is None)
    if name == "letters":
        # Letters of which we learn late were issued before the publication or the notice that we know of.
        came = min((day for day in (known.published, known.notice) if day), default=today + timedelta(days))
    else:
        came = today + timedelta(days)
    told = deadline(state, known, today).earliest
    later = deadline(state, replace(known, **{name: came}), max(today, came)).on
    assert later is None or (told is not None and told <= later)


@given(facts(), st.integers(0, 900))
def test_a_named_day_is_between_the_bounds_and_is_provisional_only_while_an_earlier_day_may_come(
    drawn: tuple[str, EstateFacts, date], days: int
) -> None:
    state, known, today = drawn
    found = deadline(state, replace(known, order=known.death + timedelta(days)), today)
    assert found.on is not None and found.earliest is not None
    assert found.earliest <= found.on and (found.latest is None or found.on <= found.latest)
    if found.rule is RuleName.ORDER:
        assert found.latest == found.on and found.provisional == (found.earliest < found.on)
        assert not (found.kind is DeadlineKind.COURT_SET and found.provisional)


def test_letters_that_nobody_told_us_of_are_not_taken_for_later_than_the_publication() -> None:
    told = deadline("NY", EstateFacts(date(2026, 1, 1), published=date(2026, 1, 10)), date(2026, 6, 1))
    assert (told.on, told.earliest) == (None, date(2026, 8, 10))


def test_a_day_named_in_a_notice_may_still_be_shortened_by_a_notice_to_us() -> None:
    found = deadline("OH", EstateFacts(date(2026, 3, 1), order=date(2026, 8, 15)), date(2026, 4, 1))
    assert (found.on, found.earliest, found.provisional) == (date(2026, 8, 15), date(2026, 5, 1), True)


def test_a_day_that_the_court_set_stands_though_no_notice_came() -> None:
    known = EstateFacts(date(2026, 1, 1), date(2026, 1, 10), order=date(2026, 9, 1))
    found = deadline("WI", known, date(2026, 2, 1))
    assert (found.on, found.earliest, found.latest, found.provisional) == (date(2026, 9, 1),) * 3 + (False,)


@given(st.dates(date(2000, 1, 1), date(2060, 1, 1)), st.integers(0, 30), st.integers(0, 60))
def test_weeks_are_added_before_months_and_a_short_month_ends_early(start: date, weeks: int, months: int) -> None:
    found = Period(7 * weeks, months).after(start)
    assert found == start + timedelta(weeks=weeks) + relativedelta(months=months)


@given(st.sampled_from(STATES), st.dates(date(2020, 1, 1), date(2030, 12, 31)))
def test_the_day_to_file_by_is_the_nearest_business_day_not_after(state: str, day: date) -> None:
    found = file_by(state, day)
    assert day - timedelta(7) < found <= day and found.weekday() < 5 and file_by(state, found) == found


@pytest.mark.parametrize("state", STATES)
def test_only_a_row_that_says_so_pays_the_last_illness_from_rank_4_before_federal_debts(state: str) -> None:
    rule, order = state_rules()[state], [name for group in classes_of(state) for name in group]
    if rule.classes is None and (rule.last_illness_rank is None or rule.last_illness_rank >= 4):
        assert order.index(PayClass.FEDERAL) < order.index(PayClass.LAST_ILLNESS)
    if rule.classes is None and rule.last_illness_rank is not None:
        assert order.index(PayClass.LAST_ILLNESS) < order.index(PayClass.STATE)


@pytest.mark.parametrize(
    ("state", "ahead", "behind"),
    [
        ("AK", "federal", "last_illness"),
        ("MI", "last_illness", "state"),
        ("MO", "last_illness", "state"),
        ("NC", "state", "last_illness"),
        ("WA", "last_illness", "federal"),
    ],
)
def test_a_class_is_paid_before_another(state: str, ahead: str, behind: str) -> None:
    place = {name: at for at, group in enumerate(classes_of(state)) for name in group}
    assert place[PayClass(ahead)] < place[PayClass(behind)]


@given(
    st.sampled_from(STATES),
    st.integers(0, 5_000_000),
    st.dictionaries(st.sampled_from(list(PayClass)), st.integers(0, 2_000_000)),
    st.integers(0, 100),
)
def test_in_a_class_that_is_paid_in_part_we_get_our_part_to_within_a_cent(
    state: str, assets: int, claims: dict[PayClass, int], percent: int
) -> None:
    ours = {name: cents * percent // 100 for name, cents in claims.items()}
    share = share_of(state, assets, claims, ours)
    for one in share.classes:
        mine = sum(ours.get(name, 0) for name in one.names)
        assert 0 <= one.paid_cents * mine - one.ours_cents * one.claims_cents <= max(one.claims_cents - 1, 0)
    assert all(
        after.paid_cents == 0 or ahead.paid_cents == ahead.claims_cents for ahead, after in pairwise(share.classes)
    )


GOOD = "name: Z, kind: bar, citation: C, confidence: low, present_to: court, sworn: true, claim: {from: death, days: 3}"


def table(row: str) -> str:
    return f"as_known: 2026-01-31\nupc_defaults: {{present_to: either, sworn: false}}\nstates:\n  ZZ: {row}\n"


def test_a_table_with_a_good_row_reads() -> None:
    assert read_table(table(f"{{{GOOD}}}"))["ZZ"].claim is not None


@pytest.mark.parametrize(
    ("row", "says"),
    [
        (GOOD.replace("sworn: true", "sworn: 'no'"), "sworn.*true or false"),
        (GOOD + ", upc: 'yes'", "upc.*true or false"),
        (GOOD.replace("{from: death, days: 3}", "null"), "claim is null where"),
        (GOOD.replace("kind: bar", "kind: none"), "claim is null where"),
        (GOOD.replace("{from: death, days: 3}", "{later_of: 3}"), "list of terms"),
        (GOOD + ", bar: {from: letters, years: 1}", "from death"),
        (GOOD + ", last_illness_rank: x", "last_illness_rank"),
        (GOOD + ", last_illness_rank: 0", "last_illness_rank"),
        (GOOD + ", last_illness: 60", "period before death"),
        (GOOD + ", silence: allowed", "days_after_period"),
        (GOOD + ", source: a page", "source and read_on go together"),
        (GOOD + ", insolvent: {from: letters, days: 3}", "from insolvency"),
        (GOOD + ", silent: {from: insolvency, days: 3}", "only the term insolvent"),
        (GOOD + ", classes: funeral", "list of lists"),
        (GOOD.replace("citation: C, ", ""), "citation is missing"),
        (GOOD.replace("confidence: low, ", ""), "confidence is missing"),
    ],
)
def test_a_broken_row_is_refused_with_its_state_and_what_would_be_right(row: str, says: str) -> None:
    with pytest.raises(BadTable, match=f"ZZ.*{says}"):
        read_table(table(f"{{{row}}}"))


@pytest.mark.parametrize(
    ("row", "says"), [("7", "ZZ: write fields"), ("{name: Z", "not valid YAML"), ("{a: 1, a: 2}", "not valid YAML")]
)
def test_what_is_no_row_or_no_yaml_is_refused(row: str, says: str) -> None:
    with pytest.raises(BadTable, match=says):
        read_table(table(row))


@pytest.mark.parametrize("state", ["AK", "PR", "DC"])
def test_a_state_that_is_left_out_is_missed(state: str, monkeypatch: pytest.MonkeyPatch, tmp_path) -> None:
    lines = TABLE.read_text("utf-8").splitlines(keepends=True)
    short = tmp_path / "nonclaim.yaml"
    short.write_text("".join(line for line in lines if not line.startswith(f"  {state}:")), "utf-8")
    monkeypatch.setattr("compliance.nonclaim_table.TABLE", short)
    with pytest.raises(BadTable, match=f"each of the 50 states.*{state}"):
        state_rules.__wrapped__()

"""Which agency gets an account: by weight, together, within caps, never without a licence or an agreement."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.agency_handoff.placement.choose import Candidate, Room, Wanted, assign, choose, has_room
from flows.practice import Practice
from flows.settings.contracts.contract_file import pools_from, terms_from
from flows.settings.contracts.terms import Member, Pool, Role
from flows.settings.tables.yaml_text import BadSchedule
from models.enums import AgencyFileKind
from tests.flows.agency_handoff.agencies import (
    FIRST,
    POOLS,
    SCHEDULE,
    TODAY,
    begin,
    look,
    place,
    publish,
    sent_to,
    stay,
    terms_text,
    want,
    write,
)
from tests.small_book import account_of, publish_text, rows, someone, take_in

HARBOR, BEACON = terms_from(terms_text()), terms_from(terms_text("beacon", caps="{accounts: 3, dollars: 1000.00}"))
POOL = Pool("primary", (Member(HARBOR, 80, Role.CHAMPION), Member(BEACON, 20)))

TWO = """
pools:
  primary:
    champion: harbor
    agencies: [{agency: harbor, weight: 50}, {agency: beacon, weight: 50}]
  secondary: {agencies: [{agency: beacon, weight: 1}]}
"""


def wanted(guarantor: int, **more: object) -> Wanted:
    return Wanted(guarantor, 1, 100_00, **more)  # type: ignore[arg-type]


def test_weights_are_shares_of_guarantors() -> None:
    codes = [choose(POOL, POOL.members, wanted(one), {}) for one in range(4_000)]
    share = sum(1 for one in codes if one is not None and one.terms.code == "harbor") / 4_000
    assert 0.77 < share < 0.83


@given(st.integers(1, 10**9))
def test_the_same_guarantor_gets_the_same_agency_on_every_run(guarantor: int) -> None:
    first = choose(POOL, POOL.members, wanted(guarantor), {})
    assert first == choose(POOL, tuple(reversed(POOL.members)), wanted(guarantor), {})


@given(st.integers(1, 10**9))
def test_an_agency_that_cannot_have_it_moves_no_other_guarantor(guarantor: int) -> None:
    first = choose(POOL, POOL.members, wanted(guarantor), {})
    assert first is not None
    rest = [member for member in POOL.members if member != first]
    assert choose(POOL, rest, wanted(guarantor), {}) in rest


def test_accounts_of_one_guarantor_stay_together_even_against_the_weights() -> None:
    for guarantor in range(50):
        member = choose(POOL, POOL.members, wanted(guarantor, with_already=("beacon",)), {})
        assert member is not None and member.terms.code == "beacon"


def test_an_agency_that_had_it_before_does_not_get_it_again() -> None:
    for guarantor in range(50):
        member = choose(POOL, POOL.members, wanted(guarantor, not_with=("harbor",)), {})
        assert member is not None and member.terms.code == "beacon"


@given(st.integers(1, 10**9), st.lists(st.integers(1_00, 900_00), min_size=2, max_size=3))
def test_a_guarantors_queued_accounts_go_to_one_agency_while_one_may_have_them_all(
    guarantor: int, cents: list[int]
) -> None:
    together = [Candidate(key, one, POOL.members) for key, one in enumerate(cents)]
    agencies = {member.terms.code for member in assign(POOL, guarantor, together, {}).agencies.values() if member}
    assert len(agencies) == 1


@given(st.integers(1, 10**9), st.lists(st.integers(1_00, 900_00), min_size=1, max_size=6))
def test_an_agencys_cap_holds_also_within_one_guarantors_accounts(guarantor: int, cents: list[int]) -> None:
    pool = Pool("primary", (Member(BEACON, 20),))
    result = assign(pool, guarantor, [Candidate(key, one, pool.members) for key, one in enumerate(cents)], {})
    placed = [one for key, one in enumerate(cents) if result.agencies[key] is not None]
    assert len(placed) <= 3 and sum(placed) <= 1_000_00
    assert result.used.get("beacon", Room()) == Room(len(placed), sum(placed))


def test_an_account_that_was_with_the_others_agency_goes_elsewhere() -> None:
    one, again = Candidate(1, 100_00, POOL.members), Candidate(2, 100_00, POOL.members, frozenset({"harbor"}))
    for guarantor in range(50):
        for member in assign(POOL, guarantor, [one, again], {}).agencies.values():
            assert member is not None and member.terms.code == "beacon"


@pytest.mark.parametrize(
    ("used", "room"),
    [(Room(), True), (Room(2, 0), True), (Room(3, 0), False), (Room(0, 900_00), True), (Room(0, 900_01), False)],
)
def test_caps_of_the_month_count_accounts_and_dollars(used: Room, room: bool) -> None:
    assert has_room(POOL.members[1], wanted(1), used) is room


def two_agencies(practice: Practice, people: int, **beacon: str) -> list[str]:
    publish(practice.database, terms_text(), terms_text("beacon", **beacon), pools=TWO)
    publish_text(practice.database, SCHEDULE)
    names = [f"P{number}" for number in range(people)]
    take_in(practice.database, [someone(name, f"{name}-1", FIRST, 200_00) for name in names], FIRST)
    return [f"{name}-1" for name in names]


def test_what_is_over_the_caps_waits_for_the_next_month_and_says_so(practice: Practice) -> None:
    numbers = two_agencies(practice, 6, caps="{accounts: 1}")
    publish(practice.database, terms_text(caps="{accounts: 2}"), terms_text("beacon", caps="{accounts: 1}"), pools=TWO)
    place(practice, *numbers)
    states = [stay(practice.database, number) for number in numbers]
    assert sorted(one.state for one in states) == ["placed"] * 3 + ["queued"] * 3
    waiting = next(one for one in states if one.state == "queued")
    assert (waiting.blocked_by, str(waiting.blocked_until)) == ("house-cap", "2026-07-01")
    look(practice, date(2026, 7, 1))
    assert sorted(stay(practice.database, number).state for number in numbers) == ["placed"] * 6


def test_no_agency_without_a_licence_in_the_guarantors_state(practice: Practice) -> None:
    numbers = two_agencies(practice, 8, licences="[{state: TX, number: T-1, until: 2027-01-01}]")
    place(practice, *numbers)
    agencies = rows(practice.database, "SELECT DISTINCT a.code FROM placement p JOIN agency a ON a.id = p.agency_id")
    assert [row[0] for row in agencies] == ["harbor"]


def test_a_licence_that_ran_out_keeps_the_account_with_rule_and_role(practice: Practice) -> None:
    begin(practice)
    publish(
        practice.database,
        terms_text(licences=f"[{{state: OH, number: X, until: {TODAY - timedelta(days=1)}}}]"),
        terms_text("beacon"),
    )
    place(practice, "A1")
    assert (stay(practice.database).state, stay(practice.database).blocked_by) == ("queued", "mul-agency-licence")


def test_an_agreement_that_ran_out_keeps_every_account(practice: Practice) -> None:
    begin(practice)
    agreement = f"{{signed: 2026-01-02, ends: {TODAY - timedelta(days=1)}}}"
    publish(practice.database, terms_text(business_associate_agreement=agreement), terms_text("beacon"))
    place(practice, "A1")
    assert stay(practice.database).blocked_by == "fed-hipaa-baa"
    publish(practice.database, terms_text(), terms_text("beacon"))
    look(practice)
    assert stay(practice.database).state == "placed"


def test_all_of_a_guarantors_accounts_go_to_one_agency(practice: Practice) -> None:
    publish(practice.database, terms_text(), terms_text("beacon"), pools=TWO)
    publish_text(practice.database, SCHEDULE)
    people = [someone(f"P{n}", accounts=[(f"P{n}-{k}", FIRST, 100_00) for k in range(3)]) for n in range(8)]
    take_in(practice.database, people, FIRST)
    place(practice, *[f"P{n}-0" for n in range(8)])
    place(practice, *[f"P{n}-{k}" for n in range(8) for k in (1, 2)])
    query = "SELECT guarantor_id, count(DISTINCT agency_id) FROM placement GROUP BY guarantor_id"
    assert {row[1] for row in rows(practice.database, query)} == {1}
    assert len(sent_to(practice)) == 2


@pytest.mark.parametrize(
    ("line", "wrong"),
    [
        ({"tier": "first"}, "agency.yaml:3: tier"),
        ({"transport": "{}"}, "exactly one of folder and sftp"),
        ({"rates": "[{percent: 20, below: 100.00}]"}, "the first line must apply to every account"),
        ({"contract": "{begins: 2026-05-01, ends: 2026-01-01}"}, "is before begins"),
        ({"seal": "{age: a, pgp: b}"}, "can have age or pgp"),
        ({"licences": "[{state: Ohio, number: 1, until: 2027-01-01}]"}, "licences.0.state"),
        ({"colour": "red"}, '"colour" is not allowed'),
    ],
)
def test_an_agencys_file_that_is_wrong_is_refused_with_its_line(line: dict[str, str], wrong: str) -> None:
    with pytest.raises(BadSchedule) as refused:
        terms_from(terms_text(**line), "agency.yaml")
    assert wrong in str(refused.value)


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        (POOLS.replace("harbor", "harbour"), 'there is no agency "harbour"; did you mean "harbor"?'),
        (POOLS.replace("weight: 100", "weight: 0"), "no agency has a weight above 0"),
        (POOLS.replace("champion: harbor", "champion: beacon"), '"beacon" is not in the pool'),
    ],
)
def test_pools_that_are_wrong_are_refused(text: str, wrong: str) -> None:
    with pytest.raises(BadSchedule) as refused:
        pools_from(text, {"harbor": HARBOR, "beacon": BEACON})
    assert wrong in str(refused.value)


def test_a_schedule_may_place_in_a_pool_that_has_agencies_and_in_no_other(practice: Practice) -> None:
    with pytest.raises(BadSchedule, match='pool "primary" has no agency'):
        publish_text(practice.database, SCHEDULE)
    publish(practice.database, terms_text(), terms_text("beacon"))
    publish_text(practice.database, SCHEDULE)


def test_an_account_in_the_queue_twice_is_refused(practice: Practice) -> None:
    begin(practice)
    want(practice.database, "A1")
    with pytest.raises(Exception, match="already in the placement queue"):
        want(practice.database, "A1")
    look(practice)
    with pytest.raises(Exception, match="already with an agency"):
        want(practice.database, "A1")
    assert account_of(practice.database, "A1").placement_id == stay(practice.database).id
    assert write(practice, AgencyFileKind.STATUS, []).exists()

"""A surviving spouse answers by the law of the state, counsel's leave and a manager's word, from the beginning; else never."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta

import pytest

from compliance.spouses import Condition, Liable, SpouseLaw
from flows.correspondence.letters.commands import mail_room
from flows.correspondence.print_batches.commands import print_letters
from flows.correspondence.print_batches.mailing import mail_batch
from flows.estates.death.undo import undo_death
from flows.estates.liability.approved import SHIPPED, Approval, approved_from
from flows.estates.liability.decide import AT_COURT, SPENT, Account, SpouseNow, check_spouse
from flows.estates.liability.spouse import spouse_answers
from flows.people.death import record_death
from flows.practice import Practice
from flows.practice_tables import publish_table
from flows.proof.histories import verify_history
from flows.settings.tables.yaml_text import BadSchedule
from models.errors import Refused
from models.estate_enums import Authority, EstateFactName, MatterState, PartyRole, WriteOffReason
from models.user_enums import Role
from tests.flows.estates.estates import LATER, act, die, fact, go, harold, now, open_tasks_of, party
from tests.refusals import refused
from tests.small_book import account_of, history, publish_shipped, rows, run_days, steps

MANAGER, DESK = Role.MANAGER, Role.ESTATE_DESK
YES = "approved:\n  IL: {by: Jo Smith, on: 2026-03-01}\n"
BILLED = date(2026, 1, 5)


@pytest.fixture
def home(practice: Practice) -> Practice:
    """Harold of Illinois, whose first reminder went before he died; his matter is number 1."""
    publish_shipped(practice.database)
    harold(practice.database, state="IL")
    run_days(practice, date(2026, 2, 4), date(2026, 2, 9))
    for batch in print_letters(mail_room(practice), practice.settings.outbox, date(2026, 2, 9)):
        act(practice.database, date(2026, 2, 9), mail_batch, batch.batch, date(2026, 2, 9))
    die(practice.database)
    go(practice.database, 1, MatterState.SEARCHING)
    return practice


def known(practice: Practice) -> int:
    """All that is asked is on file; gives the spouse's number."""
    number = party(practice.database, 1, PartyRole.SPOUSE, Authority.SPOUSE)
    fact(practice.database, 1, EstateFactName.SPOUSE_LIABLE, "yes")
    fact(practice.database, 1, EstateFactName.MARRIED_ON, "1970-05-01")
    fact(practice.database, 1, EstateFactName.LIVED_TOGETHER, "yes")
    return number


def approve(practice: Practice, text: str = YES) -> None:
    act(practice.database, LATER, publish_table, "spouses", text, "spouses.yaml", "counsel approved")


def ask(
    practice: Practice, number: int, role: Role = MANAGER, why: str = "counsel's memo", today: date = LATER
) -> list[str]:
    return act(practice.database, today, spouse_answers, 1, number, why, role)


def name_of(practice: Practice, number: str) -> str:
    key = account_of(practice.database, number).guarantor_id
    (row,) = rows(practice.database, "SELECT first_name, last_name FROM person WHERE id = :k", k=key)
    return f"{row[0]} {row[1]}"


def test_nothing_is_done_before_counsel_has_approved_the_state(home: Practice) -> None:
    number, before = known(home), history(home.database, "A1")
    with pytest.raises(Refused, match="counsel has not approved Illinois"):
        ask(home, number)
    assert history(home.database, "A1") == before


def test_the_spouse_answers_from_today_and_every_account_tells_why(home: Practice) -> None:
    number = known(home)
    approve(home)
    assert ask(home, number) == ["A1", "A2"]
    assert name_of(home, "A1") == name_of(home, "A2") == "Anna Example"
    assert account_of(home.database, "A1").guarantor_id == account_of(home.database, "A2").guarantor_id
    for one in ("A1", "A2"):
        assert "spouse_answers" in [kind for _, kind, _ in history(home.database, one)]
    (why,) = rows(home.database, "SELECT why FROM account_event WHERE kind = 'spouse_answers' LIMIT 1")
    assert "750 ILCS 65/15" in why[0] and "approved by Jo Smith" in why[0] and "counsel's memo" in why[0]
    row = now(home.database, 1)
    assert (row.state, row.closed_on, row.review_on) == ("annulled", LATER, None)
    assert not [kind for kind in open_tasks_of(home.database) if kind.startswith(("estate", "open-estate", "search"))]


def test_a_statement_goes_first_and_the_schedule_begins_with_its_first_step(home: Practice) -> None:
    assert "reminder-1" in steps(home.database, "A1")
    number = known(home)
    approve(home)
    ask(home, number)
    spouse = account_of(home.database, "A1").guarantor_id
    run_days(home, LATER, LATER + timedelta(45))
    letters = rows(
        home.database,
        "SELECT kind, queued_on FROM letter WHERE guarantor_id = :g AND state <> 'voided' ORDER BY id",
        g=spouse,
    )
    assert [row.kind for row in letters] == ["statement", "reminder-1"]
    assert str(letters[0].queued_on) == str(LATER)
    assert date.fromisoformat(str(letters[1].queued_on)) >= LATER + timedelta(30)


def test_the_dead_are_never_written_to_however_long_the_days_run(home: Practice) -> None:
    dead = account_of(home.database, "A1").guarantor_id
    before = len(rows(home.database, "SELECT 1 FROM letter WHERE guarantor_id = :g", g=dead))
    number = known(home)
    approve(home)
    ask(home, number)
    run_days(home, LATER, LATER + timedelta(60))
    assert len(rows(home.database, "SELECT 1 FROM letter WHERE guarantor_id = :g", g=dead)) == before


def test_without_the_step_no_letter_goes_to_a_spouse_though_all_is_on_file(home: Practice) -> None:
    known(home)
    approve(home)
    run_days(home, LATER, LATER + timedelta(60), ("settle", "enter", "advance", "letters"))
    assert not rows(home.database, "SELECT 1 FROM letter WHERE queued_on >= :d", d=LATER)


def test_an_undone_death_puts_everything_back_and_the_spouse_is_left_alone(home: Practice) -> None:
    harolds, taken = account_of(home.database, "A1"), steps(home.database, "A1")
    number = known(home)
    approve(home)
    ask(home, number)
    run_days(home, LATER, LATER + timedelta(40))
    day = LATER + timedelta(41)
    act(home.database, day, undo_death, harolds.guarantor_id, "he lives")
    after = account_of(home.database, "A1")
    assert (after.guarantor_id, after.guarantor_liable_since) == (harolds.guarantor_id, None)
    assert after.first_statement_on == harolds.first_statement_on
    (stands,) = rows(
        home.database, "SELECT cycle, anchor_on, guarantor_id FROM enrollment WHERE account_id = :a", a=after.id
    )
    assert (str(stands.anchor_on), stands.guarantor_id) == (str(BILLED), harolds.guarantor_id)
    again = rows(
        home.database, "SELECT step FROM step_taken WHERE account_id = :a AND cycle = :c", a=after.id, c=stands.cycle
    )
    assert {row[0] for row in again} == set(taken)
    assert "estate-spouse-apology" in open_tasks_of(home.database)
    assert history(home.database, "A1")[-1][0] == str(day)
    assert "spouse_answers_no_more" in [kind for _, kind, _ in history(home.database, "A1")]
    run_days(home, day, day + timedelta(60))
    fresh = rows(home.database, "SELECT DISTINCT guarantor_id FROM letter WHERE queued_on >= :d", d=day)
    assert {row[0] for row in fresh} <= {harolds.guarantor_id}
    with home.database.reading() as conn:
        assert verify_history(conn)["broken"] == []


def test_a_spouse_may_answer_again_after_a_death_that_was_undone(home: Practice) -> None:
    approve(home)
    ask(home, known(home))
    dead = rows(home.database, "SELECT person_id FROM estate_matter")[0][0]
    act(home.database, LATER, undo_death, dead, "he lives")
    (second,) = [die(home.database, today=LATER)]
    go(home.database, second, MatterState.SEARCHING)
    number = party(home.database, second, PartyRole.SPOUSE, Authority.SPOUSE)
    for name, text in (
        (EstateFactName.SPOUSE_LIABLE, "yes"),
        (EstateFactName.MARRIED_ON, "1970-05-01"),
        (EstateFactName.LIVED_TOGETHER, "yes"),
    ):
        fact(home.database, second, name, text)
    assert act(home.database, LATER, spouse_answers, second, number, "memo", MANAGER) == ["A1", "A2"]


def test_a_spouse_who_dies_too_is_left_alone_and_has_a_matter_of_their_own(home: Practice) -> None:
    dead, number = account_of(home.database, "A1").guarantor_id, known(home)
    approve(home)
    ask(home, number)
    spouse, day = account_of(home.database, "A1").guarantor_id, LATER + timedelta(10)
    (second,) = act(home.database, day, record_death, spouse, day, "the family")
    run_days(home, day, day + timedelta(60))
    assert not rows(
        home.database, "SELECT 1 FROM letter WHERE queued_on > :d AND guarantor_id IN (:a, :b)", d=day, a=dead, b=spouse
    )
    act(home.database, day + timedelta(61), undo_death, dead, "he lives")
    assert now(home.database, second).state == "annulled"
    assert name_of(home, "A1") == "Harold Tester"


def test_care_before_the_marriage_stays_with_the_estate(home: Practice) -> None:
    number = known(home)
    approve(home)
    served = account_of(home.database, "A2").service_from
    fact(home.database, 1, EstateFactName.MARRIED_ON, str(served), on=LATER)
    assert ask(home, number) == ["A2"]
    assert [row[0] for row in rows(home.database, "SELECT account_id FROM matter_account")] == [
        account_of(home.database, "A1").id
    ]
    assert now(home.database, 1).state == "searching"
    assert name_of(home, "A1") == "Harold Tester"


def test_an_account_in_no_schedule_enters_one_under_the_spouse(practice: Practice) -> None:
    publish_shipped(practice.database)
    harold(practice.database, state="IL")
    die(practice.database)
    go(practice.database, 1, MatterState.SEARCHING)
    approve(practice)
    ask(practice, known(practice))
    run_days(practice, LATER, LATER + timedelta(45))
    spouse = account_of(practice.database, "A1").guarantor_id
    assert rows(practice.database, "SELECT 1 FROM enrollment WHERE guarantor_id = :g", g=spouse)


def test_the_write_off_for_a_liable_spouse_stays_the_managers_no_to_all_of_it(home: Practice) -> None:
    go(
        home.database,
        1,
        MatterState.NOT_COST_EFFECTIVE,
        MatterState.CLOSED_WRITTEN_OFF,
        role=MANAGER,
        reason=WriteOffReason.SPOUSE_LIABLE,
    )
    assert account_of(home.database, "A1").balance_cents == 0


LAW = SpouseLaw(
    "NJ",
    "New Jersey",
    Liable.NECESSARIES,
    frozenset({Condition.ESTATE_FIRST, Condition.DURING_MARRIAGE, Condition.LIVING_TOGETHER}),
    "84 N.J. 137",
    date(2026, 1, 1),
    "high",
    "",
    None,
    None,
)
LEAVE = Approval("Jo Smith", date(2026, 3, 1), date(2026, 12, 31))
NOW = SpouseNow(
    1,
    MatterState.NO_ESTATE,
    "NJ",
    False,
    PartyRole.SPOUSE,
    Authority.SPOUSE,
    "Anna Example",
    True,
    "yes",
    date(1970, 5, 1),
    "yes",
)
ONE = Account(1, "A1", 12_000, "self_pay", BILLED, own=True)


def look(now: SpouseNow = NOW, one: Account = ONE, **more: object) -> tuple[Account, ...]:
    given: Mapping[str, object] = {"law": LAW, "approval": LEAVE, "role": MANAGER, "why": "memo", **more}
    return check_spouse(now, [one], today=LATER, **given)  # type: ignore[arg-type]


def changed(one: object, **values: object) -> object:
    return replace(one, **values)  # type: ignore[type-var]


def test_what_is_all_on_file_is_let_through() -> None:
    assert look() == (ONE,)


@pytest.mark.parametrize(
    ("now", "more", "says"),
    [
        ({}, {"role": DESK}, "only a manager"),
        ({}, {"why": " "}, "enter a reason"),
        ({}, {"law": None}, "there is no law on file"),
        ({}, {"law": changed(LAW, kind=Liable.NONE, conditions=frozenset())}, "is not liable"),
        ({}, {"approval": None}, "counsel has not approved New Jersey"),
        ({}, {"approval": changed(LEAVE, until=date(2026, 3, 2))}, "is not valid on"),
        ({"state": MatterState.SEARCHING}, {}, "the estate comes first"),
        ({"role": PartyRole.HOUSEHOLD}, {}, "not a surviving spouse"),
        ({"authority": Authority.NONE}, {}, "not a surviving spouse"),
        ({"whole_address": False}, {}, "address is incomplete"),
        ({"name": "Anna"}, {}, "not a first and a last name"),
        ({"liable": None}, {}, "the fact Spouse liable must be yes"),
        ({"liable": "no"}, {}, "the fact Spouse liable must be yes"),
        ({"married_on": None}, {}, "the date of marriage.*married_on"),
        ({"together": "no"}, {}, "that they lived together is missing.*lived_together"),
        ({"state": MatterState.REPORTED}, {}, "confirm the death"),
    ],
)
def test_a_spouse_is_not_asked_while_anything_is_missing(
    now: dict[str, object], more: dict[str, object], says: str
) -> None:
    with refused(says):
        look(changed(NOW, **now), **more)  # type: ignore[arg-type]


def test_all_that_is_missing_is_told_together() -> None:
    with refused(r"(?s)counsel.*address.*spouse_liable.*the date of marriage.*married_on"):
        look(changed(NOW, whole_address=False, liable=None, married_on=None), approval=None)  # type: ignore[arg-type]


def test_in_ohio_a_claim_against_the_estate_must_have_been_filed() -> None:
    ohio = changed(LAW, conditions=LAW.conditions | {Condition.CLAIM_FIRST})
    with pytest.raises(Refused, match="a claim must have been filed"):
        look(law=ohio)
    assert look(changed(NOW, state=MatterState.INSOLVENT, filed=True), law=ohio) == (ONE,)  # type: ignore[arg-type]


@pytest.mark.parametrize("state", sorted(set(MatterState) - SPENT))
def test_where_the_estate_comes_first_a_spouse_is_asked_only_once_it_is_spent(state: MatterState) -> None:
    with pytest.raises(Refused):
        look(changed(NOW, state=state))  # type: ignore[arg-type]


@pytest.mark.parametrize("state", sorted(AT_COURT))
def test_nobody_is_asked_while_the_estate_still_answers(state: MatterState) -> None:
    free = changed(LAW, conditions=frozenset({Condition.DURING_MARRIAGE}))
    with pytest.raises(Refused, match="still liable"):
        look(changed(NOW, state=state), law=free)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("one", "says"),
    [
        ({"balance_cents": 0}, "its balance is zero"),
        ({"own": False}, "not for the deceased person's care"),
        ({"service_from": date(1970, 4, 30)}, "before the marriage"),
        ({"payer_class": "qmb"}, "A1"),
        ({"busy": "arrangement 3 runs"}, "end it first"),
    ],
)
def test_an_account_that_is_not_the_spouses_stays_where_it_is(one: dict[str, object], says: str) -> None:
    with refused(says):
        look(one=changed(ONE, **one))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("approved:\n  ZZ: {by: Jo, on: 2026-03-01}", ":2:.*not a state"),
        ("approved:\n  FL: {by: Jo, on: 2026-03-01}", ":2:.*is not liable there"),
        ("approved:\n  IL: {by: Jo}", "is missing"),
        ("approved:\n  IL: {by: Jo, on: 2026-03-01, untill: 2026-04-01}", 'did you mean "until"'),
        ("approved:\n  IL:\n    by: Jo\n    on: 2026-03-01\n    until: 2026-02-01", ":5:.*is before"),
    ],
)
def test_an_approval_that_cannot_be_is_refused_with_its_line(text: str, says: str) -> None:
    with pytest.raises(BadSchedule, match=says):
        approved_from(text, "spouses.yaml")


def test_no_state_is_approved_as_shipped() -> None:
    assert approved_from(SHIPPED.read_text("utf-8")) == {}

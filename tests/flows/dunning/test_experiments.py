"""Experiments: versions of a schedule that new accounts enter by chance, compared once on a day set before."""

import random
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.accounts.holds import NewHold, open_holds
from flows.dunning.engine.split import Arm, Split
from flows.dunning.experiments.commands import ArmWanted, ExperimentWanted, Planned, plan, start, stop
from flows.dunning.experiments.decide import (
    ArmSums,
    Costs,
    Person,
    Verdict,
    compare,
    needed_in_each,
    rate_of,
    shares_of,
)
from flows.dunning.experiments.queries import experiment_row, people
from flows.dunning.experiments.view import ExperimentView, view_of
from flows.dunning.versions.commands import retire
from flows.dunning.versions.moves import migrate, target_of
from flows.dunning.versions.publish import SHIPPED, publish, roll_back
from flows.dunning.versions.queries import history_of, list_schedules, schedule_text
from flows.ledger.commands import post
from flows.ledger.entry import Entry
from flows.practice import Practice
from flows.proof.histories import verify_history
from flows.schedules.schedule import Published
from flows.schedules.schedule_file import read_source, schedule_from
from flows.settings.commands import change_setting
from flows.settings.tables.yaml_text import BadSchedule
from flows.simulation.run import Wanted, simulate
from flows.stages import run_stage
from models.enums import HoldKind, LedgerKind
from models.errors import BadInput, Refused
from tests.flows.agency_handoff.agencies import publish as publish_agencies
from tests.flows.agency_handoff.agencies import terms_text
from tests.small_book import LETTERS, account_of, publish_text, rows, someone, take_in

TEXT = Path(SHIPPED / "patient-balance.yaml").read_text()
SOONER = TEXT.replace("{day: 60}", "{day: 50}")
LATER = TEXT.replace("{day: 60}", "{day: 70}")
NAME = "patient-balance"
TODAY = date(2026, 2, 9)
PEOPLE = 40


def wanted(*texts: str, **more: object) -> ExperimentWanted:
    arms = [ArmWanted(text=text) for text in texts or (SOONER,)]
    return ExperimentWanted("sooner", NAME, arms, "find out", entry_days=30, follow_days=60, **more)  # type: ignore[arg-type]


def begin(practice: Practice, asked: ExperimentWanted, on: date = TODAY) -> None:
    with practice.database.transaction(actor="grace", business_date=on) as tx:
        start(tx, asked, practice.shelf)


def end(practice: Practice, on: date, winner: int | None = None, reason: str = "it is decided") -> None:
    with practice.database.transaction(actor="grace", business_date=on) as tx:
        stop(tx, "sooner", reason, winner=winner, shelf=practice.shelf)


def shown(practice: Practice, on: date) -> ExperimentView:
    with practice.database.reading() as conn:
        return view_of(conn, experiment_row(conn, "sooner"), on)


def arrive(practice: Practice, count: int = PEOPLE, on: date = TODAY, prefix: str = "X") -> None:
    """People whose accounts enter the schedule in the run of a day: each has two."""
    billed = on - timedelta(days=40)
    some = [someone(f"{prefix}{n}", f"{prefix}{n}-0", billed, 10_000) for n in range(count)]
    take_in(practice.database, some, on)
    for stage in ("enter", "advance"):
        run_stage(practice, stage, on)


def versions(practice: Practice) -> dict[str, int]:
    query = (
        "SELECT a.number, v.version FROM enrollment e JOIN account a ON a.id = e.account_id "
        "JOIN schedule_version v ON v.id = e.schedule_version_id"
    )
    return {row[0]: row[1] for row in rows(practice.database, query)}


@pytest.fixture
def book(practice: Practice) -> Practice:
    publish_text(practice.database, TEXT)
    return practice


@pytest.fixture
def running(book: Practice) -> Practice:
    """An experiment with one other version, and forty people who entered it."""
    begin(book, wanted(holdout_percent=10))
    arrive(book)
    return book


# Chance


def arm(place: int, percent: int) -> Arm:
    return Arm(place, Published(place, place + 1, schedule_from(TEXT)), percent)


def test_guarantors_are_split_as_the_percents_say_and_always_alike() -> None:
    split = Split(1, "sooner", NAME, (arm(0, 50), arm(1, 30), arm(2, 20)), TODAY)
    drawn = Counter(split.arm_of(guarantor).place for guarantor in range(20_000))
    assert [round(drawn[place] / 20_000, 2) for place in range(3)] == pytest.approx([0.5, 0.3, 0.2], abs=0.011)
    assert all(split.arm_of(7) == split.arm_of(7) for _ in range(10))
    other = Split(2, "another", NAME, split.arms, TODAY)
    same = sum(split.arm_of(guarantor).place == other.arm_of(guarantor).place for guarantor in range(20_000))
    assert same / 20_000 == pytest.approx(0.38, abs=0.011), "another experiment draws anew"


@given(arms=st.integers(2, 4), holdout=st.integers(0, 50))
def test_shares_are_equal_and_come_to_a_hundred(arms: int, holdout: int) -> None:
    shares = shares_of(arms, holdout)
    assert sum(shares) + holdout == 100
    assert max(shares) - min(shares) < arms


def test_new_accounts_enter_an_arm_by_chance_and_their_history_says_it(running: Practice) -> None:
    found = Counter(versions(running).values())
    assert set(found) == {1, 2}
    assert sum(found.values()) == PEOPLE
    by_arm = rows(running.database, "SELECT place, COUNT(*) FROM experiment_account GROUP BY 1 ORDER BY 1")
    assert sum(row[1] for row in by_arm) == PEOPLE
    assert found[2] == {row[0]: row[1] for row in by_arm}[1]
    said = rows(running.database, "SELECT data FROM account_event WHERE kind = 'experiment_joined'")
    assert len(said) == PEOPLE
    with running.database.reading() as conn:
        assert verify_history(conn)["broken"] == []


def test_all_accounts_of_a_guarantor_have_the_same_arm_also_later_ones(running: Practice) -> None:
    before = versions(running)
    again = [someone(f"X{n}", f"X{n}-1", TODAY - timedelta(days=36), 5_000) for n in range(PEOPLE)]
    take_in(running.database, again, TODAY + timedelta(days=3))
    run_stage(running, "enter", TODAY + timedelta(days=3))
    after = versions(running)
    of = {row[0]: row[1] for row in rows(running.database, "SELECT number, guarantor_id FROM account")}
    arms: dict[int, set[int]] = {}
    for number, version in after.items():
        arms.setdefault(of[number], set()).add(version)
    assert len(after) == 2 * len(before)
    assert all(len(mine) == 1 for mine in arms.values())


def test_accounts_enter_the_version_in_force_when_its_days_are_over(running: Practice) -> None:
    late = TODAY + timedelta(days=31)
    arrive(running, 20, late, "L")
    assert {version for number, version in versions(running).items() if number.startswith("L")} == {1}
    assert len(rows(running.database, "SELECT 1 FROM experiment_account")) == PEOPLE


def test_a_simulation_splits_new_accounts_in_the_same_way(book: Practice) -> None:
    begin(book, wanted())
    billed = TODAY - timedelta(days=40)
    take_in(book.database, [someone(f"S{n}", f"S{n}-0", billed, 10_000) for n in range(12)], TODAY)
    asked = Wanted(schedule_from(TEXT), TODAY, 80, in_force=True, accounts=True)
    result = simulate(book.database, asked)
    for n in range(80):
        for stage in ("enter", "advance", "letters"):
            run_stage(book, stage, TODAY + timedelta(days=n))
    query = (
        'SELECT a.number, s.step, s."on" FROM step_taken s JOIN account a ON a.id = s.account_id '
        "WHERE s.outcome = 'done'"
    )
    real = {(row[0], row[1], str(row[2])) for row in rows(book.database, query)}
    assert {(one.number, step, str(on)) for one in result.accounts for step, on in one.steps} == real
    days = {str(on) for number, step, on in real if step == "reminder-2"}
    assert len(days) > 1, "the two versions send the second reminder on different days"


# What is refused


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("overdue_days: 30", "overdue_days: 45"), "is entered by other accounts"),
        (("schedule: patient-balance", "schedule: another"), 'is of the schedule "another"'),
        (("title: ", "title: "), "does not differ"),
    ],
)
def test_only_what_follows_the_entry_may_differ(book: Practice, change: tuple[str, str], said: str) -> None:
    text = TEXT.replace(*change)
    if change[0].startswith("overdue"):
        assert text != TEXT
    with pytest.raises(BadInput, match=said):
        begin(book, wanted(text))
    assert not rows(book.database, "SELECT 1 FROM experiment"), "nothing half done"


def test_what_the_law_does_not_allow_is_not_tried(book: Practice) -> None:
    publish_agencies(book.database, terms_text(), terms_text("beacon", tier="2"))
    sooner = TEXT.replace(
        "small_balance:", "  - {id: place, at: {day: 95}, do: {place: {pool: primary}}}\nsmall_balance:"
    )
    with pytest.raises(BadSchedule, match="26 CFR"):
        begin(book, wanted(sooner))
    harassing = TEXT.replace("at_most: 7", "at_most: 9")
    with pytest.raises(BadSchedule, match="12 CFR"):
        begin(book, wanted(harassing))


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"entry_days": 2}, "not from 7"),
        ({"follow_days": 5_000}, "not from 14"),
        ({"difference_cents": 0}, "not from 1"),
        ({"holdout_percent": 60}, "not from 0"),
        ({"reason": " "}, "a reason is required"),
        ({"name": "Two Words"}, "lowercase"),
        ({"arms": []}, "1 to 3 versions"),
        ({"arms": [ArmWanted(text=SOONER)] * 2}, "the same as another"),
    ],
)
def test_a_plan_out_of_bounds_is_refused(book: Practice, more: dict[str, object], said: str) -> None:
    base = {"name": "sooner", "schedule": NAME, "arms": [ArmWanted(text=SOONER)], "reason": "r"}
    with pytest.raises(BadInput, match=said):
        begin(book, ExperimentWanted(**{**base, **more}))  # type: ignore[arg-type]


def test_a_schedule_with_an_experiment_stays_as_it_is_until_it_ends(running: Practice) -> None:
    database = running.database
    with pytest.raises(Refused, match="experiment sooner is running"):
        publish_text(database, LATER, TODAY)
    with (
        pytest.raises(Refused, match="experiment sooner is running"),
        database.transaction(actor="grace", business_date=TODAY) as tx,
    ):
        roll_back(tx, NAME, 2, shelf=running.shelf, reason="r")
    with (
        pytest.raises(Refused, match="experiment sooner is running"),
        database.transaction(actor="grace", business_date=TODAY) as tx,
    ):
        retire(tx, NAME, "r")
    with database.reading() as conn:
        target = target_of(schedule_text(conn, NAME))
    with pytest.raises(Refused, match="experiment sooner is running"):
        migrate(database, target, "grace", TODAY)
    with pytest.raises(Refused, match="is running"):
        begin(running, ExperimentWanted("second", NAME, [ArmWanted(text=LATER)], "r"))


def test_where_a_second_person_approves_only_an_approved_version_is_tried(book: Practice) -> None:
    with book.database.transaction(actor="grace", business_date=TODAY) as tx:
        publish(tx, read_source(SOONER, "x"), SOONER, letters=LETTERS, reason="r")
        publish(tx, read_source(TEXT, "x"), TEXT, letters=LETTERS, reason="back")
        change_setting(tx, "schedule_approval", "yes")
    with pytest.raises(Refused, match="needs the approval of another manager"):
        begin(book, wanted(LATER))
    begin(book, ExperimentWanted("sooner", NAME, [ArmWanted(version=2)], "r"))
    assert [arm["version"] for arm in shown(book, TODAY)["arms"]] == [3, 2]


def test_a_version_that_was_written_for_an_experiment_is_entered_by_it_alone(running: Practice) -> None:
    with running.database.reading() as conn:
        states = {row["version"]: row["state"] for row in list_schedules(conn, TODAY)}
    assert states == {1: "in_force", 2: "trial"}


def test_a_version_that_moves_accounts_leaves_those_of_an_experiment_alone(book: Practice) -> None:
    with book.database.transaction(actor="grace", business_date=TODAY) as tx:
        publish(tx, read_source(LATER, "x"), LATER, letters=LETTERS, reason="r", migrate=True)
    begin(book, wanted())
    arrive(book)
    before = versions(book)
    assert set(before.values()) == {2, 3}
    for on in (TODAY + timedelta(days=1), TODAY + timedelta(days=2)):
        run_stage(book, "enter", on)
        if on == TODAY + timedelta(days=1):
            end(book, on)
    assert versions(book) == before


# The comparison


def test_no_amount_is_shown_before_the_day_and_complaints_always_are(running: Practice) -> None:
    first = account_of(running.database, "X0-0")
    with running.database.transaction(actor="clerk", business_date=TODAY + timedelta(days=5)) as tx:
        post(tx, [Entry(first.id, TODAY + timedelta(days=5), LedgerKind.PATIENT_PAYMENT, -40_00, "test", "1")])
        open_holds(tx, [NewHold(HoldKind.COMPLAINT, person_id=first.guarantor_id, note="too many letters")])
    early = shown(running, TODAY + timedelta(days=50))
    assert all(one["collected"] is None and one["net"] is None and one["verdict"] is None for one in early["arms"])
    assert sum(one["complaints"] for one in early["arms"]) == 1
    assert "comparing earlier would find differences that are chance" in early["conclusion"]
    ready = early["ready_on"]
    assert ready == TODAY + timedelta(days=30 + 60 + 1)
    late = shown(running, ready)
    assert sum(one["collected_cents"] or 0 for one in late["arms"]) == 40_00
    assert late["ready"]


def test_only_the_days_after_an_accounts_entry_count(running: Practice) -> None:
    first = account_of(running.database, "X0-0")
    for n, on in enumerate((59, 60, 61)):
        with running.database.transaction(actor="clerk", business_date=TODAY + timedelta(days=on)) as tx:
            paid = Entry(first.id, TODAY + timedelta(days=on), LedgerKind.PATIENT_PAYMENT, -10_00, "test", str(n))
            post(tx, [paid])
    with running.database.reading() as conn:
        found = people(conn, experiment_row(conn, "sooner").id, 60)
    assert sum(one.collected_cents for one in found) == 10_00, "that of day 59"
    assert sum(one.letters for one in found) == PEOPLE, "the first reminder of each"


def test_before_the_day_an_experiment_is_stopped_and_not_won(running: Practice) -> None:
    with pytest.raises(Refused, match="can't be published before"):
        end(running, TODAY + timedelta(days=20), winner=2)
    end(running, TODAY + timedelta(days=20), reason="complaints")
    stopped = shown(running, TODAY + timedelta(days=400))
    assert stopped["state"].value == "stopped"
    assert all(one["collected"] is None for one in stopped["arms"])
    with pytest.raises(Refused, match="ended on"):
        end(running, TODAY + timedelta(days=21))
    publish_text(running.database, LATER, TODAY + timedelta(days=21))


def test_the_winner_is_published_for_new_accounts_and_the_others_stay_in_their_arm(running: Practice) -> None:
    before, ready = versions(running), shown(running, TODAY)["ready_on"]
    with pytest.raises(BadInput, match="choose one of 1, 2"):
        end(running, ready, winner=9)
    end(running, ready, winner=2, reason="it brings in more")
    arrive(running, 5, ready, "N")
    after = versions(running)
    assert {version for number, version in after.items() if number.startswith("N")} == {3}
    assert {number: version for number, version in after.items() if number in before} == before
    with running.database.reading() as conn:
        newest = history_of(conn, NAME)[0]
    assert newest["reason"] == "winner of the experiment sooner: it brings in more"


def sums(place: int, paid: list[int], accounts: int = 1) -> ArmSums:
    found = ArmSums()
    for cents in paid:
        found.add(Person(place, accounts, cents, letters=1), Costs(1_00, 0))
    return found


def test_a_difference_beyond_chance_is_found_and_a_smaller_one_is_not() -> None:
    control = sums(0, [0, 50_00] * 200)
    assert compare(control, sums(1, [0, 90_00] * 200), 1).verdict is Verdict.BETTER
    assert compare(control, sums(1, [0, 20_00] * 200), 1).verdict is Verdict.WORSE
    same = compare(control, sums(1, [0, 52_00] * 200), 1)
    assert same.verdict is Verdict.NO_DIFFERENCE
    assert same.difference is not None
    assert same.difference.value == pytest.approx(1.00)
    assert compare(control, sums(1, [0, 90_00] * 5), 1).verdict is Verdict.TOO_FEW
    one, three = compare(control, sums(1, [0, 55_00] * 200), 1), compare(control, sums(1, [0, 55_00] * 200), 3)
    assert one.difference is not None
    assert three.difference is not None
    assert three.difference.high > one.difference.high, "wider with more comparisons"


def test_equal_arms_differ_as_rarely_as_promised() -> None:
    """Of 400 experiments without a difference about 5 % may find one."""
    chance = random.Random(7)
    wrong = 0
    for _trial in range(400):
        one, two = ([chance.choice((0, 0, 0, 40_00, 120_00)) for _ in range(60)] for _ in range(2))
        wrong += compare(sums(0, one), sums(1, two), 1).verdict in (Verdict.BETTER, Verdict.WORSE)
    assert 6 <= wrong <= 36


def test_the_people_needed_grow_with_the_spread_and_fall_with_the_difference() -> None:
    past = [0, 100_00] * 100
    # 2 (1.96 + 0.84)^2 (50.13 / 10)^2 = 394
    assert needed_in_each(past, 10_00, 1) == pytest.approx(394, abs=3)
    assert (needed_in_each(past, 5_00, 1) or 0) > (needed_in_each(past, 10_00, 1) or 0)
    assert (needed_in_each(past, 10_00, 3) or 0) > (needed_in_each(past, 10_00, 1) or 0)
    assert needed_in_each([0, 100_00], 10_00, 1) is None, "not enough history"


def test_a_plan_with_too_few_people_says_what_they_can_show() -> None:
    planned = Planned(400, 100, 5_00, TODAY, TODAY)
    assert planned.finds_cents == 10_00, "a fourth of the people shows twice the difference"
    assert "That is too few" in planned.said()[-1]
    assert "a difference of $10.00 is found" in planned.said()[-1]
    assert "too few" not in " ".join(Planned(400, 400, 5_00, TODAY, TODAY).said())


def test_complaints_have_the_exact_interval() -> None:
    found = rate_of(3, 100)
    assert found is not None
    assert (found.value, round(found.low, 1), round(found.high, 1)) == (30.0, 6.2, 85.2)
    assert rate_of(0, 0) is None


def test_a_plan_says_whether_enough_people_will_enter(book: Practice) -> None:
    with book.database.reading() as conn:
        said = " ".join(plan(conn, wanted(), book.shelf, TODAY).said())
    assert "not known: not enough history" in said
    assert "compared once, on May 11, 2026, and not before" in said

"""A simulation agrees with reality: the same steps on the same days, account by account; and it writes nothing."""

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.accounts.holds import NewHold, open_holds
from flows.arrangements.commands import Ask, create
from flows.arrangements.plan import PlanRequest
from flows.calls.promises import promise
from flows.dunning.versions.publish import SHIPPED, publish
from flows.ledger.commands import post
from flows.ledger.entry import Entry
from flows.practice import Practice
from flows.schedules.schedule import Schedule
from flows.schedules.schedule_file import build, read_source
from flows.simulation.case import Count, Payment
from flows.simulation.result import Result
from flows.simulation.run import Wanted, simulate
from flows.stages import run_stage
from models.enums import HoldKind, LedgerKind
from tests.lives import LIVES
from tests.random_books import PEOPLE, START, fresh_practice, schedules, someones
from tests.small_book import LETTERS, account_of, publish_text, rows, take_in

STAGES = ("settle", "enter", "advance", "letters", "place")

Paid = tuple[int, int, int]
"""A payment of a random life: the day, which account, and cents."""

PAYMENTS = st.lists(st.tuples(st.integers(0, 59), st.integers(0, 8), st.integers(100, 60_000)), max_size=5)


def schedule_of(text: str) -> Schedule:
    return build(read_source(text, "test.yaml").words)


def live(practice: Practice, first: date, days: int, payments: Sequence[Payment] = ()) -> None:
    """Run the days for real, with these payments posted each morning."""
    for today in (first + timedelta(days=n) for n in range(days)):
        for place, paid in enumerate(payments):
            if paid.on == today:
                with practice.database.transaction(actor="test", business_date=today) as tx:
                    entry = Entry(paid.account_id, today, LedgerKind.PATIENT_PAYMENT, -paid.cents, "test", f"p{place}")
                    post(tx, [entry])
        for stage in STAGES:
            run_stage(practice, stage, today)


def real_steps(practice: Practice, first: date) -> set[tuple[str, str, str]]:
    query = (
        'SELECT a.number, s.step, s."on" FROM step_taken s JOIN account a ON a.id = s.account_id '
        "WHERE s.outcome = 'done' AND s.\"on\" >= :first AND COALESCE(s.why, '') NOT LIKE 'completed %'"
    )
    return {(row[0], row[1], str(row[2])) for row in rows(practice.database, query, first=first.isoformat())}


def simulated_steps(result: Result) -> set[tuple[str, str, str]]:
    return {(one.number, step, str(on)) for one in result.accounts for step, on in one.steps}


def letters_since(practice: Practice, first: date) -> int:
    query = "SELECT COUNT(*) FROM letter WHERE queued_on >= :first AND origin = 'scheduled'"
    return int(rows(practice.database, query, first=first.isoformat())[0][0])


def agree(practice: Practice, result: Result, first: date) -> None:
    assert simulated_steps(result) == real_steps(practice, first)
    assert sum(result.simulated.counts.get(Count.LETTERS, [])) == letters_since(practice, first)


@pytest.mark.long
@settings(max_examples=15)
@given(text=schedules(), people=PEOPLE, paid=PAYMENTS, walked=st.integers(0, 40))
def test_a_simulation_finds_the_steps_of_the_real_days(
    empty_sqlite: Path, text: str, people: list[list[tuple[int, int]]], paid: list[Paid], walked: int
) -> None:
    same_steps(empty_sqlite, text, text, people, paid, walked)


@pytest.mark.long
@settings(max_examples=15)
@given(text=schedules(), other=schedules(), people=PEOPLE, paid=PAYMENTS, walked=st.integers(0, 60))
def test_it_finds_the_steps_of_a_schedule_that_is_published_for_accounts_under_way(
    empty_sqlite: Path, text: str, other: str, people: list[list[tuple[int, int]]], paid: list[Paid], walked: int
) -> None:
    same_steps(empty_sqlite, text, other, people, paid, walked)


@pytest.mark.soak
@settings(max_examples=LIVES, deadline=None)
@given(text=schedules(), other=schedules(), people=PEOPLE, paid=PAYMENTS, walked=st.integers(0, 60))
def test_it_does_so_over_many_lives(
    empty_sqlite: Path, text: str, other: str, people: list[list[tuple[int, int]]], paid: list[Paid], walked: int
) -> None:
    same_steps(empty_sqlite, text, other, people, paid, walked)


def same_steps(
    empty: Path, text: str, other: str, people: list[list[tuple[int, int]]], paid: list[Paid], walked: int
) -> None:
    with fresh_practice(empty) as practice:
        publish_text(practice.database, text)
        take_in(practice.database, someones(people), START)
        live(practice, START, walked)
        first, days = START + timedelta(days=walked), 60
        numbers = sorted(row[0] for row in rows(practice.database, "SELECT number FROM account"))
        payments = payable(practice, numbers, paid, first)
        wanted = Wanted(schedule_of(other), first, days, in_force=text == other, accounts=True, payments=payments)
        result = simulate(practice.database, wanted)
        if text != other:
            with practice.database.transaction(actor="grace", business_date=first) as tx:
                publish(tx, read_source(other, "t.yaml"), other, letters=LETTERS, migrate=True, reason="test")
        before = len(rows(practice.database, "SELECT 1 FROM enrollment"))
        live(practice, first, days, payments)
        agree(practice, result, first)
        migration_holds(practice, other, before)


def payable(practice: Practice, numbers: list[str], paid: list[Paid], first: date) -> list[Payment]:
    """The payments that fit: of accounts with a balance, no more than it, one account a day."""
    left: dict[str, int] = {}
    found: list[Payment] = []
    for day, which, cents in sorted(paid):
        number = numbers[which % len(numbers)]
        row = account_of(practice.database, number)
        open_cents = left.setdefault(number, row.balance_cents)
        if 0 < cents <= open_cents:
            left[number] = open_cents - cents
            found.append(Payment(row.id, first + timedelta(days=day), cents))
    return found


def migration_holds(practice: Practice, text: str, before: int) -> None:
    """No account is lost, and nothing is sent twice or within the spacing."""
    assert len(rows(practice.database, "SELECT 1 FROM enrollment")) >= before
    again = rows(
        practice.database,
        "SELECT la.account_id, la.step, la.cycle FROM letter_account la JOIN letter l ON l.id = la.letter_id "
        "WHERE l.state <> 'voided' AND la.step IS NOT NULL GROUP BY 1, 2, 3 HAVING COUNT(*) > 1",
    )
    assert not again, "one letter a step"


TEXT = Path(SHIPPED / "patient-balance.yaml").read_text()


@pytest.mark.long
def test_promises_holds_and_a_new_account_are_walked_as_they_happen(practice: Practice) -> None:
    publish_text(practice.database, TEXT)
    first = date(2026, 2, 2)
    people = [[(0, 12_000)], [(3, 45_000), (10, 9_000)], [(20, 30_000)]]
    take_in(practice.database, someones(people), START)
    live(practice, START, (first - START).days)
    row = account_of(practice.database, "P1-0")
    held = account_of(practice.database, "P0-0")
    with practice.database.transaction(actor="maria", business_date=first) as tx:
        promise(tx, row.guarantor_id, row.creditor_id, [row], 20_000, first + timedelta(days=9))
        open_holds(tx, [NewHold(HoldKind.MANAGER, account_id=held.id, until=first + timedelta(days=20))])
    payments = [Payment(account_of(practice.database, "P2-0").id, date(2026, 3, 3), 30_000)]
    wanted = Wanted(schedule_of(TEXT), first, 120, in_force=True, accounts=True, payments=payments)
    result = simulate(practice.database, wanted)
    live(practice, first, 120, payments)
    agree(practice, result, first)
    broken = [step for one in result.accounts for step, _ in one.steps if step.startswith("on.promise_broken")]
    thanked = [step for one in result.accounts for step, _ in one.steps if step.startswith("on.paid_in_full")]
    assert broken and thanked, "a broken promise is called about, a payment in full is answered"


@pytest.mark.long
def test_a_broken_plan_that_is_caught_up_holds_its_accounts_again(practice: Practice) -> None:
    publish_text(practice.database, TEXT)
    first = START + timedelta(days=40)
    take_in(practice.database, someones([[(0, 60_000)], [(3, 45_000)]]), START)
    live(practice, START, 40)
    accounts = [account_of(practice.database, number) for number in ("P0-0", "P1-0")]
    with practice.database.transaction(actor="maria", business_date=first) as tx:
        for account in accounts:
            create(tx, Ask((account.id,), PlanRequest(count=4, first_on=first + timedelta(days=5))))
    wanted = Wanted(schedule_of(TEXT), first, 200, in_force=True, accounts=True)
    broken = broken_on(simulate(practice.database, wanted), "P0-0")
    # The first of them pays all that is missed within the time in which a plan resumes; the other one nothing.
    payments = [Payment(accounts[0].id, broken + timedelta(days=3), 45_000)]
    result = simulate(practice.database, replace(wanted, payments=payments))
    before = len(rows(practice.database, "SELECT 1 FROM letter"))
    live(practice, first, 200, payments)
    assert simulated_steps(result) == real_steps(practice, first)
    written = len(rows(practice.database, "SELECT 1 FROM letter")) - before
    assert sum(result.simulated.counts[Count.LETTERS]) == written, "the notices of missed payments among them"


def broken_on(result: Result, number: str) -> date:
    """The day on which a plan's account is contacted because it is broken."""
    steps = {step: on for one in result.accounts if one.number == number for step, on in one.steps}
    return next(on for step, on in steps.items() if step.startswith("on.arrangement_broken"))


def test_a_simulation_writes_nothing(empty_sqlite: Path) -> None:
    with fresh_practice(empty_sqlite) as practice:
        publish_text(practice.database, TEXT)
        take_in(practice.database, someones([[(0, 12_000)], [(3, 45_000)]]), START)
        live(practice, START, 30)
        practice.database.close()
        file = Path(str(practice.database.engine.url.database))
        before = hashlib.sha256(file.read_bytes()).hexdigest()
        sooner = TEXT.replace("{day: 60}", "{day: 50}")
        result = simulate(practice.database, Wanted(schedule_of(sooner), START + timedelta(days=30), 90))
        practice.database.close()
        assert result.simulated.steps.total() > 0
        assert hashlib.sha256(file.read_bytes()).hexdigest() == before


def test_a_step_that_moves_forward_moves_its_accounts_by_that_many_days(empty_sqlite: Path) -> None:
    with fresh_practice(empty_sqlite) as practice:
        publish_text(practice.database, TEXT)
        take_in(practice.database, someones([[(0, 12_000)], [(3, 45_000)]]), START)
        live(practice, START, 30)
        sooner = TEXT.replace("{day: 90}", "{day: 83}")
        result = simulate(practice.database, Wanted(schedule_of(sooner), START + timedelta(days=30), 120))
    assert (result.moved.earlier, result.moved.later) == (2, 0)
    assert result.moved.mean_days == -7.0
    assert result.present.steps == result.simulated.steps, "the same steps, on other days"

"""What must always hold, on random books, payments, holds and days: Hypothesis makes them."""

import itertools
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.accounts.holds import NewHold, open_holds
from flows.correspondence.letters.commands import mail_room
from flows.correspondence.print_batches.commands import print_letters
from flows.ledger.commands import post
from flows.ledger.entry import Entry
from flows.people.death import record_death
from flows.practice import Practice, practice_of
from flows.proof.histories import verify_history
from flows.stages import run_stage
from models.database import open_database
from models.enums import HoldKind, LedgerKind
from models.environment import Settings
from tests.conftest import TickingClock
from tests.lives import LIVES
from tests.small_book import Someone, account_of, publish_text, rows, take_in

START = date(2026, 1, 12)

STEP = st.sampled_from(["letter", "call", "task"])


@st.composite
def schedules(draw: st.DrawFn) -> str:
    """A schedule of two to five steps, by day or after one another, with or without conditions."""
    kinds = draw(st.lists(STEP, min_size=2, max_size=5))
    day, lines = 20, []
    letters = iter(("reminder-1", "reminder-2", "reminder-3", "final-notice", "final-notice"))
    for place, kind in enumerate(kinds):
        gap = draw(st.integers(1, 25))
        day += gap
        at = f"{{day: {day}}}" if place == 0 or draw(st.booleans()) else f"{{after: s{place - 1}, days: {gap}}}"
        do = {
            "letter": f"{{letter: {next(letters)}}}",
            "call": "{call: {script: talk}}",
            "task": "{task: {kind: look, role: clerk}}",
        }[kind]
        when = draw(st.sampled_from(["", ", when: {balance: {at_least: 60.00}}"]))
        lines.append(f"  - {{id: s{place}, at: {at}, do: {do}{when}}}")
    spacing = draw(st.integers(0, 21))
    return (
        "schedule: random\ntitle: Random\ncalendar: {skip: [saturday, sunday, holidays]}\n"
        "enter: {overdue_days: 20, balance: {at_least: 5.00}}\n"
        f"spacing: {{letters: {{at_least_days: {spacing}, gather_days: {draw(st.integers(0, 10))}}}}}\n"
        "steps:\n" + "\n".join(lines) + "\n"
        "small_balance: {below: 5.00, after_day: 60, do: {write_off: {reason: small-balance}}}\n"
        "on: {paid_in_full: {do: {letter: paid-in-full}, then: finish}}\n"
    )


PEOPLE = st.lists(
    st.lists(st.tuples(st.integers(0, 40), st.integers(500, 50_000)), min_size=1, max_size=3), min_size=1, max_size=3
)
"""For each guarantor the accounts, as days after the start minus twenty, and cents."""

HAPPENING = st.tuples(
    st.integers(0, 70),
    st.sampled_from(["pay", "pay all", "reverse", "dispute", "death", "print", "rerun"]),
    st.integers(0, 8),
)


@contextmanager
def fresh_practice(empty: Path) -> Iterator[Practice]:
    folder = Path(tempfile.mkdtemp(prefix="pastdue-test-"))
    shutil.copy(empty, folder / "pastdue.db")
    database = open_database(f"sqlite:///{folder / 'pastdue.db'}", TickingClock())
    try:
        yield practice_of(database, Settings(folder, ""))
    finally:
        database.close()
        shutil.rmtree(folder)


@pytest.mark.long
@settings(max_examples=10)
@given(text=schedules(), people=PEOPLE, happenings=st.lists(HAPPENING, max_size=8))
def test_what_must_always_hold(
    empty_sqlite: Path, text: str, people: list[list[tuple[int, int]]], happenings: list
) -> None:  # type: ignore[type-arg]
    _live(empty_sqlite, text, people, happenings)


@pytest.mark.soak
@settings(max_examples=LIVES, deadline=None)
@given(text=schedules(), people=PEOPLE, happenings=st.lists(HAPPENING, max_size=16))
def test_it_holds_over_many_lives(
    empty_sqlite: Path, text: str, people: list[list[tuple[int, int]]], happenings: list
) -> None:  # type: ignore[type-arg]
    _live(empty_sqlite, text, people, happenings)


def _live(empty: Path, text: str, people: list[list[tuple[int, int]]], happenings: list) -> None:  # type: ignore[type-arg]
    with fresh_practice(empty) as practice:
        publish_text(practice.database, text)
        take_in(practice.database, _someones(people), START)
        numbers = sorted(row[0] for row in rows(practice.database, "SELECT number FROM account"))
        for offset in range(75):
            today = START + timedelta(days=offset)
            for place, (on, what, which) in enumerate(happenings):
                if on == offset:
                    _happen(practice, what, numbers[which % len(numbers)], f"{place}", today)
            for stage in ("settle", "enter", "advance", "letters"):
                run_stage(practice, stage, today)
        _holds(practice, text)


def _someones(people: list[list[tuple[int, int]]]) -> list[Someone]:
    return [
        Someone(
            f"P{place}",
            [
                (f"P{place}-{n}", START - timedelta(days=20) + timedelta(days=day), cents)
                for n, (day, cents) in enumerate(accounts)
            ],
        )
        for place, accounts in enumerate(people)
    ]


def _happen(practice: Practice, what: str, number: str, mark: str, today: date) -> None:
    row = account_of(practice.database, number)
    with practice.database.transaction(actor="test", business_date=today) as tx:
        match what:
            case "pay" if row.balance_cents > 100:
                post(tx, [Entry(row.id, today, LedgerKind.PATIENT_PAYMENT, -(row.balance_cents // 3), "test", mark)])
            case "pay all" if row.balance_cents > 0:
                post(tx, [Entry(row.id, today, LedgerKind.PATIENT_PAYMENT, -row.balance_cents, "test", mark)])
            case "reverse":
                post(tx, [Entry(row.id, today, LedgerKind.PATIENT_PAYMENT, 700, "test", mark, "NSF")])
            case "dispute":
                until = today + timedelta(days=12)
                open_holds(tx, [NewHold(HoldKind.DISPUTE, account_id=row.id, until=until)])
            case "death":
                record_death(tx, row.guarantor_id, today, "test")
    if what == "print":
        print_letters(mail_room(practice), practice.settings.outbox, today)
    if what == "rerun":
        for stage in ("settle", "enter", "advance", "letters"):
            run_stage(practice, stage, today)


def _holds(practice: Practice, text: str) -> None:
    database = practice.database
    off = rows(
        database,
        "SELECT number FROM account a WHERE balance_cents <> "
        "(SELECT SUM(amount_cents) FROM ledger_entry l WHERE l.account_id = a.id)",
    )
    assert not off, "the balance is the sum of the ledger"
    with database.reading() as conn:
        assert verify_history(conn)["broken"] == []
    sent = rows(
        database,
        "SELECT guarantor_id, queued_on FROM letter WHERE state <> 'voided' AND origin = 'scheduled' ORDER BY guarantor_id, queued_on",
    )
    spacing = int(text.partition("at_least_days: ")[2].partition(",")[0])
    for one, other in itertools.pairwise(sent):
        if one[0] == other[0]:
            apart = (date.fromisoformat(str(other[1])) - date.fromisoformat(str(one[1]))).days
            assert apart >= max(spacing, 1), "no two letters break the spacing"
    dead = rows(
        database,
        "SELECT l.id FROM letter l JOIN person p ON p.id = l.guarantor_id "
        "WHERE l.state <> 'voided' AND l.queued_on > p.death_date",
    )
    assert not dead, "no letter is written to the dead"
    for row in rows(database, "SELECT queued_on FROM letter WHERE origin = 'scheduled'"):
        assert date.fromisoformat(str(row[0])).weekday() < 5, "nothing is done on a day off"
    twice = rows(
        database,
        "SELECT account_id, \"on\", COUNT(*) FROM step_taken WHERE step NOT LIKE 'on.%' "
        'GROUP BY account_id, "on" HAVING COUNT(*) > 1',
    )
    assert not twice, "one step an account and day"
    spoken = rows(
        database,
        "SELECT la.letter_id FROM letter_account la LEFT JOIN letter l ON l.id = la.letter_id "
        "WHERE l.id IS NULL OR l.state = 'voided'",
    )
    assert not spoken, "a void letter speaks for nobody"

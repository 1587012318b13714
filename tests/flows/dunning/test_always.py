"""What must always hold, on random books, payments, holds and days: Hypothesis makes them."""

import itertools
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
from flows.practice import Practice
from flows.proof.histories import verify_history
from flows.stages import run_stage
from models.enums import HoldKind, LedgerKind
from tests.lives import LIVES
from tests.random_books import PEOPLE, START, fresh_practice, schedules, someones
from tests.small_book import account_of, publish_text, rows, take_in

HAPPENING = st.tuples(
    st.integers(0, 70),
    st.sampled_from(["pay", "pay all", "reverse", "dispute", "death", "print", "rerun"]),
    st.integers(0, 8),
)


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
        take_in(practice.database, someones(people), START)
        numbers = sorted(row[0] for row in rows(practice.database, "SELECT number FROM account"))
        for offset in range(75):
            today = START + timedelta(days=offset)
            for place, (on, what, which) in enumerate(happenings):
                if on == offset:
                    _happen(practice, what, numbers[which % len(numbers)], f"{place}", today)
            for stage in ("settle", "enter", "advance", "letters"):
                run_stage(practice, stage, today)
        _holds(practice, text)


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

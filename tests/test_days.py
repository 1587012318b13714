"""Running only the days on which something can happen ends with the same database as running every day."""

import shutil
import tempfile
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlmodel import SQLModel

from flows.accounts.holds import NewHold, open_holds
from flows.arrangements.commands import Ask, create
from flows.arrangements.plan import PlanRequest
from flows.arrangements.settlements.commands import Offer, offer
from flows.calls.promises import promise
from flows.insurance.commands import bill, report_insurance
from flows.insurance.decide import ReportedInsurance
from flows.ledger.commands import post
from flows.ledger.entry import Entry
from flows.people.death import record_death
from flows.practice import Practice, practice_of
from flows.settings.commands import change_setting
from models.columns import AnyRow
from models.database import Database, open_database
from models.enums import HoldKind, LedgerKind, PayerClass
from models.environment import Settings
from models.errors import Refused
from tests.flows.agency_handoff.agencies import begin, publish, terms_text
from tests.lives import LIVES
from tests.small_book import Someone, account_of, publish_text, rows, run_days, someone, take_in, walk_days

FIRST = date(2026, 1, 5)
LAST = FIRST + timedelta(days=200)
NOON = datetime(2026, 1, 5, 17, tzinfo=UTC)

SCHEDULE = """
schedule: all-kinds
title: Letters, calls, a task, a gate, an agency and a write-off
calendar: {skip: [saturday, sunday, holidays]}
enter: {overdue_days: 30, balance: {at_least: 5.00}}
spacing: {letters: {at_least_days: 14, gather_days: 7}}
steps:
  - {id: reminder-1, at: {day: 30}, do: {letter: reminder-1}}
  - {id: call, at: {day: 40}, do: {call: {script: talk, give_up_after_days: 10}}}
  - {id: reminder-2, at: {day: 60}, do: {letter: reminder-2}}
  - {id: look, at: {day: 75}, do: {task: {kind: look, role: clerk}}}
  - {id: final-notice, at: {day: 90}, do: {letter: final-notice}}
  - {id: place, at: {day: 125}, do: {place: {pool: primary}}}
  - {id: write-off, at: {after: place, days: 30}, do: {write_off: {reason: uncollectible}}}
small_balance: {below: 10.00, after_day: 60, do: {write_off: {reason: small-balance}}}
on:
  promise_broken: {do: {call: {script: broken-promise}}}
  arrangement_broken: {do: {letter: arrangement-broken}, then: {resume_at: final-notice}}
  paid_in_full: {do: {letter: paid-in-full}, then: finish}
"""

PEOPLE = st.lists(
    st.builds(
        someone,
        st.just("P"),
        first=st.integers(0, 30).map(lambda days: FIRST + timedelta(days=days)),
        cents=st.sampled_from([8_00, 120_00, 900_00]),
        payer_class=st.sampled_from(["self_pay", "medicare", "tricare"]),
        state=st.sampled_from(["OH", "CA", "MD", "TX"]),
        phone=st.sampled_from(["937-555-0101", None]),
    ),
    min_size=1,
    max_size=2,
)

HAPPENINGS = st.lists(
    st.tuples(
        st.integers(1, 150),
        st.sampled_from(["pay", "hold", "promise", "plan", "offer", "insurance", "death"]),
        st.integers(0, 1),
        st.integers(1, 60),
    ),
    max_size=4,
)


def happen(database: Database, what: str, account: AnyRow, days: int, day: date) -> None:
    """One thing that can happen to an account; if it is refused, it does not happen."""
    soon, cents = day + timedelta(days=days), min(account.balance_cents, 50_00)
    doing: dict[str, Callable[[Any], object]] = {
        "pay": lambda tx: post(
            tx, [Entry(account.id, day, LedgerKind.PATIENT_PAYMENT, -cents, "payments", f"{day}:{days}")]
        ),
        "hold": lambda tx: open_holds(tx, [NewHold(HoldKind.DISPUTE, account_id=account.id, until=soon)]),
        "promise": lambda tx: promise(tx, account.guarantor_id, account.creditor_id, [account], cents, soon),
        "plan": lambda tx: create(tx, Ask((account.id,), PlanRequest(amount_cents=130_00))),
        "offer": lambda tx: offer(tx, Offer((account.id,), soon, "hardship", percent=90)),
        "insurance": lambda tx: bill(
            tx,
            report_insurance(tx, [account.id], ReportedInsurance("Acme", PayerClass.COMMERCIAL, "XQ", "a letter"))[0],
            day,
        ),
        "death": lambda tx: record_death(tx, account.guarantor_id, day, "told by the family"),
    }
    try:
        with database.transaction(actor="maria", business_date=day) as tx:
            doing[what](tx)
    except Refused:
        pass


@pytest.mark.long
@settings(max_examples=3)
@given(people=PEOPLE, happenings=HAPPENINGS)
def test_skipping_the_quiet_days_changes_nothing(
    empty_sqlite: Path, people: list[Someone], happenings: list[tuple[int, str, int, int]]
) -> None:
    assert live(empty_sqlite, run_days, people, happenings) == live(empty_sqlite, walk_days, people, happenings)


@pytest.mark.soak
@settings(max_examples=LIVES)
@given(people=PEOPLE, happenings=HAPPENINGS)
def test_it_changes_nothing_in_many_lives(
    empty_sqlite: Path, people: list[Someone], happenings: list[tuple[int, str, int, int]]
) -> None:
    assert live(empty_sqlite, run_days, people, happenings) == live(empty_sqlite, walk_days, people, happenings)


def live(
    empty: Path,
    run: Callable[[Practice, date, date], None],
    people: list[Someone],
    happenings: list[tuple[int, str, int, int]],
) -> dict[str, list[tuple[Any, ...]]]:
    """The content of the database after all days were run in this way."""
    home = Path(tempfile.mkdtemp(prefix="pastdue-quiet-"))
    shutil.copy(empty, home / "pastdue.db")
    url = f"sqlite:///{home / 'pastdue.db'}"
    practice = practice_of(open_database(url, lambda: NOON), Settings(home, url))
    try:
        with practice.database.transaction(actor="test", business_date=FIRST) as tx:
            change_setting(tx, "pdf", "no")
        publish(practice.database, terms_text(), terms_text("beacon", tier="2"))
        publish_text(practice.database, SCHEDULE)
        named = [replace(one, name=f"P{n}", accounts=[(f"P{n}", *one.accounts[0][1:])]) for n, one in enumerate(people)]
        take_in(practice.database, named, FIRST)
        day = FIRST
        for offset, what, which, days in sorted(happenings):
            on = FIRST + timedelta(days=offset)
            run(practice, day, on - timedelta(days=1))
            happen(practice.database, what, account_of(practice.database, f"P{which % len(people)}"), days, on)
            day = on
        run(practice, day, LAST)
        return contents(practice.database)
    finally:
        practice.database.close()
        shutil.rmtree(home)


def contents(database: Database) -> dict[str, list[tuple[Any, ...]]]:
    """All rows of the database, except the counts of days: a skipped day has none."""
    with database.reading() as conn:
        return {
            name: [tuple(row) for row in conn.execute(sa.select(noun).order_by(*noun.primary_key.columns))]
            for name, noun in SQLModel.metadata.tables.items()
            if name != "day_stage"
        }


def test_a_day_is_quiet_until_the_next_date_of_the_book_and_its_morrow(practice: Practice) -> None:
    begin(practice)
    run_days(practice, FIRST, FIRST + timedelta(days=31))
    assert [
        str(row[0]) for row in rows(practice.database, "SELECT DISTINCT business_date FROM day_stage ORDER BY 1")
    ] == [
        "2026-01-05",
        "2026-01-06",
        "2026-02-04",
        "2026-02-05",
    ]

"""The demonstration: plausible, the same for the same seed and dates, and no person in it exists."""

import csv
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import zipcodes

from cli.output import open_practice
from cli.setup import init
from demo import rates as rates_module
from demo.life import Life, take_book
from demo.payments import by_balance, daily_rate
from demo.people import MadeUpBook, make_book
from demo.plans import LATE_DAYS, pays
from demo.promises import share_paid
from demo.rates import COLLECTED, Rate, Table
from demo.towns import TOWNS, Town
from flows.practice import Practice
from flows.proof.histories import verify_history
from flows.reports.scorecard import scorecard
from flows.stages import STAGES, run_stage
from tests.small_book import rows


def book_rows(book: MadeUpBook, name: str) -> list[dict[str, str]]:
    """The rows of one kind of all files of a book."""
    texts = [book.files[name], *(files[name] for files in book.later.values() if name in files)]
    return [row for text in texts for row in csv.DictReader(text.splitlines())]


def test_the_same_seed_makes_the_same_book_and_no_phone_of_it_rings() -> None:
    one, other = (make_book(300, 7, date(2026, 1, 1), 180) for _ in range(2))
    assert one == other
    assert make_book(300, 8, date(2026, 1, 1), 180) != one
    phones = [row["phone"] for row in book_rows(one, "guarantors") if row["phone"]]
    assert all(re.fullmatch(r"\d{3}-555-01\d\d", phone) for phone in phones)


def test_accounts_arrive_in_the_week_after_their_first_bill_with_their_people() -> None:
    book = make_book(300, 7, date(2026, 1, 1), 180)
    assert len(book_rows(book, "accounts")) == 300
    known = {row["guarantor_id"] for row in csv.DictReader(book.files["guarantors"].splitlines())}
    assert len(book.later) > 15
    for on, files in book.later.items():
        known |= {row["guarantor_id"] for row in csv.DictReader(files.get("guarantors", "").splitlines())}
        for row in csv.DictReader(files["accounts"].splitlines()):
            assert 0 <= (on - date.fromisoformat(row["first_statement_on"])).days < 7
            assert row["guarantor_id"] in known


def test_people_live_in_their_state_are_of_age_and_some_owe_two_creditors() -> None:
    book = make_book(600, 7, date(2026, 1, 1), 180)
    people = book_rows(book, "guarantors")
    for row in (*people, *book_rows(book, "creditors")):
        assert any(
            found["state"] == row["state"] and found["city"] == row["city"] for found in zipcodes.matching(row["zip"])
        ), f"{row['zip']} is not {row['city']}, {row['state']}"
    assert max(row["birth_date"] for row in people) < "2008-01-01"
    owing: dict[str, set[str]] = {}
    for row in book_rows(book, "accounts"):
        owing.setdefault(row["guarantor_id"], set()).add(row["creditor_id"])
    assert 0.08 < sum(len(found) > 1 for found in owing.values()) / len(owing) < 0.2


@pytest.mark.parametrize("town", TOWNS, ids=lambda town: f"{town.city} {town.zip}")
def test_a_towns_zip_county_and_area_code_are_its_own(town: Town) -> None:
    (found,) = zipcodes.matching(town.zip)
    assert (found["city"], found["state"], found["county"]) == (town.city, town.state, town.county)
    assert town.area in found["area_codes"]


def test_about_half_of_the_promises_are_kept_in_time_and_some_late() -> None:
    due = date(2026, 3, 2)
    in_time = [share_paid(number, 7, due, due) for number in range(1_000)]
    late = [share_paid(number, 7, date(2026, 3, 16), due) for number in range(1_000)]
    assert 380 < sum(share == 100 for share in in_time) < 550
    assert 60 < sum(0 < share < 100 for share in in_time) < 200
    assert 60 < sum(share == 100 for share in late) < 200
    assert not any(early and later for early, later in zip(in_time, late, strict=True)), "nobody pays a promise twice"


def test_most_payments_of_plans_are_paid_and_a_quarter_of_the_plans_stop() -> None:
    whole = sum(
        all(any(pays(plan, place, 7, late) for late in (0, LATE_DAYS)) for place in range(7)) for plan in range(1_000)
    )
    in_time = sum(pays(plan, 1, 7, 0) for plan in range(1_000))
    assert 700 < whole < 800
    assert 880 < in_time < 960


def test_young_balances_are_paid_more_often_than_old_ones_and_small_more_than_large() -> None:
    rates = [daily_rate(age) for age in (10, 45, 75, 105, 150, 300, 500)]
    assert rates == sorted(rates, reverse=True)
    paid = 1.0 - math.prod(1.0 - daily_rate(age) for age in range(366))
    assert paid == pytest.approx(COLLECTED.value, abs=0.01)
    often = [by_balance(cents) for cents in (10_000, 300_000, 600_000, 900_000, 2_000_000)]
    assert often == sorted(often, reverse=True)


def test_every_rate_names_its_source_or_says_that_it_is_an_assumption() -> None:
    sources = [str(one.source) for one in vars(rates_module).values() if isinstance(one, Rate | Table)]
    assert len(sources) > 15
    for source in sources:
        assert "assumption" in source or re.search(r"\b20\d\d\b|Survey|HFMA", source), source


@dataclass(frozen=True)
class Lived:
    """A made-up practice after its last day."""

    practice: Practice
    last: date

    def count(self, query: str) -> int:
        return int(rows(self.practice.database, query)[0][0] or 0)


def live(home: Path, accounts: int, first: date, days: int, seed: int) -> Iterator[Lived]:
    """Run a made-up practice in a folder that PASTDUE_HOME names."""
    init(date=first.isoformat(), json=True)
    with open_practice() as practice:
        book = make_book(accounts, seed, first, days)
        take_book(practice, book.files, first)
        life = Life(practice, seed, book.later)
        life.set_up(first)
        for day in [first + timedelta(days=n) for n in range(days)]:
            life.morning(day)
            for stage in STAGES:
                counts = run_stage(practice, stage, day)
                assert "set_aside" not in counts
            life.day(day)
        yield Lived(practice, first + timedelta(days=days - 1))


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lived]:
    """Five months of a small practice."""
    home = tmp_path_factory.mktemp("demo") / "home"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PASTDUE_HOME", str(home))
        patch.delenv("PASTDUE_DATABASE_URL", raising=False)
        yield from live(home, 500, date(2026, 1, 1), 150, 7)


@pytest.mark.long
def test_the_days_hold_together_and_every_balance_is_its_ledgers(lived: Lived) -> None:
    with lived.practice.database.reading() as conn:
        assert verify_history(conn)["broken"] == []
    off = "SELECT number FROM account a WHERE balance_cents <> (SELECT SUM(amount_cents) FROM ledger_entry l WHERE l.account_id = a.id)"
    assert rows(lived.practice.database, off) == []
    early = (
        "SELECT COUNT(*) FROM ledger_entry l JOIN account a ON a.id = l.account_id WHERE a.first_statement_on > '{}'"
    )
    assert lived.count(early.format(lived.last)) == 0, "accounts arrive once they are billed"
    found = {row.kind for row in rows(lived.practice.database, "SELECT DISTINCT kind FROM account_event")}
    assert {
        "letter_mailed",
        "call_made",
        "promise_made",
        "ledger_posted",
        "arrangement_made",
        "review_decided",
    } <= found


@pytest.mark.long
def test_about_half_of_the_promises_of_the_life_are_kept(lived: Lived) -> None:
    judged = lived.count("SELECT COUNT(*) FROM promise WHERE state IN ('kept', 'partly_kept', 'broken')")
    kept = lived.count("SELECT COUNT(*) FROM promise WHERE state = 'kept'")
    assert judged > 25
    assert 0.4 <= kept / judged <= 0.6


@pytest.mark.long
def test_one_dial_in_seven_reaches_the_guarantor_and_dials_are_spread_over_the_day(lived: Lived) -> None:
    dialed = "SELECT COUNT(*) FROM contact_attempt WHERE kind = 'call' AND NOT inbound"
    dials, reached = lived.count(dialed), lived.count(f"{dialed} AND talked")
    assert dials > 300
    assert 0.1 <= reached / dials <= 0.2
    assert lived.count("SELECT COUNT(DISTINCT hour) FROM contact_attempt WHERE kind = 'call' AND NOT inbound") >= 9


@pytest.mark.long
def test_three_of_four_payments_of_plans_are_paid_and_letters_come_back_as_often_as_mail_does(lived: Lived) -> None:
    due = "SELECT COUNT(*) FROM instalment WHERE state IN ({})"
    paid, missed = lived.count(due.format("'paid'")), lived.count(due.format("'missed'"))
    assert paid > 20
    assert 0.65 <= paid / (paid + missed) <= 0.97
    mailed = lived.count("SELECT COUNT(*) FROM letter WHERE mailed_on IS NOT NULL")
    returned = lived.count("SELECT COUNT(*) FROM letter WHERE state = 'returned'")
    assert 0.025 <= returned / mailed <= 0.055


@pytest.mark.long
def test_agencies_collect_a_tenth_of_what_was_placed(lived: Lived) -> None:
    with lived.practice.database.reading() as conn:
        agencies = scorecard(conn)["agencies"]
    assert {one["agency"] for one in agencies} == {"harbor", "beacon"}
    placed, collected = (sum(one[name] for one in agencies) for name in ("placed_cents", "collected_cents"))
    assert 0.03 <= collected / placed <= 0.2


@pytest.mark.long
def test_no_queue_is_older_than_three_weeks(lived: Lived) -> None:
    query = "SELECT kind, opened_on, due_on FROM task WHERE state = 'open' AND kind <> 'call'"
    still = rows(lived.practice.database, query)
    since = lived.last - timedelta(days=21)
    old = [
        row for row in still if _day(row.opened_on) < since and (row.due_on is None or _day(row.due_on) < lived.last)
    ]
    assert old == []
    assert len(still) < lived.count("SELECT COUNT(*) FROM task WHERE kind <> 'call'") / 8


@pytest.mark.long
def test_the_ledger_has_every_kind_of_entry_several_ways_to_pay_and_money_in_every_month(lived: Lived) -> None:
    database = lived.practice.database
    kinds = {(row.kind, row.source) for row in rows(database, "SELECT DISTINCT kind, source FROM ledger_entry")}
    assert {kind for kind, _ in kinds} >= {
        "charge",
        "contractual",
        "discount",
        "insurance_payment",
        "patient_payment",
        "refund",
        "write_off",
    }
    paid = rows(database, "SELECT reference, posted_on FROM ledger_entry WHERE source = 'payments'")
    assert {row.reference.rpartition(" ")[2] for row in paid} >= {"card", "online", "check", "ach", "cash"}
    assert {_day(row.posted_on).month for row in paid} == set(range(1, 6))


def _day(value: object) -> date:
    return value if isinstance(value, date) else date.fromisoformat(str(value))


@pytest.mark.long
def test_some_credit_balances_and_refunds_are_open_on_the_last_day(lived: Lived) -> None:
    assert lived.count("SELECT COUNT(*) FROM account WHERE balance_cents < 0") >= 3
    late = "SELECT COUNT(*) FROM ledger_entry WHERE reference LIKE '%paid late%' OR external_id LIKE '%paid late%'"
    assert lived.count(late) >= 3
    assert lived.count("SELECT COUNT(*) FROM refund WHERE state = 'paid'") >= 3
    assert lived.count("SELECT COUNT(*) FROM refund WHERE state IN ('proposed', 'approved')") >= 1


@pytest.mark.long
def test_the_same_seed_and_days_live_the_same_life(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ends: list[list[tuple[Any, ...]]] = []
    monkeypatch.delenv("PASTDUE_DATABASE_URL", raising=False)
    for name in ("first", "second"):
        monkeypatch.setenv("PASTDUE_HOME", str(tmp_path / name))
        for one in live(tmp_path / name, 80, date(2026, 1, 1), 60, 3):
            story = "SELECT account_id, seq, business_date, kind, step, why, actor FROM account_event ORDER BY 1, 2"
            ends.append([tuple(row) for row in rows(one.practice.database, story)])
    assert ends[0] == ends[1]

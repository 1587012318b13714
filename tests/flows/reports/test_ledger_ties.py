"""The reports on the ledger tie to it to the cent, on random books and random days, and so do the summaries."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.ledger.commands import post
from flows.ledger.entry import Entry
from flows.practice import Practice
from flows.reports.asked import Given, asked_of
from flows.reports.document import filters_of_row
from flows.reports.model import Report, Span
from flows.reports.receivables.roll_forward import MOVES
from flows.reports.registry import REPORTS
from flows.reports.summaries.commands import check, keep_up, rebuild
from models.enums import LedgerKind
from models.ids import AccountId
from tests.random_books import fresh_practice
from tests.small_book import rows, someone, take_in

TODAY = date(2026, 4, 15)
LEDGER_REPORTS = (
    "aging", "roll-forward", "roll-rates", "vintage", "days-in-ar", "collections", "collection-rate", "days-to-pay",
    "write-offs", "cost-to-collect", "forecast",
)  # fmt: skip

SIGNS = {LedgerKind.CHARGE: 1, LedgerKind.REFUND: 1, LedgerKind.INTEREST: 1, LedgerKind.TRANSFER: 1}

ENTRIES = st.lists(
    st.tuples(
        st.integers(1, 3),
        st.sampled_from([kind for kind in LedgerKind if kind is not LedgerKind.OPENING]),
        st.integers(1, 40_000),
        st.integers(0, 100),
        st.integers(0, 20),
        st.booleans(),
    ),
    max_size=12,
)
"""For each entry: the account, the kind, the cents, the day before today, how much later it was recorded, reversed."""


def fill(practice: Practice, entries: list[tuple[int, LedgerKind, int, int, int, bool]], *, keep: int) -> None:
    """Three accounts and the entries; the summaries are kept up after so many of them."""
    people = [someone(f"P{n}", f"A{n}", date(2025, 12, 1) + timedelta(days=30 * n), 10_000 * n) for n in (1, 2, 3)]
    take_in(practice.database, people, date(2026, 1, 5))
    for place, (account, kind, cents, back, later, is_reversed) in enumerate(entries):
        on = TODAY - timedelta(days=back)
        sign = SIGNS.get(kind, -1) * (-1 if is_reversed else 1)
        entry = Entry(AccountId(account), on, kind, sign * cents, "test", f"{place}", "x check")
        with practice.database.transaction(actor="t", business_date=min(on + timedelta(days=later), TODAY)) as tx:
            post(tx, [entry])
        if place == keep:
            keep_up(practice.database, TODAY)


def asked_for(report: Report, first: date, last: date) -> Given:
    return Given(first=first, last=last) if report.span is Span.PERIOD else Given(on=last)


@given(entries=ENTRIES, keep=st.integers(0, 12), first=st.integers(0, 110), length=st.integers(0, 100))
@settings(max_examples=10)
def test_every_report_on_the_ledger_ties_out_and_its_drill_adds_up(
    empty_sqlite: Path,
    entries: list[tuple[int, LedgerKind, int, int, int, bool]],
    keep: int,
    first: int,
    length: int,
) -> None:
    since = TODAY - timedelta(days=first)
    until = min(since + timedelta(days=length), TODAY)
    with fresh_practice(empty_sqlite) as practice:
        fill(practice, entries, keep=keep)
        assert check(practice.database) == []
        with practice.database.reading() as conn:
            for report in (REPORTS[name] for name in LEDGER_REPORTS):
                asked = asked_of(report, asked_for(report, since, until), TODAY, {}, None)
                assert [tie for tie in report.ties(conn, asked) if not tie.holds] == [], report.name
                if report.drill is None:
                    continue
                for row in report.read(conn, asked).rows:
                    narrowed = replace(asked, where=filters_of_row(asked, row))
                    for measure in report.drill.measures:
                        found = report.drill.accounts(conn, narrowed, measure, 0, 10)
                        assert found.total == row[measure], (report.name, measure)


@given(entries=ENTRIES)
@settings(max_examples=15)
def test_a_roll_forward_closes_in_every_row_and_a_month_opens_where_the_last_one_closed(
    empty_sqlite: Path, entries: list[tuple[int, LedgerKind, int, int, int, bool]]
) -> None:
    report = REPORTS["roll-forward"]
    with fresh_practice(empty_sqlite) as practice:
        fill(practice, entries, keep=6)
        with practice.database.reading() as conn:
            asked = asked_of(report, Given(first=date(2026, 1, 1), last=TODAY), TODAY, {}, None)
            table = report.read(conn, asked)
    before: object = None
    for row in table.rows:
        changes = sum(int(str(row[name])) for name in MOVES)
        assert int(str(row["opening_cents"])) + changes == row["closing_cents"]
        assert before is None or row["opening_cents"] == before
        before = row["closing_cents"]
    assert table.total["closing_cents"] == before


@given(entries=ENTRIES)
@settings(max_examples=10)
def test_a_rebuild_gives_what_was_kept_up(
    empty_sqlite: Path, entries: list[tuple[int, LedgerKind, int, int, int, bool]]
) -> None:
    query = "SELECT * FROM ledger_total ORDER BY 1, 2, 3, 4, 5"
    with fresh_practice(empty_sqlite) as practice:
        fill(practice, entries, keep=3)
        keep_up(practice.database, TODAY)
        kept = rows(practice.database, query)
        rebuild(practice.database, TODAY)
        assert rows(practice.database, query) == kept


def test_a_month_that_is_over_stays_and_what_was_recorded_later_is_shown(empty_sqlite: Path) -> None:
    aging, roll = REPORTS["aging"], REPORTS["roll-forward"]
    march = date(2026, 3, 31)
    with fresh_practice(empty_sqlite) as practice:
        take_in(practice.database, [someone("Ada", cents=10_000)], date(2026, 1, 5))
        paid = Entry(AccountId(1), date(2026, 3, 10), LedgerKind.PATIENT_PAYMENT, -4_000, "test", "1")
        with practice.database.transaction(actor="t", business_date=date(2026, 3, 10)) as tx:
            post(tx, [paid])

        def read() -> tuple[object, object, tuple[str, ...]]:
            with practice.database.reading() as conn:
                owed = aging.read(conn, asked_of(aging, Given(on=march), TODAY, {}, None))
                period = Given(first=date(2026, 3, 1), last=march)
                moved = roll.read(conn, asked_of(roll, period, TODAY, {}, None)).total
            return owed.total["balance_cents"], moved["late_cents"], owed.notes

        assert read() == (6_000, 0, ())
        later = Entry(AccountId(1), date(2026, 4, 2), LedgerKind.PATIENT_PAYMENT, -1_000, "test", "2")
        with practice.database.transaction(actor="t", business_date=date(2026, 4, 2)) as tx:
            post(tx, [later])
        assert read() == (6_000, 0, ())
        corrected = Entry(AccountId(1), date(2026, 3, 20), LedgerKind.PATIENT_PAYMENT, -500, "test", "3")
        with practice.database.transaction(actor="t", business_date=date(2026, 4, 3)) as tx:
            post(tx, [corrected])
        balance, late, notes = read()
        assert (balance, late) == (5_500, -500)
        assert "recorded after Mar 31, 2026" in notes[0]


def test_every_kind_of_entry_is_in_one_column_of_the_roll_forward() -> None:
    kinds = [kind for some in MOVES.values() for kind in some]
    assert sorted(kinds) == sorted(LedgerKind)


@pytest.mark.parametrize("name", LEDGER_REPORTS)
def test_a_practice_without_anything_has_empty_reports(empty_sqlite: Path, name: str) -> None:
    report = REPORTS[name]
    with fresh_practice(empty_sqlite) as practice, practice.database.reading() as conn:
        asked = asked_of(report, Given(), TODAY, {}, None)
        assert list(report.read(conn, asked).rows) == []
        assert all(tie.holds for tie in report.ties(conn, asked))

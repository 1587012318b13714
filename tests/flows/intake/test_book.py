"""A book of files comes in whole, once, in any order; what cannot be taken is named by line, field and reason."""

import tracemalloc
from datetime import date
from pathlib import Path

import pytest

from flows.correspondence.creditors.commands import change_creditor, restore_creditor
from flows.correspondence.creditors.queries import CreditorVersion, creditor_history
from models.database import Database
from models.errors import BadFile
from tests.flows.intake.files import (
    ACCOUNTS,
    BOOK,
    GUARANTORS,
    TODAY,
    TRANSACTIONS,
    balances,
    rejects,
    take,
    whole,
    write,
    write_book,
)
from tests.small_book import account_of, history, rows

SUMS = {"A1": 10_000, "A2": 5_000, "A3": 3_000}


def test_a_folder_comes_in_and_every_balance_is_its_ledger(database: Database, tmp_path: Path) -> None:
    write_book(tmp_path / "in")
    reports = take(database, tmp_path / "in")
    assert {name: (one.taken, one.rejected) for name, one in reports.items()} == {
        "creditors.csv": (1, 0),
        "guarantors.csv": (2, 0),
        "patients.csv": (2, 0),
        "accounts.csv": (3, 0),
        "transactions.csv": (3, 0),
    }
    assert balances(database) == SUMS
    assert len(rows(database, "SELECT id FROM person")) == 3, "a patient who is the guarantor is one person"
    opening = rows(database, "SELECT kind, amount_cents FROM ledger_entry WHERE external_id = 'opening:A3'")
    assert [tuple(row) for row in opening] == [("opening", 3_000)]


def test_the_same_files_twice_change_nothing(database: Database, tmp_path: Path) -> None:
    write_book(tmp_path / "in")
    take(database, tmp_path / "in")
    before = whole(database)
    again = take(database, tmp_path / "in")
    assert all(report.already_taken for report in again.values())
    assert whole(database) == before


def test_known_rows_in_a_new_file_change_nothing(database: Database, tmp_path: Path) -> None:
    write_book(tmp_path / "in")
    take(database, tmp_path / "in")
    before = whole(database)
    write_book(tmp_path / "new", **{name: text + "\n" for name, text in BOOK.items()})
    reports = take(database, tmp_path / "new")
    assert not any(report.taken or report.rejected for report in reports.values())
    after = whole(database)
    assert {name: table for name, table in after.items() if name != "intake_file"} == {
        name: table for name, table in before.items() if name != "intake_file"
    }


def test_files_come_in_whatever_their_order_their_columns_order_and_a_byte_order_mark(
    empty_sqlite_database: Database, tmp_path: Path
) -> None:
    def turned(text: str) -> bytes:
        lines = [",".join([*reversed(line.split(",")), "x"]) for line in text.splitlines()]
        return b"\xef\xbb\xbf" + "\r\n".join(lines).encode()

    files = write_book(tmp_path / "in", **{name: turned(text) for name, text in BOOK.items()})
    reports = take(empty_sqlite_database, tmp_path / "in", *reversed(files))
    assert balances(empty_sqlite_database) == SUMS
    assert all(report.warnings == ("columns ignored: x",) for report in reports.values())


def test_transactions_that_come_later_are_posted_once(database: Database, tmp_path: Path) -> None:
    write_book(tmp_path / "in")
    take(database, tmp_path / "in")
    later = TRANSACTIONS + "T9,A1,2026-02-01,patient_payment,-30.00,card\n"
    for number in range(2):
        take(database, tmp_path / "in", write(tmp_path / f"later{number}", "transactions", later + "\n" * number))
        assert balances(database) == {**SUMS, "A1": 7_000}


def test_a_missing_column_refuses_all_files_before_anything_is_taken(
    empty_sqlite_database: Database, tmp_path: Path
) -> None:
    files = write_book(tmp_path / "in", transactions=TRANSACTIONS.replace(",amount,", ",sum,"))
    before = whole(empty_sqlite_database)
    with pytest.raises(BadFile, match=r"transactions\.csv:1: column amount is missing"):
        take(empty_sqlite_database, tmp_path / "in", *files)
    with pytest.raises(BadFile, match="column balance is in the header twice"):
        take(
            empty_sqlite_database,
            tmp_path,
            write(tmp_path / "b", "accounts", ACCOUNTS.replace("guarantor_id", "balance")),
        )
    assert whole(empty_sqlite_database) == before


WRONG_ROWS = [
    ("transactions", b"T8,A1,2026-13-01,charge,1.00,", "date", "is not a date"),
    ("transactions", b"T8,A1,9999-12-31,charge,1.00,", "date", "not in the years"),
    ("transactions", b'T8,A1,2026-01-01,charge,"12,34",', "amount", "is not an amount"),
    ("transactions", b"T8,A1,2026-01-01,charge,-1.00,", "amount", "must be more than 0"),
    ("transactions", b"T8,A1,2026-01-01,chrage,1.00,", "kind", "is not valid"),
    ("transactions", b"T8,A9,2026-01-01,charge,1.00,", "account_number", "there is no account"),
    ("transactions", b"T8,A1,2026-01-01,charge", "", "has 4 fields where the header has 6"),
    ("transactions", b"T8,,2026-01-01,charge,1.00,", "account_number", "is empty"),
    ("transactions", b"T1,A2,2026-01-01,charge,1.00,", "transaction_id", "is already used"),
    ("transactions", b"opening:A1,A1,2026-01-01,charge,1.00,", "transaction_id", "opening"),
    ("transactions", b'T8,A1,2026-01-01,charge,1.00,"open', "", "a quote is opened here and not closed"),
    ("transactions", b"T8,A1,2026-01-01,charge,1.00,caf\xe9", "reference", "is not UTF-8 (byte 0xE9)"),
    ("transactions", b"T8,A1,2026-01-01,charge,1.00,a\x00b", "reference", "zero byte"),
    ("accounts", b"A8,C1,P1,G1,self-pay,2025-12-01,,1.00", "payer_class", "is not valid; enter one of"),
    ("accounts", b"A8,C9,P1,G1,self_pay,2025-12-01,,1.00", "creditor_id", 'there is no creditor "C9"'),
    ("accounts", b"A8,C1,P9,G1,self_pay,2025-12-01,,1.00", "patient_id", 'there is no patient "P9"'),
    ("accounts", b"A8,C1,P1,G9,self_pay,2025-12-01,,1.00", "guarantor_id", 'there is no guarantor "G9"'),
    ("accounts", b"A1,C1,P1,G1,self_pay,2025-12-01,,100.00", "account_number", "is in the file twice"),
    ("patients", b"P8,G9,Di,Ray,1990-01-01", "guarantor_id", 'there is no guarantor "G9"'),
    ("guarantors", b"G8,Di,Ray,1990-01-01,,,ZZ,,,,", "state", "is not a state"),
    ("guarantors", b"G8,Di,Ray,1990-01-01,,,,,,maybe,", "email_consent", "is not yes or no"),
]


@pytest.mark.parametrize(("name", "row", "field", "reason"), WRONG_ROWS, ids=[row[3] for row in WRONG_ROWS])
def test_a_wrong_row_is_rejected_with_its_line_and_the_rest_goes_in(
    empty_sqlite_database: Database, tmp_path: Path, name: str, row: bytes, field: str, reason: str
) -> None:
    lines = BOOK[name].encode().splitlines()
    lines.insert(3 if name == "accounts" else 2, row)
    write_book(tmp_path / "in", **{name: b"\n".join(lines) + b"\n"})
    report = take(empty_sqlite_database, tmp_path / "in")[f"{name}.csv"]
    [(line, found, why)] = rejects(report)
    assert (line, found) == (4 if name == "accounts" else 3, field)
    assert reason in why
    assert Path(report.reject_file or "").name == f"{name}.csv"
    assert balances(empty_sqlite_database) == SUMS


def test_an_account_whose_transactions_do_not_sum_is_rejected_with_the_difference(
    empty_sqlite_database: Database, tmp_path: Path
) -> None:
    write_book(tmp_path / "in", accounts=ACCOUNTS.replace("100.00", "100.01"))
    reports = take(empty_sqlite_database, tmp_path / "in")
    [(line, field, reason)] = rejects(reports["accounts.csv"])
    assert (line, field) == (2, "balance")
    assert "the difference is $0.01" in reason
    assert [(line, field) for line, field, _ in rejects(reports["transactions.csv"])] == [
        (2, "account_number"),
        (3, "account_number"),
    ]
    assert balances(empty_sqlite_database) == {"A2": 5_000, "A3": 3_000}


def test_a_line_of_fifty_megabytes_is_one_reject_and_is_never_held(
    empty_sqlite_database: Database, tmp_path: Path
) -> None:
    head, first, *rest = TRANSACTIONS.splitlines()
    huge = "T8,A1,2026-01-01,charge,1.00," + "x" * 50_000_000
    write_book(tmp_path / "in", transactions="\n".join([head, first, huge, *rest]))
    tracemalloc.start()
    report = take(empty_sqlite_database, tmp_path / "in")["transactions.csv"]
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 12_000_000
    [(line, _, reason)] = rejects(report)
    assert line == 3
    assert "50,000,029 bytes long" in reason or "50,000,030 bytes long" in reason
    assert balances(empty_sqlite_database) == SUMS


def test_a_note_of_several_lines_is_one_row(empty_sqlite_database: Database, tmp_path: Path) -> None:
    write_book(tmp_path / "in", transactions=TRANSACTIONS.replace("check 1", '"check 1\nof ""two"""'))
    take(empty_sqlite_database, tmp_path / "in")
    assert balances(empty_sqlite_database) == SUMS
    [row] = rows(empty_sqlite_database, "SELECT reference FROM ledger_entry WHERE external_id = 'T2'")
    assert row.reference == 'check 1\nof "two"'


def test_two_exports_that_overlap_count_each_transaction_once(empty_sqlite_database: Database, tmp_path: Path) -> None:
    files = write_book(tmp_path / "in")
    copy = write(tmp_path / "monday", "transactions", TRANSACTIONS)
    overlapping = write(tmp_path / "tuesday", "transactions", TRANSACTIONS + "\n")
    take(empty_sqlite_database, tmp_path / "in", *files, copy, overlapping)
    assert balances(empty_sqlite_database) == SUMS


def test_a_known_transaction_with_another_amount_is_rejected(empty_sqlite_database: Database, tmp_path: Path) -> None:
    write_book(tmp_path / "in")
    take(empty_sqlite_database, tmp_path / "in")
    changed = write(tmp_path / "new", "transactions", TRANSACTIONS.replace("-20.00", "-25.00"))
    [(line, field, reason)] = rejects(take(empty_sqlite_database, tmp_path / "in", changed)["transactions.csv"])
    assert (line, field) == (3, "transaction_id")
    assert "is already posted: patient_payment of -$20.00 for 2025-12-20 on account A1" in reason
    assert balances(empty_sqlite_database) == SUMS


def test_what_an_opening_balance_holds_is_not_owed_twice(empty_sqlite_database: Database, tmp_path: Path) -> None:
    *first, transactions = write_book(tmp_path / "in")
    take(empty_sqlite_database, tmp_path / "in", *first)
    report = take(empty_sqlite_database, tmp_path / "in", transactions)["transactions.csv"]
    assert [(line, field) for line, field, _ in rejects(report)] == [(2, "date"), (3, "date"), (4, "date")]
    assert balances(empty_sqlite_database) == SUMS


def test_a_changed_address_is_corrected_and_the_history_says_so(database: Database, tmp_path: Path) -> None:
    write_book(tmp_path / "in")
    take(database, tmp_path / "in")
    take(database, tmp_path, write(tmp_path / "new", "guarantors", GUARANTORS.replace("1 Test Lane", "9 New Road")))
    [person] = rows(database, "SELECT address1 FROM person WHERE first_name = 'Ann'")
    assert person.address1 == "9 New Road"
    assert [kind for _, kind, _ in history(database, "A1")] == ["account_opened", "person_changed"]
    assert [kind for _, kind, _ in history(database, "A2")] == ["account_opened"]


def test_a_column_that_a_new_file_lacks_erases_nothing_and_a_withdrawn_consent_is_heard(
    empty_sqlite_database: Database, tmp_path: Path
) -> None:
    write_book(tmp_path / "in")
    take(empty_sqlite_database, tmp_path / "in")
    short = "guarantor_id,first_name,last_name\nG1,Ann,Lee\n"
    take(empty_sqlite_database, tmp_path, write(tmp_path / "short", "guarantors", short))
    query = "SELECT language, email_consent FROM person WHERE first_name = 'Ann'"
    assert tuple(rows(empty_sqlite_database, query)[0]) == ("es", 1)
    take(empty_sqlite_database, tmp_path, write(tmp_path / "no", "guarantors", GUARANTORS.replace(",yes,", ",no,")))
    assert tuple(rows(empty_sqlite_database, query)[0]) == ("es", 0)


def test_a_death_in_a_later_file_is_on_the_history_and_gives_the_estate_desk_its_work(
    database: Database, tmp_path: Path
) -> None:
    write_book(tmp_path / "in")
    take(database, tmp_path / "in")
    header = "guarantor_id,first_name,last_name,birth_date,death_date\n"
    dead = header + "G1,Ann,Lee,1970-01-01,2026-02-20\nG2,Bo,Ray,1980-02-02,2026-03-03\n"
    report = take(database, tmp_path, write(tmp_path / "new", "guarantors", dead))["guarantors.csv"]
    [(line, field, reason)] = rejects(report)
    assert (line, field) == (3, "death_date")
    assert "is in the future" in reason
    assert "death_recorded" in [kind for _, kind, _ in history(database, "A1")]
    assert "death_recorded" not in [kind for _, kind, _ in history(database, "A2")]
    assert [row.kind for row in rows(database, "SELECT kind FROM task")] == ["open-estate"]
    assert account_of(database, "A1").guarantor_id


def test_a_file_with_rejects_is_taken_again_and_what_can_be_taken_by_then_comes_in(
    empty_sqlite_database: Database, tmp_path: Path
) -> None:
    creditors, *rest = write_book(tmp_path / "in")
    first = take(empty_sqlite_database, tmp_path / "in", *rest)
    assert first["accounts.csv"].rejected == 3
    assert balances(empty_sqlite_database) == {}
    again = take(empty_sqlite_database, tmp_path / "in", creditors, *rest, today=date(2026, 3, 3))
    assert again["accounts.csv"].taken == 3
    assert not again["accounts.csv"].already_taken
    assert balances(empty_sqlite_database) == SUMS


def test_a_creditor_that_a_file_changes_has_it_in_its_history(empty_sqlite_database: Database, tmp_path: Path) -> None:
    database = empty_sqlite_database
    take(database, tmp_path / "in", *write_book(tmp_path / "in"))
    with database.transaction(actor="grace", business_date=TODAY) as tx:
        change_creditor(tx, "C1", {"phone": "937-555-0122"}, reason="new line")
    head = "creditor_id,name,kind,state,city,phone\n"
    same = write(tmp_path / "two", "creditors", head + "C1,Maple Street Clinic,physician_practice,OH,,\n")
    take(database, tmp_path / "two", same)
    assert [one.by for one in creditor_changes(database)] == ["grace"], "an unchanged row leaves no trace"
    row = "C1,Maple Clinic,nonprofit_hospital,OH,Dayton,937-555-0199\n"
    other = write(tmp_path / "three", "creditors", head + row + row)
    take(database, tmp_path / "three", other, today=date(2026, 3, 3))
    newest, oldest = creditor_changes(database)
    assert (newest.by, newest.on, oldest.by) == ("file creditors.csv", date(2026, 3, 3), "grace")
    assert [one.sentence for one in newest.changes] == [
        "Phone: 937-555-0199 (before: 937-555-0122).",
        "Name: Maple Clinic (before: Maple Street Clinic).",
        "Type: Nonprofit hospital (before: Physician practice).",
        "Own city: Dayton (before: none).",
    ]
    with database.transaction(actor="grace", business_date=TODAY) as tx:
        back = restore_creditor(tx, "C1", oldest.id, "their old line works")
    assert (back["phone"], back["name"]) == ("937-555-0122", "Maple Clinic"), "its name comes with the file"


def creditor_changes(database: Database) -> list[CreditorVersion]:
    with database.reading() as conn:
        return creditor_history(conn, "C1")

"""A payment is posted once, to the account it names or over what its guarantor owes, or is rejected with a reason."""

from datetime import date
from pathlib import Path

import pytest

from flows.intake.rows import FileReport
from models.database import Database
from tests.flows.intake.files import balances, rejects, take, whole, write
from tests.small_book import Someone, take_in

HEADER = "date,account_number,guarantor_id,amount,reference,method,reversal\n"


def pay(database: Database, tmp_path: Path, *lines: str, name: str = "paid") -> FileReport:
    path = write(tmp_path / "in", name, HEADER + "\n".join(lines) + "\n")
    return take(database, tmp_path / "in", path)[path.name]


def owed(database: Database) -> None:
    """Ann owes A1 (older) and A2; Bo owes B1."""
    ann = Someone("Ann", [("A2", date(2026, 1, 20), 5_000), ("A1", date(2026, 1, 5), 10_000)])
    take_in(database, [ann, Someone("Bo", [("B1", date(2026, 1, 5), 4_000)])], date(2026, 1, 25))


def tasks_of(database: Database) -> list[str]:
    """The kinds of the open tasks."""
    with database.reading() as conn:
        return list(conn.exec_driver_sql("SELECT kind FROM task WHERE state = 'open' ORDER BY id").scalars())


def test_payments_are_posted_by_account_and_by_guarantor_oldest_first(database: Database, tmp_path: Path) -> None:
    owed(database)
    lines = ["2026-02-01,B1,,40.00,R1,check,", "2026-02-02,,Ann,120.00,R2,card,no"]
    assert pay(database, tmp_path, *lines).taken == 2
    assert balances(database) == {"A1": 0, "A2": 3_000, "B1": 0}


def test_what_stands_before_in_the_file_is_posted_before_a_guarantors_payment_is_spread(
    empty_sqlite_database: Database, tmp_path: Path
) -> None:
    owed(empty_sqlite_database)
    pay(
        empty_sqlite_database,
        tmp_path,
        "2026-02-01,A1,,90.00,R1,,",
        "2026-02-01,,Ann,20.00,R2,,",
        "2026-02-01,,Ann,5.00,R3,,",
    )
    assert balances(empty_sqlite_database) == {"A1": 0, "A2": 3_500, "B1": 4_000}


def test_a_reference_is_posted_once_however_often_its_file_comes(
    empty_sqlite_database: Database, tmp_path: Path
) -> None:
    owed(empty_sqlite_database)
    lines = [
        "2026-02-01,B1,,10.00,R1,,",
        "2026-02-01,B1,,10.00,R1,,",
        "2026-02-01,,Ann,20.00,R2,,",
        "2026-02-01,,Ann,20.00,R2,,",
    ]
    assert pay(empty_sqlite_database, tmp_path, *lines).taken == 2
    after = balances(empty_sqlite_database)
    assert after == {"A1": 8_000, "A2": 5_000, "B1": 3_000}
    everything = whole(empty_sqlite_database)
    assert pay(empty_sqlite_database, tmp_path, *lines).already_taken
    assert whole(empty_sqlite_database) == everything
    assert pay(empty_sqlite_database, tmp_path, *lines, "", name="copy").taken == 0
    assert balances(empty_sqlite_database) == after


def test_a_returned_check_takes_its_payment_back_under_the_same_reference(database: Database, tmp_path: Path) -> None:
    owed(database)
    pay(database, tmp_path, "2026-02-01,B1,,40.00,R1,check,")
    pay(database, tmp_path, "2026-02-09,B1,,40.00,R1,check,nsf", name="back")
    assert balances(database)["B1"] == 4_000
    pay(database, tmp_path, "2026-02-09,B1,,40.00,R1,check,nsf", "", name="again")
    assert balances(database)["B1"] == 4_000


def test_what_is_not_clear_is_rejected_with_its_line(empty_sqlite_database: Database, tmp_path: Path) -> None:
    owed(empty_sqlite_database)
    report = pay(
        empty_sqlite_database,
        tmp_path,
        "2026-02-01,Z9,,1.00,R1,,",
        "2026-03-03,B1,,1.00,R2,,",
        "2026-02-01,B1,,0,R3,,",
        "2026-02-01,,,1.00,R4,,",
        "2026-02-01,,Nobody,1.00,R5,,",
        "2026-02-01,,Bo,40.01,R6,,",
        "2026-02-01,,Bo,1.00,R7,,yes",
        "2026-02-01,B1,,1.00,R8,,perhaps",
        "2026-02-01,B1,,1.00,,,",
        "2026-02-01,B1,,1.00,R9,,",
        "2026-02-01,B1,,2.00,R9,,",
    )
    assert [(line, field) for line, field, _ in rejects(report)] == [
        (2, "account_number"),
        (3, "date"),
        (4, "amount"),
        (5, "account_number"),
        (6, "guarantor_id"),
        (7, "amount"),
        (8, "account_number"),
        (9, "reversal"),
        (10, "reference"),
        (12, "reference"),
    ]
    assert "R9 is already posted: $1.00 on account B1" in rejects(report)[-1][2]
    assert balances(empty_sqlite_database) == {"A1": 10_000, "A2": 5_000, "B1": 3_900}


def test_rows_that_are_alike_are_told_of(empty_sqlite_database: Database, tmp_path: Path) -> None:
    owed(empty_sqlite_database)
    lines = ["2026-02-01,B1,,5.00,1003,cash,", "2026-02-01,B1,,5.00,1003,cash,", "2026-02-01,Z9,,5.00,1004,cash,"]
    report = pay(empty_sqlite_database, tmp_path, *lines)
    assert (report.taken, report.rejected, report.known) == (1, 1, 1)
    (said,) = report.warnings
    assert said.startswith(
        "line 3 is the same payment as line 2 (1003, $5.00) and was posted once; a task asks a clerk"
    )
    assert tasks_of(empty_sqlite_database) == ["duplicate-payment"]


def test_rows_that_are_alike_are_two_payments_where_the_bank_traces_each(
    empty_sqlite_database: Database, tmp_path: Path
) -> None:
    owed(empty_sqlite_database)
    path = write(
        tmp_path / "in",
        "traced",
        "date,account_number,amount,reference,trace\n"
        "2026-02-01,B1,5.00,CASH,T1\n2026-02-01,B1,5.00,CASH,T2\n2026-02-01,B1,5.00,CASH,T2\n",
    )
    report = take(empty_sqlite_database, tmp_path / "in", path)[path.name]
    assert (report.taken, report.known, report.rejected) == (2, 1, 0)
    assert balances(empty_sqlite_database)["B1"] == 3_000


def test_a_check_that_is_returned_and_presented_again_is_paid(database: Database, tmp_path: Path) -> None:
    owed(database)
    pay(database, tmp_path, "2026-02-01,B1,,40.00,5001,check,", name="first")
    pay(database, tmp_path, "2026-02-05,B1,,40.00,5001,check,nsf", name="back")
    again = pay(database, tmp_path, "2026-02-09,B1,,40.00,5001,check,", name="again")
    assert (again.rows, again.taken, again.taken_cents) == (1, 1, 4_000)
    assert balances(database)["B1"] == 0
    assert tasks_of(database) == []
    # The bank's files overlap: what is in the ledger changes nothing, and no row is without an answer.
    whole_week = pay(
        database, tmp_path, "2026-02-05,B1,,40.00,5001,check,nsf", "2026-02-09,B1,,40.00,5001,check,", name="week"
    )
    assert (whole_week.rows, whole_week.taken, whole_week.known, whole_week.rejected) == (2, 0, 2, 0)
    assert (whole_week.known_cents, whole_week.taken_cents) == (0, 0)
    first_again = pay(database, tmp_path, "2026-02-01,B1,,40.00,5001,check,", "", name="first-again")
    assert [(line, field) for line, field, _ in rejects(first_again)] == [(2, "reference")]
    second_return = pay(database, tmp_path, "2026-02-12,B1,,40.00,5001,check,nsf", name="second")
    assert (second_return.taken, second_return.taken_cents) == (1, -4_000)
    assert balances(database)["B1"] == 4_000


def test_the_same_number_and_amount_on_another_day_is_another_payment(database: Database, tmp_path: Path) -> None:
    owed(database)
    pay(database, tmp_path, "2026-02-01,B1,,5.00,CASH,,", "2026-02-01,,Ann,7.00,CASH,,", name="first")
    report = pay(
        database,
        tmp_path,
        "2026-02-04,B1,,5.00,CASH,,",
        "2026-02-20,B1,,5.00,CASH,,",
        "2026-02-04,,Ann,7.00,CASH,,",
        name="more",
    )
    assert (report.taken, report.known, report.rejected, report.taken_cents) == (3, 0, 0, 1_700)
    assert balances(database) == {"A1": 8_600, "A2": 5_000, "B1": 2_500}
    assert tasks_of(database) == ["duplicate-payment", "duplicate-payment"], "not for the one sixteen days later"
    assert [text.split(":")[0] for text in report.warnings] == ["line 2", "line 4"]


def test_two_guarantors_checks_of_one_number_are_two_payments_and_come_back_each_by_itself(
    database: Database, tmp_path: Path
) -> None:
    owed(database)
    lines = [
        "2026-02-01,A1,,40.00,1001,check,",
        "2026-02-01,B1,,10.00,1001,check,",
        "2026-02-02,,Bo,5.00,1002,check,",
        "2026-02-02,,Ann,7.00,1002,check,",
    ]
    assert pay(database, tmp_path, *lines).taken == 4
    assert pay(database, tmp_path, *lines, "", name="copy").taken == 0
    assert balances(database) == {"A1": 5_300, "A2": 5_000, "B1": 2_500}
    assert (
        pay(
            database, tmp_path, "2026-02-09,B1,,10.00,1001,check,nsf", "2026-02-09,A1,,7.00,1002,check,nsf", name="b"
        ).taken
        == 2
    )
    assert balances(database) == {"A1": 6_000, "A2": 5_000, "B1": 3_500}


def test_a_check_that_pays_several_accounts_row_by_row_is_one_check(database: Database, tmp_path: Path) -> None:
    owed(database)
    lines = ["2026-02-01,A1,,100.00,R1,check,", "2026-02-01,A2,,20.00,R1,check,"]
    assert pay(database, tmp_path, *lines).taken == 2
    assert pay(database, tmp_path, *lines, "", name="copy").taken == 0
    assert balances(database) == {"A1": 0, "A2": 3_000, "B1": 4_000}
    assert pay(database, tmp_path, "2026-02-09,A2,,120.00,R1,check,nsf", name="back").taken == 1
    assert balances(database) == {"A1": 10_000, "A2": 5_000, "B1": 4_000}


@pytest.mark.parametrize(
    "line",
    [
        "2026-02-01,A1,,30.00,R1,check,",
        "2026-02-01,,Ann,20.00,R1,check,",
        "2026-02-01,A2,,20.00,R2,check,",
        "2026-02-01,,Ann,20.00,R2,check,",
    ],
)
def test_a_number_is_not_taken_for_another_check(empty_sqlite_database: Database, tmp_path: Path, line: str) -> None:
    database = empty_sqlite_database
    owed(database)
    pay(database, tmp_path, "2026-02-01,A1,,40.00,R1,check,", "2026-02-01,,Ann,70.00,R2,check,")
    before = balances(database)
    assert [(at, field) for at, field, _ in rejects(pay(database, tmp_path, line, name="more"))] == [(2, "reference")]
    assert balances(database) == before


@pytest.mark.parametrize(
    ("line", "field", "says"),
    [
        ("2026-02-09,B1,,40.00,R9,check,nsf", "reference", 'no payment "R9" on account B1 to reverse'),
        ("2026-02-09,A1,,40.00,R1,check,nsf", "reference", 'no payment "R1" on account A1 to reverse'),
        ("2026-02-09,B1,,39.00,R1,check,nsf", "amount", '"R1" was $40.00, not $39.00; a check is returned in full'),
    ],
)
def test_nothing_is_owed_again_that_was_never_paid(
    empty_sqlite_database: Database, tmp_path: Path, line: str, field: str, says: str
) -> None:
    database = empty_sqlite_database
    owed(database)
    pay(database, tmp_path, "2026-02-01,B1,,40.00,R1,check,")
    ((_, where, why),) = rejects(pay(database, tmp_path, line, name="back"))
    assert where == field
    assert says in why
    assert balances(database) == {"A1": 10_000, "A2": 5_000, "B1": 0}


def test_a_guarantors_check_comes_back_whole_or_account_by_account(database: Database, tmp_path: Path) -> None:
    owed(database)
    pay(database, tmp_path, "2026-02-01,,Ann,120.00,R1,check,", "2026-02-01,,Bo,10.00,R2,check,")
    assert pay(database, tmp_path, "2026-02-09,A2,,20.00,R1,check,nsf", name="part").taken == 1
    assert balances(database) == {"A1": 0, "A2": 5_000, "B1": 3_000}
    assert pay(database, tmp_path, "2026-02-10,A1,,120.00,R1,check,nsf", name="rest").taken == 1
    assert balances(database) == {"A1": 10_000, "A2": 5_000, "B1": 3_000}
    assert pay(database, tmp_path, "2026-02-11,A1,,120.00,R1,check,nsf", name="again").taken == 0
    assert balances(database) == {"A1": 10_000, "A2": 5_000, "B1": 3_000}


def test_a_number_that_ends_as_those_of_parts_do_is_its_own(empty_sqlite_database: Database, tmp_path: Path) -> None:
    database = empty_sqlite_database
    owed(database)
    lines = [f"2026-02-0{n},A1,,{n}0.00,check #{n},," for n in (1, 2, 3)]
    pay(database, tmp_path, *lines)
    pay(database, tmp_path, "2026-02-09,A1,,20.00,check #2,,nsf", name="back")
    assert balances(database)["A1"] == 10_000 - 4_000

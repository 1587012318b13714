"""How many transactions a second a book of CSV files comes in on SQLite, against bare inserts of the same rows."""

import csv
import multiprocessing
import resource
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from bench.made_book import sqlite_url
from bench.measured import Measured
from flows.intake.file_format import Options
from flows.intake.take import take_files
from models.database import SQLITE_PRAGMAS, open_database
from models.migrate import migrate

TODAY = date(2026, 3, 2)
ACCOUNTS = 40_000
ENTRIES = 5
"""Transactions an account."""


def bench(scale: float = 1.0) -> list[Measured]:
    """One row: transactions a second, the accounts and people they belong to included, on one core.

    The ratio is to sqlite3.executemany of the account and ledger rows alone, into the same tables, in the same run.
    """
    accounts = max(400, int(ACCOUNTS * scale))
    quarter = accounts // 4
    with tempfile.TemporaryDirectory(prefix="pastdue-bench-") as home:
        _, small_peak = _in_child(Path(home) / "small", quarter)
        seconds, peak = _in_child(Path(home) / "large", accounts)
        ours = accounts * ENTRIES / seconds
        raw = accounts * ENTRIES / _raw_seconds(Path(home) / "large")
    return [
        {
            "name": "intake-book",
            "per_second": round(ours),
            "ratio": round(ours / raw, 3),
            "against": "raw-sqlite",
            "note": f"{accounts:,} accounts, {accounts * ENTRIES:,} transactions, one core; raw {raw:,.0f}/s; "
            f"peak {small_peak} MB with {quarter:,} accounts, {peak} MB with {accounts:,} (64 MB of it SQLite's cache)",
        }
    ]


def _in_child(home: Path, accounts: int) -> tuple[float, int]:
    """Seconds, and the greatest resident size in MB, of taking a book in: measured in a process of its own."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(take_in, (home, accounts))


def take_in(home: Path, accounts: int) -> tuple[float, int]:
    """Write a book to a folder, take it in to a new database there; gives seconds of taking in and peak MB."""
    files = home / "files"
    files.mkdir(parents=True)
    write_book(files, accounts)
    database = open_database(sqlite_url(str(home)))
    migrate(database)
    start = time.perf_counter()
    reports = take_files(database, [files], Options(), TODAY, home / "rejects")
    seconds = time.perf_counter() - start
    database.close()
    assert not any(report.rejected for report in reports), reports
    return seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def _born(person: int) -> str:
    """A birth date, spread over sixty years as those of a practice's patients are."""
    return (date(1940, 1, 1) + timedelta(days=person * 37 % 22_000)).isoformat()


def write_book(folder: Path, accounts: int) -> None:
    """The five files of a made-up book; a guarantor has two accounts and is their patient."""
    people = range((accounts + 1) // 2)
    _write(folder / "creditors.csv", "creditor_id,name,kind,state", [("C1", "Clinic", "physician_practice", "OH")])
    _write(
        folder / "guarantors.csv",
        "guarantor_id,first_name,last_name,birth_date,address1,city,state,zip,phone",
        (
            (f"G{n}", "Case", f"Person{n}", _born(n), f"{n} Test Lane", "Dayton", "OH", "45402", "937-555-0100")
            for n in people
        ),
    )
    _write(
        folder / "patients.csv",
        "patient_id,guarantor_id,first_name,last_name,birth_date",
        ((f"P{n}", f"G{n}", "Case", f"Person{n}", _born(n)) for n in people),
    )
    served = TODAY - timedelta(days=90)
    _write(
        folder / "accounts.csv",
        "account_number,creditor_id,patient_id,guarantor_id,payer_class,service_from,first_statement_on,balance",
        (
            (
                f"A{n}",
                "C1",
                f"P{n // 2}",
                f"G{n // 2}",
                "commercial",
                served,
                served + timedelta(days=n % 80),
                _balance(n),
            )
            for n in range(accounts)
        ),
    )
    _write(folder / "transactions.csv", "transaction_id,account_number,date,kind,amount,reference", _entries(accounts))


def _balance(n: int) -> str:
    """Sixty dollars, less the cents that two charges add and three payments take off."""
    cents = 6_000 - n % 100
    return f"{cents // 100}.{cents % 100:02d}"


def _entries(accounts: int) -> Iterator[tuple[object, ...]]:
    """Five transactions an account, summing to its balance, in the order of the days, as a practice writes them."""
    for turn, kind in enumerate(("charge", "charge", "insurance_payment", "contractual", "patient_payment")):
        day = TODAY - timedelta(days=90 - 10 * turn)
        for n in range(accounts):
            dollars = (150 + n % 977, 50 + n % 7, -80 - n % 977, -40 - n % 7, -20)[turn]
            yield f"T{turn}-{n}", f"A{n}", day, kind, f"{dollars}.{n % 100:02d}", f"made up {turn}"


def _write(path: Path, header: str, rows: Any) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        out = csv.writer(file)
        out.writerow(header.split(","))
        out.writerows(rows)


def _raw_seconds(home: Path) -> float:
    """The account and ledger rows of a book that was taken in, inserted with sqlite3 alone into the same tables."""
    url = f"sqlite:///{home / 'raw.db'}"
    database = open_database(url)
    migrate(database)
    database.close()
    with sqlite3.connect(home / "bench.db") as source:
        rows = {name: source.execute(f"SELECT * FROM {name}").fetchall() for name in ("account", "ledger_entry")}
    target = sqlite3.connect(home / "raw.db", isolation_level=None)
    for pragma in SQLITE_PRAGMAS:
        target.execute(pragma)
    target.execute("PRAGMA foreign_keys = OFF")
    start = time.perf_counter()
    target.execute("BEGIN")
    for name, values in rows.items():
        target.executemany(f"INSERT INTO {name} VALUES ({','.join('?' * len(values[0]))})", values)
    target.execute("COMMIT")
    seconds = time.perf_counter() - start
    target.close()
    return seconds


if __name__ == "__main__":
    for row in bench():
        print(row)

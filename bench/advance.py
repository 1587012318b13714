"""How many due accounts a second take their step, with history and letters; and whether a large book costs more."""

import hashlib
import json
import shutil
import sqlite3
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

from bench.made_book import TODAY, make, sqlite_url
from bench.measured import Measured
from compliance.load import catalogue
from flows.accounts.load import schedules_by_id
from flows.dunning.engine.nightly import advance_accounts
from models.database import Database, open_database


def _advance(url: str, accounts: int, due: int) -> float:
    """Seconds that `due` accounts of a book take; that every one took its step is asserted.

    The rules, the schedule and the holidays are read before: a process does that once, whatever it then advances.
    """
    return _timed(make(url, accounts, due), due)


def _timed(database: Database, due: int) -> float:
    catalogue()
    with database.reading() as conn:
        for schedule in schedules_by_id(conn).values():
            schedule.calendar.roll(TODAY)
    start = time.perf_counter()
    counts = advance_accounts(database, TODAY)
    seconds = time.perf_counter() - start
    assert counts["letters"] == due, counts
    database.close()
    return seconds


def _raw_sqlite(due: int) -> float:
    """The same rows by executemany of Python's sqlite3: event, letter, its account, step, enrollment, head."""
    with tempfile.TemporaryDirectory() as folder:
        database = make(sqlite_url(folder), due, due)
        database.close()
        db = sqlite3.connect(f"{folder}/bench.db", isolation_level=None)
        db.execute("PRAGMA synchronous = FULL")
        db.execute("PRAGMA foreign_keys = ON")
        start = time.perf_counter()
        for first in range(1, due + 1, 5_000):
            _raw_page(db, range(first, min(first + 5_000, due + 1)))
        seconds = time.perf_counter() - start
        db.close()
    return seconds


def _raw_page(db: sqlite3.Connection, keys: range) -> None:
    today, at = TODAY.isoformat(), "2026-03-02T03:00:00.000000Z"
    db.execute("BEGIN IMMEDIATE")
    read = db.execute(
        "SELECT e.account_id, e.guarantor_id, a.balance_cents FROM enrollment e JOIN account a ON a.id = e.account_id "
        "WHERE e.next_action_on <= ? AND e.account_id BETWEEN ? AND ?",
        (today, keys[0], keys[-1]),
    ).fetchall()
    events: list[tuple[Any, ...]] = []
    heads: list[tuple[Any, ...]] = []
    for key, _, balance in read:
        data = json.dumps({"letter": key, "letter_kind": "reminder-1", "balance_cents": balance})
        digest = hashlib.sha256(f"{key}{at}{data}".encode()).hexdigest()
        events.append(
            (key, 1, at, today, "letter_queued", "reminder-1", 1, 1, "schedule", "Reminder 1 queued", data, "", digest)
        )
        heads.append((1, digest, key))
    db.executemany("INSERT INTO account_event VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?)", events)
    db.executemany(
        "INSERT INTO letter (id, guarantor_id, creditor_id, kind, language, state, queued_on) "
        "VALUES (?,?,1,'reminder-1','en','queued',?)",
        [(key, guarantor, today) for key, guarantor, _ in read],
    )
    db.executemany(
        "INSERT INTO letter_account VALUES (?,?,'reminder-1','reminder-1',1)", [(key, key) for key, _, _ in read]
    )
    db.executemany(
        "INSERT INTO step_taken VALUES (?,1,'reminder-1','done',?,NULL)", [(key, today) for key, _, _ in read]
    )
    db.executemany(
        "UPDATE enrollment SET next_action_on = '2026-03-12' WHERE account_id = ?", [(key,) for key, _, _ in read]
    )
    db.executemany("UPDATE account SET history_seq = ?, history_digest = ? WHERE id = ?", heads)
    db.execute("COMMIT")


def advance_sqlite(scale: float = 1.0) -> list[Measured]:
    """Due accounts a second on SQLite, against sqlite3 alone writing the same rows with nothing to decide."""
    due = int(40_000 * scale)
    raw = _raw_sqlite(due)
    with tempfile.TemporaryDirectory() as folder:
        ours = _advance(sqlite_url(folder), due, due)
    note = f"{due:,} due; raw {due / raw:,.0f}/s"
    return [_row("advance-sqlite", due / ours, raw / ours, "raw-sqlite", note)]


def flat_cost(scale: float = 1.0) -> list[Measured]:
    """10,000 due accounts in a book of 100,000 and of 1,000,000: the same time, within a quarter.

    Each book is made once and copied; the two are run in turn, three times, and the medians compared.
    """
    due, sizes = 10_000, (int(100_000 * scale), int(1_000_000 * scale))
    with tempfile.TemporaryDirectory() as folder:
        for size in sizes:
            home = Path(folder) / str(size)
            home.mkdir()
            make(sqlite_url(str(home)), size, due).close()
        times: dict[int, list[float]] = {size: [] for size in sizes}
        for size in sizes * 3:
            times[size].append(_advance_copy(Path(folder) / str(size), due))
    few, many = (statistics.median(times[size]) for size in sizes)
    note = f"{due:,} due: {few:.2f} s in {sizes[0]:,}, {many:.2f} s in {sizes[1]:,}"
    return [_row("flat-cost", due / many, few / many, f"in {sizes[0]:,}", note)]


def _advance_copy(home: Path, due: int) -> float:
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(home / "bench.db", folder)
        return _timed(open_database(sqlite_url(folder)), due)


def advance_postgres(scale: float = 1.0) -> list[Measured]:
    """Due accounts a second on PostgreSQL, against psycopg writing the same rows with nothing to decide."""
    from bench.postgres import raw_seconds, server_url

    due = int(10_000 * scale)
    with server_url() as fresh:
        raw = raw_seconds(fresh("raw"), due)
        ours = _advance(fresh("ours"), due, due)
    note = f"{due:,} due; raw {due / raw:,.0f}/s"
    return [_row("advance-postgres", due / ours, raw / ours, "raw-postgres", note)]


def _row(name: str, per_second: float, ratio: float, against: str, note: str) -> Measured:
    return {
        "name": name,
        "per_second": round(per_second, 1),
        "ratio": round(ratio, 3),
        "against": against,
        "note": note,
    }

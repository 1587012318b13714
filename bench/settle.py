"""How many promises and payments of plans that fall due are settled in a second."""

import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any

from bench.made_book import TODAY, make, sqlite_url
from bench.measured import Measured
from flows.accounts.counts import Counts
from flows.arrangements.nightly import judge_arrangements
from flows.arrangements.queries import arrangements_to_review
from flows.calls.promises import due_promises, judge_promises
from models import Arrangement, ArrangementAccount, Instalment, Promise, PromiseAccount
from models.database import Database, Transaction, batches

PAGE = 200
MADE = TODAY - timedelta(days=20)
DUE = TODAY - timedelta(days=10)


def settle(scale: float = 1.0) -> list[Measured]:
    """50,000 promises and 50,000 payments of plans that fall due on one day, in pages, against each by itself."""
    return [
        _row("settle-promises", int(50_000 * scale), _promises, due_promises, judge_promises),
        _row("settle-plans", int(50_000 * scale), _plans, arrangements_to_review, judge_arrangements),
    ]


def _row(
    name: str,
    count: int,
    fill: Callable[[Transaction, range], None],
    due: Callable[[Any, date], Sequence[int]],
    work: Callable[[Transaction, Sequence[int]], Counts],
) -> Measured:
    alone = max(PAGE, count // 20)
    paged = _timed(count, PAGE, fill, due, work)
    single = _timed(alone, 1, fill, due, work)
    return {
        "name": name,
        "per_second": round(count / paged, 1),
        "ratio": round((single / alone) / (paged / count), 3),
        "against": "each alone",
        "note": f"{count:,} in {paged:.1f} s, {PAGE} a transaction",
    }


def _timed(
    count: int,
    size: int,
    fill: Callable[[Transaction, range], None],
    due: Callable[[Any, date], Sequence[int]],
    work: Callable[[Transaction, Sequence[int]], Counts],
) -> float:
    with tempfile.TemporaryDirectory() as folder:
        database: Database = make(sqlite_url(folder), max(count, 1_000), 100)
        with database.transaction(actor="bench", business_date=MADE) as tx:
            fill(tx, range(1, count + 1))
        with database.reading() as conn:
            keys = due(conn, TODAY)
        assert len(keys) == count
        start = time.perf_counter()
        for page in batches(keys, size):
            with database.transaction(actor="settle", business_date=TODAY) as tx:
                work(tx, page)
        seconds = time.perf_counter() - start
        database.close()
    return seconds


def _promises(tx: Transaction, keys: range) -> None:
    promise = {
        "creditor_id": 1,
        "amount_cents": 25_00,
        "made_on": MADE,
        "due_on": DUE,
        "judge_on": DUE,
        "state": "open",
        "paid_cents": 0,
        "after_entry_id": 0,
    }
    tx.insert(Promise, [{"id": key, "guarantor_id": key, **promise} for key in keys])
    tx.insert(PromiseAccount, [{"promise_id": key, "account_id": key} for key in keys])


def _plans(tx: Transaction, keys: range) -> None:
    plan = {
        "creditor_id": 1,
        "state": "active",
        "terms": "standard",
        "total_cents": 100_00,
        "reduced_cents": 0,
        "frequency": "monthly",
        "grace_days": 5,
        "broken_after_missed": 2,
        "made_on": MADE,
        "after_entry_id": 10**9,
        "review_on": TODAY,
        "large": False,
        "made_by": "bench",
    }
    tx.insert(Arrangement, [{"id": key, "guarantor_id": key, **plan} for key in keys])
    covers = [{"arrangement_id": key, "account_id": key, "amount_cents": 100_00} for key in keys]
    tx.insert(ArrangementAccount, covers)
    first = {"number": 1, "agreed_on": DUE, "due_on": DUE, "amount_cents": 50_00, "paid_cents": 0, "state": "open"}
    second = {**first, "number": 2, "agreed_on": TODAY + timedelta(30), "due_on": TODAY + timedelta(30)}
    rows = [{"id": 2 * key - 1, "arrangement_id": key, **first} for key in keys]
    rows += [{"id": 2 * key, "arrangement_id": key, **second} for key in keys]
    tx.insert(Instalment, rows)

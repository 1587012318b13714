"""A call list of many tasks from a large book."""

import tempfile
import time

from bench.made_book import TODAY, make, sqlite_url
from bench.measured import Measured
from compliance.load import catalogue
from flows.calls.queries import calls_of_the_day
from models import Task, TaskAccount


def call_list(scale: float = 1.0) -> list[Measured]:
    """5,000 open calls ranked, from a book of 1,000,000 accounts against one of 50,000."""
    tasks = 5_000
    catalogue()
    times = [_list(accounts, tasks) for accounts in (50_000, int(1_000_000 * scale))]
    note = f"{tasks:,} calls in {times[1]:.2f} s from the large book, {times[0]:.2f} s from one of 50,000"
    return [
        {
            "name": "call-list",
            "per_second": round(tasks / times[1], 1),
            "ratio": round(times[0] / times[1], 3),
            "against": "in 50,000",
            "note": note,
        }
    ]


def _list(accounts: int, tasks: int) -> float:
    with tempfile.TemporaryDirectory() as folder:
        database = make(sqlite_url(folder), accounts, 1_000)
        every = accounts // tasks
        with database.transaction(actor="bench", business_date=TODAY) as tx:
            keys = range(1, tasks * every, every)
            tx.insert(
                Task,
                [
                    {
                        "id": n,
                        "kind": "call",
                        "guarantor_id": key,
                        "creditor_id": 1,
                        "state": "open",
                        "role": "collector",
                        "reason": "bench",
                        "opened_on": TODAY,
                        "not_before_on": TODAY,
                        "attempts_allowed": 3,
                        "attempts_made": 0,
                        "every_days": 3,
                    }
                    for n, key in enumerate(keys, 1)
                ],
            )
            tx.insert(TaskAccount, [{"task_id": n, "account_id": key} for n, key in enumerate(keys, 1)])
        with database.reading() as conn:
            start = time.perf_counter()
            listed, _ = calls_of_the_day(conn, TODAY)
            seconds = time.perf_counter() - start
        assert len(listed) == tasks, len(listed)
        database.close()
    return seconds

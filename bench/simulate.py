"""How many accounts a second a schedule is simulated for, over 180 days and by two versions; and with two processes."""

import os
import resource
import tempfile
import time

from bench.made_book import TODAY, make, sqlite_url
from bench.measured import Measured
from flows.dunning.versions.publish import SHIPPED
from flows.schedules.schedule_file import build, read_source
from flows.simulation.run import Wanted, simulate
from models.database import Database

DAYS = 180
ACCOUNTS = 20_000


def bench(scale: float = 1.0) -> list[Measured]:
    """One process against two, and twice the accounts against once: the time must grow with their number, no more."""
    few, many = int(ACCOUNTS * scale / 2), int(ACCOUNTS * scale)
    small = _seconds(few, 1)
    alone = _seconds(many, 1)
    cores = os.cpu_count() or 1
    together = _seconds(many, cores)
    memory = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)) // 1024
    return [
        {
            "name": "simulate",
            "per_second": round(many / together, 1),
            "ratio": round(alone / together, 2),
            "against": "one process",
            "note": f"{many:,} accounts, {DAYS} days, {together:.1f} s, {cores} processes; at most {memory} MB each",
        },
        {
            "name": "simulate-linear",
            "per_second": round(many / alone, 1),
            "ratio": round((small / few) / (alone / many), 2),
            "against": "half as many",
            "note": f"{few:,} in {small:.1f} s, {many:,} in {alone:.1f} s",
        },
    ]


def _seconds(accounts: int, jobs: int) -> float:
    with tempfile.TemporaryDirectory() as folder:
        database = make(sqlite_url(folder), accounts, accounts)
        try:
            return _timed(database, accounts, jobs)
        finally:
            database.close()


def _timed(database: Database, accounts: int, jobs: int) -> float:
    text = (SHIPPED / "patient-balance.yaml").read_text("utf-8").replace("{day: 90}", "{day: 80}")
    wanted = Wanted(build(read_source(text, "sooner").words), TODAY, DAYS)
    start = time.perf_counter()
    result = simulate(database, wanted, jobs=jobs)
    seconds = time.perf_counter() - start
    assert result.moved.earlier == accounts, result.moved
    return seconds

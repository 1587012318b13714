"""A whole day of a practice: every stage in its order, letters written, on a book ten times as large as what is due."""

import tempfile
import time
from pathlib import Path

from bench.made_book import TODAY, make, sqlite_url
from bench.measured import Measured
from compliance.load import catalogue
from flows.accounts.counts import Count
from flows.practice import Practice, practice_of
from flows.settings.commands import change_setting
from flows.stages import STAGES, run_stage
from models.environment import Settings

DUE = 20_000
TIMES = 10
"""How many times as large the book is: most accounts have nothing due on a day."""


def run_day(url: str, due: int, home: Path) -> dict[str, float]:
    """The seconds of each stage. That every due account's letter was written is asserted."""
    make(url, due * TIMES, due).close()
    practice = _practice(url, home)
    seconds: dict[str, float] = {}
    catalogue()
    for stage in STAGES:
        start = time.perf_counter()
        counts = run_stage(practice, stage, TODAY)
        seconds[stage] = time.perf_counter() - start
        if stage == "letters":
            assert counts[Count.LETTERS_LETTERS] == due, counts
    practice.database.close()
    return seconds


def _practice(url: str, home: Path) -> Practice:
    from models.database import open_database

    database = open_database(url)
    with database.transaction(actor="bench", business_date=TODAY) as tx:
        change_setting(tx, "pdf", "no")
    return practice_of(database, Settings(home, url))


def whole_day(scale: float = 1.0) -> list[Measured]:
    """Due accounts a second through all stages of a day on SQLite, against the advance stage alone."""
    due = int(DUE * scale)
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        home.mkdir()
        seconds = run_day(sqlite_url(folder), due, home)
    return [_row("whole-day", due, seconds)]


def whole_day_postgres(scale: float = 1.0) -> list[Measured]:
    """The same on PostgreSQL."""
    from bench.postgres import server_url

    due = int(DUE * scale)
    with tempfile.TemporaryDirectory() as folder, server_url() as fresh:
        home = Path(folder) / "home"
        home.mkdir()
        seconds = run_day(fresh("day"), due, home)
    return [_row("whole-day-postgres", due, seconds)]


def _row(name: str, due: int, seconds: dict[str, float]) -> Measured:
    whole = sum(seconds.values())
    longest = sorted(seconds.items(), key=lambda one: -one[1])[:4]
    shown = ", ".join(f"{stage} {spent:.1f} s" for stage, spent in longest)
    return {
        "name": name,
        "per_second": round(due / whole, 1),
        "ratio": round(seconds["advance"] / whole, 3),
        "against": "advance alone",
        "note": f"{due:,} due of {due * TIMES:,} in {whole:.1f} s: {shown}",
    }

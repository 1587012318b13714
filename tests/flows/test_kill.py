"""Killed at any instant and run again, a day ends exactly as if it had never been killed."""

import contextlib
import os
import random
import shutil
import signal
import time
from datetime import date, timedelta
from pathlib import Path

import pytest

from flows.correspondence.letters.commands import mail_room
from flows.correspondence.print_batches.commands import print_letters
from flows.people.death import record_death
from flows.practice import Practice, practice_of
from flows.stages import STAGES, run_stage
from models.database import open_database
from models.environment import Settings
from tests.conftest import TickingClock
from tests.small_book import end_of, publish_shipped, someone, take_in

pytestmark = pytest.mark.long

DAYS = (date(2026, 2, 6), date(2026, 2, 16), date(2026, 2, 17))
BILLED = date(2026, 1, 7)
PEOPLE = 120
KILLS = 25


def live(url: str, home: Path) -> None:
    """The whole of it: the stages of each day, and a print batch at its end."""
    practice = open_practice(url, home)
    for today in DAYS:
        for stage in STAGES:
            run_stage(practice, stage, today)
        print_letters(mail_room(practice, "mail room"), practice.settings.outbox, today)
    practice.database.close()


def open_practice(url: str, home: Path) -> Practice:
    return practice_of(open_database(url, TickingClock()), Settings(home, url))


def make(url: str, home: Path) -> None:
    practice = open_practice(url, home)
    publish_shipped(practice.database)
    people = [someone(f"P{n:03}{n:03}", f"N{n:03}", BILLED, 4_000 + 37 * n) for n in range(PEOPLE)]
    take_in(practice.database, people, date(2026, 1, 20))
    with practice.database.transaction(actor="clerk", business_date=date(2026, 2, 5)) as tx:
        for dead in range(1, 20):
            # So many months ago that the last days to claim come near on the days that are lived.
            record_death(tx, dead, date(2025, 8, 1) + timedelta(days=dead), "told by the family")
    practice.database.close()


@pytest.mark.parametrize("seed", [1, *(pytest.param(seed, marks=pytest.mark.soak) for seed in range(2, 12))])
def test_a_day_killed_at_random_instants_ends_as_one_that_was_not(
    database_url: str, tmp_path: Path, seed: int, request: pytest.FixtureRequest
) -> None:
    undisturbed_url = _second_database(database_url, tmp_path, request)
    for url, name in ((undisturbed_url, "calm"), (database_url, "killed")):
        make(url, tmp_path / name)
    started = time.perf_counter()
    live(undisturbed_url, tmp_path / "calm")
    whole = time.perf_counter() - started
    chance, killed = random.Random(seed), 0
    for _ in range(KILLS):
        killed += _run_and_kill(database_url, tmp_path / "killed", chance.uniform(0, whole / 3))
    live(database_url, tmp_path / "killed")
    assert killed > KILLS // 3, "the kills must come while it runs"
    calm, after = open_practice(undisturbed_url, tmp_path / "calm"), open_practice(database_url, tmp_path / "killed")
    expected, found = end_of(calm), end_of(after)
    for table in expected:
        assert found[table] == expected[table], table
    batches = sorted(path.name for path in (tmp_path / "killed" / "outbox").glob("batch-*"))
    assert batches == sorted(path.name for path in (tmp_path / "calm" / "outbox").glob("batch-*"))
    calm.database.close()
    after.database.close()


def _second_database(url: str, tmp_path: Path, request: pytest.FixtureRequest) -> str:
    if url.startswith("sqlite"):
        path = tmp_path / "calm.db"
        shutil.copy(request.getfixturevalue("empty_sqlite"), path)
        return f"sqlite:///{path}"
    return request.getfixturevalue("second_postgres")


def _run_and_kill(url: str, home: Path, after: float) -> bool:
    """Run it in a child and kill the child after some seconds; whether it was still running then."""
    child = os.fork()
    if child == 0:
        with contextlib.suppress(BaseException):
            live(url, home)
        os._exit(0)
    time.sleep(after)
    os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status)

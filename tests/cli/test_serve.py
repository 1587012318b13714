"""`pastdue serve --with-runner` as it runs on a practice's machine: two processes that end together, not silently."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from flows.practice import Practice, practice_of
from flows.settings.commands import change_setting
from flows.stages import STAGES
from models.database import open_database
from models.environment import Settings
from tests.small_book import publish_shipped, rows, run_days, someone, take_in

pytestmark = pytest.mark.long

ZONE = "America/New_York"
PASTDUE = str(Path(sys.executable).parent / "pastdue")


def today() -> date:
    return datetime.now(UTC).astimezone(ZoneInfo(ZONE)).date()


@pytest.fixture
def small(tmp_path: Path, empty_sqlite: Path) -> Iterator[Practice]:
    """A practice of one account that is due."""
    home = tmp_path / "home"
    home.mkdir()
    shutil.copy(empty_sqlite, home / "pastdue.db")
    practice = practice_of(open_database(f"sqlite:///{home / 'pastdue.db'}"), Settings(home, ""))
    publish_shipped(practice.database)
    take_in(practice.database, [someone("Zebulon", "A1", today() - timedelta(days=40))], today() - timedelta(days=20))
    yield practice
    practice.database.close()


def set_hour(practice: Practice, hour: str) -> None:
    with practice.database.transaction(actor="boss", business_date=today()) as tx:
        change_setting(tx, "nightly_at", hour)


@contextmanager
def serving(practice: Practice, log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """The workspace with its runner; whatever is left of it afterwards is killed."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    keep = {name: value for name, value in os.environ.items() if not name.startswith(("PASTDUE_", "PREFECT_"))}
    home = practice.settings.home
    env = {**keep, "PASTDUE_HOME": str(home), "PREFECT_HOME": str(home.parent / "prefect")}
    with log.open("wb") as told:
        process = subprocess.Popen([PASTDUE, "serve", "--with-runner", "--port", port], env=env, stderr=told)
    try:
        yield process
    finally:
        process.kill()  # the runner sees that it is gone, and ends too
        process.wait()


def until(what: Callable[[], bool], seconds: float) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if what():
            return True
        time.sleep(0.1)
    return False


def runner_of(process: subprocess.Popen[bytes]) -> int:
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    assert until(lambda: bool(children.read_text().split()), 30)
    return int(children.read_text().split()[0])


def gone(pid: int) -> bool:
    return not Path(f"/proc/{pid}").exists()


def test_a_missed_night_is_run_at_once_and_a_runner_that_dies_ends_the_workspace_with_an_error(
    small: Practice, tmp_path: Path
) -> None:
    run_days(small, today() - timedelta(days=3), today() - timedelta(days=3))
    log = tmp_path / "log"
    # The hour of today is over except in the first minute of the day; a run of yesterday is then all that was missed.
    set_hour(small, "00:00")
    with serving(small, log) as process:
        assert until(lambda: f"last day run: {today()}" in log.read_text(), 180), log.read_text()
        assert process.poll() is None
        os.kill(runner_of(process), signal.SIGKILL)
        assert process.wait(30) == 1
    told = log.read_text()
    assert "The nightly runner stopped (exit code -9)" in told
    assert f"{today()}: due " in told
    assert "Zebulon" not in told
    stages = rows(small.database, "SELECT business_date, count(*) FROM day_stage GROUP BY 1 ORDER BY 1")
    assert [tuple(row) for row in stages] == [(str(today() - timedelta(days=n)), len(STAGES)) for n in (3, 2, 1, 0)]


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGINT])
def test_both_end_when_the_service_is_stopped(small: Practice, tmp_path: Path, ending: signal.Signals) -> None:
    log = tmp_path / "log"
    with serving(small, log) as process:
        assert until(lambda: "Nightly run: next run at" in log.read_text(), 60), log.read_text()
        runner = runner_of(process)
        process.send_signal(ending)
        assert process.wait(30) == 0
        assert gone(runner)
    assert "no day run yet" in log.read_text()


def test_a_workspace_that_is_killed_leaves_no_runner_behind(small: Practice, tmp_path: Path) -> None:
    log = tmp_path / "log"
    with serving(small, log) as process:
        assert until(lambda: "Nightly run: next run at" in log.read_text(), 60), log.read_text()
        runner = runner_of(process)
        process.kill()
        assert until(lambda: gone(runner), 30)
    assert "stopped with the workspace" in log.read_text()


@pytest.mark.soak
def test_a_house_that_was_never_run_is_run_when_its_hour_comes(small: Practice, tmp_path: Path) -> None:
    soon = datetime.now(ZoneInfo(ZONE)) + timedelta(seconds=75)
    set_hour(small, f"{soon:%H:%M}")
    log = tmp_path / "log"
    with serving(small, log):
        assert until(lambda: f"last day run: {soon.date()}" in log.read_text(), 240), log.read_text()

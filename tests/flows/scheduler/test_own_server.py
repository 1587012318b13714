"""A run that is killed leaves no Prefect server behind, and Prefect's record of runs does not grow for ever."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from flows.scheduler import own_server
from flows.scheduler.own_server import STORE

RUN = """
import sys, time
from pathlib import Path
from flows.scheduler.own_server import own_server
import os
with own_server(Path(sys.argv[1])):
    from urllib.error import HTTPError
    from urllib.request import urlopen
    try:
        urlopen(os.environ["PREFECT_API_URL"] + "/admin/version")
    except HTTPError as error:
        print("a stranger:", error.code, flush=True)
    print("up", flush=True)
    time.sleep(600)
"""


def until(what: Callable[[], bool], seconds: float) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if what():
            return True
        time.sleep(0.1)
    return False


@pytest.mark.long
def test_a_run_that_is_killed_takes_its_prefect_server_with_it(tmp_path: Path) -> None:
    env = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
    run = subprocess.Popen([sys.executable, "-c", RUN, str(tmp_path)], stdout=subprocess.PIPE, env=env, text=True)
    try:
        assert run.stdout is not None
        assert run.stdout.readline() == "a stranger: 401\n"
        assert run.stdout.readline() == "up\n"
        (server,) = Path(f"/proc/{run.pid}/task/{run.pid}/children").read_text().split()
        assert Path(f"/proc/{server}").exists()
        run.send_signal(signal.SIGKILL)
        run.wait()
        assert until(lambda: not Path(f"/proc/{server}").exists(), 30)
    finally:
        run.kill()
        run.wait()


def test_prefects_record_of_runs_is_begun_anew_when_it_has_grown(tmp_path: Path) -> None:
    for name in (STORE, f"{STORE}-wal"):
        (tmp_path / name).touch()
    own_server._begin_anew(tmp_path)
    assert (tmp_path / STORE).exists()
    with (tmp_path / STORE).open("wb") as file:
        file.truncate(own_server.STORE_BYTES + 1)
    own_server._begin_anew(tmp_path)
    assert list(tmp_path.iterdir()) == []


LEFT = """
from typer.testing import CliRunner

from cli.app import app

for words in (["init"], ["run", "--date", "2026-02-19"], ["run", "--date", "2026-02-20"]):
    assert CliRunner().invoke(app, words).exit_code == 0
from prefect.events.worker import EventsWorker

done, waiting = EventsWorker.drain_all(timeout=20)
print(len(waiting))
"""


@pytest.mark.long
def test_a_second_run_of_a_process_is_recorded_by_its_own_server(tmp_path: Path) -> None:
    env = {name: value for name, value in os.environ.items() if not name.startswith(("PREFECT_", "PASTDUE_"))}
    env["PASTDUE_HOME"] = str(tmp_path / "home")
    run = subprocess.run([sys.executable, "-c", LEFT], capture_output=True, env=env, text=True, timeout=300, check=True)
    assert run.stdout.splitlines()[-1] == "0"

"""Simulations in the background: each in a process of its own, with its progress and its result as files.

The folder of a job has request.json, status.json and, when it is done, result.json. Nothing is written to the database.
"""

import os
import secrets
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Any

import orjson

from models.environment import Settings
from models.errors import NotFound
from models.files import write_whole

FOLDER = "simulations"
KEPT = 20
"""The number of simulations that are kept; the oldest are removed."""


class JobState(StrEnum):
    """How far a job is. STOPPED: its process ended without a result."""

    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class Request:
    """What a job simulates: the text of a schedule, from a day on, and what is assumed."""

    title: str
    text: str
    first: date
    days: int
    by: str
    draft: int | None = None
    new_only: bool = False
    mailed: bool = False
    approve_after_days: int | None = None
    answers: bool = False
    """Whether people answer as the practice's history shows."""


@dataclass(frozen=True, slots=True)
class Job:
    """A simulation: what was asked, its progress in guarantors, and the reason if it failed."""

    id: str
    request: Request
    state: JobState
    done: int
    all: int
    error: str | None


def start(settings: Settings, request: Request) -> str:
    """Start a simulation in a process of its own, at a lower priority than the workspace; returns its number."""
    number = f"{request.first:%Y%m%d}-{secrets.token_hex(8)}"
    home = settings.home
    folder = home / FOLDER / number
    folder.mkdir(parents=True)
    write_whole(folder / "request.json", orjson.dumps(request), durable=False)
    process = subprocess.Popen(
        [sys.executable, "-m", "flows.simulation.job", str(folder)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        env={**os.environ, "PASTDUE_HOME": str(home), "PASTDUE_DATABASE_URL": settings.database_url},
    )
    _write_status(folder, JobState.RUNNING, 0, 0, process.pid)
    _remove_old(home / FOLDER)
    return number


def job_of(home: Path, number: str) -> Job:
    """A simulation by its number. Raises NotFound."""
    folder = _folder(home, number)
    request = read_request(folder)
    status = _status(folder)
    state = JobState(status["state"])
    if state is JobState.RUNNING and not _runs(int(status["pid"])):
        state = JobState.STOPPED
    return Job(number, request, state, int(status["done"]), int(status["all"]), status.get("error"))


def result_of(home: Path, number: str) -> Mapping[str, Any]:
    """The result of a simulation that is done. Raises NotFound."""
    path = _folder(home, number) / "result.json"
    if not path.is_file():
        raise NotFound("this simulation has no result", "run it again")
    return orjson.loads(path.read_bytes())


def read_request(folder: Path) -> Request:
    """The request in a job's folder."""
    asked: Mapping[str, Any] = orjson.loads((folder / "request.json").read_bytes())
    return Request(
        title=asked["title"],
        text=asked["text"],
        first=date.fromisoformat(asked["first"]),
        days=asked["days"],
        by=asked["by"],
        draft=asked["draft"],
        new_only=asked["new_only"],
        mailed=asked["mailed"],
        approve_after_days=asked["approve_after_days"],
        answers=asked["answers"],
    )


def report_progress(folder: Path, done: int, all_: int) -> None:
    """Record how many guarantors are done."""
    _write_status(folder, JobState.RUNNING, done, all_, os.getpid())


def finish(folder: Path, result: Mapping[str, object], done: int) -> None:
    """Store the result."""
    write_whole(folder / "result.json", orjson.dumps(result), durable=False)
    _write_status(folder, JobState.DONE, done, done, os.getpid())


def fail(folder: Path, reason: str) -> None:
    """Record that the job failed, and why."""
    _write_status(folder, JobState.FAILED, 0, 0, os.getpid(), reason)


def _write_status(folder: Path, state: JobState, done: int, all_: int, pid: int, error: str | None = None) -> None:
    status = {"state": state.value, "done": done, "all": all_, "pid": pid, "error": error}
    write_whole(folder / "status.json", orjson.dumps(status), durable=False)


def _status(folder: Path) -> Mapping[str, Any]:
    return orjson.loads((folder / "status.json").read_bytes())


def _folder(home: Path, number: str) -> Path:
    folder = home / FOLDER / number
    if not all(sign.isalnum() or sign == "-" for sign in number) or not (folder / "status.json").is_file():
        raise NotFound("this simulation was not found", "it may have been removed; run it again")
    return folder


def _runs(pid: int) -> bool:
    try:
        # A child that ended stays until it is waited for.
        with suppress(ChildProcessError):
            if os.waitpid(pid, os.WNOHANG)[0] == pid:
                return False
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def _remove_old(folder: Path) -> None:
    old = sorted(folder.iterdir(), key=lambda one: one.stat().st_mtime, reverse=True)[KEPT:]
    for one in old:
        for file in one.iterdir():
            file.unlink(missing_ok=True)
        one.rmdir()

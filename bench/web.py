"""The workspace with a million accounts behind it: how long its pages take, and fifty collectors at once."""

import json
import multiprocessing
import os
import signal
import socket
import statistics
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx2

from bench.made_book import FIRST, TODAY, last_name, make, sqlite_url
from bench.measured import Measured
from compliance.load import catalogue
from flows.calls.assignment import set_collector
from flows.dunning.versions.publish import SHIPPED
from flows.practice import practice_of
from flows.simulation.jobs import FOLDER, JobState, Request, job_of, start
from flows.users.commands import add_user
from models import EstateMatter, MatterAccount, Task, TaskAccount
from models.database import Database, open_database
from models.environment import Settings
from models.user_enums import Role
from web.auth.sealed import Seal, Session, secret_of
from web.rendering.shell import COOKIE

NOW = datetime(2026, 3, 2, 18, 5, tzinfo=UTC)
COLLECTORS, CALLS_EACH, MATTERS = 50, 60, 2_000
ROUNDS = 120
GOAL_MS = 50.0
ROUND_OF_CALLS = 4


def web_p95(scale: float = 1.0) -> list[Measured]:
    """The 95th percentile of call list, person, search and docket, one after the other on one core; the limit is 50 ms.

    Then fifty collectors at once: none may meet an error, and no person may be two collectors'.
    """
    with tempfile.TemporaryDirectory() as folder:
        return _bench("web-p95", Path(folder), sqlite_url(folder), scale)


def web_simulated(scale: float = 1.0) -> list[Measured]:
    """The same pages alone, and again while a manager's simulation walks all accounts beside them."""
    with tempfile.TemporaryDirectory() as folder:
        home, url, accounts = Path(folder), sqlite_url(folder), int(1_000_000 * scale)
        _fill(make(url, accounts, 1_000), accounts)
        with _served(home, url) as address:
            pages = _pages(home, address, accounts)
            rows = [_page("web-simulated", name, page) for name, page in pages.items()]
            number = _simulate(Settings(home, url))
            while job_of(home, number).done == 0:
                time.sleep(0.5)
            rows += [_page("web-simulated", f"{name}, simulation beside", page) for name, page in pages.items()]
            job = job_of(home, number)
            _stop(home, number)
            # Else the last pages were measured alone.
            assert job.state is JobState.RUNNING, (job.state, job.error)
    return rows


def _simulate(settings: Settings) -> str:
    """Start the simulation of a changed schedule, as the page of a draft does."""
    text = (SHIPPED / "patient-balance.yaml").read_text("utf-8").replace("{day: 90}", "{day: 80}")
    return start(settings, Request("sooner", text, TODAY, 180, "bench"))


def _stop(home: Path, number: str) -> None:
    """End a simulation with its worker processes; it writes nothing, so that nothing is left half done."""
    pid = json.loads((home / FOLDER / number / "status.json").read_text("utf-8"))["pid"]
    with suppress(ProcessLookupError):
        os.killpg(pid, signal.SIGTERM)


def web_p95_postgres(scale: float = 1.0) -> list[Measured]:
    """The same with the book on PostgreSQL, whose server shares the machine."""
    from bench.postgres import server_url

    with tempfile.TemporaryDirectory() as folder, server_url() as fresh:
        return _bench("web-p95-postgres", Path(folder), fresh("web"), scale)


def _bench(bench: str, home: Path, url: str, scale: float) -> list[Measured]:
    accounts = int(1_000_000 * scale)
    _fill(make(url, accounts, 1_000), accounts)
    with _served(home, url) as address:
        return _measure(bench, home, address, accounts)


@contextmanager
def _served(home: Path, url: str) -> Iterator[str]:
    """The address of the workspace in a process of its own, ready to answer."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = multiprocessing.get_context("spawn").Process(target=_serve, args=(home, url, port), daemon=True)
    server.start()
    try:
        address = f"http://127.0.0.1:{port}"
        _wait(address)
        yield address
    finally:
        server.kill()
        server.join()


def _fill(database: Database, accounts: int) -> None:
    """Calls for fifty collectors, some matters, and everybody who signs in."""
    every = accounts // (COLLECTORS * CALLS_EACH)
    keys = list(range(1, COLLECTORS * CALLS_EACH * every, every))
    with database.transaction(actor="bench", business_date=TODAY) as tx:
        for n in range(COLLECTORS):
            set_collector(tx, f"c{n}", {"calls_a_day": CALLS_EACH})
            add_user(tx, f"c{n}", f"Collector {n}", [Role.COLLECTOR], None, NOW, must_change=False)
        add_user(tx, "grace", "Grace", [Role.MANAGER], None, NOW, must_change=False)
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
                    "assigned_to": f"c{n % COLLECTORS}",
                    "assigned_on": TODAY,
                }
                for n, key in enumerate(keys, 1)
            ],
        )
        tx.insert(TaskAccount, [{"task_id": n, "account_id": key} for n, key in enumerate(keys, 1)])
        matters = range(1, MATTERS + 1)
        tx.insert(
            EstateMatter,
            [
                {
                    "id": n,
                    "person_id": accounts - n,
                    "creditor_id": 1,
                    "state": "searching",
                    "opened_on": TODAY,
                    "opened_by": "bench",
                    "source": "bench",
                    "jurisdiction": "OH",
                    "death_on": TODAY - timedelta(days=40),
                    "review_on": TODAY,
                    "action_due_on": TODAY + timedelta(days=n % 180),
                }
                for n in matters
            ],
        )
        tx.insert(MatterAccount, [{"matter_id": n, "account_id": accounts - n} for n in matters])
    database.close()


def _serve(home: Path, url: str, port: int) -> None:
    """The workspace on one core."""
    import uvicorn

    from web.app import create_app

    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    catalogue()
    app = create_app(practice_of(open_database(url), Settings(home, url)), clock=lambda: NOW)
    uvicorn.run(app, host="127.0.0.1", port=port, log_level="error", access_log=False)


class _Client:
    """Somebody's browser, as far as a server sees it."""

    def __init__(self, home: Path, url: str, name: str) -> None:
        seal = Seal(secret_of(home))
        at = int(NOW.timestamp())
        self.key = seal.form_key(name, 1)
        self.http = httpx2.Client(base_url=url, timeout=60, cookies={COOKIE: seal.session(Session(name, 1, at, at))})

    def get(self, path: str) -> httpx2.Response:
        return self.http.get(path)

    def send(self, path: str, **fields: str) -> httpx2.Response:
        return self.http.post(path, data={"form_key": self.key, **fields})


def _measure(bench: str, home: Path, url: str, accounts: int) -> list[Measured]:
    rows = [_page(bench, name, page) for name, page in _pages(home, url, accounts).items()]
    return [*rows, _at_once(bench, home, url)]


def _pages(home: Path, url: str, accounts: int) -> dict[str, Callable[[int], httpx2.Response]]:
    maria, grace = _Client(home, url, "c0"), _Client(home, url, "grace")
    return {
        "call list": lambda n: maria.get(f"/calls?page={1 + n % 2}"),
        "person": lambda n: grace.get(f"/people/{1 + n * 7_919 % accounts}"),
        "search": lambda n: grace.send("/find", wanted=_wanted(n)),
        "docket": lambda n: grace.get(f"/estates?page={1 + n % 20}"),
    }


def _wanted(n: int) -> str:
    """What people type: a name, the beginning of one, a name with a digit of the phone, a number, a birth date."""
    name = last_name(n * 7_919)
    typed = (name, name[:3], f"{name[:2]} {n % 10}", f"{name} {FIRST[n % 15]}", f"N{n * 31}", "0142", "03/04/1951")
    return typed[n % len(typed)]


def _wait(url: str) -> None:
    deadline = time.monotonic() + 60
    while True:
        try:
            httpx2.get(f"{url}/health").raise_for_status()
            return
        except httpx2.HTTPError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)


def _page(bench: str, name: str, page: Callable[[int], httpx2.Response]) -> Measured:
    for n in range(5):
        page(n).raise_for_status()
    taken: list[float] = []
    for n in range(ROUNDS):
        start = time.perf_counter()
        answer = page(n)
        taken.append((time.perf_counter() - start) * 1_000)
        answer.raise_for_status()
    p95 = statistics.quantiles(taken, n=20)[-1]
    return {
        "name": bench,
        "per_second": round(1_000 / statistics.mean(taken), 1),
        "ratio": round(GOAL_MS / p95, 2),
        "against": "50 ms",
        "note": f"{name}: p95 {p95:.1f} ms, median {statistics.median(taken):.1f} ms",
    }


def _at_once(bench: str, home: Path, url: str) -> Measured:
    """Fifty collectors who take and end calls as fast as the server lets them."""
    taken: list[tuple[str, str]] = []
    errors: list[str] = []
    waits: list[float] = []

    def work(name: str) -> None:
        client = _Client(home, url, name)
        for _ in range(ROUND_OF_CALLS):
            start = time.perf_counter()
            got = client.send("/calls/next")
            waits.append((time.perf_counter() - start) * 1_000)
            task = got.headers.get("location", "").partition("?")[0].rpartition("/")[2]
            if got.status_code != 303 or not task.isdigit():
                errors.append(f"{got.status_code} {got.headers.get('location')}")
                continue
            taken.append((task, name))
            done = client.send(f"/calls/{task}/done", code="no_answer", seen="")
            if done.status_code != 303:
                errors.append(f"{done.status_code} at {task}")
            follow = done.headers.get("location", "").partition("?")[0].rpartition("/")[2]
            if follow.isdigit():
                client.send(f"/calls/{follow}/back")

    crowd = [threading.Thread(target=work, args=(f"c{n}",)) for n in range(COLLECTORS)]
    start = time.perf_counter()
    for one in crowd:
        one.start()
    for one in crowd:
        one.join()
    seconds = time.perf_counter() - start
    twice = [task for task, count in Counter(task for task, _ in taken).items() if count > 1]
    assert not errors, errors[:3]
    assert not twice, twice[:3]
    calls = COLLECTORS * ROUND_OF_CALLS
    assert len(taken) == calls, len(taken)
    return {
        "name": bench,
        "per_second": round(calls / seconds, 1),
        "ratio": 1.0,
        "against": "no error",
        "note": f"{COLLECTORS} collectors at once: {calls} calls taken and ended in {seconds:.1f} s, no error, none "
        f"twice; a call was there after {statistics.median(waits):.0f} ms in the median",
    }

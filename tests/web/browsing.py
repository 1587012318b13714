"""A real browser on the workspace around a made-up practice of a few months."""

import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
import uvicorn
from playwright.sync_api import Browser, Page, sync_playwright

from flows.practice import practice_of
from models.database import open_database
from models.environment import Settings
from tests.small_book import rows
from web.app import create_app

CHROMIUM = "/usr/bin/chromium"
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
WCAG = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
UNTIL = "2026-03-23"
MONDAY_NOON = datetime(2026, 3, 23, 18, 5, tzinfo=UTC)
"""A Monday: the calls of a weekend are still to be made. At this hour every state but Alaska and Hawaii may be called."""


@dataclass
class DemoPractice:
    """The made-up practice as `pastdue demo` leaves it: its folder, and who signs in with which password."""

    home: Path
    passwords: dict[str, str]


def make_practice(home: Path) -> DemoPractice:
    """Build the demonstration in a folder."""
    environment = {**os.environ, "PASTDUE_HOME": str(home), "PREFECT_HOME": str(home.parent / "prefect")}
    command = [
        str(Path(sys.executable).parent / "pastdue"),
        "demo",
        "--accounts",
        "1200",
        "--days",
        "75",
        "--until",
        UNTIL,
        "--json",
    ]
    done = subprocess.run(command, env=environment, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    told = orjson.loads(done.stdout)
    return DemoPractice(home, {one["name"]: one["password"] for one in told["sign_ins"]})


@dataclass
class Desk:
    """A running workspace and a browser to it."""

    browser: Browser
    url: str
    demo_practice: DemoPractice
    database_url: str

    def sign_in(self, name: str, **context: object) -> Page:
        """A page of somebody who has just signed in; whatever the browser complains of is an error."""
        page = self.browser.new_context(viewport={"width": 1280, "height": 850}, **context).new_page()  # type: ignore[arg-type]
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda said: complaints.append(said.text) if _is_a_fault(said.type, said.text) else None)
        page.goto(f"{self.url}/sign-in")
        page.fill("#name", name)
        page.fill("#password", self.demo_practice.passwords[name])
        page.click("main button[type=submit]")
        page.wait_for_load_state("networkidle")
        return page


def _is_a_fault(kind: str, text: str) -> bool:
    """Chromium notes an answer that refuses as an error too; it is not a fault of the page."""
    return kind == "error" and not any(f"status of {status}" in text for status in (401, 409, 422))


complaints: list[str] = []
"""What the browser complained of: refused by the policy, failed scripts."""


@contextmanager
def serve(home: Path, database_url: str, demo_practice: DemoPractice) -> Iterator[Desk]:
    """The workspace of a folder, served on this machine, with Chromium before it."""
    practice = practice_of(open_database(database_url), Settings(home, database_url))
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    app = create_app(practice, clock=lambda: MONDAY_NOON)
    server = uvicorn.Server(uvicorn.Config(app, log_level="error", access_log=False))
    thread = threading.Thread(target=lambda: server.run(sockets=[listening]), daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.05)
    try:
        with sync_playwright() as tool:
            browser = tool.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
            yield Desk(browser, f"http://127.0.0.1:{listening.getsockname()[1]}", demo_practice, database_url)
            browser.close()
    finally:
        server.should_exit = True
        thread.join(10)
        practice.database.close()


def query(desk: Desk, text: str, **values: object) -> list[Any]:
    """Rows of the practice behind a browser."""
    database = open_database(desk.database_url)
    try:
        return rows(database, text, **values)
    finally:
        database.close()

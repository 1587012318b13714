"""LibreOffice takes seconds over a letter; whoever else works in the browser does not wait for it."""

import asyncio
import os
import time
from pathlib import Path

import pytest
from httpx2 import ASGITransport, AsyncClient

from models.user_enums import Role
from tests.web.site import Browser, Site
from web.rendering.shell import COOKIE
from web.rendering.slow import Drawn

SECONDS = 1.5
OFFICE = """#!/usr/bin/env python3
import sys, time
from pathlib import Path
time.sleep({seconds})
log = Path({log!r})
log.write_text(log.read_text() + "drawn\\n")
folder = Path(sys.argv[sys.argv.index("--outdir") + 1])
for file in sys.argv[sys.argv.index("--outdir") + 2:]:
    (folder / (Path(file).stem + ".pdf")).write_bytes(b"%PDF-1.7 made")
"""


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A LibreOffice that takes its time; the file in which it writes down what it drew."""
    folder, log = tmp_path / "bin", tmp_path / "log"
    folder.mkdir()
    log.touch()
    program = folder / "soffice"
    program.write_text(OFFICE.format(seconds=SECONDS, log=str(log)))
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")
    return log


def async_client(site: Site, browser: Browser) -> AsyncClient:
    cookies = {COOKIE: browser.cookies[COOKIE]}
    return AsyncClient(transport=ASGITransport(app=site.app), base_url="http://site", cookies=cookies, timeout=60)


def preview(browser: Browser) -> dict[str, str]:
    return {"form_key": browser.key, "number": "Ada-1", "kind": "reminder-1"}


def test_eight_letters_that_are_drawn_keep_nobody_else_waiting(site: Site, office: Path) -> None:
    nora, leo = site.as_(Role.CLERK), site.as_(Role.CLERK)
    site.app.state.work.lanes.drawn = Drawn(most=0)

    async def morning() -> tuple[float, list[int], float]:
        async with async_client(site, nora) as slow, async_client(site, leo) as quick:
            start = time.monotonic()
            letters = [asyncio.create_task(slow.post("/mail/preview", data=preview(nora))) for _ in range(8)]
            await asyncio.sleep(0.3)
            others = [await quick.get(path) for path in ("/health", "/payments", "/health", "/tasks")]
            waited = time.monotonic() - start
            drawn = [(await one).status_code for one in letters]
            return waited, [one.status_code for one in others] + drawn, time.monotonic() - start

    waited, statuses, whole = asyncio.run(morning())
    assert statuses == [200] * 12
    assert whole > 8 * SECONDS, "they are drawn one after the other"
    assert waited < whole / 2


def test_a_letter_that_was_drawn_is_not_drawn_again(site: Site, office: Path) -> None:
    browser = site.as_(Role.CLERK)
    for _ in range(3):
        got = browser.submit("/mail/preview", number="Ada-1", kind="reminder-1")
        assert (got.status_code, got.headers["content-type"]) == (200, "application/pdf")
    assert office.read_text() == "drawn\n"


def test_what_was_drawn_is_forgotten_when_it_is_too_much(tmp_path: Path) -> None:
    drawn, files = Drawn(most=10), [tmp_path / name for name in "abc"]
    asked: list[str] = []

    def draw(file: Path) -> bytes:
        asked.append(file.name)
        return b"12345"

    for file in files:
        file.write_text(file.name)
    for file in (files[0], files[1], files[0], files[2], files[0], files[1]):
        assert drawn.of(file, draw) == b"12345"
    assert asked == ["a", "b", "c", "b"]


def test_health_asks_the_database(site: Site) -> None:
    browser = Browser(site.app)
    assert browser.get("/health").json() == {"status": "ok"}
    with site.practice.database.transaction(actor="x", business_date=site.now.at.date()) as tx:
        tx.conn.exec_driver_sql("ALTER TABLE setting RENAME TO away")
    got = browser.get("/health")
    assert (got.status_code, got.json()["status"]) == (503, "down")

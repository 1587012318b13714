"""Sites to test on."""

import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from flows.practice import Practice
from flows.settings.commands import change_setting
from models.database import Database, open_database
from models.environment import Settings
from tests.conftest import TickingClock, fold, practice_around
from tests.web.browsing import CHROMIUM, DemoPractice, Desk, complaints, make_practice, serve
from tests.web.site import DAY, Site, open_site, site_of


@pytest.fixture
def quick_practice(empty_sqlite_database: Database, tmp_path: Path) -> Practice:
    """An empty book on SQLite with its folders; its print batches have no PDF."""
    return quick(empty_sqlite_database, tmp_path)


def quick(database: Database, folder: Path) -> Practice:
    """The practice around an empty book, without PDFs."""
    with database.transaction(actor="test", business_date=DAY) as tx:
        change_setting(tx, "pdf", "no")
    return practice_around(database, settings_of(database, folder))


def settings_of(database: Database, folder: Path) -> Settings:
    """The settings of a practice in a folder."""
    return Settings(folder / "home", database.engine.url.render_as_string(hide_password=False))


@pytest.fixture(scope="session")
def called(empty_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, datetime]:
    """A book with three people to be called, to copy, and until when its clock went."""
    folder = tmp_path_factory.mktemp("called")
    path = shutil.copy(empty_sqlite, folder / "called.db")
    clock = TickingClock()
    database = open_database(f"sqlite:///{path}", clock)
    open_site(quick(database, folder), "Ada", "Ben", "Cleo")
    fold(database)
    database.close()
    return path, clock.now


@pytest.fixture
def site(called: tuple[Path, datetime], tmp_path: Path) -> Iterator[Site]:
    """A site with three people to be called, on SQLite."""
    path, until = called
    database = open_database(f"sqlite:///{shutil.copy(path, tmp_path / 'site.db')}", TickingClock(until))
    yield site_of(practice_around(database, settings_of(database, tmp_path)))
    database.close()


@pytest.fixture
def site_anywhere(practice: Practice) -> Site:
    """The same on each database."""
    return open_site(practice, "Ada", "Ben", "Cleo")


@pytest.fixture(scope="session")
def demo_practice(tmp_path_factory: pytest.TempPathFactory) -> DemoPractice:
    """The made-up practice, built once."""
    if not Path(CHROMIUM).exists():
        pytest.skip("Chromium is not installed")
    return make_practice(tmp_path_factory.mktemp("practice") / "home")


@pytest.fixture
def desk(demo_practice: DemoPractice, tmp_path: Path) -> Iterator[Desk]:
    """The practice in a browser, in a copy of its own."""
    home = tmp_path / "home"
    shutil.copytree(demo_practice.home, home)
    with serve(home, f"sqlite:///{home / 'pastdue.db'}", demo_practice) as opened:
        complaints.clear()
        yield opened
    assert complaints == []

"""Sites to test on."""

import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from flows.practice import Practice
from flows.settings.commands import change_setting
from models.database import Book, open_book
from models.environment import Settings
from tests.conftest import TickingClock, fold, house_around
from tests.web.browsing import CHROMIUM, DemoPractice, Desk, complaints, make_practice, serve
from tests.web.site import DAY, Site, open_site, site_of


@pytest.fixture
def quick_house(empty_sqlite_book: Book, tmp_path: Path) -> Practice:
    """An empty book on SQLite with its folders; its print batches have no PDF."""
    return quick(empty_sqlite_book, tmp_path)


def quick(book: Book, folder: Path) -> Practice:
    """The house around an empty book, without PDFs."""
    with book.transaction(actor="test", business_date=DAY) as tx:
        change_setting(tx, "pdf", "no")
    return house_around(book, settings_of(book, folder))


def settings_of(book: Book, folder: Path) -> Settings:
    """The settings of a house in a folder."""
    return Settings(folder / "home", book.engine.url.render_as_string(hide_password=False))


@pytest.fixture(scope="session")
def called(empty_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, datetime]:
    """A book with three people to be called, to copy, and until when its clock went."""
    folder = tmp_path_factory.mktemp("called")
    path = shutil.copy(empty_sqlite, folder / "called.db")
    clock = TickingClock()
    book = open_book(f"sqlite:///{path}", clock)
    open_site(quick(book, folder), "Ada", "Ben", "Cleo")
    fold(book)
    book.close()
    return path, clock.now


@pytest.fixture
def site(called: tuple[Path, datetime], tmp_path: Path) -> Iterator[Site]:
    """A site with three people to be called, on SQLite."""
    path, until = called
    book = open_book(f"sqlite:///{shutil.copy(path, tmp_path / 'site.db')}", TickingClock(until))
    yield site_of(house_around(book, settings_of(book, tmp_path)))
    book.close()


@pytest.fixture
def site_anywhere(house: Practice) -> Site:
    """The same on each database."""
    return open_site(house, "Ada", "Ben", "Cleo")


@pytest.fixture(scope="session")
def practice(tmp_path_factory: pytest.TempPathFactory) -> DemoPractice:
    """The made-up practice, built once."""
    if not Path(CHROMIUM).exists():
        pytest.skip("Chromium is not installed")
    return make_practice(tmp_path_factory.mktemp("practice") / "home")


@pytest.fixture
def desk(practice: DemoPractice, tmp_path: Path) -> Iterator[Desk]:
    """The practice in a browser, in a copy of its own."""
    home = tmp_path / "home"
    shutil.copytree(practice.home, home)
    with serve(home, f"sqlite:///{home / 'pastdue.db'}", practice) as opened:
        complaints.clear()
        yield opened
    assert complaints == []

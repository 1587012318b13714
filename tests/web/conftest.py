"""Sites to test on."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from flows.practice import Practice, practice_of
from flows.settings.commands import change_setting
from models.database import Book
from models.settings import Settings
from tests.web.browsing import CHROMIUM, DemoPractice, Desk, complaints, make_practice, serve
from tests.web.site import DAY, Site, open_site


@pytest.fixture
def quick_house(empty_sqlite_book: Book, tmp_path: Path) -> Practice:
    """An empty book on SQLite with its folders; its print batches have no PDF."""
    with empty_sqlite_book.transaction(actor="test", business_date=DAY) as tx:
        change_setting(tx, "pdf", "no")
    url = empty_sqlite_book.engine.url.render_as_string(hide_password=False)
    return practice_of(empty_sqlite_book, Settings(tmp_path / "home", url))


@pytest.fixture
def site(quick_house: Practice) -> Site:
    """A site with three people to be called."""
    return open_site(quick_house, "Ada", "Ben", "Cleo")


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

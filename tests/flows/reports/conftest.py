"""A practice that has lived for some months, for reports to read."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from demo.life import Life
from demo.people import make_book
from flows.dunning.versions.publish import publish_shipped
from flows.intake.file_format import Options
from flows.intake.take import take_files
from flows.practice import Practice, practice_of
from flows.stages import STAGES, run_stage
from models.database import open_database
from models.environment import Settings
from models.migrate import migrate
from tests.conftest import TickingClock

FIRST, DAYS, ACCOUNTS, SEED = date(2026, 1, 1), 120, 120, 5
LAST = FIRST + timedelta(days=DAYS - 1)


@pytest.fixture(scope="session")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Practice]:
    """A made-up practice after four months, with payments, calls, letters, plans, agencies and estates. Only to read."""
    folder = tmp_path_factory.mktemp("lived")
    database = open_database(f"sqlite:///{folder / 'pastdue.db'}", TickingClock())
    migrate(database)
    practice = practice_of(database, Settings(folder, ""))
    publish_shipped(database, FIRST, practice.shelf.kinds())
    files = folder / "book"
    files.mkdir()
    for name, text in make_book(ACCOUNTS, SEED, FIRST, DAYS).files.items():
        (files / f"{name}.csv").write_text(text)
    take_files(database, [files], Options(), FIRST, practice.settings.rejects)
    life = Life(practice, SEED)
    for day in (FIRST + timedelta(days=n) for n in range(DAYS)):
        life.morning(day)
        for stage in STAGES:
            run_stage(practice, stage, day)
        life.day(day)
    yield practice
    database.close()

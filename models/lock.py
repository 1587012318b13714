"""One run at a time: a lock that ends with the process or connection that holds it, however that ends."""

import fcntl
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa

from models.database import Database
from models.errors import Refused

_RUN = 0x70617374
"""The key of the advisory lock: `past` in ASCII."""


class AlreadyRunning(Refused):
    """Another run has locked the database."""

    def __init__(self) -> None:
        super().__init__("another run is in progress on this database; wait until it has ended, then run again")


@contextmanager
def one_run(database: Database) -> Generator[None, None, None]:
    """Lock the database against other runs; raises AlreadyRunning. Staff can keep working meanwhile.

    On SQLite the operating system holds the lock on a file beside the database, and releases it when the process dies.
    On PostgreSQL the session holds an advisory lock.
    """
    if database.engine.dialect.name == "sqlite":
        path = Path(f"{database.engine.url.database}.run-lock")
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("w") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise AlreadyRunning from None
            yield
        return
    with database.engine.connect() as conn:
        if not conn.execute(sa.select(sa.func.pg_try_advisory_lock(_RUN))).scalar_one():
            raise AlreadyRunning
        try:
            yield
        finally:
            conn.execute(sa.select(sa.func.pg_advisory_unlock(_RUN)))

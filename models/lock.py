"""One day at a time: a lock that goes with the process or the connection that holds it, however that ends."""

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
    """Another run holds the book."""

    def __init__(self) -> None:
        super().__init__("another run is at work on this book; wait until it has ended, then run again")


@contextmanager
def one_run(database: Database) -> Generator[None, None, None]:
    """Hold the book against other runs; raises AlreadyRunning. Staff work on beside it.

    On SQLite the operating system holds the lock on a file beside the database, and lets go of it when the process
    dies; on PostgreSQL the session holds an advisory lock.
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

"""The number of statements that reach the database; it shows a test that a list is not read row by row."""

from collections.abc import Generator
from contextlib import contextmanager

from sqlalchemy.event import listen, remove

from models.database import Database


@contextmanager
def statements(book: Database) -> Generator[list[str], None, None]:
    """The statements that run in the block, each counted once for any number of rows."""
    seen: list[str] = []

    def one_more(_conn: object, _cursor: object, statement: str, *_: object) -> None:
        seen.append(statement)

    listen(book.engine, "before_cursor_execute", one_more)
    try:
        yield seen
    finally:
        remove(book.engine, "before_cursor_execute", one_more)

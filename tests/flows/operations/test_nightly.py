"""The end of a night: the operator gets an e-mail, the monitor its call, and neither has anybody's data."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest

from flows.accounts.happenings import NewTask, open_tasks
from flows.operations.backup import FOLDER
from flows.operations.nightly import end_night
from flows.practice import Practice
from models.environment import Operator, Settings
from models.task_kinds import TaskKind
from models.user_enums import Role
from tests.flows.correspondence.email_server import Postman, mail_server
from tests.small_book import account_of, publish_shipped, run_days, someone, take_in

DAY = date(2026, 2, 9)
NOW = datetime(2026, 2, 10, 8, tzinfo=UTC)


@contextmanager
def monitor() -> Iterator[tuple[str, list[str]]]:
    """A monitor on this machine, and the paths that it was called with."""
    calls: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            calls.append(self.path)
            self.send_response(200)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None: ...

    server = HTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/ping/secret", calls
    server.shutdown()


@pytest.fixture
def quick_night(practice: Practice) -> Practice:
    """A practice after a day, with an exception that waits for a manager."""
    publish_shipped(practice.database)
    take_in(practice.database, [someone("Rosalinda", "A1"), someone("Ben", "B1")], date(2026, 1, 20))
    run_days(practice, DAY, DAY)
    with practice.database.transaction(actor="test", business_date=DAY) as tx:
        row = account_of(practice.database, "A1")
        why = "Rosalinda's schedule could not be read"
        open_tasks(tx, [NewTask(TaskKind.SET_ASIDE, Role.MANAGER, why, row.guarantor_id, row.creditor_id, (row.id,))])
    practice.settings.home.mkdir(parents=True, exist_ok=True)
    return practice


def settings_of(practice: Practice, smtp: str, ping: str, keep: int = 3) -> Settings:
    operator = Operator(email="ops@example.org", ping_url=ping, backup_keep=keep)
    return replace(practice.settings, smtp_url=smtp, mail_from="pastdue@example.org", operator=operator)


@pytest.fixture
def no_server_tools(quick_night: Practice) -> int:
    """How many backups a night keeps: none on PostgreSQL, whose tools a test of its own has."""
    return 3 if quick_night.database.engine.dialect.name == "sqlite" else 0


def test_after_a_night_there_is_a_backup_an_e_mail_and_a_call(
    quick_night: Practice, tmp_path: Path, no_server_tools: int
) -> None:
    said: list[str] = []
    postman = Postman()
    with mail_server(postman, tmp_path) as smtp, monitor() as (ping, calls):
        night = end_night(settings_of(quick_night, smtp, ping, no_server_tools), DAY, 0, NOW, said.append)
    assert night.is_complete and calls == ["/ping/secret"]
    (message,) = postman.taken
    text = bytes(message.content or b"").decode()
    assert message.rcpt_tos == ["ops@example.org"]
    assert "Subject: pastdue: Feb 09 complete, 1 item to resolve" in text
    assert "Accounts that are exceptions: 1" in text and "accounts due: " in text
    assert "Rosalinda" not in text and "A1" not in text
    made = list((quick_night.settings.home / FOLDER).glob("pastdue-*.tar"))
    assert len(made) == (1 if no_server_tools else 0)
    assert "Rosalinda" not in " ".join(said) and "secret" not in " ".join(said)


def test_after_a_night_that_failed_there_is_an_e_mail_and_no_call(quick_night: Practice, tmp_path: Path) -> None:
    postman = Postman()
    with mail_server(postman, tmp_path) as smtp, monitor() as (ping, calls):
        end_night(settings_of(quick_night, smtp, ping), DAY, -9, NOW, list[str]().append)
    assert calls == []
    assert "Subject: pastdue: Feb 09 FAILED" in bytes(postman.taken[0].content or b"").decode()
    assert not (quick_night.settings.home / FOLDER).exists()


def test_a_database_that_is_gone_is_reported_and_ends_nothing(quick_night: Practice, tmp_path: Path) -> None:
    postman = Postman()
    with mail_server(postman, tmp_path) as smtp, monitor() as (ping, calls):
        gone = replace(settings_of(quick_night, smtp, ping), database_url="postgresql+psycopg://x@127.0.0.1:1/none")
        end_night(gone, DAY, 1, NOW, list[str]().append)
    assert calls == []
    assert "The database does not respond" in bytes(postman.taken[0].content or b"").decode()


def test_a_mail_server_and_a_monitor_that_are_away_are_named_in_the_log(quick_night: Practice) -> None:
    said: list[str] = []
    away = settings_of(quick_night, "smtp://127.0.0.1:9?tls=none", "http://127.0.0.1:9/secret", 0)
    end_night(away, DAY, 0, NOW, said.append)
    assert [line for line in said if line.startswith("the report was not sent")]
    assert [line for line in said if "the monitor (PASTDUE_PING_URL) does not respond" in line]
    assert "secret" not in " ".join(said)

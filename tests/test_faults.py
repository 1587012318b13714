"""An error is reported in one sentence, with its cause, its location and what to do."""

import errno
import json
import os
import shutil
import sqlite3
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError
from typer import Exit
from typer.testing import CliRunner, Result

from cli import output
from cli.app import app
from flows.accounts.failure import failure
from flows.collections_day import collections_day
from models import database, files
from models.database import open_database
from models.environment import settings_from
from models.errors import Refused
from models.files import write_whole
from models.migrate import require_sound
from tests.small_book import someone, take_in


def run(*words: str) -> Result:
    return CliRunner().invoke(app, list(words))


def said(*words: str) -> str:
    done = run(*words)
    assert done.exit_code == 1
    assert "Traceback" not in done.output
    return " ".join(done.output.split())


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home with one account."""
    folder = tmp_path / "home"
    monkeypatch.setenv("PASTDUE_HOME", str(folder))
    monkeypatch.delenv("PASTDUE_DATABASE_URL", raising=False)
    assert run("init", "--date", "2026-01-01").exit_code == 0
    database = open_database(f"sqlite:///{folder / 'pastdue.db'}")
    take_in(database, [someone("Zebulon", f"A{n}") for n in range(1, 2)], date(2026, 1, 20))
    database.close()
    return folder


def damage(file: Path) -> None:
    """Overwrite pages in the middle, as a failing disk does; the first ones stay, so that it opens."""
    db = sqlite3.connect(file)
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    db.execute("PRAGMA journal_mode = DELETE")
    db.close()
    with file.open("r+b") as pages:
        pages.seek(20 * 4096)
        pages.write(b"\xff" * 40 * 4096)


def test_a_damaged_database_is_not_run(home: Path) -> None:
    whole = open_database(f"sqlite:///{home / 'pastdue.db'}")
    require_sound(whole)
    whole.close()
    damage(home / "pastdue.db")
    with pytest.raises(Refused, match="restore the last backup"):
        require_sound(open_database(f"sqlite:///{home / 'pastdue.db'}"))
    with pytest.raises(Refused, match="nothing was done"):
        collections_day.fn(date(2026, 2, 6))


def test_a_database_of_a_later_version_is_named_as_such(home: Path) -> None:
    db = sqlite3.connect(home / "pastdue.db")
    db.execute("UPDATE alembic_version SET version_num = '9999'")
    db.commit()
    for words in (("tasks",), ("init",)):
        assert "this version of pastdue is older than the database" in said(*words)


@pytest.mark.parametrize(
    "url", ["mysql://u:secret@h/x", "nonsense", "postgresql://u:secret@h/x", "oracle://u:secret@h/x"]
)
def test_a_database_that_pastdue_cannot_use_is_refused_without_its_password(
    home: Path, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PASTDUE_DATABASE_URL", url)
    text = said("tasks")
    assert "Refused" in text or "Database error" in text
    assert "secret" not in text


def test_a_copy_that_cannot_be_written_is_read_and_verified(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    copy = home.parent / "copy"
    shutil.copytree(home, copy)
    before = {path.name for path in copy.iterdir()}
    monkeypatch.setenv("PASTDUE_HOME", str(copy))
    may: object = os.access
    monkeypatch.setattr(database.os, "access", lambda path, mode: mode != os.W_OK and may(path, mode))  # type: ignore[operator]
    done = run("history", "verify", "--json")
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["accounts"] == 1
    shown = run("account", "A1")
    assert "Zebulon" in shown.output
    assert "this view is not recorded" in shown.output
    assert "readonly database" in said("note", "A1", "hello")
    assert {path.name for path in copy.iterdir()} == before, "nothing was written beside it"


def test_a_full_disk_is_named_with_the_file_that_did_not_fit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_file: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(files.os, "fsync", full)
    target = tmp_path / "letters.zip"
    with pytest.raises(OSError) as told:
        write_whole(target, b"x")
    assert failure(told.value).startswith(f"OSError (No space left on device: {target})")
    assert not list(tmp_path.iterdir())


@pytest.mark.usefixtures("home")
def test_an_error_of_the_database_on_a_full_disk_says_that_it_is_full(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    @output.refusals
    def command() -> None:
        raise OperationalError("SELECT 1", {}, sqlite3.OperationalError("disk I/O error"))

    for free, says in ((10**9, "disk I/O error"), (0, "no space left on the disk; free some space and try again")):
        usage = shutil.disk_usage("/")._replace(free=free)

        def asked(_path: Path, usage: object = usage) -> object:
            return usage

        monkeypatch.setattr(output.shutil, "disk_usage", asked)
        with pytest.raises(Exit):
            command()
        assert says in " ".join(capsys.readouterr().err.split())


def test_a_failure_of_the_database_names_its_cause_and_no_statement() -> None:
    error = OperationalError(
        "INSERT INTO person VALUES ('Zebulon')", {}, sqlite3.OperationalError("database or disk is full")
    )
    assert failure(error) == "OperationalError (database or disk is full)"


@pytest.mark.parametrize(
    ("issuer", "may"),
    [
        ("https://id.example.org", True),
        ("http://localhost:8080", True),
        ("http://127.0.0.1", True),
        ("http://id.example.org", False),
        ("http://localhost.evil.example", False),
        ("ftp://id.example.org", False),
    ],
)
def test_an_organisations_sign_in_is_reached_by_https(issuer: str, may: bool) -> None:
    env = {
        "PASTDUE_OIDC_ISSUER": issuer,
        "PASTDUE_OIDC_CLIENT_ID": "a",
        "PASTDUE_OIDC_CLIENT_SECRET": "b",
        "PASTDUE_WEB_URL": "https://pastdue.example.org",
    }
    if may:
        assert settings_from(env).oidc is not None
        return
    with pytest.raises(Refused, match="must begin with https"):
        settings_from(env)

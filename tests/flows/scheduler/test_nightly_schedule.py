"""The process beside the workspace: what it waits for, and what it does when a night was missed."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from flows.business_days.queries import LAST_STAGE, walked_so_far
from flows.practice import Practice
from flows.scheduler import process, runner
from flows.scheduler.nightly_schedule import NightlySchedule
from flows.settings.commands import change_setting
from flows.stages import STAGES
from models.database import Database
from tests.small_book import run_days

THURSDAY, FRIDAY, SATURDAY = (date(2026, 2, day) for day in (5, 6, 7))


class SetClock:
    """A clock that shows what it was set to, in UTC."""

    def __init__(self, text: str) -> None:
        self.set(text)

    def set(self, text: str) -> None:
        self.now = datetime.fromisoformat(text).replace(tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


def at(database: Database, hour: str) -> None:
    with database.transaction(actor="boss", business_date=THURSDAY) as tx:
        change_setting(tx, "time_zone", "America/Chicago")
        change_setting(tx, "nightly_at", hour)


def test_a_house_is_as_far_as_its_last_whole_day_whoever_ran_it(practice: Practice) -> None:
    def walked() -> tuple[date | None, date | None]:
        with practice.database.reading() as conn:
            so_far = walked_so_far(conn)
        return so_far.done, so_far.begun

    # What comes after it only sums up.
    assert tuple(STAGES)[-2:] == (LAST_STAGE, "report")
    assert walked() == (None, None)
    run_days(practice, THURSDAY, THURSDAY, tuple(STAGES)[:3])
    assert walked() == (None, THURSDAY)
    run_days(practice, THURSDAY, THURSDAY)
    run_days(practice, FRIDAY, FRIDAY, tuple(STAGES)[:-2])
    assert walked() == (THURSDAY, None)


def test_a_new_house_waits_for_its_first_hour(practice: Practice, capsys: pytest.CaptureFixture[str]) -> None:
    at(practice.database, "02:30")
    clock = SetClock("2026-02-06 08:29")  # 02:29 in Chicago
    night = NightlySchedule(practice.database, clock)
    assert capsys.readouterr().err == "Nightly run: next run at 2026-02-06 02:30 America/Chicago; no day run yet\n"
    assert (night.missed(), night.come(), night.is_behind(FRIDAY)) == (None, None, True)
    clock.set("2026-02-06 08:30")
    assert night.come() == FRIDAY


def test_nights_that_the_machine_was_off_are_run_when_it_is_on_again(
    practice: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_days(practice, THURSDAY, THURSDAY)
    at(practice.database, "02:00")
    ran: list[date] = []
    monkeypatch.setattr(runner, "run_through", ran.append)
    clock = SetClock("2026-02-08 07:59")  # 01:59 in Chicago: the hour of this day is still to come
    night = NightlySchedule(practice.database, clock)
    runner.catch_up(night)
    assert ran == [SATURDAY]
    # The hour came while it caught up: it counts.
    clock.set("2026-02-08 08:01")
    assert night.come() == date(2026, 2, 8)
    run_days(practice, FRIDAY, date(2026, 2, 8))
    runner.catch_up(night)
    assert ran == [SATURDAY]


def test_each_night_is_run_once_and_a_changed_hour_holds(
    practice: Practice, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    at(practice.database, "02:00")
    clock = SetClock("2026-02-06 07:59:59")
    ran: list[tuple[date, datetime]] = []

    def run(day: date) -> None:
        ran.append((day, clock()))
        if len(ran) == 2:
            at(practice.database, "21:00")
        if len(ran) == 3:
            raise KeyboardInterrupt

    def sleep(_seconds: float) -> None:
        clock.now += timedelta(minutes=10)

    monkeypatch.setattr(runner, "run_through", run)
    monkeypatch.setattr(runner.time, "sleep", sleep)
    monkeypatch.setattr(runner, "LOOK_AGAIN_SECONDS", -1)
    with pytest.raises(KeyboardInterrupt):
        runner.wait_for_nightly_runs(NightlySchedule(practice.database, clock))
    assert [(day.day, instant.hour) for day, instant in ran] == [(6, 8), (7, 8), (7, 3)]
    assert "next run at 2026-02-07 21:00 America/Chicago" in capsys.readouterr().err


def test_a_database_that_is_away_leaves_the_hour_that_was_known(
    empty_sqlite_database: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    at(empty_sqlite_database, "02:00")
    night = NightlySchedule(empty_sqlite_database, SetClock("2026-02-06 00:00"))
    with empty_sqlite_database.transaction(actor="x", business_date=FRIDAY) as tx:
        tx.conn.exec_driver_sql("ALTER TABLE setting RENAME TO away")
    assert not night.recheck()
    night.is_over()
    assert "next run at 2026-02-06 02:00 America/Chicago; the database does not respond" in capsys.readouterr().err


def test_a_run_that_fails_is_told_of(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    begin: Any = process.subprocess.Popen

    def broken(command: list[str], **how: Any) -> Any:
        return begin([command[0], "-c", "raise SystemExit(7)"], **how)

    monkeypatch.setattr(process.subprocess, "Popen", broken)
    process.run_through(FRIDAY)
    told = capsys.readouterr().err
    assert told == ("Nightly run: the run through 2026-02-06 failed (exit code 7); the next run completes the rest\n")

"""The day under Prefect does what the stages do, says so, and shows Prefect nobody's data."""

import asyncio
import shutil
import signal
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from freezegun import freeze_time
from prefect import Flow
from prefect.client.orchestration import get_client
from prefect.exceptions import ParameterTypeError
from prefect.runner import Runner
from sqlalchemy.exc import DataError

from flows import collections_day as day_flow
from flows.collections_day import StageFailed, collections_day
from flows.correspondence.letters.commands import mail_room
from flows.correspondence.print_batches.commands import print_letters
from flows.practice import Practice, practice_of
from flows.scheduler import flow as nightly_flow
from flows.scheduler import served
from flows.scheduler.flow import collections_night
from flows.scheduler.nightly_schedule import NightlySchedule
from flows.scheduler.print_run import print_run
from flows.settings.commands import change_setting
from flows.stages import STAGES, run_stage
from models.clock import system_clock
from models.database import open_database
from models.environment import Settings
from models.lock import AlreadyRunning, one_run
from tests.conftest import TickingClock
from tests.small_book import end_of, publish_shipped, rows, run_days, someone, take_in

FRIDAY = date(2026, 2, 6)
BILLED = date(2026, 1, 7)


@pytest.fixture(scope="module")
def prefect() -> Iterator[None]:
    from prefect.testing.utilities import prefect_test_harness

    with prefect_test_harness(server_startup_timeout=180):
        yield


@pytest.fixture
def home(tmp_path: Path, empty_sqlite: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home as the environment names it, with one account due on the Friday."""
    folder = tmp_path / "home"
    folder.mkdir()
    shutil.copy(empty_sqlite, folder / "pastdue.db")
    monkeypatch.setenv("PASTDUE_HOME", str(folder))
    monkeypatch.delenv("PASTDUE_DATABASE_URL", raising=False)
    practice = practice_at(folder)
    publish_shipped(practice.database)
    take_in(practice.database, [someone("Zebulon", "A1", BILLED)], date(2026, 1, 20))
    practice.database.close()
    return folder


def practice_at(folder: Path) -> Practice:
    return practice_of(open_database(f"sqlite:///{folder / 'pastdue.db'}", TickingClock()), Settings(folder, ""))


def _known_with(names: list[str]) -> str:
    """All that Prefect knows, once the server has recorded what it was sent of each name."""
    end = time.monotonic() + 60
    known = asyncio.run(_everything_prefect_knows())
    while time.monotonic() < end and not all(name in known for name in names):
        time.sleep(0.5)
        known = asyncio.run(_everything_prefect_knows())
    for name in names:
        assert name in known
    return known


async def _everything_prefect_knows() -> str:
    async with get_client() as client:
        runs = await client.read_flow_runs()
        tasks = await client.read_task_runs()
        artifacts = await client.read_artifacts()
        logs = await client.read_logs()
    return "\n".join(item.model_dump_json() for item in (*runs, *tasks, *artifacts, *logs))


def test_a_run_is_visible_with_its_stages_counts_and_log_and_nobodys_data(prefect: None, home: Path) -> None:
    (day,) = collections_day(FRIDAY)
    assert (day["due"], day["advanced"], day["letters"]) == (1, 1, 1)
    assert list(day["stages"]) == list(STAGES)  # type: ignore[call-overload]
    known = _known_with([f"{stage} 2026-02-06" for stage in STAGES])
    assert "collections-day" in known
    for secret in ("Zebulon", "Test Lane", "937-555", '"A1"'):
        assert secret not in known


def test_a_stage_that_fails_is_told_of_without_the_row_that_it_failed_on(
    prefect: None, home: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fails(*_: object) -> None:
        raise DataError("INSERT INTO person", {"name": "Zebulon"}, ValueError("Zebulon is too long"))

    monkeypatch.setattr(day_flow, "run_stage", fails)
    with pytest.raises(
        StageFailed, match="stage intake of 2026-02-06 failed: DataError in stage_of_day, line"
    ) as failed:
        collections_day(FRIDAY)
    assert "Zebulon" not in asyncio.run(_everything_prefect_knows()) + caplog.text + str(failed.value)


def test_days_are_walked_in_one_run_as_they_would_be_one_by_one(prefect: None, home: Path) -> None:
    days = collections_day(FRIDAY, date(2026, 2, 17))
    assert [day["business_date"] for day in days] == [f"2026-02-{n:02}" for n in range(6, 18)]
    database = practice_at(home).database
    assert [row[0] for row in rows(database, "SELECT kind FROM task")] == ["call"]
    database.close()


NIGHT = collections_night.with_options(retries=0)
"""A night that fails is tried again after ten minutes; no test waits for that."""


def nights(through: date) -> list[object]:
    return [day["business_date"] for day in NIGHT(through)]


def test_a_night_takes_the_days_that_were_missed_and_a_day_that_was_begun_and_none_twice(
    prefect: None, home: Path, caplog: pytest.LogCaptureFixture
) -> None:
    import asyncio

    practice = practice_at(home)
    run_stage(practice, "intake", FRIDAY)
    practice.database.close()
    assert nights(date(2026, 2, 8)) == ["2026-02-06", "2026-02-07", "2026-02-08"]
    assert nights(date(2026, 2, 8)) == []
    assert nights(date(2026, 2, 9)) == ["2026-02-09"]
    assert "missed days 2026-02-06 to 2026-02-07" in caplog.text
    assert "2026-02-06: due 1, advanced 1" in caplog.text
    known = asyncio.run(_everything_prefect_knows()) + caplog.text
    for secret in ("Zebulon", "Test Lane", "937-555", '"A1"'):
        assert secret not in known


def test_a_night_that_is_started_a_moment_before_midnight_is_that_of_the_new_day(
    prefect: None, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(nightly_flow, "system_clock", lambda: datetime(2026, 2, 6, 4, 59, 59, 600_000, tzinfo=UTC))
    asked_for = SimpleNamespace(scheduled_start_time=datetime(2026, 2, 6, 5, tzinfo=UTC))
    monkeypatch.setattr(nightly_flow, "flow_run", asked_for)
    (day,) = NIGHT()
    assert day["business_date"] == "2026-02-06"


def test_a_night_beside_another_run_says_so_and_is_taken_up_by_the_next(
    prefect: None, home: Path, caplog: pytest.LogCaptureFixture
) -> None:
    practice = practice_at(home)
    with one_run(practice.database):
        assert nights(FRIDAY) == []
    assert "another run is in progress; the next nightly run includes 2026-02-06" in caplog.text
    assert nights(FRIDAY) == ["2026-02-06"]
    practice.database.close()


def test_the_flow_stands_on_a_server_with_the_hour_and_the_time_zone_of_the_practice(prefect: None, home: Path) -> None:
    import asyncio

    practice = practice_at(home)
    with practice.database.transaction(actor="boss", business_date=FRIDAY) as tx:
        change_setting(tx, "time_zone", "America/Chicago")
    night = NightlySchedule(practice.database)

    async def put(hour: str) -> tuple[list[object], bool, str | None]:
        with practice.database.transaction(actor="boss", business_date=FRIDAY) as tx:
            change_setting(tx, "nightly_at", hour)
        night.recheck()
        await served.put(Runner(name="test"), night)
        async with get_client() as client:
            stands = await client.read_deployment_by_name("collections-night/nightly")
        schedules = [(one.schedule.cron, one.schedule.timezone) for one in stands.schedules]
        return schedules, stands.paused, stands.entrypoint

    where = "flows.scheduler.flow.collections_night"
    assert asyncio.run(put("02:15")) == ([("15 2 * * *", "America/Chicago")], False, where)
    assert asyncio.run(put("23:00")) == ([("0 23 * * *", "America/Chicago")], False, where)
    practice.database.close()


def test_a_night_that_the_server_does_not_start_is_run_from_here(
    prefect: None, home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    import asyncio

    practice = practice_at(home)
    night = NightlySchedule(practice.database)
    night.due = system_clock()
    ran: list[date] = []

    async def run(day: date) -> None:
        ran.append(day)
        raise KeyboardInterrupt

    monkeypatch.setattr(served, "run_through_meanwhile", run)
    monkeypatch.setattr(served, "LOOK_AGAIN_SECONDS", 0)
    monkeypatch.setattr(served, "START_SECONDS", 0)
    handler = signal.getsignal(signal.SIGTERM)
    try:
        with pytest.raises(KeyboardInterrupt):
            asyncio.run(served.follow(Runner(name="test"), night))
    finally:
        signal.signal(signal.SIGTERM, handler)
        practice.database.close()
    assert ran == [night.hour.day_of(system_clock())]
    assert f"the Prefect server has not run {ran[0]}; the workspace runs it" in capsys.readouterr().err


def test_a_server_that_is_away_is_waited_for_but_not_past_the_hour(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    practice = practice_at(home)
    night = NightlySchedule(practice.database)
    tried: list[float] = []

    def away(_night: NightlySchedule) -> None:
        raise ConnectionError("nobody there")

    def wait(seconds: float) -> None:
        tried.append(seconds)
        if len(tried) == 2:
            night.due = system_clock()

    monkeypatch.setattr(served.time, "sleep", wait)
    with pytest.raises(ConnectionError):
        served.serve_nightly_runs(night, away)
    assert tried == [60, 60]
    assert "the Prefect server does not respond (ConnectionError); trying again every minute" in capsys.readouterr().err
    practice.database.close()


def test_two_runs_on_one_book_do_not_meet(home: Path) -> None:
    practice = practice_at(home)
    other = practice_at(home)
    with (
        one_run(practice.database),
        pytest.raises(AlreadyRunning, match="another run is in progress"),
        one_run(other.database),
    ):
        pass
    with one_run(other.database):
        pass


def test_the_engine_reads_no_clock(empty_sqlite: Path, tmp_path: Path) -> None:
    ends = []
    for year in ("1999-12-31", "2026-02-06", "2041-06-01"):
        folder = tmp_path / year
        folder.mkdir()
        shutil.copy(empty_sqlite, folder / "pastdue.db")
        with freeze_time(f"{year} 23:59:58"):
            practice = practice_at(folder)
            publish_shipped(practice.database)
            take_in(practice.database, [someone("Ada", "A1", BILLED)], date(2026, 1, 20))
            run_days(practice, FRIDAY, date(2026, 3, 12))
            ends.append(end_of(practice))
            practice.database.close()
    assert ends[0] == ends[1] == ends[2]


def test_a_print_run_over_the_limit_leaves_it_to_a_manager_and_asks_nobody_in_prefect(
    prefect: None, home: Path
) -> None:
    practice = practice_at(home)
    run_days(practice, FRIDAY, FRIDAY)
    with practice.database.transaction(actor="manager", business_date=FRIDAY) as tx:
        change_setting(tx, "release_over_letters", "0")
        change_setting(tx, "pdf", "no")
    assert print_run(FRIDAY) == []
    assert print_run(FRIDAY) == [], "run again, as often as one likes, it releases nothing"
    assert set(print_run.parameters.properties) == {"business_date"}
    batch = "SELECT state, released_by FROM print_batch"
    assert rows(practice.database, batch) == [("waiting", None)]
    print_letters(mail_room(practice, "grace"), practice.settings.outbox, FRIDAY, approve=True)
    assert rows(practice.database, batch) == [("printed", "grace")]


def test_days_come_to_each_flow_as_text_and_are_dates_in_it(prefect: None, home: Path) -> None:
    assert [day["business_date"] for day in collections_day("2026-02-06", through="2026-02-07")] == [  # type: ignore[arg-type]
        "2026-02-06",
        "2026-02-07",
    ]
    assert [day["business_date"] for day in collections_night(through="2026-02-08")] == ["2026-02-08"]  # type: ignore[arg-type]
    practice = practice_at(home)
    with practice.database.transaction(actor="manager", business_date=FRIDAY) as tx:
        change_setting(tx, "pdf", "no")
    assert print_run("2026-02-08") == [1]  # type: ignore[arg-type]


@pytest.mark.parametrize("day", ["12/02/2026", "2026-02-30", "tomorrow", 5, "2026-02-06T00:00:00"])
@pytest.mark.parametrize("flow", [collections_day, collections_night, print_run])
def test_what_is_no_day_is_refused_by_each_flow_in_a_sentence(flow: Flow[..., Any], day: object) -> None:
    with pytest.raises(ParameterTypeError, match="is not a date; enter it as year-month-day, such as 2026-01-31"):
        flow.validate_parameters({next(iter(flow.parameters.properties)): day})


def test_a_day_run_again_reports_the_whole_day_and_counts_nothing_twice(practice: Practice) -> None:
    publish_shipped(practice.database)
    take_in(
        practice.database,
        [someone("Ada", "A1", date(2026, 1, 5)), someone("Ben", "B1", date(2026, 1, 5))],
        date(2026, 1, 8),
    )
    first = {stage: run_stage(practice, stage, FRIDAY) for stage in STAGES}
    again = {stage: run_stage(practice, stage, FRIDAY) for stage in STAGES}
    assert again == first
    assert first["advance"]["advanced"] == 2
    # In an order of its own: PostgreSQL moves a row that is updated to the end.
    counted = "SELECT stage, counts FROM day_stage ORDER BY stage"
    stored = rows(practice.database, counted)
    run_stage(practice, "call_list", FRIDAY)
    assert rows(practice.database, counted) == stored

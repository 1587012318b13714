"""The day under Prefect does what the stages do, says so, and shows Prefect nobody's data."""

import shutil
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from freezegun import freeze_time
from prefect import resume_flow_run
from prefect.client.orchestration import get_client
from prefect.testing.utilities import prefect_test_harness

from flows.collections_day import collections_day
from flows.policy.commands import change_setting
from flows.printing.flow import print_run
from flows.stages import STAGES, House, house_of
from models.database import open_book
from models.lock import AlreadyRunning, one_run
from models.settings import Settings
from tests.conftest import TickingClock
from tests.flows.test_kill import end_of
from tests.small_book import publish_shipped, rows, run_days, someone, take_in

FRIDAY = date(2026, 2, 6)
BILLED = date(2026, 1, 7)


@pytest.fixture(scope="module")
def prefect() -> Iterator[None]:
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
    house = house_at(folder)
    publish_shipped(house.book)
    take_in(house.book, [someone("Zebulon", "A1", BILLED)], date(2026, 1, 20))
    house.book.close()
    return folder


def house_at(folder: Path) -> House:
    return house_of(open_book(f"sqlite:///{folder / 'pastdue.db'}", TickingClock()), Settings(folder, ""))


async def _everything_prefect_knows() -> str:
    async with get_client() as client:
        runs = await client.read_flow_runs()
        tasks = await client.read_task_runs()
        artifacts = await client.read_artifacts()
        logs = await client.read_logs()
    return "\n".join(item.model_dump_json() for item in (*runs, *tasks, *artifacts, *logs))


def test_a_run_is_visible_with_its_stages_counts_and_log_and_nobodys_data(prefect: None, home: Path) -> None:
    import asyncio

    (day,) = collections_day(FRIDAY)
    assert (day["due"], day["advanced"], day["letters"]) == (1, 1, 1)
    assert list(day["stages"]) == list(STAGES)  # type: ignore[call-overload]
    known = asyncio.run(_everything_prefect_knows())
    for stage in STAGES:
        assert f"{stage} 2026-02-06" in known
    assert "collections-day" in known
    for secret in ("Zebulon", "Test Lane", "937-555", '"A1"'):
        assert secret not in known


def test_days_are_walked_in_one_run_as_they_would_be_one_by_one(prefect: None, home: Path) -> None:
    days = collections_day(FRIDAY, date(2026, 2, 17))
    assert [day["business_date"] for day in days] == [f"2026-02-{n:02}" for n in range(6, 18)]
    book = house_at(home).book
    assert [row[0] for row in rows(book, "SELECT kind FROM task")] == ["call"]
    book.close()


def test_two_runs_on_one_book_do_not_meet(home: Path) -> None:
    house = house_at(home)
    other = house_at(home)
    with one_run(house.book), pytest.raises(AlreadyRunning, match="another run is at work"), one_run(other.book):
        pass
    with one_run(other.book):
        pass


def test_the_engine_reads_no_clock(empty_sqlite: Path, tmp_path: Path) -> None:
    ends = []
    for year in ("1999-12-31", "2026-02-06", "2041-06-01"):
        folder = tmp_path / year
        folder.mkdir()
        shutil.copy(empty_sqlite, folder / "pastdue.db")
        with freeze_time(f"{year} 23:59:58"):
            house = house_at(folder)
            publish_shipped(house.book)
            take_in(house.book, [someone("Ada", "A1", BILLED)], date(2026, 1, 20))
            run_days(house, FRIDAY, date(2026, 3, 12))
            ends.append(end_of(house))
            house.book.close()
    assert ends[0] == ends[1] == ends[2]


@pytest.mark.parametrize("approve", [True, False])
def test_a_print_run_over_the_limit_waits_for_a_managers_answer_and_obeys_it(
    prefect: None, home: Path, approve: bool
) -> None:
    import asyncio
    import threading

    house = house_at(home)
    run_days(house, FRIDAY, FRIDAY)
    with house.book.transaction(actor="manager", business_date=FRIDAY) as tx:
        change_setting(tx, "release_over_letters", "0")
        change_setting(tx, "pdf", "no")
    house.book.close()
    runs_before = {run.id for run in asyncio.run(_runs())}

    def manager() -> None:
        for _ in range(240):
            time.sleep(0.5)
            waiting = [run for run in asyncio.run(_runs()) if run.id not in runs_before and run.state.is_paused()]
            if waiting:
                resume_flow_run(waiting[0].id, run_input={"approve": approve, "by": "Pat"})
                return

    worker = threading.Thread(target=manager)
    worker.start()
    printed = print_run(FRIDAY, answer_seconds=120)
    worker.join()
    assert printed == ([1] if approve else [])
    released = rows(house_at(home).book, "SELECT state, released_by FROM print_batch")
    assert released == [("printed", "Pat") if approve else ("waiting", None)]


async def _runs() -> list:
    async with get_client() as client:
        return await client.read_flow_runs()

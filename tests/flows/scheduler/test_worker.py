"""A worker on a real Prefect server runs what is started there, and the deployments are the same by both ways."""

import os
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import httpx2 as httpx
import pytest
from ruamel.yaml import YAML

from flows.operations.backup import FOLDER
from flows.scheduler.deployments import DEPLOYMENTS, POOL, TAG
from models.database import open_database
from tests.flows.scheduler.test_served import post, server
from tests.small_book import rows

__all__ = ["server"]

ROOT = Path(__file__).parents[3]


def test_prefects_own_file_names_the_same_deployments() -> None:
    listed = YAML(typ="safe").load((ROOT / "prefect.yaml").read_text())["deployments"]
    assert [one["name"] for one in listed] == [one.name for one in DEPLOYMENTS]
    for one, ours in zip(listed, DEPLOYMENTS, strict=True):
        module, function = one["entrypoint"].split(":")
        flow: Any = getattr(import_module(module.removesuffix(".py").replace("/", ".")), function)
        assert flow is ours.flow and one["description"] == ours.says
        assert (one["work_pool"]["name"], one["tags"], one["concurrency_limit"]) == (POOL, [TAG], 1)
        assert bool(one.get("schedules")) is ours.nightly


def command(*words: str, home: Path, url: str) -> str:
    """A command as an operator types it."""
    environment = {
        **os.environ,
        "PASTDUE_HOME": str(home),
        "PREFECT_API_URL": url,
        "PREFECT_HOME": str(home.parent / "p"),
    }
    pastdue = str(Path(sys.executable).parent / "pastdue")
    done = subprocess.run([pastdue, *words], env=environment, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.long
def test_a_worker_runs_a_day_that_was_started_on_the_server(
    server: httpx.Client, small_home_later: Path, tmp_path: Path
) -> None:
    import shutil

    home, url = tmp_path / "home", str(server.base_url).rstrip("/")
    shutil.copytree(small_home_later, home)
    said = command("deploy", home=home, url=url)
    assert "collections-night/nightly: 0 2 * * * America/New_York" in said
    made = post(server, "/deployments/filter", {}).json()
    assert {one["name"] for one in made} == {one.name for one in DEPLOYMENTS}
    nightly = next(one for one in made if one["name"] == "nightly")
    wrong = post(server, f"/deployments/{nightly['id']}/create_flow_run", {"parameters": {"through": 7}})
    right = post(server, f"/deployments/{nightly['id']}/create_flow_run", {"parameters": {"through": "2026-02-18"}})
    assert wrong.status_code == 409 and right.status_code == 201, (wrong.text, right.text)
    command("worker", "--once", home=home, url=url)
    run = server.get(f"/flow_runs/{right.json()['id']}").json()
    assert run["state"]["type"] == "COMPLETED", run["state"]
    database = open_database(f"sqlite:///{home / 'pastdue.db'}")
    assert str(rows(database, "SELECT max(business_date) FROM day_stage")[0][0]) == "2026-02-18"
    database.close()
    assert len(list((home / FOLDER).glob("pastdue-*.tar"))) == 1


def test_without_a_server_it_is_said_in_a_sentence(small_home_later: Path, tmp_path: Path) -> None:
    environment = {**os.environ, "PASTDUE_HOME": str(small_home_later), "PREFECT_API_URL": "http://127.0.0.1:9/api"}
    pastdue = str(Path(sys.executable).parent / "pastdue")
    for words in (("deploy",), ("worker", "--once")):
        done = subprocess.run(
            [pastdue, *words], env=environment, capture_output=True, text=True, check=False, timeout=120
        )
        assert done.returncode == 1
        assert "no Prefect server responds at http://127.0.0.1:9/api" in done.stderr
        assert "Traceback" not in done.stderr

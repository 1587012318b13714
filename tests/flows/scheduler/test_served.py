"""A Prefect server that is started from this environment schedules the runs of a deployment."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx2 as httpx
import pytest


@pytest.fixture
def server(tmp_path: Path) -> Iterator[httpx.Client]:
    """A real server with a store of its own; its API."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    env = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
    env |= {
        "PREFECT_HOME": str(tmp_path / "prefect"),
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "PREFECT_API_DATABASE_CONNECTION_URL": f"sqlite+aiosqlite:///{tmp_path}/prefect.db",
    }
    command = [
        sys.executable,
        "-m",
        "prefect",
        "server",
        "start",
        "--host",
        "127.0.0.1",
        "--port",
        str(port),
        "--no-ui",
    ]
    with (tmp_path / "server.log").open("wb") as log:
        process = subprocess.Popen(command, env=env, stdout=log, stderr=log)
        client = httpx.Client(base_url=f"http://127.0.0.1:{port}/api", timeout=10)
        try:
            wait_for(client)
            yield client
        finally:
            process.terminate()
            process.wait(60)
            client.close()


def wait_for(client: httpx.Client) -> None:
    end = time.monotonic() + 120
    while time.monotonic() < end:
        try:
            if client.get("/health").status_code == 200:
                return
        except httpx.TransportError:
            pass  # not up yet
        time.sleep(0.5)
    raise AssertionError("the server did not start within two minutes")


def post(client: httpx.Client, path: str, body: dict[str, object]) -> httpx.Response:
    """Ask again while the server says that its own database is busy (503), as Prefect's client does."""
    end = time.monotonic() + 60
    while (answer := client.post(path, json=body)).status_code == 503 and time.monotonic() < end:
        time.sleep(0.5)
    return answer


@pytest.mark.long
def test_a_deployment_with_a_cron_has_its_next_runs_scheduled(server: httpx.Client) -> None:
    flow = post(server, "/flows/", {"name": "collections-night"}).json()["id"]
    made = post(
        server,
        "/deployments/",
        {
            "name": "nightly",
            "flow_id": flow,
            "entrypoint": "flows/scheduler/flow.py:collections_night",
            "path": ".",
            "schedules": [{"active": True, "schedule": {"cron": "0 2 * * *", "timezone": "America/New_York"}}],
        },
    )
    assert made.status_code in (200, 201), made.text
    wanted = {"deployments": {"id": {"any_": [made.json()["id"]]}}}
    end, found = time.monotonic() + 120, list[dict[str, object]]()
    while not found and time.monotonic() < end:
        found = post(server, "/flow_runs/filter", wanted).json()
        time.sleep(0.5)
    assert len(found) >= 1, "the scheduler made no run"
    assert {run["state_type"] for run in found} == {"SCHEDULED"}

"""A Prefect server for the time of one run, which ends with it however it ends.

Without a server Prefect starts one of its own, which outlives a run that is killed. This one is ended by the kernel
with its parent, listens on this machine only, and requires the run's own password.
"""

import ctypes
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from base64 import b64encode
from collections.abc import Generator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from urllib.error import URLError
from urllib.request import Request, urlopen

from models.errors import Refused

STARTING_SECONDS = 180
"""The first start makes Prefect's database; on a busy machine that takes a while."""

ENDING_SECONDS = 5
RECORDING_SECONDS = 15
STORE = "runs.db"
STORE_BYTES = 20_000_000
"""Prefect's own record of runs is restarted above this size; the results of a run are in the database."""

_DIE_WITH_PARENT = 1


@contextmanager
def own_server(home: Path) -> Generator[None, None, None]:
    """A server that PREFECT_API_URL names while the block lasts; `home` is where it keeps its database."""
    home.mkdir(parents=True, exist_ok=True)
    _begin_anew(home)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    password = f"pastdue:{secrets.token_urlsafe(16)}"
    server = subprocess.Popen(
        [sys.executable, "-P", "-m", "flows.scheduler.own_server", str(os.getpid()), str(port)],
        stdin=subprocess.DEVNULL,
        env={
            **os.environ,
            "PREFECT_UI_ENABLED": "0",
            "PREFECT_HOME": str(home),
            "PREFECT_SERVER_API_AUTH_STRING": password,
            "PREFECT__SERVER_EPHEMERAL": "1",
            "PREFECT__SERVER_FINAL": "1",
            "PREFECT_API_DATABASE_CONNECTION_URL": f"sqlite+aiosqlite:///{home / STORE}",
        },
    )
    ours = {"PREFECT_API_URL": f"http://127.0.0.1:{port}/api", "PREFECT_API_AUTH_STRING": password}
    try:
        # Prefect reads its settings when it is loaded; that takes seconds, which the server needs too.
        os.environ.update(ours)
        import_module("prefect.main")
        # A process that has loaded it for a run before keeps the address of a server that is gone.
        import_module("prefect.context").refresh_global_settings_context()
        _wait(server, ours["PREFECT_API_URL"], password)
        yield
    finally:
        _record_the_rest()
        for name in ours:
            os.environ.pop(name, None)
        _end(server)


def _begin_anew(home: Path) -> None:
    store = home / STORE
    if store.exists() and store.stat().st_size > STORE_BYTES:
        for path in home.glob(f"{STORE}*"):
            path.unlink()


def _wait(server: subprocess.Popen[bytes], url: str, password: str) -> None:
    asked = Request(f"{url}/health", headers={"Authorization": f"Basic {b64encode(password.encode()).decode()}"})
    last = time.monotonic() + STARTING_SECONDS
    while time.monotonic() < last:
        if server.poll() is not None:
            raise Refused(f"the Prefect server stopped while starting (exit code {server.returncode})", "run again")
        try:
            with urlopen(asked, timeout=5):
                return
        except (URLError, TimeoutError, ConnectionError):
            time.sleep(0.1)
    raise Refused(f"the Prefect server did not start within {STARTING_SECONDS} seconds", "try again later")


def _record_the_rest() -> None:
    """Let Prefect send its unrecorded data of the run while its server is still running.

    Otherwise its workers would retry a missing server for as long as the process lasts.
    """
    for module, worker in (("prefect.logging.handlers", "APILogWorker"), ("prefect.events.worker", "EventsWorker")):
        if (loaded := sys.modules.get(module)) is not None:
            getattr(loaded, worker).drain_all(timeout=RECORDING_SECONDS)


def _end(server: subprocess.Popen[bytes]) -> None:
    server.terminate()
    try:
        server.wait(ENDING_SECONDS)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


def main(parent: int, port: int) -> None:
    """Serve until the parent ends."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_DIE_WITH_PARENT, signal.SIGKILL)
    if os.getppid() != parent:
        # It ended before it could be waited for.
        sys.exit(1)
    import uvicorn

    uvicorn.run(
        "prefect.server.api.server:create_app",
        factory=True,
        host="127.0.0.1",
        port=port,
        log_level="critical",
        lifespan="on",
    )


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))

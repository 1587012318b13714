"""A Prefect server that is named and away is said in a sentence, before anything is run."""

import http.server
import socket
import threading
from contextlib import AbstractContextManager
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import pytest
from prefect.exceptions import PrefectException

from flows.collections_day import StageFailed
from flows.scheduler import orchestrator
from flows.scheduler.orchestrator import orchestrated
from models.environment import Settings
from models.errors import Refused


def test_a_server_that_is_away_is_said_with_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    monkeypatch.setenv("PREFECT_API_URL", f"http://grace:secret@127.0.0.1:{port}/api")
    with pytest.raises(Refused) as refused, orchestrated(Settings(tmp_path, "")):
        pytest.fail("nothing is run without the server")
    assert "; start the server (prefect server start), or unset PREFECT_API_URL" in str(refused.value)
    assert f"http://127.0.0.1:{port}/api" in str(refused.value)
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize("url", ["127.0.0.1:4200/api", "nowhere", "http://"])
def test_an_address_that_is_none_is_said_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("PREFECT_API_URL", url)
    with pytest.raises(Refused, match="no Prefect server responds"), orchestrated(Settings(tmp_path, "")):
        pytest.fail("nothing is run without the server")


def at_a_server_that_breaks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AbstractContextManager[None]:
    monkeypatch.setattr(orchestrator, "require_answer", lambda _url: None)
    monkeypatch.setenv("PREFECT_API_URL", "http://127.0.0.1:1/api")
    return orchestrated(Settings(tmp_path, ""))


def test_where_prefect_cannot_record_a_failure_the_failure_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(StageFailed, match="no space left"), at_a_server_that_breaks(tmp_path, monkeypatch):
        try:
            raise StageFailed("letters", date(2026, 2, 6), "OSError (no space left on device: /srv/letters)")
        except StageFailed as failed:
            raise PrefectException("500 Internal Server Error") from failed


def test_a_record_that_fails_on_a_full_disk_names_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(orchestrator, "disk_usage", lambda _path: SimpleNamespace(free=0))
    refused = pytest.raises(Refused, match=f"no space left on {tmp_path}; free some space")
    with refused, at_a_server_that_breaks(tmp_path, monkeypatch):
        raise PrefectException("500 Internal Server Error")


def test_a_fault_of_our_own_is_not_hidden(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ZeroDivisionError), at_a_server_that_breaks(tmp_path, monkeypatch):
        raise ZeroDivisionError


class WantsAKey(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_error(401)

    def log_message(self, format: str, *args: object) -> None:
        return


def test_a_server_that_wants_a_key_is_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with http.server.HTTPServer(("127.0.0.1", 0), WantsAKey) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        monkeypatch.setenv("PREFECT_API_URL", f"http://127.0.0.1:{server.server_port}/api")
        with orchestrated(Settings(tmp_path, "")):
            pass
        server.shutdown()

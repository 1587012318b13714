"""The nightly runner beside the workspace: two processes that stop together, with a message."""

import signal
import socket
import subprocess
import sys
import threading
from types import FrameType

import uvicorn

from cli.output import err

ENDING_SECONDS = 40
"""How long the runner may take to stop: longer than its own limit for a run in progress."""


class Beside:
    """Runs the workspace with the runner of the nightly flow beside it; `lost`: the runner stopped unexpectedly."""

    def __init__(self, server: uvicorn.Server, listening: socket.socket) -> None:
        self._server = server
        self._listening = listening
        self._over = threading.Event()
        self.lost = False

    def run(self) -> None:
        """Run until it is stopped, or one of the two processes ends."""
        # The web server raises the signal again once it has ended; by then the runner must be stopped.
        signal.signal(signal.SIGTERM, _ended)
        # The runner lives as long as this pipe: it closes with this process, however that ends.
        command = [sys.executable, "-P", "-m", "flows.scheduler.runner"]
        runner = subprocess.Popen(command, stdin=subprocess.PIPE, start_new_session=True)
        threading.Thread(target=self._watch, args=(runner,), daemon=True).start()
        try:
            self._server.run(sockets=[self._listening])
        except KeyboardInterrupt:
            pass
        finally:
            self._over.set()
            _end(runner)

    def _watch(self, runner: subprocess.Popen[bytes]) -> None:
        code = runner.wait()
        # A service manager stops all processes at once; the workspace receives the signal a moment later.
        if self._over.wait(1) or self._server.should_exit:
            return
        self.lost = True
        why = (
            f"The nightly runner stopped (exit code {code}). The workspace was stopped too, so that no nightly run is "
            "missed unnoticed"
        )
        err.print(why, soft_wrap=True)
        self._server.should_exit = True


def _ended(_signal: int, _frame: FrameType | None) -> None:
    sys.exit(0)


def _end(runner: subprocess.Popen[bytes]) -> None:
    assert runner.stdin is not None
    runner.stdin.close()
    try:
        runner.wait(ENDING_SECONDS)
    except subprocess.TimeoutExpired:
        runner.kill()

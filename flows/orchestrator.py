"""How Prefect is told to behave; for before it is loaded, which takes seconds that no other command should wait."""

import os
from collections.abc import Generator
from contextlib import contextmanager
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import urlopen

from flows.own_server import NoServer, own_server
from models.settings import Settings

ANSWER_SECONDS = 10


@contextmanager
def orchestrated(settings: Settings) -> Generator[None, None, None]:
    """What Prefect needs for a run: the server that PREFECT_API_URL names, or one that ends with the run."""
    settle_prefect()
    if url := os.environ.get("PREFECT_API_URL"):
        _require_answer(url)
        yield
        return
    with own_server(settings.prefect):
        yield


def _require_answer(url: str) -> None:
    """Raise NoServer where no server is at an address. One that wants a key is there."""
    try:
        with urlopen(f"{url.rstrip('/')}/health", timeout=ANSWER_SECONDS):
            return
    except HTTPError:
        return
    except (OSError, ValueError) as error:
        where = urlsplit(url)._replace(netloc=urlsplit(url).netloc.rpartition("@")[2]).geturl()
        why = getattr(error, "reason", error)
        raise NoServer(
            f"PREFECT_API_URL names {where}, where no Prefect server answers ({why}); start it (prefect server start), "
            "or unset PREFECT_API_URL to run without one"
        ) from None


def settle_prefect() -> None:
    """Set what Prefect reads from the environment, where nobody has set it."""
    os.environ.setdefault("PREFECT_SERVER_ANALYTICS_ENABLED", "false")
    if not os.environ.get("PREFECT_API_URL"):
        # Nobody reads the log of a server that ends with this process; what was done is said by who runs the flow.
        # Not a failure either: Prefect would print its traceback before the sentence that names the cause.
        os.environ.setdefault("PREFECT_LOGGING_LEVEL", "CRITICAL")
    # Prefect's own server in this process complains of its shutdown; what goes wrong in a run is the run's to say.
    os.environ.setdefault("PREFECT_SERVER_LOGGING_LEVEL", "CRITICAL")

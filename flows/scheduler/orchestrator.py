"""Prefect's configuration, set before it is loaded, which takes seconds that no other command should wait."""

import os
from collections.abc import Generator
from contextlib import contextmanager
from shutil import disk_usage
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import urlopen

from flows.scheduler.own_server import own_server
from models.environment import Settings
from models.errors import Refused

ANSWER_SECONDS = 10
PREFECT = "prefect."
LITTLE = 1_000_000
"""Bytes: with less a database cannot write a page of its journal."""


@contextmanager
def orchestrated(settings: Settings) -> Generator[None, None, None]:
    """What Prefect needs for a run: the server that PREFECT_API_URL names, or one that ends with the run."""
    settle_prefect()
    if url := os.environ.get("PREFECT_API_URL"):
        require_answer(url)
        with _causes_said(settings):
            yield
        return
    with own_server(settings.prefect), _causes_said(settings):
        yield


@contextmanager
def _causes_said(settings: Settings) -> Generator[None, None, None]:
    """If Prefect can't record a failure, for example on a full disk, raise the failure itself."""
    try:
        yield
    except Refused:
        raise
    except Exception as error:
        if not type(error).__module__.startswith(PREFECT):
            raise
        for cause in _before(error):
            if isinstance(cause, Refused):
                raise cause from None
        free = disk_usage(settings.home).free
        full = f"no space left on {settings.home}; free some space" if free < LITTLE else "see the log of its server"
        raise Refused(f"Prefect could not record the run ({type(error).__name__}): {full}, then run again") from None


def _before(error: BaseException) -> Generator[BaseException, None, None]:
    """The exceptions before an exception, the nearest first."""
    while (before := error.__cause__ or error.__context__) is not None:
        yield before
        error = before


def require_answer(url: str) -> None:
    """Raise Refused if no server responds at an address. A server that requires a key counts as responding."""
    try:
        with urlopen(f"{url.rstrip('/')}/health", timeout=ANSWER_SECONDS):
            return
    except HTTPError:
        return
    except (OSError, ValueError) as error:
        where = urlsplit(url)._replace(netloc=urlsplit(url).netloc.rpartition("@")[2]).geturl()
        why = getattr(error, "reason", error)
        raise Refused(
            f"no Prefect server responds at {where}, the address in PREFECT_API_URL ({why})",
            "start the server (prefect server start), or unset PREFECT_API_URL to run without one",
        ) from None


def settle_prefect() -> None:
    """Set the defaults of what Prefect reads from the environment."""
    os.environ.setdefault("PREFECT_SERVER_ANALYTICS_ENABLED", "false")
    if not os.environ.get("PREFECT_API_URL"):
        # No one reads the log of a server that ends with this process; the caller of the flow reports the result.
        # Not a failure either: Prefect would print its traceback before the message with the cause.
        os.environ.setdefault("PREFECT_LOGGING_LEVEL", "CRITICAL")
    # Prefect's own server in this process complains about its shutdown; the run itself reports its errors.
    os.environ.setdefault("PREFECT_SERVER_LOGGING_LEVEL", "CRITICAL")

"""How Prefect is told to behave; for before it is loaded, which takes seconds that no other command should wait."""

import os
from collections.abc import Generator
from contextlib import contextmanager

from flows.own_server import own_server
from models.settings import Settings


@contextmanager
def orchestrated(settings: Settings) -> Generator[None, None, None]:
    """What Prefect needs for a run: the server that PREFECT_API_URL names, or one that ends with the run."""
    settle_prefect()
    if os.environ.get("PREFECT_API_URL"):
        yield
        return
    with own_server(settings.prefect):
        yield


def settle_prefect() -> None:
    """Set what Prefect reads from the environment, where nobody has set it."""
    os.environ.setdefault("PREFECT_SERVER_ANALYTICS_ENABLED", "false")
    if not os.environ.get("PREFECT_API_URL"):
        # Nobody reads the log of a server that ends with this process; what was done is said by who runs the flow.
        # Not a failure either: Prefect would print its traceback before the sentence that names the cause.
        os.environ.setdefault("PREFECT_LOGGING_LEVEL", "CRITICAL")
    # Prefect's own server in this process complains of its shutdown; what goes wrong in a run is the run's to say.
    os.environ.setdefault("PREFECT_SERVER_LOGGING_LEVEL", "CRITICAL")

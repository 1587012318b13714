"""How Prefect is told to behave; for before it is loaded, which takes seconds that no other command should wait."""

import os


def settle_prefect() -> None:
    """Set what Prefect reads from the environment, where nobody has set it."""
    os.environ.setdefault("PREFECT_SERVER_ANALYTICS_ENABLED", "false")
    if not os.environ.get("PREFECT_API_URL"):
        # Nobody reads the log of a server that ends with this process; what was done is said by who runs the flow.
        os.environ.setdefault("PREFECT_LOGGING_LEVEL", "WARNING")
    # Prefect's own server in this process complains of its shutdown; what goes wrong in a run is the run's to say.
    os.environ.setdefault("PREFECT_SERVER_LOGGING_LEVEL", "CRITICAL")
    # The first start in a home makes Prefect's own database; on a busy machine that takes longer than its default.
    os.environ.setdefault("PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS", "180")

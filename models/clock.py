"""The only clock: the instant recorded with an event. Decisions never read it; their day is a parameter."""

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]


def system_clock() -> datetime:
    """The current instant, in UTC."""
    return datetime.now(UTC)

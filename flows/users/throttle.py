"""The waiting time after wrong passwords: longer each time, counted for a name from one source.

No name is ever locked, so that a user can't lock a colleague out by typing wrong passwords; and an unknown name waits
as long as a known one, so that existing names are not revealed.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

FREE = 5
"""This many wrong passwords in a row cause no waiting time."""

FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=30), timedelta(minutes=15)
COUNTED = timedelta(hours=24)
"""The time for which wrong passwords count, without a correct one since."""

ADDRESS_FAILURES, ADDRESS_MINUTES = 30, 15
"""After this many from one address, from browsers without an earlier sign-in, attempts are refused for a while."""


@dataclass(frozen=True, slots=True)
class Tries:
    """Wrong passwords for a name from one source since the last correct one, and when the last of them was."""

    wrong: int = 0
    last: datetime | None = None


def waits_until(tries: Tries) -> datetime | None:
    """Until when attempts for a name from this source are refused; None if allowed."""
    if tries.last is None or tries.wrong < FREE:
        return None
    # Capped before it is raised: a power of two grows past what a time span can be.
    times = 2 ** min(tries.wrong - FREE, 10)
    return tries.last + min(FIRST_WAIT * times, LONGEST_WAIT)

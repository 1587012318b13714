"""How long somebody waits after wrong passwords: longer each time, counted for a name from one place.

No name is ever locked, so nobody keeps a colleague out by typing wrong passwords for them; and a name that there is
none of waits as long as one that there is, so that nobody learns which names there are.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

FREE = 5
"""So many wrong passwords in a row cost nothing but the next try."""

FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=30), timedelta(minutes=15)
COUNTED = timedelta(hours=24)
"""For so long wrong passwords count, where none was right since."""

ADDRESS_FAILURES, ADDRESS_MINUTES = 30, 15
"""So many from one address, from browsers that nobody has signed in from, and it is not looked at for a while."""


@dataclass(frozen=True, slots=True)
class Tries:
    """Wrong passwords for a name from one place since the last right one, and when the last of them was."""

    wrong: int = 0
    last: datetime | None = None


def waits_until(tries: Tries) -> datetime | None:
    """Until when a name from this place is not looked at; None where it may be tried."""
    if tries.last is None or tries.wrong < FREE:
        return None
    # Capped before it is raised: a power of two grows past what a time span can be.
    times = 2 ** min(tries.wrong - FREE, 10)
    return tries.last + min(FIRST_WAIT * times, LONGEST_WAIT)

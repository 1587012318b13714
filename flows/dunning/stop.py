"""What stands in the way of a step."""

from dataclasses import dataclass
from datetime import date

CHASE_DAYS = 30
"""How long until a stop that a person must clear is asked after again; its clearing wakes the account at once."""


@dataclass(frozen=True, slots=True)
class Stop:
    """What stands in the way of a step. `never`: it will not be allowed in this cycle; the next step is tried."""

    rule: str
    citation: str
    reason: str
    until: date | None
    cleared_by: str | None
    look_again: date
    never: bool = False
    needs: str | None = None

"""What blocks a step."""

from dataclasses import dataclass
from datetime import date, timedelta

from compliance.decisions import Block, Require, next_action_on
from compliance.rules import Firmness

CHASE_DAYS = 30
"""How long until a blocker that a person must clear is checked again; clearing it wakes the account at once."""

BILL = "itemized_bill"
"""The rules' word for the itemized statement, which the practice makes automatically if one is missing."""


@dataclass(frozen=True, slots=True)
class Blocker:
    """What blocks a step. `never`: the step is not allowed in this cycle; the next step is tried."""

    rule: str
    citation: str
    reason: str
    until: date | None
    cleared_by: str | None
    review_on: date
    never: bool = False
    needs: str | None = None


def stop_of(found: Block | Require, today: date) -> Blocker:
    """A finding of the law, as the blocker of a step."""
    again = next_action_on(found, today)
    return Blocker(
        rule=found.rule,
        citation=found.citation,
        reason=found.reason,
        until=found.until if isinstance(found, Block) else None,
        cleared_by=found.cleared_by if isinstance(found, Block) else None,
        review_on=again if again is not None and again > today else today + timedelta(days=CHASE_DAYS),
        never=isinstance(found, Block) and found.firmness is Firmness.NEVER,
        needs=found.what if isinstance(found, Require) else None,
    )

"""After a claim is presented: where it is still missing, what silence means, and the last day to sue. Pure."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from compliance.nonclaim_table import SilenceMeans, rule_of


def sue_by(state: str, disallowed_on: date, *, independent: bool = False) -> date | None:
    """The last day to sue or petition after a disallowance on that date; None if the table sets none.

    `independent`: the representative is known to act without the court. While that is unknown the deadline applies:
    suing too early costs less than suing too late.
    """
    rule = rule_of(state)
    if rule.sue_within is None or (independent and rule.independent):
        return None
    return rule.sue_within.after(disallowed_on)


def places_missing(state: str, presented: Collection[str]) -> tuple[str, ...]:
    """Where a claim must still be presented (`court`, `representative`), after the places passed; either serves
    `either`."""
    wanted = rule_of(state).present_to
    if wanted == "either":
        return () if presented else ("representative",)
    return tuple(place for place in ("court", "representative") if wanted in (place, "both") and place not in presented)


@dataclass(frozen=True, slots=True)
class Silence:
    """The effect of no response from the representative by a date."""

    means: SilenceMeans
    on: date
    citation: str


def silence(
    state: str, presented_on: date, period_ends_on: date | None, *, independent: bool = False
) -> Silence | None:
    """The effect of no response after a claim was presented; None if the table sets none.

    `independent`: the representative is known to act without the court, and then need not take any action.
    """
    rule = rule_of(state)
    if rule.silence is None or (independent and rule.independent):
        return None
    start = presented_on if rule.silence.from_presentation else period_ends_on
    if start is None:
        return None
    on = rule.silence.period.after(max(start, presented_on))
    return Silence(rule.silence.means, on, rule.citation)

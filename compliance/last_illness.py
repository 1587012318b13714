"""The parts of a claim with a rank of their own: the last illness, and care in the year before it. Pure."""

from collections.abc import Sequence
from datetime import date

from compliance.nonclaim_table import Period, rule_of
from models.enums import CreditorKind

WINDOW = Period(days=180)
"""The last illness if the table has no window: an estimate of the practice; counsel decides."""

INSTITUTIONS = frozenset(
    {
        CreditorKind.NONPROFIT_HOSPITAL,
        CreditorKind.PUBLIC_HOSPITAL,
        CreditorKind.FORPROFIT_HOSPITAL,
        CreditorKind.NURSING_HOME,
    }
)
"""Providers whose last-illness bill has the higher cap where a state caps it by provider."""

Service = tuple[date, date | None, int]
"""From, to, cents."""


def last_illness_cents(
    state: str, death: date, services: Sequence[Service], creditor: CreditorKind | None = None
) -> int:
    """The part of a claim for the last illness: services that reach into its window, up to the state's cap.

    Zero if the state has no rank for it. For an unknown creditor the lower cap applies.
    """
    rule = rule_of(state)
    if rule.last_illness_rank is None:
        return 0
    first = (rule.last_illness_window or WINDOW).before(death)
    total = sum(cents for start, end, cents in services if _reaches(start, end, first, death))
    caps = [rule.last_illness_cap_cents, None if creditor in INSTITUTIONS else rule.last_illness_other_cap_cents]
    return min([total, *(cap for cap in caps if cap is not None)])


def year_of_care_cents(state: str, death: date, services: Sequence[Service]) -> int:
    """The part of a claim in a state's class for care before the last illness; zero if it has no such class."""
    rule = rule_of(state)
    if rule.year_of_care is None:
        return 0
    last, first = (rule.last_illness_window or WINDOW).before(death), rule.year_of_care.before(death)
    return sum(
        cents
        for start, end, cents in services
        if _reaches(start, end, first, death) and not _reaches(start, end, last, death)
    )


def _reaches(start: date, end: date | None, first: date, death: date) -> bool:
    """Whether a service reaches into the period from a day to the death."""
    return (end or start) >= first and start <= death

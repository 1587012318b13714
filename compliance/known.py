"""The date as of which the law is known, and whether it is too long ago to rely on. Pure; today is a parameter."""

from collections.abc import Iterable
from datetime import date

from dateutil.relativedelta import relativedelta

RELIED_ON_FOR = relativedelta(months=12)
"""How long a row is valid without a new lookup: most state acts change once a year."""


def oldest(days: Iterable[date]) -> date | None:
    """The date as of which several rows are known together: that of the oldest; None without a row."""
    return min(days, default=None)


def is_old(as_known: date, today: date) -> bool:
    """Whether the law was looked up more than a year ago."""
    return as_known + RELIED_ON_FOR < today


def warning(as_known: date | None, today: date) -> str | None:
    """The warning about law that was looked up too long ago; None if it is recent, or if there is no law."""
    if as_known is None or not is_old(as_known, today):
        return None
    return (
        f"the law is as known on {as_known}, more than 12 months before {today}; have counsel check it again "
        "before you rely on it"
    )

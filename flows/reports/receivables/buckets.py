"""The ages of a debt in days, as reports group them."""

from datetime import date, timedelta

import sqlalchemy as sa

CREDIT = "credit"
"""A balance below zero has no age."""

BUCKETS = ("0-30", "31-60", "61-90", "91-120", "121-180", "181-365", "over 365")
"""The age of a debt in days; the last bucket has no end."""

LAST_DAYS = (30, 60, 90, 120, 180, 365)
"""The last day of each bucket but the last one."""

LABELS = {CREDIT: "Credit balances", **{name: f"{name} days" for name in BUCKETS}}


def read_bucket(word: str) -> str:
    """A bucket as people read it."""
    return LABELS.get(word, word)


def bucket(since: sa.ColumnElement[date], balance: sa.ColumnElement[int], on: date) -> sa.Case[str]:
    """The bucket of a balance that is owed since a day, as of another day."""
    ages = [(since >= on - timedelta(days=days), name) for days, name in zip(LAST_DAYS, BUCKETS, strict=False)]
    return sa.case((balance < 0, CREDIT), *ages, else_=BUCKETS[-1])

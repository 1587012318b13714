"""When a saved report is due, which days it is about, and whether its target was missed. Pure."""

from collections.abc import Mapping
from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from dateutil.relativedelta import relativedelta

from models.errors import BadInput


class Period(StrEnum):
    """The days that a saved report is about, counted from the day on which it is read."""

    THIS_MONTH = "this_month"
    LAST_MONTH = "last_month"
    LAST_30_DAYS = "last_30_days"
    LAST_90_DAYS = "last_90_days"
    LAST_12_MONTHS = "last_12_months"


class Every(StrEnum):
    """How often a saved report is delivered: each day, on Mondays, on the first of the month."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"


class SendBy(StrEnum):
    """How a saved report is delivered."""

    FOLDER = "folder"
    EMAIL = "email"
    SFTP = "sftp"


class TargetWay(StrEnum):
    """On which side of its target a figure should be."""

    AT_MOST = "at_most"
    AT_LEAST = "at_least"


PERIODS: Mapping[Period, str] = {
    Period.THIS_MONTH: "This month",
    Period.LAST_MONTH: "Last month",
    Period.LAST_30_DAYS: "Last 30 days",
    Period.LAST_90_DAYS: "Last 90 days",
    Period.LAST_12_MONTHS: "Last 12 months",
}
"""How people read a period."""


def days_of(period: Period, today: date) -> tuple[date, date]:
    """The first and the last day of a period."""
    month = today.replace(day=1)
    match period:
        case Period.THIS_MONTH:
            return month, today
        case Period.LAST_MONTH:
            return month - relativedelta(months=1), month - timedelta(days=1)
        case Period.LAST_30_DAYS:
            return today - timedelta(days=29), today
        case Period.LAST_90_DAYS:
            return today - timedelta(days=89), today
        case Period.LAST_12_MONTHS:
            return month - relativedelta(months=12), month - timedelta(days=1)


def is_due(every: Every, today: date, delivered_on: date | None, made_on: date) -> bool:
    """Whether a report must be delivered today: its day has come since it was last delivered, or made.

    A day without a nightly run is made up for on the next one.
    """
    match every:
        case Every.DAY:
            since = today
        case Every.WEEK:
            since = today - timedelta(days=today.weekday())
        case Every.MONTH:
            since = today.replace(day=1)
    return since > made_on and (delivered_on is None or delivered_on < since)


def is_missed(way: TargetWay, target: int, value: float | None) -> bool:
    """Whether a figure is on the wrong side of its target; a figure that is not known misses none."""
    if value is None:
        return False
    return value > target if way is TargetWay.AT_MOST else value < target


class SftpAddress(NamedTuple):
    """Where a report goes over SFTP. The folder is below the one in which the user lands."""

    host: str
    user: str
    port: int
    folder: str


def sftp_address(text: str) -> SftpAddress:
    """Read an address such as ``sftp://user@host:22/folder``. Raises BadInput, which does not repeat it."""
    try:
        parts = urlsplit(text)
        host, user, port = parts.hostname or "", unquote(parts.username or ""), parts.port or 22
    except ValueError:
        host = user = ""
        parts, port = urlsplit(""), 0
    if parts.scheme != "sftp" or not host or not user:
        raise BadInput("an SFTP address is needed", "enter sftp://user@host/folder", field="address")
    if parts.password is not None:
        raise BadInput(
            "an SFTP address may not have a password, which others would see",
            "leave it out; the key in the practice's folder is used",
            field="address",
        )
    return SftpAddress(host, user, port, unquote(parts.path).strip("/") or ".")

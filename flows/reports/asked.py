"""The parameters of a report as people and programs enter them, checked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from dateutil.relativedelta import relativedelta

from flows.reports.model import NONE, Asked, Dimension, Report, Span
from flows.settings.policy import Policy
from models.errors import BadInput, NotPermitted
from models.remedies import Remedy

MOST_DAYS = 3_660
"""The longest period, in days."""


@dataclass(frozen=True, slots=True)
class Given:
    """What was entered; None or empty where nothing was. `where` such as ``payer_class=medicare``."""

    first: date | None = None
    last: date | None = None
    on: date | None = None
    creditors: tuple[str, ...] = ()
    by: tuple[str, ...] = ()
    where: tuple[str, ...] = ()
    days: int | None = None


def asked_of(
    report: Report,
    given: Given,
    today: date,
    keys: Mapping[str, int],
    allowed: frozenset[int] | None,
    policy: Policy | None = None,
) -> Asked:
    """What a report is asked for. `keys`: the creditors by code; `allowed`: those that the user may read, None for all.

    Raises BadInput for what the report does not have, and NotPermitted for a creditor that the user may not read.
    """
    first, last = _time(report, given, today)
    if given.days is not None and report.days is None:
        raise BadInput(f"{report.title} needs no number of days", "leave it out", field="days")
    if given.days is not None and not 1 <= given.days <= MOST_DAYS:
        raise BadInput(f"{given.days} days is not possible", f"enter 1 to {MOST_DAYS}", field="days")
    return Asked(
        today=today,
        first=first,
        last=last,
        by=_by(report, given.by),
        where=_where(report, given.where, keys, allowed),
        creditors=_creditors(given.creditors, keys, allowed),
        days=given.days if given.days is not None else report.days,
        policy=policy or Policy(),
    )


def _time(report: Report, given: Given, today: date) -> tuple[date, date]:
    if report.span is Span.DAY:
        if given.first is not None or given.last is not None:
            raise BadInput(f"{report.title} is about one day", "enter a date, not from and to", field="from")
        on = given.on or today
        if on > today:
            raise BadInput(f"{on} has not come yet", f"enter {today} or an earlier day", field="date")
        return on, on
    if given.on is not None and (given.first is not None or given.last is not None):
        raise BadInput("a date and a period were entered", "enter from and to, or a date", field="date")
    last = given.last or given.on or today
    first = given.first or last.replace(day=1) - relativedelta(months=report.months - 1)
    if first > last:
        raise BadInput(f"the period begins on {first} and ends before, on {last}", "exchange them", field="from")
    if first > today:
        raise BadInput(f"{first} has not come yet", f"enter a period that begins by {today}", field="from")
    if (last - first).days > MOST_DAYS:
        raise BadInput("the period is longer than ten years", "enter a shorter one", field="from")
    return first, last


def _by(report: Report, by: Sequence[str]) -> tuple[str, ...]:
    for name in by:
        if report.dimension(name) is None:
            raise BadInput(f'{report.title} has no rows by "{name}"', _choices(report), field="by")
    return tuple(dict.fromkeys(by)) or report.by


def _where(
    report: Report, where: Sequence[str], keys: Mapping[str, int], allowed: frozenset[int] | None
) -> dict[str, str]:
    found: dict[str, str] = {}
    for text in where:
        name, separator, word = text.partition("=")
        if not separator or not word:
            raise BadInput(f'"{text}" is not a filter', "write name=value, such as payer_class=medicare", field="where")
        if (dimension := report.dimension(name)) is None:
            raise BadInput(f'{report.title} has no filter "{name}"', _choices(report), field="where")
        if name == "creditor":
            _creditors((word,), keys, allowed)
        found[name] = _word(dimension, word)
    return found


def _word(dimension: Dimension, word: str) -> str:
    """The stored word of a filter, which may be entered as people read it. Raises BadInput if there is no such word."""
    known = dimension.order or dimension.values
    if not known or word == NONE:
        return word
    read = dimension.read or str
    found = [one for one in known if word.casefold() in (one.casefold(), read(one).casefold())]
    if not found:
        choices = ", ".join(known)
        raise BadInput(f'{dimension.title} has no value "{word}"', f"use one of these: {choices}", field="where")
    return found[0]


def _choices(report: Report) -> str:
    names = ", ".join(one.name for one in report.dimensions)
    return f"use {names}" if names else "leave it out: this report has none"


def _creditors(codes: Sequence[str], keys: Mapping[str, int], allowed: frozenset[int] | None) -> frozenset[int] | None:
    unknown = sorted(code for code in codes if code not in keys)
    if unknown:
        raise BadInput(f'there is no creditor "{unknown[0]}"', field="creditor", remedy=Remedy.LIST_CREDITORS)
    wanted = frozenset(keys[code] for code in codes)
    if allowed is None:
        return wanted or None
    if wanted - allowed:
        raise NotPermitted("you may not read the reports of this creditor", "ask an administrator for access to it")
    return wanted or allowed

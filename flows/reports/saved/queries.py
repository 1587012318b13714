"""Saved reports as they are read: their own, and those that a role shares."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from flows.reports.access import may_read
from flows.reports.asked import Given
from flows.reports.model import Report, Span
from flows.reports.registry import REPORTS
from flows.reports.saved.decide import Every, Period, SendBy, TargetWay, days_of
from models import SavedReport
from models.columns import AnyRow, table
from models.errors import NotFound
from models.remedies import Remedy
from models.user_enums import Role

SAVED = table(SavedReport)


@dataclass(frozen=True, slots=True)
class Target:
    """What a column should be: on which side of which value, in the unit of the column.

    `alert_to`: the e-mail address of the owner, who is notified once each time that it is missed; empty: nobody.
    """

    column: str
    way: TargetWay
    value: int
    alert_to: str = ""


@dataclass(frozen=True, slots=True)
class Sending:
    """How often, how and where a report is delivered, and as what kind of file."""

    every: Every
    by: SendBy
    address: str
    format: str


@dataclass(frozen=True, slots=True)
class Saved:
    """A saved report. `problem` and `missed` are empty if there is nothing to say."""

    id: int
    name: str
    owner: str
    report: Report
    period: Period
    by: tuple[str, ...]
    where: tuple[str, ...]
    creditors: tuple[str, ...]
    columns: tuple[str, ...]
    days: int | None
    share: Role | None
    sending: Sending | None
    target: Target | None
    made_on: date
    delivered_on: date | None
    problem: str
    missed: str
    alerted_on: date | None

    def given(self, today: date) -> Given:
        """Its parameters on a day."""
        first, last = days_of(self.period, today)
        if self.report.span is Span.DAY:
            return Given(on=last, creditors=self.creditors, by=self.by, where=self.where, days=self.days)
        return Given(first, last, None, self.creditors, self.by, self.where, self.days)


def saved_of(
    conn: Connection, user: str, roles: Collection[Role], creditors: frozenset[int] | None = None
) -> list[Saved]:
    """The saved reports of a user and those that are shared with their roles, by name.

    `creditors`: those that the user may read, None for all. A missed target says a figure of the owner's creditors, so
    a user who is limited reads only their own.
    """
    shared = SAVED.c.share.in_(sorted(role.value for role in roles))
    query = sa.select(SAVED).where(sa.or_(SAVED.c.owner == user, shared)).order_by(SAVED.c.name)
    found = [_saved(row) for row in conn.execute(query) if row.report in REPORTS]
    readable = [one for one in found if one.owner == user or may_read(one.report, roles)]
    return [one if creditors is None or one.owner == user else replace(one, missed="") for one in readable]


def all_saved(conn: Connection) -> list[Saved]:
    """Every saved report whose report is still there."""
    rows = conn.execute(sa.select(SAVED).order_by(SAVED.c.id))
    return [_saved(row) for row in rows if row.report in REPORTS]


def saved_named(conn: Connection, name: str, user: str, roles: Collection[Role]) -> Saved:
    """A saved report that a user may read. Raises NotFound."""
    found = next((one for one in saved_of(conn, user, roles) if one.name == name), None)
    if found is None:
        raise NotFound(f'there is no saved report "{name}"', remedy=Remedy.LIST_SAVED_REPORTS)
    return found


def saved_by_key(
    conn: Connection, key: int, user: str, roles: Collection[Role], creditors: frozenset[int] | None = None
) -> Saved:
    """A saved report that a user may read, by its key. Raises NotFound."""
    found = next((one for one in saved_of(conn, user, roles, creditors) if one.id == key), None)
    if found is None:
        raise NotFound("this saved report was deleted, or is not shared with you", remedy=Remedy.LIST_SAVED_REPORTS)
    return found


def _saved(row: AnyRow) -> Saved:
    sending = Sending(Every(row.every), SendBy(row.channel), row.address, row.format) if row.every else None
    target = None
    if row.target_way:
        target = Target(row.target_column, TargetWay(row.target_way), row.target_value, row.alert_to)
    return Saved(
        row.id,
        row.name,
        row.owner,
        REPORTS[row.report],
        Period(row.period),
        _lines(row.by),
        _lines(row.where),
        _lines(row.creditors),
        _lines(row.columns),
        row.days,
        Role(row.share) if row.share else None,
        sending,
        target,
        row.made_on,
        row.delivered_on,
        row.problem,
        row.missed,
        row.alerted_on,
    )


def _lines(text: str) -> tuple[str, ...]:
    return tuple(text.split("\n")) if text else ()

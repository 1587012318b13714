"""A saved report as it is read: its table as of a day, and its parameters as a row of the list."""

from datetime import date
from typing import TypedDict

from sqlalchemy.engine import Connection

from flows.reports.asked import asked_of
from flows.reports.creditors import creditor_keys
from flows.reports.document import shown
from flows.reports.model import Asked, Column, Table, Unit
from flows.reports.saved.decide import Every, Period, SendBy, TargetWay
from flows.reports.saved.queries import Saved, Target
from flows.settings.queries import policy_now
from models.user_enums import Role


def read_saved(conn: Connection, saved: Saved, today: date, creditors: frozenset[int] | None) -> tuple[Asked, Table]:
    """A saved report as of a day, for somebody who may read these creditors (None: all), with its own columns.

    Raises NotPermitted if it is about a creditor that they may not read.
    """
    asked = asked_of(saved.report, saved.given(today), today, creditor_keys(conn), creditors, policy_now(conn))
    return asked, only(saved.report.read(conn, asked), saved.columns)


def only(table: Table, columns: tuple[str, ...]) -> Table:
    """A table with some of its columns; its dimensions stay."""
    if not columns:
        return table
    measures = {name for name in table.total if name != "rows"} | set(columns)
    kept = tuple(one for one in table.columns if one.name in columns or one.name not in measures)
    return Table(kept, table.rows, table.total, table.notes)


def target_text(column: Column, target: Target) -> str:
    """A target as people read it: ``at most 45%``."""
    way = "at most" if target.way is TargetWay.AT_MOST else "at least"
    unit = "%" if column.unit is Unit.PERCENT else ""
    return f"{way} {shown(column, target.value) if not unit else f'{target.value}%'}"


class SavedRow(TypedDict):
    """A saved report as programs read it. `target` is for people; a target on money is in cents."""

    id: int
    name: str
    report: str
    period: Period
    by: list[str]
    where: list[str]
    creditors: list[str]
    columns: list[str]
    days: int | None
    owner: str
    share: Role | None
    every: Every | None
    to: SendBy | None
    address: str | None
    format: str | None
    target: str | None
    target_column: str | None
    target_way: TargetWay | None
    target_value: int | None
    alert_to: str | None
    delivered_on: date | None
    alerted_on: date | None
    problem: str | None
    missed: str | None


def saved_row(one: Saved) -> SavedRow:
    """A saved report as a row of the list."""
    sending, target = one.sending, one.target
    return {
        "id": one.id,
        "name": one.name,
        "report": one.report.name,
        "period": one.period,
        "by": list(one.by),
        "where": list(one.where),
        "creditors": list(one.creditors),
        "columns": list(one.columns),
        "days": one.days,
        "owner": one.owner,
        "share": one.share,
        "every": sending.every if sending else None,
        "to": sending.by if sending else None,
        "address": sending.address if sending else None,
        "format": sending.format if sending else None,
        "target": _target_of(one),
        "target_column": target.column if target else None,
        "target_way": target.way if target else None,
        "target_value": target.value if target else None,
        "alert_to": (target.alert_to if target else "") or None,
        "delivered_on": one.delivered_on,
        "alerted_on": one.alerted_on,
        "problem": one.problem or None,
        "missed": one.missed or None,
    }


def _target_of(one: Saved) -> str | None:
    if one.target is None:
        return None
    column = next(column for column in one.report.measures if column.name == one.target.column)
    return f"{column.title} {target_text(column, one.target)}"

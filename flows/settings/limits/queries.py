"""The limits that are in force."""

from datetime import date
from typing import TypedDict

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from flows.settings.limits.limits import KNOWN, LimitRow
from models import PracticeLimit
from models.columns import AnyRow, columns_as, table

PRACTICE_LIMIT = table(PracticeLimit)


def limit_rows(conn: Connection) -> list[LimitRow]:
    """Every limit in force; of those set one after another for the same creditor and state the newest."""
    return [LimitRow(row.name, row.creditor, row.state, row.value) for row in _newest(conn)]


class LimitNow(TypedDict):
    """A limit in force, with who set it and when; creditor and state are empty if it applies to all."""

    name: str
    creditor: str
    state: str
    value: str
    set_on: date
    set_by: str
    reason: str
    meaning: str


def limits_now(conn: Connection) -> list[LimitNow]:
    """Every limit in force, with who set it and when."""
    return [
        {
            "name": row.name,
            "creditor": row.creditor,
            "state": row.state,
            "value": row.value,
            "set_on": row.set_on,
            "set_by": row.set_by,
            "reason": row.reason,
            "meaning": KNOWN[row.name].says,
        }
        for row in _newest(conn)
    ]


class LimitVersion(TypedDict):
    """A limit as it was set, or removed (no value): by whom, when and why."""

    id: int
    name: str
    creditor: str
    state: str
    value: str | None
    set_on: date
    set_by: str
    reason: str


def limit_history(conn: Connection) -> list[LimitVersion]:
    """Every limit that was ever set or removed, the newest first."""
    query = sa.select(PRACTICE_LIMIT).order_by(PRACTICE_LIMIT.c.id.desc())
    return [columns_as(LimitVersion, row) for row in conn.execute(query)]


def _newest(conn: Connection) -> list[AnyRow]:
    rows = conn.execute(sa.select(PRACTICE_LIMIT).order_by(PRACTICE_LIMIT.c.id))
    newest = {(row.name, row.creditor, row.state): row for row in rows}
    return [row for row in newest.values() if row.value is not None]

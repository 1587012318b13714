"""The limits that are in force."""

from datetime import date
from typing import TypedDict

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from flows.settings.limits.limits import KNOWN, LimitRow
from models import PracticeLimit
from models.columns import AnyRow, table

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
            "meaning": KNOWN[row.name].says,
        }
        for row in _newest(conn)
    ]


def _newest(conn: Connection) -> list[AnyRow]:
    rows = conn.execute(sa.select(PRACTICE_LIMIT).order_by(PRACTICE_LIMIT.c.id))
    newest = {(row.name, row.creditor, row.state): row for row in rows}
    return [row for row in newest.values() if row.value is not None]

"""Creditors in reports: by key and by code, and as a filter."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from models import Creditor
from models.columns import table
from models.errors import BadInput
from models.remedies import Remedy

CREDITOR = table(Creditor)


def of_creditors(column: sa.ColumnElement[Any], creditors: frozenset[int] | None) -> sa.ColumnElement[bool]:
    """The condition that a column is the key of one of these creditors; None: of any."""
    return sa.true() if creditors is None else column.in_(sorted(creditors))


def creditor_codes(conn: Connection) -> dict[int, str]:
    """The code of each creditor, by key."""
    return {row[0]: row[1] for row in conn.execute(sa.select(CREDITOR.c.id, CREDITOR.c.external_id))}


def creditor_keys(conn: Connection) -> dict[str, int]:
    """The key of each creditor by its code."""
    return {code: key for key, code in creditor_codes(conn).items()}


def creditor_key(conn: Connection, code: str) -> int:
    """The key of a creditor by its code. Raises BadInput."""
    found = conn.execute(sa.select(CREDITOR.c.id).where(CREDITOR.c.external_id == code)).scalar()
    if found is None:
        raise BadInput(f'there is no creditor "{code}"', field="creditor", remedy=Remedy.LIST_CREDITORS)
    return found

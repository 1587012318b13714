"""The tables of the house that are in force."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from models import HouseFile
from models.columns import table

HOUSE_FILE = table(HouseFile)


def text_of(conn: Connection, name: str) -> str | None:
    """The text last published under a name; None: the shipped table holds."""
    query = sa.select(HOUSE_FILE.c.text).where(HOUSE_FILE.c.name == name).order_by(HOUSE_FILE.c.version.desc())
    return conn.execute(query.limit(1)).scalar()


def versions_of(conn: Connection) -> list[dict[str, Any]]:
    """Every table that was ever published: by whom, when."""
    columns = (HOUSE_FILE.c.name, HOUSE_FILE.c.version, HOUSE_FILE.c.published_on, HOUSE_FILE.c.published_by)
    return [dict(row) for row in conn.execute(sa.select(*columns).order_by(*columns[:2])).mappings()]

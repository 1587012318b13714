"""The tables of the practice that are in force."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from models import ConfigTable
from models.columns import table

CONFIG_TABLE = table(ConfigTable)


def text_of(conn: Connection, name: str) -> str | None:
    """The text last published under a name; None: the shipped table holds."""
    query = sa.select(CONFIG_TABLE.c.text).where(CONFIG_TABLE.c.name == name).order_by(CONFIG_TABLE.c.version.desc())
    return conn.execute(query.limit(1)).scalar()


def versions_of(conn: Connection) -> list[dict[str, Any]]:
    """Every table that was ever published: by whom, when."""
    columns = (CONFIG_TABLE.c.name, CONFIG_TABLE.c.version, CONFIG_TABLE.c.published_on, CONFIG_TABLE.c.published_by)
    return [dict(row) for row in conn.execute(sa.select(*columns).order_by(*columns[:2])).mappings()]

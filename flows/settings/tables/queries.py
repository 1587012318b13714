"""The tables of the practice that are in force."""

from datetime import date
from typing import TypedDict

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from models import ConfigTable
from models.columns import columns_as, table

CONFIG_TABLE = table(ConfigTable)


def text_of(conn: Connection, name: str) -> str | None:
    """The text last published under a name; None: the shipped table is in force."""
    query = sa.select(CONFIG_TABLE.c.text).where(CONFIG_TABLE.c.name == name).order_by(CONFIG_TABLE.c.version.desc())
    return conn.execute(query.limit(1)).scalar()


class TableVersion(TypedDict):
    """A published table: by whom and when."""

    name: str
    version: int
    published_on: date
    published_by: str


def versions_of(conn: Connection) -> list[TableVersion]:
    """Every table that was ever published."""
    columns = [CONFIG_TABLE.c[name] for name in TableVersion.__annotations__]
    query = sa.select(*columns).order_by(CONFIG_TABLE.c.name, CONFIG_TABLE.c.version)
    return [columns_as(TableVersion, row) for row in conn.execute(query)]

"""The tables of the practice: those in force, and every earlier version."""

from datetime import date
from typing import NamedTuple, TypedDict

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from models import ConfigTable
from models.columns import columns_as, table

CONFIG_TABLE = table(ConfigTable)


def text_of(conn: Connection, name: str) -> str | None:
    """The text in force under a name; None: the shipped table is in force."""
    newest = newest_version(conn, name)
    return None if newest is None or newest.shipped else newest.text


class StoredVersion(NamedTuple):
    """A published version with its text. `shipped`: the practice returned to the shipped table."""

    version: int
    text: str
    published_on: date
    published_by: str
    reason: str
    shipped: bool


_STORED = [CONFIG_TABLE.c[name] for name in StoredVersion._fields]


def newest_version(conn: Connection, name: str) -> StoredVersion | None:
    """The version last published under a name, if any."""
    return next(iter(stored_versions(conn, name, 1)), None)


def stored_versions(conn: Connection, name: str, at_most: int | None = None) -> list[StoredVersion]:
    """The versions of a table, the newest first."""
    query = sa.select(*_STORED).where(CONFIG_TABLE.c.name == name).order_by(CONFIG_TABLE.c.version.desc())
    return [StoredVersion._make(row) for row in conn.execute(query.limit(at_most))]


class TableVersion(TypedDict):
    """A published table: by whom, when and why."""

    name: str
    version: int
    published_on: date
    published_by: str
    reason: str
    shipped: bool


def versions_of(conn: Connection) -> list[TableVersion]:
    """Every table that was ever published."""
    columns = [CONFIG_TABLE.c[name] for name in TableVersion.__annotations__]
    query = sa.select(*columns).order_by(CONFIG_TABLE.c.name, CONFIG_TABLE.c.version)
    return [columns_as(TableVersion, row) for row in conn.execute(query)]

"""Reads of schedule versions: listed, with their text, and how many accounts are on each."""

from datetime import date
from typing import TypedDict

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from flows.accounts.load import present_schedules
from models import ScheduleVersion
from models.columns import AnyRow, table
from models.errors import NotFound

SCHEDULE_VERSION = table(ScheduleVersion)

INIT = "init"
"""The publisher of the shipped schedules in a new home."""


def present_version(conn: Connection, name: str) -> AnyRow | None:
    """The newest version of a schedule, by its name."""
    query = sa.select(SCHEDULE_VERSION).where(SCHEDULE_VERSION.c.name == name, SCHEDULE_VERSION.c.present)
    return conn.execute(query).first()


def own_version(conn: Connection, name: str, text: str) -> AnyRow | None:
    """The present version of a schedule that a text would replace, if the practice wrote it and not `init`."""
    present = present_version(conn, name)
    if present is None or present.published_by == INIT or present.text == text:
        return None
    return present


class PublishedVersion(TypedDict):
    """A version of a schedule as programs read it. `present`: accounts enter it on the day that was asked about."""

    schedule: str
    version: int
    title: str
    present: bool
    published_on: date
    published_by: str
    in_force_on: date
    reason: str | None
    digest: str


def list_schedules(conn: Connection, today: date) -> list[PublishedVersion]:
    """Every published version, the newest of those that accounts enter first; `present`: accounts enter it
    on the day."""
    order = (SCHEDULE_VERSION.c.present.desc(), SCHEDULE_VERSION.c.precedence.desc(), SCHEDULE_VERSION.c.version.desc())
    entered = {one.id for one in present_schedules(conn, today)}
    return [
        {
            "schedule": row.name,
            "version": row.version,
            "title": row.title,
            "present": row.id in entered,
            "published_on": row.published_on,
            "published_by": row.published_by,
            "in_force_on": row.in_force_on or row.published_on,
            "reason": row.reason,
            "digest": row.digest,
        }
        for row in conn.execute(sa.select(SCHEDULE_VERSION).order_by(*order))
    ]


def schedule_text(conn: Connection, name: str, version: int | None = None) -> AnyRow:
    """A published version with its text, the present one by default; raises NotFound."""
    query = sa.select(SCHEDULE_VERSION).where(SCHEDULE_VERSION.c.name == name)
    query = (
        query.where(SCHEDULE_VERSION.c.present)
        if version is None
        else query.where(SCHEDULE_VERSION.c.version == version)
    )
    row = conn.execute(query).first()
    if row is None:
        versions = sa.select(SCHEDULE_VERSION.c.name, SCHEDULE_VERSION.c.version)
        by_name = versions.order_by(SCHEDULE_VERSION.c.name, SCHEDULE_VERSION.c.version)
        known = ", ".join(f"{one.name} {one.version}" for one in conn.execute(by_name))
        asked = name if version is None else f"{name} {version}"
        raise NotFound(f'there is no schedule "{asked}"', f"published schedules: {known or 'none'}")
    return row

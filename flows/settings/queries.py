"""The settings in force."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import TypedDict
from zoneinfo import ZoneInfo

import orjson
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from flows.settings.policy import FIELD_OF, MEANING, Policy, default_of, policy_of
from models import Setting
from models.columns import table
from models.errors import NotFound

SETTING = table(Setting)


def policy_now(conn: Connection) -> Policy:
    """The policy of the practice."""
    return policy_of({row["name"]: row["value"] for row in settings_now(conn) if row["set_on"] is not None})


def today_of(conn: Connection, now: datetime) -> date:
    """The practice's business date at an instant: by the clock of its own time zone, wherever the machine is."""
    return now.astimezone(ZoneInfo(policy_now(conn).time_zone)).date()


class SettingNow(TypedDict):
    """A setting with its value, who set it last, and when; empty if it has its default."""

    name: str
    value: object
    set_on: date | None
    set_by: str | None
    meaning: str
    reason: str | None
    version: int


def settings_now(conn: Connection) -> list[SettingNow]:
    """Every setting; those never set have their default."""
    newest = sa.select(SETTING.c.name, sa.func.max(SETTING.c.version).label("version")).group_by(SETTING.c.name)
    top = newest.subquery()
    query = sa.select(SETTING).join(top, sa.and_(top.c.name == SETTING.c.name, top.c.version == SETTING.c.version))
    found = {row.name: row for row in conn.execute(query)}
    usual = Policy()
    return [
        {
            "name": name,
            "value": orjson.loads(found[name].value) if name in found else getattr(usual, FIELD_OF[name]),
            "set_on": found[name].set_on if name in found else None,
            "set_by": found[name].set_by if name in found else None,
            "meaning": meaning,
            "reason": found[name].reason if name in found else None,
            "version": found[name].version if name in found else 0,
        }
        for name, meaning in MEANING.items()
    ]


def setting_now(conn: Connection, name: str) -> SettingNow:
    """One setting. Raises NotFound."""
    found = next((row for row in settings_now(conn) if row["name"] == name), None)
    if found is None:
        raise NotFound(f'there is no setting "{name}"', f"the settings are {', '.join(MEANING)}")
    return found


class SettingVersion(TypedDict):
    """A value that was set: by whom, when and why."""

    name: str
    version: int
    value: object
    set_on: date | None
    set_by: str
    reason: str


DEFAULT_VERSION = 0
"""The version of a setting's default: nobody set it."""


def with_defaults(rows: Sequence[SettingVersion], name: str | None) -> list[SettingVersion]:
    """A history, with the default before the first change of each setting: of one by its name, or of all changed."""
    names = dict.fromkeys(row["name"] for row in rows) if name is None else [name]
    first: list[SettingVersion] = [
        {
            "name": one,
            "version": DEFAULT_VERSION,
            "value": default_of(one),
            "set_on": None,
            "set_by": "",
            "reason": "default",
        }
        for one in names
    ]
    return [*rows, *first]


def setting_history(conn: Connection) -> list[SettingVersion]:
    """Every value that was ever set, the newest first."""
    query = sa.select(SETTING).where(SETTING.c.name.in_(list(MEANING))).order_by(SETTING.c.version.desc())
    return [
        {
            "name": row.name,
            "version": row.version,
            "value": orjson.loads(row.value),
            "set_on": row.set_on,
            "set_by": row.set_by,
            "reason": row.reason,
        }
        for row in conn.execute(query)
    ]

"""The settings in force."""

from datetime import date, datetime
from typing import TypedDict
from zoneinfo import ZoneInfo

import orjson
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from flows.settings.policy import FIELD_OF, MEANING, Policy, policy_of
from models import Setting
from models.columns import table

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
        }
        for name, meaning in MEANING.items()
    ]

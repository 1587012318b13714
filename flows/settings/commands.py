"""Changing practice settings; earlier values stay recorded."""

import orjson
import sqlalchemy as sa

from flows.settings.policy import read_setting, require_together
from flows.settings.queries import SETTING, SettingNow, policy_now, setting_now
from flows.settings.reasons import NO_REASON, require_reason
from models import Setting
from models.database import Transaction
from models.errors import Refused


class SettingChanged(Refused):
    """Another user changed the setting meanwhile: its present value, by whom and why."""

    def __init__(self, now: SettingNow) -> None:
        value = "none" if now["value"] is None else now["value"]
        super().__init__(
            f"{now['name']} was changed by {now['set_by']} on {now['set_on']} in the meantime; it is now {value}",
            "your change was not saved",
        )
        self.now = now


def change_setting(
    tx: Transaction, name: str, text: str, reason: str = NO_REASON, based_on: int | None = None
) -> object:
    """Set a value, as a new version; returns the value. `based_on`: the version that the user last saw, if known.

    Raises BadInput for a value that is invalid alone or with the others, or an empty reason, SettingChanged if another
    value was set since.
    """
    require_reason(reason)
    if based_on is not None and (now := setting_now(tx.conn, name))["version"] != based_on:
        raise SettingChanged(now)
    value = read_setting(name, text)
    require_together(policy_now(tx.conn), name, value)
    top = sa.select(sa.func.coalesce(sa.func.max(SETTING.c.version), 0)).where(SETTING.c.name == name)
    version = tx.conn.execute(top).scalar_one() + 1
    row = {
        "name": name,
        "version": version,
        "value": orjson.dumps(value).decode(),
        "set_on": tx.business_date,
        "set_by": tx.actor,
        "reason": reason.strip(),
    }
    tx.insert(Setting, [row])
    return value

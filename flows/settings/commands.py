"""Changing practice settings; earlier values stay recorded."""

import orjson
import sqlalchemy as sa

from flows.settings.policy import read_setting, require_together
from flows.settings.queries import SETTING, policy_now
from flows.settings.reasons import NO_REASON
from models import Setting
from models.database import Transaction


def change_setting(tx: Transaction, name: str, text: str, reason: str = NO_REASON) -> object:
    """Set a value, as a new version; returns the value. Raises BadInput for a value that is invalid alone or with the
    others."""
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
        "reason": reason.strip() or NO_REASON,
    }
    tx.insert(Setting, [row])
    return value

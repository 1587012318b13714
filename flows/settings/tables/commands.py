"""Publishing a table of the practice; earlier versions stay stored."""

import sqlalchemy as sa

from flows.settings.reasons import NO_REASON
from flows.settings.tables.queries import CONFIG_TABLE
from models import ConfigTable
from models.database import Transaction


def publish_text(tx: Transaction, name: str, text: str, reason: str = NO_REASON, *, shipped: bool = False) -> int:
    """Store a checked text as the newest version of its name; returns the version.

    `shipped`: the practice returns to the shipped table, also to its later versions.
    """
    top = sa.select(sa.func.coalesce(sa.func.max(CONFIG_TABLE.c.version), 0)).where(CONFIG_TABLE.c.name == name)
    version = tx.conn.execute(top).scalar_one() + 1
    row = {
        "name": name,
        "version": version,
        "text": text,
        "published_on": tx.business_date,
        "published_by": tx.actor,
        "reason": reason.strip() or NO_REASON,
        "shipped": shipped,
    }
    tx.insert(ConfigTable, [row])
    return version

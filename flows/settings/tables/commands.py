"""Publishing a table of the house; what held before stays known."""

import sqlalchemy as sa

from flows.settings.tables.queries import HOUSE_FILE
from models import HouseFile
from models.database import Transaction


def publish_text(tx: Transaction, name: str, text: str) -> int:
    """Keep a text that was checked as the newest version of its name; gives the version."""
    top = sa.select(sa.func.coalesce(sa.func.max(HOUSE_FILE.c.version), 0)).where(HOUSE_FILE.c.name == name)
    version = tx.conn.execute(top).scalar_one() + 1
    row = {
        "name": name,
        "version": version,
        "text": text,
        "published_on": tx.business_date,
        "published_by": tx.actor,
    }
    tx.insert(HouseFile, [row])
    return version

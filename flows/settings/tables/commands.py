"""Publishing a table of the house; what held before stays known."""

import sqlalchemy as sa

from flows.practice_tables import table_named
from flows.settings.tables.queries import HOUSE_FILE
from models import HouseFile
from models.database import Transaction


def publish_table(tx: Transaction, name: str, text: str, file: str) -> int:
    """Check a table and make it the one in force; gives its version. Raises NoSuchTable or BadSchedule."""
    table_named(name).read(text, file)
    return publish_text(tx, name, text)


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

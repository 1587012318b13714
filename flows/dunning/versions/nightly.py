"""Schedule versions that take effect: the accounts that may enter them are checked once."""

from dataclasses import replace
from datetime import date

import sqlalchemy as sa

from flows.accounts.counts import Counts
from flows.accounts.load import in_force
from flows.dunning.engine.queries import experiment_on
from flows.dunning.versions.commands import review_waiting_accounts
from flows.dunning.versions.moves import migrate, target_of
from flows.dunning.versions.queries import accounts_tried, migrating
from models import ScheduleVersion
from models.columns import table
from models.database import Database

SCHEDULE_VERSION = table(ScheduleVersion)


ACTOR = "schedule"


def see_new_versions(database: Database, today: date) -> None:
    """A version that was published for this day, or an earlier one, takes effect: accounts in no schedule may enter."""
    waiting = sa.select(SCHEDULE_VERSION.c.id).where(~SCHEDULE_VERSION.c.seen, in_force(today))
    with database.reading() as conn:
        if conn.execute(waiting.limit(1)).first() is None:
            return
    with database.transaction(actor=ACTOR, business_date=today) as tx:
        review_waiting_accounts(tx)
        new = sa.update(SCHEDULE_VERSION).where(SCHEDULE_VERSION.c.id.in_(waiting))
        tx.conn.execute(new.values(seen=True))


def migrate_accounts(database: Database, today: date) -> Counts:
    """Move accounts under way to the versions in force that were published for them too; returns the counts. Accounts
    that entered an experiment on such a version stay in their arm."""
    with database.reading() as conn:
        # While an experiment is running its arms are left alone, and later the accounts that entered them.
        rows = [row for row in migrating(conn, today) if experiment_on(conn, row.name) is None]
        targets = [replace(target_of(row), tried=accounts_tried(conn, row)) for row in rows]
    counts = Counts()
    for target in targets:
        counts += migrate(database, target, ACTOR, today)
    return counts

"""Schedule versions that take effect: the accounts that may enter them are checked once."""

from datetime import date

import sqlalchemy as sa

from flows.accounts.load import in_force
from models import Account, Enrollment, ScheduleVersion
from models.columns import table
from models.database import Database, Transaction
from models.enums import AccountState

ACCOUNT = table(Account)
ENROLLMENT = table(Enrollment)
SCHEDULE_VERSION = table(ScheduleVersion)


def see_new_versions(database: Database, today: date) -> None:
    """A version that was published for this day, or an earlier one, takes effect: accounts in no schedule may enter."""
    waiting = sa.select(SCHEDULE_VERSION.c.id).where(~SCHEDULE_VERSION.c.seen, in_force(today))
    with database.reading() as conn:
        if conn.execute(waiting.limit(1)).first() is None:
            return
    with database.transaction(actor="schedule", business_date=today) as tx:
        review_waiting_accounts(tx)
        new = sa.update(SCHEDULE_VERSION).where(SCHEDULE_VERSION.c.id.in_(waiting))
        tx.conn.execute(new.values(seen=True))


def review_waiting_accounts(tx: Transaction) -> None:
    """Accounts in no schedule may enter in the next run; this is the only full scan of the database.

    The date is that of service, which is before any run, whichever day it is run for.
    """
    entered = sa.select(ENROLLMENT.c.account_id).where(ENROLLMENT.c.account_id == ACCOUNT.c.id).exists()
    waiting = sa.and_(ACCOUNT.c.state == AccountState.OPEN.value, ACCOUNT.c.balance_cents > 0, ~entered)
    tx.conn.execute(sa.update(ACCOUNT).where(waiting).values(review_on=ACCOUNT.c.service_from))

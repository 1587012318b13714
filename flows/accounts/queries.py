"""Accounts by their numbers."""

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from models import Account
from models.columns import AnyRow, table
from models.errors import NotFound

ACCOUNT = table(Account)


def account_row(conn: Connection, number: str) -> AnyRow:
    """An account by its number; raises NotFound."""
    row = conn.execute(sa.select(ACCOUNT).where(ACCOUNT.c.number == number)).first()
    if row is None:
        raise NotFound(f'there is no account "{number}"', "check the account number")
    return row

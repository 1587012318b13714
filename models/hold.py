"""Why no action, or no action of one kind, is allowed now."""

from datetime import date

import sqlalchemy as sa
from sqlmodel import Field, Index, SQLModel

from models.columns import Key, ShortText
from models.enums import HoldScope


class Hold(SQLModel, table=True):
    """A hold on a person (all their accounts, at every creditor) or on one account: from a day, until a day or until it
    is released."""

    __table_args__ = (
        sa.CheckConstraint("(person_id IS NULL) <> (account_id IS NULL)", name="ck_hold_of_one"),
        Index("ix_hold_person", "person_id"),
        Index("ix_hold_account", "account_id"),
        Index(
            "ix_hold_until",
            "until_on",
            postgresql_where=sa.text("cleared_on IS NULL"),
            sqlite_where=sa.text("cleared_on IS NULL"),
        ),
    )

    id: int = Field(primary_key=True, sa_type=Key)
    person_id: int | None = Field(default=None, sa_type=Key, foreign_key="person.id")
    account_id: int | None = Field(default=None, sa_type=Key, foreign_key="account.id")
    kind: str = Field(sa_type=ShortText)
    scope: str = Field(default=HoldScope.ALL, sa_type=ShortText)
    from_on: date
    until_on: date | None = None
    opened_by: str
    note: str | None = None
    cleared_on: date | None = None
    cleared_by: str | None = None

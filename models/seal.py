"""Heads: a seal of each day's end, which shows whether anything recorded before it was altered."""

from datetime import date

from sqlmodel import Field, SQLModel

from models.columns import Key


class Seal(SQLModel, table=True):
    """A head over the whole database, chained to the previous one and sealed by a key outside the database.

    `totals` is JSON text and stays as it was sealed, byte for byte. `key_id` names the key, and is not the key.
    """

    id: int = Field(primary_key=True, sa_type=Key)
    at: str
    business_date: date
    totals: str
    previous: str
    key_id: str
    mac: str


class SealedHead(SQLModel, table=True):
    """The position of an account's history when its last head was sealed."""

    __tablename__ = "sealed_head"  # pyright: ignore[reportAssignmentType]
    __table_args__ = {"sqlite_with_rowid": False}

    account_id: int = Field(primary_key=True, sa_type=Key, foreign_key="account.id")
    seq: int
    digest: str

"""One line of an account's history: append-only, chained by digest."""

import hashlib
from collections.abc import Sequence
from datetime import date

import orjson
from sqlmodel import Field, Index, SQLModel

from models.columns import Key, ShortText

GENESIS = ""
"""The digest before an account's first event."""


class AccountEvent(SQLModel, table=True):
    """Who did what to an account, when, on which business date, by which step of which schedule version, and why.

    `data` is JSON text and stays as it was hashed, byte for byte. Triggers refuse UPDATE and DELETE.
    """

    __tablename__ = "account_event"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (Index("ix_account_event_day", "business_date", "kind"),)

    account_id: int = Field(primary_key=True, sa_type=Key, foreign_key="account.id")
    seq: int = Field(primary_key=True)
    at: str
    business_date: date
    kind: str = Field(sa_type=ShortText)
    step: str | None = None
    cycle: int | None = None
    schedule_version_id: int | None = Field(default=None, sa_type=Key)
    actor: str
    why: str
    data: str
    previous_digest: str
    digest: str


def plain(value: object) -> str:
    """A date of any subclass as ISO text, for orjson, which converts only plain dates."""
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no place in a history")


def event_digest(previous: str, fields: Sequence[object]) -> str:
    """The SHA-256 that chains an event to the previous one, in hexadecimal.

    `fields` are the event's values in the order of the table, from account_id to data. JSON separates them
    unambiguously, so that text cannot move from one field into the next.
    """
    return hashlib.sha256(previous.encode() + orjson.dumps(fields, default=plain)).hexdigest()

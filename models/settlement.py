"""A settlement offer: a sum due by a day, after which the remaining balance is written off."""

from datetime import date

import sqlalchemy as sa
from sqlmodel import Field, Index, SQLModel

from models.columns import Key, ShortText
from models.enums import SettlementState


class Settlement(SQLModel, table=True):
    """An offer to one guarantor to settle accounts of one creditor for a lump sum. Amounts are cents.

    `owed_cents` is the balance when the offer was made. Payments posted to the ledger after `after_entry_id` count.
    """

    __table_args__ = (
        Index(
            "ix_settlement_open",
            "expires_on",
            postgresql_where=sa.text("state IN ('proposed', 'offered')"),
            sqlite_where=sa.text("state IN ('proposed', 'offered')"),
        ),
        Index("ix_settlement_guarantor", "guarantor_id", "creditor_id"),
    )

    id: int = Field(primary_key=True, sa_type=Key)
    guarantor_id: int = Field(sa_type=Key, foreign_key="person.id")
    creditor_id: int = Field(sa_type=Key, foreign_key="creditor.id")
    state: str = Field(default=SettlementState.PROPOSED, sa_type=ShortText)
    owed_cents: int = Field(sa_type=sa.BigInteger)
    amount_cents: int = Field(sa_type=sa.BigInteger)
    expires_on: date
    proposed_on: date
    proposed_by: str
    decided_on: date | None = None
    decided_by: str | None = None
    after_entry_id: int = Field(default=0, sa_type=Key)
    ended_on: date | None = None
    reason: str | None = None


class SettlementAccount(SQLModel, table=True):
    """An account that a settlement covers."""

    __tablename__ = "settlement_account"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (Index("ix_settlement_account_account", "account_id"), {"sqlite_with_rowid": False})

    settlement_id: int = Field(primary_key=True, sa_type=Key, foreign_key="settlement.id")
    account_id: int = Field(primary_key=True, sa_type=Key, foreign_key="account.id")

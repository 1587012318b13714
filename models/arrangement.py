"""Payment plans: what was agreed, for which accounts, and each payment."""

from datetime import date

import sqlalchemy as sa
from sqlmodel import Field, Index, SQLModel

from models.columns import Key, ShortText
from models.enums import ArrangementState, InstalmentState


class Arrangement(SQLModel, table=True):
    """An agreement of one guarantor with one creditor to pay a sum in installments. Amounts are cents.

    `total_cents` is the agreed sum; `reduced_cents` is what insurance or an adjustment has subtracted from it since.
    Payments posted to the ledger after `after_entry_id` count. `review_on` is the day of the next decision: a missed
    payment, or the end of the time to make it up. `autopay_ref` names an authorization at the payment processor, never
    a card.
    `large`: more than four installments, so the confirmation included the disclosures of Regulation Z.
    """

    __table_args__ = (
        Index(
            "ix_arrangement_review_on",
            "review_on",
            postgresql_where=sa.text("review_on IS NOT NULL"),
            sqlite_where=sa.text("review_on IS NOT NULL"),
        ),
        Index("ix_arrangement_guarantor", "guarantor_id", "creditor_id"),
    )

    id: int = Field(primary_key=True, sa_type=Key)
    guarantor_id: int = Field(sa_type=Key, foreign_key="person.id")
    creditor_id: int = Field(sa_type=Key, foreign_key="creditor.id")
    state: str = Field(default=ArrangementState.ACTIVE, sa_type=ShortText)
    terms: str
    total_cents: int = Field(sa_type=sa.BigInteger)
    reduced_cents: int = Field(default=0, sa_type=sa.BigInteger)
    frequency: str = Field(sa_type=ShortText)
    grace_days: int
    broken_after_missed: int
    large: bool = False
    made_on: date
    made_by: str
    after_entry_id: int = Field(default=0, sa_type=Key)
    autopay_ref: str | None = None
    review_on: date | None = None
    noticed_on: date | None = None
    cure_by: date | None = None
    ended_on: date | None = None
    why_ended: str | None = None


class ArrangementAccount(SQLModel, table=True):
    """An account that a payment plan covers, with its balance at that time."""

    __tablename__ = "arrangement_account"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (Index("ix_arrangement_account_account", "account_id"), {"sqlite_with_rowid": False})

    arrangement_id: int = Field(primary_key=True, sa_type=Key, foreign_key="arrangement.id")
    account_id: int = Field(primary_key=True, sa_type=Key, foreign_key="account.id")
    amount_cents: int = Field(sa_type=sa.BigInteger)


class Instalment(SQLModel, table=True):
    """One payment of a plan; number 0 is the down payment.

    `agreed_on` is the day first agreed; `due_on` is the current due date. A skipped payment stays with its reason and
    amount zero; its amount becomes a new payment at the end.
    """

    id: int = Field(primary_key=True, sa_type=Key)
    arrangement_id: int = Field(sa_type=Key, foreign_key="arrangement.id", index=True)
    number: int
    agreed_on: date
    due_on: date
    amount_cents: int = Field(sa_type=sa.BigInteger)
    paid_cents: int = Field(default=0, sa_type=sa.BigInteger)
    state: str = Field(default=InstalmentState.OPEN, sa_type=ShortText)
    reason: str | None = None

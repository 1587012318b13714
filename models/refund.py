"""Money that is owed back: to the patient's family, or to a payer."""

from datetime import date

import sqlalchemy as sa
from sqlmodel import Field, Index, SQLModel

from models.columns import Key, ShortText
from models.enums import RefundState


class Refund(SQLModel, table=True):
    """A refund: proposed by one person, approved by another, then paid and posted to the ledger."""

    __table_args__ = (
        Index(
            "ix_refund_open",
            "account_id",
            postgresql_where=sa.text("state IN ('proposed', 'approved')"),
            sqlite_where=sa.text("state IN ('proposed', 'approved')"),
        ),
    )

    id: int = Field(primary_key=True, sa_type=Key)
    account_id: int = Field(sa_type=Key, foreign_key="account.id")
    payee: str = Field(sa_type=ShortText)
    amount_cents: int = Field(sa_type=sa.BigInteger)
    state: str = Field(default=RefundState.PROPOSED, sa_type=ShortText)
    reason: str
    proposed_on: date
    proposed_by: str
    decided_on: date | None = None
    decided_by: str | None = None
    paid_on: date | None = None
    reference: str | None = None

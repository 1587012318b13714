"""One balance: one patient's episode of care at one creditor, owed by one guarantor."""

from datetime import date

import sqlalchemy as sa
from sqlmodel import Field, Index, SQLModel

from models.columns import Key, ShortText
from models.enums import AccountState


class Account(SQLModel, table=True):
    """An account and its current balance, which is always the sum of its ledger.

    `history_seq` and `history_digest` are the head of the account's history: the number and digest of its last event.
    They show when events were removed from the end of a history.
    `review_on` is the day to check whether the account enters a schedule. It is empty once the account has entered one,
    or while only a change of the account could make it enter. `itemized_bill_on`: the day an itemized statement was
    mailed.
    `insurer`, `provider` and `service` are as the practice's files have them, for letters.
    `plan_offered_on`, `plan_missed_since` and `plan_broken_on` are about payment plans: when one was last offered,
    since when one is behind, when one was last broken. `guarantor_liable_since`: the patient died, and a manager
    decided that day that the living guarantor remains responsible for the account.
    """

    __table_args__ = (
        Index(
            "ix_account_review_on",
            "review_on",
            postgresql_where=sa.text("review_on IS NOT NULL"),
            sqlite_where=sa.text("review_on IS NOT NULL"),
        ),
        Index(
            "ix_account_credit",
            "balance_cents",
            postgresql_where=sa.text("balance_cents < 0"),
            sqlite_where=sa.text("balance_cents < 0"),
        ),
    )

    id: int = Field(primary_key=True, sa_type=Key)
    number: str = Field(unique=True)
    creditor_id: int = Field(sa_type=Key, foreign_key="creditor.id")
    patient_id: int = Field(sa_type=Key, foreign_key="person.id", index=True)
    guarantor_id: int = Field(sa_type=Key, foreign_key="person.id", index=True)
    payer_class: str = Field(sa_type=ShortText)
    service_from: date
    service_to: date | None = None
    insurer: str | None = None
    provider: str | None = None
    service: str | None = None
    first_statement_on: date | None = None
    original_cents: int = Field(sa_type=sa.BigInteger)
    balance_cents: int = Field(sa_type=sa.BigInteger)
    state: str = Field(default=AccountState.OPEN, sa_type=ShortText)
    review_on: date | None = None
    itemized_bill_on: date | None = None
    plan_offered_on: date | None = None
    plan_missed_since: date | None = None
    plan_broken_on: date | None = None
    placement_id: int | None = Field(default=None, sa_type=Key)
    agency_returns: int = 0
    agency_returned_on: date | None = None
    guarantor_liable_since: date | None = None
    history_seq: int = 0
    history_digest: str = ""
    version: int = 1


class LedgerEntry(SQLModel, table=True):
    """One signed amount on an account. `source` and `external_id` together are unique: no import posts it twice.

    `settlement_id` and `matter_id` name the settlement or estate matter that it was posted for, if any. `recorded_on`
    is the business date of the recording, which may be later than `posted_on`; `payer_class` is the account's then.
    `code` (CPT, HCPCS or revenue code), `description` and `units` are those of one service, if the charge is of one.
    """

    __tablename__ = "ledger_entry"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        sa.UniqueConstraint("source", "external_id", name="uq_ledger_source_external"),
        # These two hold what reports add up, so that they need not read the entries themselves.
        Index("ix_ledger_account", "account_id", "posted_on", "kind", "amount_cents"),
        Index("ix_ledger_posted", "posted_on", "kind", "account_id", "amount_cents"),
        Index(
            "ix_ledger_settlement",
            "settlement_id",
            postgresql_where=sa.text("settlement_id IS NOT NULL"),
            sqlite_where=sa.text("settlement_id IS NOT NULL"),
        ),
    )

    id: int = Field(primary_key=True, sa_type=Key)
    account_id: int = Field(sa_type=Key, foreign_key="account.id")
    posted_on: date
    recorded_on: date | None = None
    payer_class: str | None = Field(default=None, sa_type=ShortText)
    kind: str = Field(sa_type=ShortText)
    amount_cents: int = Field(sa_type=sa.BigInteger)
    source: str
    external_id: str
    reference: str | None = None
    code: str | None = Field(default=None, sa_type=ShortText)
    description: str | None = None
    units: int | None = None
    settlement_id: int | None = Field(default=None, sa_type=Key)
    matter_id: int | None = Field(default=None, sa_type=Key)

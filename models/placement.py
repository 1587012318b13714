"""Placements: an account with an agency, its payments meanwhile, and the notices that the agency must receive."""

from datetime import date

import sqlalchemy as sa
from sqlmodel import Field, Index, SQLModel

from models.columns import Key, ShortText
from models.enums import PlacementState

_OPEN = sa.text("state IN ('queued', 'review', 'placed')")
_LOOKED_AT = sa.text("review_on IS NOT NULL")


class Placement(SQLModel, table=True):
    """One placement of an account with an agency, from the request to its end. An account has at most one open.

    `review_on` is the next day on which the nightly run must review it: a waiting one that may be sent, one without an
    acknowledgment, a suspension that ends, one without a payment for too long. `rate_bp` is the commission in
    hundredths of a percent, fixed at placement. `not_with` holds the codes of agencies that had the account before.
    """

    __table_args__ = (
        Index("uq_placement_open", "account_id", unique=True, postgresql_where=_OPEN, sqlite_where=_OPEN),
        Index("ix_placement_account", "account_id"),
        Index("ix_placement_look", "review_on", postgresql_where=_LOOKED_AT, sqlite_where=_LOOKED_AT),
        Index("ix_placement_agency", "agency_id", "placed_on"),
        Index("ix_placement_file", "file_id"),
    )

    id: int = Field(primary_key=True, sa_type=Key)
    account_id: int = Field(sa_type=Key, foreign_key="account.id")
    guarantor_id: int = Field(sa_type=Key, foreign_key="person.id")
    creditor_id: int = Field(sa_type=Key, foreign_key="creditor.id")
    pool: str
    state: str = Field(default=PlacementState.QUEUED, sa_type=ShortText)
    wanted_on: date
    wanted_by: str
    review_on: date | None = None
    blocked_by: str | None = None
    blocked_until: date | None = None
    blocked_why: str | None = None
    approved_by: str | None = None
    not_with: str = ""
    agency_id: int | None = Field(default=None, sa_type=Key, foreign_key="agency.id")
    file_id: int | None = Field(default=None, sa_type=Key, foreign_key="agency_file.id")
    role: str | None = Field(default=None, sa_type=ShortText)
    placed_on: date | None = None
    placed_cents: int = Field(default=0, sa_type=sa.BigInteger)
    age_days: int | None = None
    rate_bp: int = 0
    direct_bp: int = 0
    no_eca_before: date | None = None
    acknowledged_on: date | None = None
    their_number: str | None = None
    suspended_until: date | None = None
    last_paid_on: date | None = None
    ended_on: date | None = None
    ended_code: str | None = None
    ended_cents: int = Field(default=0, sa_type=sa.BigInteger)
    earns_until: date | None = None


class PlacementEntry(SQLModel, table=True):
    """A ledger entry posted while its account was with an agency, or received from the agency afterwards (`late`)."""

    __tablename__ = "placement_entry"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (Index("ix_placement_entry_placement", "placement_id"),)

    entry_id: int = Field(primary_key=True, sa_type=Key)
    placement_id: int = Field(sa_type=Key, foreign_key="placement.id")
    on: date
    kind: str = Field(sa_type=ShortText)
    amount_cents: int = Field(sa_type=sa.BigInteger)
    late: bool = False


class AgencyNotice(SQLModel, table=True):
    """A notice for an agency about an account that it has, or had. `file_id` is empty until the notice was sent."""

    __tablename__ = "agency_notice"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        Index(
            "ix_agency_notice_untold",
            "agency_id",
            postgresql_where=sa.text("file_id IS NULL"),
            sqlite_where=sa.text("file_id IS NULL"),
        ),
        Index("ix_agency_notice_placement", "placement_id"),
        Index("ix_agency_notice_account", "account_id"),
        Index("ix_agency_notice_file", "file_id"),
    )

    id: int = Field(primary_key=True, sa_type=Key)
    agency_id: int = Field(sa_type=Key, foreign_key="agency.id")
    placement_id: int = Field(sa_type=Key, foreign_key="placement.id")
    account_id: int = Field(sa_type=Key, foreign_key="account.id")
    kind: str = Field(sa_type=ShortText)
    on: date
    amount_cents: int = Field(default=0, sa_type=sa.BigInteger)
    balance_cents: int = Field(default=0, sa_type=sa.BigInteger)
    until: date | None = None
    reason: str = ""
    entry_id: int | None = Field(default=None, sa_type=Key)
    claimed: bool = False
    file_id: int | None = Field(default=None, sa_type=Key, foreign_key="agency_file.id")


class BadDebt(SQLModel, table=True):
    """A line of the Medicare bad debt log, with the evidence required by 42 CFR 413.89 as of that day."""

    __tablename__ = "bad_debt"  # pyright: ignore[reportAssignmentType]

    account_id: int = Field(primary_key=True, sa_type=Key, foreign_key="account.id")
    listed_on: date
    first_bill_on: date
    ceased_on: date
    agency: str | None = None
    placed_on: date | None = None
    returned_on: date | None = None
    balance_cents: int = Field(sa_type=sa.BigInteger)
    efforts: str
    missing: str = ""
    claimed_on: date | None = None


class AccountFact(SQLModel, table=True):
    """A compliance fact of an account, on the day that it occurred: a notice sent, a screening completed."""

    __tablename__ = "account_fact"  # pyright: ignore[reportAssignmentType]
    __table_args__ = ({"sqlite_with_rowid": False},)

    account_id: int = Field(primary_key=True, sa_type=Key, foreign_key="account.id")
    name: str = Field(primary_key=True, sa_type=ShortText)
    on: date
    set_on: date
    set_by: str
    source: str = ""
    amount_cents: int | None = Field(default=None, sa_type=sa.BigInteger)

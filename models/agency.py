"""Agencies that collect for the practice, the files exchanged with them, and what they report."""

from datetime import date

import sqlalchemy as sa
from sqlmodel import Field, Index, SQLModel

from models.columns import Key, ShortText
from models.enums import AgencyFileState

_UNDER_WAY = sa.text("state IN ('open', 'made', 'renaming', 'unsure')")


class Agency(SQLModel, table=True):
    """An agency by its code. Its agreement is a text of the practice that a manager publishes, by version."""

    id: int = Field(primary_key=True, sa_type=Key)
    code: str = Field(unique=True)
    name: str
    tier: int
    since: date


class AgencyFile(SQLModel, table=True):
    """A file to or from an agency. `sequence` counts the files of one kind that were sent to it.

    `sha256` is the digest of the file on disk: what is sent, or what was received. A received file is imported once.
    """

    __tablename__ = "agency_file"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        Index(
            "uq_agency_file_sequence",
            "agency_id",
            "kind",
            "sequence",
            unique=True,
            postgresql_where=sa.text("sequence IS NOT NULL"),
            sqlite_where=sa.text("sequence IS NOT NULL"),
        ),
        Index(
            "uq_agency_file_in",
            "agency_id",
            "sha256",
            unique=True,
            postgresql_where=sa.text("sequence IS NULL"),
            sqlite_where=sa.text("sequence IS NULL"),
        ),
        Index("ix_agency_file_unsent", "state", postgresql_where=_UNDER_WAY, sqlite_where=_UNDER_WAY),
    )

    id: int = Field(primary_key=True, sa_type=Key)
    agency_id: int = Field(sa_type=Key, foreign_key="agency.id")
    kind: str = Field(sa_type=ShortText)
    name: str
    sequence: int | None = None
    state: str = Field(default=AgencyFileState.MADE, sa_type=ShortText)
    layout: str
    lines: int
    total_cents: int = Field(default=0, sa_type=sa.BigInteger)
    sha256: str
    on: date
    sent_on: date | None = None
    tries: int = 0
    problem: str | None = None


class RemitLine(SQLModel, table=True):
    """One line of a remittance: what the agency reports as collected and kept, and what the contract allows it to keep.

    Amounts are cents. `commission_cents` and `net_cents` are as reported; `expected_cents` is the commission under the
    contract.
    """

    __tablename__ = "remit_line"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        sa.UniqueConstraint("agency_id", "reference", name="uq_remit_line_reference"),
        Index("ix_remit_line_placement", "placement_id"),
        Index("ix_remit_line_on", "agency_id", "on"),
    )

    id: int = Field(primary_key=True, sa_type=Key)
    agency_id: int = Field(sa_type=Key, foreign_key="agency.id")
    file_id: int = Field(sa_type=Key, foreign_key="agency_file.id")
    line: int
    placement_id: int = Field(sa_type=Key, foreign_key="placement.id")
    kind: str = Field(sa_type=ShortText)
    reference: str
    on: date
    paid_on: date
    gross_cents: int = Field(sa_type=sa.BigInteger)
    commission_cents: int = Field(sa_type=sa.BigInteger)
    net_cents: int = Field(sa_type=sa.BigInteger)
    expected_cents: int = Field(sa_type=sa.BigInteger)
    difference: str | None = None


class Complaint(SQLModel, table=True):
    """A complaint about an agency, made to the agency or to the practice."""

    id: int = Field(primary_key=True, sa_type=Key)
    agency_id: int = Field(sa_type=Key, foreign_key="agency.id", index=True)
    account_id: int = Field(sa_type=Key, foreign_key="account.id")
    on: date
    reported_by: str
    note: str

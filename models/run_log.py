"""Imported files and completed runs."""

from datetime import date

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from models.columns import Key, ShortText


class IntakeFile(SQLModel, table=True):
    """An imported file, identified by its SHA-256. Importing it again changes nothing."""

    __tablename__ = "intake_file"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (sa.UniqueConstraint("sha256", "kind", "options", name="uq_intake_file"),)

    id: int = Field(primary_key=True, sa_type=Key)
    sha256: str
    kind: str = Field(sa_type=ShortText)
    options: str
    name: str
    taken_on: date
    rows: int
    taken: int
    rejected: int
    reject_file: str | None = None
    known: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    taken_cents: int = Field(default=0, sa_type=sa.BigInteger, sa_column_kwargs={"server_default": "0"})
    known_cents: int = Field(default=0, sa_type=sa.BigInteger, sa_column_kwargs={"server_default": "0"})
    rejected_cents: int = Field(default=0, sa_type=sa.BigInteger, sa_column_kwargs={"server_default": "0"})


class DayStage(SQLModel, table=True):
    """The counts of one stage of one business date, as JSON. A stage that is rerun adds its new counts."""

    __tablename__ = "day_stage"  # pyright: ignore[reportAssignmentType]

    business_date: date = Field(primary_key=True)
    stage: str = Field(primary_key=True)
    counts: str

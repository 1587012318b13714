"""What was taken in and what was run."""

from datetime import date

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from models.columns import Key, ShortText


class IntakeFile(SQLModel, table=True):
    """A file that was taken in, known by its SHA-256: taken a second time it changes nothing."""

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
    """What one stage of one business date counted, as JSON; a stage run again adds what it newly did."""

    __tablename__ = "day_stage"  # pyright: ignore[reportAssignmentType]

    business_date: date = Field(primary_key=True)
    stage: str = Field(primary_key=True)
    counts: str

"""Settings that a manager set for the whole practice."""

from datetime import date

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from models.columns import Key


class Setting(SQLModel, table=True):
    """One value that was set, as JSON. A change is a new version, which records who set what, and when."""

    name: str = Field(primary_key=True)
    version: int = Field(primary_key=True)
    value: str
    set_on: date
    set_by: str
    reason: str = ""


class ConfigTable(SQLModel, table=True):
    """A table of the practice as YAML (the ranking of calls, the call results), as a manager published it.

    `shipped`: the practice returned to the shipped table, whose text at that time is stored.
    """

    __tablename__ = "config_table"  # pyright: ignore[reportAssignmentType]

    name: str = Field(primary_key=True)
    version: int = Field(primary_key=True)
    text: str
    published_on: date
    published_by: str
    reason: str = ""
    shipped: bool = False


class PracticeLimit(SQLModel, table=True):
    """A limit that is stricter than the law, for a creditor (empty: all) and a state (empty: all).

    The newest row of a name, creditor and state applies. An empty value removes the limit.
    """

    __tablename__ = "practice_limit"  # pyright: ignore[reportAssignmentType]

    id: int = Field(primary_key=True, sa_type=Key)
    name: str
    creditor: str = ""
    state: str = ""
    value: str | None = None
    set_on: date
    set_by: str
    reason: str = ""


class CreditorChange(SQLModel, table=True):
    """A change of a creditor by a manager or an account file: what was changed, before and after, as JSON by column."""

    __tablename__ = "creditor_change"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (Index("ix_creditor_change_creditor_id", "creditor_id", "id"),)

    id: int = Field(primary_key=True, sa_type=Key)
    creditor_id: int = Field(foreign_key="creditor.id", sa_type=Key)
    before: str
    after: str
    on: date
    by: str
    reason: str

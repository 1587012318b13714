"""Settings that a manager set for the whole practice."""

from datetime import date

from sqlmodel import Field, SQLModel

from models.columns import Key


class Setting(SQLModel, table=True):
    """One value that was set, as JSON. A change is a new version, which records who set what, and when."""

    name: str = Field(primary_key=True)
    version: int = Field(primary_key=True)
    value: str
    set_on: date
    set_by: str


class ConfigTable(SQLModel, table=True):
    """A table of the practice as YAML (the ranking of calls, the call results), as a manager published it."""

    __tablename__ = "config_table"  # pyright: ignore[reportAssignmentType]

    name: str = Field(primary_key=True)
    version: int = Field(primary_key=True)
    text: str
    published_on: date
    published_by: str


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

"""What a manager set for the whole house."""

from datetime import date

from sqlmodel import Field, SQLModel


class Setting(SQLModel, table=True):
    """One value that was set, as JSON. A change is a new version, so that it is known who set what, and when."""

    name: str = Field(primary_key=True)
    version: int = Field(primary_key=True)
    value: str
    set_on: date
    set_by: str

"""Who makes the calls, and which collector a guarantor is assigned to."""

from datetime import date

from sqlmodel import Field, SQLModel

from models.columns import Key


class Collector(SQLModel, table=True):
    """A person who makes calls.

    `languages` such as ``en,es``; `creditors` by their ids, the ones the collector works for (empty: all).
    """

    name: str = Field(primary_key=True)
    languages: str = "en"
    calls_a_day: int = 60
    creditors: str = ""
    here: bool = True


class CallOwner(SQLModel, table=True):
    """The collector who is assigned a guarantor's calls while present: the one who made the promise or the plan."""

    __tablename__ = "call_owner"  # pyright: ignore[reportAssignmentType]
    __table_args__ = ({"sqlite_with_rowid": False},)

    guarantor_id: int = Field(primary_key=True, sa_type=Key, foreign_key="person.id")
    creditor_id: int = Field(primary_key=True, sa_type=Key, foreign_key="creditor.id")
    collector: str
    since: date
    why: str

"""Who is owed."""

from sqlmodel import Field, SQLModel

from models.columns import Id, Word


class Creditor(SQLModel, table=True):
    """A practice or a hospital: what its letters say of it, and what the law asks of it."""

    id: int = Field(primary_key=True, sa_type=Id)
    external_id: str = Field(unique=True)
    name: str
    kind: str = Field(sa_type=Word)
    ein: str | None = None
    npi: str | None = None
    address1: str | None = None
    address2: str | None = None
    city: str | None = None
    state: str
    zip: str | None = None
    phone: str | None = None
    phone_hours: str = "Monday to Friday, 8:00 am to 5:00 pm"
    timezone: str | None = None
    accent: str = "1F4E79"

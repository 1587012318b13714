"""The provider that is owed."""

from sqlmodel import Field, SQLModel

from models.columns import Key, ShortText


class Creditor(SQLModel, table=True):
    """A practice or a hospital: what its letters state about it, and what the law requires of it.

    The remit address is its own address if none is set. The logo's size on paper is in EMU.
    """

    id: int = Field(primary_key=True, sa_type=Key)
    external_id: str = Field(unique=True)
    name: str
    kind: str = Field(sa_type=ShortText)
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
    phone_hours_es: str = "lunes a viernes, de 8:00 am a 5:00 pm"
    remit_name: str | None = None
    remit_address1: str | None = None
    remit_address2: str | None = None
    remit_city: str | None = None
    remit_state: str | None = None
    remit_zip: str | None = None
    pay_online: str = ""
    assistance_url: str = ""
    logo_digest: str | None = None
    logo_suffix: str = ""
    logo_width: int = 0
    logo_height: int = 0
    email_from: str | None = None
    voicemail_name: str | None = None

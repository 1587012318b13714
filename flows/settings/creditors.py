"""How a creditor's letters look and where its payments go, changed by a manager."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import TypedDict

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from flows.settings.contact_checks import check_number
from flows.settings.templates.commands import keep
from letters.docx.pictures import logo_from
from letters.wording.values import is_colour
from models import Creditor
from models.columns import AnyRow, ColumnValues, columns_as, table
from models.database import Transaction
from models.errors import BadInput, NotFound

CREDITOR = table(Creditor)

LOOK = (
    "phone",
    "phone_hours",
    "phone_hours_es",
    "accent",
    "remit_name",
    "remit_address1",
    "remit_address2",
    "remit_city",
    "remit_state",
    "remit_zip",
    "pay_online",
    "assistance_url",
    "email_from",
    "voicemail_name",
)
"""What a manager can change about a creditor; the rest comes with its file."""


WEB_ADDRESSES = ("pay_online", "assistance_url")

_WEB_ADDRESS = re.compile(r"(https://)?([a-z0-9][a-z0-9-]*\.)+[a-z]{2,}(:\d{1,5})?(/[^\s<>]*)?", re.IGNORECASE)
"""A page as letters print it: with https:// or without a scheme, and never another one."""


def is_web_address(text: str) -> bool:
    """Whether a text is the address of a page."""
    return _WEB_ADDRESS.fullmatch(text) is not None


def creditor_row(conn: Connection, external_id: str) -> AnyRow:
    """A creditor by its id in the file. Raises NotFound with the existing ones."""
    row = conn.execute(sa.select(CREDITOR).where(CREDITOR.c.external_id == external_id)).first()
    if row is None:
        there = conn.execute(sa.select(CREDITOR.c.external_id).order_by(CREDITOR.c.external_id).limit(10)).scalars()
        raise NotFound(f'there is no creditor "{external_id}"', f"the creditors are {', '.join(there) or 'none yet'}")
    return row


class CreditorLine(TypedDict):
    """A creditor with all that is set for it."""

    id: int
    external_id: str
    name: str
    kind: str
    ein: str | None
    npi: str | None
    address1: str | None
    address2: str | None
    city: str | None
    state: str
    zip: str | None
    phone: str | None
    phone_hours: str
    timezone: str | None
    accent: str
    phone_hours_es: str
    remit_name: str | None
    remit_address1: str | None
    remit_address2: str | None
    remit_city: str | None
    remit_state: str | None
    remit_zip: str | None
    pay_online: str
    assistance_url: str
    logo_digest: str | None
    logo_suffix: str
    logo_width: int
    logo_height: int
    email_from: str | None
    voicemail_name: str | None


def list_creditors(conn: Connection) -> list[CreditorLine]:
    """Every creditor with all that is set for it."""
    query = sa.select(CREDITOR).order_by(CREDITOR.c.external_id)
    return [columns_as(CreditorLine, row) for row in conn.execute(query)]


def change_creditor(
    tx: Transaction, external_id: str, changes: Mapping[str, str], logo: Path | None = None
) -> CreditorLine:
    """Change how a creditor's letters look; returns what is now set. A logo is stored permanently by its content.

    Raises BadInput for an invalid value, LetterFault for an image that can't be a logo.
    """
    row = creditor_row(tx.conn, external_id)
    if strange := sorted(set(changes) - set(LOOK)):
        raise BadInput(f"{strange[0]} can't be changed here", f"change one of {', '.join(LOOK)}")
    wanted = {name: changes[name].strip() for name in changes}
    if "accent" in wanted and not is_colour(wanted["accent"]):
        raise BadInput(f'"{wanted["accent"]}" is not a color', "enter six digits or letters, such as #14606B")
    if "email_from" in wanted and "@" not in wanted["email_from"]:
        raise BadInput(f'"{wanted["email_from"]}" is not a valid e-mail address')
    check_number(wanted.get("phone"))
    for name in WEB_ADDRESSES:
        if wanted.get(name) and not is_web_address(wanted[name]):
            raise BadInput(
                f"{name} must be a web address, such as pay.example.org or https://example.org/pay",
                f'not "{wanted[name]}"',
            )
    values: ColumnValues = {**wanted}
    if logo is not None:
        content = logo.read_bytes()
        found = logo_from(content, logo.name)
        keep(tx, logo.name, content)
        values.update(
            logo_digest=found.digest, logo_suffix=found.suffix, logo_width=found.width, logo_height=found.height
        )
    if values:
        tx.conn.execute(sa.update(CREDITOR).where(CREDITOR.c.id == row.id).values(**values))
    return columns_as(CreditorLine, tx.conn.execute(sa.select(CREDITOR).where(CREDITOR.c.id == row.id)).one())

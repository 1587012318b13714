"""How a creditor's letters look and where its payments go, changed by a manager."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from flows.settings.contact_checks import check_number
from flows.settings.templates.commands import keep
from letters.docx.pictures import logo_from
from letters.wording.values import is_colour
from models import Creditor
from models.columns import AnyRow, table
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
    """A creditor by the id that its file gives it. Raises BadInput, naming those there are."""
    row = conn.execute(sa.select(CREDITOR).where(CREDITOR.c.external_id == external_id)).first()
    if row is None:
        there = conn.execute(sa.select(CREDITOR.c.external_id).order_by(CREDITOR.c.external_id).limit(10)).scalars()
        raise NotFound(f'there is no creditor "{external_id}"', f"there are {', '.join(there) or 'none yet'}")
    return row


def list_creditors(conn: Connection) -> list[dict[str, Any]]:
    """Every creditor with all that is set for it."""
    return [dict(row) for row in conn.execute(sa.select(CREDITOR).order_by(CREDITOR.c.external_id)).mappings()]


def change_creditor(
    tx: Transaction, external_id: str, changes: Mapping[str, str], logo: Path | None = None
) -> dict[str, Any]:
    """Change how a creditor's letters look; gives what is now set. A logo is kept for ever by its content.

    Raises BadInput for a value that it cannot have, LetterFault for a picture that cannot be a logo.
    """
    row = creditor_row(tx.conn, external_id)
    if strange := sorted(set(changes) - set(LOOK)):
        raise BadInput(f"{strange[0]} cannot be changed here", f"there are {', '.join(LOOK)}")
    values: dict[str, Any] = {name: changes[name].strip() for name in changes}
    if "accent" in values and not is_colour(values["accent"]):
        raise BadInput(f'"{values["accent"]}" is no colour', "give six digits and letters, such as #14606B")
    if "email_from" in values and "@" not in values["email_from"]:
        raise BadInput(f'"{values["email_from"]}" is no e-mail address')
    check_number(values.get("phone"))
    for name in WEB_ADDRESSES:
        if values.get(name) and not is_web_address(values[name]):
            raise BadInput(
                f"{name} is a web address, such as pay.example.org or https://example.org/pay", f'not "{values[name]}"'
            )
    if logo is not None:
        content = logo.read_bytes()
        found = logo_from(content, logo.name)
        keep(tx, logo.name, content)
        values.update(
            logo_digest=found.digest, logo_suffix=found.suffix, logo_width=found.width, logo_height=found.height
        )
    if values:
        tx.conn.execute(sa.update(CREDITOR).where(CREDITOR.c.id == row.id).values(**values))
    return dict(tx.conn.execute(sa.select(CREDITOR).where(CREDITOR.c.id == row.id)).mappings().one())

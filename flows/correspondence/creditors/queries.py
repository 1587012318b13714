"""The creditors as they are set, and every change of them."""

import hashlib
from collections.abc import Mapping
from datetime import date
from typing import NamedTuple, TypedDict

import orjson
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from flows.correspondence.creditors.looks import FILE_LABELS, LOGO, LOOK, Look, look_differences
from flows.settings.tables.difference import Difference
from models import Creditor, CreditorChange
from models.columns import AnyRow, columns_as, table
from models.errors import NotFound
from models.ids import CreditorId

CHANGE = table(CreditorChange)
CREDITOR = table(Creditor)


def creditor_row(conn: Connection, external_id: str) -> AnyRow:
    """A creditor by its id in the file. Raises NotFound with the existing ones."""
    row = conn.execute(sa.select(CREDITOR).where(CREDITOR.c.external_id == external_id)).first()
    if row is None:
        there = conn.execute(sa.select(CREDITOR.c.external_id).order_by(CREDITOR.c.external_id).limit(10)).scalars()
        raise NotFound(f'there is no creditor "{external_id}"', f"the creditors are {', '.join(there) or 'none yet'}")
    return row


def creditor_names(conn: Connection) -> dict[int, str]:
    """The names of all creditors by their key, in the order of the names."""
    query = sa.select(CREDITOR.c.id, CREDITOR.c.name).order_by(CREDITOR.c.name, CREDITOR.c.id)
    return {row.id: row.name for row in conn.execute(query)}


def creditor_by_id(conn: Connection, creditor_id: CreditorId) -> AnyRow:
    """A creditor by its number. Raises NotFound."""
    row = conn.execute(sa.select(CREDITOR).where(CREDITOR.c.id == creditor_id)).first()
    if row is None:
        raise NotFound(f"creditor {creditor_id} was not found", "open the list of creditors")
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


class CreditorVersion(NamedTuple):
    """A change of a creditor: by whom, when and why, and what it changed."""

    id: int
    on: date
    by: str
    reason: str
    changes: list[Difference]


def look_of(row: AnyRow) -> dict[str, str | None]:
    """What a manager can set of a creditor, and its logo."""
    return {name: getattr(row, name) for name in (*LOOK, LOGO[0])}


def mark_of(look: Look) -> str:
    """A short text that changes with any value of a look, so that a later change is noticed."""
    return hashlib.sha256(orjson.dumps(dict(look), option=orjson.OPT_SORT_KEYS)).hexdigest()[:16]


def creditor_history(conn: Connection, external_id: str) -> list[CreditorVersion]:
    """The changes of a creditor, the newest first. Raises NotFound."""
    row = creditor_row(conn, external_id)
    return [
        CreditorVersion(
            one.id, one.on, one.by, one.reason, look_differences(orjson.loads(one.before), orjson.loads(one.after))
        )
        for one in _changes(conn, row.id)
    ]


def values_after(conn: Connection, row: AnyRow, change: int) -> Mapping[str, object]:
    """What to set so that a creditor is as it was after a change; 0: as before the first one. Raises NotFound.

    Values that only the account file changes stay as they are.
    """
    rows = _changes(conn, row.id)
    if change and all(one.id != change for one in rows):
        raise NotFound(f"{row.name} has no change {change}", "list its history for the numbers")
    values: dict[str, object] = {}
    for one in rows:
        if one.id > change:
            values |= orjson.loads(one.before)
    return {name: value for name, value in values.items() if name not in FILE_LABELS}


def _changes(conn: Connection, creditor_id: int) -> list[AnyRow]:
    query = sa.select(CHANGE).where(CHANGE.c.creditor_id == creditor_id).order_by(CHANGE.c.id.desc())
    return list(conn.execute(query))

"""Changing how a creditor's letters look; every change is recorded with its reason, and can be undone."""

from collections.abc import Mapping
from typing import NamedTuple

import orjson
import sqlalchemy as sa

from flows.correspondence.creditors.looks import LOGO, checked_look, look_differences
from flows.correspondence.creditors.queries import (
    CREDITOR,
    CreditorLine,
    creditor_row,
    look_of,
    mark_of,
    values_after,
)
from flows.settings.reasons import NO_REASON, require_reason
from flows.settings.tables.difference import Difference
from flows.settings.templates.commands import keep
from letters.docx.pictures import logo_from
from models import CreditorChange
from models.columns import AnyRow, columns_as
from models.database import Transaction
from models.errors import Refused


class Picture(NamedTuple):
    """A picture file: its name and its content."""

    name: str
    content: bytes


class LookChanged(Refused):
    """A creditor was changed meanwhile: what changed since it was shown, and the mark of its present values."""

    def __init__(self, name: str, mark: str, changes: list[Difference]) -> None:
        what = "".join(f": {one.sentence}" if place == 0 else f" {one.sentence}" for place, one in enumerate(changes))
        super().__init__(f"{name} was changed in the meantime{what}", "read it again, and add your change")
        self.mark = mark
        self.changes = changes


def change_creditor(
    tx: Transaction,
    external_id: str,
    changes: Mapping[str, str],
    logo: Picture | None = None,
    reason: str = NO_REASON,
    *,
    no_logo: bool = False,
) -> CreditorLine:
    """Change how a creditor's letters look; returns what is now set. A logo is stored permanently by its content.

    `no_logo` removes the logo. Raises NotFound, and BadInput for a value or a picture that is invalid, or an empty
    reason.
    """
    require_reason(reason)
    row = creditor_row(tx.conn, external_id)
    values: dict[str, object] = {**checked_look(look_of(row), changes)}
    if no_logo:
        values |= dict(zip(LOGO, (None, "", 0, 0), strict=True))
    if logo is not None:
        values |= _logo(tx, logo)
    return _set(tx, row, values, reason)


def require_look(row: AnyRow, seen: str, shown: Mapping[str, str | None]) -> None:
    """Raise LookChanged if a creditor is not as it was shown; `seen` is the mark of the newest values shown."""
    now = look_of(row)
    if mark_of(now) != seen:
        raise LookChanged(row.name, mark_of(now), look_differences(shown, now))


def restore_creditor(tx: Transaction, external_id: str, change: int, reason: str) -> CreditorLine:
    """Return a creditor to its values after a change; 0: to those before the first one. Raises NotFound, Refused."""
    require_reason(reason)
    row = creditor_row(tx.conn, external_id)
    values = values_after(tx.conn, row, change)
    if all(getattr(row, name) == value for name, value in values.items()):
        raise Refused(f"{row.name} has these values already", "nothing was changed")
    return _set(tx, row, values, reason)


FILE_REASON = "Values of the account file"


def change_by_file(tx: Transaction, creditor_id: int, values: Mapping[str, object], file: str) -> bool:
    """Bring a creditor up to date with an account file, in its transaction; whether that changed anything."""
    row = tx.conn.execute(sa.select(CREDITOR).where(CREDITOR.c.id == creditor_id)).one()
    return _store(tx, row, values, f"file {file}", FILE_REASON)


def _logo(tx: Transaction, logo: Picture) -> dict[str, object]:
    found = logo_from(logo.content, logo.name)
    keep(tx, logo.name, logo.content)
    return dict(zip(LOGO, (found.digest, found.suffix, found.width, found.height), strict=True))


def _set(tx: Transaction, row: AnyRow, values: Mapping[str, object], reason: str) -> CreditorLine:
    _store(tx, row, values, tx.actor, reason)
    return columns_as(CreditorLine, tx.conn.execute(sa.select(CREDITOR).where(CREDITOR.c.id == row.id)).one())


def _store(tx: Transaction, row: AnyRow, values: Mapping[str, object], by: str, reason: str) -> bool:
    """Store the values that differ, with a line of the creditor's history; nothing if none does."""
    changed = {name: value for name, value in values.items() if getattr(row, name) != value}
    if changed:
        tx.conn.execute(sa.update(CREDITOR).where(CREDITOR.c.id == row.id).values(**changed))
        line = {
            "id": tx.ids(CreditorChange, 1)[0],
            "creditor_id": row.id,
            "before": orjson.dumps({name: getattr(row, name) for name in changed}).decode(),
            "after": orjson.dumps(changed).decode(),
            "on": tx.business_date,
            "by": by,
            "reason": reason.strip(),
        }
        tx.insert(CreditorChange, [line])
    return bool(changed)

"""The latest calls with their results, for the user who comes back to one."""

from datetime import date, datetime
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from flows.calls.queries import CONTACT, CREDITOR, PERSON
from flows.conversations.undo import can_undo
from models.columns import AnyRow
from models.errors import NotFound
from models.ids import PersonId

RECENT = 25


class RecentCall(NamedTuple):
    """A call with its result; `undoable`: without a reason, by the user who asks."""

    id: int
    task: int | None
    guarantor_id: PersonId
    guarantor: str
    creditor: str
    creditor_id: int
    made_on: date
    at: str
    result: str
    note: str | None
    inbound: bool
    made_by: str
    undoable: bool


_CALLS = (
    sa.select(CONTACT, PERSON.c.first_name, PERSON.c.last_name, CREDITOR.c.name)
    .join(PERSON, PERSON.c.id == CONTACT.c.guarantor_id)
    .join(CREDITOR, CREDITOR.c.id == CONTACT.c.creditor_id)
)


def recent_calls(
    conn: Connection, actor: str, now: datetime, *, by: str | None, since: date, at_most: int = RECENT
) -> list[RecentCall]:
    """The latest calls of a user, or of all for `by` None, the latest first. By ix_contact_made."""
    query = (
        _CALLS.where(CONTACT.c.kind == "call", CONTACT.c.made_on >= since)
        .order_by(CONTACT.c.at.desc(), CONTACT.c.id.desc())
        .limit(at_most)
    )
    if by is not None:
        query = query.where(CONTACT.c.made_by == by)
    return [_recent(row, actor, now) for row in conn.execute(query)]


def last_result_of(conn: Connection, task_id: int, actor: str, now: datetime) -> RecentCall | None:
    """The latest result of a call."""
    row = conn.execute(_CALLS.where(CONTACT.c.task_id == task_id).order_by(CONTACT.c.id.desc())).first()
    return None if row is None else _recent(row, actor, now)


def _recent(row: AnyRow, actor: str, now: datetime) -> RecentCall:
    return RecentCall(
        row.id,
        row.task_id,
        row.guarantor_id,
        f"{row.first_name} {row.last_name}",
        row.name,
        row.creditor_id,
        row.made_on,
        row.at,
        row.disposition,
        row.note,
        row.inbound,
        row.made_by,
        can_undo(row, actor, now),
    )


def call_result(conn: Connection, attempt_id: int) -> AnyRow:
    """A recorded call. Raises NotFound."""
    row = conn.execute(sa.select(CONTACT).where(CONTACT.c.id == attempt_id, CONTACT.c.kind == "call")).first()
    if row is None:
        raise NotFound(f"call result {attempt_id} was not found", "go back to My calls")
    return row

"""Queries about agencies: terms and pools, placements, the placement queue, pending notices."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from flows.accounts.placed import PLACED
from flows.agency_handoff.placement.choose import Room
from models import Account, Agency, AgencyFile, AgencyNotice, ConfigTable, Creditor, Person, Placement, PlacementEntry
from models.columns import AnyRow, AnySelect, in_keys, table
from models.database import batches, group_by_key
from models.enums import AgencyFileState, NoticeKind, PlacementState
from models.errors import NotFound

ACCOUNT = table(Account)
AGENCY = table(Agency)
AGENCY_FILE = table(AgencyFile)
CONFIG_TABLE = table(ConfigTable)
CREDITOR = table(Creditor)
NOTICE = table(AgencyNotice)
PERSON = table(Person)
PLACEMENT = table(Placement)
PLACEMENT_ENTRY = table(PlacementEntry)


NOT_CANCELLED = sa.and_(PLACEMENT.c.placed_on.is_not(None), PLACEMENT.c.state != PlacementState.CANCELLED.value)
"""Placements that were sent to their agency."""


def month_after(day: date) -> date:
    """The first day of the month after a date."""
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)


def agency_row(conn: Connection, code: str) -> AnyRow:
    """An agency by its code. Raises NotFound."""
    row = conn.execute(sa.select(AGENCY).where(AGENCY.c.code == code)).first()
    if row is None:
        known = ", ".join(sorted(conn.execute(sa.select(AGENCY.c.code)).scalars())) or "none"
        raise NotFound(f'agency "{code}" was not found', f"the agencies are {known}")
    return row


def waiting_by_guarantor(conn: Connection, today: date) -> dict[int, list[int]]:
    """The queued placements due for processing today, by guarantor; by ix_placement_look."""
    waiting = PLACEMENT.c.state == PlacementState.QUEUED.value
    query = sa.select(PLACEMENT.c.guarantor_id, PLACEMENT.c.id).where(PLACEMENT.c.review_on <= today, waiting)
    return group_by_key((row[0], row[1]) for row in sorted(conn.execute(query)))


def rooms_used(conn: Connection, today: date) -> dict[str, Room]:
    """What was placed with each agency this month so far, by ix_placement_agency."""
    first = today.replace(day=1)
    query = (
        sa.select(AGENCY.c.code, sa.func.count(), sa.func.coalesce(sa.func.sum(PLACEMENT.c.placed_cents), 0))
        .join(AGENCY, AGENCY.c.id == PLACEMENT.c.agency_id)
        .where(PLACEMENT.c.placed_on >= first, PLACEMENT.c.placed_on < month_after(today), NOT_CANCELLED)
        .group_by(AGENCY.c.code)
    )
    return {row[0]: Room(int(row[1]), int(row[2])) for row in conn.execute(query)}


def unreported_cancels(conn: Connection, account_ids: Sequence[int]) -> set[int]:
    """Those of these accounts whose agency is not notified of the recall yet."""
    found: set[int] = set()
    for part in batches(account_ids):
        query = (
            sa.select(NOTICE.c.account_id)
            .outerjoin(AGENCY_FILE, AGENCY_FILE.c.id == NOTICE.c.file_id)
            .where(in_keys(NOTICE.c.account_id, part), NOTICE.c.kind == NoticeKind.CANCEL.value)
            .where(sa.or_(AGENCY_FILE.c.id.is_(None), AGENCY_FILE.c.state != AgencyFileState.SENT.value))
        )
        found.update(conn.execute(query).scalars())
    return found


def agencies_of_guarantors(conn: Connection, guarantors: Sequence[int]) -> dict[int, list[str]]:
    """The agencies that have accounts of these guarantors now, by guarantor."""
    found: list[tuple[int, str]] = []
    for part in batches(guarantors):
        query = (
            sa.select(ACCOUNT.c.guarantor_id, AGENCY.c.code)
            .join(PLACEMENT, PLACEMENT.c.id == ACCOUNT.c.placement_id)
            .join(AGENCY, AGENCY.c.id == PLACEMENT.c.agency_id)
            .where(in_keys(ACCOUNT.c.guarantor_id, part))
            .distinct()
        )
        found += [(row[0], row[1]) for row in conn.execute(query)]
    return group_by_key(found)


def named_placements(*more: sa.ColumnElement[Any]) -> AnySelect:
    """Placements with the account's number and balance, the guarantor's name and the creditor's, and more columns."""
    return (
        sa.select(
            PLACEMENT,
            ACCOUNT.c.number,
            ACCOUNT.c.balance_cents,
            PERSON.c.first_name,
            PERSON.c.last_name,
            CREDITOR.c.name.label("creditor"),
            *more,
        )
        .join(ACCOUNT, ACCOUNT.c.id == PLACEMENT.c.account_id)
        .join(PERSON, PERSON.c.id == PLACEMENT.c.guarantor_id)
        .join(CREDITOR, CREDITOR.c.id == PLACEMENT.c.creditor_id)
    )


def accounts_with(conn: Connection, agency_id: int) -> Sequence[AnyRow]:
    """The accounts that an agency has now, with their placements and names, the longest placed first."""
    mine = named_placements().where(PLACEMENT.c.agency_id == agency_id, PLACED)
    return conn.execute(mine.order_by(PLACEMENT.c.placed_on, PLACEMENT.c.id)).all()

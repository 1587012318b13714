"""Reconciles an agency's money: the placed amount is still open, or was collected, adjusted, or returned."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, TypedDict

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from flows.accounts.placed import PLACED
from flows.agency_handoff.queries import ACCOUNT, AGENCY, NOT_CANCELLED, PLACEMENT, PLACEMENT_ENTRY, month_after
from models import RemitLine
from models.columns import table

REMIT = table(RemitLine)


class Remitted(TypedDict):
    """What an agency remitted in a month, in cents, and the amount by its contract."""

    gross_cents: int
    commission_cents: int
    expected_commission_cents: int
    net_cents: int
    lines_that_differ: int


class Month(Remitted):
    """A month, in cents: `opening` + `placed` = `collected` + `direct` + `adjusted` + `returned` + `closing`.

    `open_now` is set only for the current month: the balance today of the accounts at the agency, by their ledgers.
    `off` is its difference from `closing`; it must be 0. `late` was collected on accounts after they were returned.
    """

    agency: str
    month: str
    opening_cents: int
    placed_cents: int
    collected_cents: int
    direct_cents: int
    adjusted_cents: int
    returned_cents: int
    closing_cents: int
    late_cents: int
    open_now_cents: int | None
    off_cents: int


def reconcile(conn: Connection, today: date, months: int = 3, agency: str | None = None) -> list[Month]:
    """The last months of each agency, oldest first."""
    firsts = [month_before(today.replace(day=1), back) for back in range(months - 1, -1, -1)]
    rows: list[Month] = []
    query = sa.select(AGENCY).order_by(AGENCY.c.code)
    for row in conn.execute(query if agency is None else query.where(AGENCY.c.code == agency)).all():
        for first in firsts:
            rows.append(_month(conn, row.id, row.code, first, present=first == today.replace(day=1)))
    return rows


def month_before(first: date, back: int) -> date:
    """The first day of the month that is so many months before another."""
    for _ in range(back):
        first = (first - timedelta(days=1)).replace(day=1)
    return first


def _month(conn: Connection, agency_id: int, code: str, first: date, *, present: bool) -> Month:
    after = month_after(first)
    mine = sa.and_(PLACEMENT.c.agency_id == agency_id, NOT_CANCELLED)
    placed = _sum(conn, PLACEMENT.c.placed_cents, mine, _within(PLACEMENT.c.placed_on, first, after))
    returned = _sum(conn, PLACEMENT.c.ended_cents, mine, _within(PLACEMENT.c.ended_on, first, after))
    before = _sum(conn, PLACEMENT.c.placed_cents, mine, PLACEMENT.c.placed_on < first)
    gone = _sum(conn, PLACEMENT.c.ended_cents, mine, PLACEMENT.c.ended_on < first)
    moved = _entries(conn, agency_id, PLACEMENT_ENTRY.c.on < first)
    opening = before + sum(amount for (_, late), amount in moved.items() if not late) - gone
    entries = _entries(conn, agency_id, _within(PLACEMENT_ENTRY.c.on, first, after))
    collected, direct, adjusted = (-entries.get((kind, False), 0) for kind in ("collected", "direct", "adjusted"))
    closing = opening + placed - collected - direct - adjusted - returned
    open_now = _open_now(conn, agency_id) if present else None
    return Month(
        agency=code,
        month=f"{first:%Y-%m}",
        opening_cents=opening,
        placed_cents=placed,
        collected_cents=collected,
        direct_cents=direct,
        adjusted_cents=adjusted,
        returned_cents=returned,
        closing_cents=closing,
        late_cents=-entries.get(("collected", True), 0),
        **_remitted(conn, agency_id, first, after),
        open_now_cents=open_now,
        off_cents=0 if open_now is None else closing - open_now,
    )


def _within(column: sa.Column[Any], first: date, after: date) -> sa.ColumnElement[bool]:
    return sa.and_(column >= first, column < after)


def _sum(conn: Connection, column: sa.Column[Any], *where: sa.ColumnElement[bool]) -> int:
    return int(conn.execute(sa.select(sa.func.coalesce(sa.func.sum(column), 0)).where(*where)).scalar_one())


def _entries(conn: Connection, agency_id: int, when: sa.ColumnElement[bool]) -> dict[tuple[str, bool], int]:
    """Entries posted on an agency's placements, by kind and whether after their end."""
    entry = PLACEMENT_ENTRY.c
    query = (
        sa.select(entry.kind, entry.late, sa.func.sum(entry.amount_cents))
        .join(PLACEMENT, PLACEMENT.c.id == entry.placement_id)
        .where(PLACEMENT.c.agency_id == agency_id, when)
        .group_by(entry.kind, entry.late)
    )
    return {(row[0], bool(row[1])): int(row[2]) for row in conn.execute(query)}


def _open_now(conn: Connection, agency_id: int) -> int:
    query = (
        sa.select(sa.func.coalesce(sa.func.sum(ACCOUNT.c.balance_cents), 0))
        .join(PLACEMENT, PLACEMENT.c.account_id == ACCOUNT.c.id)
        .where(PLACEMENT.c.agency_id == agency_id, PLACED)
    )
    return int(conn.execute(query).scalar_one())


def _remitted(conn: Connection, agency_id: int, first: date, after: date) -> Remitted:
    line = REMIT.c
    columns: Sequence[sa.Column[Any]] = (line.gross_cents, line.commission_cents, line.expected_cents, line.net_cents)
    sums = [sa.func.coalesce(sa.func.sum(column), 0) for column in columns]
    differ = sa.func.count(line.difference)
    query = sa.select(*sums, differ).where(line.agency_id == agency_id, _within(line.on, first, after))
    gross, commission, expected, net, lines = map(int, conn.execute(query).one())
    return {
        "gross_cents": gross,
        "commission_cents": commission,
        "expected_commission_cents": expected,
        "net_cents": net,
        "lines_that_differ": lines,
    }

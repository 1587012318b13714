"""The open placement of an account: the agency, and what was collected."""

from collections.abc import Mapping, Sequence

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from flows.settings.contracts.terms import PlacedNow
from models import Agency, Placement, PlacementEntry
from models.columns import AnyRow, in_keys, table
from models.database import batches
from models.enums import PlacementState

AGENCY = table(Agency)
PLACEMENT = table(Placement)
PLACEMENT_ENTRY = table(PlacementEntry)


PLACED = sa.text("placement.state = 'placed'")
"""A literal, not a parameter, so that the partial indexes are used."""


def placed_now(conn: Connection, account_ids: Sequence[int]) -> dict[int, PlacedNow]:
    """The agencies that have these accounts now, by the key of the placement; by uq_placement_open."""
    found: dict[int, PlacedNow] = {}
    for part in batches(account_ids):
        query = (
            sa.select(PLACEMENT.c.id, AGENCY.c.code, PLACEMENT.c.placed_on, PLACEMENT.c.last_paid_on)
            .join(AGENCY, AGENCY.c.id == PLACEMENT.c.agency_id)
            .where(in_keys(PLACEMENT.c.account_id, part), PLACED)
        )
        for key, code, placed_on, paid_on in conn.execute(query):
            found[key] = PlacedNow(key, code, placed_on, paid_on)
    return found


def open_placements(conn: Connection, account_ids: Sequence[int]) -> dict[int, AnyRow]:
    """The placements of these accounts that are waiting or with an agency, by account; by uq_placement_open."""
    states = [PlacementState.QUEUED.value, PlacementState.REVIEW.value, PlacementState.PLACED.value]
    rows = [
        row
        for part in batches(account_ids)
        for row in conn.execute(
            sa.select(PLACEMENT).where(in_keys(PLACEMENT.c.account_id, part), PLACEMENT.c.state.in_(states))
        )
    ]
    return {row.account_id: row for row in rows}


def collected(conn: Connection, placement_ids: Sequence[int]) -> Mapping[int, int]:
    """What was paid on these placements, at the agency and at the practice, less what was reversed, in cents."""
    found: dict[int, int] = {}
    for part in batches(placement_ids):
        query = (
            sa.select(PLACEMENT_ENTRY.c.placement_id, sa.func.sum(PLACEMENT_ENTRY.c.amount_cents))
            .where(in_keys(PLACEMENT_ENTRY.c.placement_id, part))
            .where(PLACEMENT_ENTRY.c.kind.in_(("collected", "direct")))
            .group_by(PLACEMENT_ENTRY.c.placement_id)
        )
        found.update((row[0], -int(row[1])) for row in conn.execute(query))
    return found

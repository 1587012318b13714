"""Placements: what agencies have, what they collected of each month's placements, and what they cost."""

import math
from collections.abc import Mapping

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from flows.agency_handoff.queries import AGENCY, NOT_CANCELLED, PLACEMENT, PLACEMENT_ENTRY
from flows.agency_handoff.remittance.reconcile import REMIT
from flows.reports.creditors import of_creditors
from flows.reports.cube import (
    ACCOUNT,
    BY_CREDITOR,
    BY_PAYER_CLASS,
    Cube,
    Derived,
    cents_if,
    count_if,
    count_of,
    percent,
)
from flows.reports.model import Asked, Cell, Chart, Column, Dimension, Group, Report, Span, Tie, Unit
from models.enums import PlacementState
from models.labels import label_of, plain
from models.sql_functions import month_text

PAID = ("collected", "direct")
Z_95 = 1.96

AGES = ("up to 180 days", "181 to 365 days", "over a year", "unknown")


def _collected() -> sa.Subquery:
    return (
        sa.select(PLACEMENT_ENTRY.c.placement_id, (-sa.func.sum(PLACEMENT_ENTRY.c.amount_cents)).label("cents"))
        .where(PLACEMENT_ENTRY.c.kind.in_(PAID))
        .group_by(PLACEMENT_ENTRY.c.placement_id)
        .subquery("collected")
    )


def _commission() -> sa.Subquery:
    return (
        sa.select(REMIT.c.placement_id, sa.func.sum(REMIT.c.commission_cents).label("cents"))
        .group_by(REMIT.c.placement_id)
        .subquery("commission")
    )


def _parts(asked: Asked) -> sa.Subquery:
    collected, commission = _collected(), _commission()
    paid = sa.func.coalesce(collected.c.cents, 0)
    kept = sa.func.coalesce(commission.c.cents, 0)
    is_open = PLACEMENT.c.state == PlacementState.PLACED.value
    # In whole dollars: the squares of cents of a large hospital would not fit into a whole number.
    placed, gained = PLACEMENT.c.placed_cents // 100, paid // 100
    return (
        sa.select(
            PLACEMENT.c.account_id,
            ACCOUNT.c.creditor_id,
            ACCOUNT.c.payer_class,
            AGENCY.c.code.label("agency"),
            PLACEMENT.c.pool,
            PLACEMENT.c.state,
            month_text(PLACEMENT.c.placed_on).label("month"),
            sa.case(
                (PLACEMENT.c.age_days.is_(None), AGES[3]),
                (PLACEMENT.c.age_days <= 180, AGES[0]),
                (PLACEMENT.c.age_days <= 365, AGES[1]),
                else_=AGES[2],
            ).label("age"),
            sa.literal(1).label("placements"),
            PLACEMENT.c.placed_cents,
            paid.label("collected_cents"),
            kept.label("commission_cents"),
            count_if(is_open).label("open"),
            cents_if(is_open, ACCOUNT.c.balance_cents).label("open_cents"),
            count_if(PLACEMENT.c.acknowledged_on.is_(None)).label("unconfirmed"),
            (placed * placed).label("placed_squares"),
            (gained * gained).label("gained_squares"),
            (placed * gained).label("products"),
        )
        .join(ACCOUNT, ACCOUNT.c.id == PLACEMENT.c.account_id)
        .join(AGENCY, AGENCY.c.id == PLACEMENT.c.agency_id)
        .outerjoin(collected, collected.c.placement_id == PLACEMENT.c.id)
        .outerjoin(commission, commission.c.placement_id == PLACEMENT.c.id)
        .where(NOT_CANCELLED, PLACEMENT.c.placed_on.between(asked.first, asked.last))
        .subquery("placed")
    )


def _error(sums: Mapping[str, int]) -> Cell:
    """Half of the 95 % interval of the liquidation rate, a ratio of sums over placements; None for fewer than two."""
    count, placed = sums["placements"], sums["placed_cents"] / 100
    if count < 2 or not placed:
        return None
    rate = sums["collected_cents"] / 100 / placed
    squares = sums["gained_squares"] - 2 * rate * sums["products"] + rate * rate * sums["placed_squares"]
    return round(100 * Z_95 * math.sqrt(max(squares, 0.0) * count / (count - 1)) / placed, 1)


_HIDDEN = ("placed_squares", "gained_squares", "products")

CUBE = Cube(
    parts=_parts,
    sums=(
        Column("placements", "Placements", Unit.COUNT, "Accounts that were placed in the period"),
        Column("placed_cents", "Placed", Unit.CENTS, "Their balance when they were placed"),
        Column("collected_cents", "Collected", Unit.CENTS, "What was paid to the agency or to us while it was placed"),
        Column("commission_cents", "Commission", Unit.CENTS, "What the agencies kept"),
        Column("open", "Still there", Unit.COUNT, "Accounts that the agency still has"),
        Column("open_cents", "Balance there", Unit.CENTS, "What is owed on them now"),
        Column("unconfirmed", "Not confirmed", Unit.COUNT, "Accounts that the agency has not confirmed"),
        *(Column(name, name, Unit.COUNT, "For the interval") for name in _HIDDEN),
    ),
    hidden=frozenset(_HIDDEN),
    dimensions=(
        Dimension("agency", "Agency", plain),
        Dimension("month", "Month of placement", months=True),
        Dimension("age", "Age at placement", str.capitalize, AGES),
        Dimension("pool", "Pool", plain),
        Dimension("state", "State", lambda word: label_of(PlacementState, word), values=tuple(PlacementState)),
        BY_CREDITOR,
        BY_PAYER_CLASS,
    ),
    derived=(
        Derived(
            Column(
                "liquidation_percent",
                "Liquidation (%)",
                Unit.PERCENT,
                "What was collected of what was placed",
            ),
            percent("collected_cents", "placed_cents"),
        ),
        Derived(Column("error_percent", "95% interval ±", Unit.PERCENT, "Half of its 95% interval"), _error),
        Derived(
            Column("cost_percent", "Cost (%)", Unit.PERCENT, "The commission as a share of what was collected"),
            percent("commission_cents", "collected_cents"),
        ),
    ),
    has_lines=False,
)


def _ties(conn: Connection, asked: Asked) -> list[Tie]:
    total = CUBE.read(conn, asked).total
    placed = sa.and_(NOT_CANCELLED, PLACEMENT.c.placed_on.between(asked.first, asked.last))
    source = PLACEMENT.join(ACCOUNT, ACCOUNT.c.id == PLACEMENT.c.account_id)
    there = count_of(conn, source, ACCOUNT.c.creditor_id, asked, placed)
    paid = (
        sa.select(sa.func.coalesce(sa.func.sum(PLACEMENT_ENTRY.c.amount_cents), 0))
        .select_from(PLACEMENT_ENTRY.join(source, PLACEMENT.c.id == PLACEMENT_ENTRY.c.placement_id))
        .where(placed, PLACEMENT_ENTRY.c.kind.in_(PAID))
    )
    paid = paid.where(of_creditors(ACCOUNT.c.creditor_id, asked.creditors))
    collected = -int(conn.execute(paid).scalar_one())
    return [
        Tie("Placements equal those on record", int(str(total["placements"])), there),
        Tie("Collected equals the payments on record", int(str(total["collected_cents"])), collected),
    ]


_TIES_OUT = "The placements and their payments equal those on record of accounts placed in the period."

PLACEMENTS = Report(
    name="placements",
    title="Placement inventory",
    group=Group.AGENCIES,
    question="What do the agencies have, and has each confirmed it?",
    span=Span.PERIOD,
    measures=CUBE.measures,
    read=CUBE.read,
    ties_out=_TIES_OUT,
    ties=_ties,
    dimensions=CUBE.dimensions,
    by=("agency",),
    drill=CUBE.drill(),
    chart=Chart(("open_cents",)),
    months=13,
)

LIQUIDATION = Report(
    name="liquidation",
    title="Liquidation by placement month",
    group=Group.AGENCIES,
    question="How much of each month's placements did each agency collect, how sure is that, and what did it cost?",
    span=Span.PERIOD,
    measures=CUBE.measures,
    read=CUBE.read,
    ties_out=_TIES_OUT,
    ties=_ties,
    dimensions=CUBE.dimensions,
    by=("agency", "month"),
    drill=CUBE.drill(),
    chart=Chart(("liquidation_percent",)),
    months=13,
)

"""What was claimed, allowed and recovered from estates, by state."""

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from flows.estates.matters.queries import MATTER, MATTER_ACCOUNT
from flows.ledger.checks import ESTATE
from flows.reports.cube import BY_CREDITOR, LEDGER, Cube, Derived, count_if, count_of, percent, ratio
from flows.reports.estate.docket import MATTER_STATE, ROLES, STATE
from flows.reports.model import Asked, Chart, Column, Dimension, Group, Report, Span, Tie, Unit
from models.enums import LedgerKind
from models.estate_enums import MatterState
from models.sql_functions import days_between, month_text


def _paid(what: sa.ColumnElement[object]) -> sa.ColumnElement[int]:
    """Something of the estate's payments for a matter."""
    return (
        sa.select(what)
        .select_from(MATTER_ACCOUNT.join(LEDGER, LEDGER.c.account_id == MATTER_ACCOUNT.c.account_id))
        .where(
            MATTER_ACCOUNT.c.matter_id == MATTER.c.id,
            LEDGER.c.source == ESTATE,
            LEDGER.c.kind == LedgerKind.PATIENT_PAYMENT.value,
        )
        .scalar_subquery()
    )


def _account() -> sa.ColumnElement[int]:
    first = sa.select(sa.func.min(MATTER_ACCOUNT.c.account_id)).where(MATTER_ACCOUNT.c.matter_id == MATTER.c.id)
    return first.scalar_subquery()


def _parts(asked: Asked) -> sa.Subquery:
    recovered = sa.func.coalesce(_paid(-sa.func.sum(LEDGER.c.amount_cents)), 0)
    last_paid = _paid(sa.func.max(LEDGER.c.posted_on))
    days = sa.case((recovered > 0, days_between(MATTER.c.opened_on, last_paid)), else_=0)
    return (
        sa.select(
            _account().label("account_id"),
            MATTER.c.creditor_id,
            MATTER.c.jurisdiction,
            MATTER.c.state,
            month_text(MATTER.c.opened_on).label("month"),
            sa.literal(1).label("matters"),
            MATTER.c.claim_cents,
            count_if(MATTER.c.filed_on.is_not(None)).label("filed"),
            sa.func.coalesce(MATTER.c.allowed_cents, 0).label("allowed_cents"),
            recovered.label("recovered_cents"),
            count_if(recovered > 0).label("paid"),
            days.label("days"),
        )
        .where(MATTER.c.opened_on.between(asked.first, asked.last), MATTER.c.state != MatterState.ANNULLED.value)
        .subquery("matters")
    )


CUBE = Cube(
    parts=_parts,
    sums=(
        Column("matters", "Matters", Unit.COUNT, "Matters that were opened in the period"),
        Column("claim_cents", "Claims", Unit.CENTS, "The amount of our claims"),
        Column("filed", "Filed", Unit.COUNT, "Matters whose claim was filed"),
        Column("allowed_cents", "Allowed", Unit.CENTS, "What the estates allowed"),
        Column("recovered_cents", "Recovered", Unit.CENTS, "What the estates paid"),
        Column("paid", "Paid", Unit.COUNT, "Matters in which an estate paid"),
        Column("days", "Days", Unit.COUNT, "For the average"),
    ),
    hidden=frozenset({"days"}),
    dimensions=(STATE, MATTER_STATE, BY_CREDITOR, Dimension("month", "Month opened", months=True)),
    derived=(
        Derived(
            Column("recovered_percent", "Recovered (%)", Unit.PERCENT, "What was recovered of the claims"),
            percent("recovered_cents", "claim_cents"),
        ),
        Derived(
            Column("days_each", "Days to recover", Unit.DAYS, "From the opening to the last payment, on average"),
            ratio("days", "paid"),
        ),
    ),
    has_lines=False,
)


def _ties(conn: Connection, asked: Asked) -> list[Tie]:
    total = CUBE.read(conn, asked).total["matters"]
    opened = MATTER.c.opened_on.between(asked.first, asked.last), MATTER.c.state != MatterState.ANNULLED.value
    return [
        Tie(
            "Matters equal those on record",
            int(str(total)),
            count_of(conn, MATTER, MATTER.c.creditor_id, asked, *opened),
        )
    ]


ESTATE_RECOVERY = Report(
    name="estate-recovery",
    title="Recovery from estates",
    group=Group.ESTATES,
    question="What was claimed, allowed and recovered from estates, and how long did it take?",
    span=Span.PERIOD,
    measures=CUBE.measures,
    read=CUBE.read,
    ties_out="The matters equal those on record that were opened in the period.",
    ties=_ties,
    dimensions=CUBE.dimensions,
    by=("jurisdiction",),
    drill=CUBE.drill(),
    chart=Chart(("recovered_cents",)),
    roles=ROLES,
    months=13,
)

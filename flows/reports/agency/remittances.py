"""What agencies remitted: how old the payments were, and whether the commission is as agreed."""

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from flows.agency_handoff.queries import AGENCY, PLACEMENT
from flows.agency_handoff.remittance.reconcile import REMIT
from flows.reports.creditors import of_creditors
from flows.reports.cube import ACCOUNT, BY_CREDITOR, BY_MONTH, Cube, Derived, count_if, percent, ratio
from flows.reports.model import Asked, Chart, Column, Dimension, Group, Report, Span, Tie, Unit
from models.labels import plain
from models.sql_functions import days_between, month_text

AGES = ("0-15 days", "16-30 days", "31-60 days", "over 60 days")


def _parts(asked: Asked) -> sa.Subquery:
    days = days_between(REMIT.c.paid_on, REMIT.c.on)
    return (
        sa.select(
            PLACEMENT.c.account_id,
            ACCOUNT.c.creditor_id,
            AGENCY.c.code.label("agency"),
            REMIT.c.kind,
            month_text(REMIT.c.on).label("month"),
            sa.case((days <= 15, AGES[0]), (days <= 30, AGES[1]), (days <= 60, AGES[2]), else_=AGES[3]).label("age"),
            sa.literal(1).label("lines"),
            REMIT.c.gross_cents,
            REMIT.c.commission_cents,
            REMIT.c.expected_cents,
            REMIT.c.net_cents,
            (REMIT.c.commission_cents - REMIT.c.expected_cents).label("off_cents"),
            count_if(REMIT.c.difference.is_not(None)).label("differences"),
            days.label("days"),
        )
        .join(PLACEMENT, PLACEMENT.c.id == REMIT.c.placement_id)
        .join(ACCOUNT, ACCOUNT.c.id == PLACEMENT.c.account_id)
        .join(AGENCY, AGENCY.c.id == REMIT.c.agency_id)
        .where(REMIT.c.on.between(asked.first, asked.last))
        .subquery("remitted")
    )


CUBE = Cube(
    parts=_parts,
    sums=(
        Column("lines", "Lines", Unit.COUNT, "Lines of remittances"),
        Column("gross_cents", "Collected", Unit.CENTS, "What the agencies report as paid"),
        Column("commission_cents", "Commission", Unit.CENTS, "What they kept"),
        Column("expected_cents", "As agreed", Unit.CENTS, "What the agreement lets them keep"),
        Column("off_cents", "Difference", Unit.CENTS, "What they kept beyond the agreement"),
        Column("net_cents", "Remitted", Unit.CENTS, "What they paid to us"),
        Column("differences", "Lines to review", Unit.COUNT, "Lines that do not agree with our records"),
        Column("days", "Days", Unit.COUNT, "For the average"),
    ),
    hidden=frozenset({"days"}),
    dimensions=(
        Dimension("agency", "Agency", plain),
        BY_MONTH,
        Dimension("age", "Days from payment to remittance", None, AGES),
        Dimension("kind", "Kind", plain),
        BY_CREDITOR,
    ),
    derived=(
        Derived(
            Column("rate_percent", "Commission (%)", Unit.PERCENT, "The commission as a share of what was collected"),
            percent("commission_cents", "gross_cents"),
        ),
        Derived(
            Column("days_each", "Days", Unit.DAYS, "Days from payment to remittance"),
            ratio("days", "lines"),
        ),
    ),
    has_lines=False,
)


def _ties(conn: Connection, asked: Asked) -> list[Tie]:
    total = CUBE.read(conn, asked).total["net_cents"]
    source = REMIT.join(PLACEMENT, PLACEMENT.c.id == REMIT.c.placement_id).join(
        ACCOUNT, ACCOUNT.c.id == PLACEMENT.c.account_id
    )
    query = (
        sa.select(sa.func.coalesce(sa.func.sum(REMIT.c.net_cents), 0))
        .select_from(source)
        .where(REMIT.c.on.between(asked.first, asked.last))
    )
    query = query.where(of_creditors(ACCOUNT.c.creditor_id, asked.creditors))
    return [Tie("Remitted equals the lines on record", int(str(total)), int(conn.execute(query).scalar_one()))]


REMITTANCES = Report(
    name="remittances",
    title="Agency remittances",
    group=Group.AGENCIES,
    question="What did agencies remit, how old was it, and is their commission as agreed?",
    span=Span.PERIOD,
    measures=CUBE.measures,
    read=CUBE.read,
    ties_out="What was remitted equals the lines of remittances on record of the period.",
    ties=_ties,
    dimensions=CUBE.dimensions,
    by=("agency",),
    drill=CUBE.drill(),
    chart=Chart(("net_cents",)),
    months=3,
)

"""What payment plans bring each month: expected, paid, missed."""

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from flows.reports.creditors import of_creditors
from flows.reports.cube import BY_CREDITOR, BY_MONTH, Cube, Derived, an_account, cents_if, percent
from flows.reports.model import Asked, Chart, Column, Dimension, Group, Report, Span, Tie, Unit
from flows.reports.plans.plans import PAYMENT, PLAN
from models.enums import ArrangementState, InstalmentState
from models.labels import plain
from models.sql_functions import month_text


def _parts(asked: Asked) -> sa.Subquery:
    amount, paid = PAYMENT.c.amount_cents, PAYMENT.c.paid_cents
    is_active = PLAN.c.state == ArrangementState.ACTIVE.value
    was_due = PAYMENT.c.due_on < asked.today
    is_skipped = PAYMENT.c.state == InstalmentState.SKIPPED.value
    return (
        sa.select(
            an_account(PLAN.c.guarantor_id, PLAN.c.creditor_id).label("account_id"),
            PLAN.c.creditor_id,
            month_text(PAYMENT.c.due_on).label("month"),
            PLAN.c.terms,
            sa.literal(1).label("payments"),
            cents_if(~is_skipped, amount).label("due_cents"),
            paid.label("paid_cents"),
            cents_if(sa.and_(was_due, ~is_skipped), amount - paid).label("missed_cents"),
            cents_if(sa.and_(~was_due, is_active, ~is_skipped), amount - paid).label("expected_cents"),
            cents_if(was_due, amount).label("was_due_cents"),
            cents_if(was_due, paid).label("paid_of_due_cents"),
        )
        .join(PLAN, PLAN.c.id == PAYMENT.c.arrangement_id)
        .where(PAYMENT.c.due_on.between(asked.first, asked.last))
        .subquery("payments")
    )


CUBE = Cube(
    parts=_parts,
    sums=(
        Column("payments", "Payments", Unit.COUNT, "Payments of plans that are due in the period"),
        Column("due_cents", "Due", Unit.CENTS, "Their amount"),
        Column("paid_cents", "Paid", Unit.CENTS, "What was paid on them"),
        Column("missed_cents", "Not paid", Unit.CENTS, "What was due before today and was not paid"),
        Column("expected_cents", "Expected", Unit.CENTS, "What active plans bring from today on"),
        Column("was_due_cents", "Was due", Unit.CENTS, "What was due before today"),
        Column("paid_of_due_cents", "Paid of it", Unit.CENTS, "What was paid of it"),
    ),
    hidden=frozenset({"was_due_cents", "paid_of_due_cents"}),
    dimensions=(BY_MONTH, Dimension("terms", "Terms", plain), BY_CREDITOR),
    derived=(
        Derived(
            Column("kept_percent", "Kept (%)", Unit.PERCENT, "What was paid of the payments due before today"),
            percent("paid_of_due_cents", "was_due_cents"),
        ),
    ),
    has_lines=False,
)


def _ties(conn: Connection, asked: Asked) -> list[Tie]:
    total = CUBE.read(conn, asked).total["paid_cents"]
    query = sa.select(sa.func.coalesce(sa.func.sum(PAYMENT.c.paid_cents), 0)).where(
        PAYMENT.c.due_on.between(asked.first, asked.last)
    )
    plans = sa.select(PLAN.c.id).where(of_creditors(PLAN.c.creditor_id, asked.creditors))
    query = query.where(PAYMENT.c.arrangement_id.in_(plans))
    return [Tie("Paid equals the payments on record", int(str(total)), int(conn.execute(query).scalar_one()))]


PLAN_PAYMENTS = Report(
    name="plan-payments",
    title="Plan payments by month",
    group=Group.PLANS,
    question="What do payment plans bring each month, and how much of it is paid?",
    span=Span.PERIOD,
    measures=CUBE.measures,
    read=CUBE.read,
    ties_out="What was paid equals the payments of plans on record that are due in the period.",
    ties=_ties,
    dimensions=CUBE.dimensions,
    by=("month",),
    drill=CUBE.drill(),
    chart=Chart(("due_cents",)),
    months=6,
)

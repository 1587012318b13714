"""Payment plans: how many are on time, behind, broken, and what they still bring."""

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from flows.reports.creditors import of_creditors
from flows.reports.cube import BY_CREDITOR, BY_MONTH, Cube, Derived, an_account, cents_if, count_if, percent
from flows.reports.model import Asked, Chart, Column, Dimension, Group, Report, Span, Tie, Unit
from models import Arrangement, Instalment
from models.columns import table
from models.enums import ArrangementState, Frequency, InstalmentState
from models.labels import label_of, plain
from models.sql_functions import month_text

PLAN = table(Arrangement)
PAYMENT = table(Instalment)

ON_TIME, BEHIND = "on_time", "behind"
STANDINGS = {
    ON_TIME: "Active, on time",
    BEHIND: "Active, behind",
    ArrangementState.COMPLETED.value: "Completed",
    ArrangementState.BROKEN.value: "Broken",
    ArrangementState.CANCELLED.value: "Canceled",
}
ENDED_WELL = (ArrangementState.COMPLETED.value,)


def _payments(asked: Asked) -> sa.Subquery:
    """The payments of each plan: paid, past due, and still to come."""
    left = PAYMENT.c.amount_cents - PAYMENT.c.paid_cents
    is_due = PAYMENT.c.due_on < asked.last
    is_open = PAYMENT.c.state.in_((InstalmentState.OPEN.value, InstalmentState.MISSED.value))
    return (
        sa.select(
            PAYMENT.c.arrangement_id,
            sa.func.sum(PAYMENT.c.paid_cents).label("paid_cents"),
            sa.func.sum(cents_if(is_open, left)).label("left_cents"),
            sa.func.sum(cents_if(sa.and_(is_open, is_due), left)).label("past_due_cents"),
        )
        .group_by(PAYMENT.c.arrangement_id)
        .subquery("payments")
    )


def _parts(asked: Asked) -> sa.Subquery:
    paid = _payments(asked)
    is_active = PLAN.c.state == ArrangementState.ACTIVE.value
    past_due = sa.func.coalesce(paid.c.past_due_cents, 0)
    standing = sa.case((sa.and_(is_active, past_due > 0), BEHIND), (is_active, ON_TIME), else_=PLAN.c.state)
    left = sa.func.coalesce(paid.c.left_cents, 0)
    return (
        sa.select(
            an_account(PLAN.c.guarantor_id, PLAN.c.creditor_id).label("account_id"),
            PLAN.c.creditor_id,
            month_text(PLAN.c.made_on).label("month"),
            standing.label("standing"),
            PLAN.c.terms,
            PLAN.c.frequency,
            PLAN.c.made_by.label("made_by"),
            sa.literal(1).label("plans"),
            (PLAN.c.total_cents - PLAN.c.reduced_cents).label("agreed_cents"),
            sa.func.coalesce(paid.c.paid_cents, 0).label("paid_cents"),
            cents_if(is_active, left).label("left_cents"),
            cents_if(is_active, past_due).label("past_due_cents"),
            count_if(PLAN.c.state.in_(ENDED_WELL)).label("completed"),
            count_if(PLAN.c.state == ArrangementState.BROKEN.value).label("broken"),
            count_if(PLAN.c.state.in_((*ENDED_WELL, ArrangementState.BROKEN.value))).label("ended"),
        )
        .outerjoin(paid, paid.c.arrangement_id == PLAN.c.id)
        .where(PLAN.c.made_on.between(asked.first, asked.last))
        .subquery("plans")
    )


CUBE = Cube(
    parts=_parts,
    sums=(
        Column("plans", "Plans", Unit.COUNT, "Plans that were set up in the period"),
        Column(
            "agreed_cents",
            "Agreed",
            Unit.CENTS,
            "The sum that was agreed on, less later reductions",
        ),
        Column("paid_cents", "Paid", Unit.CENTS, "What was paid on them until now"),
        Column("left_cents", "Still to come", Unit.CENTS, "What active plans still bring"),
        Column("past_due_cents", "Past due", Unit.CENTS, "Payments of active plans whose day has passed"),
        Column("broken", "Broken", Unit.COUNT, "Plans that were broken"),
        Column("completed", "Completed", Unit.COUNT, "Plans that were paid to the end"),
        Column("ended", "Ended", Unit.COUNT, "Plans that were completed or broken"),
    ),
    hidden=frozenset({"ended"}),
    dimensions=(
        Dimension("standing", "Now", lambda word: STANDINGS.get(word, word), tuple(STANDINGS)),
        Dimension("terms", "Terms", plain),
        Dimension("frequency", "Frequency", lambda word: label_of(Frequency, word), values=tuple(Frequency)),
        Dimension("made_by", "Set up by", user=True),
        BY_CREDITOR,
        BY_MONTH,
    ),
    derived=(
        Derived(
            Column("kept_percent", "Completed (%)", Unit.PERCENT, "Completed plans as a share of those that ended"),
            percent("completed", "ended"),
        ),
        Derived(
            Column("paid_percent", "Paid (%)", Unit.PERCENT, "What was paid of the sum that was agreed on"),
            percent("paid_cents", "agreed_cents"),
        ),
    ),
    has_lines=False,
)


def _ties(conn: Connection, asked: Asked) -> list[Tie]:
    total = CUBE.read(conn, asked).total
    made = PLAN.c.made_on.between(asked.first, asked.last)
    made = sa.and_(made, of_creditors(PLAN.c.creditor_id, asked.creditors))
    count, agreed = conn.execute(
        sa.select(sa.func.count(), sa.func.coalesce(sa.func.sum(PLAN.c.total_cents - PLAN.c.reduced_cents), 0)).where(
            made
        )
    ).one()
    paid = conn.execute(
        sa.select(sa.func.coalesce(sa.func.sum(PAYMENT.c.paid_cents), 0)).where(
            PAYMENT.c.arrangement_id.in_(sa.select(PLAN.c.id).where(made))
        )
    ).scalar_one()
    return [
        Tie("Plans equal those on record", int(str(total["plans"])), int(count)),
        Tie("Agreed equals the plans on record", int(str(total["agreed_cents"])), int(agreed)),
        Tie("Paid equals the payments of these plans", int(str(total["paid_cents"])), int(paid)),
    ]


PLANS = Report(
    name="plans",
    title="Payment plans",
    group=Group.PLANS,
    question="Which payment plans are on time, behind or broken, and what do they still bring?",
    span=Span.PERIOD,
    measures=CUBE.measures,
    read=CUBE.read,
    ties_out="The plans, their sums and what was paid equal those on record that were set up in the period.",
    ties=_ties,
    dimensions=CUBE.dimensions,
    by=("standing",),
    drill=CUBE.drill(),
    chart=Chart(("plans",)),
    months=13,
)

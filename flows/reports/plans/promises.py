"""Which promises to pay were kept, by the collector who took them."""

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from flows.reports.creditors import of_creditors
from flows.reports.cube import BY_CREDITOR, BY_MONTH, Cube, Derived, an_account, cents_if, count_if, percent
from flows.reports.model import Asked, Chart, Column, Dimension, Group, Report, Span, Tie, Unit
from models import ContactAttempt, Promise
from models.columns import table
from models.enums import PromiseState
from models.labels import label_of
from models.sql_functions import month_text

CONTACT = table(ContactAttempt)
PROMISE = table(Promise)

JUDGED = (PromiseState.KEPT.value, PromiseState.PARTLY_KEPT.value, PromiseState.BROKEN.value)


def _collector() -> sa.ColumnElement[str]:
    """Who spoke with the guarantor on the day of the promise; NULL: it was not made on a call."""
    return (
        sa.select(CONTACT.c.made_by)
        .where(
            CONTACT.c.guarantor_id == PROMISE.c.guarantor_id,
            CONTACT.c.made_on == PROMISE.c.made_on,
            CONTACT.c.creditor_id == PROMISE.c.creditor_id,
            CONTACT.c.talked.is_(True),
        )
        .order_by(CONTACT.c.id.desc())
        .limit(1)
        .scalar_subquery()
    )


def _parts(asked: Asked) -> sa.Subquery:
    state, amount = PROMISE.c.state, PROMISE.c.amount_cents
    return (
        sa.select(
            an_account(PROMISE.c.guarantor_id, PROMISE.c.creditor_id).label("account_id"),
            PROMISE.c.creditor_id,
            _collector().label("collector"),
            month_text(PROMISE.c.due_on).label("month"),
            state,
            sa.literal(1).label("promises"),
            amount.label("promised_cents"),
            PROMISE.c.paid_cents.label("paid_cents"),
            count_if(state.in_(JUDGED)).label("judged"),
            count_if(state == PromiseState.KEPT.value).label("kept"),
            count_if(state == PromiseState.PARTLY_KEPT.value).label("partly_kept"),
            count_if(state == PromiseState.BROKEN.value).label("broken"),
            count_if(state == PromiseState.OPEN.value).label("open"),
            cents_if(state.in_(JUDGED), amount).label("judged_cents"),
        )
        .where(PROMISE.c.due_on.between(asked.first, asked.last), state != PromiseState.WITHDRAWN.value)
        .subquery("promised")
    )


CUBE = Cube(
    parts=_parts,
    sums=(
        Column("promises", "Promises", Unit.COUNT, "Promises that were due in the period"),
        Column("promised_cents", "Promised", Unit.CENTS, "The amount promised"),
        Column("kept", "Kept", Unit.COUNT, "Promises paid in full by the end of the grace period"),
        Column("partly_kept", "Partially kept", Unit.COUNT, "Promises paid in part"),
        Column("broken", "Broken", Unit.COUNT, "Promises of which nothing was paid in time"),
        Column("open", "Open", Unit.COUNT, "Promises whose grace period is not over"),
        Column("paid_cents", "Paid", Unit.CENTS, "What was paid on the promises"),
        Column("judged", "Decided", Unit.COUNT, "Promises that were kept, partially kept or broken"),
        Column("judged_cents", "Decided amount", Unit.CENTS, "The amount of those promises"),
    ),
    hidden=frozenset({"judged", "judged_cents"}),
    dimensions=(
        Dimension("collector", "Collector", without="Not on a call", user=True),
        BY_MONTH,
        BY_CREDITOR,
        Dimension("state", "Result", lambda word: label_of(PromiseState, word), values=tuple(PromiseState)),
    ),
    derived=(
        Derived(
            Column("kept_percent", "Kept (%)", Unit.PERCENT, "Kept promises as a share of those that were decided"),
            percent("kept", "judged"),
        ),
        Derived(
            Column("paid_percent", "Paid (%)", Unit.PERCENT, "What was paid of the amount of decided promises"),
            percent("paid_cents", "judged_cents"),
        ),
    ),
    largest="promises",
    has_lines=False,
)


def _ties(conn: Connection, asked: Asked) -> list[Tie]:
    total = CUBE.read(conn, asked).total
    query = sa.select(sa.func.count(), sa.func.coalesce(sa.func.sum(PROMISE.c.amount_cents), 0)).where(
        PROMISE.c.due_on.between(asked.first, asked.last)
    )
    query = query.where(of_creditors(PROMISE.c.creditor_id, asked.creditors))
    count, cents = conn.execute(query).one()
    return [
        Tie("Promises equal those on record", int(str(total["promises"])), int(count)),
        Tie("Promised equals the amounts on record", int(str(total["promised_cents"])), int(cents)),
    ]


PROMISES = Report(
    name="promises",
    title="Promises to pay",
    group=Group.PLANS,
    question="Which promises to pay were kept, and who took them?",
    span=Span.PERIOD,
    measures=CUBE.measures,
    read=CUBE.read,
    ties_out="The promises and their amounts equal those on record that were due in the period.",
    ties=_ties,
    dimensions=CUBE.dimensions,
    by=("collector",),
    drill=CUBE.drill(),
    chart=Chart(("kept_percent",)),
    months=3,
)

"""How long patients take to pay, counted from the first statement."""

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from flows.reports.cube import (
    ACCOUNT,
    BY_CREDITOR,
    BY_MONTH,
    BY_PAYER_CLASS,
    EVERY,
    LEDGER,
    Cube,
    Derived,
    cents_if,
    ratio,
    within_month,
)
from flows.reports.model import Asked, Chart, Column, Group, Report, Span, Tie, Unit
from flows.reports.summaries.queries import ledger_sum_of, payer_class
from models.enums import LedgerKind
from models.sql_functions import days_between, month_text

PAYMENT = LedgerKind.PATIENT_PAYMENT.value


def _parts(asked: Asked) -> sa.Subquery:
    asked = within_month(asked)
    statement = sa.func.coalesce(ACCOUNT.c.first_statement_on, ACCOUNT.c.service_from)
    query = (
        sa.select(
            LEDGER.c.id.label("entry_id"),
            LEDGER.c.account_id,
            ACCOUNT.c.creditor_id,
            month_text(LEDGER.c.posted_on).label("month"),
            sa.literal(1).label("payments"),
            (-LEDGER.c.amount_cents).label("paid_cents"),
            days_between(statement, LEDGER.c.posted_on).label("days"),
        )
        .join(ACCOUNT, ACCOUNT.c.id == LEDGER.c.account_id)
        .where(LEDGER.c.kind == PAYMENT, LEDGER.c.posted_on.between(asked.first, asked.last))
        .limit(EVERY)
    )
    if "payer_class" in (*asked.by, *asked.where):
        query = query.add_columns(payer_class.label("payer_class"))  # the one column that is in no index
    paid = query.subquery("payments")
    days, cents = paid.c.days, paid.c.paid_cents
    # A payment before the first statement took no days.
    counted = sa.case((days < 0, 0), else_=days)
    late = [cents_if(days > most, cents).label(f"after_{most}_cents") for most in (30, 90)]
    return sa.select(*paid.c, (counted * cents).label("day_cents"), *late).subquery("paid")


CUBE = Cube(
    parts=_parts,
    sums=(
        Column("payments", "Payments", Unit.COUNT, "Payments of patients and their reversals"),
        Column("paid_cents", "Paid", Unit.CENTS, "What patients paid, less reversals"),
        Column("after_30_cents", "After day 30", Unit.CENTS, "What was paid later than 30 days after the statement"),
        Column("after_90_cents", "After day 90", Unit.CENTS, "What was paid later than 90 days after the statement"),
        Column("day_cents", "Days times cents", Unit.COUNT, "For the average"),
    ),
    hidden=frozenset({"day_cents"}),
    dimensions=(BY_MONTH, BY_CREDITOR, BY_PAYER_CLASS),
    derived=(
        Derived(
            Column("days", "Days to pay", Unit.DAYS, "From the first statement to the payment, weighted by amount"),
            ratio("day_cents", "paid_cents"),
        ),
    ),
)


def _ties(conn: Connection, asked: Asked) -> list[Tie]:
    total = CUBE.read(conn, asked).total["paid_cents"]
    assert isinstance(total, int)
    there = ledger_sum_of(conn, [PAYMENT], asked.first, asked.last, asked.creditors)
    return [Tie("Paid equals the patient payments in the ledger", total, -there)]


DAYS_TO_PAY = Report(
    name="days-to-pay",
    title="Days to pay",
    group=Group.COLLECTIONS,
    question="How long after the first statement do patients pay?",
    span=Span.PERIOD,
    measures=CUBE.measures,
    read=CUBE.read,
    ties_out="What was paid equals the patient payments in the ledger, posted in the period.",
    ties=_ties,
    dimensions=CUBE.dimensions,
    by=("month",),
    months=6,
    drill=CUBE.drill(),
    chart=Chart(("days",)),
)

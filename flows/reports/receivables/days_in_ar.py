"""How many days of charges are still owed."""

from collections.abc import Mapping
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from flows.reports.cube import ACCOUNT, BY_CREDITOR, BY_PAYER_CLASS, LEDGER, Cube, Derived, cents_if
from flows.reports.model import Asked, Chart, Column, Group, Report, Span, Tie, Unit
from flows.reports.receivables.aging import balances_on
from flows.reports.summaries.queries import ledger_sum, ledger_totals, payer_class, posted_through
from models.enums import LedgerKind

WINDOW = 90
"""The days over which charges are averaged, as HFMA's MAP keys do for net days in A/R (AR-1 uses net revenue)."""

NET = (LedgerKind.OPENING.value, LedgerKind.CHARGE.value, LedgerKind.CONTRACTUAL.value)


def _parts(asked: Asked) -> sa.Subquery:
    amount = LEDGER.c.amount_cents
    return (
        sa.select(
            LEDGER.c.id.label("entry_id"),
            LEDGER.c.account_id,
            ACCOUNT.c.creditor_id,
            payer_class.label("payer_class"),
            amount.label("balance_cents"),
            cents_if(_in_window(asked, LEDGER), amount).label("charges_cents"),
        )
        .join(ACCOUNT, ACCOUNT.c.id == LEDGER.c.account_id)
        .where(LEDGER.c.posted_on <= asked.last)
        .subquery("posted")
    )


def _behind(asked: Asked, measure: str) -> sa.Subquery | None:
    """Accounts with their balances, or the charges of the window. The class of payer is that of each entry."""
    if "payer_class" in asked.where:
        return None
    if measure == "balance_cents":
        return balances_on(asked).subquery("balances")
    return (
        sa.select(LEDGER.c.account_id, ACCOUNT.c.creditor_id, LEDGER.c.amount_cents.label("charges_cents"))
        .join(ACCOUNT, ACCOUNT.c.id == LEDGER.c.account_id)
        .where(_in_window(asked, LEDGER))
        .subquery("charges")
    )


def _in_window(asked: Asked, source: sa.FromClause) -> sa.ColumnElement[bool]:
    begin = asked.last - timedelta(days=WINDOW)
    return sa.and_(source.c.posted_on > begin, source.c.posted_on <= asked.last, source.c.kind.in_(NET))


def _summary(asked: Asked) -> sa.Subquery:
    nothing, posted, totals = sa.literal(0), posted_through(asked.last), ledger_totals()
    balances = sa.select(
        posted.c.creditor_id,
        posted.c.payer_class,
        posted.c.amount_cents.label("balance_cents"),
        nothing.label("charges_cents"),
    )
    charges = sa.select(
        totals.c.creditor_id,
        totals.c.payer_class,
        nothing.label("balance_cents"),
        totals.c.amount_cents.label("charges_cents"),
    ).where(_in_window(asked, totals))
    return sa.union_all(balances, charges).subquery("posted")


def _days(sums: Mapping[str, int]) -> float | None:
    charges = sums["charges_cents"]
    return round(sums["balance_cents"] * WINDOW / charges, 1) if charges > 0 else None


CUBE = Cube(
    parts=_parts,
    summary=_summary,
    behind=_behind,
    sums=(
        Column("balance_cents", "Balance", Unit.CENTS, "What is owed at the end of the day"),
        Column("charges_cents", f"Net charges, {WINDOW} days", Unit.CENTS, "Charges less contractual adjustments"),
    ),
    dimensions=(BY_CREDITOR, BY_PAYER_CLASS),
    derived=(
        Derived(
            Column("days", "Days in A/R", Unit.DAYS, "The balance divided by the net charges of a day"),
            _days,
        ),
    ),
)


def _ties(conn: Connection, asked: Asked) -> list[Tie]:
    balance = CUBE.read(conn, asked).total["balance_cents"]
    assert isinstance(balance, int)
    return [Tie("The balance equals the ledger", balance, ledger_sum(conn, asked.last, asked.creditors))]


DAYS_IN_AR = Report(
    name="days-in-ar",
    title="Days in A/R",
    group=Group.RECEIVABLES,
    question="How many days of net charges are still owed?",
    span=Span.DAY,
    measures=CUBE.measures,
    read=CUBE.read,
    ties_out="The balance equals the sum of the ledger through the day.",
    ties=_ties,
    dimensions=CUBE.dimensions,
    by=("creditor",),
    drill=CUBE.drill(),
    chart=Chart(("days",)),
)

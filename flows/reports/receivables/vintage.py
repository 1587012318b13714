"""What was collected of each month's new patient balances, by how long ago they began."""

from collections.abc import Mapping
from datetime import date

import sqlalchemy as sa
from dateutil.relativedelta import relativedelta
from sqlalchemy.engine import Connection

from flows.reports.creditors import of_creditors
from flows.reports.cube import ACCOUNT, BY_CREDITOR, BY_PAYER_CLASS, EVERY, LEDGER, Cube, Derived, percent
from flows.reports.model import Asked, Chart, Column, Dimension, Group, Report, Span, Tie, Unit
from flows.reports.summaries.queries import vintage_totals
from models.enums import LedgerKind
from models.sql_functions import month_start, month_text

MONTHS = (1, 3, 6, 12)
"""After how many months the collected share is shown."""

PAID = (LedgerKind.PATIENT_PAYMENT.value, LedgerKind.REFUND.value)
LOST = (LedgerKind.WRITE_OFF.value,)
STATEMENT = sa.func.coalesce(ACCOUNT.c.first_statement_on, ACCOUNT.c.service_from)


def _columns(
    asked: Asked, cohort: sa.ColumnElement[date], month: sa.ColumnElement[date], kind: sa.ColumnElement[str],
    amount: sa.ColumnElement[int],
) -> list[sa.ColumnElement[int]]:  # fmt: skip
    """The sums of a part: what patients owed, what they paid in all, and by age only of cohorts that are old enough."""
    is_paid, is_lost = kind.in_(PAID), kind.in_(LOST)
    owed = sa.case((sa.or_(is_paid, is_lost), 0), else_=amount)
    found: list[sa.ColumnElement[int]] = [
        owed.label("owed_cents"),
        sa.case((is_paid, -amount), else_=0).label("collected_cents"),
        sa.case((is_lost, -amount), else_=0).label("written_off_cents"),
    ]
    this_month = asked.last.replace(day=1)
    for months in MONTHS:
        is_old = cohort <= this_month - relativedelta(months=months)
        in_time = sa.or_(*(
            sa.and_(cohort == one, month < one + relativedelta(months=months)) for one in _cohorts(asked)
        ))  # fmt: skip
        found.append(sa.case((sa.and_(is_paid, is_old, in_time), -amount), else_=0).label(f"by_{months}_cents"))
        found.append(sa.case((is_old, owed), else_=0).label(f"of_{months}_cents"))
    return found


def _cohorts(asked: Asked) -> list[date]:
    found: list[date] = []
    month = asked.first.replace(day=1)
    while month <= asked.last:
        found.append(month)
        month += relativedelta(months=1)
    return found


def _in_time(asked: Asked, cohort: sa.ColumnElement[date]) -> sa.ColumnElement[bool]:
    return cohort.between(asked.first.replace(day=1), asked.last)


def _accounts(asked: Asked) -> sa.Subquery:
    """The accounts of the cohorts, or of one; the limit makes SQLite begin with them, and not with the whole ledger."""
    cohort, wanted = month_start(STATEMENT), asked.where.get("cohort")
    query = sa.select(
        ACCOUNT.c.id, ACCOUNT.c.creditor_id, ACCOUNT.c.payer_class, STATEMENT.label("statement"), cohort.label("cohort")
    ).where(_in_time(asked, cohort))
    if wanted is not None:
        query = query.where(month_text(STATEMENT) == wanted)
    return query.limit(EVERY).subquery("accounts")


def _parts(asked: Asked) -> sa.Subquery:
    accounts, month = _accounts(asked), month_start(LEDGER.c.posted_on)
    return (
        sa.select(
            LEDGER.c.id.label("entry_id"),
            LEDGER.c.account_id,
            accounts.c.creditor_id,
            sa.func.coalesce(LEDGER.c.payer_class, accounts.c.payer_class).label("payer_class"),
            month_text(accounts.c.statement).label("cohort"),
            *_columns(asked, accounts.c.cohort, month, LEDGER.c.kind, LEDGER.c.amount_cents),
        )
        .select_from(accounts.join(LEDGER, LEDGER.c.account_id == accounts.c.id))
        .subquery("vintages")
    )


def _summary(asked: Asked) -> sa.Subquery:
    totals = vintage_totals()
    return (
        sa.select(
            totals.c.creditor_id,
            totals.c.payer_class,
            month_text(totals.c.cohort).label("cohort"),
            *_columns(asked, totals.c.cohort, totals.c.month, totals.c.kind, totals.c.amount_cents),
        )
        .where(_in_time(asked, totals.c.cohort))
        .subquery("vintages")
    )


def _share(months: int) -> Derived:
    meaning = f"What patients had paid by the end of month {months}; empty while the month of the statement is younger"
    return Derived(
        Column(
            f"by_{months}_percent",
            f"Month {months} (%)",
            Unit.PERCENT,
            meaning,
        ),
        percent(f"by_{months}_cents", f"of_{months}_cents"),
    )


_BY_AGE = tuple(
    column
    for months in MONTHS
    for column in (
        Column(f"by_{months}_cents", f"Paid by month {months}", Unit.CENTS, "What patients paid by then"),
        Column(f"of_{months}_cents", f"Owed, month {months}", Unit.CENTS, "What accounts that are old enough owed"),
    )
)

CUBE = Cube(
    parts=_parts,
    summary=_summary,
    sums=(
        Column("owed_cents", "Patient balances", Unit.CENTS, "Charges less insurance, contracts and discounts"),
        Column("collected_cents", "Collected", Unit.CENTS, "What patients have paid until now, less refunds"),
        Column("written_off_cents", "Written off", Unit.CENTS, "What was written off until now"),
        *_BY_AGE,
    ),
    hidden=frozenset(column.name for column in _BY_AGE),
    dimensions=(Dimension("cohort", "Month of first statement", months=True), BY_CREDITOR, BY_PAYER_CLASS),
    derived=(
        *(_share(months) for months in MONTHS),
        Derived(
            Column("collected_percent", "Until now (%)", Unit.PERCENT, "The share that was collected until now"),
            percent("collected_cents", "owed_cents"),
        ),
    ),
    largest=None,
)


def _ties(conn: Connection, asked: Asked) -> list[Tie]:
    """The summary against the ledger itself, and all cohorts together against all payments in it."""
    total = CUBE.read(conn, asked).total
    parts = _parts(asked)
    query = sa.select(*(sa.func.coalesce(sa.func.sum(parts.c[name]), 0) for name in ("owed_cents", "collected_cents")))
    query = query.where(of_creditors(parts.c.creditor_id, asked.creditors))
    owed, collected = conn.execute(query).one()
    here: Mapping[str, object] = total
    return [
        Tie("Patient balances equal the ledger entries of these accounts", int(str(here["owed_cents"])), int(owed)),
        Tie("Collected equals the payments of these accounts", int(str(here["collected_cents"])), int(collected)),
    ]


VINTAGE = Report(
    name="vintage",
    title="Vintage curves",
    group=Group.RECEIVABLES,
    question="Of each month's new patient balances, how much was collected after 1, 3, 6 and 12 months?",
    span=Span.PERIOD,
    measures=CUBE.measures,
    read=CUBE.read,
    ties_out="Patient balances and payments equal the ledger entries of the accounts first billed in these months.",
    ties=_ties,
    dimensions=CUBE.dimensions,
    by=("cohort",),
    months=13,
    drill=CUBE.drill(),
    chart=Chart(("collected_percent",)),
)

"""How much of what could be collected was collected."""

from collections.abc import Mapping

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from flows.reports.cube import ACCOUNT, BY_CREDITOR, BY_PAYER_CLASS, LEDGER, Cube, Derived, percent, within_month
from flows.reports.model import Asked, Chart, Column, Dimension, Group, Report, Span, Tie, Unit
from flows.reports.summaries.queries import ledger_sum_of, ledger_totals, payer_class
from models.enums import LedgerKind
from models.sql_functions import month_text

KINDS: Mapping[str, tuple[LedgerKind, ...]] = {
    "billed_cents": (LedgerKind.OPENING, LedgerKind.CHARGE),
    "contractual_cents": (LedgerKind.CONTRACTUAL,),
    "discount_cents": (LedgerKind.DISCOUNT,),
    "insurance_cents": (LedgerKind.INSURANCE_PAYMENT,),
    "patient_cents": (LedgerKind.PATIENT_PAYMENT, LedgerKind.REFUND),
    "written_off_cents": (LedgerKind.WRITE_OFF,),
}
"""The kinds of ledger entries behind each column."""

SIGN = {"billed_cents": 1}
"""The columns that are shown as in the ledger; the others with the opposite sign."""

NOTE = (
    "A month of posting compares what was posted in it, also for earlier services: it says little while charges arrive "
    "late. For the rate of some services choose rows by month of service, and a period that goes on after them"
)

ALL = {
    "allowed_cents": {"billed_cents": 1, "contractual_cents": -1},
    "collected_cents": {"insurance_cents": 1, "patient_cents": 1},
    "patient_share_cents": {"billed_cents": 1, "contractual_cents": -1, "discount_cents": -1, "insurance_cents": -1},
}
"""Columns that are sums of others."""


def _columns(kind: sa.ColumnElement[str], amount: sa.ColumnElement[int]) -> list[sa.ColumnElement[int]]:
    plain = {
        name: sa.case((kind.in_([one.value for one in kinds]), amount * SIGN.get(name, -1)), else_=0)
        for name, kinds in KINDS.items()
    }
    added = {name: sum((plain[one] * sign for one, sign in of.items()), sa.literal(0)) for name, of in ALL.items()}
    return [column.label(name) for name, column in {**plain, **added}.items()]


def _parts(asked: Asked) -> sa.Subquery:
    asked = within_month(asked)
    return (
        sa.select(
            LEDGER.c.id.label("entry_id"),
            LEDGER.c.account_id,
            ACCOUNT.c.creditor_id,
            payer_class.label("payer_class"),
            month_text(LEDGER.c.posted_on).label("month"),
            month_text(ACCOUNT.c.service_from).label("service_month"),
            *_columns(LEDGER.c.kind, LEDGER.c.amount_cents),
        )
        .join(ACCOUNT, ACCOUNT.c.id == LEDGER.c.account_id)
        .where(LEDGER.c.posted_on.between(asked.first, asked.last))
        .subquery("posted")
    )


def _summary(asked: Asked) -> sa.Subquery:
    totals = ledger_totals()
    return (
        sa.select(
            totals.c.creditor_id,
            totals.c.payer_class,
            month_text(totals.c.posted_on).label("month"),
            *_columns(totals.c.kind, totals.c.amount_cents),
        )
        .where(totals.c.posted_on.between(asked.first, asked.last))
        .subquery("posted")
    )


CUBE = Cube(
    parts=_parts,
    summary=_summary,
    sums=(
        Column("billed_cents", "Billed", Unit.CENTS, "Charges and converted balances"),
        Column("contractual_cents", "Contractual", Unit.CENTS, "What contracts with payers take off the charges"),
        Column("discount_cents", "Discounts", Unit.CENTS, "Discounts, such as charity care and settlements"),
        Column("insurance_cents", "Insurance paid", Unit.CENTS, "Payments of insurance, less reversals"),
        Column("patient_cents", "Patients paid", Unit.CENTS, "Payments of patients, less reversals and refunds"),
        Column("written_off_cents", "Written off", Unit.CENTS, "Write-offs"),
        Column("allowed_cents", "Allowed", Unit.CENTS, "Billed less contractual adjustments"),
        Column("collected_cents", "Collected", Unit.CENTS, "What insurance and patients paid"),
        Column("patient_share_cents", "Patient share", Unit.CENTS, "Allowed less discounts and insurance payments"),
    ),
    hidden=frozenset({"allowed_cents", "collected_cents", "patient_share_cents"}),
    dimensions=(
        Dimension("month", "Month of posting", months=True),
        Dimension("service_month", "Month of service", months=True),
        BY_CREDITOR,
        BY_PAYER_CLASS,
    ),
    notes=lambda _conn, _asked: (NOTE,),
    derived=(
        Derived(
            Column("net_percent", "Net collection rate (%)", Unit.PERCENT, "What was collected of what was allowed"),
            percent("collected_cents", "allowed_cents"),
        ),
        Derived(
            Column(
                "self_pay_percent",
                "Self-pay collection rate (%)",
                Unit.PERCENT,
                "What patients paid of what was left to them after insurance and discounts",
            ),
            percent("patient_cents", "patient_share_cents"),
        ),
        Derived(
            Column("bad_debt_percent", "Bad debt (%)", Unit.PERCENT, "Write-offs as a share of what was allowed"),
            percent("written_off_cents", "allowed_cents"),
        ),
    ),
)


def _ties(conn: Connection, asked: Asked) -> list[Tie]:
    total = CUBE.read(conn, asked).total
    found: list[Tie] = []
    for name, kinds in KINDS.items():
        words = [one.value for one in kinds]
        there = ledger_sum_of(conn, words, asked.first, asked.last, asked.creditors) * SIGN.get(name, -1)
        title = next(one.title for one in CUBE.sums if one.name == name)
        found.append(Tie(f"{title} equals the ledger", int(total[name] or 0), there))  # type: ignore[arg-type]
    return found


COLLECTION_RATE = Report(
    name="collection-rate",
    title="Collection rates",
    group=Group.COLLECTIONS,
    question="How much of what we could collect did we collect, and how much became bad debt?",
    span=Span.PERIOD,
    measures=CUBE.measures,
    read=CUBE.read,
    ties_out="Each column equals the ledger entries of its kinds, posted in the period.",
    ties=_ties,
    dimensions=CUBE.dimensions,
    by=("month",),
    months=6,
    drill=CUBE.drill(),
    chart=Chart(("net_percent",)),
)

"""How much of each age bucket became older in a month instead of being paid."""

from datetime import date, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from flows.reports.creditors import of_creditors
from flows.reports.cube import BY_CREDITOR, Cube, Derived, percent
from flows.reports.model import Asked, Chart, Column, Dimension, Group, Report, Span, Tie, Unit
from flows.reports.receivables.buckets import BUCKETS, CREDIT, read_bucket
from flows.reports.summaries.aging_months import AGING_MONTH, NOTHING, account_moves
from flows.reports.summaries.queries import ledger_sum_known
from models.sql_functions import month_text
from models.values import day_text

ORDER = (*BUCKETS, CREDIT, NOTHING)


def _read(word: str) -> str:
    return "No balance" if word == NOTHING else read_bucket(word)


def _place(column: sa.ColumnElement[str]) -> sa.Case[int]:
    return sa.case({name: place for place, name in enumerate(BUCKETS)}, value=column, else_=-1)


def _measures(parts: sa.Subquery) -> list[sa.ColumnElement[int]]:
    owed = sa.case((parts.c.was.in_(BUCKETS), parts.c.was_cents), else_=0)
    older = _place(parts.c.now) > _place(parts.c.was)
    rolled = sa.case((sa.and_(parts.c.was.in_(BUCKETS), older), parts.c.now_cents), else_=0)
    cleared = sa.case((sa.and_(parts.c.was.in_(BUCKETS), parts.c.now == NOTHING), parts.c.was_cents), else_=0)
    return [owed.label("owed_cents"), rolled.label("rolled_cents"), cleared.label("cleared_cents")]


def _kept_months(asked: Asked) -> sa.Subquery:
    month = AGING_MONTH.c.month_end
    return (
        sa.select(*AGING_MONTH.c, month_text(month).label("month"))
        .where(month.between(asked.first, asked.last))
        .subquery("kept")
    )


def _summary(asked: Asked) -> sa.Subquery:
    kept = _kept_months(asked)
    names = ("creditor_id", "was", "now", "month", "accounts", "was_cents", "now_cents")
    return sa.select(*(kept.c[name] for name in names), *_measures(kept)).subquery("moved")


def _month_ends(asked: Asked) -> list[date]:
    found: list[date] = []
    day = asked.first.replace(day=1)
    while (end := (day + timedelta(days=31)).replace(day=1) - timedelta(days=1)) <= asked.last:
        found.append(end)
        day = end + timedelta(days=1)
    return found


def _parts(asked: Asked) -> sa.Subquery:
    """The same by account: each month again from the ledger, by the entries that were known when it was kept."""
    wanted = asked.where.get("month")
    months = [end for end in _month_ends(asked) if wanted in (None, f"{end:%Y-%m}")]
    # No month ends on the first day of one: without any month there is no row.
    moves = account_moves(months or [asked.first.replace(day=1)]).subquery("kept")
    return sa.select(*moves.c, sa.literal(1).label("accounts"), *_measures(moves)).subquery("moved")


def _notes(conn: Connection, asked: Asked) -> tuple[str, ...]:
    last = conn.execute(
        sa.select(sa.func.max(AGING_MONTH.c.month_end)).where(AGING_MONTH.c.month_end <= asked.last)
    ).scalar()
    kept = "no month in this time has ended" if last is None else f"the last one ended on {day_text(last)}"
    return (f"Only months that have ended are in it, as they were known then; {kept}",)


CUBE = Cube(
    parts=_parts,
    summary=_summary,
    sums=(
        Column("accounts", "Accounts", Unit.COUNT, "Accounts with a balance at the start or at the end of the month"),
        Column("was_cents", "At start", Unit.CENTS, "Their balance at the start of the month"),
        Column("now_cents", "At end", Unit.CENTS, "Their balance at the end of the month"),
        Column("owed_cents", "Owed at start", Unit.CENTS, "Balances above zero at the start"),
        Column("rolled_cents", "Became older", Unit.CENTS, "What was owed at the end in an older bucket"),
        Column(
            "cleared_cents",
            "Cleared",
            Unit.CENTS,
            "Balances at the start of accounts that have none at the end",
        ),
    ),
    hidden=frozenset({"owed_cents"}),
    dimensions=(
        Dimension("was", "Bucket at start", _read, ORDER),
        Dimension("now", "Bucket at end", _read, ORDER),
        Dimension("month", "Month", months=True),
        BY_CREDITOR,
    ),
    derived=(
        Derived(
            Column("roll_percent", "Roll rate (%)", Unit.PERCENT, "The share of what was owed that became older"),
            percent("rolled_cents", "owed_cents"),
        ),
        Derived(
            Column("cleared_percent", "Cleared (%)", Unit.PERCENT, "The share of what was owed that was cleared"),
            percent("cleared_cents", "owed_cents"),
        ),
    ),
    notes=_notes,
    opens=("accounts", "was_cents", "now_cents", "rolled_cents", "cleared_cents"),
    has_lines=False,
)


def _ties(conn: Connection, asked: Asked) -> list[Tie]:
    ties: list[Tie] = []
    month = AGING_MONTH.c.month_end
    kept = (
        sa.select(
            month,
            sa.func.max(AGING_MONTH.c.through_id).label("through"),
            sa.func.sum(AGING_MONTH.c.now_cents).label("now"),
        )
        .where(month.between(asked.first, asked.last))
        .group_by(month)
    )
    kept = kept.where(of_creditors(AGING_MONTH.c.creditor_id, asked.creditors))
    for row in conn.execute(kept.order_by(month)):
        there = ledger_sum_known(conn, row.month_end, row.through, asked.creditors)
        ties.append(Tie(f"Balances at the end of {row.month_end:%Y-%m} equal the ledger", int(row.now), there))
    return ties


ROLL_RATES = Report(
    name="roll-rates",
    title="Roll rates",
    group=Group.RECEIVABLES,
    question="How much of each age bucket became older in a month instead of being paid?",
    span=Span.PERIOD,
    measures=CUBE.measures,
    read=CUBE.read,
    ties_out="The balances at the end of each month equal the ledger as it was known when the month was kept.",
    ties=_ties,
    dimensions=CUBE.dimensions,
    by=("was",),
    months=4,
    drill=CUBE.drill(),
    chart=Chart(("roll_percent",)),
)

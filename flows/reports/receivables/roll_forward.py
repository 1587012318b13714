"""From the opening balance of a month to its closing balance, for each creditor."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta

import sqlalchemy as sa
from dateutil.rrule import MONTHLY, rrule
from sqlalchemy.engine import Connection

from flows.reports.creditors import creditor_codes
from flows.reports.cube import ACCOUNT, BY_CREDITOR, BY_MONTH, BY_PAYER_CLASS, LEDGER, Cube, conditions, within_month
from flows.reports.model import (
    AccountLine,
    Accounts,
    Asked,
    Cell,
    Chart,
    Column,
    Drill,
    Group,
    Line,
    Report,
    Span,
    Table,
    Tie,
    Unit,
)
from flows.reports.summaries.queries import ledger_sum, ledger_totals, payer_class, posted_through, recorded_on
from models.enums import LedgerKind
from models.sql_functions import month_text

MOVES: Mapping[str, tuple[LedgerKind, ...]] = {
    "new_cents": (LedgerKind.OPENING, LedgerKind.CHARGE, LedgerKind.INTEREST),
    "paid_cents": (LedgerKind.PATIENT_PAYMENT, LedgerKind.INSURANCE_PAYMENT),
    "adjusted_cents": (LedgerKind.CONTRACTUAL, LedgerKind.DISCOUNT, LedgerKind.TRANSFER),
    "refunded_cents": (LedgerKind.REFUND,),
    "written_off_cents": (LedgerKind.WRITE_OFF,),
}
"""The kinds of ledger entries in each column; a test holds that each kind is in one."""

COLUMNS = (
    Column("opening_cents", "Opening", Unit.CENTS, "The balance before the first day"),
    Column("new_cents", "New", Unit.CENTS, "Charges, converted balances and interest"),
    Column("paid_cents", "Paid", Unit.CENTS, "Payments of patients and insurance, less reversals"),
    Column("adjusted_cents", "Adjusted", Unit.CENTS, "Contractual adjustments, discounts and transfers"),
    Column("refunded_cents", "Refunded", Unit.CENTS, "Refunds of overpayments"),
    Column("written_off_cents", "Written off", Unit.CENTS, "Write-offs"),
    Column("closing_cents", "Closing", Unit.CENTS, "The balance at the end of the last day"),
    Column("late_cents", "Recorded later", Unit.CENTS, "The part of the changes that was recorded after their month"),
)
"""The columns, signed as in the ledger, so that opening and the changes add up to closing."""

DIMENSIONS = (BY_CREDITOR, BY_MONTH, BY_PAYER_CLASS)


def _by_column(kind: sa.ColumnElement[str], amount: sa.ColumnElement[int]) -> list[sa.ColumnElement[int]]:
    return [
        sa.case((kind.in_([one.value for one in kinds]), amount), else_=0).label(name) for name, kinds in MOVES.items()
    ]


def _is_late(posted_on: sa.ColumnElement[date], recorded_on: sa.ColumnElement[date]) -> sa.ColumnElement[bool]:
    """Whether an entry was recorded in a later month than the one that it was posted for."""
    return month_text(recorded_on) > month_text(posted_on)


def _parts(asked: Asked) -> sa.Subquery:
    first, last = within_month(asked).first, within_month(asked).last
    return (
        sa.select(
            LEDGER.c.id.label("entry_id"),
            LEDGER.c.account_id,
            ACCOUNT.c.creditor_id,
            payer_class.label("payer_class"),
            LEDGER.c.kind,
            month_text(LEDGER.c.posted_on).label("month"),
            *_by_column(LEDGER.c.kind, LEDGER.c.amount_cents),
            sa.case((_is_late(LEDGER.c.posted_on, recorded_on), LEDGER.c.amount_cents), else_=0).label("late_cents"),
        )
        .join(ACCOUNT, ACCOUNT.c.id == LEDGER.c.account_id)
        .where(LEDGER.c.posted_on.between(first, last))
        .subquery("moved")
    )


CUBE = Cube(_parts, tuple(one for one in COLUMNS if one.name not in ("opening_cents", "closing_cents")), DIMENSIONS)


Sums = dict[str, int]
"""The sums by column; of an opening balance only `all_cents` counts."""

BEFORE = ""
"""The month of everything before the period."""


def _without_month(asked: Asked) -> Asked:
    """The same, with a filter by month as a shorter period."""
    where = {name: word for name, word in asked.where.items() if name != BY_MONTH.name}
    return replace(within_month(asked), where=where)


def read(conn: Connection, asked: Asked) -> Table:
    """The rows by the dimensions that are asked for; with months, each opens with the closing of the one before."""
    asked = _without_month(asked)
    by = tuple(name for name in asked.by if name != "month")
    moved = _moved(conn, asked, by)
    months = _months(asked) if "month" in asked.by else [None]
    rows: list[dict[str, Cell]] = []
    for key in sorted(moved):
        named = dict(zip(by, key, strict=True))
        walked = _walk(moved[key], months)
        rows += [{name: row[name] if name == "month" else named[name] for name in asked.by} | row for row in walked]
    total = _walk(_added(moved.values()), [None])[0]
    columns = (*(one.column for name in asked.by for one in DIMENSIONS if one.name == name), *COLUMNS)
    return Table(columns, rows, {one.name: total[one.name] for one in COLUMNS})


def _months(asked: Asked) -> list[str | None]:
    first, last = asked.first.replace(day=1), asked.last
    return [f"{one:%Y-%m}" for one in rrule(MONTHLY, dtstart=first, until=last)]


def _moved(conn: Connection, asked: Asked, by: tuple[str, ...]) -> dict[tuple[str, ...], dict[str, Sums]]:
    """The sums by group and month; everything before the period stands under the month BEFORE."""
    totals, posted = ledger_totals(), posted_through(asked.first - timedelta(days=1))
    amount, nothing = totals.c.amount_cents, sa.literal(0)
    late = sa.case((_is_late(totals.c.posted_on, totals.c.recorded_on), amount), else_=0)
    sums = [*_by_column(totals.c.kind, amount), amount.label("all_cents"), late.label("late_cents")]
    opening = [posted.c.amount_cents if one.name == "all_cents" else nothing for one in sums]
    moved = (
        _grouped(totals, by, month_text(totals.c.posted_on), sums)
        .where(totals.c.posted_on.between(asked.first, asked.last), *conditions(conn, totals, asked))
        .group_by(month_text(totals.c.posted_on))
    )
    before = _grouped(posted, by, sa.literal(BEFORE), opening).where(*conditions(conn, posted, asked))
    codes = creditor_codes(conn)
    found: defaultdict[tuple[str, ...], dict[str, Sums]] = defaultdict(dict)
    for row in [*conn.execute(before), *conn.execute(moved)]:
        key = tuple(codes[word] if name == "creditor" else str(word) for name, word in zip(by, row, strict=False))
        names = (one.name for one in sums)
        found[key][row[len(by)]] = {
            name: int(cents or 0) for name, cents in zip(names, row[len(by) + 1 :], strict=True)
        }
    return found


def _grouped(
    source: sa.FromClause, by: tuple[str, ...], month: sa.ColumnElement[str], sums: Sequence[sa.ColumnElement[int]]
) -> sa.Select[tuple[object, ...]]:
    """The sums by the dimensions; the month stands behind them."""
    columns = {"creditor": source.c.creditor_id, "payer_class": source.c.payer_class} if by else {}
    groups = [columns[name] for name in by]
    return sa.select(*groups, month, *(sa.func.sum(one) for one in sums)).group_by(*groups)


def _added(many: Iterable[Mapping[str, Sums]]) -> dict[str, Sums]:
    """The sums of several groups together."""
    found: dict[str, Sums] = {}
    for months in many:
        for month, sums in months.items():
            mine = found.setdefault(month, dict.fromkeys(sums, 0))
            for name, cents in sums.items():
                mine[name] += cents
    return found


def _walk(moved: Mapping[str, Sums], months: Sequence[str | None]) -> list[dict[str, Cell]]:
    """The rows of a group, one for each month, or one for the whole period (None)."""
    names = (*MOVES, "late_cents")
    opening = moved.get(BEFORE, {}).get("all_cents", 0)
    rows: list[dict[str, Cell]] = []
    for month in months:
        parts = [sums for key, sums in moved.items() if key != BEFORE and month in (None, key)]
        sums = {name: sum(one[name] for one in parts) for name in names}
        closing = opening + sum(one["all_cents"] for one in parts)
        rows.append({"month": month, "opening_cents": opening, **sums, "closing_cents": closing})
        opening = closing
    return rows


def _balance_parts(asked: Asked) -> sa.Subquery:
    """Every entry through the last day: what an opening or a closing balance is made of."""
    return (
        sa.select(
            LEDGER.c.id.label("entry_id"),
            LEDGER.c.account_id,
            ACCOUNT.c.creditor_id,
            payer_class.label("payer_class"),
            LEDGER.c.amount_cents.label("balance_cents"),
        )
        .join(ACCOUNT, ACCOUNT.c.id == LEDGER.c.account_id)
        .where(LEDGER.c.posted_on <= asked.last)
        .subquery("balances")
    )


BALANCES = Cube(
    _balance_parts, (Column("balance_cents", "Balance", Unit.CENTS, "The balance"),), (BY_CREDITOR, BY_PAYER_CLASS)
)


def _opened(asked: Asked, measure: str) -> tuple[Drill, Asked, str]:
    """Which parts a column is opened into: the entries of the period, or all of them through a day."""
    if measure not in ("opening_cents", "closing_cents"):
        return CUBE.drill(), asked, measure
    within = _without_month(asked)
    day = within.first - timedelta(days=1) if measure == "opening_cents" else within.last
    return BALANCES.drill(), replace(within, last=day, by=()), "balance_cents"


def _accounts(conn: Connection, asked: Asked, measure: str, first: int, most: int) -> Accounts:
    drill, narrowed, name = _opened(asked, measure)
    return drill.accounts(conn, narrowed, name, first, most)


def _every(conn: Connection, asked: Asked, measure: str) -> Iterator[AccountLine]:
    drill, narrowed, name = _opened(asked, measure)
    return drill.every(conn, narrowed, name)


def _lines(conn: Connection, asked: Asked, measure: str, account_id: int) -> list[Line]:
    drill, narrowed, name = _opened(asked, measure)
    return [] if drill.lines is None else drill.lines(conn, narrowed, name, account_id)


def ties(conn: Connection, asked: Asked) -> list[Tie]:
    """Each row closes, and what it opens and closes with is the ledger through that day."""
    total = read(conn, replace(asked, by=())).total
    cents = {name: value for name, value in total.items() if isinstance(value, int)}
    closing = cents["opening_cents"] + sum(cents[name] for name in MOVES)
    before = asked.first - timedelta(days=1)
    return [
        Tie("Opening and the changes add up to closing", closing, cents["closing_cents"]),
        Tie("Closing equals the ledger", cents["closing_cents"], ledger_sum(conn, asked.last, asked.creditors)),
        Tie("Opening equals the ledger", cents["opening_cents"], ledger_sum(conn, before, asked.creditors)),
    ]


ROLL_FORWARD = Report(
    name="roll-forward",
    title="A/R roll-forward",
    group=Group.RECEIVABLES,
    question="How did the balance change from the start to the end of each month, and by what?",
    span=Span.PERIOD,
    measures=COLUMNS,
    read=read,
    ties_out="Opening and the changes add up to closing; opening and closing equal the ledger through those days.",
    ties=ties,
    dimensions=DIMENSIONS,
    by=("creditor", "month"),
    months=2,
    drill=Drill(tuple(one.name for one in COLUMNS), _accounts, _every, _lines),
    chart=Chart(("closing_cents",)),
)

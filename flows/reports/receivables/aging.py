"""What is owed as of a day, by age."""

from datetime import date, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from flows.reports.cube import (
    ACCOUNT,
    ACCOUNTS,
    BY_CREDITOR,
    BY_PAYER_CLASS,
    BY_STATE,
    LEDGER,
    PERSON,
    Cube,
    Derived,
    ledger_lines,
    percent,
)
from flows.reports.model import Asked, Chart, Column, Dimension, Group, Line, Report, Span, Tie, Unit
from flows.reports.receivables.buckets import BUCKETS, CREDIT, bucket, read_bucket
from flows.reports.summaries.queries import ledger_sum, recorded_later
from models.sql_functions import unordered
from models.values import day_text, dollars


def _changed_after(on: date) -> sa.Subquery:
    account_id = unordered(LEDGER.c.account_id)
    return (
        sa.select(account_id.label("account_id"), sa.func.sum(LEDGER.c.amount_cents).label("later_cents"))
        .where(LEDGER.c.posted_on > on)
        .group_by(account_id)
        .subquery("later")
    )


def balances_on(asked: Asked, *more: sa.ColumnElement[object]) -> sa.Select[tuple[object, ...]]:
    """Accounts with their balances as of the last day: the balance now, less what was posted for later days."""
    later = _changed_after(asked.last)
    balance = ACCOUNT.c.balance_cents - sa.func.coalesce(later.c.later_cents, 0)
    return (
        sa.select(
            ACCOUNT.c.id.label("account_id"),
            ACCOUNT.c.guarantor_id,
            ACCOUNT.c.creditor_id,
            ACCOUNT.c.payer_class,
            ACCOUNT.c.service_from,
            ACCOUNT.c.first_statement_on,
            ACCOUNT.c.placement_id,
            balance.label("balance_cents"),
            *more,
        )
        .select_from(ACCOUNT.outerjoin(later, later.c.account_id == ACCOUNT.c.id))
        .where(balance != 0)
    )


SIZES = ("under $25", "$25 to $100", "$100 to $500", "$500 to $2,000", "over $2,000")


def _size(cents: sa.ColumnElement[int]) -> sa.Case[str]:
    small = [(cents < most, name) for most, name in zip((25_00, 100_00, 500_00, 2_000_00), SIZES, strict=False)]
    return sa.case((cents < 0, CREDIT), *small, else_=SIZES[-1])


def _parts(asked: Asked) -> sa.Subquery:
    owed = balances_on(asked).subquery("owed")
    statement = sa.func.coalesce(owed.c.first_statement_on, owed.c.service_from)
    by_statement = bucket(statement, owed.c.balance_cents, asked.last)
    old = owed.c.balance_cents > 0, statement < asked.last - timedelta(days=90)
    query = sa.select(
        owed.c.account_id,
        owed.c.creditor_id,
        owed.c.payer_class,
        by_statement.label("bucket"),
        bucket(owed.c.service_from, owed.c.balance_cents, asked.last).label("service_bucket"),
        sa.case((owed.c.placement_id.is_(None), "practice"), else_="agency").label("with"),
        _size(owed.c.balance_cents).label("size"),
        sa.literal(1).label("accounts"),
        owed.c.balance_cents,
        sa.case((owed.c.balance_cents > 0, owed.c.balance_cents), else_=0).label("owed_cents"),
        sa.case((sa.and_(*old), owed.c.balance_cents), else_=0).label("over_90_cents"),
    )
    if "state" in (*asked.by, *asked.where):
        query = query.add_columns(PERSON.c.state).join(PERSON, PERSON.c.id == owed.c.guarantor_id)
    return query.subquery("aged")


def _lines(conn: Connection, asked: Asked, account_id: int) -> list[Line]:
    return ledger_lines(conn, LEDGER.c.account_id == account_id, LEDGER.c.posted_on <= asked.last)


def _notes(conn: Connection, asked: Asked) -> tuple[str, ...]:
    cents = 0 if asked.last >= asked.today else recorded_later(conn, asked.last, asked.creditors)
    if not cents:
        return ()
    return (f"Includes {dollars(cents)} that was recorded after {day_text(asked.last)} for an earlier day",)


CUBE = Cube(
    parts=_parts,
    sums=(
        ACCOUNTS,
        Column("balance_cents", "Balance", Unit.CENTS, "What is owed, less credit balances"),
        Column("owed_cents", "Owed", Unit.CENTS, "Balances above zero"),
        Column("over_90_cents", "Over 90 days", Unit.CENTS, "Balances above zero whose first statement is older"),
    ),
    dimensions=(
        Dimension("bucket", "Days since first statement", read_bucket, (*BUCKETS, CREDIT)),
        Dimension("service_bucket", "Days since service", read_bucket, (*BUCKETS, CREDIT)),
        BY_CREDITOR,
        BY_PAYER_CLASS,
        BY_STATE,
        Dimension("size", "Size of balance", read_bucket, (*SIZES, CREDIT)),
        Dimension("with", "Collected by", lambda word: {"agency": "Agency (now)"}.get(word, "Practice (now)")),
    ),
    derived=(
        Derived(
            Column(
                "over_90_percent", "Over 90 days (%)", Unit.PERCENT, "The share of what is owed that is over 90 days"
            ),
            percent("over_90_cents", "owed_cents"),
        ),
    ),
    notes=_notes,
    lines=_lines,
)


def _ties(conn: Connection, asked: Asked) -> list[Tie]:
    balance = CUBE.read(conn, asked).total["balance_cents"]
    assert isinstance(balance, int)
    return [Tie("Balances equal the ledger through the day", balance, ledger_sum(conn, asked.last, asked.creditors))]


AGING = Report(
    name="aging",
    title="A/R aging",
    group=Group.RECEIVABLES,
    question="How much is owed, and how old is it?",
    span=Span.DAY,
    measures=CUBE.measures,
    read=CUBE.read,
    ties_out="The balances add up to the sum of the ledger through the day.",
    ties=_ties,
    dimensions=CUBE.dimensions,
    by=("bucket",),
    drill=CUBE.drill(),
    chart=Chart(("balance_cents",)),
)

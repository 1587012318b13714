"""Credit balances with their refund dates, and the refunds themselves."""

from datetime import date

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from compliance.unclaimed import presumed_abandoned
from flows.ledger.refunds.queries import credit_balances
from flows.reports.creditors import creditor_codes, of_creditors
from flows.reports.cube import ACCOUNT, BY_CREDITOR, BY_MONTH, LEDGER, PERSON, Cube, count_if
from flows.reports.model import (
    MANAGERS,
    Asked,
    Cell,
    Chart,
    Column,
    Dimension,
    Group,
    Report,
    Row,
    Span,
    Table,
    Tie,
    Unit,
)
from flows.reports.summaries.queries import ledger_sum_of
from models import Refund
from models.columns import table
from models.enums import LedgerKind, Payee, RefundState
from models.labels import label_of
from models.sql_functions import days_between, month_text
from models.user_enums import Role

REFUND = table(Refund)

CREDIT_COLUMNS = (
    Column("account", "Account", Unit.ACCOUNT, "The account number"),
    Column("guarantor", "Guarantor", Unit.PERSON, "Who owns the account"),
    Column("creditor", "Creditor", Unit.TEXT, "The creditor of the account"),
    Column("payee", "Owed to", Unit.TEXT, "To whom the credit is owed", lambda word: label_of(Payee, word)),
    Column("amount_cents", "Credit", Unit.CENTS, "What is owed back"),
    Column("found_on", "Since", Unit.DATE, "When the credit was found"),
    Column("age_days", "Age", Unit.DAYS, "Days since then"),
    Column("due_on", "Refund due", Unit.DATE, "The last day to refund it"),
    Column("state", "State", Unit.TEXT, "What became of it"),
    Column("abandoned_on", "Unclaimed property", Unit.DATE, "When it is presumed abandoned, where the law is known"),
    Column("citation", "By", Unit.TEXT, "The law that says so"),
)


def read_credits(conn: Connection, asked: Asked) -> Table:
    """The credit balances now, the most urgent first."""
    found = credit_balances(conn, asked.today)
    query = sa.select(ACCOUNT.c.number, ACCOUNT.c.id, ACCOUNT.c.guarantor_id, ACCOUNT.c.creditor_id, PERSON.c.state)
    query = query.join(PERSON, PERSON.c.id == ACCOUNT.c.guarantor_id).where(ACCOUNT.c.balance_cents < 0)
    accounts = {row.number: row for row in conn.execute(query)}
    codes = creditor_codes(conn)
    rows: list[Row] = []
    for one in found:
        account = accounts[one["number"]]
        if asked.creditors is not None and account.creditor_id not in asked.creditors:
            continue
        to_family = one["payee"] in (Payee.GUARANTOR.value, Payee.ESTATE.value)
        gone = presumed_abandoned(account.state, one["found_on"]) if to_family else None
        row: dict[str, Cell] = {
            "account": one["number"],
            "guarantor": one["guarantor"],
            "creditor": codes[account.creditor_id],
            "payee": one["payee"],
            "amount_cents": one["amount_cents"],
            "found_on": one["found_on"],
            "age_days": one["age_days"],
            "due_on": one["due_on"],
            "state": one["state"],
            "abandoned_on": None if gone is None else gone.on,
            "citation": None if gone is None else gone.citation,
            "account_id": account.id,
            "person_id": account.guarantor_id,
        }
        rows.append(row)
    total = {"rows": len(rows), "amount_cents": sum(int(str(row["amount_cents"])) for row in rows)}
    return Table(CREDIT_COLUMNS, rows, total)


def _credit_ties(conn: Connection, asked: Asked) -> list[Tie]:
    query = sa.select(sa.func.coalesce(sa.func.sum(ACCOUNT.c.balance_cents), 0)).where(ACCOUNT.c.balance_cents < 0)
    query = query.where(of_creditors(ACCOUNT.c.creditor_id, asked.creditors))
    total = read_credits(conn, asked).total["amount_cents"]
    return [Tie("The credits equal the balances below zero", int(str(total)), -int(conn.execute(query).scalar_one()))]


CREDIT_BALANCES = Report(
    name="credit-balances",
    title="Credit balances",
    group=Group.ADJUSTMENTS,
    question="Which accounts have a credit, to whom is it owed, and by when?",
    span=Span.DAY,
    measures=CREDIT_COLUMNS,
    read=read_credits,
    ties_out="The credits add up to the balances below zero.",
    ties=_credit_ties,
    names_people=True,
    roles=MANAGERS | {Role.CLERK},
)


def _refunds(asked: Asked) -> sa.Subquery:
    days = sa.case((REFUND.c.paid_on.is_not(None), days_between(REFUND.c.proposed_on, REFUND.c.paid_on)), else_=0)
    return (
        sa.select(
            REFUND.c.account_id,
            ACCOUNT.c.creditor_id,
            REFUND.c.payee,
            REFUND.c.state,
            REFUND.c.decided_by.label("approver"),
            month_text(REFUND.c.proposed_on).label("month"),
            sa.literal(1).label("refunds"),
            REFUND.c.amount_cents,
            count_if(REFUND.c.state == RefundState.PAID.value).label("paid"),
            sa.case((REFUND.c.state == RefundState.PAID.value, REFUND.c.amount_cents), else_=0).label("paid_cents"),
            days.label("days"),
        )
        .join(ACCOUNT, ACCOUNT.c.id == REFUND.c.account_id)
        .where(REFUND.c.proposed_on.between(asked.first, asked.last))
        .subquery("refunds")
    )


CUBE = Cube(
    parts=_refunds,
    sums=(
        Column("refunds", "Refunds", Unit.COUNT, "Refunds that were requested in the period"),
        Column("amount_cents", "Requested", Unit.CENTS, "Their amount"),
        Column("paid", "Paid", Unit.COUNT, "Those that were paid"),
        Column("paid_cents", "Paid out", Unit.CENTS, "What was paid"),
    ),
    dimensions=(
        Dimension("state", "State", lambda word: label_of(RefundState, word), values=tuple(RefundState)),
        Dimension("payee", "Owed to", lambda word: label_of(Payee, word), values=tuple(Payee)),
        Dimension("approver", "Approved by", without="Not decided", user=True),
        BY_MONTH,
        BY_CREDITOR,
    ),
    has_lines=False,
)


def _refund_ties(conn: Connection, asked: Asked) -> list[Tie]:
    whole = Asked(asked.today, date.min, date.max, (), {}, asked.creditors)
    paid = CUBE.read(conn, whole).total["paid_cents"]
    there = ledger_sum_of(conn, [LedgerKind.REFUND.value], date.min, date.max, asked.creditors)
    given = sa.select(sa.func.coalesce(sa.func.sum(LEDGER.c.amount_cents), 0)).where(
        LEDGER.c.kind == LedgerKind.REFUND.value, LEDGER.c.source != "refund"
    )
    given = given.join(ACCOUNT, ACCOUNT.c.id == LEDGER.c.account_id).where(
        of_creditors(ACCOUNT.c.creditor_id, asked.creditors)
    )
    imported = int(conn.execute(given).scalar_one())
    return [Tie("All paid refunds equal those in the ledger, without imported ones", int(str(paid)), there - imported)]


REFUNDS = Report(
    name="refunds",
    title="Refunds",
    group=Group.ADJUSTMENTS,
    question="Which refunds were requested, approved and paid?",
    span=Span.PERIOD,
    measures=CUBE.measures,
    read=CUBE.read,
    ties_out="All refunds that were ever paid equal the refunds in the ledger, without imported ones.",
    ties=_refund_ties,
    dimensions=CUBE.dimensions,
    by=("state",),
    drill=CUBE.drill(),
    chart=Chart(("amount_cents",)),
    roles=MANAGERS | {Role.CLERK},
    months=6,
)

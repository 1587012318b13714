"""Commands that report: agencies, credit balances, bad debt, and how the agencies' months tie out."""

from typing import Annotated

import typer
from sqlalchemy.engine import Connection

from cli.output import (
    BusinessDate,
    Json,
    business_date,
    labels,
    open_practice,
    optional_date,
    refusals,
    say_json,
    say_table,
)
from cli.typist import typist
from cli.view_log import saw_accounts
from flows.accounts.queries import account_row
from flows.agency_handoff.queries import agency_row
from flows.agency_handoff.remittance.bad_debt import bad_debt_log
from flows.agency_handoff.remittance.reconcile import reconcile
from flows.ledger.refunds.queries import credit_balances
from flows.reports.scorecard import scorecard
from models.enums import Payee, RefundState
from models.errors import NotPermitted
from models.user_enums import Seen


def require_all_creditors() -> None:
    """Raise NotPermitted for a user who is limited to some creditors: the figures are of all of them together."""
    person = typist().person
    if person is not None and person.creditors is not None:
        raise NotPermitted("these figures are of all creditors together", "use `report liquidation` for yours")


def is_theirs(conn: Connection, number: str) -> bool:
    """Whether an account is of the creditors that the user is limited to, if any."""
    person = typist().person
    if person is None or person.creditors is None:
        return True
    return account_row(conn, number).creditor_id in person.creditors


report = typer.Typer(help="Show reports.", no_args_is_help=True)

CREDIT = {"payee": labels(Payee), "state": labels(RefundState)}
CREDIT_HEADS = {"number": "Account", "due_on": "Refund due"}


@refusals
def reconcile_months(
    code: Annotated[str | None, typer.Option("--agency", help="Only one agency.")] = None,
    months: Annotated[int, typer.Option("--months", min=1, max=120)] = 3,
    date: BusinessDate = None,
    json: Json = False,
) -> None:
    """Reconcile each agency by month: the amount placed equals what was collected, adjusted, returned and is open."""
    with open_practice() as practice, practice.database.reading() as conn:
        if code is not None:
            agency_row(conn, code)
        require_all_creditors()
        rows = reconcile(conn, business_date(date), months, code)
    if json:
        say_json(rows)
        return
    columns = (
        "agency",
        "month",
        "opening_cents",
        "placed_cents",
        "collected_cents",
        "direct_cents",
        "adjusted_cents",
        "returned_cents",
        "closing_cents",
        "off_cents",
    )
    say_table(
        "Opening + placed = collected + paid to practice + adjusted + returned + closing",
        rows,
        columns,
    )


@refusals
def scorecard_of(
    since: Annotated[str | None, typer.Option("--since", help="Only accounts placed on or after this date.")] = None,
    json: Json = False,
) -> None:
    """Show agency scorecards: recovery by placement month and age with margin of error; champion and challengers."""
    with open_practice() as practice, practice.database.reading() as conn:
        require_all_creditors()
        card = scorecard(conn, optional_date(since))
    if json:
        say_json(card)
        return
    measured = ("accounts", "placed_cents", "collected_cents", "liquidation_percent", "error_percent", "cost_percent")
    columns = ("agency", *measured, "complaints", "complaints_per_1000", "acknowledged_after_days", "not_acknowledged")
    say_table("Agencies", card["agencies"], columns)
    say_table("By placement month and age", card["months"], ("agency", "month", "age", *measured))
    columns = (
        "pool",
        "champion",
        "champion_percent",
        "challenger",
        "challenger_percent",
        "difference_percent",
        "error_percent",
        "verdict",
    )
    say_table("Champion and challengers", card["pools"], columns)


@report.command("credit-balances")
@refusals
def report_credit_balances(date: BusinessDate = None, json: Json = False) -> None:
    """List credit balances: owed to, age, and refund due date."""
    with open_practice() as practice, practice.database.reading() as conn:
        rows = [row for row in credit_balances(conn, business_date(date)) if is_theirs(conn, row["number"])]
        saw_accounts(practice, [row["number"] for row in rows], Seen.CREDIT_BALANCES)
    if json:
        say_json(rows)
    else:
        columns = ("number", "guarantor", "payee", "amount_cents", "age_days", "due_on", "days_left", "state", "why")
        say_table("Credit balances", rows, columns, CREDIT, CREDIT_HEADS)


@report.command("agencies")
@refusals
def report_agencies(months: int = 3, date: BusinessDate = None, json: Json = False) -> None:
    """Report on agencies: performance, and whether their months tie out."""
    with open_practice() as practice, practice.database.reading() as conn:
        require_all_creditors()
        card = scorecard(conn)
        rows = reconcile(conn, business_date(date), months)
    if json:
        say_json({"scorecard": card["agencies"], "pools": card["pools"], "months": rows})
        return
    columns = (
        "agency",
        "accounts",
        "placed_cents",
        "collected_cents",
        "liquidation_percent",
        "error_percent",
        "cost_percent",
        "complaints",
    )
    say_table("Agencies", card["agencies"], columns)
    say_table(
        "Months",
        rows,
        (
            "agency",
            "month",
            "placed_cents",
            "collected_cents",
            "direct_cents",
            "adjusted_cents",
            "returned_cents",
            "closing_cents",
            "off_cents",
        ),
        whole=True,
    )


@report.command("medicare-bad-debt")
@refusals
def report_bad_debt(json: Json = False) -> None:
    """List the Medicare bad debt log with the evidence for each account."""
    with open_practice() as practice, practice.database.reading() as conn:
        rows = [row for row in bad_debt_log(conn) if is_theirs(conn, row["account"])]
    if json:
        say_json(rows)
        return
    columns = (
        "account",
        "patient_last_name",
        "service_from",
        "first_bill_on",
        "agency",
        "returned_on",
        "written_off_on",
        "balance_cents",
        "recovered_cents",
        "claimable",
        "missing",
    )
    say_table("Medicare bad debt log", rows, columns, whole=True)

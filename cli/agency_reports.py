"""Reports on agencies, and the facts that the law asks before an account goes to one."""

from typing import Annotated

import typer

from cli.output import (
    BusinessDate,
    Json,
    business_date,
    cents,
    open_practice,
    optional_date,
    out,
    refusals,
    say_json,
    say_table,
)
from cli.setup import user
from flows.accounts.facts.commands import record_for_class
from flows.accounts.queries import account_row
from flows.agency_handoff import commands
from flows.agency_handoff.remittance.bad_debt import bad_debt_log
from flows.agency_handoff.remittance.reconcile import reconcile
from flows.reports.scorecard import scorecard
from models.enums import FactName, PayerClass

Number = Annotated[str, typer.Argument(help="The account.")]


@refusals
def reconcile_months(
    code: Annotated[str | None, typer.Option("--agency", help="Of one agency.")] = None,
    months: Annotated[int, typer.Option("--months", min=1, max=120)] = 3,
    date: BusinessDate = None,
    json: Json = False,
) -> None:
    """Whether each agency's months tie out: what was placed is open there, collected, adjusted or returned."""
    with open_practice() as practice, practice.database.reading() as conn:
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
        "Opening + placed = collected + direct + adjusted + returned + closing",
        rows,
        columns,
    )


@refusals
def scorecard_of(
    since: Annotated[str | None, typer.Option("--since", help="Placed on this day or later.")] = None,
    json: Json = False,
) -> None:
    """What each agency brought in of what it got, by month and age, with the error; champion against challengers."""
    with open_practice() as practice, practice.database.reading() as conn:
        card = scorecard(conn, optional_date(since))
    if json:
        say_json(card)
        return
    measured = ("accounts", "placed_cents", "collected_cents", "liquidation_percent", "error_percent", "cost_percent")
    columns = ("agency", *measured, "complaints", "complaints_per_1000", "acknowledged_after_days", "not_acknowledged")
    say_table("Agencies", card["agencies"], columns)
    say_table("By month of placement and age", card["months"], ("agency", "month", "age", *measured))
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


@refusals
def fact(
    number: Number,
    name: Annotated[FactName, typer.Argument(help="What happened.")],
    source: Annotated[str, typer.Option("--source", help="Where it is written, or who said it.")] = "",
    clear: Annotated[bool, typer.Option("--clear", help="The fact is wrong; remove it.")] = False,
    on: Annotated[str | None, typer.Option("--on", help="The day it came about (default: the business date).")] = None,
    amount: Annotated[str | None, typer.Option("--amount", help="Its number: dollars, or percent of fpl.")] = None,
    date: BusinessDate = None,
    json: Json = False,
) -> None:
    """Record what the law asks of an account and a person or a paper says: a screening, a notice, how a bill stands."""
    day = business_date(date)
    since = optional_date(on) or day
    with open_practice() as practice, practice.database.transaction(actor=user(), business_date=day) as tx:
        commands.record_fact(
            tx,
            account_row(tx.conn, number),
            name,
            source,
            there=not clear,
            on=since,
            amount_cents=None if clear else cents(amount),
        )
    if json:
        say_json({"account": number, "fact": name.value, "on": None if clear else since, "amount_cents": cents(amount)})
    else:
        out.print(f"{number}: {name.value.replace('_', ' ')} {'taken back' if clear else f'on {since}'}")


@refusals
def fact_all(
    payer_class: Annotated[PayerClass, typer.Argument(help="The payer class.")],
    name: Annotated[FactName, typer.Argument(help="What is so of all of them.")],
    source: Annotated[str, typer.Option("--source", help="Where it is written, or who said it.")],
    clear: Annotated[bool, typer.Option("--clear", help="The fact is wrong; remove it.")] = False,
    date: BusinessDate = None,
    json: Json = False,
) -> None:
    """Record a fact of every account of a payer class on which something is owed, each in its history."""
    day = business_date(date)
    with open_practice() as practice, practice.database.transaction(actor=user(), business_date=day) as tx:
        changed = record_for_class(tx, payer_class, name, source, there=not clear)
    if json:
        on = None if clear else day
        say_json({"payer_class": payer_class.value, "fact": name.value, "on": on, "accounts": len(changed)})
    else:
        what = f"{name.value.replace('_', ' ')} {'taken back' if clear else f'on {day}'}"
        out.print(f"{len(changed)} {payer_class.value.replace('_', ' ')} accounts: {what}")


@refusals
def report_agencies(months: int = 3, date: BusinessDate = None, json: Json = False) -> None:
    """Agencies: how they do, and whether their months tie out."""
    with open_practice() as practice, practice.database.reading() as conn:
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
    )


@refusals
def report_bad_debt(json: Json = False) -> None:
    """The Medicare bad debt log, with the evidence of each account."""
    with open_practice() as practice, practice.database.reading() as conn:
        rows = bad_debt_log(conn)
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
    say_table("Medicare bad debt log", rows, columns)

"""Commands for insurance of an account: reported, billed, not in force, answered."""

from typing import Annotated

import typer

from cli.output import (
    BusinessDate,
    Json,
    business_date,
    labels,
    open_practice,
    optional_date,
    out,
    refusals,
    say_json,
    say_table,
)
from cli.setup import changing, user
from cli.view_log import saw_accounts
from flows.accounts.queries import account_row
from flows.insurance import commands
from flows.insurance.decide import ReportedInsurance
from flows.insurance.queries import coverage_row, coverages_of
from models.enums import CoverageState, PayerClass
from models.labels import label_of

insurance = typer.Typer(help="Add and update insurance of an account.", no_args_is_help=True)

Id = Annotated[int, typer.Argument(help="The insurance number from `pastdue insurance list`.")]


@insurance.command("add")
@refusals
def tell(
    number: Annotated[str, typer.Argument(help="The account number.")],
    payer: Annotated[str, typer.Option("--payer", help="The insurance company, such as: Acme Health.")],
    member: Annotated[str, typer.Option("--member", help="The policy or member number on the card.")],
    source: Annotated[str, typer.Option("--source", help="The source, such as: guarantor by phone.")],
    payer_class: Annotated[PayerClass, typer.Option("--class", help="The coverage type.")] = PayerClass.COMMERCIAL,
    group: Annotated[str | None, typer.Option("--group", help="The group number.")] = None,
    holder: Annotated[str | None, typer.Option("--holder", help="The subscriber, if other than the patient.")] = None,
    date: BusinessDate = None,
    json: Json = False,
) -> None:
    """Add insurance to an account. The account goes on hold, and a clerk bills the insurance company."""
    told = ReportedInsurance(payer, payer_class, member, source, group, holder)
    with changing(date) as tx:
        account = account_row(tx.conn, number)
        fresh = commands.report_insurance(tx, [account.id], told)
    if json:
        say_json({"number": number, "insurance": fresh[0] if fresh else None, "already_known": not fresh})
    else:
        out.print(
            f"Insurance {fresh[0]} added. Next: a clerk bills it"
            if fresh
            else "This insurance is already on the account; nothing changed"
        )


@insurance.command("billed")
@refusals
def billed(
    key: Id,
    on: Annotated[str | None, typer.Option("--on", help="The date (default: today).")] = None,
    date: BusinessDate = None,
    json: Json = False,
) -> None:
    """Mark insurance as billed. The account is on hold until the insurance company answers."""
    today = business_date(date)
    with open_practice() as practice, practice.database.transaction(actor=user(), business_date=today) as tx:
        commands.bill(tx, key, optional_date(on) or today)
    _say(key, json)


@insurance.command("not-in-force")
@refusals
def not_in_force(
    key: Id,
    why: Annotated[str, typer.Option("--why", help="The reason, such as: coverage ended before the service.")],
    date: BusinessDate = None,
    json: Json = False,
) -> None:
    """Mark insurance as not in force. The account continues as before."""
    with changing(date) as tx:
        commands.not_in_force(tx, key, why)
    _say(key, json)


@insurance.command("answered")
@refusals
def answered(
    key: Id,
    says: Annotated[
        str,
        typer.Option("--says", help="The insurance company's decision. A remittance (835) records it automatically."),
    ],
    date: BusinessDate = None,
    json: Json = False,
) -> None:
    """Record the insurance company's decision from its letter or portal."""
    with changing(date) as tx:
        commands.answered(tx, key, says)
    _say(key, json)


@insurance.command("list")
@refusals
def list_insurance(number: Annotated[str, typer.Argument(help="The account number.")], json: Json = False) -> None:
    """List the insurance of an account, newest first."""
    with open_practice() as practice, practice.database.reading() as conn:
        rows = coverages_of(conn, [account_row(conn, number).id])
        saw_accounts(practice, [number])
    if json:
        say_json(rows)
    else:
        columns = ("id", "payer", "payer_class", "member_id", "state", "file_by_on", "billed_on", "ended_why")
        say_table("Insurance", rows, columns, {"payer_class": labels(PayerClass), "state": labels(CoverageState)})


def _say(key: int, json: bool) -> None:
    with open_practice() as practice, practice.database.reading() as conn:
        row = coverage_row(conn, key)
    if json:
        say_json({"insurance": key, "state": row.state})
    else:
        out.print(f"Insurance {key}, {row.payer}: {label_of(CoverageState, row.state)}")

"""Commands about insurance that somebody names: told, billed, not in force, answered."""

from typing import Annotated

import typer

from cli.output import (
    BusinessDate,
    Json,
    business_date,
    open_practice,
    optional_date,
    out,
    refusals,
    say_json,
    say_table,
)
from cli.setup import user
from cli.view_log import saw_accounts
from flows.accounts.queries import account_row
from flows.insurance import commands
from flows.insurance.decide import ReportedInsurance
from flows.insurance.queries import coverage_row, coverages_of
from models.enums import PayerClass

insurance = typer.Typer(help="Insurance that somebody names for an account.", no_args_is_help=True)

Id = Annotated[int, typer.Argument(help="Its number.")]


@insurance.command("tell")
@refusals
def tell(
    number: Annotated[str, typer.Argument(help="The account.")],
    payer: Annotated[str, typer.Option("--payer", help="The insurer, such as: Acme Health.")],
    member: Annotated[str, typer.Option("--member", help="The policy or member number on the card.")],
    source: Annotated[str, typer.Option("--source", help="Who says so, such as: the guarantor on the phone.")],
    payer_class: Annotated[PayerClass, typer.Option("--class", help="Who pays.")] = PayerClass.COMMERCIAL,
    group: Annotated[str | None, typer.Option("--group", help="The group number.")] = None,
    holder: Annotated[str | None, typer.Option("--holder", help="Whose policy it is, if not the patient's.")] = None,
    date: BusinessDate = None,
    json: Json = False,
) -> None:
    """Somebody names an insurance: the account waits, and a clerk bills it."""
    told = ReportedInsurance(payer, payer_class, member, source, group, holder)
    with (
        open_practice() as practice,
        practice.database.transaction(actor=user(), business_date=business_date(date)) as tx,
    ):
        account = account_row(tx.conn, number)
        fresh = commands.report_insurance(tx, [account.id], told)
    if json:
        say_json({"number": number, "insurance": fresh[0] if fresh else None, "already_known": not fresh})
    else:
        out.print(f"Insurance {fresh[0]} is to be billed" if fresh else "It is known already; nothing was changed")


@insurance.command("billed")
@refusals
def billed(
    key: Id,
    on: Annotated[str | None, typer.Option("--on", help="The day (default: today).")] = None,
    date: BusinessDate = None,
    json: Json = False,
) -> None:
    """An insurance was billed: the account is of its payer class, and waits for it to decide."""
    today = business_date(date)
    with open_practice() as practice, practice.database.transaction(actor=user(), business_date=today) as tx:
        commands.bill(tx, key, optional_date(on) or today)
    _say(key, json)


@insurance.command("not-in-force")
@refusals
def not_in_force(
    key: Id,
    why: Annotated[str, typer.Option("--why", help="Such as: ended before the service.")],
    date: BusinessDate = None,
    json: Json = False,
) -> None:
    """An insurance does not cover the account, which goes on as before."""
    with (
        open_practice() as practice,
        practice.database.transaction(actor=user(), business_date=business_date(date)) as tx,
    ):
        commands.not_in_force(tx, key, why)
    _say(key, json)


@insurance.command("answered")
@refusals
def answered(
    key: Id,
    says: Annotated[str, typer.Option("--says", help="What it decided. A remittance says so by itself.")],
    date: BusinessDate = None,
    json: Json = False,
) -> None:
    """An insurance has decided, as its letter or portal says."""
    with (
        open_practice() as practice,
        practice.database.transaction(actor=user(), business_date=business_date(date)) as tx,
    ):
        commands.answered(tx, key, says)
    _say(key, json)


@insurance.command("list")
@refusals
def list_insurance(number: Annotated[str, typer.Argument(help="The account.")], json: Json = False) -> None:
    """The insurance that was named for an account, the newest first."""
    with open_practice() as practice, practice.database.reading() as conn:
        rows = coverages_of(conn, [account_row(conn, number).id])
        saw_accounts(practice, [number])
    if json:
        say_json(rows)
    else:
        columns = ("id", "payer", "payer_class", "member_id", "state", "file_by_on", "billed_on", "ended_why")
        say_table("Insurance", rows, columns)


def _say(key: int, json: bool) -> None:
    with open_practice() as practice, practice.database.reading() as conn:
        row = coverage_row(conn, key)
    if json:
        say_json({"insurance": key, "state": row.state})
    else:
        out.print(f"Insurance {key}, {row.payer}: {row.state.replace('_', ' ')}")

"""Commands for accounts that are at an agency: recall, suspend, reinstate, history, complaints."""

from typing import Annotated

import typer

from cli.agency import Number, Reason
from cli.agency_files import agency
from cli.output import (
    BusinessDate,
    Json,
    capital,
    labels,
    open_practice,
    out,
    refusals,
    say_json,
    say_table,
)
from cli.reports import reconcile_months, scorecard_of
from cli.setup import changing
from cli.view_log import saw_accounts
from flows.accounts.queries import account_row
from flows.agency_handoff import commands
from flows.reports.agencies import placements_of
from models.enums import PlacementState
from models.labels import plain
from models.values import counted

Numbers = Annotated[list[str], typer.Argument(help="The account numbers.")]

_PLACED = {"placed_on": "Placed on", "placed_cents": "Amount placed", "ended_code": "Reason ended"}


@agency.command("recall")
@refusals
def recall(numbers: Numbers, reason: Reason, date: BusinessDate = None, json: Json = False) -> None:
    """Recall accounts. The next update file notifies the agency."""
    with changing(date) as tx:
        count = commands.recall(tx, [account_row(tx.conn, number) for number in numbers], reason)
    if json:
        say_json({"recalled": count})
    else:
        out.print(
            f"{counted(count, 'account')} recalled. The next update file (`pastdue agency export`) notifies the agency"
        )


@agency.command("suspend")
@refusals
def suspend(
    number: Number,
    reason: Reason,
    days: Annotated[
        int | None, typer.Option("--days", help="Number of days (default and maximum: as in the contract).")
    ] = None,
    date: BusinessDate = None,
    json: Json = False,
) -> None:
    """Suspend the agency's work on an account. If the account is not reinstated in time, it is recalled."""
    with changing(date) as tx:
        commands.suspend_account(tx, account_row(tx.conn, number), reason, days)
    _say_account(number, json)


@agency.command("reinstate")
@refusals
def reinstate(number: Number, reason: Reason, date: BusinessDate = None, json: Json = False) -> None:
    """Reinstate a suspended account with its agency."""
    with changing(date) as tx:
        commands.reinstate_account(tx, account_row(tx.conn, number), reason)
    _say_account(number, json)


def _ended(reason: str) -> str:
    """Why a placement ended: a stored word, or a sentence as it was typed."""
    return capital(reason) if " " in reason else plain(reason)


def _say_account(number: str, json: bool) -> None:
    with open_practice() as practice, practice.database.reading() as conn:
        rows = placements_of(conn, [number])
        saw_accounts(practice, [number])
    if json:
        say_json(rows)
    else:
        columns = (
            "account",
            "agency",
            "state",
            "placed_on",
            "placed_cents",
            "suspended_until",
            "ended_on",
            "ended_code",
        )
        say_table("Placement history", rows, columns, {"state": labels(PlacementState), "ended_code": _ended}, _PLACED)


@agency.command("account")
@refusals
def of_account(number: Number, json: Json = False) -> None:
    """Show the placement history of an account."""
    _say_account(number, json)


@agency.command("complaint")
@refusals
def complaint(
    number: Number,
    note: Annotated[str, typer.Option("--note", help="The text of the complaint.")],
    code: Annotated[
        str | None, typer.Option("--agency", help="The agency (default: the one with the account).")
    ] = None,
    date: BusinessDate = None,
    json: Json = False,
) -> None:
    """Record a complaint about an agency."""
    with changing(date) as tx:
        about = commands.note_complaint(tx, account_row(tx.conn, number), note, code)
    if json:
        say_json({"account": number, "agency": about})
    else:
        out.print(f"Complaint about {about} recorded; a task for a manager was created")


agency.command("reconcile")(reconcile_months)
agency.command("scorecard")(scorecard_of)

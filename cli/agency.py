"""Commands for agencies: their terms, the pools, and the queue of accounts to place."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, TypedDict

import typer

from cli.output import (
    BusinessDate,
    Json,
    Reason,
    business_date,
    capital,
    labels,
    open_practice,
    out,
    refusals,
    say_json,
    say_table,
)
from cli.setup import changing, user
from cli.view_log import saw_accounts
from flows.accounts.counts import Count
from flows.accounts.queries import account_row
from flows.agency_handoff import commands
from flows.agency_handoff.files.desk import agency_desk
from flows.agency_handoff.placement.place import place_waiting
from flows.reports.agencies import (
    WaitingPlacement,
    agencies_listed,
    agency_shown,
    placements_of,
    waiting_placements,
)
from flows.settings.contracts.contract_file import terms_from
from flows.settings.contracts.queries import POOLS, agencies_now
from flows.settings.reasons import NO_REASON
from flows.settings.tables.queries import text_of
from models.enums import PlacementState
from models.errors import Refused

agency = typer.Typer(help="Manage agencies: placement, files, recalls, remittances, scorecards.", no_args_is_help=True)

Number = Annotated[str, typer.Argument(help="The account number.")]
File = Annotated[Path, typer.Argument(help="A YAML file.")]
Code = Annotated[str, typer.Argument(help="The agency code.")]


@agency.command("list")
@refusals
def list_agencies(date: BusinessDate = None, json: Json = False) -> None:
    """List agencies: agreement status, placed accounts, pools, and warnings."""
    with open_practice() as practice, practice.database.reading() as conn:
        rows = agencies_listed(conn, business_date(date))
    if json:
        say_json(rows)
        return
    columns = (
        "agency",
        "name",
        "tier",
        "agreement",
        "licences",
        "layout",
        "accounts",
        "open_cents",
        "pools",
        "warnings",
    )
    say_table("Agencies", rows, columns, {"agreement": capital})


@agency.command("show")
@refusals
def show(code: Code, json: Json = False) -> None:
    """Show the published terms of an agency."""
    with open_practice() as practice, practice.database.reading() as conn:
        shown = agency_shown(conn, code)
    if json:
        say_json(shown)
    else:
        typer.echo(shown["text"])


@agency.command("check")
@refusals
def check(file: File, json: Json = False) -> None:
    """Validate an agency's terms file without publishing it."""
    terms = terms_from(file.read_text("utf-8"), file.name)
    if json:
        say_json({"agency": terms.code, "ok": True})
    else:
        out.print(f"{file.name}: no errors found; {terms.name} can be published")


@agency.command("publish")
@refusals
def publish(file: File, reason: Reason = NO_REASON, date: BusinessDate = None, json: Json = False) -> None:
    """Publish the terms of an agency from a file."""
    with changing(date) as tx:
        terms = commands.publish_agency(tx, file.read_text("utf-8"), file.name, reason)
    if json:
        say_json({"agency": terms.code, "name": terms.name})
    else:
        out.print(f"{terms.name} ({terms.code}) is published. Next: add it to a pool with `pastdue agency pools FILE`")


class PoolMember(TypedDict):
    """An agency in a pool."""

    pool: str
    agency: str
    weight: int
    role: str
    keep_together: bool


@agency.command("pools")
@refusals
def pools(
    file: Annotated[
        Path | None, typer.Argument(help="A YAML file to publish (default: show the current pools).")
    ] = None,
    reason: Reason = NO_REASON,
    date: BusinessDate = None,
    json: Json = False,
) -> None:
    """Show the agency pools, or publish new ones."""
    if file is not None:
        with (
            open_practice() as practice,
            practice.database.transaction(actor=user(), business_date=business_date(date)) as tx,
        ):
            commands.publish_pools(tx, file.read_text("utf-8"), file.name, reason)
    with open_practice() as practice, practice.database.reading() as conn:
        found, text = agencies_now(conn).pools, text_of(conn, POOLS)
    rows: list[PoolMember] = [
        {
            "pool": name,
            "agency": member.terms.code,
            "weight": member.weight,
            "role": member.role.value,
            "keep_together": pool.keep_together,
        }
        for name, pool in found.items()
        for member in pool.members
    ]
    if json:
        say_json({"pools": rows, "text": text})
    else:
        say_table("Pools", rows, ("pool", "agency", "weight", "role", "keep_together"))


@agency.command("place")
@refusals
def place(
    numbers: Annotated[list[str] | None, typer.Argument(help="Accounts to add to the placement queue first.")] = None,
    pool: Annotated[str, typer.Option("--pool", help="The pool from which the agency is chosen.")] = "primary",
    reason: Annotated[
        str | None, typer.Option("--reason", help="The reason for placement; also approves a pending placement review.")
    ] = None,
    date: BusinessDate = None,
    json: Json = False,
) -> None:
    """Process the placement queue: check the requirements and choose agencies. `agency export` creates the files."""
    today = business_date(date)
    if reason is not None and not numbers:
        raise Refused("--reason applies to accounts that you name", "enter the account numbers")
    with open_practice() as practice:
        if numbers:
            with practice.database.transaction(actor=user(), business_date=today) as tx:
                commands.want_placed(tx, [account_row(tx.conn, number) for number in numbers], pool, reason)
        counts = place_waiting(agency_desk(practice, user()), today)
        with practice.database.reading() as conn:
            waiting = waiting_placements(conn)
            placed = placements_of(conn, numbers) if numbers else []
    if json:
        say_json({"date": today, "counts": dict(counts), "placements": placed, "waiting": waiting})
        return
    out.print(
        f"{counts[Count.PLACED]} placed, {counts[Count.HELD]} on hold, {counts[Count.TO_REVIEW]} pending manager review"
    )
    _say_waiting(waiting)


def _say_waiting(waiting: Sequence[WaitingPlacement]) -> None:
    if waiting:
        columns = ("account", "pool", "state", "balance_cents", "rule", "until", "why")
        say_table("Placement queue", waiting, columns, {"state": labels(PlacementState)})


@agency.command("waiting")
@refusals
def waiting(json: Json = False) -> None:
    """List accounts in the placement queue, with the reason for the wait and the date on which it ends."""
    with open_practice() as practice, practice.database.reading() as conn:
        rows = waiting_placements(conn)
        saw_accounts(practice, [row["account"] for row in rows])
    if json:
        say_json(rows)
    elif rows:
        _say_waiting(rows)
    else:
        out.print("No accounts are waiting for an agency")


@agency.command("approve")
@refusals
def approve(number: Number, date: BusinessDate = None, json: Json = False) -> None:
    """Approve the placement of an account above the review limit."""
    _review(number, True, None, date, json)


@agency.command("refuse")
@refusals
def refuse(number: Number, reason: Reason, date: BusinessDate = None, json: Json = False) -> None:
    """Decline the placement of an account above the review limit."""
    _review(number, False, reason, date, json)


def _review(number: str, yes: bool, reason: str | None, date: str | None, json: bool) -> None:
    with changing(date) as tx:
        commands.review(tx, account_row(tx.conn, number), approve=yes, reason=reason)
    said = "approved" if yes else "refused"
    if json:
        say_json({"account": number, "decision": said})
    else:
        out.print(f"Placement of {number} {'approved' if yes else 'declined'}")

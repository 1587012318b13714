"""Commands for agencies: terms, placements and returns, files, and performance."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, TypedDict

import typer

from cli.output import (
    WITH_REJECTS,
    BusinessDate,
    Json,
    business_date,
    capital,
    labels,
    open_practice,
    out,
    refusals,
    say_json,
    say_table,
)
from cli.reports import reconcile_months, scorecard_of
from cli.setup import user
from cli.view_log import saw_accounts
from flows.accounts.counts import Count
from flows.accounts.queries import account_row
from flows.agency_handoff import commands
from flows.agency_handoff.files.desk import Desk, agency_desk
from flows.agency_handoff.files.export import settle_file
from flows.agency_handoff.files.take import Taken, take_file
from flows.agency_handoff.nightly import export as export_files
from flows.agency_handoff.nightly import take_from_agencies
from flows.agency_handoff.placement.place import place_waiting
from flows.reports.agencies import (
    AgencyFileLine,
    WaitingPlacement,
    agencies_listed,
    agency_files,
    agency_shown,
    placements_of,
    waiting_placements,
)
from flows.settings.contracts.contract_file import terms_from
from flows.settings.contracts.queries import POOLS, agencies_now
from flows.settings.tables.queries import text_of
from models.enums import AgencyFileKind, AgencyFileState, PlacementState
from models.errors import Refused
from models.labels import label, plain
from models.values import counted

agency = typer.Typer(help="Manage agencies: placement, files, recalls, remittances, scorecards.", no_args_is_help=True)

Number = Annotated[str, typer.Argument(help="The account number.")]
Numbers = Annotated[list[str], typer.Argument(help="The account numbers.")]
Reason = Annotated[str, typer.Option("--reason", help="The reason, for the history.")]
File = Annotated[Path, typer.Argument(help="A YAML file.")]
Code = Annotated[str, typer.Argument(help="The agency code.")]
FileId = Annotated[int, typer.Argument(help="The file number from `agency files`.")]

_PLACED = {"placed_on": "Placed on", "placed_cents": "Amount placed", "ended_code": "Reason ended"}


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
def publish(file: File, date: BusinessDate = None, json: Json = False) -> None:
    """Publish the terms of an agency from a file."""
    with (
        open_practice() as practice,
        practice.database.transaction(actor=user(), business_date=business_date(date)) as tx,
    ):
        terms = commands.publish_agency(tx, file.read_text("utf-8"), file.name)
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
    date: BusinessDate = None,
    json: Json = False,
) -> None:
    """Show the agency pools, or publish new ones."""
    if file is not None:
        with (
            open_practice() as practice,
            practice.database.transaction(actor=user(), business_date=business_date(date)) as tx,
        ):
            commands.publish_pools(tx, file.read_text("utf-8"), file.name)
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
    with (
        open_practice() as practice,
        practice.database.transaction(actor=user(), business_date=business_date(date)) as tx,
    ):
        commands.review(tx, account_row(tx.conn, number), approve=yes, reason=reason)
    said = "approved" if yes else "refused"
    if json:
        say_json({"account": number, "decision": said})
    else:
        out.print(f"Placement of {number} {'approved' if yes else 'declined'}")


@agency.command("export")
@refusals
def export(date: BusinessDate = None, json: Json = False) -> None:
    """Create and send the files for agencies. Files that can't be sent now are sent with a later run."""
    today = business_date(date)
    with open_practice() as practice:
        desk: Desk = agency_desk(practice, user())
        counts = export_files(desk, today)
        with practice.database.reading() as conn:
            made = [row for row in agency_files(conn) if row["way"] == "out" and row["on"] == today]
    if json:
        say_json({"date": today, "counts": dict(counts), "files": made})
    else:
        _say_files(made)
    if counts[Count.AGENCY_FILES_NOT_SENT] or counts[Count.AGENCY_FILES_UNSURE]:
        raise typer.Exit(WITH_REJECTS)


@agency.command("files")
@refusals
def files(
    code: Annotated[str | None, typer.Option("--agency", help="Files of one agency.")] = None, json: Json = False
) -> None:
    """List files to and from agencies, newest first."""
    with open_practice() as practice, practice.database.reading() as conn:
        rows = agency_files(conn, code)
    if json:
        say_json(rows)
    else:
        _say_files(rows)


def _say_files(rows: Sequence[AgencyFileLine]) -> None:
    columns = ("id", "agency", "way", "kind", "name", "state", "lines", "total_cents", "on", "sent_on", "problem")
    say_table("Agency files", rows, columns, {"state": labels(AgencyFileState), "kind": plain, "way": capital})


@agency.command("sent")
@refusals
def sent(file: FileId, date: BusinessDate = None, json: Json = False) -> None:
    """Mark a file as received: the agency confirms that it has a file whose delivery was unknown."""
    _settle(file, AgencyFileState.SENT, date, json)


@agency.command("resend")
@refusals
def resend(file: FileId, date: BusinessDate = None, json: Json = False) -> None:
    """Resend a file unchanged: the agency reports that it did not receive it."""
    _settle(file, AgencyFileState.MADE, date, json)


@agency.command("rewrite")
@refusals
def rewrite(file: FileId, date: BusinessDate = None, json: Json = False) -> None:
    """Recreate an unsent file with the same accounts, if the file on disk was deleted or changed."""
    _settle(file, AgencyFileState.OPEN, date, json)


def _settle(file: int, state: AgencyFileState, date: str | None, json: bool) -> None:
    with (
        open_practice() as practice,
        practice.database.transaction(actor=user(), business_date=business_date(date)) as tx,
    ):
        settle_file(tx, file, state)
    if json:
        say_json({"file": file, "state": state.value})
    else:
        out.print(f"File {file}: {label(state)}")


@agency.command("import")
@refusals
def take(
    paths: Annotated[list[Path], typer.Argument(metavar="FILE...", help="Files from agencies.")],
    code: Annotated[str | None, typer.Option("--agency", help="The agency (default: by file name).")] = None,
    kind: Annotated[
        AgencyFileKind | None, typer.Option("--kind", help="The type of file (default: by file name).")
    ] = None,
    date: BusinessDate = None,
    json: Json = False,
) -> None:
    """Import files from agencies: acknowledgments, statuses, payments, returns."""
    with open_practice() as practice:
        desk = agency_desk(practice, user())
        done = [take_file(desk, path, business_date(date), agency=code, kind=kind) for path in paths]
    if json:
        say_json({"files": done})
    else:
        for one in done:
            _say_taken(one)
    if any(one.rejected for one in done):
        raise typer.Exit(WITH_REJECTS)


def _say_taken(one: Taken) -> None:
    if one.already_taken:
        out.print(f"{one.name}: already imported; nothing changed", soft_wrap=True)
        return
    rejects = f", {one.rejected} rejected (see {one.reject_file})" if one.rejected else ""
    differ = f", {one.differences} with differences (see `pastdue tasks`)" if one.differences else ""
    known = f", {one.known} already imported" if one.known else ""
    counts = f"{one.taken} of {one.rows} lines imported{known}{rejects}{differ}"
    out.print(f"{one.name}: {one.kind} from {one.agency}, {counts}", soft_wrap=True)


@agency.command("fetch")
@refusals
def fetch(date: BusinessDate = None, json: Json = False) -> None:
    """Download files from agencies and import them."""
    with open_practice() as practice:
        counts = take_from_agencies(agency_desk(practice, user()), business_date(date))
    if json:
        say_json(dict(counts))
    else:
        out.print(f"{counts[Count.AGENCY_FILES_TAKEN]} files imported, {counts[Count.AGENCY_FILES_REFUSED]} rejected")
    if counts[Count.AGENCY_FILES_REFUSED] or counts[Count.REJECTED]:
        raise typer.Exit(WITH_REJECTS)


@agency.command("recall")
@refusals
def recall(numbers: Numbers, reason: Reason, date: BusinessDate = None, json: Json = False) -> None:
    """Recall accounts. The next update file notifies the agency."""
    with (
        open_practice() as practice,
        practice.database.transaction(actor=user(), business_date=business_date(date)) as tx,
    ):
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
    with (
        open_practice() as practice,
        practice.database.transaction(actor=user(), business_date=business_date(date)) as tx,
    ):
        commands.suspend_account(tx, account_row(tx.conn, number), reason, days)
    _say_account(number, json)


@agency.command("reinstate")
@refusals
def reinstate(number: Number, reason: Reason, date: BusinessDate = None, json: Json = False) -> None:
    """Reinstate a suspended account with its agency."""
    with (
        open_practice() as practice,
        practice.database.transaction(actor=user(), business_date=business_date(date)) as tx,
    ):
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
    with (
        open_practice() as practice,
        practice.database.transaction(actor=user(), business_date=business_date(date)) as tx,
    ):
        about = commands.note_complaint(tx, account_row(tx.conn, number), note, code)
    if json:
        say_json({"account": number, "agency": about})
    else:
        out.print(f"Complaint about {about} recorded; a task for a manager was created")


agency.command("reconcile")(reconcile_months)
agency.command("scorecard")(scorecard_of)

"""Commands for agencies: what was agreed, accounts that go there and come back, the files, and how they do."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, TypedDict

import typer

from cli.output import (
    WITH_REJECTS,
    BusinessDate,
    Json,
    business_date,
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
from models.enums import AgencyFileKind, AgencyFileState
from models.errors import Refused

agency = typer.Typer(help="Agencies: placement, files, recall, remittances, scorecards.", no_args_is_help=True)

Number = Annotated[str, typer.Argument(help="The account.")]
Numbers = Annotated[list[str], typer.Argument(help="The accounts.")]
Reason = Annotated[str, typer.Option("--reason", help="Why, for the history.")]
File = Annotated[Path, typer.Argument(help="A YAML file.")]
Code = Annotated[str, typer.Argument(help="The agency's code.")]
FileId = Annotated[int, typer.Argument(help="The number of the file, as `agency files` has it.")]


@agency.command("list")
@refusals
def list_agencies(date: BusinessDate = None, json: Json = False) -> None:
    """The agencies: whether their agreements hold, what they have, what waits."""
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
    say_table("Agencies", rows, columns)


@agency.command("show")
@refusals
def show(code: Code, json: Json = False) -> None:
    """What was agreed with an agency, as it was published."""
    with open_practice() as practice, practice.database.reading() as conn:
        shown = agency_shown(conn, code)
    if json:
        say_json(shown)
    else:
        typer.echo(shown["text"])


@agency.command("check")
@refusals
def check(file: File, json: Json = False) -> None:
    """Look an agency's file through without publishing it."""
    terms = terms_from(file.read_text("utf-8"), file.name)
    if json:
        say_json({"agency": terms.code, "ok": True})
    else:
        out.print(f"{file.name} is fit to be published: {terms.name}")


@agency.command("publish")
@refusals
def publish(file: File, date: BusinessDate = None, json: Json = False) -> None:
    """Make a file what was agreed with its agency."""
    with (
        open_practice() as practice,
        practice.database.transaction(actor=user(), business_date=business_date(date)) as tx,
    ):
        terms = commands.publish_agency(tx, file.read_text("utf-8"), file.name)
    if json:
        say_json({"agency": terms.code, "name": terms.name})
    else:
        out.print(f"{terms.name} ({terms.code}) is published; put it in a pool with `pastdue agency pools FILE`")


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
    file: Annotated[Path | None, typer.Argument(help="A YAML file to publish (default: show those in force).")] = None,
    date: BusinessDate = None,
    json: Json = False,
) -> None:
    """The pools that choose among agencies, or new ones."""
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
    numbers: Annotated[list[str] | None, typer.Argument(help="Accounts to put in the queue first.")] = None,
    pool: Annotated[str, typer.Option("--pool", help="The pool that chooses their agency.")] = "primary",
    reason: Annotated[
        str | None, typer.Option("--reason", help="Why they go; approves a review that stands before the placement.")
    ] = None,
    date: BusinessDate = None,
    json: Json = False,
) -> None:
    """Look at what waits for an agency: the gates, the choice. The files are made by `agency export`."""
    today = business_date(date)
    if reason is not None and not numbers:
        raise Refused("--reason is of accounts that are placed by hand", "name them")
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
        f"{counts[Count.PLACED]} placed, {counts[Count.HELD]} held back, {counts[Count.TO_REVIEW]} wait for a manager"
    )
    _say_waiting(waiting)


def _say_waiting(waiting: Sequence[WaitingPlacement]) -> None:
    if waiting:
        say_table("Waiting", waiting, ("account", "pool", "state", "balance_cents", "rule", "until", "why"))


@agency.command("waiting")
@refusals
def waiting(json: Json = False) -> None:
    """Accounts that wait for an agency: why, and until when."""
    with open_practice() as practice, practice.database.reading() as conn:
        rows = waiting_placements(conn)
        saw_accounts(practice, [row["account"] for row in rows])
    if json:
        say_json(rows)
    else:
        _say_waiting(rows)


@agency.command("approve")
@refusals
def approve(number: Number, date: BusinessDate = None, json: Json = False) -> None:
    """Let an account above the limit go to an agency."""
    _review(number, True, None, date, json)


@agency.command("refuse")
@refusals
def refuse(number: Number, reason: Reason, date: BusinessDate = None, json: Json = False) -> None:
    """Keep an account above the limit from agencies."""
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
        out.print(f"The placement of {number} is {said}")


@agency.command("export")
@refusals
def export(date: BusinessDate = None, json: Json = False) -> None:
    """Write the files that are to go to agencies, and send them; what does not go now goes with a later run."""
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
    code: Annotated[str | None, typer.Option("--agency", help="Of one agency.")] = None, json: Json = False
) -> None:
    """The files that went and came, newest first."""
    with open_practice() as practice, practice.database.reading() as conn:
        rows = agency_files(conn, code)
    if json:
        say_json(rows)
    else:
        _say_files(rows)


def _say_files(rows: Sequence[AgencyFileLine]) -> None:
    columns = ("id", "agency", "way", "kind", "name", "state", "lines", "total_cents", "on", "sent_on", "problem")
    say_table("Files", rows, columns)


@agency.command("sent")
@refusals
def sent(file: FileId, date: BusinessDate = None, json: Json = False) -> None:
    """The agency says that it has a file of which nobody here knew whether it arrived."""
    _settle(file, AgencyFileState.SENT, date, json)


@agency.command("resend")
@refusals
def resend(file: FileId, date: BusinessDate = None, json: Json = False) -> None:
    """The agency says that it does not have a file: send it again as it was made."""
    _settle(file, AgencyFileState.MADE, date, json)


@agency.command("rewrite")
@refusals
def rewrite(file: FileId, date: BusinessDate = None, json: Json = False) -> None:
    """Write a file again that is not sent, with the same accounts: the one on the disk is gone or was changed."""
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
        out.print(f"File {file} is {state.value}")


@agency.command("take")
@refusals
def take(
    paths: Annotated[list[Path], typer.Argument(metavar="FILE...", help="Files from agencies.")],
    code: Annotated[str | None, typer.Option("--agency", help="Whose they are (default: by their names).")] = None,
    kind: Annotated[AgencyFileKind | None, typer.Option("--kind", help="What they are (default: by names).")] = None,
    date: BusinessDate = None,
    json: Json = False,
) -> None:
    """Take in files from agencies: acknowledgments, statuses, payments, returns."""
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
        out.print(f"{one.name}: was taken before; nothing changed", soft_wrap=True)
        return
    rejects = f", {one.rejected} rejected (see {one.reject_file})" if one.rejected else ""
    differ = f", {one.differences} with differences (see `pastdue tasks`)" if one.differences else ""
    known = f", {one.known} already known" if one.known else ""
    counts = f"{one.taken} of {one.rows} lines imported{known}{rejects}{differ}"
    out.print(f"{one.name}: {one.kind} of {one.agency}, {counts}", soft_wrap=True)


@agency.command("fetch")
@refusals
def fetch(date: BusinessDate = None, json: Json = False) -> None:
    """Fetch what agencies have for us, and take it in."""
    with open_practice() as practice:
        counts = take_from_agencies(agency_desk(practice, user()), business_date(date))
    if json:
        say_json(dict(counts))
    else:
        out.print(f"{counts[Count.AGENCY_FILES_TAKEN]} files taken, {counts[Count.AGENCY_FILES_REFUSED]} refused")
    if counts[Count.AGENCY_FILES_REFUSED] or counts[Count.REJECTED]:
        raise typer.Exit(WITH_REJECTS)


@agency.command("recall")
@refusals
def recall(numbers: Numbers, reason: Reason, date: BusinessDate = None, json: Json = False) -> None:
    """Take accounts back; the agency is told with the next update file."""
    with (
        open_practice() as practice,
        practice.database.transaction(actor=user(), business_date=business_date(date)) as tx,
    ):
        count = commands.recall(tx, [account_row(tx.conn, number) for number in numbers], reason)
    if json:
        say_json({"recalled": count})
    else:
        out.print(f"{count} recalled; the agency is told with the next update file (`pastdue agency export`)")


@agency.command("suspend")
@refusals
def suspend(
    number: Number,
    reason: Reason,
    days: Annotated[int | None, typer.Option("--days", help="At most as the contract says (the default).")] = None,
    date: BusinessDate = None,
    json: Json = False,
) -> None:
    """Let the agency wait with an account; when the time is over and nothing was said, it is recalled."""
    with (
        open_practice() as practice,
        practice.database.transaction(actor=user(), business_date=business_date(date)) as tx,
    ):
        commands.suspend_account(tx, account_row(tx.conn, number), reason, days)
    _say_account(number, json)


@agency.command("reinstate")
@refusals
def reinstate(number: Number, reason: Reason, date: BusinessDate = None, json: Json = False) -> None:
    """Let the agency go on with an account."""
    with (
        open_practice() as practice,
        practice.database.transaction(actor=user(), business_date=business_date(date)) as tx,
    ):
        commands.reinstate_account(tx, account_row(tx.conn, number), reason)
    _say_account(number, json)


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
        say_table("Placements", rows, columns)


@agency.command("account")
@refusals
def of_account(number: Number, json: Json = False) -> None:
    """Every stay of an account with an agency."""
    _say_account(number, json)


@agency.command("complaint")
@refusals
def complaint(
    number: Number,
    note: Annotated[str, typer.Option("--note", help="What they say.")],
    code: Annotated[str | None, typer.Option("--agency", help="About whom (default: who has the account).")] = None,
    date: BusinessDate = None,
    json: Json = False,
) -> None:
    """Put down that somebody complained about an agency."""
    with (
        open_practice() as practice,
        practice.database.transaction(actor=user(), business_date=business_date(date)) as tx,
    ):
        about = commands.note_complaint(tx, account_row(tx.conn, number), note, code)
    if json:
        say_json({"account": number, "agency": about})
    else:
        out.print(f"Complaint about {about} recorded; a manager has a task")


agency.command("reconcile")(reconcile_months)
agency.command("scorecard")(scorecard_of)

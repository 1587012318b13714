"""Commands for the files that go to agencies and come from them."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from cli.agency import agency
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
from cli.setup import changing, user
from flows.accounts.counts import Count
from flows.agency_handoff.files.desk import Desk, agency_desk
from flows.agency_handoff.files.export import settle_file
from flows.agency_handoff.files.take import Taken, take_file
from flows.agency_handoff.nightly import export as export_files
from flows.agency_handoff.nightly import take_from_agencies
from flows.reports.agencies import AgencyFileLine, agency_files
from models.enums import AgencyFileKind, AgencyFileState
from models.labels import label, plain

FileId = Annotated[int, typer.Argument(help="The file number from `agency files`.")]


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
    with changing(date) as tx:
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

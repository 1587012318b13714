"""The commands for saved reports: kept under a name, shared, delivered, with a target."""

from typing import Annotated

import typer

from cli.output import BusinessDate, Json, business_date, open_practice, out, refusals, say_done, say_json, say_table
from cli.report_commands import (
    By,
    Creditors,
    CsvFile,
    Days,
    Output,
    Where,
    XlsxFile,
    record_people,
    write_or_print,
)
from cli.reports import report
from cli.typist import typist
from flows.reports.asked import Given
from flows.reports.document import document
from flows.reports.files import FileKind
from flows.reports.registry import report_named
from flows.reports.saved.commands import Wanted, forget_report, save_report
from flows.reports.saved.decide import Every, Period, SendBy, TargetWay
from flows.reports.saved.deliver import deliver_due
from flows.reports.saved.queries import Sending, Target, saved_named, saved_of
from flows.reports.saved.reading import read_saved, saved_row
from models.errors import BadInput
from models.user_enums import Role

SavedName = Annotated[str, typer.Argument(help="The name of the saved report.")]


@report.command("save")
@refusals
def save(
    name: SavedName,
    which: Annotated[str, typer.Argument(metavar="REPORT", help="The report, as in the list.")],
    period: Annotated[Period, typer.Option("--period", help="The days it is about.")] = Period.LAST_MONTH,
    creditor: Creditors = None,
    by: By = None,
    where: Where = None,
    days: Days = None,
    column: Annotated[list[str] | None, typer.Option("--column", help="Only this column (can be repeated).")] = None,
    share: Annotated[Role | None, typer.Option("--share", help="A role whose users read it too.")] = None,
    every: Annotated[Every | None, typer.Option("--every", help="Deliver it this often.")] = None,
    to: Annotated[SendBy, typer.Option("--to", help="How it is delivered.")] = SendBy.FOLDER,
    address: Annotated[str, typer.Option("--address", help="An e-mail address, or sftp://user@host/folder.")] = "",
    kind: Annotated[FileKind, typer.Option("--format", help="The kind of file.")] = FileKind.XLSX,
    target: Annotated[str | None, typer.Option("--target", help="A column with a target.")] = None,
    at_most: Annotated[int | None, typer.Option("--at-most", help="The target: percent, a count, or cents.")] = None,
    at_least: Annotated[int | None, typer.Option("--at-least", help="The target, as the lowest value.")] = None,
    alert: Annotated[str, typer.Option("--alert", help="An e-mail address to notify when the target is missed.")] = "",
    replace: Annotated[bool, typer.Option("--replace", help="Replace a saved report of this name.")] = False,
    date: BusinessDate = None,
    json: Json = False,
) -> None:
    """Save a report with its parameters under a name; share it, deliver it, or set a target."""
    groups = tuple(word for text in by or () for word in text.split(","))
    given = Given(creditors=tuple(creditor or ()), by=groups, where=tuple(where or ()), days=days)
    wanted = Wanted(
        name,
        report_named(which),
        period,
        given,
        tuple(column or ()),
        share,
        None if every is None else Sending(every, to, address, kind.value),
        _target(target, at_most, at_least, alert),
        replace,
    )
    with open_practice() as practice:
        who = typist()
        with practice.database.transaction(actor=who.name, business_date=business_date(date)) as tx:
            save_report(tx, wanted, who.roles, who.creditors)
    say_done({"name": name, "report": which}, f"Report {name} saved", json)


def _target(column: str | None, at_most: int | None, at_least: int | None, alert: str) -> Target | None:
    if column is None and at_most is None and at_least is None and not alert:
        return None
    if column is None or (at_most is None) == (at_least is None):
        raise BadInput("a target is a column with --at-most or --at-least", "enter both", field="target")
    if at_most is not None:
        return Target(column, TargetWay.AT_MOST, at_most, alert)
    assert at_least is not None
    return Target(column, TargetWay.AT_LEAST, at_least, alert)


@report.command("saved")
@refusals
def saved(json: Json = False) -> None:
    """List the saved reports that you may read, with their deliveries and missed targets."""
    with open_practice() as practice, practice.database.reading() as conn:
        who = typist()
        found = saved_of(conn, who.name, who.roles, who.creditors)
    rows = [saved_row(one) for one in found]
    if json:
        say_json(rows)
    else:
        names = (
            "name",
            "report",
            "period",
            "owner",
            "share",
            "every",
            "to",
            "delivered_on",
            "target",
            "problem",
            "missed",
        )
        say_table("Saved reports", rows, names, whole=True)


@report.command("show")
@refusals
def show(
    name: SavedName, csv: CsvFile = None, xlsx: XlsxFile = None, date: BusinessDate = None, json: Json = False
) -> None:
    """Read a saved report as of a day."""
    today = business_date(date)
    to = Output(csv, xlsx, json)
    with open_practice() as practice, practice.database.reading() as conn:
        who = typist()
        found = saved_named(conn, name, who.name, who.roles)
        asked, table = read_saved(conn, found, today, who.creditors)
        record_people(practice, found.report, table)
        if json:
            say_json(document(found.report, asked, table))
        write_or_print(f"{name}: {found.report.title}", asked, table, to)


@report.command("forget")
@refusals
def forget(name: SavedName, date: BusinessDate = None, json: Json = False) -> None:
    """Delete a saved report of your own."""
    with open_practice() as practice:
        who = typist()
        with practice.database.transaction(actor=who.name, business_date=business_date(date)) as tx:
            forget_report(tx, name, who.roles)
    say_done({"name": name, "forgotten": True}, f"Saved report {name} deleted", json)


@report.command("deliver")
@refusals
def deliver(date: BusinessDate = None, json: Json = False) -> None:
    """Deliver the saved reports that are due and were not delivered, as the nightly process does."""
    with open_practice() as practice:
        counts = deliver_due(practice, business_date(date))
    if json:
        say_json({"delivered": counts["delivered"], "failed": counts["failed"]})
        return
    out.print(f"{counts['delivered']} delivered, {counts['failed']} not delivered")
    if counts["failed"]:
        out.print("`pastdue report saved` shows the reasons.")

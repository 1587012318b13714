"""Commands for reports of death without a certain match."""

from typing import Annotated

import typer

from cli.estate_view import say_late
from cli.output import BusinessDate, Json, open_practice, out, refusals, say_json, say_table
from cli.setup import changing
from cli.view_log import saw
from flows.estates.death.reports import confirm_report, open_reports, refuse_report
from flows.estates.matters.queries import late_rows, matter_row
from flows.users.view_log import View
from models.user_enums import Seen

deaths = typer.Typer(help="Review reports of death without a certain match.", no_args_is_help=True)

Number = Annotated[int, typer.Argument(help="The report number.")]


@deaths.command("list")
@refusals
def list_reports(json: Json = False) -> None:
    """List reports of death to review, with possible matches and scores."""
    with open_practice() as practice, practice.database.reading() as conn:
        rows = open_reports(conn)
        saw(practice, Seen.DOCKET, [View(one["person"]) for row in rows for one in row["candidates"]])
    if json:
        say_json(rows)
        return
    flat = [
        {
            **row,
            "person": one["person"],
            "possible_match": f"{one['name']}, {one['birth_date']}",
            "score": one["score"],
            "accounts": one["accounts"],
        }
        for row in rows
        for one in row["candidates"]
    ]
    columns = ("report", "name", "birth_date", "died_on", "person", "possible_match", "score", "accounts")
    say_table("Reports of death to review", flat, columns)


@deaths.command("confirm")
@refusals
def confirm(
    number: Number,
    person: Annotated[
        int | None, typer.Option("--person", help="The matching person, if there are several possible matches.")
    ] = None,
    date: BusinessDate = None,
    json: Json = False,
) -> None:
    """Confirm the match. All activity stops, and an estate matter is opened."""
    with changing(date) as tx:
        matters = confirm_report(tx, number, person)
        late = [one for key in matters for one in late_rows(tx.conn, matter_row(tx.conn, key))]
    if json:
        after = [{"number": one.number, "service_on": one.service_from} for one in late]
        say_json({"report": number, "matters": matters, "services_after_death": after})
    else:
        say_late(late)
        out.print(f"Match confirmed. Estate matters: {', '.join(map(str, matters)) or 'none; the balance is zero'}")


@deaths.command("refuse")
@refusals
def refuse(
    number: Number,
    why: Annotated[str, typer.Option("--why", help="How you know that the person is not our patient or guarantor.")],
    date: BusinessDate = None,
    json: Json = False,
) -> None:
    """Reject a report of death: the person is not our patient or guarantor."""
    with changing(date) as tx:
        refuse_report(tx, number, why)
    if json:
        say_json({"report": number, "matters": []})
    else:
        out.print(f"Report {number} rejected: not our patient")

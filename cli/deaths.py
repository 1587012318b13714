"""Commands for reports of deaths that matched nobody for sure."""

from typing import Annotated

import typer

from cli.estate_view import say_late
from cli.output import BusinessDate, Json, business_date, open_practice, out, refusals, say_json, say_table
from cli.setup import user
from cli.view_log import saw
from flows.estates.death.reports import confirm_report, open_reports, refuse_report
from flows.estates.matters.queries import late_rows, matter_row
from flows.users.view_log import View
from models.user_enums import Seen

deaths = typer.Typer(help="Reports of deaths that matched nobody for sure.", no_args_is_help=True)

Number = Annotated[int, typer.Argument(help="The report's number.")]


@deaths.command("list")
@refusals
def list_reports(json: Json = False) -> None:
    """The reports that wait for a decision, with whom each may mean and the score."""
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
            "may be": f"{one['name']}, {one['birth_date']}",
            "score": one["score"],
            "accounts": one["accounts"],
        }
        for row in rows
        for one in row["candidates"]
    ]
    columns = ("report", "name", "birth_date", "died_on", "person", "may be", "score", "accounts")
    say_table("Reports of deaths", flat, columns)


@deaths.command("confirm")
@refusals
def confirm(
    number: Number,
    person: Annotated[int | None, typer.Option("--person", help="Whom it means, where it may mean several.")] = None,
    date: BusinessDate = None,
    json: Json = False,
) -> None:
    """It is this person: everything stops, and the estate desk has a matter."""
    with (
        open_practice() as practice,
        practice.database.transaction(actor=user(), business_date=business_date(date)) as tx,
    ):
        matters = confirm_report(tx, number, person)
        late = [one for key in matters for one in late_rows(tx.conn, matter_row(tx.conn, key))]
    if json:
        after = [{"number": one.number, "service_on": one.service_from} for one in late]
        say_json({"report": number, "matters": matters, "services_after_death": after})
    else:
        say_late(late)
        out.print(f"Confirmed; matters: {', '.join(map(str, matters)) or 'none, nothing is owed'}")


@deaths.command("refuse")
@refusals
def refuse(
    number: Number,
    why: Annotated[str, typer.Option("--why", help="How it is known that nobody of ours is meant.")],
    date: BusinessDate = None,
    json: Json = False,
) -> None:
    """It is nobody of ours."""
    with (
        open_practice() as practice,
        practice.database.transaction(actor=user(), business_date=business_date(date)) as tx,
    ):
        refuse_report(tx, number, why)
    if json:
        say_json({"report": number, "matters": []})
    else:
        out.print(f"Report {number} was put aside")

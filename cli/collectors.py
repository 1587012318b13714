"""Commands for collectors: who makes the calls, in which languages, and how many a day."""

from typing import Annotated

import typer

from cli.output import BusinessDate, Json, open_practice, refusals, say_json, say_table
from cli.setup import changing
from flows.calls.assignment import CollectorChanges, set_collector
from flows.calls.queries import collectors

collector = typer.Typer(help="List and set up collectors.", no_args_is_help=True)


@collector.command("set")
@refusals
def set_one(
    name: Annotated[str, typer.Argument(help="The collector's username.")],
    languages: Annotated[str | None, typer.Option("--languages", help="Languages spoken, such as en,es.")] = None,
    calls_a_day: Annotated[int | None, typer.Option("--calls", help="Maximum calls per day.")] = None,
    creditors: Annotated[
        str | None, typer.Option("--creditors", help="Creditors the collector works for (empty: all).")
    ] = None,
    here_today: Annotated[
        bool | None, typer.Option("--here/--away", help="Whether calls are assigned to the collector.")
    ] = None,
    date: BusinessDate = None,
    json: Json = False,
) -> None:
    """Add or change a collector. Setting one to away releases all their calls."""
    changes = CollectorChanges()
    if languages is not None:
        changes["languages"] = languages
    if calls_a_day is not None:
        changes["calls_a_day"] = calls_a_day
    if creditors is not None:
        changes["creditors"] = creditors
    if here_today is not None:
        changes["here"] = here_today
    with changing(date) as tx:
        now = set_collector(tx, name, changes)
    if json:
        say_json(now)
    else:
        say_table("Collector", [now], ("name", "languages", "calls_a_day", "creditors", "here"))


@collector.command("list")
@refusals
def list_all(json: Json = False) -> None:
    """List the collectors."""
    with open_practice() as practice, practice.database.reading() as conn:
        rows = collectors(conn)
    if json:
        say_json(rows)
    else:
        say_table("Collectors", rows, ("name", "languages", "calls_a_day", "creditors", "here"))

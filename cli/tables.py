"""Commands by which a manager reads and changes the tables and limits of the practice."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, TypedDict

import typer

from cli.output import (
    BusinessDate,
    Json,
    Reason,
    open_practice,
    out,
    refusals,
    say_json,
    say_table,
)
from cli.setup import changing
from flows.practice_tables import (
    SHIPPED,
    TABLES,
    publish_table,
    roll_back_table,
    table_difference,
    table_history,
    table_named,
    table_now,
    tables_now,
)
from flows.settings.limits.commands import set_limit
from flows.settings.limits.limits import KNOWN
from flows.settings.limits.queries import limit_history, limits_now
from flows.settings.reasons import NO_REASON
from flows.settings.tables.difference import difference_row
from flows.settings.tables.queries import versions_of

tables = typer.Typer(help="Manage configuration tables, such as call ranking and call results.", no_args_is_help=True)
limits = typer.Typer(help="Manage practice limits that are stricter than the law.", no_args_is_help=True)

Name = Annotated[str, typer.Argument(help=f"The table: {', '.join(TABLES)}, agency-pools, agency:CODE or layout:NAME.")]
File = Annotated[Path, typer.Argument(help="A YAML file.")]
Version = Annotated[int, typer.Argument(min=SHIPPED, help="A version; 0 is the shipped table.")]


class TableLine(TypedDict):
    """A table of the practice: what it is for, which version is in force, and every one that was published."""

    name: str
    says: str
    in_force: str
    versions: Sequence[Mapping[str, object]]


@tables.command("list")
@refusals
def list_tables(json: Json = False) -> None:
    """List configuration tables and their published versions."""
    with open_practice() as practice, practice.database.reading() as conn:
        published, present = versions_of(conn), tables_now(conn)
    rows: list[TableLine] = [
        {
            "name": one.name,
            "says": table_named(one.name).says,
            "in_force": "as shipped" if one.shipped else f"version {one.version}",
            "versions": [row for row in published if row["name"] == one.name],
        }
        for one in present
    ]
    if json:
        say_json(rows)
        return
    say_table("Tables", rows, ("name", "says", "in_force"))


@tables.command("show")
@refusals
def show(name: Name, json: Json = False) -> None:
    """Show the current text of a table."""
    with open_practice() as practice, practice.database.reading() as conn:
        now = table_now(conn, name)
    if json:
        say_json({"name": name, "shipped": now.shipped, "text": now.text})
    else:
        typer.echo(now.text)


@tables.command("check")
@refusals
def check(name: Name, file: File, json: Json = False) -> None:
    """Validate a table file without publishing it."""
    table_named(name).read(file.read_text("utf-8"), file.name)
    if json:
        say_json({"name": name, "ok": True})
    else:
        out.print(f"{file.name}: no errors found; it can be published")


@tables.command("history")
@refusals
def history(name: Name, json: Json = False) -> None:
    """List the versions of a table, the newest first: by whom, when, why, and what each changed."""
    with open_practice() as practice, practice.database.reading() as conn:
        lines = table_history(conn, name)
    rows = [{**one._asdict(), "changes": [difference_row(each) for each in one.changes]} for one in lines]
    if json:
        say_json(rows)
        return
    shown = [{**one._asdict(), "changes": "\n".join(each.sentence for each in one.changes)} for one in lines]
    say_table(f"Versions of {name}", shown, ("version", "on", "by", "reason", "changes"))


@tables.command("diff")
@refusals
def diff(name: Name, one: Version, two: Version, json: Json = False) -> None:
    """Show what differs between two versions of a table, in sentences."""
    with open_practice() as practice, practice.database.reading() as conn:
        found = table_difference(conn, name, one, two)
    if json:
        say_json({"changes": [difference_row(each) for each in found]})
        return
    for each in found:
        out.print(each.sentence, markup=False, soft_wrap=True)
    if not found:
        out.print("No differences")


@tables.command("publish")
@refusals
def publish(
    name: Name,
    file: File,
    reason: Reason = NO_REASON,
    based_on: Annotated[
        int | None,
        typer.Option("--based-on", min=SHIPPED, help="Refuse if another version than this one is in force."),
    ] = None,
    date: BusinessDate = None,
    json: Json = False,
) -> None:
    """Activate a table from a file."""
    with changing(date) as tx:
        version = publish_table(tx, name, file.read_text("utf-8"), file.name, reason, based_on)
    _say(name, version, json)


@tables.command("rollback")
@refusals
def rollback(
    name: Name,
    version: Version,
    reason: Reason,
    date: BusinessDate = None,
    json: Json = False,
) -> None:
    """Return to an earlier version of a table, or to the shipped one (0)."""
    with changing(date) as tx:
        now = roll_back_table(tx, name, version, reason)
    _say(name, now, json)


def _say(name: str, version: int, json: bool) -> None:
    if json:
        say_json({"name": name, "version": version})
    else:
        out.print(f"{name} version {version} is in force")


@limits.command("list")
@refusals
def list_limits(json: Json = False) -> None:
    """List the limits in force and the limits that can be set."""
    with open_practice() as practice, practice.database.reading() as conn:
        rows = limits_now(conn)
    if json:
        say_json({"in_force": rows, "known": {name: one.says for name, one in KNOWN.items()}})
        return
    say_table("Limits in force", rows, ("name", "value", "creditor", "state", "set_on", "set_by", "reason"))
    say_table("Limits that can be set", [{"name": n, "meaning": k.says} for n, k in KNOWN.items()], ("name", "meaning"))


@limits.command("history")
@refusals
def list_earlier_limits(json: Json = False) -> None:
    """List the limits that were set or removed, the newest first: by whom, when and why."""
    with open_practice() as practice, practice.database.reading() as conn:
        rows = limit_history(conn)
    if json:
        say_json(rows)
    else:
        shown = [{**row, "value": "none" if row["value"] is None else row["value"]} for row in rows]
        say_table("Earlier limits", shown, ("name", "value", "creditor", "state", "set_on", "set_by", "reason"))


@limits.command("set")
@refusals
def set_one(
    name: Annotated[str, typer.Argument(help="The limit, such as calls_in_7_days.")],
    value: Annotated[str, typer.Argument(help="The value, or none to remove the limit.")],
    creditor: Annotated[str, typer.Option("--creditor", help="For one creditor (default: all).")] = "",
    state: Annotated[str, typer.Option("--state", help="For one state (default: all).")] = "",
    reason: Reason = NO_REASON,
    date: BusinessDate = None,
    json: Json = False,
) -> None:
    """Set a limit that is stricter than the law. Less strict values are refused."""
    with changing(date) as tx:
        set_limit(tx, name, value, creditor=creditor, state=state, reason=reason)
    if json:
        say_json({"name": name, "value": None if value == "none" else value, "creditor": creditor, "state": state})
    else:
        where = " and ".join(filter(None, (creditor and f"creditor {creditor}", state and f"state {state}")))
        out.print(f"{name} is now {value}{f' for {where}' if where else ''}")

"""Commands for the layouts of agencies' files."""

from pathlib import Path
from typing import Annotated, TypedDict

import typer

from cli.output import (
    REFUSED,
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
from flows.agency_handoff.commands import publish_layout
from flows.agency_handoff.files.desk import LAYOUT
from flows.agency_handoff.files.layout_file import layout_from, shipped_layouts
from flows.settings.reasons import NO_REASON
from flows.settings.tables.queries import text_of, versions_of
from flows.settings.tables.yaml_text import BadSchedule
from models.errors import NotFound

layout = typer.Typer(help="Manage the layouts of agency files.", no_args_is_help=True)

File = Annotated[Path, typer.Argument(help="A YAML file.")]


LayoutLine = TypedDict("LayoutLine", {"layout": str, "format": str, "files": list[str], "from": str})
"""A layout, and whether it is shipped or the practice's own."""


@layout.command("list")
@refusals
def list_layouts(json: Json = False) -> None:
    """List the layouts: shipped ones and the practice's own."""
    with open_practice() as practice, practice.database.reading() as conn:
        own = {row["name"].removeprefix(LAYOUT) for row in versions_of(conn) if row["name"].startswith(LAYOUT)}
        stored = {name: text_of(conn, f"{LAYOUT}{name}") for name in own}
    texts = {name: text for name, text in stored.items() if text is not None}
    rows: list[LayoutLine] = []
    for name, path in shipped_layouts().items():
        if name not in texts:
            rows.append(_row(name, path.read_text("utf-8"), "shipped"))
    rows += [_row(name, text, "the practice's own") for name, text in sorted(texts.items())]
    if json:
        say_json(rows)
    else:
        say_table("Layouts", rows, ("layout", "format", "files", "from"), {"files": str})


def _row(name: str, text: str, whence: str) -> LayoutLine:
    found = layout_from(text, name)
    return {
        "layout": name,
        "format": found.format.value,
        "files": [kind.value for kind in found.files],
        "from": whence,
    }


@layout.command("show")
@refusals
def show(name: Annotated[str, typer.Argument(help="The name of the layout.")], json: Json = False) -> None:
    """Show the text of a layout, as a pattern for your own."""
    with open_practice() as practice, practice.database.reading() as conn:
        text = text_of(conn, f"{LAYOUT}{name}")
    shipped = shipped_layouts()
    if text is None and name not in shipped:
        raise NotFound(f'layout "{name}" was not found', f"the layouts are {', '.join(shipped)}")
    text = text or shipped[name].read_text("utf-8")
    if json:
        say_json({"layout": name, "text": text})
    else:
        typer.echo(text)


@layout.command("check")
@refusals
def check(file: File, json: Json = False) -> None:
    """Validate a layout: keywords, overlapping columns, required fields."""
    try:
        found = layout_from(file.read_text("utf-8"), str(file))
    except BadSchedule as error:
        if not json:
            raise
        problems = [{"line": one.line, "field": one.field, "message": one.message} for one in error.problems]
        say_json({"file": str(file), "problems": problems})
        raise typer.Exit(REFUSED) from None
    kinds = [kind.value for kind in found.files]
    if json:
        say_json({"file": str(file), "problems": [], "layout": found.name, "files": kinds})
    else:
        out.print(f"{file}: no errors found; it defines {', '.join(kinds)} files", soft_wrap=True)


@layout.command("publish")
@refusals
def publish(file: File, reason: Reason = NO_REASON, date: BusinessDate = None, json: Json = False) -> None:
    """Publish a layout of the practice from a file. Agencies' terms can then name it."""
    with changing(date) as tx:
        found = publish_layout(tx, file.read_text("utf-8"), file.name, reason)
    if json:
        say_json({"layout": found.name})
    else:
        out.print(f"Layout {found.name} is published")

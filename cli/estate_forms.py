"""Commands for the courts' own forms that are filled as PDF."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from cli.estate_files import estate
from cli.output import BusinessDate, Json, open_practice, out, refusals, say_done, say_json, say_table
from cli.setup import changing
from flows.estates.documents.blanks import add_blank, form_lines
from flows.estates.documents.form_pdf import fields_of

BlankFile = Annotated[Path, typer.Argument(help="The court's blank form (PDF).", exists=True, dir_okay=False)]


@estate.command("forms")
@refusals
def forms(json: Json = False) -> None:
    """List the court forms of the table, and the blank of each that is in use."""
    with open_practice() as practice, practice.database.reading() as conn:
        rows = [asdict(line) for line in form_lines(conn)]
    if json:
        say_json(rows)
        return
    columns = ("code", "state", "number", "name", "paper", "mapped", "version", "edition", "added_on")
    say_table("Court forms", rows, columns, {}, {"mapped": "Fields mapped", "version": "Blank"})


@estate.command("form-add")
@refusals
def form_add(
    code: Annotated[str, typer.Argument(help="The form's code in the table, such as ca-de-172.")],
    file: BlankFile,
    edition: Annotated[str, typer.Option("--edition", help="The edition as it stands on the form.")],
    date: BusinessDate = None,
    json: Json = False,
) -> None:
    """Add a court's blank form. It must have each field that the table court-forms names."""
    with changing(date) as tx:
        version = add_blank(tx, code, file.read_bytes(), edition)
    say_done({"form": code, "version": version}, f"Blank {version} of {code} added", json)


@estate.command("form-fields")
@refusals
def form_fields(file: BlankFile, json: Json = False) -> None:
    """List the fields of a blank form, for the table court-forms. It needs no database."""
    fields = fields_of(file.read_bytes())
    if json:
        say_json([{"field": one.name, "text": one.is_text, "values": list(one.states)} for one in fields])
        return
    for one in fields:
        values = f": {', '.join(one.states)}" if one.states else ""
        out.print(f"{one.name} ({'text' if one.is_text else 'box'}){values}", markup=False)

"""Commands about letter templates: listed, downloaded, checked, published and put back."""

from pathlib import Path
from typing import Annotated

import typer

from cli.output import (
    REFUSED,
    BusinessDate,
    Json,
    Reason,
    business_date,
    capital,
    open_practice,
    out,
    refusals,
    say_json,
    say_table,
)
from cli.setup import user
from flows.settings.templates.versions import (
    SUFFIX,
    faults_of,
    publish_template,
    roll_back_template,
    template_file,
    templates,
    versions,
)
from letters.check import Problem
from models.errors import BadInput
from models.files import write_whole
from models.labels import letter_label

template = typer.Typer(help="List, download, check and publish letter templates.", no_args_is_help=True)

Name = Annotated[str, typer.Argument(help="The name of the template, such as reminder-1 or reminder-1.es.")]
File = Annotated[Path, typer.Argument(help="A Word file (.docx) named after its kind, such as reminder-1.docx.")]


@template.command("list")
@refusals
def list_all(json: Json = False) -> None:
    """List the templates in force: shipped or your own, with the last version, by whom and why."""
    with open_practice() as practice, practice.database.reading() as conn:
        found = templates(conn, practice.settings.templates)
    rows = [
        {
            "name": one.name,
            "kind": one.kind,
            "language": one.language,
            "large_print": one.large,
            "own": one.own,
            "version": one.version,
            "published_on": one.on,
            "published_by": one.by,
            "reason": one.reason,
            "changed_outside": one.outside,
        }
        for one in found
    ]
    if json:
        say_json(rows)
    else:
        columns = ("name", "kind", "own", "version", "published_on", "published_by", "changed_outside")
        heads = {"own": "Own", "changed_outside": "Changed outside pastdue"}
        say_table("Letter templates", rows, columns, {"kind": letter_label}, heads)


@template.command("get")
@refusals
def get(
    name: Name,
    file: Annotated[Path, typer.Argument(help="The file to write.")],
    json: Json = False,
) -> None:
    """Save the template in force as a Word file, to edit it."""
    with open_practice() as practice:
        path = template_file(name, practice.settings.templates)
    if file.exists():
        raise BadInput(f"{file} exists already", "enter another file name")
    write_whole(file, path.read_bytes())
    if json:
        say_json({"name": name, "file": str(file)})
    else:
        out.print(f"{file} written", soft_wrap=True)


@template.command("check")
@refusals
def check(file: File, json: Json = False) -> None:
    """Check a Word file as a template; every error is named with what to do. Exit code 1 if there is one."""
    problems = faults_of(_name(file), _read(file))
    if json:
        say_json({"file": str(file), "problems": [_row(one) for one in problems]})
    else:
        for one in problems:
            out.print(str(one), markup=False, soft_wrap=True)
        if not problems:
            out.print(f"{file}: no errors found", soft_wrap=True)
    if problems:
        raise typer.Exit(REFUSED)


@template.command("publish")
@refusals
def publish(file: File, reason: Reason, date: BusinessDate = None, json: Json = False) -> None:
    """Use a Word file as the template from the next letter on. A file with errors is refused."""
    name, content = _name(file), _read(file)
    with (
        open_practice() as practice,
        practice.database.transaction(actor=user(), business_date=business_date(date)) as tx,
    ):
        version = publish_template(tx, practice.settings.templates, name, content, reason)
    _say(name, version, json)


@template.command("rollback")
@refusals
def rollback(
    name: Name,
    to: Annotated[int, typer.Option("--to", min=0, help="The version to return to; 0: the shipped template.")],
    reason: Reason,
    date: BusinessDate = None,
    json: Json = False,
) -> None:
    """Return to an earlier version of a template, or to the shipped one."""
    with (
        open_practice() as practice,
        practice.database.transaction(actor=user(), business_date=business_date(date)) as tx,
    ):
        version = roll_back_template(tx, practice.settings.templates, name, to, reason)
    _say(name, version, json)


@template.command("history")
@refusals
def history(name: Name, json: Json = False) -> None:
    """List the versions of a template, the newest first."""
    with open_practice() as practice, practice.database.reading() as conn:
        rows = [{**one._asdict(), "shipped": one.digest is None} for one in versions(conn, name)]
    if json:
        say_json(rows)
    else:
        say_table(f"Versions of {name}", rows, ("version", "on", "by", "reason", "shipped"))


def _name(file: Path) -> str:
    return file.name.lower().removesuffix(SUFFIX)


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise BadInput(f"{file} can't be read ({error.strerror})", "check its path and permissions") from None


def _row(one: Problem) -> dict[str, str]:
    return {"where": one.where, "what": one.what, "do": one.do}


def _say(name: str, version: int, json: bool) -> None:
    if json:
        say_json({"template": name, "version": version})
    else:
        out.print(f"{capital(name)} version {version} is used from the next letter on")

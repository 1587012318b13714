"""Commands about schedules: list, show, check, publish."""

from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Annotated

import typer

from cli.output import (
    REFUSED,
    BusinessDate,
    Json,
    business_date,
    err,
    labels,
    open_practice,
    optional_date,
    out,
    refusals,
    say_json,
    say_table,
)
from cli.setup import user
from flows.dunning.versions.publish import (
    SHIPPED,
    changes,
    publish,
    refuse_bad_templates,
)
from flows.dunning.versions.queries import list_schedules, own_version, schedule_text
from flows.practice import Practice
from flows.schedules.check import problems_of
from flows.schedules.schedule_file import read_schedule_file
from flows.settings.contracts.queries import agencies_now
from flows.settings.tables.yaml_text import BadSchedule, Problem
from flows.users.queries import roles_held
from letters.docx.shelf import Shelf
from models.enums import VersionState
from models.errors import BadInput, Refused
from models.migrate import OldDatabase

schedule = typer.Typer(help="Show, validate and publish schedules.", no_args_is_help=True)


Renamed = Annotated[
    list[str] | None, typer.Option("--map", metavar="OLD=NEW", help="A step that was renamed. May be repeated.")
]


def step_names(pairs: Sequence[str]) -> dict[str, str]:
    """The new names of steps by the old ones, from OLD=NEW. Raises BadInput."""
    found: dict[str, str] = {}
    for pair in pairs:
        old, equals, new = pair.partition("=")
        if not (old and equals and new):
            example = "enter the old and the new name, such as call=first-call"
            raise BadInput(f'"{pair}" does not name two steps', example)
        found[old] = new
    return found


@schedule.command("list")
@refusals
def list_all(date: BusinessDate = None, json: Json = False) -> None:
    """List published schedules and their start dates. If several apply to an account, it enters the first."""
    with open_practice() as practice, practice.database.reading() as conn:
        rows = list_schedules(conn, business_date(date))
    if json:
        say_json(rows)
    else:
        columns = ("schedule", "version", "state", "accounts", "in_force_on", "published_by", "stopped")
        say_table("Schedules", rows, columns, read={"state": labels(VersionState)})


@schedule.command("show")
@refusals
def show(
    name: Annotated[str, typer.Argument(help="The name of the schedule.")],
    version: Annotated[int | None, typer.Option("--version", help="A version (default: the current one).")] = None,
    json: Json = False,
) -> None:
    """Show the text of a published schedule."""
    with open_practice() as practice, practice.database.reading() as conn:
        row = schedule_text(conn, name, version)
    if json:
        names = ("name", "version", "title", "text", "digest", "published_on", "published_by", "present")
        say_json({key: getattr(row, key) for key in names})
    else:
        out.print(row.text, markup=False, soft_wrap=True)


@schedule.command("check")
def check(file: Annotated[Path, typer.Argument(help="A .yaml file.")], json: Json = False) -> None:
    """Validate a schedule file. Exit code 1 if it can't be published."""
    problems = _problems(file)
    if json:
        rows = [_row(problem) for problem in problems]
        wrong, doubtful = ([row for row in rows if row["warning"] is warning] for warning in (False, True))
        say_json({"file": str(file), "problems": wrong, "warnings": doubtful})
    else:
        for problem in problems:
            out.print(str(problem), markup=False, soft_wrap=True)
        if not problems:
            out.print(f"{file}: no errors found", markup=False, soft_wrap=True)
    if any(not problem.warning for problem in problems):
        raise typer.Exit(REFUSED)


def _ask_where_own(practice: Practice, name: str, text: str, json: bool) -> None:
    """If a version of the practice's own is replaced, show it and its differences, and ask. Raises Refused."""
    with practice.database.reading() as conn:
        own = own_version(conn, name, text)
    if own is None:
        return
    what = f"version {own.version} of {own.name}, published on {own.published_on} by {own.published_by}"
    if json:
        raise Refused(f"the shipped text would replace {what}, the practice's own", "add --yes to replace it")
    for line in changes(own, text):
        err.print(line, markup=False, soft_wrap=True)
    if not typer.confirm(f"The shipped text replaces {what}, the practice's own. Publish it?", err=True):
        raise Refused(f"{own.name} was not published", f"version {own.version} stays in force")


def _problems(file: Path) -> list[Problem]:
    try:
        shelf, (pools, roles) = Shelf(), _in_practice()
        source = read_schedule_file(file)
        return problems_of(source, letters=shelf.kinds(), pools=pools, roles=roles, one_language=shelf.only_english())
    except BadSchedule as error:
        return list(error.problems)


def _in_practice() -> tuple[Collection[str], Collection[str] | None]:
    """The pools of the practice, and the roles that its users have; a schedule can be checked where there is no
    database, or one that `init` must bring up to date, and then there are none."""
    try:
        with open_practice() as practice, practice.database.reading() as conn:
            return agencies_now(conn).pools, roles_held(conn)
    except OldDatabase:
        return (), None


def _row(problem: Problem) -> dict[str, object]:
    return {
        "file": problem.file,
        "line": problem.line,
        "field": problem.field,
        "message": problem.message,
        "warning": problem.warning,
    }


@schedule.command("publish")
@refusals
def publish_file(
    file: Annotated[Path, typer.Argument(help="A .yaml file, or the name of a shipped schedule.")],
    from_on: Annotated[str | None, typer.Option("--from", help="The first date on which it is in force.")] = None,
    reason: Annotated[str, typer.Option("--reason", help="The reason, for the schedule's history.")] = "",
    migrate: Annotated[
        bool, typer.Option("--migrate", help="Move accounts already in the schedule to this version on its first day.")
    ] = False,
    renamed: Renamed = None,
    yes: Annotated[
        bool, typer.Option("--yes", help="Replace your own version with the shipped text without confirmation.")
    ] = False,
    date: BusinessDate = None,
    json: Json = False,
) -> None:
    """Publish a schedule. New accounts enter it from its start date. Others stay, or move (--migrate)."""
    shipped = SHIPPED / f"{file}.yaml"
    path = shipped if not file.exists() and shipped.exists() else file
    source = read_schedule_file(path)
    text = path.read_text("utf-8-sig")
    with open_practice() as practice:
        if path is shipped and not yes:
            _ask_where_own(practice, source.words.schedule, text, json)
        with practice.database.transaction(actor=user(), business_date=business_date(date)) as tx:
            # A business date that was entered is the start date.
            starts = optional_date(from_on or date)
            done = publish(
                tx,
                source,
                text,
                letters=practice.shelf.kinds(),
                from_on=starts,
                reason=reason,
                migrate=migrate,
                step_names=step_names(renamed or ()),
            )
            refuse_bad_templates(text, practice.shelf)
    for warning in done.warnings:
        err.print(str(warning), markup=False, soft_wrap=True)
    if json:
        say_json(
            {
                "schedule": done.name,
                "version": done.version,
                "fresh": done.fresh,
                "in_force_on": starts,
                "pending": done.pending,
                "warnings": [_row(warning) for warning in done.warnings],
            }
        )
    elif done.pending:
        out.print(f"{done.name} version {done.version} published. It takes effect when another manager approves it")
    elif done.fresh:
        out.print(f"{done.name} version {done.version} published, in force from {starts or 'now'}")
    else:
        out.print(f"This text is already {done.name} version {done.version}. It now applies before the other schedules")

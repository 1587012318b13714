"""Commands about drafts of schedules: the same drafts as in the browser."""

from pathlib import Path
from typing import Annotated

import typer

from cli.output import BusinessDate, Json, business_date, open_practice, out, refusals, say_json, say_table
from cli.schedule_versions import schedule
from cli.setup import changing, user
from flows.dunning.versions.drafts import Draft, begin, change, draft_of, end, open_drafts
from flows.settings.tables.yaml_text import BadSchedule, Problem
from models.enums import DraftState

draft = typer.Typer(help="List, start, show, save and discard drafts of schedules.", no_args_is_help=True)
schedule.add_typer(draft, name="draft")

Number = Annotated[int, typer.Argument(help="The number of the draft.")]


@draft.command("list")
@refusals
def list_drafts(json: Json = False) -> None:
    """List open drafts, the last changed first."""
    with open_practice() as practice, practice.database.reading() as conn:
        rows = [one._asdict() for one in open_drafts(conn)]
    if json:
        say_json(rows)
    else:
        columns = ("id", "name", "based_on", "owner", "changed_on", "changed_by")
        say_table("Drafts of schedules", rows, columns, heads={"based_on": "From version"})


@draft.command("start")
@refusals
def start(
    name: Annotated[str, typer.Argument(help="The name of the schedule.")],
    version: Annotated[int | None, typer.Option("--version", help="A version (default: the current one).")] = None,
    date: BusinessDate = None,
    json: Json = False,
) -> None:
    """Start a draft of a schedule from one of its versions."""
    with changing(date) as tx:
        number = begin(tx, name, version)
    if json:
        say_json({"draft": number, "schedule": name})
    else:
        out.print(f"Draft {number} of {name} started. In the browser: /drafts/{number}")


@draft.command("show")
@refusals
def show(number: Number, json: Json = False) -> None:
    """Show the text of a draft, and its errors and warnings."""
    found = _draft(number)
    if json:
        say_json({**_shown(found), "text": found.text})
        return
    out.print(found.text, markup=False, soft_wrap=True)
    _say_problems(found.problems)


@draft.command("save")
@refusals
def save(
    number: Number,
    file: Annotated[Path, typer.Argument(help="A .yaml file with the new text.")],
    seen: Annotated[
        int | None, typer.Option("--seen", help="The change that you saw last; a later one is not overwritten.")
    ] = None,
    date: BusinessDate = None,
    json: Json = False,
) -> None:
    """Save a text as the draft, also with errors."""
    try:
        text = file.read_text("utf-8-sig")
    except (FileNotFoundError, UnicodeDecodeError):
        raise BadSchedule([Problem(str(file), 1, "file", "can't be read; enter the path of a UTF-8 file")]) from None
    with open_practice() as practice:
        with practice.database.transaction(actor=user(), business_date=business_date(date)) as tx:
            last = draft_of(tx.conn, number, practice.shelf).seq if seen is None else seen
            change(tx, number, last, lambda _: text)
        with practice.database.reading() as conn:
            found = draft_of(conn, number, practice.shelf)
    if json:
        say_json(_shown(found))
        return
    out.print(f"Draft {number} saved as change {found.seq}")
    _say_problems(found.problems)


@draft.command("discard")
@refusals
def discard(number: Number, date: BusinessDate = None, json: Json = False) -> None:
    """Discard a draft. Its changes stay on record."""
    with changing(date) as tx:
        end(tx, number, DraftState.DISCARDED)
    if json:
        say_json({"draft": number, "state": DraftState.DISCARDED.value})
    else:
        out.print(f"Draft {number} discarded")


def _draft(number: int) -> Draft:
    with open_practice() as practice, practice.database.reading() as conn:
        return draft_of(conn, number, practice.shelf)


def _shown(found: Draft) -> dict[str, object]:
    return {
        "draft": found.id,
        "schedule": found.name,
        "state": found.state.value,
        "based_on": found.based_on,
        "change": found.seq,
        "changed_by": found.changed_by,
        "problems": [
            {"line": one.line, "field": one.field, "message": one.message, "warning": one.warning}
            for one in found.problems
        ],
    }


def _say_problems(problems: tuple[Problem, ...]) -> None:
    for one in problems:
        out.print(str(one), markup=False, soft_wrap=True)

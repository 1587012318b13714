"""Commands of the mail room: letters list, preview, print, mailed, returned, check."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from console.output import (
    REFUSED,
    BusinessDate,
    Json,
    business_date,
    house,
    optional_date,
    out,
    refusals,
    say_json,
    say_table,
)
from console.setup import user
from flows.mail.commands import mail_batch, preview
from flows.mail.queries import list_letters
from flows.printing.commands import print_letters
from flows.returned_mail.commands import return_letter
from letters.check import check_template

letters = typer.Typer(help="Letters: look, print, mail.", no_args_is_help=True)


@letters.command("list")
@refusals
def list_all(
    state: Annotated[
        str | None, typer.Option("--state", help="queued, rendered, batched, mailed, voided, returned.")
    ] = None,
    account: Annotated[str | None, typer.Option("--account", help="Those that speak of one account.")] = None,
    json: Json = False,
) -> None:
    """Letters, the newest last."""
    with house() as here, here.book.reading() as conn:
        rows = list_letters(conn, state=state, number=account)
    if json:
        say_json(rows)
    else:
        columns = ("letter", "kind", "state", "queued_on", "total_cents", "accounts", "batch", "mailed_on", "reason")
        say_table("Letters", rows, columns)


@letters.command("preview")
@refusals
def preview_letter(
    number: Annotated[str, typer.Argument(help="The account.")],
    template: Annotated[str, typer.Argument(help="The kind of letter, such as reminder-1.")],
    to: Annotated[Path | None, typer.Option("--to", help="Where to write it.")] = None,
    date: BusinessDate = None,
    json: Json = False,
) -> None:
    """Write the letter that would go today to a file, without sending it."""
    with house() as here:
        target = to or here.settings.outbox / f"preview-{template}.docx"
        made = preview(here.mail_room(user()), number, template, business_date(date), target)
    if json:
        say_json(made)
    else:
        may = "may go today" if made["lawful"] else f"may not go today: {made['reason']}"
        out.print(f"{made['file']}; {may}", soft_wrap=True)


@letters.command("print")
@refusals
def print_all(date: BusinessDate = None, json: Json = False) -> None:
    """Put the written letters into a print batch: one file sorted by ZIP, with its manifest."""
    with house() as here:
        batches = [
            asdict(batch) for batch in print_letters(here.mail_room(user()), here.settings.outbox, business_date(date))
        ]
    empty = {"batch": None, "letters": 0, "pages": 0, "file": None, "manifest": None, "sha256": None}
    if json:
        say_json({**(batches[-1] if batches else empty), "finished": batches})
    elif not batches:
        out.print("There are no letters to print")
    else:
        say_table("Print batches", batches, ("batch", "letters", "pages", "file", "manifest"))


@letters.command("mailed")
@refusals
def mailed(
    batch: Annotated[int, typer.Argument(help="The batch that was mailed.")],
    date: BusinessDate = None,
    on: Annotated[str | None, typer.Option("--on", help="The business date, where it is another day.")] = None,
    json: Json = False,
) -> None:
    """Write down that a batch was mailed."""
    day = business_date(date)
    with house() as here, here.book.transaction(actor=user(), business_date=optional_date(on) or day) as tx:
        count = mail_batch(tx, batch, day)
    if json:
        say_json({"batch": batch, "letters": count, "mailed_on": day})
    else:
        out.print(f"Batch {batch}: {count} letters mailed on {day}")


@letters.command("returned")
@refusals
def returned(
    letter: Annotated[int, typer.Argument(help="The letter's number, as printed after L-.")],
    reason: Annotated[
        str, typer.Option("--reason", help="What the post wrote on it.")
    ] = "not deliverable as addressed",
    date: BusinessDate = None,
    json: Json = False,
) -> None:
    """Write down that a letter came back: letters wait for an address, and somebody looks for one."""
    with house() as here, here.book.transaction(actor=user(), business_date=business_date(date)) as tx:
        return_letter(tx, letter, reason)
    if json:
        say_json({"letter": letter, "state": "returned", "reason": reason})
    else:
        out.print(f"Letter {letter} came back; a task to find the address is open")


@letters.command("check")
@refusals
def check(file: Annotated[Path, typer.Argument(help="A .docx template.")], json: Json = False) -> None:
    """Look a template through: fields it uses, unknown ones, loops left open, macros."""
    problems = check_template(file)
    if json:
        say_json({"file": str(file), "problems": [asdict(problem) for problem in problems]})
    elif not problems:
        out.print(f"{file}: nothing is wrong with it")
    for problem in [] if json else problems:
        out.print(str(problem))
    if problems:
        raise typer.Exit(REFUSED)

"""Commands of the mail room up to the post: letters list, send, preview, print, proof, reject, reprint, void."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from cli.output import (
    BusinessDate,
    Json,
    business_date,
    open_practice,
    out,
    refusals,
    say_json,
    say_table,
)
from cli.setup import user
from cli.typist import typist
from cli.view_log import saw_accounts, saw_letters
from flows.accounts.counts import Count
from flows.accounts.queries import account_row
from flows.correspondence.letters.commands import mail_room, preview, write_letters
from flows.correspondence.letters.queries import list_letters
from flows.correspondence.print_batches.commands import (
    Batch,
    Extract,
    accept,
    print_letters,
    proof,
    reject_kind,
    release_remaining,
    reprint,
)
from flows.correspondence.print_batches.queries import list_batches
from flows.correspondence.queue import answer_request
from flows.correspondence.void import void_letter
from letters.kinds import letter_name
from letters.numbers import letter_number, letter_of
from models.enums import BatchState, LetterState
from models.errors import BadInput, NotPermitted
from models.ids import BatchId
from models.user_enums import Seen
from web.auth.rights import Right

letters = typer.Typer(help="Letters: look, release, print, mail.", no_args_is_help=True)

BatchNumber = Annotated[int, typer.Argument(help="The print batch.")]
LATEST = 25
_BATCH = ("batch", "state", "letters", "pages", "sheets", "amount_cents")


@letters.command("list")
@refusals
def list_all(
    state: Annotated[
        str | None,
        typer.Option("--state", help=f"{', '.join(LetterState)}."),
    ] = None,
    account: Annotated[str | None, typer.Option("--account", help="Those that speak of one account.")] = None,
    batch: Annotated[int | None, typer.Option("--batch", help="Those of one print batch.")] = None,
    json: Json = False,
) -> None:
    """Letters, the newest last."""
    if state is not None and state not in set(LetterState):
        raise BadInput(f'"{state}" is no state of a letter', f"the states are {', '.join(LetterState)}")
    with open_practice() as practice, practice.database.reading() as conn:
        found = list_letters(conn, state=state, number=account, batch=None if batch is None else BatchId(batch))
        rows = [{**row, "number": letter_number(row["letter"])} for row in found]
        saw_letters(practice, [row["letter"] for row in found])
    if json:
        say_json(rows)
    else:
        say_table("Letters", rows, ("number", "kind", "state", "queued_on", "total_cents", "accounts"))


@letters.command("send")
@refusals
def send(
    number: Annotated[str, typer.Argument(help="The account.")],
    kind: Annotated[str, typer.Argument(help="The kind of letter, such as itemised-statement.")],
    enclose: Annotated[
        list[str] | None, typer.Option("--enclose", help="What goes with it, such as financial-assistance-summary.")
    ] = None,
    date: BusinessDate = None,
    json: Json = False,
) -> None:
    """Queue a letter that somebody asked for; it is written, and looked at by the law, with the letters of the day."""
    with (
        open_practice() as practice,
        practice.database.transaction(actor=user(), business_date=business_date(date)) as tx,
    ):
        practice.shelf.find(kind)
        for enclosure in enclose or []:
            practice.shelf.find(enclosure)
        letter = answer_request(tx, letter_name(kind), account_row(tx.conn, number).id, enclose=tuple(enclose or ()))
    if json:
        say_json({"letter": letter, "number": letter_number(letter), "kind": kind, "state": "queued"})
    else:
        out.print(f"{letter_number(letter)} ({kind}) is queued; it is written with the letters of the day")


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
    with open_practice() as practice:
        saw_accounts(practice, [number], Seen.LETTER)
        target = to or practice.settings.outbox / f"preview-{template}.docx"
        made = preview(mail_room(practice, user()), number, letter_name(template), business_date(date), target)
    if json:
        say_json(made)
    else:
        may = "may go today" if made.lawful else f"may not go today: {made.reason}"
        out.print(f"{made.file}; {may}", soft_wrap=True)


@letters.command("write")
@refusals
def write_all(date: BusinessDate = None, json: Json = False) -> None:
    """Write the letters that wait in the queue, as the day's run does: once a template was corrected, for instance."""
    with open_practice() as practice:
        counts = write_letters(mail_room(practice, user()), business_date(date))
    if json:
        told = (Count.LETTERS, Count.WAITING_FOR_TEMPLATE, Count.VOIDED, Count.SET_ASIDE)
        say_json({name.value: counts[name] for name in told})
    else:
        waits = counts[Count.WAITING_FOR_TEMPLATE]
        out.print(f"{counts[Count.LETTERS]} letters are written" + (f"; {waits} wait for a template" if waits else ""))


@letters.command("print")
@refusals
def print_all(
    approve: Annotated[
        bool, typer.Option("--approve", help="Release runs over the limit, as the manager who answers for them.")
    ] = False,
    date: BusinessDate = None,
    json: Json = False,
) -> None:
    """Put the written letters into a print batch: one file sorted by ZIP, with its manifest and lists.

    A run over a limit of the house (`pastdue settings list`) waits until it is released with --approve.
    """
    with open_practice() as practice:
        if approve and not typist().may(Right.RELEASE_LETTERS):
            raise NotPermitted("--approve is a manager's word", "without it what keeps to the limits is printed")
        batches = print_letters(
            mail_room(practice, user()), practice.settings.outbox, business_date(date), approve=approve
        )
    if json:
        last = asdict(batches[-1]) if batches else _NOTHING
        say_json({**last, "finished": [asdict(batch) for batch in batches]})
        return
    if not batches:
        out.print("There are no letters to print")
        return
    say_table("Print batches", [asdict(batch) for batch in batches], _BATCH)
    for batch in batches:
        _say_more(batch)


_NOTHING = {
    "batch": None,
    "state": None,
    "letters": 0,
    "pages": 0,
    "sheets": 0,
    "file": None,
    "pdf": None,
    "manifest": None,
    "sha256": None,
}


def _say_more(batch: Batch) -> None:
    for file in (batch.file, batch.pdf):
        if file:
            out.print(file, soft_wrap=True)
    if batch.why_waiting:
        out.print(
            f"Batch {batch.batch} waits for a manager: {batch.why_waiting}. Look at it with `pastdue letters proof "
            f"{batch.batch}`, then release it with `pastdue letters print --approve`",
            soft_wrap=True,
        )
    if batch.pdf_problem:
        out.print(f"No PDF of batch {batch.batch}: {batch.pdf_problem}; print the Word file", soft_wrap=True)
    if batch.state == "printed" and not batch.pages_counted:
        out.print("Its page numbers are estimates: they are counted where LibreOffice makes the PDF", soft_wrap=True)


@letters.command("batches")
@refusals
def batches_there(
    every: Annotated[bool, typer.Option("--all", help=f"All of them; otherwise the last {LATEST}.")] = False,
    json: Json = False,
) -> None:
    """The print batches, the newest last: waiting, released, printed, mailed. With --json all of them."""
    with open_practice() as practice, practice.database.reading() as conn:
        rows = [
            {"batch": row["id"], **{name: value for name, value in row.items() if name != "id"}}
            for row in list_batches(conn)
        ]
    if json:
        say_json(rows)
    else:
        shown = rows if every else rows[-LATEST:]
        say_table(
            "Print batches", shown, ("batch", "state", "made_on", "letters", "sheets", "amount_cents", "mailed_on")
        )
        for row in shown:
            if row["why_waiting"] and row["state"] == BatchState.WAITING:
                out.print(f"Batch {row['batch']} waits for a manager: {row['why_waiting']}", soft_wrap=True)
        if len(shown) < len(rows):
            out.print(f"{len(rows) - len(shown)} earlier ones: --all")


@letters.command("proof")
@refusals
def proof_of(
    batch: BatchNumber,
    sample: Annotated[
        int | None, typer.Option("--sample", min=0, help="The first of each kind, and so many more at random.")
    ] = None,
    seed: Annotated[int, typer.Option("--seed", help="Another seed chooses others at random.")] = 0,
    json: Json = False,
) -> None:
    """Write a batch as it will be printed to a file to look at; nothing is released or printed."""
    with open_practice() as practice:
        made = proof(mail_room(practice, user()), practice.settings.outbox, batch, sample=sample, seed=seed)
    _say_extract(made, json)


@letters.command("reprint")
@refusals
def print_again(
    batch: BatchNumber,
    from_sheet: Annotated[
        int | None, typer.Option("--from-sheet", min=1, help="From this sheet on, after a jam (see the manifest).")
    ] = None,
    letter: Annotated[str | None, typer.Option("--letter", help="One letter, by its number.")] = None,
    json: Json = False,
) -> None:
    """Print a batch again, from a sheet on, or one letter of it; no history has it twice."""
    with open_practice() as practice:
        made = reprint(
            mail_room(practice, user()),
            practice.settings.outbox,
            BatchId(batch),
            from_sheet=from_sheet,
            letter=None if letter is None else letter_of(letter),
        )
    _say_extract(made, json)


def _say_extract(made: Extract, json: bool) -> None:
    if json:
        say_json(made)
        return
    out.print(f"{made.pdf or made.file}: {made.letters} letters, {made.pages} pages", soft_wrap=True)
    if made.pdf_problem:
        out.print(f"No PDF: {made.pdf_problem}", soft_wrap=True)


@letters.command("reject")
@refusals
def reject(
    batch: BatchNumber,
    kind: Annotated[str, typer.Argument(help="The kind of letter that looks wrong, such as final-notice.")],
    reason: Annotated[str, typer.Option("--reason", help="What is wrong with it.")],
    date: BusinessDate = None,
    json: Json = False,
) -> None:
    """Take a kind of letter out of a waiting batch until its template is mended; the rest goes, if the limits allow."""
    with open_practice() as practice:
        with practice.database.transaction(actor=user(), business_date=business_date(date)) as tx:
            count = reject_kind(tx, batch, kind, reason)
        gone = release_remaining(
            mail_room(practice, user()), practice.settings.outbox, BatchId(batch), business_date(date)
        )
    if json:
        say_json({"batch": batch, "kind": kind, "rejected": count, "printed": 0 if gone is None else gone.letters})
    else:
        out.print(
            f"{count} letters {kind} are on hold until the template is fixed or released: "
            f"`pastdue letters accept {kind}`"
        )
        out.print(f"The rest of batch {batch} waits for a manager" if gone is None else f"{gone.letters} letters go")


@letters.command("accept")
@refusals
def accept_again(
    kind: Annotated[str, typer.Argument(help="The kind of letter that was rejected.")],
    date: BusinessDate = None,
    json: Json = False,
) -> None:
    """Let a kind of letter go that was rejected: the fault was elsewhere, in a logo for instance, and is mended."""
    with (
        open_practice() as practice,
        practice.database.transaction(actor=user(), business_date=business_date(date)) as tx,
    ):
        count = accept(tx, kind)
    if json:
        say_json({"kind": kind, "templates": count})
    else:
        out.print(f"Letters {kind} go again, with the next run")


@letters.command("void")
@refusals
def void(
    letter: Annotated[str, typer.Argument(help="The letter's number.")],
    reason: Annotated[str, typer.Option("--reason", help="Why it does not go.")],
    date: BusinessDate = None,
    json: Json = False,
) -> None:
    """Take back a letter that has not gone: its accounts stand where they stood before it."""
    key = letter_of(letter)
    with (
        open_practice() as practice,
        practice.database.transaction(actor=user(), business_date=business_date(date)) as tx,
    ):
        void_letter(tx, key, reason)
    if json:
        say_json({"letter": key, "state": "voided", "reason": reason})
    else:
        out.print(f"{letter_number(key)} is taken back; its accounts stand where they stood")

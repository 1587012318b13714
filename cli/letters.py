"""Commands of the mail room before mailing: letters list, send, preview, print, proof, reject, reprint, void."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from cli.output import BusinessDate, Json, business_date, labels, open_practice, out, refusals, say_json, say_table
from cli.setup import changing, user
from cli.typist import typist
from cli.view_log import saw_accounts, saw_letters
from flows.accounts.counts import Count
from flows.accounts.queries import account_row
from flows.correspondence.letters.commands import mail_room, preview, write_letters
from flows.correspondence.letters.listed import list_letters
from flows.correspondence.print_batches.commands import Batch, accept, print_letters, reject_kind, release_remaining
from flows.correspondence.print_batches.extracts import Extract, proof, reprint
from flows.correspondence.print_batches.queries import list_batches
from flows.correspondence.queue import answer_request
from flows.correspondence.void import void_letter
from letters.kinds import letter_name
from letters.numbers import letter_number, letter_of
from models.enums import BatchState, LetterState
from models.errors import BadInput, NotPermitted
from models.ids import BatchId
from models.labels import letter_label
from models.user_enums import Seen
from models.values import counted
from web.auth.rights import Right

LETTER = {"kind": letter_label, "state": labels(LetterState)}
BATCH = {"state": labels(BatchState)}

_LETTERS = ("number", "kind", "state", "queued_on", "total_cents", "accounts")

letters = typer.Typer(help="Preview, release, print and mail letters.", no_args_is_help=True)

BatchNumber = Annotated[int, typer.Argument(help="The number of the print batch.")]
LATEST = 25
_BATCH = ("batch", "state", "letters", "pages", "sheets", "amount_cents")


@letters.command("list")
@refusals
def list_all(
    state: Annotated[
        str | None,
        typer.Option("--state", help=f"Letters in one state: {', '.join(LetterState)}."),
    ] = None,
    account: Annotated[str | None, typer.Option("--account", help="Letters about one account.")] = None,
    batch: Annotated[int | None, typer.Option("--batch", help="Letters of one print batch.")] = None,
    json: Json = False,
) -> None:
    """List letters, newest last."""
    if state is not None and state not in set(LetterState):
        raise BadInput(f'"{state}" is not a letter state', f"the states are {', '.join(LetterState)}")
    with open_practice() as practice, practice.database.reading() as conn:
        found = list_letters(conn, state=state, number=account, batch=None if batch is None else BatchId(batch))
        rows = [{**row, "number": letter_number(row["letter"])} for row in found]
        saw_letters(practice, [row["letter"] for row in found])
    if json:
        say_json(rows)
    else:
        say_table("Letters", rows, _LETTERS, LETTER, {"number": "Letter"})


@letters.command("send")
@refusals
def send(
    number: Annotated[str, typer.Argument(help="The account number.")],
    kind: Annotated[str, typer.Argument(help="The type of letter, such as `itemised-statement`.")],
    enclose: Annotated[
        list[str] | None, typer.Option("--enclose", help="An enclosure, such as financial-assistance-summary.")
    ] = None,
    date: BusinessDate = None,
    json: Json = False,
) -> None:
    """Queue a letter on request. The next daily run checks it against the rules and writes it."""
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
        out.print(f"{letter_number(letter)} ({letter_label(kind)}) queued; the next daily run writes it")


@letters.command("preview")
@refusals
def preview_letter(
    number: Annotated[str, typer.Argument(help="The account number.")],
    template: Annotated[str, typer.Argument(help="The type of letter, such as reminder-1.")],
    to: Annotated[Path | None, typer.Option("--to", help="Output file.")] = None,
    date: BusinessDate = None,
    json: Json = False,
) -> None:
    """Preview the letter that would be sent today, in a file. Nothing is sent."""
    with open_practice() as practice:
        saw_accounts(practice, [number], Seen.LETTER)
        target = to or practice.settings.outbox / f"preview-{template}.docx"
        made = preview(mail_room(practice, user()), number, letter_name(template), business_date(date), target)
    if json:
        say_json(made)
    else:
        may = "can be sent today" if made.lawful else f"can't be sent today: {made.reason}"
        out.print(f"{made.file}; {may}", soft_wrap=True)


@letters.command("write")
@refusals
def write_all(date: BusinessDate = None, json: Json = False) -> None:
    """Write the letters in the queue, as the daily run does, such as after a template was corrected."""
    with open_practice() as practice:
        counts = write_letters(mail_room(practice, user()), business_date(date))
    if json:
        told = (Count.LETTERS, Count.WAITING_FOR_TEMPLATE, Count.VOIDED, Count.SET_ASIDE)
        say_json({name.value: counts[name] for name in told})
    else:
        waits = counts[Count.WAITING_FOR_TEMPLATE]
        out.print(
            f"{counted(counts[Count.LETTERS], 'letter')} written"
            + (f"; {waits} waiting for a template" if waits else "")
        )


@letters.command("print")
@refusals
def print_all(
    approve: Annotated[bool, typer.Option("--approve", help="Release batches above the limit, as a manager.")] = False,
    date: BusinessDate = None,
    json: Json = False,
) -> None:
    """Print the written letters in a batch: one file sorted by ZIP, with its manifest and lists.

    A batch above a limit of the practice (`pastdue settings list`) is held until it is released with --approve.
    """
    with open_practice() as practice:
        if approve and not typist().may(Right.RELEASE_LETTERS):
            raise NotPermitted("--approve requires a manager", "without it, batches within the limits are printed")
        batches = print_letters(
            mail_room(practice, user()), practice.settings.outbox, business_date(date), approve=approve
        )
    if json:
        last = asdict(batches[-1]) if batches else _NOTHING
        say_json({**last, "finished": [asdict(batch) for batch in batches]})
        return
    if not batches:
        out.print("No letters to print")
        return
    say_table("Print batches", [asdict(batch) for batch in batches], _BATCH, BATCH)
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
            f"Batch {batch.batch} is held for a manager: {batch.why_waiting}. Proof it with `pastdue letters proof "
            f"{batch.batch}`, then release it with `pastdue letters print --approve`",
            soft_wrap=True,
        )
    if batch.pdf_problem:
        out.print(f"No PDF of batch {batch.batch}: {batch.pdf_problem}. Print the Word file", soft_wrap=True)
    if batch.state == "printed" and not batch.pages_counted:
        out.print("Page counts are estimates; exact counts require LibreOffice, which makes the PDF", soft_wrap=True)


@letters.command("batches")
@refusals
def batches_there(
    every: Annotated[bool, typer.Option("--all", help=f"All batches (default: the last {LATEST}).")] = False,
    json: Json = False,
) -> None:
    """List print batches, newest last, with their state and mailing date. --json lists all of them."""
    with open_practice() as practice, practice.database.reading() as conn:
        rows = [
            {"batch": row["id"], **{name: value for name, value in row.items() if name != "id"}}
            for row in list_batches(conn)
        ]
    if json:
        say_json(rows)
    else:
        shown = rows if every else rows[-LATEST:]
        columns = ("batch", "state", "made_on", "letters", "sheets", "amount_cents", "mailed_on")
        say_table("Print batches", shown, columns, BATCH)
        for row in shown:
            if row["why_waiting"] and row["state"] == BatchState.WAITING:
                out.print(f"Batch {row['batch']} is held for a manager: {row['why_waiting']}", soft_wrap=True)
        if len(shown) < len(rows):
            out.print(
                f"{counted(len(rows) - len(shown), 'earlier batch', 'earlier batches')} not shown; --all shows them"
            )


@letters.command("proof")
@refusals
def proof_of(
    batch: BatchNumber,
    sample: Annotated[
        int | None, typer.Option("--sample", min=0, help="The first of each type plus a random sample of this size.")
    ] = None,
    seed: Annotated[int, typer.Option("--seed", help="The seed of the random sample.")] = 0,
    json: Json = False,
) -> None:
    """Proof a batch: write a sample as it will be printed to a file. Nothing is released or printed."""
    with open_practice() as practice:
        made = proof(mail_room(practice, user()), practice.settings.outbox, batch, sample=sample, seed=seed)
    _say_extract(made, json)


@letters.command("reprint")
@refusals
def print_again(
    batch: BatchNumber,
    from_sheet: Annotated[
        int | None,
        typer.Option("--from-sheet", min=1, help="The first sheet to reprint, such as after a jam (see the manifest)."),
    ] = None,
    letter: Annotated[str | None, typer.Option("--letter", help="One letter, by its number.")] = None,
    json: Json = False,
) -> None:
    """Reprint a batch from a sheet on, or one letter. Histories still show it once."""
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
    out.print(
        f"{made.pdf or made.file}: {counted(made.letters, 'letter')}, {counted(made.pages, 'page')}", soft_wrap=True
    )
    if made.pdf_problem:
        out.print(f"No PDF created: {made.pdf_problem}", soft_wrap=True)


@letters.command("reject")
@refusals
def reject(
    batch: BatchNumber,
    kind: Annotated[str, typer.Argument(help="The letter type with the problem, such as final-notice.")],
    reason: Annotated[str, typer.Option("--reason", help="The problem.")],
    date: BusinessDate = None,
    json: Json = False,
) -> None:
    """Pull a letter type from a held batch until its template is fixed. The rest is printed if within the limits."""
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
            f"{counted(count, 'letter')} ({letter_label(kind)}) on hold until the template is fixed or released: "
            f"`pastdue letters accept {kind}`"
        )
        out.print(
            f"The rest of batch {batch} is held for a manager"
            if gone is None
            else f"{counted(gone.letters, 'letter')} released"
        )


@letters.command("accept")
@refusals
def accept_again(
    kind: Annotated[str, typer.Argument(help="The letter type that was pulled.")],
    date: BusinessDate = None,
    json: Json = False,
) -> None:
    """Release a letter type that was pulled, after the problem was fixed elsewhere, such as in a logo."""
    with changing(date) as tx:
        count = accept(tx, kind)
    if json:
        say_json({"kind": kind, "templates": count})
    else:
        out.print(f"{letter_label(kind)} letters released; the next run includes them")


@letters.command("void")
@refusals
def void(
    letter: Annotated[str, typer.Argument(help="The letter number.")],
    reason: Annotated[str, typer.Option("--reason", help="The reason.")],
    date: BusinessDate = None,
    json: Json = False,
) -> None:
    """Void a letter that was not sent. Its accounts return to the step before it."""
    key = letter_of(letter)
    with changing(date) as tx:
        void_letter(tx, key, reason)
    if json:
        say_json({"letter": key, "state": "voided", "reason": reason})
    else:
        out.print(f"{letter_number(key)} voided; its accounts returned to the step before it")

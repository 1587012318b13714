"""Commands of the mail desk: letters control-sheet, certified, article, receipt, addresses."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from cli.electronic_letters import letters
from cli.letters import LETTER, BatchNumber
from cli.output import BusinessDate, Json, business_date, open_practice, out, refusals, say_json, say_table
from cli.setup import changing, user
from cli.view_log import saw, saw_letters
from flows.correspondence.addresses.queries import ADDRESS_FILE_COLUMNS, addresses_to_check, person_of
from flows.correspondence.certified.article import read_article, spaced
from flows.correspondence.certified.commands import enter_article, record_receipt
from flows.correspondence.certified.queries import certified_letters
from flows.correspondence.print_batches.control_sheet import SIGNATURES, control_sheet
from flows.users.view_log import View
from letters.numbers import letter_number, letter_of
from models.csv_files import csv_bytes
from models.files import write_whole
from models.ids import BatchId
from models.labels import letter_label
from models.user_enums import Seen
from models.values import counted, date_from_iso, dollars

ArticleNumber = Annotated[str, typer.Argument(help="The number of the Certified Mail label, 20 or 22 digits.")]


@letters.command("control-sheet")
@refusals
def control(batch: BatchNumber, date: BusinessDate = None, json: Json = False) -> None:
    """Show the control sheet of a batch: its counts, first and last letter, and lines to sign."""
    with open_practice() as practice, practice.database.reading() as conn:
        sheet = control_sheet(conn, BatchId(batch), business_date(date))
    if json:
        say_json(asdict(sheet))
        return
    out.print(f"Control sheet, batch {sheet.batch} of {sheet.made_on}")
    out.print(f"First letter {sheet.first or 'none'}, last letter {sheet.last or 'none'}")
    for one in sheet.kinds:
        out.print(f"  {one.letters:6,} {letter_label(one.kind)}: {one.pages:,} pages, {one.sheets:,} sheets")
    envelopes = ", ".join(f"{count:,} {size}" for size, count in sheet.envelopes)
    total = f"{counted(sheet.letters, 'letter')}, {counted(sheet.pages, 'page')}, {counted(sheet.sheets, 'sheet')}"
    out.print(f"{total}; envelopes: {envelopes or 'none'}; amount due {dollars(sheet.amount_cents)}", soft_wrap=True)
    out.print(f"Certified mail: {sheet.certified:,}; addresses not checked: {sheet.unchecked:,}")
    for one in SIGNATURES:
        out.print(f"{one}: ____________________  Count: ______  Date and time: ______________")


@letters.command("certified")
@refusals
def certified(
    batch: Annotated[int | None, typer.Option("--batch", help="Letters of one print batch.")] = None,
    open_only: Annotated[
        bool, typer.Option("--open", help="Only letters without a number or without a return receipt.")
    ] = False,
    json: Json = False,
) -> None:
    """List the letters that go by certified mail, with the reason, the number, and the return receipt."""
    with open_practice() as practice:
        with practice.database.reading() as conn:
            rows = certified_letters(conn, batch=batch, open_only=open_only)
        saw_letters(practice, [row["letter"] for row in rows])
    if json:
        say_json(rows)
    else:
        columns = ("number", "kind", "state", "why", "article", "mailed_on", "receipt_on")
        say_table("Certified mail", rows, columns, LETTER, {"number": "Letter", "why": "Required by"})


@letters.command("article")
@refusals
def article(
    letter: Annotated[str, typer.Argument(help="The letter number.")],
    number: ArticleNumber,
    date: BusinessDate = None,
    json: Json = False,
) -> None:
    """Enter the Certified Mail number of a letter. For many, import a file: letter, article."""
    key, digits = letter_of(letter), read_article(number)
    with changing(date) as tx:
        enter_article(tx, key, digits)
    if json:
        say_json({"letter": key, "number": letter_number(key), "article": digits})
    else:
        out.print(f"{letter_number(key)}: Certified Mail number {spaced(digits)}")


@letters.command("receipt")
@refusals
def receipt(
    number: ArticleNumber,
    delivered_on: Annotated[str, typer.Option("--delivered-on", help="The delivery date, YYYY-MM-DD.")],
    signed_by: Annotated[str, typer.Option("--signed-by", help="The signer's name, if the receipt has one.")] = "",
    date: BusinessDate = None,
    json: Json = False,
) -> None:
    """Record a return receipt. For many, import a file: article, delivered_on, signed_by."""
    digits, day = read_article(number), date_from_iso(delivered_on)
    with changing(date) as tx:
        record_receipt(tx, digits, day, signed_by)
    if json:
        say_json({"article": digits, "delivered_on": day})
    else:
        out.print(f"Certified Mail {spaced(digits)} delivered on {day}")


@letters.command("addresses")
@refusals
def addresses(
    to: Annotated[Path | None, typer.Option("--to", help="Output file (default: in the outbox).")] = None,
    every: Annotated[bool, typer.Option("--all", help="Also addresses that were checked lately.")] = False,
    date: BusinessDate = None,
    json: Json = False,
) -> None:
    """Write the addresses to check to a file for a CASS and NCOALink service. Import its result with `intake`."""
    today = business_date(date)
    with open_practice() as practice:
        with practice.database.reading() as conn:
            rows = list(addresses_to_check(conn, today, every=every))
        saw(practice, Seen.LETTERS, [View(person_of(row), None, "address file") for row in rows], user())
        target = to or practice.settings.outbox / f"addresses-{today.isoformat()}.csv"
        if rows:
            write_whole(target, csv_bytes(ADDRESS_FILE_COLUMNS, rows))
    if json:
        say_json({"file": str(target) if rows else None, "addresses": len(rows)})
    elif rows:
        out.print(f"{target}: {counted(len(rows), 'address', 'addresses')}", soft_wrap=True)
    else:
        out.print("No address has to be checked")

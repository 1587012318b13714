"""Commands for the files of a matter, and for documents that were made wrongly."""

from pathlib import Path
from typing import Annotated

import typer

from cli.estate_desk import Matter, Role, role_of
from cli.estate_documents import estate
from cli.output import BusinessDate, Json, business_date, open_practice, refusals, say_done
from cli.setup import changing, user
from cli.view_log import saw_matters
from flows.estates.attorneys import own_referral
from flows.estates.documents.attachments import (
    NewFile,
    add_file,
    attorney_file_row,
    content_of,
    download_name,
    file_row,
    withdraw_file,
)
from flows.estates.documents.commands import estate_desk, paper_row
from flows.estates.documents.voids import void_paper
from flows.estates.matters.numbers import read_paper_number
from models.estate_enums import AttachmentKind
from models.files import write_whole
from models.ids import MatterId
from models.labels import label
from models.user_enums import Seen

FileNumber = Annotated[int, typer.Argument(help="The number of the file on the matter.")]
Why = Annotated[str, typer.Option("--why", help="The reason, for the history.")]


@estate.command("file-add")
@refusals
def file_add(
    matter: Matter,
    kind: Annotated[AttachmentKind, typer.Argument(help="What the file is.")],
    file: Annotated[Path, typer.Argument(help="A PDF, PNG, JPEG or TIFF file.", exists=True, dir_okay=False)],
    private: Annotated[bool, typer.Option("--private", help="Keep it out of the attorney's packet.")] = False,
    role: Role = None,
    date: BusinessDate = None,
    json: Json = False,
) -> None:
    """Add a file to a matter: letters, a stamped copy, a disallowance. It is checked by its content."""
    new = NewFile(kind, file.name, file.read_bytes(), not private)
    with open_practice() as practice:
        desk = estate_desk(practice)
        with practice.database.transaction(actor=user(), business_date=business_date(date)) as tx:
            serial = add_file(tx, desk, matter, new, role_of(role))
    say_done({"matter": matter, "file": serial}, f"File {serial} added: {label(kind)}", json)


@estate.command("file-get")
@refusals
def file_get(
    matter: Matter,
    number: FileNumber,
    out: Annotated[Path | None, typer.Option("--out", help="Where to write it (default: this folder).")] = None,
    attorney: Annotated[
        str | None, typer.Option("--attorney", help="Only if the matter is referred to this attorney.")
    ] = None,
    json: Json = False,
) -> None:
    """Write a file of a matter to disk, as it came. A file that was altered is refused."""
    with open_practice() as practice:
        with practice.database.reading() as conn:
            if attorney is not None:
                own_referral(conn, matter, attorney)
            row = (file_row if attorney is None else attorney_file_row)(conn, matter, number)
        saw_matters(practice, [matter], Seen.ESTATE_PAPER)
        target = out or Path(download_name(row))
        write_whole(target, content_of(practice.settings.home, row))
    say_done({"matter": matter, "file": number, "written": str(target)}, f"Written to {target}", json)


@estate.command("file-withdraw")
@refusals
def file_withdraw(matter: Matter, number: FileNumber, why: Why, date: BusinessDate = None, json: Json = False) -> None:
    """Withdraw a file with a reason. It stays in the history, and goes into no packet."""
    with changing(date) as tx:
        withdraw_file(tx, matter, number, why)
    say_done({"matter": matter, "file": number, "withdrawn": True}, f"File {number} withdrawn", json)


@estate.command("void")
@refusals
def void(
    numbers: Annotated[list[str], typer.Argument(help="The document numbers, such as E-000042/3.")],
    why: Why,
    date: BusinessDate = None,
    json: Json = False,
) -> None:
    """Void documents that were made wrongly and not sent. All of them, or none."""
    with changing(date) as tx:
        for number in numbers:
            matter, serial = read_paper_number(number)
            void_paper(tx, paper_row(tx.conn, MatterId(matter), serial), why)
    say_done({"voided": numbers}, f"Voided: {', '.join(numbers)}", json)

"""The mail desk: control sheets, certified mail, and the file of addresses to check."""

import tempfile
from enum import StrEnum
from pathlib import Path

from fastapi import APIRouter, Depends
from starlette.responses import Response

from flows.correspondence.addresses.queries import ADDRESS_FILE_COLUMNS, addresses_to_check, person_of
from flows.correspondence.certified.article import read_article
from flows.correspondence.certified.commands import enter_article, record_receipt
from flows.correspondence.print_batches.control_sheet import SIGNATURES, control_sheet
from flows.intake.file_format import Options
from flows.intake.take import take_files
from flows.users.view_log import NOBODY_KNOWN, View
from models.csv_files import csv_bytes
from models.enums import IntakeKind
from models.errors import BadInput, NotFound
from models.user_enums import Seen
from web.auth.rights import Right
from web.auth.session import BatchKey, LetterKey, RequestContext, Requires
from web.forms.fields import must
from web.rendering.files import first_rejects, store

router = APIRouter()


class MailFile(StrEnum):
    """The kinds of file that the mail room imports itself."""

    ADDRESS_CHECK = IntakeKind.ADDRESS_CHECK.value
    CERTIFIED = IntakeKind.CERTIFIED.value


Lookers = Depends(Requires(Right.SEE_LETTERS))
Workers = Depends(Requires(Right.WORK_LETTERS))


@router.get("/mail/batches/{batch}/control-sheet")
def control_page(batch: BatchKey, visit: RequestContext = Lookers) -> Response:
    """The control sheet of a batch, to print and sign. It names no person."""
    with visit.reading() as conn:
        sheet = control_sheet(conn, batch, visit.today)
    return visit.page("control_sheet.html", sheet=sheet, signatures=SIGNATURES)


@router.post("/letters/{letter}/article")
def article(letter: LetterKey, visit: RequestContext = Workers) -> Response:
    """The Certified Mail number of a letter."""
    number = read_article(visit.typed.needed("article", "Certified Mail number"))
    with visit.transaction() as tx:
        enter_article(tx, letter, number)
    return visit.go(f"/letters/{letter}", said="Certified Mail number saved.")


@router.post("/letters/{letter}/receipt")
def receipt(letter: LetterKey, visit: RequestContext = Workers) -> Response:
    """The return receipt of a letter that went by certified mail."""
    typed = visit.typed
    on = must(typed.day("delivered_on", "Delivered on"), "Delivered on")
    number = read_article(typed.needed("article", "Certified Mail number"))
    with visit.transaction() as tx:
        record_receipt(tx, number, on, typed.text("signed_by"))
    return visit.go(f"/letters/{letter}", said="Return receipt saved.")


@router.get("/mail/addresses")
def address_file(every: bool = False, visit: RequestContext = Workers) -> Response:
    """The file of addresses for a CASS and NCOALink service. Whose addresses they are is in the access log."""
    with visit.reading() as conn:
        found = list(addresses_to_check(conn, visit.today, every=every))
    if not found:
        raise NotFound("no address has to be checked", "each was checked lately")
    visit.saw(Seen.LETTERS, [View(person_of(row), None, "address file") for row in found])
    name = f"addresses-{visit.today.isoformat()}.csv"
    return Response(
        csv_bytes(ADDRESS_FILE_COLUMNS, found),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@router.post("/mail/files")
def mail_file(visit: RequestContext = Workers) -> Response:
    """Import the result of an address check, or a file of Certified Mail; with each rejected row and the reason."""
    kind = IntakeKind(must(visit.typed.some_word("kind", MailFile), "File type").value)
    chosen = visit.typed.files("files")
    if len(chosen) != 1:
        raise BadInput("choose a file to upload", field="files")
    with tempfile.TemporaryDirectory() as folder:
        path = store(chosen[0].file, chosen[0].filename, Path(folder))
        rejects = visit.practice.settings.rejects
        (report,) = take_files(visit.practice.database, [path], Options(kind), visit.today, rejects)
    rows: list[list[str]] = []
    if report.reject_file is not None:
        name = Path(report.reject_file).name
        visit.saw(Seen.REJECTS, [View(NOBODY_KNOWN, None, name)])
        rows = [line[:3] for line in first_rejects(rejects, name)]
    return visit.page("mail_file.html", report=report, rows=rows)

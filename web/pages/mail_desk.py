"""The mail desk: control sheets, certified mail, and the file of addresses to check."""

from fastapi import APIRouter, Depends
from starlette.responses import Response

from flows.correspondence.addresses.queries import ADDRESS_FILE_COLUMNS, addresses_to_check, person_of
from flows.correspondence.certified.article import read_article
from flows.correspondence.certified.commands import enter_article, record_receipt
from flows.correspondence.print_batches.control_sheet import SIGNATURES, control_sheet
from flows.users.view_log import View
from models.csv_files import csv_bytes
from models.errors import NotFound
from models.user_enums import Seen
from web.auth.rights import Right
from web.auth.session import BatchKey, LetterKey, RequestContext, Requires
from web.forms.fields import must

router = APIRouter()
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

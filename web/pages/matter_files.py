"""Files of a matter for the estate desk: added, downloaded, withdrawn; and documents voided."""

from pathlib import Path

from fastapi import APIRouter, Depends
from starlette.responses import Response

from flows.estates.documents.attachments import NewFile, add_file, content_of, download_name, file_row, withdraw_file
from flows.estates.documents.commands import estate_desk, paper_row
from flows.estates.documents.file_check import LARGEST_FILE, Media
from flows.estates.documents.voids import void_paper
from flows.estates.matters.numbers import matter_number, paper_number, read_paper_number
from flows.estates.matters.queries import matter_row
from flows.users.view_log import View
from models.columns import AnyRow
from models.errors import BadInput
from models.estate_enums import AttachmentKind
from models.ids import MatterId
from models.user_enums import Role, Seen
from web.auth.rights import Right
from web.auth.session import Key, MatterKey, RequestContext, Requires
from web.forms.fields import must
from web.rendering.files import file_name

router = APIRouter()
Lookers = Depends(Requires(Right.SEE_ESTATES))
Workers = Depends(Requires(Right.WORK_ESTATES))


def matter_of_form(visit: RequestContext) -> MatterId:
    """The matter that a form with a file names."""
    return MatterId(must(visit.typed.number("matter", "Matter"), "Matter"))


def chosen_file(visit: RequestContext, what: str) -> tuple[str, bytes]:
    """The name and content of the one file of a form. Of a file that is too large, enough is read to notice it."""
    chosen = visit.typed.files("file")
    if len(chosen) != 1:
        raise BadInput("choose one file", what, field="file")
    return file_name(chosen[0].filename), chosen[0].file.read(LARGEST_FILE + 1)


@router.post("/estates/files")
def add(visit: RequestContext = Workers) -> Response:
    """Add a file to a matter."""
    matter = matter_of_form(visit)
    said = file_added(visit, matter, visit.staff_role, in_packet=not visit.typed.flag("private"))
    return visit.go(f"/estates/{matter}", said=said)


def file_added(visit: RequestContext, matter: MatterId, role: Role, *, in_packet: bool = True) -> str:
    """Add the chosen file from the form; returns the message to show."""
    name, content = chosen_file(visit, "a PDF, PNG, JPEG or TIFF file")
    kind = visit.typed.word("kind", AttachmentKind, "Type")
    new = NewFile(kind, name, content, in_packet)
    with visit.transaction() as tx:
        serial = add_file(tx, estate_desk(visit.practice), matter, new, role)
    return f"File {serial} added to {matter_number(matter)}."


@router.get("/estates/{matter}/files/{serial}")
def download(matter: MatterKey, serial: Key, visit: RequestContext = Lookers) -> Response:
    """A file of a matter as it came."""
    with visit.reading() as conn:
        row, person = file_row(conn, matter, serial), matter_row(conn, matter).person_id
    visit.saw(Seen.ESTATE_PAPER, [View(person, None, f"{matter_number(matter)} file {serial}")])
    return file_answer(visit.practice.settings.home, row)


def file_answer(home: Path, row: AnyRow) -> Response:
    """A file for a browser: downloaded, under a name without a person's."""
    headers = {"Content-Disposition": f'attachment; filename="{download_name(row)}"'}
    return Response(content_of(home, row), media_type=Media(row.media).mime, headers=headers)


@router.post("/estates/{matter}/files/{serial}/withdraw")
def withdraw(matter: MatterKey, serial: Key, visit: RequestContext = Workers) -> Response:
    """Withdraw a file, with the reason."""
    with visit.transaction() as tx:
        withdraw_file(tx, MatterId(matter), serial, visit.typed.needed("why", "Reason"))
    return visit.go(f"/estates/{matter}", said=f"File {serial} withdrawn.")


@router.post("/estates/{matter}/void")
def void(matter: MatterKey, visit: RequestContext = Workers) -> Response:
    """Void documents that were made wrongly and not sent, with the reason: all that are selected, or none."""
    typed = visit.typed
    chosen = [read_paper_number(number) for number in typed.texts("paper")]
    if not chosen:
        raise BadInput("choose the document to void", field="paper")
    if any(number != matter for number, _ in chosen):
        raise BadInput("this document belongs to another matter", "open that matter")
    why = typed.needed("why", "Reason")
    with visit.transaction() as tx:
        for _, serial in chosen:
            void_paper(tx, paper_row(tx.conn, MatterId(matter), serial), why)
    names = ", ".join(paper_number(MatterId(matter), serial) for _, serial in chosen)
    return visit.go(f"/estates/{matter}", said=f"Voided: {names}.")

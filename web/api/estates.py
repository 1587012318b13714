"""The API for the estate desk: the docket, a matter, and the deadline to claim in a state."""

from dataclasses import asdict
from datetime import date
from typing import Annotated

from fastapi import Depends, File, Form, Path, Query, UploadFile
from starlette.responses import Response

from compliance.nonclaim import EstateFacts
from compliance.nonclaim import deadline as deadline_of
from flows.estates.documents.attachments import NewFile, add_file, content_of, file_row, withdraw_file
from flows.estates.documents.blanks import add_blank, form_lines
from flows.estates.documents.commands import estate_desk, paper_row
from flows.estates.documents.file_check import LARGEST_FILE, Media
from flows.estates.documents.voids import void_paper
from flows.estates.matters.docket import docket
from flows.estates.matters.docket_filter import filter_from
from flows.estates.matters.ownership import assign_matters
from flows.estates.matters.queries import matter_row
from flows.estates.matters.view import matter_view
from flows.users.view_log import View
from models.estate_enums import AttachmentKind, DaysLeft
from models.ids import MatterId, PersonId
from web.api import values
from web.api.door import Call, Key
from web.auth.rights import Right
from web.rendering.files import file_name

MatterNumber = Annotated[MatterId, Path(ge=1, le=2**53, description="The matter's number.")]

Word = Annotated[str | None, Query(max_length=80)]


def matters(
    call: Annotated[Call, Depends(Key(Right.SEE_ESTATES))],
    skip: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    attorney: Word = None,
    paralegal: Word = None,
    state: Annotated[str | None, Query(pattern="^[A-Za-z]{2}$")] = None,
    county: Word = None,
    days: DaysLeft | None = None,
    ended: bool = False,
) -> list[values.Anything]:
    """Estate docket, nearest deadline first. `attorney` is a code, `paralegal` a username; "-" for matters without
    one."""
    asked = {"attorney": attorney, "paralegal": paralegal, "state": state, "county": county, "days": days}
    with call.reading() as conn:
        rows = docket(conn, call.today, filter_from(asked, ended=ended), skip=skip, at_most=limit)
    call.saw([View(PersonId(row["person"])) for row in rows], "docket")
    return [*rows]


def assign(given: values.AssignMattersIn, call: Annotated[Call, Depends(Key(Right.WORK_ESTATES))]) -> values.DoneOut:
    """Assign estate matters to a paralegal, or to none: all of them, or none."""
    with call.transaction() as tx:
        count = assign_matters(tx, [MatterId(key) for key in given.matters], given.to)
    return values.DoneOut(done=count)


def matter(key: MatterNumber, call: Annotated[Call, Depends(Key(Right.SEE_ESTATES))]) -> values.Anything:
    """One matter: facts, parties, deadlines, documents, dates and accounts."""
    with call.reading() as conn:
        view, person = matter_view(conn, key, call.today), matter_row(conn, key).person_id
    call.saw([View(person)], "matter")
    return view


def add_matter_file(
    matter: Annotated[MatterId, Form(ge=1, le=2**53)],
    kind: Annotated[AttachmentKind, Form()],
    file: Annotated[UploadFile, File(description="A PDF, PNG, JPEG or TIFF file.")],
    call: Annotated[Call, Depends(Key(Right.WORK_ESTATES))],
    in_packet: Annotated[bool, Form()] = True,
) -> values.Anything:
    """Add a file to a matter. It is checked by its content; the same file twice is stored once."""
    new = NewFile(kind, file_name(file.filename), file.file.read(LARGEST_FILE + 1), in_packet)
    with call.transaction() as tx:
        return {"file": add_file(tx, estate_desk(call.practice), matter, new)}


def matter_file(
    key: MatterNumber, serial: Annotated[int, Path(ge=1)], call: Annotated[Call, Depends(Key(Right.SEE_ESTATES))]
) -> Response:
    """A file of a matter, as it came."""
    with call.reading() as conn:
        row, person = file_row(conn, key, serial), matter_row(conn, key).person_id
    call.saw([View(person)], "matter file")
    return Response(content_of(call.practice.settings.home, row), media_type=Media(row.media).mime)


def withdraw_matter_file(
    key: MatterNumber,
    serial: Annotated[int, Path(ge=1)],
    given: values.WhyIn,
    call: Annotated[Call, Depends(Key(Right.WORK_ESTATES))],
) -> values.DoneOut:
    """Withdraw a file of a matter, with the reason."""
    with call.transaction() as tx:
        withdraw_file(tx, key, serial, given.why)
    return values.DoneOut(done=1)


def void(
    key: MatterNumber, given: values.VoidIn, call: Annotated[Call, Depends(Key(Right.WORK_ESTATES))]
) -> values.DoneOut:
    """Void documents of a matter that were not sent, by their serials: all of them, or none."""
    with call.transaction() as tx:
        for serial in given.papers:
            void_paper(tx, paper_row(tx.conn, key, serial), given.why)
    return values.DoneOut(done=len(given.papers))


def court_forms(call: Annotated[Call, Depends(Key(Right.SEE_ESTATES))]) -> list[values.Anything]:
    """Court forms of the practice's table, and the blank of each that is in use."""
    with call.reading() as conn:
        return [asdict(line) for line in form_lines(conn)]


def add_court_form(
    code: Annotated[str, Form(max_length=60)],
    edition: Annotated[str, Form(min_length=1, max_length=80)],
    file: Annotated[UploadFile, File(description="The court's blank form, a fillable PDF.")],
    call: Annotated[Call, Depends(Key(Right.WORK_ESTATES))],
) -> values.Anything:
    """Add a court's blank form. It must have each field that the table court-forms names."""
    content = file.file.read(LARGEST_FILE + 1)
    with call.transaction() as tx:
        return {"version": add_blank(tx, code, content, edition)}


def deadline(
    state: Annotated[str, Query(min_length=2, max_length=2, pattern="^[A-Za-z]{2}$")],
    death: date,
    call: Annotated[Call, Depends(Key(Right.SEE_ESTATES))],
    letters: date | None = None,
    published: date | None = None,
    notice: date | None = None,
    insolvency: date | None = None,
) -> values.Anything:
    """Last day to file a claim against an estate under the state's rule. No matter is needed."""
    facts = EstateFacts(death, letters, published, notice, insolvent=insolvency)
    return asdict(deadline_of(state.upper(), facts, call.today))


ROUTES = (
    ("/estates", matters, "GET"),
    ("/estates/deadline", deadline, "GET"),
    ("/estates/assign", assign, "POST"),
    ("/estates/files", add_matter_file, "POST"),
    ("/estates/forms", court_forms, "GET"),
    ("/estates/forms", add_court_form, "POST"),
    ("/estates/{key}", matter, "GET"),
    ("/estates/{key}/files/{serial}", matter_file, "GET"),
    ("/estates/{key}/files/{serial}/withdraw", withdraw_matter_file, "POST"),
    ("/estates/{key}/void", void, "POST"),
)

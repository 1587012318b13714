"""Files to and from agencies: their state, and what is done with them."""

import tempfile
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from urllib.parse import urlencode

from fastapi import APIRouter, Depends
from starlette.responses import Response

from flows.accounts.counts import Count
from flows.agency_handoff.files.desk import agency_desk
from flows.agency_handoff.files.export import settle_file
from flows.agency_handoff.files.take import INCOMING, Taken, take_file
from flows.agency_handoff.nightly import export, take_from_agencies
from flows.reports.agencies import agency_names
from flows.reports.agency_desk.files import Show, accounts_in_file, desk_files, file_of_agency
from flows.users.view_log import NOBODY_KNOWN, View
from models.enums import AgencyFileKind, AgencyFileState
from models.errors import BadInput, Refused
from models.user_enums import Seen
from models.values import counted
from web.auth.rights import Right
from web.auth.session import Key, Page, RequestContext, Requires
from web.rendering.files import file_of, store
from web.rendering.refusals import told

router = APIRouter()
Staff = Depends(Requires(Right.TAKE_FILES))

A_PAGE = 100


class Found(StrEnum):
    """What a user found out about a file: the buttons of the list."""

    SENT = "sent"
    RESEND = "resend"
    REWRITE = "rewrite"


_STATES: Mapping[Found, AgencyFileState] = {
    Found.SENT: AgencyFileState.SENT,
    Found.RESEND: AgencyFileState.MADE,
    Found.REWRITE: AgencyFileState.OPEN,
}

_SAID: Mapping[Found, str] = {
    Found.SENT: "marked as sent",
    Found.RESEND: "will be sent again with the next run",
    Found.REWRITE: "will be written again with the next run",
}


@router.get("/agencies/files")
def files_page(page: Page = 1, visit: RequestContext = Staff) -> Response:
    """The files to and from agencies, newest first."""
    return _page(visit, page)


def _page(visit: RequestContext, page: int = 1, status: int = 200, **values: object) -> Response:
    asked = visit.asked
    agency, show = asked.some("agency"), asked.some_word("show", Show)
    with visit.reading() as conn:
        every = desk_files(conn, visit.today, agency)
        agencies = agency_names(conn)
    found = [one for one in every if one.is_among(show)]
    fields = {"agency": agency or "", "show": show or ""}
    shown = {"taken": (), "wrong": (), **values}
    return visit.page(
        "agency_files.html",
        status,
        rows=found[(page - 1) * A_PAGE : page * A_PAGE],
        total=len(found),
        overdue=sum(one.overdue for one in every),
        unsent=sum(one.unsent for one in every),
        fields=fields,
        query=urlencode({name: value for name, value in fields.items() if value}),
        agencies=agencies,
        kinds=list(INCOMING),
        page=page,
        a_page=A_PAGE,
        **shown,
    )


@router.post("/agencies/files")
def take(visit: RequestContext = Staff) -> Response:
    """Import uploaded files of agencies; each is reported, or rejected whole with the reason."""
    typed = visit.typed
    chosen = typed.files("files")
    agency, kind = typed.some("agency"), typed.some_word("kind", AgencyFileKind)
    desk = agency_desk(visit.practice, visit.who.name)
    taken: list[Taken] = []
    wrong: list[dict[str, str]] = []
    if not chosen:
        wrong.append({"name": "", "why": told(BadInput("choose a file to upload"))})
    with tempfile.TemporaryDirectory() as folder:
        for one in chosen:
            path = store(one.file, one.filename, Path(folder))
            try:
                taken.append(take_file(desk, path, visit.today, agency=agency, kind=kind))
            except Refused as error:
                wrong.append({"name": path.name, "why": told(error)})
    reports = [(one, None if one.reject_file is None else Path(one.reject_file).name) for one in taken]
    return _page(visit, 1, 422 if wrong else 200, taken=reports, wrong=wrong)


@router.post("/agencies/files/fetch")
def fetch(visit: RequestContext = Staff) -> Response:
    """Download the files that agencies have for the practice, and import them."""
    counts = take_from_agencies(agency_desk(visit.practice, visit.who.name), visit.today)
    said = (
        f"{counted(counts[Count.AGENCY_FILES_TAKEN], 'file')} imported with "
        f"{counted(counts[Count.AGENCY_LINES], 'line')}, {counts[Count.AGENCY_FILES_REFUSED]} rejected; "
        f"{counted(counts[Count.REJECTED], 'line')} rejected, "
        f"{counted(counts[Count.AGENCY_DIFFERENCES], 'difference')}."
    )
    return visit.go("/agencies/files", said)


@router.post("/agencies/files/send")
def send(visit: RequestContext = Staff) -> Response:
    """Write the pending files and send them, as the nightly run does."""
    counts = export(agency_desk(visit.practice, visit.who.name), visit.today)
    said = (
        f"{counted(counts[Count.AGENCY_FILES], 'file')} written, {counts[Count.AGENCY_FILES_SENT]} sent, "
        f"{counts[Count.AGENCY_FILES_NOT_SENT]} not sent, {counts[Count.AGENCY_FILES_UNSURE]} of unknown delivery."
    )
    return visit.go("/agencies/files", said)


@router.post("/agencies/files/{file}")
def settle(file: Key, visit: RequestContext = Staff) -> Response:
    """Record what was found out about a file: it arrived, it must be sent again, or it must be written again."""
    found = visit.typed.word("act", Found, "Action")
    with visit.transaction() as tx:
        settle_file(tx, file, _STATES[found])
    return visit.go("/agencies/files", f"File {file} {_SAID[found]}.")


@router.get("/agencies/files/{file}/download")
def download(file: Key, visit: RequestContext = Staff) -> Response:
    """A file as it was sent or received. Whose data is in it is recorded in the access log."""
    with visit.reading() as conn:
        row = file_of_agency(conn, file)
        people = accounts_in_file(conn, file)
    desk = agency_desk(visit.practice, visit.who.name)
    folder = desk.incoming(row.code) if row.sequence is None else desk.out(row.code)
    answer = file_of(folder / row.name, within=folder)
    views = [View(one.guarantor_id, one.id, row.name) for one in people]
    visit.saw(Seen.AGENCY_FILE, views or [View(NOBODY_KNOWN, None, row.name)])
    return answer

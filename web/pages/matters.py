"""An attorney's own matters, and no others: the packet, the deadlines, and the dates and results that they add."""

from fastapi import APIRouter, Depends, Request
from sqlalchemy.engine import Connection
from starlette.exceptions import HTTPException
from starlette.responses import Response

from flows.estates.attorneys import attorney_by_key, matters_of_attorney, own_referral, report_status
from flows.estates.deadlines.calendar import calendar_of
from flows.estates.documents.attachments import OF_ATTORNEY, attorney_file_row, goes_to_attorney
from flows.estates.documents.file_check import LARGEST_FILE
from flows.estates.documents.filing import may_be_filed
from flows.estates.matters.calendar_entries import entries_of
from flows.estates.matters.decide import StepInput
from flows.estates.matters.docket import docket
from flows.estates.matters.queries import matter_row, persons_of_matters
from flows.estates.matters.states import may_follow
from flows.estates.matters.steps import take_step
from flows.estates.matters.view import matter_view
from flows.users.view_log import View
from models.columns import AnyRow
from models.errors import NotPermitted
from models.estate_enums import DateKind, MatterState
from models.ids import PersonId
from models.user_enums import Role, Seen
from web.auth.rights import Right
from web.auth.session import Key, MatterKey, RequestContext, Requires, Workspace
from web.pages.estates import packets_of, shown_packet, shown_paper, write_date, write_sent
from web.pages.matter_files import file_added, file_answer, matter_of_form
from web.rendering.files import bytes_of
from web.rendering.slow import drawn_shortly

router = APIRouter()
Own = Depends(Requires(Right.OWN_MATTERS))


def _own(conn: Connection, matter: int, visit: RequestContext) -> AnyRow:
    """The matter's referral to this attorney. Another attorney's matter is reported as not found."""
    return own_referral(conn, matter, visit.who.attorney or "")


@router.get("/matters")
def my_matters(visit: RequestContext = Own) -> Response:
    """The attorney's docket."""
    with visit.reading() as conn:
        mine = matters_of_attorney(conn, visit.who.attorney or "")
        rows = docket(conn, visit.today, only=mine)
        persons = persons_of_matters(conn, [row["matter"] for row in rows])
    visit.saw(Seen.DOCKET, [View(PersonId(persons[row["matter"]]), None, row["number"]) for row in rows])
    return visit.page("matters.html", rows=rows)


@router.get("/matters/calendar.ics")
def calendar(visit: RequestContext = Own) -> Response:
    """The attorney's deadlines and hearings, without names and amounts."""
    with visit.reading() as conn:
        entries = entries_of(conn, matters_of_attorney(conn, visit.who.attorney or ""))
    return bytes_of("estates.ics", calendar_of(entries, "estates"))


@router.get("/feeds/{key}.ics")
def feed(key: str, request: Request) -> Response:
    """The private calendar that an attorney's own program reads by its key; it has no name and no amount."""
    work: Workspace = request.app.state.work
    with work.practice.database.reading() as conn:
        attorney = attorney_by_key(conn, key)
        if attorney is None:
            raise HTTPException(404)
        entries = entries_of(conn, matters_of_attorney(conn, attorney.code))
    return bytes_of("estates.ics", calendar_of(entries, f"estates-{attorney.code}"))


@router.get("/matters/{matter}")
def matter_page(matter: MatterKey, visit: RequestContext = Own) -> Response:
    """One of the attorney's matters."""
    with visit.reading() as conn:
        referral = _own(conn, matter, visit)
        view = matter_view(conn, matter, visit.today)
        person = matter_row(conn, matter).person_id
    visit.saw(Seen.MATTER, [View(person, None, view["number"])])
    steps = may_follow(MatterState(view["state"]), Role.ATTORNEY)
    view["files"] = [one for one in view["files"] if goes_to_attorney(one["in_packet"], one["withdrawn_on"])]
    unsent = [one["kind"] for one in view["papers"] if one["sent_on"] is None and one["voided_on"] is None]
    return visit.page(
        "own_matter.html",
        view=view,
        referral=referral,
        steps=steps,
        date_kinds=list(DateKind),
        file_kinds=OF_ATTORNEY,
        largest=LARGEST_FILE,
        packets=packets_of(visit, matter),
        may_file=may_be_filed(MatterState(view["state"]), unsent),
    )


@router.get("/matters/{matter}/papers/{serial}")
@drawn_shortly
def paper(matter: MatterKey, serial: Key, visit: RequestContext = Own) -> Response:
    """A document of one of the attorney's matters."""
    with visit.reading() as conn:
        _own(conn, matter, visit)
    return shown_paper(visit, matter, serial)


@router.get("/matters/{matter}/packet.{suffix}")
def packet(matter: MatterKey, suffix: str, visit: RequestContext = Own) -> Response:
    """The packet as the estate desk created it."""
    with visit.reading() as conn:
        _own(conn, matter, visit)
    return shown_packet(visit, matter, suffix)


@router.post("/matters/files")
def add_own_file(visit: RequestContext = Own) -> Response:
    """Add a stamped copy, a disallowance or letters to one of the attorney's matters."""
    matter = matter_of_form(visit)
    with visit.reading() as conn:
        _own(conn, matter, visit)
    return visit.go(f"/matters/{matter}", said=file_added(visit, matter, Role.ATTORNEY))


@router.get("/matters/{matter}/files/{serial}")
def own_file(matter: MatterKey, serial: Key, visit: RequestContext = Own) -> Response:
    """A file of one of the attorney's matters: those of the packet."""
    with visit.reading() as conn:
        _own(conn, matter, visit)
        row, person = attorney_file_row(conn, matter, serial), matter_row(conn, matter).person_id
    visit.saw(Seen.ESTATE_PAPER, [View(person, None, f"E-{matter:06d} file {serial}")])
    return file_answer(visit.practice.settings.home, row)


@router.post("/matters/{matter}/status")
def status(matter: MatterKey, visit: RequestContext = Own) -> Response:
    """A status report of the attorney."""
    with visit.transaction() as tx:
        report_status(tx, matter, visit.who.attorney or "", visit.typed.needed("says", "Status report"))
    return visit.go(f"/matters/{matter}")


@router.post("/matters/{matter}/sent")
def sent(matter: MatterKey, visit: RequestContext = Own) -> Response:
    """The attorney filed or served a document of the matter: when, how, with what proof."""
    with visit.reading() as conn:
        _own(conn, matter, visit)
    return visit.go(f"/matters/{matter}", said=write_sent(visit, matter, Role.ATTORNEY))


@router.post("/matters/{matter}/date")
def put_date(matter: MatterKey, visit: RequestContext = Own) -> Response:
    """Add a hearing, a filing or an appointment to every calendar of the matter."""
    with visit.reading() as conn:
        _own(conn, matter, visit)
    if visit.typed.text("off"):
        raise NotPermitted("only the estate desk can cancel a date", "send them a report")
    write_date(visit, matter)
    return visit.go(f"/matters/{matter}")


@router.post("/matters/{matter}/step")
def step(matter: MatterKey, visit: RequestContext = Own) -> Response:
    """A filing or a result, as the attorney reports it."""
    typed = visit.typed
    to = typed.word("to", MatterState, "Filing or result")
    given = StepInput(
        typed.needed("source", "Source document"),
        typed.day("source_on", "Source date") or visit.today,
        typed.text("why"),
        typed.day("on", "Event date"),
        typed.cents("amount", "Amount"),
    )
    with visit.transaction() as tx:
        _own(tx.conn, matter, visit)
        take_step(tx, matter, to, Role.ATTORNEY, given)
    return visit.go(f"/matters/{matter}")

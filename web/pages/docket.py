"""The estate desk's docket: matters by days left, filtered by the fields of the address, and assigned to paralegals."""

from collections.abc import Mapping
from typing import NamedTuple

from fastapi import APIRouter, Depends
from starlette.responses import Response

from flows.estates.deadlines.calendar import calendar_of
from flows.estates.death.reports import open_reports
from flows.estates.matters.calendar_entries import entries_of
from flows.estates.matters.docket import docket
from flows.estates.matters.docket_filter import UNASSIGNED, filter_from
from flows.estates.matters.docket_query import DocketChoices, docket_choices
from flows.estates.matters.ownership import assign_matters, paralegals
from flows.users.view_log import View
from models.errors import BadInput
from models.estate_enums import DaysLeft
from models.ids import MatterId, PersonId
from models.labels import label
from models.user_enums import Seen
from models.values import counted
from web.auth.rights import Right
from web.auth.session import Page, RequestContext, Requires
from web.forms.fields import link_without
from web.rendering.files import bytes_of

router = APIRouter()
Lookers = Depends(Requires(Right.SEE_ESTATES))
Workers = Depends(Requires(Right.WORK_ESTATES))

A_PAGE = 50
FIELDS = ("attorney", "paralegal", "state", "county", "days")


@router.get("/estates")
def docket_page(page: Page = 1, visit: RequestContext = Lookers) -> Response:
    """The docket, nearest deadline first, with its source and its certainty; and reports of deaths to decide on."""
    asked = visit.asked
    wanted = filter_from({name: asked.text(name) for name in FIELDS}, ended=asked.flag("ended"))
    fields = wanted.fields()
    with visit.reading() as conn:
        rows = docket(conn, visit.today, wanted, skip=(page - 1) * A_PAGE, at_most=A_PAGE + 1)
        reports = open_reports(conn) if page == 1 and not fields else []
        picks, workers = _picks(visit, docket_choices(conn)), paralegals(conn)
    views = [View(PersonId(row["person"]), None, row["number"]) for row in rows[:A_PAGE]]
    visit.saw(Seen.DOCKET, views + [View(one["person"]) for row in reports for one in row["candidates"]])
    return visit.page(
        "docket.html",
        rows=rows[:A_PAGE],
        more=len(rows) > A_PAGE,
        page=page,
        ended=wanted.ended,
        reports=reports,
        fields=fields,
        picks=picks,
        workers=workers,
        here=link_without("/estates", fields, ""),
        other=link_without("/estates", {**fields, "ended": "" if wanted.ended else "true"}, ""),
    )


class Pick(NamedTuple):
    """A filter field: its name, its label, and its choices with what people read."""

    name: str
    label: str
    options: Mapping[str, str]


def _picks(visit: RequestContext, known: DocketChoices) -> list[Pick]:
    names = {name: visit.name_of(name) for name in known.paralegals}
    return [
        Pick("days", "Days left", {one.value: label(one) for one in DaysLeft}),
        Pick("paralegal", "Paralegal", {UNASSIGNED: "Not assigned", **names}),
        Pick("attorney", "Attorney", {UNASSIGNED: "Not referred", **known.attorneys}),
        Pick("state", "State", {one: one for one in known.states}),
        Pick("county", "County", {one: one.title() for one in known.counties}),
    ]


@router.get("/estates/calendar.ics")
def calendar(visit: RequestContext = Lookers) -> Response:
    """All deadlines and hearings as a calendar file, without names and amounts."""
    with visit.reading() as conn:
        entries = entries_of(conn)
    return bytes_of("estates-all.ics", calendar_of(entries, "estates-all"))


@router.post("/estates/assign")
def assign(visit: RequestContext = Workers) -> Response:
    """Assign the selected matters to a paralegal, or to none."""
    typed = visit.typed
    keys = [MatterId(key) for key in typed.keys("matter")]
    if not keys:
        raise BadInput("no matter is selected", "select the matters to assign")
    with visit.transaction() as tx:
        count = assign_matters(tx, keys, typed.some("owner"))
    back = typed.text("back")
    path = back if back.startswith("/estates") else "/estates"
    return visit.go(path, said=f"{counted(count, 'matter')} assigned.")

"""For the auditor: who viewed whose data, when and why; who signed in; what was changed about users."""

from itertools import groupby
from typing import TypedDict

from fastapi import APIRouter, Depends
from starlette.responses import Response

from flows.reports.view_log import A_PAGE, Asked, ViewLine, views
from flows.users.queries import sign_ins, user_changes
from flows.users.view_log import NOBODY_KNOWN, View
from models.user_enums import Seen
from models.values import counted
from web.auth.rights import Right
from web.auth.session import RequestContext, Requires

router = APIRouter()
Readers = Depends(Requires(Right.READ_LOGS))


@router.get("/logs")
def newest(visit: RequestContext = Readers) -> Response:
    """The latest views, sign-ins and changes."""
    return _page(visit, Asked())


@router.post("/logs")
def asked_for(visit: RequestContext = Readers) -> Response:
    """Views of one user, of one account's people, or of some days. The search is not part of any address."""
    typed = visit.typed
    asked = Asked(
        typed.text("user"),
        typed.text("number"),
        typed.day("since", "From date"),
        typed.day("until", "To date"),
        typed.number("before", "Page"),
    )
    return _page(visit, asked)


class Look(TypedDict):
    """A page that one user viewed at one moment, with all people whose data was on it."""

    at: str
    user: str
    what: str
    why: str
    views: list[ViewLine]


def _looks(rows: list[ViewLine]) -> list[Look]:
    """Views of one page by one user at one moment, grouped as one view of many people."""
    looks: list[Look] = []
    for (at, user, what, why), some in groupby(rows, lambda row: (row["at"], row["user"], row["what"], row["why"])):
        looks.append({"at": at, "user": user, "what": what, "why": why, "views": list(some)})
    return looks


def _page(visit: RequestContext, asked: Asked) -> Response:
    with visit.reading() as conn:
        rows = views(conn, asked)
        ins, changes = sign_ins(conn, 50), user_changes(conn, limit=50)
    visit.saw(Seen.LOGS, [View(NOBODY_KNOWN, None, counted(len(rows), "view"))])
    return visit.page(
        "logs.html", looks=_looks(rows), rows=rows, asked=asked, sign_ins=ins, changes=changes, full=len(rows) == A_PAGE
    )

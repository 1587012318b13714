"""The first page: where the user's own work is."""

from fastapi import APIRouter, Depends
from starlette.responses import Response

from web.auth.rights import Right
from web.auth.session import RequestContext, Requires
from web.rendering.menu import FIRST

router = APIRouter()
Anybody = Depends(Requires(Right.OWN_PASSWORD))


@router.get("/")
def first_page(visit: RequestContext = Anybody) -> Response:
    """Redirect to the first page that the user has a right to."""
    return visit.go(next((entry.path for entry in FIRST if visit.may(entry.right)), "/password"))


COLORS = (
    ("ink", "Text"),
    ("soft", "Details, hints"),
    ("brand", "Header, main button"),
    ("ok", "Done, allowed"),
    ("wait", "On hold, later"),
    ("bad", "Overdue, stops contact"),
    ("paper", "Cards"),
    ("ground", "Page"),
    ("head", "Table headings"),
    ("chip", "Keys, quick choices"),
    ("line", "Lines"),
)
"""The colors by what they mean, as the page of components shows them."""


@router.get("/style")
def components(visit: RequestContext = Anybody) -> Response:
    """The components that pages are made of, for developers."""
    return visit.page("style.html", colors=COLORS)

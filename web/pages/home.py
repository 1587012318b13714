"""The first page: where the user's own work is."""

from anyio import move_on_after, to_thread
from fastapi import APIRouter, Depends, Request
from sqlalchemy.exc import SQLAlchemyError
from starlette.responses import JSONResponse, Response

from flows.settings.queries import policy_now
from models.database import Database
from web.auth.rights import Right
from web.auth.session import RequestContext, Requires
from web.rendering.menu import FIRST

router = APIRouter()
Anybody = Depends(Requires(Right.OWN_PASSWORD))

HEALTH_SECONDS = 5
"""How long the database may need to respond to a health check."""


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


@router.get("/health")
async def health(request: Request) -> Response:
    """Whether the workspace is up and the database responds; nothing else is reported. It waits for no other page."""
    database = request.app.state.work.practice.database
    answers = False
    with move_on_after(HEALTH_SECONDS):
        answers = await to_thread.run_sync(_answers, database, limiter=request.app.state.health, abandon_on_cancel=True)
    if answers:
        return JSONResponse({"status": "ok"})
    return JSONResponse({"status": "down", "why": "the database does not respond"}, 503)


def _answers(database: Database) -> bool:
    try:
        with database.reading() as conn:
            policy_now(conn)
    except SQLAlchemyError:
        return False
    return True

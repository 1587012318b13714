"""The response to a refusal: in plain words, with what to do, and with everything that was entered."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import SQLAlchemyError
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import PlainTextResponse, RedirectResponse, Response

from models.errors import RefusalKind, Refused
from models.labels import words
from models.step_words import dated
from web.auth.sealed import TypedForm
from web.auth.session import (
    FACTOR_PATH,
    PASSWORD_PATH,
    MustChange,
    MustSetUp,
    NotAllowed,
    NotOurForm,
    NotSignedIn,
    RequestContext,
    Workspace,
    is_inline,
    nonce_of,
    sign_in_path,
    signed_in,
    visit_of,
    whole_page,
)
from web.forms.again import shown
from web.forms.fields import Typed
from web.rendering.menu import FIRST
from web.rendering.remedies import link_of
from web.rendering.templates import Context, render


class Changed(Refused):
    """Another user changed the data that a form was based on. `events` are the changes, `seen` is the new position."""

    def __init__(
        self, events: Sequence[Mapping[str, object]], seen: str, what: str = "account", advice: str = ""
    ) -> None:
        super().__init__(f"this {what} was changed after you opened the page; your entry was not saved", advice)
        self.events = events
        self.seen = seen


def add_answers(app: FastAPI) -> None:
    """Add these responses to an application."""
    app.add_exception_handler(NotSignedIn, _not_here)
    app.add_exception_handler(NotAllowed, _not_allowed)
    app.add_exception_handler(NotOurForm, _not_ours)
    app.add_exception_handler(MustChange, _must_change)
    app.add_exception_handler(MustSetUp, _must_set_up)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _not_found)
    app.add_exception_handler(Refused, _refused)
    app.add_exception_handler(SQLAlchemyError, _database)


FORM_KEPT = (
    "You were signed out after 30 minutes of inactivity, or you signed out in another window. Sign in again to "
    "continue. Your entry is kept."
)
FORM_NOT_KEPT = (
    "Sign in first. Your entry was not kept, because the form did not come from a page of this workspace where a user "
    "was signed in."
)


def _plain(request: Request, status: int, title: str, says: str, **values: object) -> Response:
    if is_inline(request):
        return render("said.html", status, says=says, title=title, link=values.get("link"))
    shown: Context = {"visit": None, "link": None, "home": _home(values.get("visit")), **values}
    return render("plain.html", status, nonce=nonce_of(request), title=title, says=says, **shown)


def _home(visit: object) -> str:
    """The text of the link to the page where a user's own work begins."""
    if not isinstance(visit, RequestContext):
        return "Back to your home page"
    return f"Back to {next((entry.label for entry in FIRST if visit.may(entry.right)), 'your home page')}"


async def _not_here(request: Request, error: Exception) -> Response:
    """Redirect to the sign-in. A form from this site is kept for the user of its page; no other form is kept."""
    assert isinstance(error, NotSignedIn)
    if error.typed is None:
        if is_inline(request):
            return Response(status_code=204, headers={"HX-Redirect": "/sign-in"})
        return RedirectResponse(sign_in_path(request), 303)
    work: Workspace = request.app.state.work
    form = TypedForm(error.name, request.url.path, error.typed.fields(), error.typed.file_names())
    answer = render(
        "sign_in.html",
        401,
        nonce=nonce_of(request),
        visit=None,
        next="/",
        name=error.name,
        kept=work.seal.typed(form) if error.name else "",
        says=FORM_KEPT if error.name else FORM_NOT_KEPT,
        oidc=bool(request.app.state.oidc),
    )
    return whole_page(answer)


async def _not_allowed(request: Request, error: Exception) -> Response:
    assert isinstance(error, NotAllowed)
    roles = ", ".join(sorted(role.value.replace("_", " ") for role in error.visit.who.roles))
    name = error.visit.who.full_name
    says = f"Signed in as {name} ({roles}). An administrator can change your roles."
    return _plain(request, 403, "You don't have permission for this page", says, visit=error.visit)


async def _not_ours(request: Request, _error: Exception) -> Response:
    says = "This page is out of date. Open the page again and enter your changes there."
    return _plain(request, 403, "Not saved", says, visit=await signed_in(request))


async def _must_change(_request: Request, _error: Exception) -> Response:
    return RedirectResponse(PASSWORD_PATH, 303)


async def _must_set_up(_request: Request, _error: Exception) -> Response:
    return RedirectResponse(FACTOR_PATH, 303)


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if error.status_code == 404:
        return await _not_found(request, error)
    title, says = "Could not complete the request", str(error.detail)
    if error.status_code == 405:
        title, says = "Page not available", "This address only receives forms. Go back to the page with the form."
    return _plain(request, error.status_code, title, says, visit=await signed_in(request))


async def _not_found(request: Request, _error: Exception) -> Response:
    says = "Check the address, or go back."
    return _plain(request, 404, "Page not found", says, visit=await signed_in(request))


async def too_large(request: Request, says: str) -> Response:
    """The response to a request that is too large. Its body was not read."""
    if request.url.path.startswith("/api/"):
        return PlainTextResponse(says, 413)
    return _plain(request, 413, "The upload is too large", says, visit=await signed_in(request))


async def _database(request: Request, error: Exception) -> Response:
    busy = "locked" in str(getattr(error, "orig", error))
    why = "The database is busy." if busy else f"Database error ({type(error).__name__})."
    return _plain(request, 503, "Could not complete the request", f"{why} Nothing was saved. Try again in a moment.")


async def _refused(request: Request, error: Exception) -> Response:
    """A refusal: beside the form if the page can show it there, else on a page with everything that was entered."""
    assert isinstance(error, Refused)
    if request.method in ("GET", "HEAD"):
        missing = error.kind is RefusalKind.NOT_FOUND
        status, link = 404 if missing else 409, link_of(error.advice)
        return _plain(request, status, "This can't be done", told(error), link=link, visit=visit_of(request))
    if is_inline(request) and not isinstance(error, Changed):
        return render("said.html", 422, says=told(error), title="Could not save", link=link_of(error.advice))
    form = await request.form()
    return await run_in_threadpool(_again, request, error, form)


def _again(request: Request, error: Refused, form: Any) -> Response:
    typed = Typed(form)
    events = error.events if isinstance(error, Changed) else ()
    seen = error.seen if isinstance(error, Changed) else str(form.get("seen") or "")
    answer = render(
        "again.html",
        409 if events else 422,
        nonce=nonce_of(request),
        visit=visit_of(request),
        says=told(error),
        link=link_of(error.advice),
        path=request.url.path,
        fields=shown(typed.fields()),
        files=typed.file_names(),
        events=events,
        seen=seen,
        form_key=str(form.get("form_key") or ""),
    )
    return whole_page(answer)


_LISTED = re.compile(r"""(?<![\w"'/.@-])[A-Za-z][a-z]*(?:_[a-z]+)+(?![\w"'/@]|\.\w)""")
"""A word of a closed list as it is stored; pages show its label. Words in quotes or in a path do not match."""

_ENDS = (".", "!", "?")


def sentence(error: Refused) -> str:
    """A refusal as sentences: what is wrong, what is missing, and what to do."""
    lacks = "; ".join(lack.text for lack in error.lacks)
    problem = f"{error.problem}: {lacks}" if lacks else error.problem
    return " ".join(_whole_sentence(text) for text in (problem, error.advice.text) if text)


def _whole_sentence(text: str) -> str:
    first = text.split(" ", 1)[0]
    # A file name stays as spelled.
    start = text if "." in first.rstrip(".,") else text[:1].upper() + text[1:]
    return start if start.endswith(_ENDS) else f"{start}."


def told(error: Refused) -> str:
    """A refusal for a browser: words of closed lists and days as pages show them."""
    return dated(_LISTED.sub(lambda found: words(found[0]), sentence(error)))

"""What is answered when something is in the way: in plain words, with what to do, and with all that was typed."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import SQLAlchemyError
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from models.errors import RefusalKind, Refused
from web.auth.sealed import TypedForm
from web.auth.session import (
    FACTOR_PATH,
    PASSWORD_PATH,
    MustChange,
    MustSetUp,
    NotAllowed,
    NotOurForm,
    NotSignedIn,
    Workspace,
    is_inline,
    nonce_of,
    sign_in_path,
)
from web.forms.again import shown
from web.forms.fields import Typed
from web.rendering.remedies import link_of
from web.rendering.templates import Context, dated, render, words


class Changed(Refused):
    """Somebody else changed what a form was filled in from; `events` are what came between, `seen` is the new state."""

    def __init__(self, events: Sequence[Mapping[str, object]], seen: str) -> None:
        super().__init__("this was changed meanwhile, by somebody else or in another window; nothing was saved yet")
        self.events = events
        self.seen = seen


def add_answers(app: FastAPI) -> None:
    """Let an application answer so."""
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
    "You are signed out: nothing happened for a while, or you signed out in another window. Sign in again: what you "
    "typed is kept."
)
FORM_NOT_KEPT = (
    "Sign in first. The form was not kept, because it did not come from a page of this workspace on which somebody was "
    "signed in."
)


def _plain(request: Request, status: int, title: str, says: str, **values: object) -> Response:
    if is_inline(request):
        return render("said.html", status, says=says, title=title, link=values.get("link"))
    shown: Context = {"visit": None, "link": None, **values}
    return render("plain.html", status, nonce=nonce_of(request), title=title, says=says, **shown)


def _whole(answer: Response) -> Response:
    """In the place of the whole page, wherever the form stood on it.

    At once: settled 20 ms later as by default, the sign-in would take the cursor from who has begun to type already,
    and a password would stand in the field of the name.
    """
    answer.headers["HX-Retarget"] = "body"
    answer.headers["HX-Reswap"] = "innerHTML settle:0ms"
    return answer


async def _not_here(request: Request, error: Exception) -> Response:
    """To the sign-in; a form of a page of ours is kept for whoever had that page, and no other form is kept."""
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
    return _whole(answer)


async def _not_allowed(request: Request, error: Exception) -> Response:
    assert isinstance(error, NotAllowed)
    roles = ", ".join(sorted(role.value.replace("_", " ") for role in error.visit.who.roles))
    name = error.visit.who.full_name
    says = f"This is not part of what {name} does here ({roles}). An administrator can change that."
    return _plain(request, 403, "Not for you", says, visit=error.visit)


async def _not_ours(request: Request, _error: Exception) -> Response:
    says = "This form did not come from a page of this workspace as it is now. Open the page again, and send it there."
    return _plain(request, 403, "Not sent", says)


async def _must_change(_request: Request, _error: Exception) -> Response:
    return RedirectResponse(PASSWORD_PATH, 303)


async def _must_set_up(_request: Request, _error: Exception) -> Response:
    return RedirectResponse(FACTOR_PATH, 303)


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if error.status_code == 404:
        return await _not_found(request, error)
    if error.status_code == 405:
        return _plain(request, 405, "Not so", "This address takes a form and shows nothing. Start from the first page.")
    return _plain(request, error.status_code, "Not done", str(error.detail))


async def _not_found(request: Request, _error: Exception) -> Response:
    return _plain(request, 404, "Not there", "There is no such page. Go back, or start from the first page.")


async def _database(request: Request, error: Exception) -> Response:
    busy = "locked" in str(getattr(error, "orig", error))
    why = "the book is busy just now" if busy else f"the database said no ({type(error).__name__})"
    return _plain(request, 503, "Not done", f"Nothing was changed: {why}. Try again in a moment.")


async def _refused(request: Request, error: Exception) -> Response:
    """A refusal: beside the form where the page can take it there, else on a page with all that was typed."""
    assert isinstance(error, Refused)
    if request.method in ("GET", "HEAD"):
        missing = error.kind is RefusalKind.NOT_FOUND
        return _plain(request, 404 if missing else 409, "Not so", told(error), link=link_of(error.advice))
    if is_inline(request) and not isinstance(error, Changed):
        return render("said.html", 422, says=told(error), title="Not saved", link=link_of(error.advice))
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
        visit=None,
        says=told(error),
        link=link_of(error.advice),
        path=request.url.path,
        fields=shown(typed.fields()),
        files=typed.file_names(),
        events=events,
        seen=seen,
        form_key=str(form.get("form_key") or ""),
    )
    return _whole(answer)


_LISTED = re.compile(r"""(?<![\w"'/.@-])[A-Za-z][a-z]*(?:_[a-z]+)+(?![\w"'/@]|\.\w)""")
"""A word of a closed list as it is stored, which pages show as it is read; not one in quotes or in a path."""

_ENDS = (".", "!", "?")


def sentence(error: Refused) -> str:
    """A refusal as sentences: what is wrong, what is lacking, and what to do."""
    lacks = "; ".join(lack.text for lack in error.lacks)
    problem = f"{error.problem}: {lacks}" if lacks else error.problem
    return " ".join(_whole_sentence(text) for text in (problem, error.advice.text) if text)


def _whole_sentence(text: str) -> str:
    first = text.split(" ", 1)[0]
    # The name of a file stays as it is written.
    start = text if "." in first.rstrip(".,") else text[:1].upper() + text[1:]
    return start if start.endswith(_ENDS) else f"{start}."


def told(error: Refused) -> str:
    """A refusal for somebody at a browser: its words of closed lists and its days as pages show them."""
    return dated(_LISTED.sub(lambda found: words(found[0]), sentence(error)))

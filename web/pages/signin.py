"""Signing in and out, and one's own password."""

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import RedirectResponse, Response

from flows.users.commands import NotSignedIn, set_password, sign_out, try_to_sign_in
from flows.users.passwords import is_password
from flows.users.queries import Person, here_now, user_row
from models.errors import Refused
from web.again import shown
from web.answers import told
from web.door import Allowed, NotOurForm, Visit, Workspace, add_cookie, begin_session, is_from_us, nonce_of, safe_path
from web.look import render
from web.rights import Right
from web.shell import cookie
from web.typed import BadField

router = APIRouter()
Own = Depends(Allowed(Right.OWN_PASSWORD))


def address_of(request: Request) -> str:
    """From where a request comes."""
    return request.client.host if request.client else ""


def _form(request: Request, status: int, **values: object) -> Response:
    shown = {"says": "", "next": "/", "kept": "", "name": "", **values}
    return render(
        "sign_in.html", status, nonce=nonce_of(request), visit=None, oidc=bool(request.app.state.oidc), **shown
    )


@router.get("/sign-in")
def sign_in_form(request: Request, next: str = "/") -> Response:
    """Where one signs in."""
    return _form(request, 200, next=safe_path(next))


@router.post("/sign-in")
def sign_in(
    request: Request, name: str = Form("", max_length=200), password: str = Form("", max_length=1_000),
    next: str = Form("/"), kept: str = Form(""),
) -> Response:  # fmt: skip
    """Sign in by password; a form that waited for its writer is shown again."""
    if not is_from_us(request):
        raise NotOurForm
    work: Workspace = request.app.state.work
    now = work.clock()
    name = name.strip().lower()
    found = try_to_sign_in(work.house.book, name, password, address_of(request), now, now.date())
    if isinstance(found, NotSignedIn):
        status = 429 if found.outcome.value in ("too_many", "locked") else 401
        return _form(request, status, says=told(found), next=safe_path(next), kept=kept, name=name)
    return let_in(request, work, found, next, kept)


def let_in(request: Request, work: Workspace, who: Person, next_path: str, kept: str = "") -> Response:
    """Begin a session, and go on to where they were going, or to what they had typed."""
    begin_session(request, work, who)
    typed = work.seal.open_typed(kept, work.clock()) if kept else None
    if typed is None or typed.name != who.name:
        return RedirectResponse(safe_path(next_path), 303)
    return render(
        "again.html", 200, nonce=nonce_of(request), visit=None, path=typed.path, fields=shown(typed.fields),
        files=typed.files,
        says="You are signed in again. Here is what you had typed; nothing of it was saved yet.", events=(), seen="",
        form_key=work.seal.form_key(who.name, who.epoch),
    )  # fmt: skip


@router.post("/sign-out")
def leave(request: Request, visit: Visit = Own) -> Response:
    """End every session of this user."""
    with visit.transaction() as tx:
        sign_out(tx, visit.who.name, address_of(request), visit.now)
    add_cookie(request, cookie("", ends=True))
    return RedirectResponse("/sign-in", 303)


@router.get("/password")
def password_form(visit: Visit = Own) -> Response:
    """Where one changes one's password."""
    return visit.page("password.html")


@router.post("/password")
def change_password(request: Request, visit: Visit = Own) -> Response:
    """Change one's own password; every other session ends."""
    old, new = visit.typed.text("old_password"), visit.typed.text("new_password")
    with visit.reading() as conn:
        row = user_row(conn, visit.who.name)
    if row is None or not is_password(old, row.password_hash):
        raise BadField("the old password is not right")
    if new != visit.typed.text("new_password_again"):
        raise BadField("the new password was typed differently the second time")
    with visit.transaction() as tx:
        set_password(tx, visit.who.name, new, visit.now, must_change=False)
    with visit.reading() as conn:
        fresh = here_now(conn, visit.who.name, visit.who.epoch + 1)
    if fresh is None:
        raise Refused("you were signed out meanwhile; sign in again")
    begin_session(request, visit.work, fresh)
    return visit.go("/")



"""Signing in and out, and changing one's own password."""

import secrets
from datetime import timedelta

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import RedirectResponse, Response

from flows.users.commands import set_password
from flows.users.passwords import is_password
from flows.users.queries import Person, sessions_of, user_row
from flows.users.sign_in import NotSignedIn, sign_out, try_second_factor, try_to_sign_in
from models.errors import BadInput
from models.user_enums import SignInOutcome
from models.values import utc_text
from web.auth.rights import Right
from web.auth.sealed import LONGEST
from web.auth.session import (
    NotOurForm,
    RequestContext,
    Requires,
    Workspace,
    add_cookie,
    address_of,
    begin_session,
    is_from_us,
    nonce_of,
    safe_path,
)
from web.forms.again import shown
from web.pages.second_factor import go_on, secret_of_user
from web.rendering.refusals import told
from web.rendering.shell import cookie
from web.rendering.templates import render

router = APIRouter()
Own = Depends(Requires(Right.OWN_PASSWORD))


BROWSER, BROWSER_FOR = "pastdue_browser", timedelta(days=180)
"""Attempts from a browser that the user signed in from before are counted separately: wrong passwords for the user's
name elsewhere do not lock the user out."""

HALF_FOR = timedelta(minutes=5)
"""How long the user has to enter the code after the password."""


def source_of(request: Request, work: Workspace, name: str) -> str:
    """The source of a sign-in attempt: the address, and the browser if the user has signed in from it before."""
    found = work.seal.open_word(request.cookies.get(BROWSER, ""), work.clock(), BROWSER_FOR)
    known = f" browser {found['browser']}" if found is not None and found.get("of") == name else ""
    return address_of(request) + known


def remember_browser(request: Request, work: Workspace, name: str) -> None:
    """Recognize this browser the next time that the user of this name signs in from it."""
    sealed = work.seal.word({"browser": secrets.token_hex(6), "of": name})
    most = int(BROWSER_FOR.total_seconds())
    add_cookie(request, f"{BROWSER}={sealed}; Path=/sign-in; HttpOnly; SameSite=Lax; Max-Age={most}")


def _form(request: Request, status: int, **values: object) -> Response:
    shown = {"says": "", "next": "/", "kept": "", "name": "", **values}
    return render(
        "sign_in.html", status, nonce=nonce_of(request), visit=None, oidc=bool(request.app.state.oidc), **shown
    )


@router.get("/sign-in")
def sign_in_form(request: Request, next: str = "/") -> Response:
    """The sign-in page."""
    return _form(request, 200, next=safe_path(next))


@router.post("/sign-in")
def sign_in(
    request: Request,
    name: str = Form("", max_length=200),
    password: str = Form("", max_length=1_000),
    next: str = Form("/"),
    kept: str = Form(""),
) -> Response:
    """Sign in by password; a kept form is shown again."""
    if not is_from_us(request):
        raise NotOurForm
    work: Workspace = request.app.state.work
    now = work.clock()
    name = name.strip().lower()
    found = try_to_sign_in(work.practice.database, name, password, source_of(request, work, name), now, now.date())
    if isinstance(found, NotSignedIn):
        return _form(request, _status(found), says=told(found), next=safe_path(next), kept=kept, name=name)
    if found.has_second_factor:
        half = {"half": found.name, "epoch": found.epoch, "next": next, "kept": kept}
        return _code_form(request, 200, work.seal.word(half))
    return let_in(request, work, found, next, kept)


def _status(failed: NotSignedIn) -> int:
    return 429 if failed.outcome is SignInOutcome.TOO_MANY else 401


def _code_form(request: Request, status: int, half: str, says: str = "") -> Response:
    return render("sign_in_code.html", status, nonce=nonce_of(request), visit=None, half=half, says=says)


@router.post("/sign-in/code")
def sign_in_code(request: Request, half: str = Form(""), code: str = Form("", max_length=100)) -> Response:
    """The second part of a sign-in: the authenticator's code, or a recovery code."""
    if not is_from_us(request):
        raise NotOurForm
    work: Workspace = request.app.state.work
    now = work.clock()
    begun = work.seal.open_word(half, now, HALF_FOR)
    if begun is None or "half" not in begun:
        return _form(request, 401, says="The code expired. Sign in again.")
    with work.practice.database.transaction(actor=begun["half"], business_date=now.date()) as tx:
        row = user_row(tx.conn, begun["half"])
        if row is None or row.epoch != begun["epoch"] or row.second_factor is None:
            return _form(request, 401, says="Your user account was changed. Sign in again.")
        secret = secret_of_user(work.seal, row.second_factor, now)
        found = try_second_factor(tx, row.name, secret, code, source_of(request, work, row.name), now)
    if isinstance(found, NotSignedIn):
        return _code_form(request, _status(found), half, told(found))
    return let_in(request, work, found, begun["next"], begun["kept"])


def let_in(request: Request, work: Workspace, who: Person, next_path: str, kept: str = "") -> Response:
    """Begin a session, and redirect to the requested page, or to the unsaved form."""
    begin_session(request, work, who)
    remember_browser(request, work, who.name)
    typed = work.seal.open_typed(kept, work.clock()) if kept else None
    if typed is None or typed.name != who.name:
        return RedirectResponse(safe_path(next_path), 303)
    return render(
        "again.html",
        200,
        link=None,
        nonce=nonce_of(request),
        visit=None,
        path=typed.path,
        fields=shown(typed.fields),
        files=typed.files,
        says="You are signed in again. Your entry was not saved.",
        events=(),
        seen="",
        form_key=work.seal.form_key(who.name, who.epoch),
    )


@router.post("/sign-out")
def leave(request: Request, visit: RequestContext = Own) -> Response:
    """End every session of this user."""
    with visit.transaction() as tx:
        sign_out(tx, visit.who.name, address_of(request), visit.now)
    add_cookie(request, cookie("", ends=True))
    return RedirectResponse("/sign-in", 303)


@router.get("/password")
def password_form(visit: RequestContext = Own) -> Response:
    """The page to change one's own password."""
    with visit.reading() as conn:
        open_ones = sessions_of(conn, visit.who.name, utc_text(visit.now - LONGEST))
    return visit.page("password.html", sessions=open_ones)


@router.post("/password")
def change_password(request: Request, visit: RequestContext = Own) -> Response:
    """Change the user's own password; every other session ends."""
    old, new = visit.typed.text("old_password"), visit.typed.text("new_password")
    with visit.reading() as conn:
        row = user_row(conn, visit.who.name)
    if row is None or not is_password(old, row.password_hash):
        raise BadInput("the current password is not correct")
    if new != visit.typed.text("new_password_again"):
        raise BadInput("the new passwords do not match")
    with visit.transaction() as tx:
        set_password(tx, visit.who.name, new, visit.now, must_change=False)
    go_on(request, visit)
    return visit.go("/")

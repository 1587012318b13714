"""A user's own second factor and sessions, and setting a password from a link."""

from datetime import datetime, timedelta

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import RedirectResponse, Response

from flows.settings.queries import policy_now
from flows.users.commands import set_password, set_second_factor
from flows.users.passwords import is_password
from flows.users.queries import here_now, user_row
from flows.users.second_factor import new_codes, new_secret, qr_of, step_of
from flows.users.sign_in import end_session
from models.errors import BadInput, Refused
from web.auth.rights import Right
from web.auth.sealed import SECRET_FOR, Seal
from web.auth.session import NotOurForm, RequestContext, Requires, Workspace, begin_session, is_from_us, nonce_of
from web.rendering.refusals import told
from web.rendering.templates import render

router = APIRouter()
Own = Depends(Requires(Right.OWN_PASSWORD))

SET_UP_WITHIN = timedelta(minutes=15)
LINK_FOR = timedelta(days=3)
"""How long a link to set a password is valid; it is valid once."""


def secret_of_user(seal: Seal, sealed: str, visit_now: datetime) -> str:
    """The secret of a user's authenticator. Raises BadInput if the workspace's own secret has changed."""
    found = seal.open_word(sealed, visit_now, SECRET_FOR)
    if found is None:
        raise BadInput(
            "your two-factor authentication can't be read on this server", "ask an administrator to reset it"
        )
    return str(found["totp"])


@router.get("/second-factor")
def second_factor(visit: RequestContext = Own) -> Response:
    """The page to set up or remove a second factor."""
    secret = new_secret()
    with visit.reading() as conn:
        wanted = policy_now(conn).wants_second_factor(visit.who.roles)
    return visit.page(
        "second_factor.html",
        active=visit.who.has_second_factor,
        codes=(),
        secret=secret,
        image=qr_of(secret, visit.who.name),
        wanted=wanted,
        waiting=visit.work.seal.word({"totp": secret, "of": visit.who.name}),
    )


@router.post("/second-factor")
def set_up(request: Request, visit: RequestContext = Own) -> Response:
    """Set up a second factor, after the app shows a correct code; every other session ends."""
    found = visit.work.seal.open_word(visit.typed.text("waiting"), visit.now, SET_UP_WITHIN)
    if found is None or found.get("of") != visit.who.name:
        raise BadInput("this page has expired", "open it again and scan the new code")
    secret = str(found["totp"])
    if step_of(secret, visit.typed.needed("digits", "Code"), visit.now, 0) is None:
        raise BadInput("the code is not correct", "check the phone's clock, then enter the code that the app shows now")
    codes = new_codes()
    with visit.transaction() as tx:
        set_second_factor(tx, visit.who.name, visit.work.seal.word({"totp": secret}), codes, visit.now)
    go_on(request, visit)
    return visit.page("second_factor.html", active=True, codes=codes)


@router.post("/second-factor/remove")
def remove(request: Request, visit: RequestContext = Own) -> Response:
    """Remove the user's own second factor, with the password."""
    with visit.reading() as conn:
        row = user_row(conn, visit.who.name)
    if row is None or not is_password(visit.typed.text("old_password"), row.password_hash):
        raise BadInput("the password is not correct")
    with visit.transaction() as tx:
        set_second_factor(tx, visit.who.name, None, (), visit.now)
    go_on(request, visit)
    return visit.go("/password")


def go_on(request: Request, visit: RequestContext) -> None:
    """Start a new session in place of the one that the user's own change ended."""
    with visit.reading() as conn:
        fresh = here_now(conn, visit.who.name, visit.who.epoch + 1)
    if fresh is None:
        raise Refused("you were signed out", "sign in again")
    begin_session(request, visit.work, fresh)


@router.post("/password/sessions/{session}/end")
def end_one(session: str, visit: RequestContext = Own) -> Response:
    """End one of the user's own sessions, such as on a machine that was left signed in."""
    with visit.transaction() as tx:
        end_session(tx, visit.who.name, session, visit.now)
    return visit.go("/password", said="Session ended.")


@router.get("/set-password")
def link_page(request: Request, link: str = "") -> Response:
    """The page to choose a password, opened from the link."""
    name, _ = _of_link(request.app.state.work, link)
    return _link_form(request, 200, name, link)


@router.post("/set-password")
def set_own(
    request: Request,
    link: str = Form(""),
    new_password: str = Form("", max_length=1_000),
    new_password_again: str = Form("", max_length=1_000),
) -> Response:
    """Set the password that the user chose, and sign the user in."""
    if not is_from_us(request):
        raise NotOurForm
    work: Workspace = request.app.state.work
    name, epoch = _of_link(work, link)
    if new_password != new_password_again:
        return _link_form(request, 422, name, link, "The passwords do not match.")
    now = work.clock()
    try:
        with work.practice.database.transaction(actor=name, business_date=now.date()) as tx:
            set_password(tx, name, new_password, now, must_change=False)
    except Refused as error:
        return _link_form(request, 422, name, link, told(error))
    with work.practice.database.reading() as conn:
        row = here_now(conn, name, epoch + 1)
    if row is None or row.has_second_factor:
        return RedirectResponse("/sign-in", 303)
    begin_session(request, work, row)
    return RedirectResponse("/", 303)


def _of_link(work: Workspace, link: str) -> tuple[str, int]:
    found = work.seal.open_word(link, work.clock(), LINK_FOR) if link else None
    if found is not None and "set" in found:
        with work.practice.database.reading() as conn:
            if here_now(conn, found["set"], found["epoch"]) is not None:
                return found["set"], found["epoch"]
    raise Refused("this link was already used or has expired", "ask an administrator for a new link")


def _link_form(request: Request, status: int, name: str, link: str, says: str = "") -> Response:
    return render("set_password.html", status, nonce=nonce_of(request), visit=None, name=name, link=link, says=says)

"""Authorization: who is signed in, whether they have the right, and what a page needs to respond."""

# At the edge: Starlette's state has no types.
# pyright: reportUnknownMemberType=false

import secrets
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from hmac import compare_digest
from typing import Annotated
from urllib.parse import quote, urlsplit
from zoneinfo import ZoneInfo

from fastapi import Path, Query, Request
from sqlalchemy.engine import Connection
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.responses import RedirectResponse, Response

from flows.practice import Practice
from flows.settings.policy import Policy
from flows.settings.queries import policy_now
from flows.users.keys import digest_of
from flows.users.queries import Person, full_names, here_now
from flows.users.sign_in import begin_session as record_session
from flows.users.view_log import View, write_views
from models.clock import Clock
from models.database import Transaction
from models.ids import AccountId, BatchId, CreditorId, LetterId, MatterId, PartyId, PersonId, TaskId
from models.labels import actor_words
from models.user_enums import Role, Seen
from web.auth.rights import Right, may
from web.auth.sealed import Seal, Session
from web.forms.fields import Typed
from web.rendering.shell import COOKIE, cookie
from web.rendering.slow import Lanes
from web.rendering.templates import render

_KEY = Path(ge=1, le=2**53)

Key = Annotated[int, _KEY]
"""A number in an address that identifies a record."""

PersonKey = Annotated[PersonId, _KEY]
AccountKey = Annotated[AccountId, _KEY]
CreditorKey = Annotated[CreditorId, _KEY]
TaskKey = Annotated[TaskId, _KEY]
LetterKey = Annotated[LetterId, _KEY]
BatchKey = Annotated[BatchId, _KEY]
MatterKey = Annotated[MatterId, _KEY]
PartyKey = Annotated[PartyId, _KEY]

Page = Annotated[int, Query(ge=1, le=100_000)]
"""The page number of a list."""

RENEW_SECONDS = 60
"""A session's cookie is renewed at most this often."""

PASSWORD_PATH = "/password"
FACTOR_PATH = "/second-factor"

SAID, SAID_FOR = "pastdue_said", timedelta(minutes=2)
"""The next page shows the result of an action once, from a sealed cookie."""


@dataclass(frozen=True, slots=True)
class Workspace:
    """Shared by the whole workspace."""

    practice: Practice
    seal: Seal
    clock: Clock
    secure: bool
    lanes: Lanes = field(default_factory=Lanes)


class NotSignedIn(Exception):
    """No user is signed in. `typed` is the submitted form; kept for `name` only, not at all without a name."""

    def __init__(self, typed: Typed | None, name: str = "") -> None:
        super().__init__("sign in")
        self.typed = typed
        self.name = name


class NotAllowed(Exception):
    """A user is signed in, but does not have the right."""

    def __init__(self, visit: "RequestContext", right: Right) -> None:
        super().__init__(right.value)
        self.visit = visit
        self.right = right


class NotOurForm(Exception):
    """A form that was not submitted from a page of this site."""


@dataclass(frozen=True, slots=True)
class RequestContext:
    """One request of a signed-in user who has the right to make it. `today` is the practice's day, `now` is UTC.

    `practice_name` is shown in the header; empty until a manager enters it.
    """

    request: Request
    work: Workspace
    who: Person
    zone: ZoneInfo
    now: datetime
    typed: Typed
    session: str = ""
    practice_name: str = ""

    @property
    def practice(self) -> Practice:
        """The database with its folders."""
        return self.work.practice

    @property
    def today(self) -> date:
        """The business date of the practice."""
        return self.now.astimezone(self.zone).date()

    def may(self, right: Right) -> bool:
        """Whether the user has a right."""
        return may(self.who.roles, right)

    def reading(self) -> AbstractContextManager[Connection]:
        """One moment of the database."""
        return self.practice.database.reading()

    def transaction(self) -> AbstractContextManager[Transaction]:
        """A change in the user's name, on this day."""
        return self.practice.database.transaction(actor=self.who.name, business_date=self.today)

    def saw(self, what: Seen, views: Sequence[View], why: str = "") -> None:
        """Record whose data is about to be shown."""
        if views:
            with self.transaction() as tx:
                write_views(tx, what, views, self.now, why)

    @property
    def staff_role(self) -> Role:
        """The role in which the user works on estates: the one with the most rights."""
        if Role.MANAGER in self.who.roles:
            return Role.MANAGER
        return Role.ATTORNEY if Role.ATTORNEY in self.who.roles else Role.ESTATE_DESK

    @property
    def form_key(self) -> str:
        """The key in every form of this user."""
        return self.work.seal.form_key(self.who.name, self.who.epoch)

    @property
    def said(self) -> str:
        """The result of the previous form, shown once."""
        return str(self._once.get("said", ""))

    @property
    def undo(self) -> int:
        """The call result that the previous form recorded and that can be undone; 0 if there is none."""
        return int(str(self._once.get("undo", 0)))

    @property
    def _once(self) -> Mapping[str, object]:
        """What the previous form left for this page. It is opened once for a request."""
        state = self.request.state
        if not hasattr(state, "said_once"):
            sealed = self.request.cookies.get(SAID, "")
            state.said_once = (self.work.seal.open_word(sealed, self.now, SAID_FOR) if sealed else None) or {}
        return state.said_once

    @property
    def asked(self) -> Typed:
        """The fields of the address, such as the filters of a list."""
        return Typed(FormData(list(self.request.query_params.multi_items())))

    @property
    def dark(self) -> bool:
        """Whether this browser shows the pages on a dark ground."""
        return self.request.cookies.get("pastdue_theme") == "dark"

    @property
    def inline(self) -> bool:
        """Whether the page requests only a part of itself."""
        return is_inline(self.request)

    def name_of(self, actor: str | None) -> str:
        """Who acted, as people read it: the full name of a user, a process in words, or the name as it is stored."""
        state = self.request.state
        if not hasattr(state, "full_names"):
            with self.reading() as conn:
                state.full_names = full_names(conn)
        names: Mapping[str, str] = state.full_names
        return names.get(actor or "") or actor_words(actor or "")

    def page(self, template: str, status: int = 200, /, **values: object) -> Response:
        """A page, or a part of a page."""
        answer = render(template, status, visit=self, nonce=nonce_of(self.request), **values)
        if SAID in self.request.cookies and not self.inline:
            add_cookie(self.request, f"{SAID}=; Path=/; Max-Age=0")
        return answer

    def go(self, path: str, said: str = "", undo: int = 0) -> Response:
        """Redirect to another page after an action. `said` is shown there once, with a button that undoes a call
        result. It names no person."""
        if said:
            sealed = self.work.seal.word({"said": said, "undo": undo})
            add_cookie(self.request, f"{SAID}={sealed}; Path=/; HttpOnly; SameSite=Lax")
        if self.inline:
            return Response(status_code=204, headers={"HX-Redirect": path})
        return RedirectResponse(path, 303)


def visit_of(request: Request) -> RequestContext | None:
    """The context of a request whose user is known and has the right, for the header of a refusal."""
    return getattr(request.state, "visit", None)


def is_inline(request: Request) -> bool:
    """Whether a page requests only a part of itself."""
    return request.headers.get("HX-Request") == "true"


def whole_page(answer: Response) -> Response:
    """The response to a form that replaces the whole page, wherever the form is on it.

    The swap is immediate. If it settled 20 ms later, as by default, the sign-in page would move the cursor of a user
    who has already started typing, and a password would end up in the name field.
    """
    answer.headers["HX-Retarget"] = "body"
    answer.headers["HX-Reswap"] = "innerHTML settle:0ms"
    return answer


def add_cookie(request: Request, text: str) -> None:
    """Add a cookie to the response to this request."""
    if not hasattr(request.state, "cookies"):
        request.state.cookies = []
    request.state.cookies.append(text)


def nonce_of(request: Request) -> str:
    """The nonce of this response, which allows its charts to set a style."""
    if not hasattr(request.state, "nonce"):
        request.state.nonce = secrets.token_urlsafe(12)
    return request.state.nonce


class Requires:
    """A dependency of every route: admits a user who has the right, and returns the request's context."""

    def __init__(self, right: Right) -> None:
        self.right = right

    async def __call__(self, request: Request) -> RequestContext:
        """Returns the request's context; raises an exception that names where the user must go first."""
        work: Workspace = request.app.state.work
        changes = request.method not in ("GET", "HEAD")
        form = await request.form(max_files=50, max_fields=2_000) if changes else FormData()
        typed = Typed(form)
        known = await _known(request, work, typed)
        if known is None:
            raise _not_here(work.seal, request, typed)
        visit = known.visit
        if changes and not (is_from_us(request) and _has_key(form, visit.form_key)):
            raise NotOurForm
        if not visit.may(self.right):
            raise NotAllowed(visit, self.right)
        if visit.who.must_change and request.url.path not in (PASSWORD_PATH, "/sign-out"):
            raise MustChange
        if known.wants_factor and request.url.path not in (FACTOR_PATH, PASSWORD_PATH, "/sign-out"):
            raise MustSetUp
        _renew(request, work.seal, known.session, visit.now)
        request.state.visit = visit
        return visit


@dataclass(frozen=True, slots=True)
class _Known:
    """A signed-in user's request, before any right is checked."""

    visit: RequestContext
    session: Session
    wants_factor: bool


async def _known(request: Request, work: Workspace, typed: Typed) -> _Known | None:
    now = work.clock()
    session = work.seal.open_session(request.cookies.get(COOKIE, ""), now)
    if session is None:
        return None
    who, policy, wants_factor = await run_in_threadpool(_who, work, session)
    if who is None:
        return None
    zone, name = ZoneInfo(policy.time_zone), policy.practice_name
    visit = RequestContext(request, work, who, zone, now, typed, digest_of_session(session) or "", name)
    return _Known(visit, session, wants_factor)


async def signed_in(request: Request) -> RequestContext | None:
    """The context of a request to an address without a page, for the header and the menu of the response; None if the
    user is not signed in, or must set a password or a second factor first."""
    known = await _known(request, request.app.state.work, Typed(FormData()))
    if known is None or known.visit.who.must_change or known.wants_factor:
        return None
    return known.visit


class MustChange(Exception):
    """The user must change a password that another person set, before anything else."""


class MustSetUp(Exception):
    """A user whose role requires a second factor must set one up before anything else."""


def _who(work: Workspace, session: Session) -> tuple[Person | None, Policy, bool]:
    """The user, the practice's time zone, and whether the user must set up a second factor first.

    A user without a password signs in through an organization, which checks its own second factor.
    """
    with work.practice.database.reading() as conn:
        who = here_now(conn, session.name, session.epoch, digest_of_session(session))
        policy = policy_now(conn)
    bare = who is not None and who.has_password and not who.has_second_factor
    wanted = bare and who is not None and policy.wants_second_factor(who.roles)
    return who, policy, wanted


def digest_of_session(session: Session) -> str | None:
    """The digest that identifies a session in the database; None if it has no key of its own."""
    return digest_of(session.key) if session.key else None


def _not_here(seal: Seal, request: Request, typed: Typed) -> NotSignedIn:
    """What happens to a form without a session: it is kept for the user whose page it was on, by the form's key.

    Another site does not know any user's key, so its forms are never kept for the next user who signs in.
    """
    if request.method in ("GET", "HEAD"):
        return NotSignedIn(None)
    writer = seal.writer_of(typed.text("form_key")) if is_from_us(request) else None
    return NotSignedIn(typed, writer or "")


def _has_key(form: FormData, key: str) -> bool:
    given = form.get("form_key")
    return isinstance(given, str) and compare_digest(given.encode(), key.encode())


def is_from_us(request: Request) -> bool:
    """Whether a request comes from a page of this site, according to the browser (if it reports this)."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = request.headers.get("origin")
    return origin is None or urlsplit(origin).netloc == request.headers.get("host")


def _renew(request: Request, seal: Seal, session: Session, now: datetime) -> None:
    seen = int(now.timestamp())
    if seen - session.seen >= RENEW_SECONDS:
        renewed = Session(session.name, session.epoch, session.began, seen, session.key)
        add_cookie(request, cookie(seal.session(renewed)))


def begin_session(request: Request, work: Workspace, who: Person) -> None:
    """Add a new session to the response to this request."""
    now = work.clock()
    browser = request.headers.get("user-agent", "")
    with work.practice.database.transaction(actor=who.name, business_date=now.date()) as tx:
        key = record_session(tx, who.name, address_of(request), browser, now)
    at = int(now.timestamp())
    add_cookie(request, cookie(work.seal.session(Session(who.name, who.epoch, at, at, key))))


def address_of(request: Request) -> str:
    """The address that a request comes from."""
    return request.client.host if request.client else ""


def safe_path(text: str) -> str:
    """A path of this site to redirect to; the first page for anything else."""
    return text if text.startswith("/") and not text.startswith(("//", "/\\")) and "\\" not in text else "/"


def sign_in_path(request: Request) -> str:
    """The sign-in page, with a return to this page."""
    path = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return "/sign-in" if path == "/" else f"/sign-in?next={quote(path)}"

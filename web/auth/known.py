"""Whether a client is known, by its cookie or key alone: before a byte of its request body is read."""

from starlette.requests import HTTPConnection

from flows.settings.queries import today_of
from flows.users.keys import digest_of
from flows.users.queries import here_now, program_of
from web.auth.session import Workspace, digest_of_session
from web.rendering.shell import COOKIE


def is_known(work: Workspace, comes: HTTPConnection) -> bool:
    """Whether a request has a live session of a user, or the key of a program."""
    scheme, _, key = comes.headers.get("authorization", "").partition(" ")
    session = work.seal.open_session(comes.cookies.get(COOKIE, ""), work.clock())
    if session is None and scheme.lower() != "bearer":
        return False
    with work.practice.database.reading() as conn:
        if session is not None and here_now(conn, session.name, session.epoch, digest_of_session(session)) is not None:
            return True
        if scheme.lower() != "bearer":
            return False
        return program_of(conn, digest_of(key.strip()), today_of(conn, work.clock())) is not None

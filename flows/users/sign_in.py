"""Signing in and out: by password, second factor or OpenID provider; sessions; every attempt is recorded."""

import secrets
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from flows.users.commands import record_change
from flows.users.keys import digest_of
from flows.users.passwords import is_password
from flows.users.queries import SESSION, USER, Person, failures_from, person_of, tries_of, user_of_subject, user_row
from flows.users.second_factor import use_code
from flows.users.throttle import ADDRESS_FAILURES, ADDRESS_MINUTES, COUNTED, waits_until
from models import AppSession, SignIn
from models.columns import AnyRow
from models.database import Database, Transaction
from models.errors import Refused
from models.user_enums import SignInOutcome
from models.values import utc_text


class NotSignedIn(Refused):
    """A sign-in that failed; the message never says whether the name or the password was wrong."""

    def __init__(self, says: str, outcome: SignInOutcome) -> None:
        super().__init__(says)
        self.outcome = outcome


def sign_out(tx: Transaction, name: str, address: str, now: datetime) -> None:
    """End every session of a user."""
    tx.conn.execute(sa.update(USER).where(USER.c.name == name).values(epoch=USER.c.epoch + 1))
    _attempt(tx, name, address, SignInOutcome.SIGNED_OUT, now)


def try_to_sign_in(
    database: Database, name: str, password: str, source: str, now: datetime, today: date
) -> Person | NotSignedIn:
    """Sign in by password from a source: an address, or a browser with an earlier sign-in.

    A failure is returned, not raised: its row must be committed.
    """
    with database.reading() as conn:
        too_many = _waits(conn, name[:63], source, now)
        row = user_row(conn, name)
    # Hashing is slow by design; no other user waits for it, because no transaction is open meanwhile.
    right = not too_many and is_password(password, None if row is None else row.password_hash)
    with database.transaction(actor=name[:63], business_date=today) as tx:
        if too_many:
            says = "too many failed sign-ins; wait a few minutes, then try again"
            return _refused(tx, name, source, now, NotSignedIn(says, SignInOutcome.TOO_MANY))
        return _judge(tx, name, right, source, now)


def _waits(conn: Connection, name: str, source: str, now: datetime) -> bool:
    until = waits_until(tries_of(conn, name, source, utc_text(now - COUNTED)))
    since = utc_text(now - timedelta(minutes=ADDRESS_MINUTES))
    return (until is not None and now < until) or failures_from(conn, source, since) >= ADDRESS_FAILURES


def _judge(tx: Transaction, name: str, right: bool, source: str, now: datetime) -> Person | NotSignedIn:
    row = tx.conn.execute(sa.select(USER).where(USER.c.name == name).with_for_update()).first()
    if row is None or not right:
        wrong = NotSignedIn("incorrect username or password", SignInOutcome.WRONG)
        return _refused(tx, name, source, now, wrong)
    if row.disabled_on is not None:
        says = "this user is deactivated; ask an administrator"
        return _refused(tx, name, source, now, NotSignedIn(says, SignInOutcome.DISABLED))
    # A user with a second factor is not signed in yet, and earlier wrong passwords still count.
    return person_of(row) if row.second_factor else _let_in(tx, row, source, now)


def try_second_factor(
    tx: Transaction, name: str, secret: str, code: str, source: str, now: datetime
) -> Person | NotSignedIn:
    """The second step of a sign-in: a code of the authenticator, or a recovery code."""
    row = tx.conn.execute(sa.select(USER).where(USER.c.name == name).with_for_update()).one()
    if _waits(tx.conn, name, source, now):
        says = "too many failed sign-ins; wait a few minutes, then try again"
        return _refused(tx, name, source, now, NotSignedIn(says, SignInOutcome.TOO_MANY))
    if not use_code(tx, row, secret, code, now):
        says = "the code is incorrect or already used; wait for the next code"
        return _refused(tx, name, source, now, NotSignedIn(says, SignInOutcome.WRONG))
    return _let_in(tx, row, source, now)


def begin_session(tx: Transaction, name: str, address: str, browser: str, now: datetime) -> str:
    """Record a session, so that it can be seen and ended alone; returns its key, which only the browser keeps."""
    key = secrets.token_urlsafe(24)
    row = {
        "key": digest_of(key),
        "user_name": name,
        "began": utc_text(now),
        "address": address,
        "browser": browser[:200],
        "ended": None,
    }
    tx.insert(AppSession, [row])
    return key


def end_session(tx: Transaction, name: str, key_digest: str, now: datetime) -> None:
    """End one session of a user. Raises Refused."""
    mine = sa.and_(SESSION.c.key == key_digest, SESSION.c.user_name == name, SESSION.c.ended.is_(None))
    if tx.conn.execute(sa.update(SESSION).where(mine).values(ended=utc_text(now))).rowcount == 0:
        raise Refused("this session has already ended")
    record_change(tx, name, "session ended", now)


def sign_in_by_subject(tx: Transaction, subject: str, address: str, now: datetime) -> Person | NotSignedIn:
    """Sign in by an OpenID provider; only users to whom an administrator assigned that subject."""
    row = user_of_subject(tx.conn, subject)
    if row is None or row.disabled_on is not None:
        says = "your organization's account is not linked to a user; ask an administrator"
        return _refused(tx, subject, address, now, NotSignedIn(says, SignInOutcome.DISABLED))
    return _let_in(tx, row, address, now)


def _let_in(tx: Transaction, row: AnyRow, address: str, now: datetime) -> Person:
    _attempt(tx, row.name, address, SignInOutcome.SIGNED_IN, now)
    return person_of(row)


def _refused(tx: Transaction, name: str, address: str, now: datetime, why: NotSignedIn) -> NotSignedIn:
    _attempt(tx, name, address, why.outcome, now)
    return why


def _attempt(tx: Transaction, name: str, address: str, outcome: SignInOutcome, now: datetime) -> None:
    row = {
        "id": tx.ids(SignIn, 1)[0],
        "at": utc_text(now),
        "name": name[:63],
        "address": address,
        "outcome": outcome.value,
    }
    tx.insert(SignIn, [row])


KEY = "(a key)"
"""The name of an unknown API key in the log of sign-ins."""


def record_wrong_key(database: Database, address: str, now: datetime) -> bool:
    """Record an unknown key; returns whether more attempts are allowed from there."""
    since = utc_text(now - timedelta(minutes=ADDRESS_MINUTES))
    with database.reading() as conn:
        if failures_from(conn, address, since) >= ADDRESS_FAILURES:
            return False
    with database.transaction(actor="api", business_date=now.date()) as tx:
        _attempt(tx, KEY, address, SignInOutcome.WRONG, now)
    return True

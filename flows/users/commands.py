"""Users: adding, changing, signing in and out; programs that connect. Every change leaves a row that stays."""

import hashlib
import re
import secrets
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from flows.estates.attorneys import attorney_row
from flows.users.passwords import hash_password, is_password
from flows.users.queries import API_TOKEN, USER, Person, failures_from, person_of, user_of_subject, user_row
from models import ApiToken, SignIn, User, UserChange
from models.columns import AnyRow
from models.database import Book, Transaction
from models.errors import Refused
from models.user_kinds import Role, SignInOutcome
from models.values import utc_text

FAILURES = 5
LOCKED_MINUTES = 15
ADDRESS_FAILURES = 30
ADDRESS_MINUTES = 15
"""After so many wrong passwords a name is locked for a while; after so many from one address it is not looked at."""

_NAME = re.compile(r"[a-z0-9][a-z0-9._@-]{1,62}")
TOKEN_MARK = "pastdue_"
"""Keys begin with it, so that one that leaked is found by scanners."""


class RefusedUser(Refused):
    """A user or token that cannot be so; the message says what to do."""


class NotSignedIn(Refused):
    """A sign-in that failed; the message never says whether the name or the password was wrong."""

    def __init__(self, says: str, outcome: SignInOutcome) -> None:
        super().__init__(says)
        self.outcome = outcome


def _tell(tx: Transaction, name: str, what: str, now: datetime) -> None:
    row = {"id": tx.ids(UserChange, 1)[0], "at": utc_text(now), "business_date": tx.business_date, "name": name,
           "what": what, "actor": tx.recorded_actor}  # fmt: skip
    tx.insert(UserChange, [row])


def _known(tx: Transaction, name: str) -> AnyRow:
    row = user_row(tx.conn, name)
    if row is None:
        raise RefusedUser(f'there is no user "{name}"; `pastdue user list` shows them')
    return row


def _roles(tx: Transaction, roles: Iterable[Role], attorney: str | None) -> str:
    words = sorted({role.value for role in roles})
    if not words:
        raise RefusedUser(f"a user has at least one role: {', '.join(Role)}")
    if Role.ATTORNEY in words:
        if len(words) > 1:
            raise RefusedUser("an attorney sees their own matters and nothing else; the role stands alone")
        if attorney is None:
            raise RefusedUser("an attorney's sign-in needs the attorney's code (--attorney)")
        attorney_row(tx.conn, attorney)
    elif attorney is not None:
        raise RefusedUser("only a sign-in with the role attorney belongs to an attorney")
    return ",".join(words)


def add_user(
    tx: Transaction, name: str, full_name: str, roles: Iterable[Role], password: str | None, now: datetime, *,
    attorney: str | None = None, oidc_subject: str | None = None, system_user: str | None = None,
    must_change: bool = True,
) -> None:  # fmt: skip
    """Add somebody who signs in. Raises RefusedUser or WeakPassword."""
    if not _NAME.fullmatch(name):
        raise RefusedUser(f'"{name}" is no name to sign in by; use 2 to 63 small letters, digits, or one of . _ @ -')
    if user_row(tx.conn, name) is not None:
        raise RefusedUser(f'there is a user "{name}" already; a name stays with the person in every history')
    words = _roles(tx, roles, attorney)
    _free_system_user(tx, name, system_user)
    row = {
        "id": tx.ids(User, 1)[0], "name": name, "full_name": full_name.strip() or name, "roles": words,
        "password_hash": None if password is None else hash_password(password, name),
        "must_change": must_change and password is not None, "attorney": attorney, "oidc_subject": oidc_subject,
        "os_user": system_user,
        "epoch": 1, "failures": 0, "locked_until": None, "created_on": tx.business_date, "disabled_on": None,
    }  # fmt: skip
    tx.insert(User, [row])
    _tell(tx, name, f"added as {words}", now)


def _change(tx: Transaction, name: str, values: dict[str, Any], what: str, now: datetime) -> None:
    """Change a user; every session they have ends."""
    ended = {**values, "epoch": USER.c.epoch + 1}
    tx.conn.execute(sa.update(USER).where(USER.c.name == name).values(**ended))
    _tell(tx, name, what, now)


def set_roles(tx: Transaction, name: str, roles: Iterable[Role], now: datetime, *, attorney: str | None = None) -> None:
    """Give a user other roles; they sign in anew. The last administrator stays one."""
    row = _known(tx, name)
    wanted = frozenset(roles)
    if Role.ADMIN not in wanted:
        _keep_an_admin(tx, row)
    words = _roles(tx, wanted, attorney)
    _change(tx, name, {"roles": words, "attorney": attorney}, f"now {words}, was {row.roles}", now)


def set_system_user(tx: Transaction, name: str, system_user: str | None, now: datetime) -> None:
    """Say under which account of the operating system a user types commands; None: under none. Raises RefusedUser."""
    _known(tx, name)
    _free_system_user(tx, name, system_user)
    what = "types no commands" if system_user is None else f"types commands as the system's user {system_user}"
    _change(tx, name, {"os_user": system_user}, what, now)


def _free_system_user(tx: Transaction, name: str, system_user: str | None) -> None:
    if system_user is None:
        return
    if not _NAME.fullmatch(system_user):
        raise RefusedUser(f'"{system_user}" is no account of the operating system; `id -un` shows yours')
    theirs = sa.select(USER.c.name).where(USER.c.os_user == system_user, USER.c.name != name)
    other = tx.conn.execute(theirs).scalar()
    if other is not None:
        raise RefusedUser(f"the system's user {system_user} is {other} here; one account belongs to one person")


def disable_user(tx: Transaction, name: str, now: datetime) -> None:
    """A user signs in no more, and is signed out at once; their name stays in the histories."""
    row = _known(tx, name)
    if row.disabled_on is not None:
        raise RefusedUser(f"{name} was disabled on {row.disabled_on}")
    _keep_an_admin(tx, row)
    _change(tx, name, {"disabled_on": tx.business_date}, "disabled", now)


def enable_user(tx: Transaction, name: str, now: datetime) -> None:
    """A user signs in again who was disabled or locked."""
    _known(tx, name)
    _change(tx, name, {"disabled_on": None, "failures": 0, "locked_until": None}, "may sign in again", now)


def _keep_an_admin(tx: Transaction, row: AnyRow) -> None:
    if Role.ADMIN not in person_of(row).roles:
        return
    others = sa.select(USER).where(USER.c.disabled_on.is_(None), USER.c.name != row.name)
    if not any(Role.ADMIN in person_of(one).roles for one in tx.conn.execute(others)):
        raise RefusedUser(f"{row.name} is the last administrator; give another user the role first")


def set_password(tx: Transaction, name: str, password: str, now: datetime, *, must_change: bool) -> None:
    """Give a user a new password; they are signed out everywhere. Raises RefusedUser or WeakPassword."""
    row = _known(tx, name)
    if is_password(password, row.password_hash):
        raise RefusedUser("that is the password you have; take another one")
    values = {"password_hash": hash_password(password, name), "must_change": must_change, "failures": 0,
              "locked_until": None}  # fmt: skip
    _change(tx, name, values, "password set" if must_change else "password changed", now)


def sign_out(tx: Transaction, name: str, address: str, now: datetime) -> None:
    """End every session of a user."""
    tx.conn.execute(sa.update(USER).where(USER.c.name == name).values(epoch=USER.c.epoch + 1))
    _attempt(tx, name, address, SignInOutcome.SIGNED_OUT, now)


def try_to_sign_in(
    book: Book, name: str, password: str, address: str, now: datetime, today: date
) -> Person | NotSignedIn:  # fmt: skip
    """Sign in by password. A failure is given back, not raised: the row that tells of it must stay."""
    with book.reading() as conn:
        since = utc_text(now - timedelta(minutes=ADDRESS_MINUTES))
        too_many = failures_from(conn, address, since) >= ADDRESS_FAILURES
        row = user_row(conn, name)
    # The hashing takes its time by design; nobody else waits for it, since no transaction is open meanwhile.
    right = not too_many and is_password(password, None if row is None else row.password_hash)
    with book.transaction(actor=name[:63], business_date=today) as tx:
        if too_many:
            says = f"too many sign-ins failed from here; try again in {ADDRESS_MINUTES} minutes"
            return _refused(tx, name, address, now, NotSignedIn(says, SignInOutcome.TOO_MANY))
        return _judge(tx, name, right, address, now)


def _judge(tx: Transaction, name: str, right: bool, address: str, now: datetime) -> Person | NotSignedIn:
    row = tx.conn.execute(sa.select(USER).where(USER.c.name == name).with_for_update()).first()
    wrong = NotSignedIn("the name or the password is not right", SignInOutcome.WRONG)
    if row is None:
        return _refused(tx, name, address, now, wrong)
    if row.locked_until is not None and row.locked_until > utc_text(now):
        says = f"this name is locked after {FAILURES} wrong passwords; wait {LOCKED_MINUTES} minutes, or ask an " \
               "administrator"  # fmt: skip
        return _refused(tx, name, address, now, NotSignedIn(says, SignInOutcome.LOCKED))
    if not right:
        _count_failure(tx, row, now)
        return _refused(tx, name, address, now, wrong)
    if row.disabled_on is not None:
        says = "this name may not sign in any more; ask an administrator"
        return _refused(tx, name, address, now, NotSignedIn(says, SignInOutcome.DISABLED))
    return _let_in(tx, row, address, now)


def sign_in_by_subject(tx: Transaction, subject: str, address: str, now: datetime) -> Person | NotSignedIn:
    """Sign in whom an OpenID provider vouches for; only users whom an administrator gave that subject."""
    row = user_of_subject(tx.conn, subject)
    if row is None or row.disabled_on is not None:
        says = "your organisation knows you, but no user here has your account; ask an administrator"
        return _refused(tx, subject, address, now, NotSignedIn(says, SignInOutcome.DISABLED))
    return _let_in(tx, row, address, now)


def _let_in(tx: Transaction, row: AnyRow, address: str, now: datetime) -> Person:
    tx.conn.execute(sa.update(USER).where(USER.c.id == row.id).values(failures=0, locked_until=None))
    _attempt(tx, row.name, address, SignInOutcome.SIGNED_IN, now)
    return person_of(row)


def _count_failure(tx: Transaction, row: AnyRow, now: datetime) -> None:
    failures = row.failures + 1
    locked = utc_text(now + timedelta(minutes=LOCKED_MINUTES)) if failures >= FAILURES else None
    values = {"failures": 0 if locked else failures, "locked_until": locked}
    tx.conn.execute(sa.update(USER).where(USER.c.id == row.id).values(**values))


def _refused(tx: Transaction, name: str, address: str, now: datetime, why: NotSignedIn) -> NotSignedIn:
    _attempt(tx, name, address, why.outcome, now)
    return why


def _attempt(tx: Transaction, name: str, address: str, outcome: SignInOutcome, now: datetime) -> None:
    row = {"id": tx.ids(SignIn, 1)[0], "at": utc_text(now), "name": name[:63], "address": address,
           "outcome": outcome.value}  # fmt: skip
    tx.insert(SignIn, [row])


def digest_of(token: str) -> str:
    """By what a key is known. A key is random and long, so a plain digest cannot be turned back."""
    return hashlib.sha256(token.encode()).hexdigest()


def add_token(tx: Transaction, name: str, roles: Iterable[Role], now: datetime) -> str:
    """Let a program connect; gives its key, which is told this once. Raises RefusedUser."""
    if not _NAME.fullmatch(name):
        raise RefusedUser(f'"{name}" is no name of a program; use 2 to 63 small letters, digits, or one of . _ @ -')
    if tx.conn.execute(sa.select(API_TOKEN.c.id).where(API_TOKEN.c.name == name)).first() is not None:
        raise RefusedUser(f'there is a token "{name}" already; revoke it, and give the new one another name')
    wanted = frozenset(roles)
    if wanted & {Role.ADMIN, Role.ATTORNEY}:
        raise RefusedUser("a program is no administrator and no attorney; give it the role of the work it does")
    words = _roles(tx, wanted, None)
    token = TOKEN_MARK + secrets.token_urlsafe(32)
    row = {"id": tx.ids(ApiToken, 1)[0], "name": name, "digest": digest_of(token), "roles": words,
           "created_on": tx.business_date, "created_by": tx.actor, "revoked_on": None}  # fmt: skip
    tx.insert(ApiToken, [row])
    _tell(tx, name, f"token made, as {words}", now)
    return token


def revoke_token(tx: Transaction, name: str, now: datetime) -> None:
    """A program connects no more. Raises RefusedUser."""
    mine = sa.and_(API_TOKEN.c.name == name, API_TOKEN.c.revoked_on.is_(None))
    if tx.conn.execute(sa.update(API_TOKEN).where(mine).values(revoked_on=tx.business_date)).rowcount == 0:
        raise RefusedUser(f'there is no token "{name}" that could be revoked; `pastdue token list` shows them')
    _tell(tx, name, "token revoked", now)

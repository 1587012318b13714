"""Users: adding, changing, signing in and out; API keys. Every change is recorded permanently."""

import hashlib
import re
import secrets
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from flows.users.passwords import hash_password, is_password
from flows.users.queries import (
    API_TOKEN,
    SESSION,
    USER,
    Person,
    attorney_row,
    failures_from,
    person_of,
    roles_of,
    tries_of,
    user_of_subject,
    user_row,
)
from flows.users.second_factor import digest_of_code, use_code
from flows.users.throttle import ADDRESS_FAILURES, ADDRESS_MINUTES, COUNTED, waits_until
from models import ApiToken, AppSession, SignIn, User, UserChange
from models.columns import AnyRow
from models.database import Database, Transaction
from models.errors import BadInput, NotFound, NotPermitted, Refused
from models.remedies import Remedy
from models.user_enums import Role, SignInOutcome
from models.values import utc_text

ABOVE = frozenset({Role.ADMIN, Role.AUDITOR, Role.MANAGER})
"""Roles that only an administrator assigns, changes and removes."""

WATCHING = frozenset({Role.ADMIN, Role.AUDITOR})
"""Roles that supervise the others: two administrators must approve who gets them."""

_NAME = re.compile(r"[a-z0-9][a-z0-9._@-]{1,62}")
TOKEN_MARK = "pastdue_"
"""The prefix of keys, so that scanners find a leaked one."""


class NotSignedIn(Refused):
    """A sign-in that failed; the message never says whether the name or the password was wrong."""

    def __init__(self, says: str, outcome: SignInOutcome) -> None:
        super().__init__(says)
        self.outcome = outcome


def _record(tx: Transaction, name: str, what: str, now: datetime) -> None:
    row = {
        "id": tx.ids(UserChange, 1)[0],
        "at": utc_text(now),
        "business_date": tx.business_date,
        "name": name,
        "what": what,
        "actor": tx.recorded_actor,
    }
    tx.insert(UserChange, [row])


def _known(tx: Transaction, name: str) -> AnyRow:
    row = user_row(tx.conn, name)
    if row is None:
        raise NotFound(f'there is no user "{name}"', remedy=Remedy.LIST_USERS)
    return row


def _roles(tx: Transaction, roles: Iterable[Role], attorney: str | None) -> str:
    words = sorted({role.value for role in roles})
    if not words:
        raise Refused(f"a user needs at least one role: {', '.join(Role)}")
    if Role.ATTORNEY in words:
        if len(words) > 1:
            raise Refused("an attorney sees only their own matters", "choose this role alone")
        if attorney is None:
            raise BadInput("a user with the role attorney needs the attorney's code", field="attorney")
        attorney_row(tx.conn, attorney)
    elif attorney is not None:
        raise Refused("only a user with the role attorney can have an attorney's code")
    return ",".join(words)


def add_user(
    tx: Transaction,
    name: str,
    full_name: str,
    roles: Iterable[Role],
    password: str | None,
    now: datetime,
    *,
    attorney: str | None = None,
    oidc_subject: str | None = None,
    system_user: str | None = None,
    must_change: bool = True,
) -> None:
    """Add a user. Raises Refused or BadInput."""
    if not _NAME.fullmatch(name):
        raise BadInput(f'"{name}" is not a valid username', "use 2 to 63 lowercase letters, digits, or one of . _ @ -")
    if user_row(tx.conn, name) is not None:
        raise Refused(f'user "{name}" already exists', "a username stays with the person in every history")
    wanted = frozenset(roles)
    words = _roles(tx, wanted, attorney)
    require_admin_for(tx, wanted)
    _free_system_user(tx, name, system_user)
    asks = _needs_a_second(tx, name, wanted)
    row = {
        "id": tx.ids(User, 1)[0],
        "name": name,
        "full_name": full_name.strip() or name,
        "roles": "" if asks else words,
        "password_hash": None if password is None else hash_password(password, name),
        "must_change": must_change and password is not None,
        "attorney": attorney,
        "oidc_subject": oidc_subject,
        "os_user": system_user,
        "epoch": 1,
        "second_factor": None,
        "second_factor_at": 0,
        "recovery": "",
        "asked_roles": words if asks else None,
        "asked_by": tx.actor if asks else None,
        "created_on": tx.business_date,
        "disabled_on": None,
    }
    tx.insert(User, [row])
    said = words.replace(",", ", ").replace("_", " ")
    _record(tx, name, f"added; roles requested: {said}" if asks else f"added as {said}", now)


def _change(tx: Transaction, name: str, values: Mapping[str, object], what: str, now: datetime) -> None:
    """Change a user; every session they have ends."""
    ended = {**values, "epoch": USER.c.epoch + 1}
    tx.conn.execute(sa.update(USER).where(USER.c.name == name).values(**ended))
    _record(tx, name, what, now)


def set_roles(tx: Transaction, name: str, roles: Iterable[Role], now: datetime, *, attorney: str | None = None) -> bool:
    """Change a user's roles; they must sign in again. The last administrator stays one; users can't change their own
    roles.

    Returns whether the roles are in force: a new administrator or auditor needs a second administrator, if there is
    one.
    """
    row = _known(tx, name)
    if tx.actor == name:
        raise NotPermitted("users can't change their own roles", "ask another administrator")
    wanted = frozenset(roles)
    if Role.ADMIN not in wanted:
        _keep_an_admin(tx, row)
    words = _roles(tx, wanted, attorney)
    has = roles_of(row.roles)
    require_admin_for(tx, wanted | has)
    if _needs_a_second(tx, name, wanted - has):
        asked = {"asked_roles": words, "asked_by": tx.actor}
        tx.conn.execute(sa.update(USER).where(USER.c.name == name).values(**asked))
        _record(tx, name, f"roles requested: {words} (current: {row.roles})", now)
        return False
    what = f"roles: {words} (before: {row.roles})"
    _change(tx, name, {"roles": words, "attorney": attorney, **_NOTHING_ASKED}, what, now)
    return True


def agree_to_roles(tx: Transaction, name: str, now: datetime) -> None:
    """Approve, as a second administrator, roles that another one requested. Raises Refused."""
    row = _asked(tx, name)
    if tx.actor in (row.asked_by, name):
        raise NotPermitted("another administrator must approve: not the requester, and not the user who gets the roles")
    require_admin_for(tx, WATCHING)
    what = f"roles: {row.asked_roles} (before: {row.roles or 'none'}); requested by {row.asked_by}"
    _change(tx, name, {"roles": row.asked_roles, **_NOTHING_ASKED}, what, now)


def decline_roles(tx: Transaction, name: str, now: datetime) -> None:
    """Withdraw, or decline, requested roles. Raises Refused."""
    row = _asked(tx, name)
    require_admin_for(tx, WATCHING)
    tx.conn.execute(sa.update(USER).where(USER.c.name == name).values(**_NOTHING_ASKED))
    _record(tx, name, f"declined roles {row.asked_roles}, requested by {row.asked_by}", now)


_NOTHING_ASKED: dict[str, None] = {"asked_roles": None, "asked_by": None}


def _asked(tx: Transaction, name: str) -> AnyRow:
    row = _known(tx, name)
    if row.asked_roles is None:
        raise Refused(f"no role change is requested for {name}")
    return row


def require_admin_for(tx: Transaction, roles: Iterable[Role]) -> None:
    """Raise NotPermitted if a user who is not an administrator changes roles above their own."""
    actor = user_row(tx.conn, tx.actor)
    if actor is not None and ABOVE & frozenset(roles) and Role.ADMIN not in person_of(actor).roles:
        words = "managers, auditors and administrators"
        raise NotPermitted(f"only an administrator can add, change or deactivate {words}")


def _needs_a_second(tx: Transaction, name: str, new: frozenset[Role]) -> bool:
    """Whether a second administrator must approve, and there is one who can. The initial setup is not done by a user,
    and needs no approval."""
    if not WATCHING & new or user_row(tx.conn, tx.actor) is None:
        return False
    others = sa.select(USER).where(USER.c.disabled_on.is_(None), USER.c.name.not_in([tx.actor, name]))
    return any(Role.ADMIN in person_of(one).roles for one in tx.conn.execute(others))


def set_system_user(tx: Transaction, name: str, system_user: str | None, now: datetime) -> None:
    """Set the operating system account under which a user types commands; None: none. Raises Refused."""
    _known(tx, name)
    _free_system_user(tx, name, system_user)
    what = "no command-line account" if system_user is None else f"command-line account {system_user}"
    _change(tx, name, {"os_user": system_user}, what, now)


def _free_system_user(tx: Transaction, name: str, system_user: str | None) -> None:
    if system_user is None:
        return
    if not _NAME.fullmatch(system_user):
        raise BadInput(f'"{system_user}" is not a system user of this computer', "the command id -un shows yours")
    theirs = sa.select(USER.c.name).where(USER.c.os_user == system_user, USER.c.name != name)
    other = tx.conn.execute(theirs).scalar()
    if other is not None:
        raise Refused(f"system user {system_user} is linked to {other}", "a system user can be linked to one user only")


def disable_user(tx: Transaction, name: str, now: datetime) -> None:
    """Deactivate a user, who is signed out at once; the name stays in the histories."""
    row = _known(tx, name)
    require_admin_for(tx, roles_of(row.roles))
    if row.disabled_on is not None:
        raise Refused(f"{name} was deactivated on {row.disabled_on}")
    _keep_an_admin(tx, row)
    _change(tx, name, {"disabled_on": tx.business_date}, "deactivated", now)


def enable_user(tx: Transaction, name: str, now: datetime) -> None:
    """Reactivate a user."""
    require_admin_for(tx, roles_of(_known(tx, name).roles))
    _change(tx, name, {"disabled_on": None}, "reactivated", now)


def _keep_an_admin(tx: Transaction, row: AnyRow) -> None:
    if Role.ADMIN not in person_of(row).roles:
        return
    others = sa.select(USER).where(USER.c.disabled_on.is_(None), USER.c.name != row.name)
    if not any(Role.ADMIN in person_of(one).roles for one in tx.conn.execute(others)):
        raise Refused(f"{row.name} is the last administrator", "assign the role to another user first")


def set_password(tx: Transaction, name: str, password: str, now: datetime, *, must_change: bool) -> None:
    """Set a user's password; they are signed out everywhere. Raises Refused or BadInput."""
    row = _known(tx, name)
    if tx.actor != name:
        require_admin_for(tx, roles_of(row.roles))
    if is_password(password, row.password_hash):
        raise Refused("that is the current password", "choose a different one")
    values = {"password_hash": hash_password(password, name), "must_change": must_change}
    _change(tx, name, values, "password set" if must_change else "password changed", now)


def invite(tx: Transaction, name: str, now: datetime) -> int:
    """Let a user set a password by a link: the old one is removed. Returns the epoch until which the link is
    valid. Raises Refused."""
    row = _known(tx, name)
    require_admin_for(tx, roles_of(row.roles))
    if row.disabled_on is not None:
        raise Refused(f"{name} was deactivated on {row.disabled_on}", "reactivate the user first")
    _change(tx, name, {"password_hash": None, "must_change": False}, "password link created", now)
    return row.epoch + 1


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


def set_second_factor(tx: Transaction, name: str, sealed: str | None, codes: Iterable[str], now: datetime) -> None:
    """Set a user's second factor, its secret sealed, with the digests of its recovery codes; None: remove it."""
    row = _known(tx, name)
    if tx.actor != name:
        require_admin_for(tx, roles_of(row.roles))
    recovery = " ".join(digest_of_code(code) for code in codes)
    values = {"second_factor": sealed, "second_factor_at": 0, "recovery": recovery}
    _change(tx, name, values, "second factor set up" if sealed else "second factor removed", now)


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
    _record(tx, name, "session ended", now)


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


def digest_of(token: str) -> str:
    """The digest of a key. A key is random and long, so a plain digest can't be reversed."""
    return hashlib.sha256(token.encode()).hexdigest()


TOKEN_DAYS = 365
"""The default validity of a key."""

MOST_TOKEN_DAYS = 3_650


def add_token(tx: Transaction, name: str, roles: Iterable[Role], now: datetime, days: int = TOKEN_DAYS) -> str:
    """Create an API key for some days; returns the key, which is shown once. Raises Refused."""
    if not 1 <= days <= MOST_TOKEN_DAYS:
        raise Refused(f"an API key can be valid for 1 to {MOST_TOKEN_DAYS:,} days")
    if not _NAME.fullmatch(name):
        raise BadInput(f'"{name}" is not a valid key name', "use 2 to 63 lowercase letters, digits, or one of . _ @ -")
    if tx.conn.execute(sa.select(API_TOKEN.c.id).where(API_TOKEN.c.name == name)).first() is not None:
        raise Refused(f'API key "{name}" already exists', "revoke it, and use another name for the new one")
    wanted = frozenset(roles)
    if wanted & {Role.ADMIN, Role.ATTORNEY}:
        raise BadInput("an API key can't have the role admin or attorney", "assign the role for the work it does")
    words = _roles(tx, wanted, None)
    require_admin_for(tx, wanted)
    token = TOKEN_MARK + secrets.token_urlsafe(32)
    row = {
        "id": tx.ids(ApiToken, 1)[0],
        "name": name,
        "digest": digest_of(token),
        "roles": words,
        "created_on": tx.business_date,
        "created_by": tx.actor,
        "ends_on": tx.business_date + timedelta(days=days),
        "used_at": None,
        "revoked_on": None,
    }
    tx.insert(ApiToken, [row])
    _record(tx, name, f"API key created, roles: {words}", now)
    return token


def used_token(database: Database, digest: str, now: datetime) -> None:
    """Record when a key was used last, to the hour: not each request is a change."""
    hour = utc_text(now.replace(minute=0, second=0, microsecond=0))
    mine = sa.and_(API_TOKEN.c.digest == digest, sa.or_(API_TOKEN.c.used_at.is_(None), API_TOKEN.c.used_at < hour))
    with database.reading() as conn:
        if conn.execute(sa.select(API_TOKEN.c.id).where(mine)).first() is None:
            return
    with database.transaction(actor="api", business_date=now.date()) as tx:
        tx.conn.execute(sa.update(API_TOKEN).where(mine).values(used_at=hour))


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


def revoke_token(tx: Transaction, name: str, now: datetime) -> None:
    """Revoke an API key. Raises Refused."""
    mine = sa.and_(API_TOKEN.c.name == name, API_TOKEN.c.revoked_on.is_(None))
    if tx.conn.execute(sa.update(API_TOKEN).where(mine).values(revoked_on=tx.business_date)).rowcount == 0:
        raise NotFound(f'there is no active API key "{name}"', remedy=Remedy.LIST_TOKENS)
    _record(tx, name, "API key revoked", now)

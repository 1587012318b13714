"""Users, API keys, and sign-in attempts."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypedDict

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from flows.users.throttle import Tries
from models import ApiToken, AppSession, Attorney, Creditor, SignIn, User, UserChange
from models.columns import AnyRow, columns_as, table
from models.errors import NotFound
from models.labels import PROCESSES
from models.remedies import Remedy
from models.user_enums import Role, SignInOutcome

API_TOKEN = table(ApiToken)
ATTORNEY = table(Attorney)
CREDITOR = table(Creditor)
SESSION = table(AppSession)
SIGN_IN = table(SignIn)
USER = table(User)
USER_CHANGE = table(UserChange)

FAILED = (SignInOutcome.WRONG.value, SignInOutcome.LOCKED.value)
"""Attempts that failed; earlier versions locked names."""


@dataclass(frozen=True, slots=True)
class Person:
    """A signed-in user, or a program with a key. `creditors`: those whose reports they may read; None: all."""

    name: str
    full_name: str
    roles: frozenset[Role]
    attorney: str | None = None
    epoch: int = 0
    must_change: bool = False
    has_second_factor: bool = False
    has_password: bool = False
    creditors: frozenset[int] | None = None


_WORKERS = frozenset({Role.COLLECTOR, Role.CLERK, Role.MAIL_ROOM, Role.ESTATE_DESK, Role.MANAGER})


def roles_of(text: str) -> frozenset[Role]:
    """Roles as they are stored."""
    return frozenset(Role(word) for word in text.split(",") if word)


def keys_of(text: str) -> frozenset[int] | None:
    """Keys of creditors as they are stored; None: all of them."""
    return frozenset(int(word) for word in text.split(",")) if text else None


def user_row(conn: Connection, name: str) -> AnyRow | None:
    """A user by username."""
    return conn.execute(sa.select(USER).where(USER.c.name == name)).first()


def called_by(conn: Connection, actors: Iterable[str]) -> dict[str, str]:
    """Who acted, as an auditor reads it: ``Maria Costa (collector)``. A name that is not a user's stays as it is."""
    query = sa.select(USER.c.name, USER.c.full_name, USER.c.roles).where(USER.c.name.in_(sorted(set(actors))))
    return dict(PROCESSES) | {
        row.name: f"{row.full_name} ({', '.join(sorted(role.label for role in roles_of(row.roles)))})"
        for row in conn.execute(query)
    }


def full_names(conn: Connection) -> dict[str, str]:
    """The full name of each user, active or not, by username."""
    return {row.name: row.full_name for row in conn.execute(sa.select(USER.c.name, USER.c.full_name))}


def workers_of(conn: Connection) -> list[str]:
    """The active users to whom a task can be assigned, by username."""
    rows = conn.execute(sa.select(USER).where(USER.c.disabled_on.is_(None)).order_by(USER.c.name))
    return [row.name for row in rows if roles_of(row.roles) & _WORKERS]


def user_of_subject(conn: Connection, subject: str) -> AnyRow | None:
    """The user with this subject at an OpenID provider."""
    return conn.execute(sa.select(USER).where(USER.c.oidc_subject == subject)).first()


def user_of_system(conn: Connection, system_user: str) -> Person | None:
    """The user who types commands under an account of the operating system."""
    row = conn.execute(sa.select(USER).where(USER.c.os_user == system_user, USER.c.disabled_on.is_(None))).first()
    return None if row is None else person_of(row)


def person_of(row: AnyRow) -> Person:
    """A user as a person."""
    return Person(
        row.name,
        row.full_name,
        roles_of(row.roles),
        row.attorney,
        row.epoch,
        row.must_change,
        row.second_factor is not None,
        row.password_hash is not None,
        keys_of(row.creditors),
    )


def here_now(conn: Connection, name: str, epoch: int, session: str | None = None) -> Person | None:
    """The user of a session; None if it has ended: alone, by signing out, by a change of roles or password.

    `session` is the digest of its key, if it has one.
    """
    row = user_row(conn, name)
    if row is None or row.disabled_on is not None or row.epoch != epoch:
        return None
    if session is not None:
        kept = session_row(conn, session)
        if kept is None or kept.ended is not None:
            return None
    return person_of(row)


def program_of(conn: Connection, digest: str, today: date) -> Person | None:
    """The program with the key of this digest; None if it was revoked, or has expired."""
    return _program(conn, API_TOKEN.c.digest == digest, today)


def _program(conn: Connection, which: sa.ColumnElement[bool], today: date) -> Person | None:
    row = conn.execute(sa.select(API_TOKEN).where(which)).first()
    if row is None or row.revoked_on is not None or (row.ends_on is not None and row.ends_on < today):
        return None
    return Person(row.name, row.name, roles_of(row.roles), creditors=keys_of(row.creditors))


def somebody_now(conn: Connection, name: str, today: date) -> Person | None:
    """The user or the program of a name, with the rights of now; None if they may not sign in or connect any more."""
    row = user_row(conn, name)
    if row is not None:
        return None if row.disabled_on is not None else person_of(row)
    return _program(conn, API_TOKEN.c.name == name, today)


def failures_from(conn: Connection, address: str, since: str) -> int:
    """How many attempts from an address failed since an instant; by ix_sign_in_address."""
    query = sa.select(sa.func.count()).where(
        SIGN_IN.c.address == address, SIGN_IN.c.at >= since, SIGN_IN.c.outcome.in_(FAILED)
    )
    return conn.execute(query).scalar_one()


def tries_of(conn: Connection, name: str, source: str, since: str) -> Tries:
    """Wrong passwords for a name from a place since the last right one, or since an instant; by ix_sign_in_name."""
    here = sa.and_(SIGN_IN.c.name == name, SIGN_IN.c.address == source, SIGN_IN.c.at >= since)
    right = sa.select(sa.func.coalesce(sa.func.max(SIGN_IN.c.id), 0)).where(
        here, SIGN_IN.c.outcome == SignInOutcome.SIGNED_IN.value
    )
    query = sa.select(sa.func.count(), sa.func.max(SIGN_IN.c.at)).where(
        here, SIGN_IN.c.outcome.in_(FAILED), SIGN_IN.c.id > right.scalar_subquery()
    )
    wrong, last = conn.execute(query).one()
    return Tries(wrong, datetime.fromisoformat(last) if last else None)


def session_row(conn: Connection, key: str) -> AnyRow | None:
    """A session by the digest of its key."""
    return conn.execute(sa.select(SESSION).where(SESSION.c.key == key)).first()


class SessionLine(TypedDict):
    """A session of a user; `key` is the digest of its own."""

    key: str
    user_name: str
    began: str
    address: str
    browser: str
    ended: str | None


class UserLine(TypedDict):
    """A user, with the present and the requested roles."""

    name: str
    full_name: str
    attorney: str | None
    os_user: str | None
    created_on: date
    disabled_on: date | None
    must_change: bool
    asked_by: str | None
    roles: list[str]
    asked_roles: list[str]
    second_factor: bool
    creditors: list[str]


class TokenLine(TypedDict):
    """An API key."""

    name: str
    created_on: date
    created_by: str
    ends_on: date | None
    used_at: str | None
    revoked_on: date | None
    roles: list[str]


class SignInLine(TypedDict):
    """An attempt to sign in."""

    id: int
    at: str
    name: str
    address: str
    outcome: str


class UserChangeLine(TypedDict):
    """A change of a user or an API key."""

    id: int
    at: str
    business_date: date
    name: str
    what: str
    actor: str


def sessions_of(conn: Connection, name: str, since: str) -> list[SessionLine]:
    """A user's sessions that were not ended, the latest first; by ix_app_session_user."""
    query = (
        sa.select(SESSION)
        .where(SESSION.c.user_name == name, SESSION.c.ended.is_(None), SESSION.c.began >= since)
        .order_by(SESSION.c.began.desc())
    )
    return [columns_as(SessionLine, row) for row in conn.execute(query)]


def anybody_signs_in(conn: Connection) -> bool:
    """Whether there is an active user: then a practice is live, and no longer in setup or a trial."""
    return conn.execute(sa.select(USER.c.id).where(USER.c.disabled_on.is_(None)).limit(1)).first() is not None


def roles_held(conn: Connection) -> frozenset[str] | None:
    """The labels of the roles that an active user has; None while there are no users at all."""
    held = conn.execute(sa.select(USER.c.roles).where(USER.c.disabled_on.is_(None))).scalars().all()
    return frozenset(role.label for roles in held for role in roles_of(roles)) if held else None


def users(conn: Connection) -> list[UserLine]:
    """All users, active ones first."""
    codes = {row[0]: row[1] for row in conn.execute(sa.select(CREDITOR.c.id, CREDITOR.c.external_id))}
    query = sa.select(USER).order_by(USER.c.disabled_on.is_not(None), USER.c.name)
    return [
        {
            "name": row.name,
            "full_name": row.full_name,
            "attorney": row.attorney,
            "os_user": row.os_user,
            "created_on": row.created_on,
            "disabled_on": row.disabled_on,
            "must_change": row.must_change,
            "asked_by": row.asked_by,
            "roles": sorted(role.value for role in roles_of(row.roles)),
            "asked_roles": sorted(role.value for role in roles_of(row.asked_roles or "")),
            "second_factor": row.second_factor is not None,
            "creditors": sorted(codes[key] for key in keys_of(row.creditors) or ()),
        }
        for row in conn.execute(query)
    ]


def tokens(conn: Connection) -> list[TokenLine]:
    """The API keys."""
    query = sa.select(API_TOKEN).order_by(API_TOKEN.c.name)
    return [
        {
            "name": row.name,
            "created_on": row.created_on,
            "created_by": row.created_by,
            "ends_on": row.ends_on,
            "used_at": row.used_at,
            "revoked_on": row.revoked_on,
            "roles": sorted(role.value for role in roles_of(row.roles)),
        }
        for row in conn.execute(query)
    ]


def sign_ins(conn: Connection, limit: int = 100) -> list[SignInLine]:
    """The latest attempts to sign in."""
    query = sa.select(SIGN_IN).order_by(SIGN_IN.c.id.desc()).limit(limit)
    return [columns_as(SignInLine, row) for row in conn.execute(query)]


def user_changes(conn: Connection, since: date | None = None, limit: int = 200) -> list[UserChangeLine]:
    """Changes of users and API keys, the latest first."""
    query = sa.select(USER_CHANGE).order_by(USER_CHANGE.c.id.desc()).limit(limit)
    if since is not None:
        query = query.where(USER_CHANGE.c.business_date >= since)
    return [columns_as(UserChangeLine, row) for row in conn.execute(query)]


def attorney_row(conn: Connection, code: str) -> AnyRow:
    """An attorney by their code; raises NotFound."""
    row = conn.execute(sa.select(ATTORNEY).where(ATTORNEY.c.code == code)).first()
    if row is None:
        known = ", ".join(conn.execute(sa.select(ATTORNEY.c.code).order_by(ATTORNEY.c.code)).scalars()) or "none yet"
        raise NotFound(f'there is no attorney "{code}"', f"the attorneys are {known}", remedy=Remedy.ENTER_ATTORNEY)
    return row

"""Who may sign in, and what became of attempts to."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from models import ApiToken, SignIn, User, UserChange
from models.columns import AnyRow, table
from models.user_kinds import Role

API_TOKEN = table(ApiToken)
SIGN_IN = table(SignIn)
USER = table(User)
USER_CHANGE = table(UserChange)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who is signed in, or a program that connects: by what name they act, and what they do here."""

    name: str
    full_name: str
    roles: frozenset[Role]
    attorney: str | None = None
    epoch: int = 0
    must_change: bool = False


def roles_of(text: str) -> frozenset[Role]:
    """Roles as they are stored."""
    return frozenset(Role(word) for word in text.split(",") if word)


def user_row(conn: Connection, name: str) -> AnyRow | None:
    """A user by the name under which they sign in."""
    return conn.execute(sa.select(USER).where(USER.c.name == name)).first()


def user_of_subject(conn: Connection, subject: str) -> AnyRow | None:
    """The user whom an OpenID provider knows by this subject."""
    return conn.execute(sa.select(USER).where(USER.c.oidc_subject == subject)).first()


def user_of_system(conn: Connection, system_user: str) -> Person | None:
    """The user who types commands under an account of the operating system."""
    row = conn.execute(sa.select(USER).where(USER.c.os_user == system_user, USER.c.disabled_on.is_(None))).first()
    return None if row is None else person_of(row)


def person_of(row: AnyRow) -> Person:
    """Who a user is."""
    return Person(row.name, row.full_name, roles_of(row.roles), row.attorney, row.epoch, row.must_change)


def here_now(conn: Connection, name: str, epoch: int) -> Person | None:
    """Who a session belongs to; None where it was ended since: signed out, disabled, another role or password."""
    row = user_row(conn, name)
    if row is None or row.disabled_on is not None or row.epoch != epoch:
        return None
    return person_of(row)


def program_of(conn: Connection, digest: str) -> Person | None:
    """The program whose key has this digest."""
    row = conn.execute(sa.select(API_TOKEN).where(API_TOKEN.c.digest == digest)).first()
    if row is None or row.revoked_on is not None:
        return None
    return Person(row.name, row.name, roles_of(row.roles))


def failures_from(conn: Connection, address: str, since: str) -> int:
    """How many attempts from an address failed since an instant; by ix_sign_in_address."""
    query = sa.select(sa.func.count()).where(
        SIGN_IN.c.address == address, SIGN_IN.c.at >= since, SIGN_IN.c.outcome.in_(("wrong", "locked"))
    )
    return conn.execute(query).scalar_one()


def anybody_signs_in(conn: Connection) -> bool:
    """Whether there is a user who may sign in: then a practice is at work, and no longer being set up or tried."""
    return conn.execute(sa.select(USER.c.id).where(USER.c.disabled_on.is_(None)).limit(1)).first() is not None


def users(conn: Connection) -> list[dict[str, Any]]:
    """All users, those who may sign in first."""
    query = sa.select(USER).order_by(USER.c.disabled_on.is_not(None), USER.c.name)
    names = ("name", "full_name", "attorney", "os_user", "created_on", "disabled_on", "locked_until", "must_change")
    return [
        {**{name: getattr(row, name) for name in names}, "roles": sorted(role.value for role in roles_of(row.roles))}
        for row in conn.execute(query)
    ]


def tokens(conn: Connection) -> list[dict[str, Any]]:
    """The programs that connect."""
    query = sa.select(API_TOKEN).order_by(API_TOKEN.c.name)
    names = ("name", "created_on", "created_by", "revoked_on")
    return [
        {**{name: getattr(row, name) for name in names}, "roles": sorted(role.value for role in roles_of(row.roles))}
        for row in conn.execute(query)
    ]


def sign_ins(conn: Connection, limit: int = 100) -> list[dict[str, Any]]:
    """The latest attempts to sign in."""
    query = sa.select(SIGN_IN).order_by(SIGN_IN.c.id.desc()).limit(limit)
    return [dict(row) for row in conn.execute(query).mappings()]


def user_changes(conn: Connection, since: date | None = None, limit: int = 200) -> list[dict[str, Any]]:
    """What was changed about users and tokens, the latest first."""
    query = sa.select(USER_CHANGE).order_by(USER_CHANGE.c.id.desc()).limit(limit)
    if since is not None:
        query = query.where(USER_CHANGE.c.business_date >= since)
    return [dict(row) for row in conn.execute(query).mappings()]

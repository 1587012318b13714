"""API keys: created, used, revoked."""

import hashlib
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta

import sqlalchemy as sa

from flows.users.commands import NAME, limits_of, record_change, require_admin_for, roles_text
from flows.users.queries import API_TOKEN
from models import ApiToken
from models.database import Database, Transaction
from models.errors import BadInput, NotFound, Refused
from models.remedies import Remedy
from models.user_enums import Role
from models.values import utc_text

TOKEN_MARK = "pastdue_"
"""The prefix of keys, so that scanners find a leaked one."""


def digest_of(token: str) -> str:
    """The digest of a key. A key is random and long, so a plain digest can't be reversed."""
    return hashlib.sha256(token.encode()).hexdigest()


TOKEN_DAYS = 365
"""The default validity of a key."""

MOST_TOKEN_DAYS = 3_650


def add_token(tx: Transaction, name: str, roles: Iterable[Role], now: datetime, days: int = TOKEN_DAYS) -> str:
    """Create an API key for some days; returns the key, which is shown once. Its creditors are those of
    the user who creates it. Raises Refused."""
    if not 1 <= days <= MOST_TOKEN_DAYS:
        raise Refused(f"an API key can be valid for 1 to {MOST_TOKEN_DAYS:,} days")
    if not NAME.fullmatch(name):
        raise BadInput(f'"{name}" is not a valid key name', "use 2 to 63 lowercase letters, digits, or one of . _ @ -")
    if tx.conn.execute(sa.select(API_TOKEN.c.id).where(API_TOKEN.c.name == name)).first() is not None:
        raise Refused(f'API key "{name}" already exists', "revoke it, and use another name for the new one")
    wanted = frozenset(roles)
    if wanted & {Role.ADMIN, Role.ATTORNEY}:
        raise BadInput("an API key can't have the role admin or attorney", "assign the role for the work it does")
    words = roles_text(tx, wanted, None)
    require_admin_for(tx, wanted)
    token = TOKEN_MARK + secrets.token_urlsafe(32)
    row = {
        "id": tx.ids(ApiToken, 1)[0],
        "name": name,
        "digest": digest_of(token),
        "roles": words,
        "creditors": limits_of(tx, tx.actor),
        "created_on": tx.business_date,
        "created_by": tx.actor,
        "ends_on": tx.business_date + timedelta(days=days),
        "used_at": None,
        "revoked_on": None,
    }
    tx.insert(ApiToken, [row])
    record_change(tx, name, f"API key created, roles: {words}", now)
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


def revoke_token(tx: Transaction, name: str, now: datetime) -> None:
    """Revoke an API key. Raises Refused."""
    mine = sa.and_(API_TOKEN.c.name == name, API_TOKEN.c.revoked_on.is_(None))
    if tx.conn.execute(sa.update(API_TOKEN).where(mine).values(revoked_on=tx.business_date)).rowcount == 0:
        raise NotFound(f'there is no active API key "{name}"', remedy=Remedy.LIST_TOKENS)
    record_change(tx, name, "API key revoked", now)

"""The second factor: a code of six digits that changes every 30 seconds (TOTP, RFC 6238), and recovery codes."""

import hashlib
import secrets
from datetime import datetime
from hmac import compare_digest

import segno
import sqlalchemy as sa
from pyotp import random_base32
from pyotp.totp import TOTP

from flows.users.queries import USER
from models.columns import AnyRow
from models.database import Transaction

CODES = 10
STEP_SECONDS = 30
DRIFT = 1
"""A phone's clock may be a step off."""


def new_secret() -> str:
    """A secret for an authenticator app."""
    return random_base32()


def qr_of(secret: str, name: str, practice: str = "pastdue") -> str:
    """What an authenticator app scans, as an image for a page."""
    uri = TOTP(secret).provisioning_uri(name=name, issuer_name=practice)
    return segno.make(uri, error="m").svg_data_uri(scale=4, border=4)


def step_of(secret: str, code: str, now: datetime, after: int) -> int | None:
    """The time step of a code, if it is correct and later than the last one used; None if not."""
    digits = code.replace(" ", "")
    present = int(now.timestamp()) // STEP_SECONDS
    for step in range(present - DRIFT, present + DRIFT + 1):
        if step > after and compare_digest(TOTP(secret).at(step * STEP_SECONDS).encode(), digits.encode()):
            return step
    return None


def digest_of_code(code: str) -> str:
    """The digest of a recovery code; the code is random and long, so that its digest can't be reversed."""
    return hashlib.sha256(code.replace("-", "").replace(" ", "").lower().encode()).hexdigest()


def new_codes() -> list[str]:
    """Recovery codes, shown once."""
    return ["-".join(secrets.token_hex(2) for _ in range(4)) for _ in range(CODES)]


def use_code(tx: Transaction, row: AnyRow, secret: str, code: str, now: datetime) -> bool:
    """Whether a code of the app, or a recovery code, is correct; each is valid once."""
    step = step_of(secret, code, now, row.second_factor_at)
    if step is not None:
        used = sa.update(USER).where(USER.c.id == row.id, USER.c.second_factor_at < step)
        return tx.conn.execute(used.values(second_factor_at=step)).rowcount == 1
    left: list[str] = row.recovery.split() if row.recovery else []
    digest = digest_of_code(code)
    if digest not in left:
        return False
    left.remove(digest)
    spent = sa.update(USER).where(USER.c.id == row.id, USER.c.recovery == row.recovery)
    return tx.conn.execute(spent.values(recovery=" ".join(left))).rowcount == 1

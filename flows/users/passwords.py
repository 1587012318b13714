"""Passwords: hashing with Argon2id, and the requirements."""

import secrets
from functools import cache

from pwdlib import PasswordHash
from zxcvbn import zxcvbn

from models.errors import BadInput

SHORTEST = 12
LONGEST = 200
"""NIST SP 800-63B: length counts, not kinds of characters; and a text of any length must not keep the hashing busy."""

GUESSES_LOG10 = 10
"""Fewer guesses than ten thousand million find it: a leaked or common password, a name, a row of keys, a year."""

_JUDGED = 72
"""The guesses are counted over so many characters at most; longer ones take too long to check."""

_OURS = ["pastdue", "collections", "hospital", "clinic", "billing"]


@cache
def _hasher() -> PasswordHash:
    return PasswordHash.recommended()


def hash_password(password: str, name: str) -> str:
    """The Argon2id hash of a new password. Raises BadInput."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise BadInput(f"a password needs {SHORTEST} to {LONGEST} characters", "use several words in a row")
    guessed = zxcvbn(password[:_JUDGED], user_inputs=[name, *_OURS])
    if name.casefold() in password.casefold() or guessed["guesses_log10"] < GUESSES_LOG10:
        raise BadInput("this password is easy to guess", "use several unrelated words")
    return _hasher().hash(password)


def is_password(password: str, hashed: str | None) -> bool:
    """Whether it is the password; takes as long if there is none, so that existing names are not revealed."""
    if hashed is None:
        _hasher().verify(password[:LONGEST], _nobodys())
        return False
    return _hasher().verify(password[:LONGEST], hashed)


@cache
def _nobodys() -> str:
    return _hasher().hash(secrets.token_urlsafe())


def made_up_password() -> str:
    """A random password, shown once and changed at the first sign-in."""
    return secrets.token_urlsafe(12)

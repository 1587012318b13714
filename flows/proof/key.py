"""The key of the heads: outside the database, so that a person who can write only there can't seal altered data
again."""

import os
import secrets
from pathlib import Path

from models.environment import Settings
from models.errors import Refused

FILE = "history.key"
SHORTEST = 32


class HistoryKeyLost(Refused):
    """The heads can't be sealed or verified without the right key; the message says what to do."""


def history_key(settings: Settings) -> bytes | None:
    """The key: from PASTDUE_HISTORY_KEY, or from its file in the home; None if there is none yet."""
    if settings.history_key:
        if len(settings.history_key) < SHORTEST:
            raise HistoryKeyLost(f"PASTDUE_HISTORY_KEY is shorter than {SHORTEST} characters", "use a longer key")
        return settings.history_key.encode()
    file = settings.home / FILE
    return file.read_bytes().strip() or None if file.exists() else None


def make_key(home: Path) -> bytes:
    """A key of its own for a home, readable by its owner only."""
    home.mkdir(parents=True, exist_ok=True)
    made = secrets.token_hex(32).encode()
    handle = os.open(home / FILE, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(made)
        file.flush()
        os.fsync(file.fileno())
    return made

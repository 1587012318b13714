"""Values that a browser stores and returns, sealed: signed, so that they cannot be altered, and encrypted."""

import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from hmac import compare_digest, digest
from pathlib import Path
from typing import Any

import orjson
from cryptography.fernet import Fernet, InvalidToken

IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=12)
"""A session ends after this much inactivity, and always after the longest time."""

KEEP_TYPED = timedelta(hours=1)
"""How long an unsaved form is kept for its user to sign in again."""


SECRET_FOR = timedelta(days=36_500)
"""A secret that is kept sealed in the database has no practical age limit."""


@dataclass(frozen=True, slots=True)
class Session:
    """A user's session. It ends when the user's `epoch` has changed: a new password, a new role, a sign-out.

    `key` is its own key, by which it can be ended alone.
    """

    name: str
    epoch: int
    began: int
    seen: int
    key: str = ""

    def over(self, now: datetime) -> bool:
        """Whether it has expired."""
        return now.timestamp() > min(self.seen + IDLE.total_seconds(), self.began + LONGEST.total_seconds())


@dataclass(frozen=True, slots=True)
class TypedForm:
    """A form that could not be submitted, as its user filled it in."""

    name: str
    path: str
    fields: tuple[tuple[str, str], ...]
    files: tuple[str, ...] = ()


class Seal:
    """Seals and opens values with the practice's secret."""

    def __init__(self, secret: bytes) -> None:
        self._fernet = Fernet(secret)
        self._secret = secret

    def session(self, session: Session) -> str:
        """A session as a cookie."""
        return self._close({"kind": "session", **asdict(session)})

    def open_session(self, text: str, now: datetime) -> Session | None:
        """The session of a cookie; None if it was altered or has expired."""
        found = self._open(text, "session", LONGEST, now)
        session = None if found is None else Session(**found)
        return None if session is None or session.over(now) else session

    def typed(self, form: TypedForm) -> str:
        """A form kept for its user to sign in again."""
        return self._close({"kind": "typed", **asdict(form)})

    def open_typed(self, text: str, now: datetime) -> TypedForm | None:
        """The kept form; None if it was altered or is too old."""
        found = self._open(text, "typed", KEEP_TYPED, now)
        if found is None:
            return None
        fields = tuple((name, value) for name, value in found["fields"])
        return TypedForm(found["name"], found["path"], fields, tuple(found["files"]))

    def word(self, words: Mapping[str, object]) -> str:
        """A few values that must be returned unchanged, such as the state of a sign-in at a provider."""
        return self._close({"kind": "words", **words})

    def open_word(self, text: str, now: datetime, within: timedelta) -> dict[str, Any] | None:
        """The values that were returned."""
        return self._open(text, "words", within, now)

    def form_key(self, name: str, epoch: int) -> str:
        """The key in every form of a signed-in user, so that no other site can submit one in the user's name."""
        return f"{self._form_mac(name, epoch)}.{epoch}.{name}"

    def writer_of(self, form_key: str) -> str | None:
        """The user whose page had a form's key, even if they have signed out since; None if the key is not ours."""
        mac, _, rest = form_key.partition(".")
        epoch, _, name = rest.partition(".")
        if not (epoch.isdecimal() and len(epoch) <= 12):
            return None
        return name if compare_digest(mac.encode(), self._form_mac(name, int(epoch)).encode()) else None

    def _form_mac(self, name: str, epoch: int) -> str:
        return digest(self._secret, f"form {name} {epoch}".encode(), sha256).hex()

    def _close(self, value: Mapping[str, object]) -> str:
        return self._fernet.encrypt(orjson.dumps(value)).decode()

    def _open(self, text: str, kind: str, within: timedelta, now: datetime) -> dict[str, Any] | None:
        try:
            raw = self._fernet.decrypt(text.encode())
            made = datetime.fromtimestamp(self._fernet.extract_timestamp(text.encode()), UTC)
        except InvalidToken:
            return None
        value = orjson.loads(raw)
        if value.pop("kind", None) != kind or now - made > within:
            return None
        return value


def link_path(seal: Seal, name: str, epoch: int) -> str:
    """The path of a link for setting a password; it is valid once."""
    return f"/set-password?link={seal.word({'set': name, 'epoch': epoch})}"


def secret_of(home: Path) -> bytes:
    """The secret of a practice, created at the first use and readable by its owner only."""
    file = home / "web.secret"
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        beside = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
        beside.touch(0o600, exist_ok=False)
        beside.write_bytes(Fernet.generate_key())
        try:
            # If two processes start at once, the first one's secret is used by both.
            file.hardlink_to(beside)
        except FileExistsError:
            pass
        finally:
            beside.unlink()
    return file.read_bytes().strip()

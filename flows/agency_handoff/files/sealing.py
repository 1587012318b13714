"""Encrypts files for an agency and decrypts its files, by age or PGP, with keys in the practice's files."""

from pathlib import Path
from typing import Any

import pyrage
import pysequoia

from flows.settings.contracts.terms import Seal, Sealing
from models.errors import Refused

_age: Any = pyrage
"""Its types are in a compiled module without type information."""

_AGE_ERRORS: tuple[type[Exception], ...] = (
    _age.RecipientError,
    _age.EncryptError,
    _age.IdentityError,
    _age.DecryptError,
)

ENDING = {Seal.NONE: "", Seal.AGE: ".age", Seal.PGP: ".pgp"}
"""The suffix of an encrypted file's name."""

_AGE = b"age-encryption.org/v1"
_PGP_TEXT = b"-----BEGIN PGP MESSAGE"


class BadKey(Refused):
    """A key that is missing or invalid, or a file that it can't decrypt; the message states which."""


def seal(content: bytes, how: Sealing, home: Path) -> bytes:
    """Encrypt a file for its agency. Raises BadKey if the key is missing or is no public key."""
    if how.seal is Seal.NONE:
        return content
    key = _key_file(how.for_key, home)
    try:
        if how.seal is Seal.AGE:
            return _age.encrypt(content, [_age.x25519.Recipient.from_str(_first_line(key, "age1"))])
        return pysequoia.encrypt(content, recipients=[pysequoia.Cert.from_file(str(key))], armor=False)
    except (ValueError, RuntimeError, *_AGE_ERRORS) as error:
        raise BadKey(
            f"{key}: is not a public key for {how.seal.value} ({_said(error)})", "ask the agency for its public key"
        ) from None


def open_sealed(content: bytes, how: Sealing, home: Path, name: str) -> bytes:
    """The content of an agency's file, decrypted if it was encrypted. Raises BadKey if it cannot be decrypted."""
    if not is_sealed(content, name):
        return content
    if how.open_with is None:
        raise BadKey(f"{name}: is encrypted", "enter our private key in the agency's terms file under seal: open_with")
    key = _key_file(how.open_with, home)
    try:
        if content.startswith(_AGE):
            return _age.decrypt(content, [_age.x25519.Identity.from_str(_first_line(key, "AGE-SECRET-KEY-"))])
        opened = pysequoia.decrypt(content, decryptor=pysequoia.Tsk.from_file(str(key)).decryptor())
        return bytes(opened.bytes or b"")
    except (ValueError, RuntimeError, *_AGE_ERRORS) as error:
        raise BadKey(
            f"{name}: can't be decrypted with {key} ({_said(error)})", "it may be encrypted for another key"
        ) from None


def is_sealed(content: bytes, name: str) -> bool:
    """Whether a file is encrypted, by its first bytes or, for binary PGP, by its name."""
    binary_pgp = name.lower().endswith((".pgp", ".gpg"))
    return content.startswith((_AGE, _PGP_TEXT)) or binary_pgp


def plain_name(name: str) -> str:
    """The name of a file without its encryption suffix."""
    for ending in (".age", ".pgp", ".gpg"):
        if name.lower().endswith(ending):
            return name[: -len(ending)]
    return name


def _key_file(name: str | None, home: Path) -> Path:
    path = home / (name or "")
    if not path.is_file():
        raise BadKey(f"{path}: the key file was not found", "add it, or correct its name in the agency's terms file")
    return path


def _first_line(path: Path, begins: str) -> str:
    lines = (line.strip() for line in path.read_text("utf-8").splitlines())
    found = next((line for line in lines if line.startswith(begins)), None)
    if found is None:
        raise ValueError(f"no line begins with {begins}")
    return found


def _said(error: Exception) -> str:
    return str(error).splitlines()[0][:200] if str(error) else type(error).__name__

"""A backup as one file: a tar archive with a manifest at its end, encrypted with age if there is a recipient."""

import hashlib
import io
import os
import tarfile
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO, TypedDict, cast

import orjson
import pyrage

from models.errors import BadFile, BadInput

_age: Any = pyrage
"""Its types are in a compiled module without type information."""

MANIFEST = "manifest.json"
FORMAT = 1
"""The version of the layout of a backup."""

_AGE = b"age-encryption.org/v1"


class Manifest(TypedDict):
    """What a backup says about itself. `database` is sqlite or postgresql, `made_at` UTC, `members` digests by name."""

    format: int
    made_at: str
    revision: str
    database: str
    last_day: str | None
    members: dict[str, str]


@dataclass(frozen=True, slots=True)
class Source:
    """A file to store: its name in the backup, and where it is."""

    name: str
    path: Path


class _Digesting(io.RawIOBase):
    """Reads through to a file, and knows the digest of what was read."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.digest = hashlib.sha256()

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        part = self._file.read(size)
        self.digest.update(part)
        return part


def write_archive(path: Path, sources: Sequence[Source], about: Mapping[str, object], recipient: str | None) -> int:
    """Write a backup whole or not at all; returns its size in bytes. `recipient` is a public key (age1...).

    A file that disappears while the backup is made is left out: only finished files are moved or removed.
    Raises BadInput for a recipient that is none, and OSError, e.g. if the disk is full.
    """
    plain = path.with_name(f".{path.name}.tar")
    beside = path.with_name(f".{path.name}.part")
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with plain.open("wb") as file:
            _write_tar(file, sources, about)
            _settle(file)
        if recipient is None:
            plain.replace(beside)
        else:
            _encrypt(plain, beside, recipient)
        beside.replace(path)
        return path.stat().st_size
    finally:
        plain.unlink(missing_ok=True)
        beside.unlink(missing_ok=True)


def _write_tar(file: BinaryIO, sources: Sequence[Source], about: Mapping[str, object]) -> None:
    members: dict[str, str] = {}
    with tarfile.open(fileobj=file, mode="w", format=tarfile.PAX_FORMAT) as tar:
        for source in sources:
            try:
                opened = source.path.open("rb")
            except FileNotFoundError:
                continue
            with opened:
                entry = tarfile.TarInfo(source.name)
                found = os.fstat(opened.fileno())
                entry.size, entry.mtime, entry.mode = found.st_size, int(found.st_mtime), 0o600
                reading = _Digesting(opened)
                tar.addfile(entry, cast(BinaryIO, reading))
                members[source.name] = reading.digest.hexdigest()
        manifest = orjson.dumps({"format": FORMAT, **about, "members": members}, option=orjson.OPT_INDENT_2)
        entry = tarfile.TarInfo(MANIFEST)
        entry.size, entry.mode = len(manifest), 0o600
        tar.addfile(entry, io.BytesIO(manifest))


def _settle(file: BinaryIO) -> None:
    file.flush()
    os.fsync(file.fileno())


def check_recipient(recipient: str) -> None:
    """Raise BadInput unless this is a public key of age."""
    try:
        _age.x25519.Recipient.from_str(recipient)
    except _age.RecipientError:
        raise BadInput(
            "the key to encrypt for is not a public key of age", "enter one that begins with age1", field="encrypt_for"
        ) from None


def _encrypt(plain: Path, beside: Path, recipient: str) -> None:
    check_recipient(recipient)
    with plain.open("rb") as source, beside.open("wb") as target:
        _age.encrypt_io(source, target, [_age.x25519.Recipient.from_str(recipient)])
        _settle(target)


@contextmanager
def opened_archive(path: Path, key: Path | None, folder: Path) -> Generator[Path]:
    """The plain archive of a backup; an encrypted one is decrypted into a folder and removed afterward.

    Raises BadFile if the key file is missing or does not fit.
    """
    with path.open("rb") as file:
        sealed = file.read(len(_AGE)) == _AGE
    if not sealed:
        yield path
        return
    if key is None:
        raise BadFile(f"{path.name} is encrypted", "name the file with its private key (AGE-SECRET-KEY-...)")
    lines = [line.strip() for line in key.read_text("utf-8").splitlines()] if key.is_file() else []
    secret = next((line for line in lines if line.startswith("AGE-SECRET-KEY-")), None)
    if secret is None:
        raise BadFile(f"{key.name} has no private key of age", "its line begins with AGE-SECRET-KEY-")
    plain = folder / "backup.tar"
    try:
        with path.open("rb") as source, plain.open("wb") as target:
            _age.decrypt_io(source, target, [_age.x25519.Identity.from_str(secret)])
        yield plain
    except (_age.DecryptError, _age.IdentityError):
        raise BadFile(
            f"{path.name} cannot be decrypted with {key.name}", "use the key that it was encrypted for"
        ) from None
    finally:
        plain.unlink(missing_ok=True)


def unpack(plain: Path, folder: Path, name: str) -> Manifest:
    """Unpack a backup into an empty folder, and check each file against the manifest.

    Raises BadFile, with the file's name, if anything is missing, changed, cut short, or would lie elsewhere.
    """
    found: dict[str, str] = {}
    manifest: Manifest | None = None
    try:
        with tarfile.open(plain, "r:") as tar:
            for entry in tar:
                content = tar.extractfile(entry)
                if content is None or not entry.isreg() or not _stays_inside(entry.name):
                    raise BadFile(f"{name}: {entry.name} does not belong in a backup", "use another backup")
                if entry.name == MANIFEST:
                    manifest = cast(Manifest, orjson.loads(content.read()))
                    continue
                found[entry.name] = _store(cast(BinaryIO, content), folder / entry.name)
    except (tarfile.TarError, EOFError, orjson.JSONDecodeError) as error:
        raise BadFile(f"{name} is not a whole backup ({error})", "use another backup") from None
    if manifest is None:
        raise BadFile(f"{name} is not a whole backup: its manifest is missing", "use another backup")
    if manifest["format"] != FORMAT:
        raise BadFile(
            f"{name} has format {manifest['format']}", "use the version of pastdue that made it, or a later one"
        )
    told = manifest["members"]
    wrong = sorted(one for one in found.keys() | told.keys() if found.get(one) != told.get(one))
    if wrong:
        raise BadFile(f"{name} is damaged: {', '.join(wrong[:5])} differs from the manifest", "use another backup")
    return manifest


def _stays_inside(name: str) -> bool:
    path = PurePosixPath(name)
    return not path.is_absolute() and ".." not in path.parts


def _store(content: BinaryIO, path: Path) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    reading = _Digesting(content)
    with path.open("wb") as file:
        while part := reading.read(1 << 20):
            file.write(part)
        _settle(file)
    return reading.digest.hexdigest()

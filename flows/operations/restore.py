"""Restore of a backup into an empty home, with the proof that nothing is missing or altered."""

import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from flows.operations.archive import Manifest, opened_archive, unpack
from flows.operations.database_copy import NAMES, copy_in, kind_of, require_tools
from flows.proof.prove import Proof, prove
from models.database import Database, open_database
from models.environment import Settings
from models.errors import Refused
from models.migrate import migrate, require_known_revision, require_sound
from models.private import close_to_others


@dataclass(frozen=True, slots=True)
class Restored:
    """A restored backup: its manifest, how many files, the revision of the database now, and the proof if it was asked
    for."""

    manifest: Manifest
    files: int
    revision: str
    proof: Proof | None = None


def restore(path: Path, settings: Settings, key: Path | None = None, *, verify: bool = False) -> Restored:
    """Restore a backup into the home and the database of these settings, which must be empty, and update the schema.

    `key` is the file with the private key of an encrypted backup. `verify` checks the history, the ledger and the
    letters against the sealed heads. Raises BadFile for a damaged backup and Refused for a home that is in use: in
    both cases nothing was changed.
    """
    if not path.is_file():
        raise Refused(f"there is no file {path}", "name a backup, such as backups/pastdue-20260101T020000Z.tar")
    _require_empty(settings)
    settings.home.mkdir(parents=True, exist_ok=True)
    with _database(settings) as database, tempfile.TemporaryDirectory(prefix=".restore-", dir=settings.home) as work:
        require_tools(database)
        folder = Path(work) / "content"
        folder.mkdir()
        with opened_archive(path, key, Path(work)) as plain:
            manifest = unpack(plain, folder, path.name)
        _require_kind(manifest, kind_of(database))
        require_known_revision(manifest["revision"], path.name)
        copy_in(folder / "database" / NAMES[manifest["database"]], database)
        _move(folder / "home", settings.home)
    with _database(settings) as database:
        require_sound(database)
        revision = migrate(database)
        proof = None
        if verify:
            with database.reading() as conn:
                proof = prove(conn, settings)
    close_to_others(settings.home)
    return Restored(manifest, len(manifest["members"]), revision, proof)


@contextmanager
def _database(settings: Settings) -> Generator[Database]:
    database = open_database(settings.database_url)
    try:
        yield database
    finally:
        database.close()


def _require_empty(settings: Settings) -> None:
    if settings.home.exists() and any(settings.home.iterdir()):
        raise Refused(
            f"{settings.home} is not empty",
            "restore into an empty folder, or move this one away first (nothing was changed)",
        )


def _require_kind(manifest: Manifest, kind: str) -> None:
    if manifest["database"] != kind:
        raise Refused(
            f"the backup is of a {manifest['database']} database, and this is a {kind} database",
            "set PASTDUE_DATABASE_URL to a database of the same kind",
        )


def _move(source: Path, home: Path) -> None:
    """Move the files into place; the folders of the home are on the same disk, so none is half moved."""
    if not source.exists():
        return
    for path in sorted(source.iterdir()):
        path.rename(home / path.name)

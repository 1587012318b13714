"""Backups of an installation: the database and everything of the home that it cannot be restored without."""

import fcntl
import re
import shutil
import tempfile
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from flows.business_days.queries import walked_so_far
from flows.operations.archive import Source, check_recipient, write_archive
from flows.operations.database_copy import NAMES, copy_out, kind_of, require_tools
from models.database import Database
from models.environment import Settings
from models.errors import Refused
from models.migrate import newest_revision, revision_of
from models.values import counted

FOLDER = "backups"
_LEFT_OUT = frozenset({FOLDER, "prefect"})
"""Folders of the home that are no part of a backup: itself, and Prefect's record of runs, which can be made again."""

_NAME = re.compile(r"pastdue-\d{8}T\d{6}Z\.tar(\.age)?")
"""The names of backups that are removed when there are enough newer ones. A backup before an upgrade has another."""

_LOCK, _WORK = ".lock", ".copy-"

_SPARE = 1.05
"""The free space that a backup needs, by the size of what it copies."""


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup that was made. `removed`: older ones that were deleted."""

    path: Path
    files: int
    bytes: int
    encrypted: bool
    removed: int = 0


@dataclass(frozen=True, slots=True)
class BackupOrder:
    """Where a backup goes (None: `backups` in the home), for which public key it is encrypted, and how many backups the
    folder keeps (None: all). `name` is without the ending; by default it has the time. `files`: the home, too."""

    folder: Path | None = None
    encrypt_for: str | None = None
    keep: int | None = None
    name: str = ""
    files: bool = True


def standing_order(settings: Settings) -> BackupOrder:
    """The backup that the operator's settings ask for."""
    operator = settings.operator
    return BackupOrder(operator.backup_folder, operator.backup_key or None, operator.backup_keep or None)


def backups_in(folder: Path) -> list[Path]:
    """The backups in a folder, the oldest first; not those before an upgrade."""
    if not folder.is_dir():
        return []
    return sorted(path for path in folder.iterdir() if _NAME.fullmatch(path.name))


def back_up(database: Database, settings: Settings, order: BackupOrder, now: datetime) -> Backup:
    """Make a backup while others work. Raises Refused if there is not enough space, or PostgreSQL's tools are missing.

    The database is copied first: a file that it names exists by then, so the copy of the files has it too.
    """
    if order.encrypt_for is not None:
        check_recipient(order.encrypt_for)
    require_tools(database)
    folder = order.folder or settings.home / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    files = home_files(settings, database) if order.files else []
    with _one_at_a_time(folder):
        return _write(database, folder, files, order, now)


@contextmanager
def _one_at_a_time(folder: Path) -> Generator[None]:
    """Lock a folder of backups, and remove what one that was killed left there."""
    with (folder / _LOCK).open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Refused(f"another backup into {folder} is in progress", "wait until it has ended") from None
        for path in folder.glob(f"{_WORK}*"):
            shutil.rmtree(path)
        for path in (*folder.glob(".*.part"), *folder.glob(".*.tar")):
            path.unlink()
        yield


def _write(database: Database, folder: Path, files: Sequence[Source], order: BackupOrder, now: datetime) -> Backup:
    _require_space(database, files, folder, sealed=order.encrypt_for is not None)
    ending = ".tar" if order.encrypt_for is None else ".tar.age"
    path = folder / f"{order.name or f'pastdue-{now:%Y%m%dT%H%M%SZ}'}{ending}"
    kind = kind_of(database)
    with tempfile.TemporaryDirectory(prefix=_WORK, dir=folder) as work:
        copy = Path(work) / NAMES[kind]
        copy_out(database, copy)
        sources = [Source(f"database/{NAMES[kind]}", copy), *files]
        size = write_archive(path, sources, _about(database, kind, now), order.encrypt_for)
    removed = 0 if order.keep is None else _remove_old(folder, order.keep)
    return Backup(path, len(sources), size, order.encrypt_for is not None, removed)


def _about(database: Database, kind: str, now: datetime) -> dict[str, object]:
    revision = revision_of(database)
    last = None
    if revision == newest_revision():
        with database.reading() as conn:
            last = walked_so_far(conn).done
    return {"made_at": now.isoformat(), "revision": revision, "database": kind, "last_day": last}


def home_files(settings: Settings, database: Database) -> list[Source]:
    """The files of the home that belong to a backup, in the order of their names. A link is left out."""
    base = Path(str(database.engine.url.database)).absolute() if kind_of(database) == "sqlite" else None
    found: list[Source] = []
    for path in sorted(settings.home.rglob("*")):
        inside = path.relative_to(settings.home)
        if inside.parts[0] in _LEFT_OUT or path.is_symlink() or not path.is_file():
            continue
        if base is not None and path.parent == base.parent and path.name.startswith(base.name):
            continue
        if path.name.startswith(".") and path.name.endswith((".part", ".tar")):
            continue
        found.append(Source(f"home/{inside.as_posix()}", path))
    return found


def _require_space(database: Database, sources: Sequence[Source], folder: Path, *, sealed: bool) -> None:
    """The copy of the database, the archive, and the encrypted archive lie beside each other for a while."""
    base = Path(str(database.engine.url.database)) if kind_of(database) == "sqlite" else None
    size = base.stat().st_size if base is not None and base.exists() else 0
    files = sum(one.path.stat().st_size for one in sources if one.path.exists())
    wanted = int((size + (size + files) * (2 if sealed else 1)) * _SPARE)
    free = shutil.disk_usage(folder).free
    if free < wanted:
        raise Refused(
            f"there is not enough space in {folder} for a backup: {wanted // 1_000_000} MB are needed, "
            f"{free // 1_000_000} MB are free",
            "free some space, or choose a folder on another disk",
        )


def _remove_old(folder: Path, keep: int) -> int:
    """Delete all but the newest backups; returns how many. Other files in the folder stay."""
    if keep < 1:
        raise Refused(f"{counted(keep, 'backup')} cannot be kept", "keep 1 or more")
    old = backups_in(folder)[:-keep]
    for path in old:
        path.unlink()
    return len(old)


def before_upgrade(database: Database, settings: Settings, now: datetime) -> Backup | None:
    """The copy of a database of an earlier version before migrations change it; None if they will not."""
    revision = revision_of(database)
    if revision is None or revision == newest_revision():
        return None
    name = f"before-upgrade-from-{revision}-{now:%Y%m%dT%H%M%SZ}"
    return back_up(database, settings, BackupOrder(name=name, files=False), now)

"""Files that only their owner can read: pastdue writes people's data, whatever umask it was started with."""

import os
import stat
from pathlib import Path

OWNER_ONLY = 0o077


def keep_private() -> None:
    """Make this process, and the processes that it starts, write files that only their owner can read."""
    os.umask(OWNER_ONLY)


def close_to_others(home: Path) -> int:
    """Remove other users' access that an earlier version allowed under a home; returns how many files and folders.

    Files of another user of the machine are not changed: only their owner may change them.
    """
    changed = 0
    for path in (home, *home.rglob("*")):
        found = path.lstat()
        if stat.S_ISLNK(found.st_mode) or found.st_uid != os.geteuid() or not found.st_mode & OWNER_ONLY:
            continue
        path.chmod(stat.S_IMODE(found.st_mode) & ~OWNER_ONLY)
        changed += 1
    return changed

"""Files that only their owner reads: what pastdue writes holds people's data, whatever umask it was started with."""

import os
import stat
from pathlib import Path

OWNER_ONLY = 0o077


def keep_private() -> None:
    """Let this process, and those that it starts, write files that only their owner reads."""
    os.umask(OWNER_ONLY)


def close_to_others(home: Path) -> int:
    """Take from others what an earlier version let them read under a home; returns how many files and folders.

    What belongs to another user of the machine is left: only its owner may change it.
    """
    changed = 0
    for path in (home, *home.rglob("*")):
        found = path.lstat()
        if stat.S_ISLNK(found.st_mode) or found.st_uid != os.geteuid() or not found.st_mode & OWNER_ONLY:
            continue
        path.chmod(stat.S_IMODE(found.st_mode) & ~OWNER_ONLY)
        changed += 1
    return changed

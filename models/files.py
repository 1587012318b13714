"""Files written whole: beside their place first, on the disk, then moved there; never half of one."""

import os
from pathlib import Path


def write_whole(path: Path, content: bytes, *, durable: bool = True) -> None:
    """Write a file so that whoever looks sees all of it or the one before. Raises OSError, e.g. on a full disk.

    `durable` waits until it is on the disk; a file that can be made again from the book need not.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.part")
    try:
        with beside.open("wb") as file:
            file.write(content)
            file.flush()
            if durable:
                os.fsync(file.fileno())
        beside.replace(path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise

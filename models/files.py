"""Files written as a whole: first beside their place on the disk, then moved there. A file is never half written."""

import io
import os
import zipfile
from collections.abc import Sequence
from pathlib import Path


def write_whole(path: Path, content: bytes, *, durable: bool = True) -> None:
    """Write a file so that a reader sees the complete new file or the previous one. Raises OSError, e.g. if the disk is
    full.

    `durable` waits until the file is on the disk. A file that can be made again from the database does not need it.
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
    except OSError as error:
        beside.unlink(missing_ok=True)
        # A failed write does not name its file; the person who frees disk space must know where.
        raise OSError(error.errno, error.strerror, str(path)) from error
    except BaseException:
        beside.unlink(missing_ok=True)
        raise


_THEN = (1980, 1, 1, 0, 0, 0)


def zip_of(members: Sequence[tuple[str, bytes]]) -> bytes:
    """A ZIP with the same bytes for the same files."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            entry = zipfile.ZipInfo(name, _THEN)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, content)
    return packed.getvalue()

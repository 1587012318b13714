"""The letters of a page in one zip file, as written, so that a day of thousands is not thousands of files.

A file system creates at best a thousand files a second; a page of letters needs one.
"""

import struct
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path

from letters.docx.package import Member, Zip
from letters.errors import LetterFault

_STORED = struct.Struct("<BHH")
_LARGEST_STORED = 65_535


def archive_of(letters: Mapping[str, bytes]) -> bytes:
    """Letters by their file names, as a zip. They are already deflated, and stored unchanged."""
    members = [
        Member(name.encode(), _as_it_is(content), zlib.crc32(content), len(content))
        for name, content in letters.items()
    ]
    return Zip([]).with_members(members)


def _as_it_is(content: bytes) -> bytes:
    """Bytes as deflate blocks that are only stored: deflated data does not get smaller."""
    blocks: list[bytes] = []
    for at in range(0, len(content) or 1, _LARGEST_STORED):
        part = content[at : at + _LARGEST_STORED]
        last = at + _LARGEST_STORED >= len(content)
        blocks += (_STORED.pack(last, len(part), len(part) ^ 0xFFFF), part)
    return b"".join(blocks)


def letter_in(path: Path, name: str) -> bytes:
    """One letter from an archive. Raises LetterFault if the file or the letter is missing or damaged."""
    try:
        with zipfile.ZipFile(path) as archive:
            return archive.read(name)
    except (OSError, KeyError, zipfile.BadZipFile) as error:
        raise LetterFault(f"{path.name}: letter {name} cannot be read from it ({type(error).__name__})") from error

"""The letters of a page in one file: a zip, as they were written, so that a day of thousands is not thousands of files.

A file system makes a thousand files a second on a good day; a page of letters takes one.
"""

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path

from letters.errors import LetterFault

_FIXED_TIME = (1980, 1, 1, 0, 0, 0)


def archive_of(letters: Mapping[str, bytes]) -> bytes:
    """Letters by the names of their files, as a zip; they are deflated already, and stored as they are."""
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_STORED) as archive:
        for name, content in letters.items():
            archive.writestr(zipfile.ZipInfo(name, _FIXED_TIME), content)
    return whole.getvalue()


def letter_in(path: Path, name: str) -> bytes:
    """One letter out of an archive. Raises LetterFault when the file or the letter is not there, or is broken."""
    try:
        with zipfile.ZipFile(path) as archive:
            return archive.read(name)
    except (OSError, KeyError, zipfile.BadZipFile) as error:
        raise LetterFault(f"{path.name}: letter {name} cannot be read from it ({type(error).__name__})") from error

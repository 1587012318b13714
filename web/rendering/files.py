"""Files for the browser: a PDF is shown there, any other file is downloaded."""

import csv
import shutil
import tempfile
from pathlib import Path
from typing import BinaryIO

from starlette.responses import FileResponse, Response

from flows.correspondence.print_batches.pdf import NoPdf, can_make_pdf, to_pdf
from models.errors import Refused
from web.rendering.slow import Drawn

_KINDS = {
    ".pdf": "application/pdf",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".zip": "application/zip",
    ".csv": "text/csv; charset=utf-8",
    ".ics": "text/calendar; charset=utf-8",
}


REJECTS_SHOWN = 50
"""The most rejected rows on a page. The reject file contains all of them."""


def first_rejects(folder: Path, name: str | None) -> list[list[str]]:
    """The header and the first rows of a reject file; none if there is no such file."""
    if name is None or not (folder / name).is_file():
        return []
    with (folder / name).open(newline="", encoding="utf-8") as text:
        return [line for _, line in zip(range(REJECTS_SHOWN + 1), csv.reader(text), strict=False)]


def file_of(path: Path, *, within: Path) -> Response:
    """A file of the practice. Raises Refused if it is missing, or is outside its folder."""
    try:
        there = path.resolve().is_relative_to(within.resolve()) and path.is_file()
    except (OSError, ValueError):
        # A name that no file can have.
        there = False
    if not there:
        raise Refused("this file was not found", "it may have been moved or deleted")
    kind = _KINDS.get(path.suffix, "application/octet-stream")
    shown = "inline" if path.suffix == ".pdf" else "attachment"
    return FileResponse(path, media_type=kind, filename=path.name, content_disposition_type=shown)


LONGEST_NAME = 150
"""The bytes of a file name that are kept, from its end, so that a longer name made from it is still valid."""


def file_name(sent: str | None) -> str:
    """The name of an uploaded file: without folders, control characters, or anything that is invalid in a file name."""
    name = Path((sent or "").replace("\\", "/")).name
    name = "".join(character for character in name if character.isprintable())
    name = name.encode()[-LONGEST_NAME:].decode(errors="ignore").strip()
    return name if name.strip(".") else "file"


def store(sent: BinaryIO, name: str | None, folder: Path) -> Path:
    """Store an uploaded file in a folder of its own, under its own name."""
    apart = Path(tempfile.mkdtemp(dir=folder))
    target = apart / file_name(name)
    with target.open("wb") as out:
        shutil.copyfileobj(sent, out)
    return target


def bytes_of(name: str, content: bytes) -> Response:
    """A file that is created for this response and not stored."""
    suffix = Path(name).suffix
    shown = "inline" if suffix == ".pdf" else "attachment"
    headers = {"Content-Disposition": f'{shown}; filename="{name}"'}
    return Response(content, media_type=_KINDS.get(suffix, "application/octet-stream"), headers=headers)


def pages_of(word_file: Path, drawn: Drawn) -> Response:
    """A Word file as the pages that will be printed; the Word file itself if LibreOffice is missing or fails."""
    if can_make_pdf():
        try:
            return bytes_of(f"{word_file.stem}.pdf", drawn.of(word_file, _draw))
        except NoPdf:
            pass
    return bytes_of(word_file.name, word_file.read_bytes())


def _draw(word_file: Path) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        (pdf,) = to_pdf([word_file], Path(folder))
        return pdf.read_bytes()

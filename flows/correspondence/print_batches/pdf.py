"""A print file as PDF, by LibreOffice if installed, and the pages of each letter in it."""

import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pypdf import PdfReader, PdfWriter
from pypdf.errors import PyPdfError

SECONDS = 600
"""The time limit of LibreOffice for one file."""

_FILTER = 'pdf:writer_pdf_Export:{"ExportBookmarksToPDFDestination":{"type":"boolean","value":"true"}}'


class NoPdf(RuntimeError):
    """LibreOffice did not create a PDF; the message states why."""


@dataclass(frozen=True, slots=True)
class Pages:
    """A letter's pages: the PDF, the first page in it (from 0) and the number of pages."""

    pdf: Path
    first: int
    count: int


def can_make_pdf() -> bool:
    """Whether LibreOffice is installed."""
    return shutil.which("soffice") is not None


def to_pdf(files: Sequence[Path], folder: Path) -> list[Path]:
    """PDFs of Word files, in a folder. Raises NoPdf if LibreOffice fails, hangs, or is not installed."""
    program = shutil.which("soffice")
    if program is None:
        raise NoPdf("LibreOffice (soffice) is not installed")
    with tempfile.TemporaryDirectory() as profile:
        # A separate profile: two processes on one profile wait for each other, or fail.
        command = [program, "--headless", f"-env:UserInstallation=file://{profile}", "--convert-to", _FILTER]
        try:
            done = subprocess.run(
                [*command, "--outdir", str(folder), *map(str, files)], capture_output=True, timeout=SECONDS, check=False
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise NoPdf(f"LibreOffice failed: {type(error).__name__}") from error
    made = [folder / f"{file.stem}.pdf" for file in files]
    missing = [path.name for path in made if not path.exists()]
    if done.returncode != 0 or missing:
        raise NoPdf(f"LibreOffice ended with code {done.returncode} without creating {', '.join(missing) or 'a file'}")
    return made


def pages_of(pdf: Path, marks: Sequence[str]) -> list[Pages]:
    """The pages of each letter, by the bookmarks at their beginnings, in order.

    Raises NoPdf if a bookmark is missing.
    """
    try:
        reader = PdfReader(pdf)
        total = len(reader.pages)
        found = {name.lstrip("/"): place for name, place in reader.named_destinations.items()}
        missing = [mark for mark in marks if mark not in found]
        if missing:
            raise NoPdf(f"{pdf.name} has no mark for {len(missing)} letters, the first {missing[0]}")
        firsts = [reader.get_destination_page_number(found[mark]) for mark in marks]
    except PyPdfError as error:
        raise NoPdf(f"{pdf.name} cannot be read: {type(error).__name__}") from error
    starts = [first or 0 for first in firsts]
    return [Pages(pdf, first, after - first) for first, after in zip(starts, [*starts[1:], total], strict=True)]


def in_order(letters: Sequence[Pages], target: Path, *, duplex: bool = False) -> None:
    """Letters from one or more PDFs as one, in this order; when duplex, each begins on the front of a sheet."""
    readers = {pdf: PdfReader(pdf) for pdf in {letter.pdf for letter in letters}}
    beside = target.with_name(f".{target.name}.part")
    with PdfWriter() as writer:
        for letter in letters:
            for page in range(letter.first, letter.first + letter.count):
                writer.add_page(readers[letter.pdf].pages[page])
            if duplex and letter.count % 2:
                writer.add_blank_page()
        try:
            with beside.open("wb") as file:
                writer.write(file)
            beside.replace(target)
        finally:
            beside.unlink(missing_ok=True)

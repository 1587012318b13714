"""One print file from many letters: a single .docx, each letter on a new page of its own section.

    done = write_combined(Path("run.docx"), ((template, data) for ...))

The file is written as a stream, so its size does not matter to memory, beside its final
name, and takes that name only when it is whole and on disk.
"""

import io
import os
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from letters.data import PAID_IN_FULL, LetterData
from letters.errors import LetterFault, TooManyLetters, UnlikeTemplates
from letters.package import DOCUMENT, read_package
from letters.template import Sheet, Template, take_apart

LARGEST_DOCUMENT = 1_900_000_000
"""Bytes of XML in one print file, under the 2 GiB of a zip member that every reader knows."""

_FIXED_TIME = (1980, 1, 1, 0, 0, 0)

# How a letter fills its pages, in rows of the account table, measured on the shipped templates.
_ROWS_ON_FIRST_PAGE = 19
_ROWS_ON_OTHER_PAGES = 33
_PATIENT_ON_ONE_LINE = 24
_ROWS_ON_ONLY_PAGE = {"final-notice": 6, PAID_IN_FULL: 14}
_ROWS_ON_ONLY_PAGE_OTHERWISE = 8
_ROWS_OF_CLOSING = {PAID_IN_FULL: 5}
_ROWS_OF_CLOSING_OTHERWISE = 12


@dataclass(frozen=True, slots=True)
class PrintFile:
    """A finished print file: where it is and how many letters it holds."""

    path: Path
    letters: int


@dataclass(frozen=True, slots=True)
class _Page:
    """A letter on its way into the print file, with what all letters of the file must share."""

    name: str
    sheet: Sheet
    shared: Mapping[str, bytes]


def write_combined(path: Path, letters: Iterable[tuple[Template, LetterData | Mapping[str, Any]]]) -> PrintFile:
    """Render letters into one print file at `path`, replacing what was there.

    Some 10,000 letters take a few seconds and little memory. Raises `UnlikeTemplates`
    (naming the template) when styles, page or headers differ between templates,
    `TooManyLetters` past `LARGEST_DOCUMENT`, `LetterFault` for no letters; on any error
    `path` is left as it was.
    """
    return _write(path, _rendered_pages(letters))


def combine(path: Path, rendered: Iterable[bytes]) -> PrintFile:
    """As `write_combined`, from letters already rendered (for instance, read back from storage)."""
    return _write(path, _read_pages(rendered))


def page_estimate(data: LetterData) -> int:
    """About how many pages a letter has: exact up to 4 accounts (one), near enough for a manifest after.

    Counted on the shipped templates; a state line takes about the room of an account, and a
    patient's name that wraps half of one.
    """
    wrapped = sum(len(account.patient) > _PATIENT_ON_ONE_LINE for account in data.accounts)
    rows = len(data.accounts) + len(data.texts) + wrapped // 2
    kind = data.letter.kind.replace("_", "-")
    if rows <= _ROWS_ON_ONLY_PAGE.get(kind, _ROWS_ON_ONLY_PAGE_OTHERWISE):
        return 1
    left = rows + _ROWS_OF_CLOSING.get(kind, _ROWS_OF_CLOSING_OTHERWISE) - _ROWS_ON_FIRST_PAGE
    return 1 + max(1, -(-left // _ROWS_ON_OTHER_PAGES))


def _rendered_pages(letters: Iterable[tuple[Template, LetterData | Mapping[str, Any]]]) -> Iterator[_Page]:
    for template, data in letters:
        if len(template.parts) > 1:
            raise UnlikeTemplates(
                f"{template.name}: its header or footer holds fields, and a print file has one header for all "
                "letters; move the fields into the body"
            )
        yield _Page(template.name, take_apart(template.filled(data)[DOCUMENT], template.name), template.fixed_parts)


def _read_pages(rendered: Iterable[bytes]) -> Iterator[_Page]:
    for number, docx in enumerate(rendered, start=1):
        name = f"letter {number} of the run"
        parts = read_package(docx, name).parts
        sheet = take_apart(parts.pop(DOCUMENT).decode(), name)
        yield _Page(name, sheet, parts)


def _write(path: Path, pages: Iterator[_Page]) -> PrintFile:
    first = next(pages, None)
    if first is None:
        raise LetterFault(f"{path.name}: there are no letters to print; leave the print file out")
    beside = path.with_name(f".{path.name}.part")
    try:
        with beside.open("wb") as file:
            with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
                for name, content in first.shared.items():
                    archive.writestr(_entry(name), content, compresslevel=9)
                with archive.open(_entry(DOCUMENT), "w") as document:
                    count = _write_document(document, first, pages)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
    _sync_folder(path.parent)
    return PrintFile(path, count)


def _write_document(document: IO[bytes], first: _Page, pages: Iterator[_Page]) -> int:
    with io.BufferedWriter(document, 1 << 18) as out:  # pyright: ignore[reportArgumentType]
        out.write((first.sheet.head + first.sheet.body).encode())
        ends_a_letter = _section_break(first.sheet.section)
        size, count = 0, 1
        for page in pages:
            _refuse_unlike(first, page)
            text = (ends_a_letter + page.sheet.body).encode()
            size += len(text)
            if size > LARGEST_DOCUMENT:
                raise TooManyLetters(f"the print file is full after {count} letters; split the run into smaller ones")
            out.write(text)
            count += 1
        out.write((first.sheet.section + first.sheet.tail).encode())
    return count


def _refuse_unlike(first: _Page, page: _Page) -> None:
    if page.shared is not first.shared and page.shared != first.shared:
        names = {*page.shared, *first.shared}
        differing = sorted(name for name in names if page.shared.get(name) != first.shared.get(name))
        what = ", ".join(differing)
    elif (page.sheet.head, page.sheet.section, page.sheet.tail) != (
        first.sheet.head,
        first.sheet.section,
        first.sheet.tail,
    ):
        what = "the page settings"
    else:
        return
    raise UnlikeTemplates(
        f"{page.name}: {what} differ from those of {first.name}, so the two cannot share a print file; print them "
        "in separate files, or make the template again from a shipped one without changing its styles"
    )


def _section_break(section: str) -> str:
    """An invisible paragraph that ends a letter's section; the next begins on a new page, numbered from 1."""
    return (
        '<w:p><w:pPr><w:spacing w:before="0" w:after="0" w:line="20" w:lineRule="exact"/>'
        f'<w:rPr><w:sz w:val="2"/></w:rPr>{section}</w:pPr></w:p>'
    )


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, _FIXED_TIME)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.create_system = 0
    return entry


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

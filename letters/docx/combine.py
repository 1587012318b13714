"""One print file from many letters: a single .docx, each letter on a new page of its own section.

    done = write_combined(Path("run.docx"), ((template, data) for ...))

The file is written as a stream, so its size does not affect memory. It is written under a temporary name, and renamed
only when it is complete and on disk.
"""

import io
import os
import re
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import IO

from letters.data import LetterData, Logo
from letters.docx.package import DOCUMENT, DOCUMENT_RELS
from letters.docx.pictures import EMPTY_RELS, logo_part, picture_of, with_logos
from letters.docx.template import Template, section_break, take_apart
from letters.errors import LetterError, LetterFault
from letters.kinds import Kind, LetterKind, kind_of

LARGEST_DOCUMENT = 1_900_000_000
"""Bytes of XML in one print file, below the 2 GiB of a zip member that every reader supports."""

_NO_PICTURES: Mapping[str, bytes] = {}
# In its own paragraph, because a bookmark between paragraphs is read as the end of the previous letter.
_MARK = (
    '<w:p><w:pPr><w:spacing w:before="0" w:after="0" w:line="2" w:lineRule="exact"/><w:rPr><w:sz w:val="2"/></w:rPr>'
    '</w:pPr><w:bookmarkStart w:id="{id}" w:name="{name}"/><w:bookmarkEnd w:id="{id}"/></w:p>'
)
_FIXED_TIME = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class _Room:
    """How many rows of the account table fit in a kind of letter, measured on the shipped templates.

    `only`: on a single page. `closing`: the rows that the text below the table needs.
    """

    only: int
    first: int
    other: int
    closing: int


_ASKING = _Room(6, 20, 26, 2)
_FINAL = _Room(5, 10, 31, 2)
_QUIET = _Room(12, 20, 31, 2)
_PLANNED = _Room(3, 16, 31, 2)
_ROWS_ON_LARGE_PAGE = 7
_PATIENT_ON_ONE_LINE = 24


@dataclass(frozen=True, slots=True)
class PrintFile:
    """A finished print file: its path and its number of letters."""

    path: Path
    letters: int


def write_combined(
    path: Path,
    letters: Iterable[tuple[Template, LetterData]],
    pictures: Mapping[str, bytes] = _NO_PICTURES,
    *,
    duplex: bool = False,
) -> PrintFile:
    """Render letters into one print file at `path`, replacing an existing file.

    Some 10,000 letters need a few seconds and little memory. Each letter is bookmarked by its number, so that its pages
    can be found; `duplex` begins each on the front of a sheet. Raises `LetterError` (with the template) if styles, page
    or headers differ between templates, `LetterError` above `LARGEST_DOCUMENT`, and `LetterFault` for no letters. On
    any error `path` is unchanged.
    """
    remaining = iter(letters)
    first = next(remaining, None)
    if first is None:
        raise LetterFault(f"{path.name}: there are no letters to print; leave the print file out")
    shared = first[0].fixed_parts
    logos: dict[str, Logo] = {}
    beside = path.with_name(f".{path.name}.part")
    try:
        with beside.open("wb") as file:
            with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
                for name, content in shared.items():
                    if name != DOCUMENT_RELS:
                        archive.writestr(_entry(name), content, compresslevel=9)
                with archive.open(_entry(DOCUMENT), "w") as document:
                    count = _write_document(document, chain([first], remaining), logos, duplex)
                rels = with_logos(shared.get(DOCUMENT_RELS, EMPTY_RELS), logos.values())
                archive.writestr(_entry(DOCUMENT_RELS), rels)
                for logo in logos.values():
                    archive.writestr(_entry(logo_part(logo)), picture_of(logo, pictures))
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
    _sync_folder(path.parent)
    return PrintFile(path, count)


def bookmark(letter_number: str) -> str:
    """The bookmark of a letter's first page in the print file: `L-00000123-4` is `L000001234`."""
    return "".join(sign for sign in letter_number if sign.isalnum())


def page_estimate(data: LetterData, enclose: Sequence[str] = ()) -> int:
    """The estimated pages of a letter: exact up to 4 accounts (one), close enough for a manifest after that.

    Counted on the shipped templates. A state line needs about the room of an account, and a wrapped patient name half
    of one. A letter in another language is also enclosed in English; each enclosure is one page.
    """
    languages = 1 if data.letter.language == "en" else 2
    return languages * _pages_of_letter(data) + len(enclose)


def _pages_of_letter(data: LetterData) -> int:
    wrapped = sum(len(account.patient) > _PATIENT_ON_ONE_LINE for account in data.accounts)
    kind = kind_of(data.letter.kind)
    shown = None if kind.asks_for_payment else data.arrangement
    plan = 0 if shown is None else len(shown.instalments) + len(shown.options)
    rows = data.rows - len(data.credits) + wrapped // 2 + len(data.ledger) * 2 // 5 + plan // 2
    room = _room_of(kind)
    if shown is not None and shown.large:
        rows += 3  # the disclosures
    if data.letter.large_print:
        on_two = {_FINAL: 1, _ASKING: 2, _QUIET: 5, _PLANNED: 2}[room]
        return 2 + max(0, -(-(rows - on_two) // _ROWS_ON_LARGE_PAGE))
    if rows <= room.only:
        return 1
    return 1 + max(1, -(-(rows + room.closing - room.first) // room.other))


def _room_of(kind: Kind) -> _Room:
    if kind.name == LetterKind.FINAL_NOTICE:
        return _FINAL
    if kind.asks_for_payment:
        return _ASKING
    return _PLANNED if kind.has_coupon else _QUIET


def _write_document(
    document: IO[bytes], letters: Iterable[tuple[Template, LetterData]], logos: dict[str, Logo], duplex: bool
) -> int:
    paper, before, ending = "", "", ""
    size = count = 0
    with io.BufferedWriter(document, 1 << 18) as out:  # pyright: ignore[reportArgumentType]
        for template, data in letters:
            _refuse_fields_in_header(template)
            sheet = take_apart(template.filled(data)[DOCUMENT], template.name, sections=template.sheets)
            if not count:
                section = _from_a_front(sheet.section) if duplex else sheet.section
                paper, before, ending = template.paper, section_break(section), section + sheet.tail
                out.write(sheet.head.encode())
            elif template.paper != paper:
                raise LetterError(
                    f"{template.name}: its styles, headers or page settings differ from those of the letters before "
                    "it, so they cannot share a print file; print them in separate files"
                )
            name = bookmark(data.letter.number)
            mark = _MARK.format(id=count, name=name)
            text = ((before if count else "") + mark + sheet.body).encode()
            size += len(text)
            if size > LARGEST_DOCUMENT:
                raise LetterError(f"the print file is full after {count} letters; split the run into smaller ones")
            out.write(text)
            count += 1
            if (logo := data.creditor.logo) is not None:
                logos[logo.digest] = logo
        out.write(ending.encode())
    return count


def _refuse_fields_in_header(template: Template) -> None:
    if len(template.parts) > 1:
        raise LetterError(
            f"{template.name}: its header or footer holds fields, and a print file has one header for all "
            "letters; move the fields into the body"
        )


def _from_a_front(section: str) -> str:
    """A section that begins on an odd page, so that no letter begins on the back of another's sheet."""
    at = section.find(">") + 1
    for element in re.finditer(r"<w:(?:header|footer)Reference\b[^>]*/>", section):
        at = element.end()
    return section[:at] + '<w:type w:val="oddPage"/>' + section[at:]


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

"""A file of a matter is what it says: checked by its content, never by its name. Pure."""

import io
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, cast

from PIL import Image, UnidentifiedImageError
from pypdf import PdfReader
from pypdf.errors import PyPdfError
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject

from models.errors import BadInput

LARGEST_FILE = 20_000_000
"""The bytes of a file at most."""

MOST_PAGES = 500
MOST_PIXELS = 120_000_000
MOST_OBJECTS = 200_000
"""A PDF with more parts than this is not read: it would take too long."""

CHOOSE = "choose a PDF, PNG, JPEG or TIFF file"


class Media(StrEnum):
    """The types of file that a matter takes."""

    PDF = "pdf"
    PNG = "png"
    JPEG = "jpg"
    TIFF = "tif"

    @property
    def mime(self) -> str:
        """The type as a browser reads it."""
        return _MIME[self]


_MIME = {
    Media.PDF: "application/pdf",
    Media.PNG: "image/png",
    Media.JPEG: "image/jpeg",
    Media.TIFF: "image/tiff",
}
_BEGINS = (
    (b"%PDF-", Media.PDF),
    (b"\x89PNG\r\n\x1a\n", Media.PNG),
    (b"\xff\xd8\xff", Media.JPEG),
    (b"II*\x00", Media.TIFF),
    (b"MM\x00*", Media.TIFF),
)
_PILLOW = {Media.PNG: "PNG", Media.JPEG: "JPEG", Media.TIFF: "TIFF"}

SCRIPT_KEYS = frozenset({"/JS", "/JavaScript", "/EmbeddedFiles", "/EF", "/RichMediaContent", "/XFA"})
SCRIPT_ACTIONS = frozenset({"/JavaScript", "/Launch", "/ImportData", "/SubmitForm", "/GoToE", "/Rendition"})
"""What makes a PDF act, or carry other files: keys of its parts, and types of action."""


@dataclass(frozen=True, slots=True)
class CheckedFile:
    """A file that was checked: its type, and its number of pages."""

    media: Media
    pages: int


def checked_file(content: bytes) -> CheckedFile:
    """The type and pages of a file. Raises BadInput for another type, a damaged, encrypted or scripted one, or one that
    is too large."""
    if not content:
        raise BadInput("the file is empty", CHOOSE)
    if len(content) > LARGEST_FILE:
        raise BadInput(f"the file is larger than {LARGEST_FILE // 1_000_000} MB", "scan it in gray or black")
    media = next((media for begin, media in _BEGINS if content.startswith(begin)), None)
    if media is None:
        raise BadInput("by its content the file is not a PDF, PNG, JPEG or TIFF", CHOOSE)
    pages = pdf_pages(content) if media is Media.PDF else _image_pages(content, media)
    return CheckedFile(media, pages)


def pdf_pages(content: bytes) -> int:
    """The pages of a PDF without a password and without scripts. Raises BadInput."""
    reader = read_pdf(content)
    if reader.is_encrypted:
        raise BadInput("the PDF is encrypted", "print it to a PDF without a password, and choose that one")
    if (found := scripts_in(reader)) is not None:
        raise BadInput(f"the PDF has an active part ({found})", "print it to a new PDF, and choose that one")
    return _count(reader)


def read_pdf(content: bytes) -> PdfReader:
    """A PDF, read. Raises BadInput for a damaged one."""
    try:
        return PdfReader(io.BytesIO(content), strict=False)
    except (PyPdfError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise _damaged() from error


def _count(reader: PdfReader) -> int:
    try:
        pages = len(reader.pages)
    except (PyPdfError, ValueError, KeyError, TypeError, RecursionError, AttributeError) as error:
        raise _damaged() from error
    if not 1 <= pages <= MOST_PAGES:
        raise BadInput(f"the PDF has {pages} pages", f"choose one of 1 to {MOST_PAGES} pages")
    return pages


def scripts_in(reader: PdfReader) -> str | None:
    """What in a PDF acts or carries a file; None if nothing does. Every part that can be reached is looked at."""
    seen: set[tuple[int, int]] = set()
    todo: list[Any] = [reader.trailer]
    count = 0
    try:
        while todo:
            count += 1
            if count > MOST_OBJECTS:
                raise BadInput("the PDF has too many parts", "print it to a new PDF, and choose that one")
            one = todo.pop()
            if isinstance(one, IndirectObject):
                key = (one.idnum, one.generation)
                if key in seen:
                    continue
                seen.add(key)
                one = one.get_object()
            if isinstance(one, DictionaryObject):
                if (found := _acts(one)) is not None:
                    return found
                todo.extend(_raw(one).values())
            elif isinstance(one, ArrayObject):
                todo.extend(list(cast(list[Any], one)))
    except BadInput:
        raise
    except (PyPdfError, ValueError, KeyError, TypeError, RecursionError, AttributeError) as error:
        raise _damaged() from error
    return None


def _raw(one: DictionaryObject) -> dict[Any, Any]:
    """The entries of a part, with references to other parts as they stand."""
    return {name: one.raw_get(name) for name in cast(dict[Any, Any], one)}


def _acts(one: DictionaryObject) -> str | None:
    key = next((str(name) for name in _raw(one) if name in SCRIPT_KEYS), None)
    if key is not None:
        return key.removeprefix("/")
    action = one.get("/S")
    return str(action).removeprefix("/") if action in SCRIPT_ACTIONS else None


def _damaged() -> BadInput:
    return BadInput("the file is damaged", "scan it again, or print it to a new PDF")


def _image_pages(content: bytes, media: Media) -> int:
    try:
        with Image.open(io.BytesIO(content), formats=[_PILLOW[media]]) as image:
            pages, pixels = int(getattr(image, "n_frames", 1)), image.width * image.height
            if pixels <= MOST_PIXELS:
                image.load()
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise _damaged() from error
    if pixels > MOST_PIXELS:
        raise BadInput("the picture is too large", "scan it with 300 dots per inch")
    if pages > MOST_PAGES:
        raise BadInput(f"the file has {pages} pages", f"choose one of 1 to {MOST_PAGES} pages")
    return pages


def as_pdf(content: bytes, media: Media) -> bytes:
    """A checked file as a PDF: a PDF as it is, each page of a picture as a page."""
    if media is Media.PDF:
        return content
    made = io.BytesIO()
    with Image.open(io.BytesIO(content), formats=[_PILLOW[media]]) as image:
        pages = [_page(image, number) for number in range(int(getattr(image, "n_frames", 1)))]
    pages[0].save(made, "PDF", save_all=True, append_images=pages[1:], resolution=200.0)
    return made.getvalue()


def _page(image: Image.Image, number: int) -> Image.Image:
    image.seek(number)
    return image.convert("RGB")

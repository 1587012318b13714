"""A creditor's logo: checked once, identified by its digest, and linked into the letters that show it."""

import hashlib
from collections.abc import Iterable, Mapping

from docx.image.exceptions import InvalidImageStreamError, UnexpectedEndOfFileError, UnrecognizedImageError
from docx.image.image import Image

from letters.data import Logo
from letters.errors import LetterFault

LARGEST_PICTURE = 300_000
"""Bytes of a logo: it is in every letter and in every e-mail."""

WIDEST, TALLEST = 2_194_560, 411_480
"""The logo's space in the letterhead, 2.4 by 0.45 inch in EMU; a larger picture is scaled down."""

EMPTY_RELS = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"></Relationships>'
)
_IMAGE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/image"
_UNREADABLE = (
    UnrecognizedImageError,
    UnexpectedEndOfFileError,
    InvalidImageStreamError,
    ValueError,
    KeyError,
    IndexError,
    EOFError,
    OSError,
)
_SUFFIXES = {"image/png": "png", "image/jpeg": "jpeg"}


def logo_from(content: bytes, name: str) -> Logo:
    """The logo from a picture file. Raises `LetterFault` unless it is a PNG or JPEG, and if it is too large."""
    if len(content) > LARGEST_PICTURE:
        raise LetterFault(f"{name}: the picture has {len(content):,} bytes; make it smaller than {LARGEST_PICTURE:,}")
    try:
        image = Image.from_blob(content)
    except _UNREADABLE as error:
        raise LetterFault(f"{name}: this is no picture that can be read; give a PNG or JPEG file") from error
    suffix = _SUFFIXES.get(image.content_type)
    if suffix is None or not image.px_width or not image.px_height:
        raise LetterFault(f"{name}: a logo is a PNG or JPEG picture, not {image.content_type}; save it as PNG")
    scale = min(1.0, WIDEST / int(image.width), TALLEST / int(image.height))
    size = int(int(image.width) * scale), int(int(image.height) * scale)
    return Logo(hashlib.sha256(content).hexdigest(), suffix, *size)


def logo_part(logo: Logo) -> str:
    """The path of a logo in a Word file."""
    return f"word/media/logo-{logo.digest[:12]}.{logo.suffix}"


def picture_of(logo: Logo, pictures: Mapping[str, bytes]) -> bytes:
    """The bytes of a logo. Raises `LetterFault` if they are missing or have changed."""
    content = pictures.get(logo.digest)
    if content is None or hashlib.sha256(content).hexdigest() != logo.digest:
        raise LetterFault(f"the logo {logo.digest[:12]} is not kept in the book; set the creditor's logo again")
    return content


def with_logos(rels: bytes, logos: Iterable[Logo]) -> bytes:
    """A document's list of relationships with logos added."""
    links = "".join(
        f'<Relationship Id="{logo.rel}" Type="{_IMAGE}" Target="{logo_part(logo).removeprefix("word/")}"/>'
        for logo in logos
    )
    if rels.rstrip().endswith(b"/>") and b"</Relationships>" not in rels:
        return rels.rstrip()[:-2] + b">" + links.encode() + b"</Relationships>"
    return rels.replace(b"</Relationships>", links.encode() + b"</Relationships>")


def with_picture_types(content_types: bytes) -> bytes:
    """A package's list of content types with PNG and JPEG added if they are missing."""
    missing = "".join(
        f'<Default Extension="{suffix}" ContentType="{kind}"/>'
        for kind, suffix in _SUFFIXES.items()
        if f'Extension="{suffix}"'.encode() not in content_types
    )
    head, types, rest = content_types.partition(b"<Types")
    opening, close, rest = rest.partition(b">")
    return head + types + opening + close + missing.encode() + rest

"""Reading a letter back, the way a person would: its words, from a file that must open."""

import struct
import zlib
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

from docx import Document

from letters.docx.base import base_package
from letters.docx.drawing import W, para
from letters.docx.package import DOCUMENT, Zip, member


def words(docx: bytes | Path) -> str:
    """All text of a .docx in reading order, a line for each paragraph."""
    document = Document(str(docx) if isinstance(docx, Path) else BytesIO(docx))
    return "\n".join(
        "".join(text.text or "" for text in paragraph.iter(f"{{{_W}}}t"))
        for paragraph in document.element.body.iter(f"{{{_W}}}p")
    )


def template_with(*paragraphs: str) -> bytes:
    """A template on the shipped base whose paragraphs are these (text with tags, or XML)."""
    body = "".join(text if text.startswith("<w:p>") else para("Text", text) for text in paragraphs)
    return Zip([member(name, content) for name, content in base_package(body)]).with_members([])


def with_parts(docx: bytes, parts: dict[str, bytes]) -> bytes:
    """The same file with parts added or replaced."""
    with ZipFile(BytesIO(docx)) as archive:
        have = {name: archive.read(name) for name in archive.namelist()}
    return Zip([member(name, content) for name, content in (have | parts).items()]).with_members([])


def document_xml(docx: bytes) -> str:
    with ZipFile(BytesIO(docx)) as archive:
        assert archive.testzip() is None
        return archive.read(DOCUMENT).decode()


def png(width: int, height: int) -> bytes:
    """A one-coloured picture, without a library: a PNG of one bit a point."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    rows = b"".join(b"\0" + b"\xaa" * (-(-width // 8)) for _ in range(height))
    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


_W = W.split('"')[1]

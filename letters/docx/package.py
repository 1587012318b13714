"""A .docx as a zip of parts, read safely, written fast and always the same.

Output is written directly rather than with `zipfile`, so that parts that do not change from letter to letter are
deflated once and then only copied.
"""

import io
import re
import struct
import zipfile
import zlib
from dataclasses import dataclass
from hashlib import sha256

from letters.errors import LetterError

LARGEST_FILE = 20 * 1024 * 1024
LARGEST_UNPACKED = 100 * 1024 * 1024
LARGEST_TEXT = 8 * 1024 * 1024
DOCUMENT = "word/document.xml"
DOCUMENT_RELS = "word/_rels/document.xml.rels"
CONTENT_TYPES = "[Content_Types].xml"
_FIRST = (CONTENT_TYPES, "_rels/.rels")
_EPOCH = (0, 0x21)  # midnight, 1 January 1980: the earliest time in a zip
_EXTERNAL = re.compile(rb"<Relationship\b[^>]*TargetMode\s*=\s*[\"']External[\"'][^>]*>")
_TARGET = re.compile(rb"\bTarget\s*=\s*[\"']([^\"']*)")


@dataclass(frozen=True, slots=True)
class Problem:
    """An error in a template: where it is, what is wrong, and what to do."""

    where: str
    what: str
    do: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}; {self.do}"


@dataclass(frozen=True, slots=True)
class Package:
    """The parts of a .docx by name, content types first, and the SHA-256 of the file."""

    name: str
    digest: str
    parts: dict[str, bytes]


def read_package(docx: bytes, name: str) -> Package:
    """Read a .docx from any source. Raises `LetterError` with the first problem."""
    found = open_package(docx, name)
    if isinstance(found, Problem):
        raise LetterError(str(found))
    if faults := unsafe_parts(found):
        raise LetterError(str(faults[0]))
    return found


def open_package(docx: bytes, name: str) -> Package | Problem:
    """The parts of the file, or why it cannot be opened."""
    if len(docx) > LARGEST_FILE:
        size = len(docx) / 1024 / 1024
        return Problem(name, f"the file has {size:.1f} MB, over the 20 MB allowed", "make its pictures smaller")
    try:
        with zipfile.ZipFile(io.BytesIO(docx)) as archive:
            if sum(member.file_size for member in archive.infolist()) > LARGEST_UNPACKED:
                return Problem(name, "the file unpacks to over 100 MB", "save it again from Word with fewer pictures")
            for member in archive.infolist():
                if member.filename.endswith((".xml", ".rels")) and member.file_size > LARGEST_TEXT:
                    size = member.file_size / 1024 / 1024
                    what = f"{member.filename} holds {size:.0f} MB of text, over the 8 MB allowed"
                    return Problem(name, what, "save it again from Word; a letter needs a few pages")
            parts = {member.filename: archive.read(member) for member in archive.infolist() if not member.is_dir()}
    except (zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError, EOFError, OSError) as error:
        # zipfile raises RuntimeError for an encrypted part, and NotImplementedError for a compression it does not know.
        return Problem(name, f"this is not a Word file that can be read ({error})", "save it from Word as .docx")
    if DOCUMENT not in parts or _FIRST[0] not in parts:
        return Problem(name, f"the Word file has no {DOCUMENT}", "save it from Word as .docx")
    order = sorted(parts, key=lambda part: (part not in _FIRST, part))
    return Package(name, sha256(docx).hexdigest(), {part: parts[part] for part in order})


def unsafe_parts(package: Package) -> list[Problem]:
    """Macros, links to other files and entity declarations, each as a problem."""
    faults: list[Problem] = []
    for part, content in package.parts.items():
        if "vbaproject" in part.lower() or "activex" in part.lower():
            faults.append(Problem(f"{package.name}, {part}", "the file holds a macro", "save it from Word as .docx"))
        if part.endswith(".rels"):
            for link in _EXTERNAL.findall(content):
                target = _TARGET.search(link)
                shown = target[1].decode("utf-8", "replace") if target else "another file"
                faults.append(
                    Problem(
                        f"{package.name}, {part}",
                        f"the file links to {shown}",
                        "in Word, embed the picture or remove the hyperlink (the text may stay)",
                    )
                )
        if part.endswith((".xml", ".rels")) and b"<!DOCTYPE" in content.replace(b"\0", b""):
            faults.append(
                Problem(f"{package.name}, {part}", "the part declares XML entities", "save it again from Word")
            )
    if b"macroEnabled" in package.parts[_FIRST[0]]:
        faults.append(Problem(package.name, "the file is of the macro-enabled kind", "save it from Word as .docx"))
    return faults


@dataclass(frozen=True, slots=True)
class Member:
    """A part ready to be copied into a zip: its deflated bytes, checksum and full length."""

    name: bytes
    deflated: bytes
    crc: int
    length: int


def member(name: str, content: bytes) -> Member:
    """Deflate a part as small as possible, because it is done once."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return Member(name.encode(), packer.compress(content) + packer.flush(), zlib.crc32(content), len(content))


_LOCAL = struct.Struct("<IHHHHHIIIHH")
_CENTRAL = struct.Struct("<IHHHHHHIIIHHHHHII")
_END = struct.Struct("<IHHHHIIH")
_UTF8 = 0x800
_DEFLATE = 8


class Zip:
    """Zips that share most of their members: the shared ones are laid out once, before the rest."""

    def __init__(self, shared: list[Member]) -> None:
        self._count = len(shared)
        body = bytearray()
        directory = bytearray()
        for part in shared:
            local, central = _headers(part, len(body))
            directory += central
            body += local + part.deflated
        self._body = bytes(body)
        self._directory = bytes(directory)

    def with_members(self, members: list[Member]) -> bytes:
        """One zip: the shared members unchanged, then these."""
        pieces = [self._body]
        directory = [self._directory]
        offset = len(self._body)
        for part in members:
            local, central = _headers(part, offset)
            pieces += (local, part.deflated)
            directory.append(central)
            offset += len(local) + len(part.deflated)
        listing = b"".join(directory)
        count = self._count + len(members)
        pieces += (listing, _END.pack(0x06054B50, 0, 0, count, count, len(listing), offset, 0))
        return b"".join(pieces)


def _headers(part: Member, offset: int) -> tuple[bytes, bytes]:
    sizes = (part.crc, len(part.deflated), part.length, len(part.name), 0)
    local = _LOCAL.pack(0x04034B50, 20, _UTF8, _DEFLATE, *_EPOCH, *sizes)
    central = _CENTRAL.pack(0x02014B50, 20, 20, _UTF8, _DEFLATE, *_EPOCH, *sizes, 0, 0, 0, 0, offset)
    return local + part.name, central + part.name

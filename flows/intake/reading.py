"""Reading a CSV file as a stream: a line at a time, however large, with every flaw named by its line."""

import csv
import hashlib
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from models.errors import Refused

MAX_LINE = 1_000_000
"""Bytes in one line; a longer one is a damaged file, and is passed over without being held in memory."""

BOM = b"\xef\xbb\xbf"
_CHUNK = 1 << 20


class BadFile(Refused):
    """A file that is refused whole: nothing of it was taken. The message says where and what to do."""


@dataclass(frozen=True, slots=True)
class Reject:
    """A row that could not be taken: its line, the field at fault (empty for the row as a whole), and why."""

    line: int
    field: str
    reason: str
    row: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Record:
    """A row with the line on which it begins."""

    line: int
    values: tuple[str, ...]


class Rows(ABC):
    """Rows with named columns and the lines on which they stand. Iterating gives a Record or a Reject for each."""

    path: Path
    header: tuple[str, ...]

    @abstractmethod
    def __iter__(self) -> Iterator[Record | Reject]: ...

    def require(self, columns: Sequence[str]) -> None:
        """Raise BadFile unless these columns are there."""
        missing = [name for name in columns if name not in self.header]
        if missing:
            raise BadFile(
                f"{self.path.name}:1: column {', '.join(missing)} is missing; the header has {', '.join(self.header)}"
            )

    def places(self, columns: Sequence[str]) -> list[int]:
        """Where each column stands in a row; -1 for one that the file does not have."""
        return [self.header.index(name) if name in self.header else -1 for name in columns]


class CsvFile(Rows):
    """A CSV file with a header row, as it lies on disk."""

    def __init__(self, path: Path, delimiter: str = ",") -> None:
        self.path = path
        self._delimiter = delimiter
        self.header = ()
        self.header = self._read_header()

    def _read_header(self) -> tuple[str, ...]:
        for found in self._records():
            if isinstance(found, Reject):
                raise BadFile(f"{self.path.name}:{found.line}: the header row cannot be read: {found.reason}")
            return tuple(name.strip().lower() for name in found.values)
        raise BadFile(f"{self.path.name}:1: the file is empty; it must begin with a row of column names")

    def __iter__(self) -> Iterator[Record | Reject]:
        records = self._records()
        next(records)
        width = len(self.header)
        for found in records:
            if isinstance(found, Record):
                if not any(found.values):
                    continue
                if len(found.values) != width:
                    reason = (
                        f"has {len(found.values)} fields where the header has {width}; is a comma or a quote amiss?"
                    )
                    yield Reject(found.line, "", reason, found.values)
                    continue
            yield found

    def _records(self) -> Iterator[Record | Reject]:
        with self.path.open("rb") as file:
            lines = _Lines(file)
            reader = csv.reader(lines, strict=True, delimiter=self._delimiter)
            while True:
                lines.begin_record()
                try:
                    values = next(reader)
                except StopIteration:
                    if lines.overlong is not None:
                        yield lines.overlong
                    return
                except csv.Error as error:
                    yield Reject(lines.first, "", f"is not well-formed CSV: {error}")
                    # The reader keeps half a record in mind; a new one begins at the next line.
                    reader = csv.reader(lines, strict=True, delimiter=self._delimiter)
                    continue
                if lines.overlong is not None:
                    yield lines.overlong
                    lines.overlong = None
                    continue
                if lines.undecodable:
                    yield _undecodable(lines.first, values, self.header)
                    continue
                yield Record(lines.first, tuple(values))


def _undecodable(line: int, values: Sequence[str], header: Sequence[str]) -> Reject:
    for index, value in enumerate(values):
        for letter in value:
            if 0xDC80 <= ord(letter) <= 0xDCFF:
                field = header[index] if index < len(header) else ""
                reason = f"is not UTF-8 (byte 0x{ord(letter) - 0xDC00:02X}); save the file as UTF-8"
                return Reject(line, field, reason, tuple(_printable(value) for value in values))
    raise AssertionError("a row without an undecodable byte was taken for one with it")


def _printable(value: str) -> str:
    return value.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


class _Lines:
    """The lines of a file as text, counted; bytes that are not UTF-8 come through as surrogates."""

    def __init__(self, file: object) -> None:
        self._file = file
        self.line = 0
        self.first = 1
        self.undecodable = False
        self.overlong: Reject | None = None

    def begin_record(self) -> None:
        self.first = self.line + 1
        self.undecodable = False

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        raw: bytes = self._file.readline(MAX_LINE)  # type: ignore[attr-defined]
        if not raw:
            raise StopIteration
        self.line += 1
        if len(raw) >= MAX_LINE and not raw.endswith(b"\n"):
            size = len(raw) + self._pass_over()
            reason = f"is {size:,} bytes long, more than {MAX_LINE:,}; the file is damaged here"
            self.overlong = Reject(self.line, "", reason)
            return "\n"
        if self.line == 1 and raw.startswith(BOM):
            raw = raw[len(BOM) :]
        if b"\x00" in raw:
            raw = raw.replace(b"\x00", b"\xff")
        try:
            return raw.decode()
        except UnicodeDecodeError:
            self.undecodable = True
            return raw.decode("utf-8", "surrogateescape")

    def _pass_over(self) -> int:
        size = 0
        while True:
            more: bytes = self._file.readline(_CHUNK)  # type: ignore[attr-defined]
            size += len(more)
            if not more or more.endswith(b"\n"):
                return size


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal, read a piece at a time."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(_CHUNK):
            digest.update(piece)
    return digest.hexdigest()

"""Reading a CSV file of any size as a stream: a line at a time, with every error by its line."""

import csv
import hashlib
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO, NamedTuple

from models.errors import BadFile

MAX_LINE = 1_000_000
"""Bytes in one line; a longer one is a damaged file, and is skipped without being held in memory."""

MAX_RECORD_LINES = 100
"""Lines in one record: a note has a few, an unclosed quote has all the rest of the file."""

BOM = b"\xef\xbb\xbf"
_CHUNK = 1 << 20
_ZERO = "\udc00"
"""Replaces a zero byte, which no field may contain."""


class Reject(NamedTuple):
    """A rejected row: its line, the wrong field (empty for the row as a whole), and why."""

    line: int
    field: str
    reason: str
    row: tuple[str, ...] = ()


class Record(NamedTuple):
    """A row with its first line."""

    line: int
    values: tuple[str, ...]


class Rows(ABC):
    """Rows with named columns and their lines. Iterating gives a Record or a Reject for each."""

    path: Path
    header: tuple[str, ...]

    @abstractmethod
    def __iter__(self) -> Iterator[Record | Reject]: ...

    def require(self, columns: Sequence[str]) -> None:
        """Raise BadFile unless these columns are there."""
        for name in columns:
            if self.header.count(name) > 1:
                raise BadFile(f"{self.path.name}:1: column {name} is in the header twice", "rename one of them")
        missing = [name for name in columns if name not in self.header]
        if missing:
            named, there = columns_named(missing), ", ".join(self.header)
            says = f"{named} is missing" if len(missing) == 1 else f"{named} are missing"
            raise BadFile(f"{self.path.name}:1: {says}", f"the columns of the file are {there}")

    def own_name(self, column: str) -> str:
        """The file's own name of a column."""
        return column

    def places(self, columns: Sequence[str]) -> list[int]:
        """The place of each column in a row; -1 for a column that the file does not have."""
        return [self.header.index(name) if name in self.header else -1 for name in columns]


class CsvFile(Rows):
    """A CSV file with a header row, as it is on disk."""

    def __init__(self, path: Path, delimiter: str = ",") -> None:
        self.path = path
        self._delimiter = delimiter
        self.header = ()
        self.header = self._read_header()

    def _read_header(self) -> tuple[str, ...]:
        for found in self._records(None):
            if isinstance(found, Reject):
                raise BadFile(f"{self.path.name}:{found.line}: the header row can't be read: {found.reason}")
            if any(found.values):
                return tuple(name.strip().lower() for name in found.values)
            break
        raise BadFile(f"{self.path.name}:1: the first line is empty", "the first line must have the column names")

    def __iter__(self) -> Iterator[Record | Reject]:
        records = self._records(len(self.header))
        next(records)
        return records

    def _records(self, width: int | None) -> Iterator[Record | Reject]:
        """Every record, the header as the first; those of another width are rejects."""
        with self.path.open("rb") as file:
            lines = _Lines(file)
            reader = csv.reader(lines, strict=True, delimiter=self._delimiter)
            while True:
                first = lines.begin_record()
                try:
                    values = next(reader)
                except StopIteration:
                    return
                except csv.Error as error:
                    yield Reject(first, "", lines.flaw(error))
                    # The unclosed quote may have swallowed good lines: all but the first are read again.
                    lines.take_back()
                    reader = csv.reader(lines, strict=True, delimiter=self._delimiter)
                    continue
                if lines.flawed:
                    yield lines.overlong(first) or _undecodable(first, values, self.header)
                elif width is None or len(values) == width or first == 1:
                    if first == 1 or any(values):
                        yield Record(first, tuple(values))
                elif any(values):
                    reason = f"has {len(values)} fields where the header has {width}; check the commas and quotes"
                    yield Reject(first, "", reason, tuple(values))
                    lines.take_back()


def _undecodable(line: int, values: Sequence[str], header: Sequence[str]) -> Reject:
    for index, value in enumerate(values):
        for letter in value:
            if 0xDC00 <= ord(letter) <= 0xDCFF:
                field = header[index] if index < len(header) else ""
                byte = ord(letter) - 0xDC00
                reason = f"is not UTF-8 (byte 0x{byte:02X}); save the file as UTF-8"
                if byte == 0:
                    reason = "has a zero byte; the file is damaged, or is not UTF-8"
                return Reject(line, field, reason, tuple(_printable(value) for value in values))
    raise AssertionError("a row without an undecodable byte was taken for one with it")


def _printable(value: str) -> str:
    return value.replace(_ZERO, "\ufffd").encode("utf-8", "surrogateescape").decode("utf-8", "replace")


class _Lines:
    """The lines of a file as text, counted; undecodable bytes become surrogates.

    The lines of the present record are kept, so that they can be read again. A line that is too long is skipped,
    and represented by its size.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._line = 0
        self._record: list[bytes | int] = []
        self._again: deque[bytes | int] = deque()
        self.flawed = False

    def begin_record(self) -> int:
        """Forget the record before; returns the first line of the next one."""
        self._record.clear()
        self.flawed = False
        return self._line + 1

    def take_back(self) -> None:
        """Return all lines of the present record but the first once more."""
        later = self._record[1:]
        self._again.extendleft(reversed(later))
        self._line -= len(later)

    def flaw(self, error: csv.Error) -> str:
        """The error in a record at which the reader stopped."""
        if len(self._record) > 1 or "unexpected end" in str(error):
            return 'a quote is opened here and not closed; close it, and double any quote inside quotes ("")'
        return f"is not well-formed CSV: {error}"

    def overlong(self, line: int) -> Reject | None:
        """The reject for a line that was skipped, if the record is one."""
        size = self._record[0]
        if not isinstance(size, int):
            return None
        return Reject(line, "", f"is {size:,} bytes long, more than {MAX_LINE:,}; the file is damaged at this line")

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        raw = self._again.popleft() if self._again else self._file.readline(MAX_LINE)
        if not raw:
            raise StopIteration
        if not isinstance(raw, int) and len(raw) >= MAX_LINE and not raw.endswith(b"\n"):
            raw = self._pass_over(len(raw))
        self._record.append(raw)
        self._line += 1
        if isinstance(raw, int):
            self.flawed = True
            if len(self._record) > 1:
                raise csv.Error("the record does not end")
            return "\n"
        if len(self._record) > MAX_RECORD_LINES:
            raise csv.Error("the record does not end")
        if self._line == 1:
            raw = raw.removeprefix(BOM)
        try:
            text = raw.decode()
        except UnicodeDecodeError:
            self.flawed = True
            text = raw.decode("utf-8", "surrogateescape")
        if "\x00" in text:
            self.flawed = True
            text = text.replace("\x00", _ZERO)
        return text

    def _pass_over(self, size: int) -> int:
        """Read to the end of a line of which this many bytes are read; returns its size."""
        while more := self._file.readline(_CHUNK):
            size += len(more)
            if more.endswith(b"\n"):
                break
        return size


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal, read a piece at a time."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(_CHUNK):
            digest.update(piece)
    return digest.hexdigest()


def columns_named(names: Sequence[str]) -> str:
    """Columns within a sentence: ``column date``, ``columns date, amount``."""
    return f"column{'' if len(names) == 1 else 's'} {', '.join(names)}"

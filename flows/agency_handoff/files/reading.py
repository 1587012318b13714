"""Reads an agency's file by its layout: the whole file is checked before any of it is imported."""

import csv
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar
from zipfile import BadZipFile

from openpyxl import load_workbook

from flows.agency_handoff.files.codec import decoder, from_native
from flows.agency_handoff.files.fields import OfAccount
from flows.agency_handoff.files.layout import Cell, FileLayout, Format, Holds, Layout
from flows.agency_handoff.files.writing import Tally, tally_for
from models.csv_files import restored
from models.enums import AgencyFileKind
from models.errors import BadFile
from models.values import BadValue, dollars

Values = TypeVar("Values", bound=OfAccount)
"""The fields in a line of a kind of file, such as `flows.agency_handoff.files.fields.Paid`."""


@dataclass(frozen=True, slots=True)
class Line(Generic[Values]):
    """A line as values by field."""

    number: int
    values: Values


@dataclass(frozen=True, slots=True)
class BadLine:
    """A line that cannot be read, and why."""

    number: int
    field: str
    reason: str
    text: tuple[str, ...] = ()


Raw = tuple[int, str, Sequence[str]]
"""The number of a line, its record type (header, line, trailer), and the texts of its cells."""


def lines_of(layout: Layout, kind: AgencyFileKind, path: Path) -> Iterator[Line[Any] | BadLine]:
    """The lines of a file as values. Raises BadFile if it does not match this layout at all."""
    file = layout.files[kind]
    read = [(cell, decoder(cell)) for cell in file.line if cell.holds is Holds.FIELD]
    places = [place for place, cell in enumerate(file.line) if cell.holds is Holds.FIELD]
    for number, record, texts in _raw(layout, file, path):
        if record == "line":
            yield _line(number, texts, read, places)


def _line(
    number: int, texts: Sequence[str], read: Sequence[tuple[Cell, Callable[[str], Any]]], places: Sequence[int]
) -> Line[Any] | BadLine:
    values: dict[str, Any] = {}
    for place, (cell, decode) in zip(places, read, strict=True):
        try:
            values[cell.name] = decode(texts[place])
        except BadValue as error:
            return BadLine(number, cell.title, str(error), tuple(texts))
    line: Line[Any] = Line(number, values)
    return line


def check_whole(layout: Layout, kind: AgencyFileKind, path: Path) -> Tally:
    """Check a file: its counts and totals must be those of its lines. Returns them.

    Raises BadFile, with the difference, if they are not. The same applies if a header or trailer is missing, or if an
    amount in a total cannot be read.
    """
    file = layout.files[kind]
    tally = tally_for(file)
    summed = [(place, cell, decoder(cell)) for place, cell in enumerate(file.line) if cell.name in tally.totals]
    said: dict[str, tuple[int, Sequence[str]]] = {}
    for number, record, texts in _raw(layout, file, path):
        if record != "line":
            said[record] = (number, texts)
            continue
        tally.lines += 1
        for place, cell, decode in summed:
            try:
                tally.totals[cell.name] += decode(texts[place]) or 0
            except BadValue as error:
                raise BadFile(f"{path.name}:{number}: {error}", "so the totals can't be checked") from None
    for name, cells in (("header", file.header), ("trailer", file.trailer)):
        if cells and name not in said:
            raise BadFile(f"{path.name}: the {name} is missing", "the file may be cut short. Request it again")
        if cells:
            _agree(path, name, cells, said[name], tally, len(said))
    return tally


def _agree(
    path: Path, name: str, cells: Sequence[Cell], said: tuple[int, Sequence[str]], tally: Tally, marks: int
) -> None:
    number, texts = said
    for cell, text in zip(cells, texts, strict=False):
        if cell.holds not in (Holds.COUNT, Holds.TOTAL):
            continue
        try:
            told = decoder(cell)(text) or 0
        except BadValue as error:
            raise BadFile(f"{path.name}:{number}: {error}") from None
        if cell.holds is Holds.COUNT:
            found = tally.lines + (marks if cell.name == "records" else 0)
            if told != found:
                message = (
                    f"the {name} shows {told} {cell.name}, the file has {found}: a difference of {abs(told - found)}"
                )
                raise BadFile(f"{path.name}:{number}: {message}", "nothing was imported; request the file again")
        elif told != (found := tally.totals[cell.name]):
            message = f"the {name} shows {cell.name} {dollars(told)}, the lines total {dollars(found)}"
            off = f"a difference of {dollars(abs(told - found))}"
            raise BadFile(f"{path.name}:{number}: {message}", f"{off}; nothing was imported; request the file again")


def _raw(layout: Layout, file: FileLayout, path: Path) -> Iterator[Raw]:
    match layout.format:
        case Format.DELIMITED:
            return _delimited(layout, file, path)
        case Format.FIXED:
            return _fixed(layout, file, path)
        case Format.XLSX:
            return _workbook(file, path)


def _marks(file: FileLayout) -> dict[str, str]:
    """The constants that identify a header and a trailer."""
    records = {"header": file.header, "trailer": file.trailer}
    return {cells[0].name: record for record, cells in records.items() if cells}


def _delimited(layout: Layout, file: FileLayout, path: Path) -> Iterator[Raw]:
    marks = _marks(file)
    want = {"header": len(file.header), "line": len(file.line), "trailer": len(file.trailer)}
    order: list[int] | None = None
    for number, row in _rows(layout, path):
        if layout.titles and order is None:
            order = _columns(path, number, file.line, row)
            continue
        if not any(cell.strip() for cell in row):
            continue
        record = marks.get(row[0].strip(), "line")
        texts = [row[place] for place in order] if record == "line" and order and len(row) > max(order) else row
        if len(texts) < want[record]:
            message = (
                f"the {record} has {len(row)} columns instead of {want[record]}; check that it uses "
                f"layout {layout.name}"
            )
            raise BadFile(f"{path.name}:{number}: {message}")
        yield number, record, texts
    if layout.titles and order is None:
        raise BadFile(f"{path.name}:1: the file is empty")


def _rows(layout: Layout, path: Path) -> Iterator[tuple[int, list[str]]]:
    encoding = "utf-8-sig" if layout.encoding == "utf-8" else layout.encoding
    number = 0
    try:
        with path.open(encoding=encoding, newline="") as text:
            rows = csv.reader(text, delimiter=layout.delimiter, strict=True)
            for row in rows:
                number = rows.line_num
                yield number, [restored(cell) for cell in row]
    except (UnicodeDecodeError, csv.Error) as error:
        raise BadFile(
            f"{path.name}:{number + 1}: the line is not {layout.format.value} text in {layout.encoding}: {error}"
        ) from None


def _columns(path: Path, number: int, cells: Sequence[Cell], row: Sequence[str]) -> list[int]:
    """The column of each cell of a line, by the titles; columns can be in any order."""
    titles = [title.strip() for title in row]
    missing = [cell.title for cell in cells if cell.title not in titles and (cell.filled or cell.holds is Holds.CONST)]
    if missing:
        raise BadFile(
            f"{path.name}:{number}: column {', '.join(missing)} is missing", f"the columns are {', '.join(titles)}"
        )
    absent = [cell.title for cell in cells if cell.title not in titles]
    if absent:
        raise BadFile(
            f"{path.name}:{number}: column {', '.join(absent)} is missing", "keep the column, even if it is empty"
        )
    return [titles.index(cell.title) for cell in cells]


def _fixed(layout: Layout, file: FileLayout, path: Path) -> Iterator[Raw]:
    marks = _marks(file)
    cells = {"header": file.header, "line": file.line, "trailer": file.trailer}
    number = 0
    try:
        with path.open(encoding=layout.encoding, newline="") as text:
            for number, ended in enumerate(text, 1):
                line = ended.rstrip("\r\n")
                if not line.strip("\x1a "):
                    continue
                record = next((one for mark, one in marks.items() if line.startswith(mark)), "line")
                least = max(cell.start + (cell.width or 0) for cell in cells[record])
                if len(line) > (layout.length or least) or len(line.ljust(least)) < least:
                    raise BadFile(
                        f"{path.name}:{number}: the line has {len(line)} characters instead of {layout.length}"
                    )
                whole = line.ljust(least)
                yield number, record, [whole[c.start : c.start + (c.width or 0)] for c in cells[record]]
    except UnicodeDecodeError as error:
        raise BadFile(f"{path.name}:{number + 1}: is not text in {layout.encoding}: {error.reason}") from None


def _workbook(file: FileLayout, path: Path) -> Iterator[Raw]:
    file_there = path.open("rb")
    try:
        workbook = load_workbook(file_there, read_only=True, data_only=True)
    except (BadZipFile, KeyError, OSError, ValueError) as error:
        file_there.close()
        raise BadFile(f"{path.name}: is not an Excel workbook ({type(error).__name__})", "save it as .xlsx") from None
    try:
        for wanted in ("Lines", *(("Control",) if file.header or file.trailer else ())):
            if wanted not in workbook.sheetnames:
                raise BadFile(
                    f"{path.name}: sheet {wanted} is missing", f"the sheets are {', '.join(workbook.sheetnames)}"
                )
        yield from _sheet(file, path, workbook["Lines"])
        if file.header or file.trailer:
            yield from _control(file, path, workbook["Control"])
    finally:
        workbook.close()
        file_there.close()


def _sheet(file: FileLayout, path: Path, sheet: Any) -> Iterator[Raw]:
    order: list[int] | None = None
    for number, row in enumerate(sheet.iter_rows(values_only=True), 1):
        if order is None:
            order = _columns(path, number, file.line, [str(cell or "") for cell in row])
            continue
        if all(cell is None for cell in row):
            continue
        values = [row[place] if place < len(row) else None for place in order]
        yield number, "line", [from_native(cell, value) for cell, value in zip(file.line, values, strict=True)]
    if order is None:
        raise BadFile(f"{path.name}: the sheet Lines is empty")


def _control(file: FileLayout, path: Path, sheet: Any) -> Iterator[Raw]:
    """The sheet Control, read like the header and trailer of a text file."""
    said = {str(row[0]): row[1] for row in sheet.iter_rows(values_only=True) if len(row) > 1 and row[0] is not None}
    for record, cells in (("header", file.header), ("trailer", file.trailer)):
        missing = [cell.title for cell in cells if cell.title not in said]
        if missing:
            raise BadFile(f"{path.name}: the sheet Control lacks {', '.join(missing)}")
        if cells:
            yield 0, record, [from_native(cell, said[cell.title]) for cell in cells]

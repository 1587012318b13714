"""Writes a file for an agency: records into lines by a layout, with their counts and totals."""

import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fnmatch import fnmatch
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell

from flows.agency_handoff.files.codec import encoder, native
from flows.agency_handoff.files.fields import FieldType
from flows.agency_handoff.files.layout import Cell, FileLayout, Format, Holds, Layout
from models.csv_files import csv_text
from models.enums import AgencyFileKind

Record = Mapping[str, Any]
"""A line by field names; amounts are cents, percents are hundredths, a missing field is empty."""


@dataclass(frozen=True, slots=True)
class About:
    """The data about the file itself."""

    agency: str
    date: date
    sequence: int
    kind: AgencyFileKind
    creditor: str = ""

    def value(self, name: str) -> Any:
        """The values for a header or trailer."""
        return self.kind.value if name == "kind" else getattr(self, name)


@dataclass(slots=True)
class Tally:
    """The counts and totals of a header or trailer."""

    lines: int = 0
    totals: dict[str, int] = field(default_factory=dict[str, int])

    def add(self, record: Record) -> None:
        """Add one more line."""
        self.lines += 1
        for name in self.totals:
            self.totals[name] += record.get(name) or 0


def tally_for(layout: FileLayout) -> Tally:
    """An empty tally for the totals in a layout."""
    cells = (*layout.header, *layout.trailer)
    return Tally(0, {cell.name: 0 for cell in cells if cell.holds is Holds.TOTAL})


def file_name(layout: FileLayout, about: About) -> str:
    """The name of a file by its pattern."""
    return layout.name.format(
        agency=about.agency, date=f"{about.date:%Y%m%d}", sequence=f"{about.sequence:04d}", kind=about.kind.value
    )


def is_named(layout: FileLayout, agency: str, name: str) -> bool:
    """Whether the name of a received file matches its kind."""
    pattern = layout.name
    for word in ("date", "sequence", "kind"):
        pattern = pattern.replace(f"{{{word}}}", "*")
    return fnmatch(name.lower(), pattern.replace("{agency}", agency).lower())


class Writer:
    """Accepts records one by one; one that does not fit raises BadValue and is left out. `content` is the file.

    Lines are stored as text until then, because a header may contain their count.
    """

    def __init__(self, layout: Layout, kind: AgencyFileKind) -> None:
        self.layout = layout
        self.file = layout.files[kind]
        self.tally = tally_for(self.file)
        self._line = self._row(self.file.line)
        self._lines: list[Any] = []

    def add(self, record: Record) -> None:
        """Add one more line. Raises BadValue for a value that does not fit its cell."""
        self._lines.append(self._line(record))
        self.tally.add(record)

    def content(self, about: About) -> bytes:
        """The file."""
        return self._workbook(about) if self.layout.format is Format.XLSX else self._text(about)

    def _text(self, about: About) -> bytes:
        head = [self._line_of(self.file.header, about)] if self.file.header else []
        foot = [self._line_of(self.file.trailer, about)] if self.file.trailer else []
        lines = [*head, *self._lines, *foot]
        if self.layout.format is Format.FIXED:
            end = self.layout.newline
            return "".join(line + end for line in lines).encode(self.layout.encoding)
        titles = [[cell.title for cell in self.file.line]] if self.layout.titles else []
        text = csv_text([*titles, *lines], delimiter=self.layout.delimiter, newline=self.layout.newline)
        return text.encode(self.layout.encoding)

    def _line_of(self, cells: Sequence[Cell], about: About) -> Any:
        return self._row(cells)({cell.name: self._said(cell, about) for cell in cells})

    def _said(self, cell: Cell, about: About) -> Any:
        match cell.holds:
            case Holds.ABOUT:
                return about.value(cell.name)
            case Holds.COUNT:
                marks = bool(self.file.header) + bool(self.file.trailer)
                return self.tally.lines + (marks if cell.name == "records" else 0)
            case Holds.TOTAL:
                return self.tally.totals[cell.name]
            case Holds.CONST | Holds.FIELD:
                return cell.name

    def _row(self, cells: Sequence[Cell]) -> Callable[[Record], Any]:
        layout = self.layout
        if layout.format is Format.XLSX:
            return lambda record: [_native(cell, record) for cell in cells]
        encoders = [encoder(cell, layout.encoding, plain=layout.plain) for cell in cells]
        shape = [(cell.name, encode) for cell, encode in zip(cells, encoders, strict=True)]
        always = {cell.name: cell.name for cell in cells if cell.holds is Holds.CONST}

        def values(record: Record) -> list[str]:
            told = {**record, **always}
            return [encode(told.get(name)) for name, encode in shape]

        if layout.format is Format.DELIMITED:
            return values
        places = [(cell.start, cell.start + (cell.width or 0)) for cell in cells]
        length = layout.length or 0
        order = sorted(range(len(cells)), key=lambda place: places[place])

        def line(record: Record) -> str:
            written = values(record)
            parts: list[str] = []
            end = 0
            for place in order:
                start, after = places[place]
                parts.append(" " * (start - end) + written[place])
                end = after
            return "".join(parts).ljust(length)

        return line

    def _workbook(self, about: About) -> bytes:
        workbook = Workbook(write_only=True)
        sheet = workbook.create_sheet("Lines")
        sheet.append([cell.title for cell in self.file.line])
        for line in self._lines:
            sheet.append([_cell(sheet, spec, value) for spec, value in zip(self.file.line, line, strict=True)])
        control = workbook.create_sheet("Control")
        for cell in (*self.file.header, *self.file.trailer):
            value = native(cell, self._said(cell, about))
            control.append([cell.title, _cell(control, cell, value)])
        out = io.BytesIO()
        workbook.save(out)
        return out.getvalue()


def _native(cell: Cell, record: Record) -> Any:
    return native(cell, cell.name if cell.holds is Holds.CONST else record.get(cell.name))


_FORMATS = {FieldType.AMOUNT: "0.00", FieldType.PERCENT: "0.00", FieldType.DATE: "yyyy-mm-dd"}


def _cell(sheet: Any, cell: Cell, value: Any) -> Any:
    """A cell with its format; text stays text, even if it begins like a formula."""
    shown = WriteOnlyCell(sheet, value)
    if cell.type in _FORMATS:
        shown.number_format = _FORMATS[cell.type]
    elif isinstance(value, str):
        shown.data_type = "s"
    return shown

"""Reads a layout: YAML written by a manager, checked entry by entry and as a whole; every error with its line."""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field as Limits

from flows.agency_handoff.files.fields import ABOUT, FIELDS, Field, FieldType
from flows.agency_handoff.files.layout import AmountStyle, Cell, FileLayout, Format, Holds, Layout
from flows.settings.tables.reading import read_words
from flows.settings.tables.words import Name, Text
from flows.settings.tables.yaml_text import BadSchedule, Problem, line_of, nearest
from models.enums import AgencyFileKind

SHIPPED = Path(__file__).with_name("layouts")

Codec = Literal["utf-8", "ascii", "latin-1", "cp1252"]
Fill = Literal[" ", "0"]
Width = Annotated[int, Limits(ge=1, le=2_000)]


class CellText(Text):
    """A position in a record: exactly one of field, const, about, count and total defines its content."""

    field: str | None = None
    const: str | None = None
    about: str | None = None
    count: Literal["lines", "records"] | None = None
    total: str | None = None
    title: str | None = None
    at: Annotated[int, Limits(ge=1, le=5_000)] | None = None
    width: Width | None = None
    align: Literal["left", "right"] | None = None
    fill: Fill | None = None
    date: str | None = None
    amount: AmountStyle | None = None
    sign: Literal["first", "last"] = "first"
    values: dict[str, str] = Limits(default_factory=dict[str, str])
    cut: bool = False
    empty: str = ""


class FileText(Text):
    """One kind of file."""

    name: Annotated[str, Limits(min_length=1, max_length=120)]
    header: list[CellText] = Limits(default_factory=list[CellText])
    line: Annotated[list[CellText], Limits(min_length=1)]
    trailer: list[CellText] = Limits(default_factory=list[CellText])


class LayoutText(Text):
    """The whole file."""

    layout: Name
    title: str
    format: Format
    encoding: Codec = "utf-8"
    plain: bool = False
    delimiter: Annotated[str, Limits(min_length=1, max_length=1)] = ","
    newline: Literal["crlf", "lf"] = "crlf"
    titles: bool = False
    length: Annotated[int, Limits(ge=1, le=5_000)] | None = None
    dates: str = "%Y-%m-%d"
    amounts: AmountStyle = AmountStyle.DECIMAL
    files: dict[AgencyFileKind, FileText]


@lru_cache(64)
def layout_from(text: str, file: str = "layout") -> Layout:
    """The layout of a text. Raises BadSchedule with everything that is wrong with it, each with its line."""
    words, document = read_words(text, file, LayoutText)
    problems = [
        Problem(file, line_of(document, where), ".".join(map(str, where)), message)
        for where, message in _problems(words)
    ]
    if problems:
        raise BadSchedule(sorted(problems, key=lambda problem: problem.line))
    return _build(words)


def shipped_layouts() -> dict[str, Path]:
    """The shipped layouts, by name."""
    return {path.stem: path for path in sorted(SHIPPED.glob("*.yaml"))}


Found = tuple[tuple[str | int, ...], str]
"""An error: where in the file, and what."""


def _problems(words: LayoutText) -> Iterator[Found]:
    if words.format is Format.FIXED and words.length is None:
        yield ("format",), "a fixed layout requires a line length; add `length: 400`"
    for kind, file in words.files.items():
        here = ("files", kind.value)
        yield from _line(words, kind, file)
        for part in ("header", "line", "trailer"):
            cells: list[CellText] = getattr(file, part)
            yield from _cells(words, kind, (*here, part), cells)
            if words.format is Format.FIXED:
                yield from _places(words, (*here, part), cells)
        yield from _told_apart(words, here, file)
        if "{sequence" not in file.name and kind in (AgencyFileKind.PLACEMENT, AgencyFileKind.UPDATE):
            yield (*here, "name"), "must contain {sequence}, so that file names are unique"


def _line(words: LayoutText, kind: AgencyFileKind, file: FileText) -> Iterator[Found]:
    """Every layout must have the required fields, and no field twice."""
    where = ("files", kind.value, "line")
    named = [cell.field for cell in file.line if cell.field is not None]
    for name, field in FIELDS[kind].items():
        if field.carried and name not in named:
            yield where, f"{name} is missing; add it: {field.says}"
    for place, name in enumerate(named):
        if name in named[:place]:
            yield where, f"{name} is defined twice; keep one of them"
    titles = [_title(cell) for cell in file.line]
    if words.titles or words.format is Format.XLSX:
        for place, title in enumerate(titles):
            if title in titles[:place]:
                yield (*where, place), f'two columns have the title "{title}"; use a different title'


def _cells(
    words: LayoutText, kind: AgencyFileKind, where: tuple[str | int, ...], cells: Sequence[CellText]
) -> Iterator[Found]:
    for place, cell in enumerate(cells):
        at = (*where, place)
        given = [name for name in ("field", "const", "about", "count", "total") if getattr(cell, name) is not None]
        if len(given) != 1:
            yield at, "requires exactly one of field, const, about, count and total"
            continue
        if words.format is Format.FIXED and cell.width is None and cell.const is None:
            yield at, f"{_title(cell)} requires a width in a fixed layout"
        yield from _known(kind, at, cell, in_line=where[-1] == "line")


def _known(kind: AgencyFileKind, at: tuple[str | int, ...], cell: CellText, *, in_line: bool) -> Iterator[Found]:
    """Whether the field of a cell exists and is allowed in its record."""
    fields = FIELDS[kind]
    if cell.field is not None and not in_line:
        yield at, f"{cell.field} belongs in a line; a header or trailer has const, about, count and total"
    if (cell.count or cell.total) and in_line:
        yield at, "a count or a total belongs in a header or trailer, not in a line"
    name, known = (cell.field, fields) if cell.field else (cell.about, ABOUT) if cell.about else (cell.total, fields)
    if name is not None and name not in known:
        yield at, f'"{name}" is not a field of a {kind.value} file{nearest(name, list(known))}'
        return
    if cell.total is not None and fields[cell.total].type is not FieldType.AMOUNT:
        yield at, f"{cell.total} is not an amount; only amounts have a total"
    field = _field(kind, cell)
    if field.type is FieldType.TEXT and cell.fill == "0":
        yield at, f"{_title(cell)} is text and can't be zero-filled; remove the fill"
    if cell.date is not None and not all(part in cell.date for part in ("%m", "%d")) and "%j" not in cell.date:
        yield (*at, "date"), f'"{cell.date}" is not a complete date format; write it like %m%d%Y'
    yield from _values(at, cell, field)


def _values(at: tuple[str | int, ...], cell: CellText, field: Field) -> Iterator[Found]:
    """Whether a table of words can be read both ways."""
    if not cell.values:
        return
    words = ("yes", "no") if field.type is FieldType.FLAG else field.words
    for ours in cell.values:
        if ours not in words:
            yield (*at, "values", ours), f'"{ours}" is not a value of {_title(cell)}{nearest(ours, words)}'
    theirs = [cell.values.get(word, word) for word in words]
    for word in sorted({word for word in theirs if theirs.count(word) > 1}):
        yield (*at, "values"), f'two values have the same code "{word}"; use different codes'


def _places(words: LayoutText, where: tuple[str | int, ...], cells: Sequence[CellText]) -> Iterator[Found]:
    """Whether the cells of a fixed record do not overlap and fit in the line."""
    taken: list[tuple[int, int, str]] = []
    for place, (cell, start) in enumerate(zip(cells, _starts(cells), strict=True)):
        end = start + _width(cell)
        for first, last, title in taken:
            if start < last and first < end:
                message = f"{_title(cell)} (positions {start + 1} to {end}) overlaps {title} ({first + 1} to {last})"
                yield (*where, place), f"{message}; move one of them"
        if words.length is not None and end > words.length:
            yield (*where, place), f"{_title(cell)} ends at {end}, after the end of the line at {words.length}"
        taken.append((start, end, _title(cell)))


def _told_apart(words: LayoutText, here: tuple[str | int, ...], file: FileText) -> Iterator[Found]:
    """Whether a header or a trailer can be distinguished from a line: each begins with its own constant."""
    if words.format is Format.XLSX:
        return
    marks = {"line": file.line[0].const}
    for part in ("header", "trailer"):
        cells: list[CellText] = getattr(file, part)
        if cells:
            marks[part] = cells[0].const
    if len(marks) == 1:
        return
    for part, mark in marks.items():
        if mark is None or list(marks.values()).count(mark) > 1:
            yield (*here, part), "must begin with a unique const, such as H, D or T, that identifies the record"


def _starts(cells: Sequence[CellText]) -> list[int]:
    starts: list[int] = []
    end = 0
    for cell in cells:
        start = end if cell.at is None else cell.at - 1
        starts.append(start)
        end = start + _width(cell)
    return starts


def _width(cell: CellText) -> int:
    return cell.width or len(cell.const or "") or 1


def _title(cell: CellText) -> str:
    return cell.title or cell.field or cell.about or cell.total or cell.count or f"const {cell.const}"


def _field(kind: AgencyFileKind, cell: CellText) -> Field:
    """The content of the cell, as a field."""
    if cell.const is not None:
        return Field(FieldType.TEXT, "constant")
    if cell.count is not None:
        return Field(FieldType.NUMBER, "the count")
    if cell.about is not None:
        return ABOUT[cell.about]
    return FIELDS[kind][cell.field or cell.total or ""]


def _build(words: LayoutText) -> Layout:
    return Layout(
        name=words.layout,
        format=words.format,
        files={kind: _file(words, kind, one) for kind, one in words.files.items()},
        encoding=words.encoding,
        plain=words.plain,
        delimiter=words.delimiter,
        newline="\r\n" if words.newline == "crlf" else "\n",
        titles=words.titles,
        length=words.length,
    )


def _file(words: LayoutText, kind: AgencyFileKind, file: FileText) -> FileLayout:
    def cells(texts: Sequence[CellText]) -> tuple[Cell, ...]:
        return tuple(_cell(words, kind, cell, start) for cell, start in zip(texts, _starts(texts), strict=True))

    return FileLayout(kind, file.name, cells(file.line), cells(file.header), cells(file.trailer))


def _cell(words: LayoutText, kind: AgencyFileKind, cell: CellText, start: int) -> Cell:
    field = _field(kind, cell)
    holds = next(one for one in Holds if getattr(cell, one.value) is not None)
    name = cell.field or cell.about or cell.total or cell.count or cell.const or ""
    number = field.type in (FieldType.AMOUNT, FieldType.NUMBER, FieldType.PERCENT)
    fixed = words.format is Format.FIXED
    return Cell(
        holds=holds,
        name=name,
        type=field.type,
        title=_title(cell),
        start=start,
        width=_width(cell) if fixed else None,
        right=number if cell.align is None else cell.align == "right",
        fill=cell.fill or ("0" if number and fixed else " "),
        date_format=cell.date or words.dates,
        amount=cell.amount or words.amounts,
        sign_last=cell.sign == "last",
        theirs=cell.values,
        ours={theirs: ours for ours, theirs in cell.values.items()},
        words=("yes", "no") if field.type is FieldType.FLAG else field.words,
        filled=field.filled and holds is Holds.FIELD,
        cut=cell.cut,
        empty=cell.empty,
    )

"""The layout of a file to or from an agency: records, cells, and the format of their values. Pure values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from flows.agency_handoff.files.fields import FieldType
from models.enums import AgencyFileKind


class Format(StrEnum):
    """The type of file."""

    DELIMITED = "delimited"
    FIXED = "fixed"
    XLSX = "xlsx"


class Holds(StrEnum):
    """The source of a cell's value: the line, the file, a count, a sum, or a constant."""

    FIELD = "field"
    CONST = "const"
    ABOUT = "about"
    COUNT = "count"
    TOTAL = "total"


class AmountStyle(StrEnum):
    """123.45, or 12345 for the same amount."""

    DECIMAL = "decimal"
    CENTS = "cents"


@dataclass(frozen=True, slots=True)
class Cell:
    """A position in a record. `start` counts from 0; like `width`, it is only in fixed layouts.

    `theirs` maps our words to the agency's; a word that is not in it is written unchanged. `empty` is written for no
    value (such as 00000000 for no date).
    """

    holds: Holds
    name: str
    type: FieldType
    title: str
    start: int = 0
    width: int | None = None
    right: bool = False
    fill: str = " "
    date_format: str = "%Y-%m-%d"
    amount: AmountStyle = AmountStyle.DECIMAL
    sign_last: bool = False
    theirs: Mapping[str, str] = field(default_factory=dict[str, str])
    ours: Mapping[str, str] = field(default_factory=dict[str, str])
    words: tuple[str, ...] = ()
    filled: bool = False
    cut: bool = False
    empty: str = ""


@dataclass(frozen=True, slots=True)
class FileLayout:
    """One kind of file. `header` and `trailer` are empty if it has none."""

    kind: AgencyFileKind
    name: str
    line: tuple[Cell, ...]
    header: tuple[Cell, ...] = ()
    trailer: tuple[Cell, ...] = ()

    @property
    def fields(self) -> frozenset[str]:
        """The fields that its lines have."""
        return frozenset(cell.name for cell in self.line if cell.holds is Holds.FIELD)


@dataclass(frozen=True, slots=True)
class Layout:
    """All kinds of files between the practice and an agency.

    `plain`: letters that are not in the encoding are written without their accents. `titles`: the first line of a
    delimited file names its columns. `length` is the length of a line of a fixed file, without the line ending.
    """

    name: str
    format: Format
    files: Mapping[AgencyFileKind, FileLayout]
    encoding: str = "utf-8"
    plain: bool = False
    delimiter: str = ","
    newline: str = "\r\n"
    titles: bool = False
    length: int | None = None

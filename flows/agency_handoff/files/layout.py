"""How a file to or from an agency looks: records, cells, and how values are written in them. Pure values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from flows.agency_handoff.files.fields import FieldType
from models.enums import AgencyFileKind


class Format(StrEnum):
    """What sort of file it is."""

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
    """123.45, or 12345 for the same."""

    DECIMAL = "decimal"
    CENTS = "cents"


@dataclass(frozen=True, slots=True)
class Cell:
    """A place in a record. `start` counts from 0 and, like `width`, is of fixed layouts only.

    `theirs` says by which word of theirs each of ours is written; a word of ours that is not in it is written as it is.
    `empty` is what stands for no value (such as 00000000 for no date).
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
    """One kind of file. `header` and `trailer` are empty where it has none."""

    kind: AgencyFileKind
    name: str
    line: tuple[Cell, ...]
    header: tuple[Cell, ...] = ()
    trailer: tuple[Cell, ...] = ()


@dataclass(frozen=True, slots=True)
class Layout:
    """All kinds of files between the practice and an agency.

    `plain`: letters that the encoding lacks are written without their accents. `titles`: the first line of a delimited
    file names its columns. `length` is that of a line of a fixed file, without its end.
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

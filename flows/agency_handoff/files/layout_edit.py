"""The columns of a file layout as their form has them: which, in what order, under which titles. Pure.

The rest of a layout stays in its text: file names, headers and trailers, codes of values, formats.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from flows.agency_handoff.files.fields import ABOUT, FIELDS
from flows.agency_handoff.files.layout import Format
from flows.agency_handoff.files.layout_file import LayoutText
from flows.settings.tables.edit import plain_of, with_changes
from flows.settings.tables.lines import Line, keyed, merged_lines
from flows.settings.tables.reading import read_words
from flows.settings.tables.words import Text
from models.enums import AgencyFileKind
from models.errors import NotFound

_CONTENTS = ("field", "const", "about")
"""What a column of a line can have."""


class ColumnText(Text):
    """A column of a form. `key` names its content, such as ``field balance``."""

    key: str
    title: Annotated[str, Field(min_length=1, max_length=60)] | None = None
    width: Annotated[int, Field(ge=1, le=2_000)] | None = None
    at: Annotated[int, Field(ge=1, le=5_000)] | None = None


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a file, and what it is in words. `needed`: every layout must have it."""

    key: str
    about: str
    name: str
    title: str
    width: int | None
    at: int | None
    needed: bool


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of one kind of file of a layout, the fields it can have besides, and the kinds that it has."""

    kind: AgencyFileKind
    kinds: list[AgencyFileKind]
    columns: list[Column]
    offered: list[tuple[str, str]]
    fixed: bool


def columns_of(text: str, kind: AgencyFileKind | None = None) -> Columns:
    """The columns of a kind of file (None: the first of the layout). Raises BadSchedule, or NotFound."""
    words, _ = read_words(text, "layout", LayoutText)
    kinds = list(words.files)
    wanted = kind or kinds[0]
    if wanted not in words.files:
        raise NotFound(f"this layout has no {wanted.value} file", "choose another file")
    fields = FIELDS[wanted]
    columns = [_column(wanted, key, line) for key, line in keyed(_lines(text, wanted), column_name).items()]
    there = {column.key for column in columns}
    offered = [(f"field {name}", one.says) for name, one in fields.items() if f"field {name}" not in there]
    return Columns(wanted, kinds, columns, offered, words.format is Format.FIXED)


def edit_columns(base: str, present: str, kind: AgencyFileKind, mine: Sequence[ColumnText]) -> str:
    """The layout in force with the columns of a form, which was drawn from the text `base`."""
    before = _lines(base, kind)
    known = keyed(before, column_name)
    after = [_line(known.get(one.key), one) for one in mine]
    if after == before:
        return present
    place = ("files", kind.value, "line")
    return with_changes(present, {place: merged_lines(before, after, _lines(present, kind), column_name)})


def _lines(text: str, kind: AgencyFileKind) -> list[Line]:
    return plain_of(text).get("files", {}).get(kind.value, {}).get("line", [])


def column_name(line: Line) -> str:
    """What a column has, such as ``field balance``; its key."""
    what = next((one for one in _CONTENTS if one in line), "const")
    return f"{what} {line.get(what)}"


def _column(kind: AgencyFileKind, key: str, line: Line) -> Column:
    what, _, name = key.partition(" ")
    known = FIELDS[kind].get(name) if what == "field" else ABOUT.get(name)
    about = known.says if what != "const" and known else f'always "{name.partition("#")[0]}"'
    needed = bool(known and known.carried) and what == "field"
    return Column(key, about, name, str(line.get("title") or ""), line.get("width"), line.get("at"), needed)


def _line(before: Line | None, mine: ColumnText) -> Line:
    """A column as a line of the text; what the form does not have stays."""
    what, _, name = mine.key.partition(" ")
    given = {"title": mine.title, "width": mine.width, "at": mine.at}
    kept = {word: value for word, value in (before or {what: name}).items() if given.get(word, "") is not None}
    return kept | {word: value for word, value in given.items() if value is not None}

"""Converts a value to the text of a cell, and back. Pure."""

import re
import unicodedata
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from flows.agency_handoff.files.fields import FieldType
from flows.agency_handoff.files.layout import AmountStyle, Cell
from models.values import BadValue

Encode = Callable[[Any], str]
Decode = Callable[[str], Any]

_CONTROL = re.compile(r"[\x00-\x1f\x7f]+")
_WHOLE = re.compile(r"-?\d+")
_DECIMAL = re.compile(r"-?\d+(?:\.\d{1,2})?")


def encoder(cell: Cell, encoding: str, *, plain: bool) -> Encode:
    """How values are written in a cell: padded if it has a width. The function raises BadValue for a value that does
    not fit, or that the encoding cannot write."""
    write = _writer(cell)
    if cell.type in (FieldType.TEXT, FieldType.WORD):
        write = _fitted(write, encoding, plain=plain)
    if cell.type is not FieldType.TEXT and cell.type is not FieldType.AMOUNT:
        # The same few dates, words and rates repeat in every line.
        write = _Remembered(write).__getitem__
    place = _placer(cell)
    empty = cell.empty if place is None else place(cell.empty)
    if place is None:
        return lambda value: empty if value is None else write(value)
    return lambda value: empty if value is None else place(write(value))


class _Remembered(dict[Any, Any]):
    """The written form of a value, or the value of a text, computed once for each."""

    def __init__(self, work: Callable[[Any], Any]) -> None:
        super().__init__()
        self._work = work

    def __missing__(self, value: Any) -> Any:
        found = self[value] = self._work(value)
        return found


def _placer(cell: Cell) -> Callable[[str], str] | None:
    """How a text fills the positions of its cell; None if it has no width and its sign is first."""
    width, fill = cell.width, cell.fill
    if width is None and not cell.sign_last:
        return None

    def place(said: str) -> str:
        if cell.sign_last and said.startswith("-"):
            said = said[1:] + "-"
        if width is None:
            return said
        if len(said) > width:
            if not cell.cut:
                raise BadValue(f'"{said}" is longer than the {width} characters of {cell.title}')
            said = said[:width]
        if not cell.right:
            return said.ljust(width, fill)
        if fill == "0" and said.startswith("-"):
            return "-" + said[1:].rjust(width - 1, "0")
        return said.rjust(width, fill if said else " ")

    return place


def _fitted(write: Encode, encoding: str, *, plain: bool) -> Encode:
    """Writes the characters that the encoding supports."""

    def fitted(value: Any) -> str:
        said = write(value)
        return said if said.isascii() else _fitting(said, encoding, plain)

    return fitted


def _fitting(said: str, encoding: str, plain: bool) -> str:
    try:
        said.encode(encoding)
        return said
    except UnicodeEncodeError:
        if not plain:
            raise BadValue(
                f'"{said}" has characters that {encoding} does not have; set `plain: yes` or another encoding'
            ) from None
    base = unicodedata.normalize("NFKD", said)
    return base.encode(encoding, "ignore").decode(encoding)


def _writer(cell: Cell) -> Encode:
    match cell.type:
        case FieldType.TEXT:
            return _plain_text
        case FieldType.WORD:
            return lambda value: cell.theirs.get(str(value), str(value))
        case FieldType.FLAG:
            return lambda value: cell.theirs.get("yes" if value else "no", "yes" if value else "no")
        case FieldType.DATE:
            if cell.date_format == "%Y-%m-%d":
                return date.isoformat
            return lambda value: _four_digit_year(value, cell.date_format)
        case FieldType.NUMBER:
            return str
        case FieldType.AMOUNT if cell.amount is AmountStyle.CENTS:
            return str
        case FieldType.AMOUNT | FieldType.PERCENT:
            return _hundredths


def _plain_text(value: Any) -> str:
    said = value if type(value) is str else str(value)
    return said.strip() if said.isprintable() else _CONTROL.sub(" ", said).strip()


def _four_digit_year(value: date, form: str) -> str:
    # strftime writes the year 999 with three digits on some systems.
    return value.strftime(form.replace("%Y", f"{value.year:04d}"))


def _hundredths(value: int) -> str:
    whole, rest = divmod(abs(value), 100)
    return f"{'-' if value < 0 else ''}{whole}.{rest:02d}"


def decoder(cell: Cell) -> Decode:
    """How a cell is read. The function raises BadValue for a text that is not valid in the cell."""
    read = _reader(cell)
    if cell.type in (FieldType.DATE, FieldType.WORD):
        read = _Remembered(read).__getitem__
    empties = frozenset({"", cell.empty})

    def decode(text: str) -> Any:
        said = text.strip()
        if said in empties:
            if cell.filled:
                raise BadValue(f"{cell.title} is empty; a value is required")
            return None
        if cell.sign_last and said.endswith("-"):
            said = "-" + said[:-1].lstrip()
        return read(said)

    return decode


def _reader(cell: Cell) -> Decode:
    match cell.type:
        case FieldType.TEXT:
            return str
        case FieldType.WORD:
            return lambda text: _word(cell, text)
        case FieldType.FLAG:
            return lambda text: _word(cell, text) == "yes"
        case FieldType.DATE:
            return lambda text: _date(cell, text)
        case FieldType.NUMBER:
            return lambda text: int(_matching(_WHOLE, cell, text, "a whole number"))
        case FieldType.AMOUNT if cell.amount is AmountStyle.CENTS:
            return lambda text: int(_matching(_WHOLE, cell, text, "an amount in cents, such as 12345"))
        case FieldType.AMOUNT | FieldType.PERCENT:
            return lambda text: _cents(_matching(_DECIMAL, cell, text, "an amount such as 123.45"))


def _word(cell: Cell, text: str) -> str:
    word = cell.ours.get(text, text)
    if word not in cell.words:
        known = ", ".join(cell.theirs.get(one, one) for one in cell.words)
        raise BadValue(f'"{text}" is not a value of {cell.title}; the values are {known}')
    return word


def _date(cell: Cell, text: str) -> date:
    try:
        return datetime.strptime(text, cell.date_format).date()
    except ValueError:
        raise BadValue(f'"{text}" is not a date in the format {cell.date_format} in {cell.title}') from None


def _matching(form: re.Pattern[str], cell: Cell, text: str, what: str) -> str:
    if form.fullmatch(text) is None:
        raise BadValue(f'"{text}" in {cell.title} is not {what}')
    return text


def _cents(text: str) -> int:
    return int(Decimal(text) * 100)


def native(cell: Cell, value: Any) -> Any:
    """A value as a workbook cell: dates as dates, amounts as numbers, all else as its text."""
    if value is None:
        return None
    match cell.type:
        case FieldType.DATE | FieldType.NUMBER:
            return value
        case FieldType.AMOUNT | FieldType.PERCENT:
            return value / 100
        case _:
            return _writer(cell)(value)


def from_native(cell: Cell, value: Any) -> str:
    """A workbook cell as text that `decoder` reads, including values that a person typed."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        value = value.date()
    if isinstance(value, date):
        return _four_digit_year(value, cell.date_format)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return _number(cell, value)
    return str(value)


def _number(cell: Cell, value: float) -> str:
    if cell.type is FieldType.TEXT or cell.type is FieldType.NUMBER:
        return str(int(value)) if value == int(value) else str(value)
    try:
        cents = Decimal(repr(value)) * 100
    except InvalidOperation:
        return str(value)
    # A workbook stores 0.1 + 0.2 as 0.30000000000000004; a larger difference must not be rounded off.
    near = round(cents)
    if abs(cents - near) > Decimal("0.0001"):
        return str(value)
    return str(near) if cell.amount is AmountStyle.CENTS and cell.type is FieldType.AMOUNT else _hundredths(near)

"""CSV files that people open in a spreadsheet: no cell is a formula, and no cell hides its content."""

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import TextIO

FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""The first characters of a cell that a spreadsheet would compute. A signed number is not a formula."""

_NUMBER = re.compile(r"[+-]?[\d ().-]*\d[\d ().-]*")

_HIDDEN = frozenset({"Cc", "Cf"})
"""Control characters, and the invisible characters that change the direction of a text."""


def harmless(cell: object) -> object:
    """A cell that is safe to open in a spreadsheet. A text that would be computed begins with an apostrophe; control
    and direction characters are removed. Numbers stay numbers."""
    if not isinstance(cell, str):
        return cell
    starts = cell.startswith(FORMULA)
    plain = "".join(mark for mark in cell if unicodedata.category(mark) not in _HIDDEN)
    if plain.startswith("'") and plain.lstrip("'").startswith(FORMULA):
        return f"'{plain}"
    if not (starts or plain.startswith(FORMULA)) or _is_number(plain):
        return plain
    return f"'{plain}"


def restored(cell: str) -> str:
    """The original cell of such a file, without the apostrophe that made it harmless."""
    return cell[1:] if cell.startswith("'") and cell.lstrip("'").startswith(FORMULA) else cell


def _is_number(text: str) -> bool:
    """Whether a text is an amount or a phone number, such as -12.50 or +49 6371 555010: digits and their separators,
    which no spreadsheet can run."""
    return _NUMBER.fullmatch(text) is not None


def csv_text(rows: Iterable[Sequence[object]], *, delimiter: str = ",", newline: str = "\r\n") -> str:
    """Rows of harmless cells as the text of a CSV file. A test checks that nothing else in the program writes CSV."""
    text = io.StringIO()
    out = csv.writer(text, delimiter=delimiter, lineterminator=newline)
    out.writerows([harmless(cell) for cell in row] for row in rows)
    return text.getvalue()


def write_csv(to: TextIO, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> int:
    """Write a CSV file with a header row by row, so that its length needs no memory; returns the number of rows."""
    out = csv.writer(to, lineterminator="\r\n")
    out.writerow(columns)
    count = 0
    for row in rows:
        out.writerow([harmless(cell) for cell in row])
        count += 1
    return count


def csv_bytes(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """A CSV file in UTF-8, with a header and harmless cells."""
    return csv_text([columns, *rows]).encode()

"""Excel files that people open: a header, harmless cells, numbers as numbers and days as days."""

import io
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import BinaryIO

from openpyxl import Workbook

from models.csv_files import harmless

_NOT_IN_NAMES = re.compile(r"[\\*?:/\[\]]")
"""Characters that the name of a sheet can't have."""

SHEET_ROWS = 1_048_576
"""The most rows of a sheet in Excel, with its header. What is longer continues on another sheet."""


def xlsx_bytes(title: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """A header and rows, as an Excel file."""
    to = io.BytesIO()
    write_xlsx(to, title, columns, rows)
    return to.getvalue()


def write_xlsx(
    to: Path | BinaryIO, title: str, columns: Sequence[str], rows: Iterable[Sequence[object]], most: int = SHEET_ROWS
) -> int:
    """Write an Excel file row by row, so that its length needs no memory; returns the number of sheets."""
    book = Workbook(write_only=True)
    sheets, used = 1, 1
    title = _NOT_IN_NAMES.sub(" ", title)
    sheet = book.create_sheet(title[:31])
    sheet.append(list(columns))
    for row in rows:
        if used == most:
            sheets, used = sheets + 1, 1
            sheet = book.create_sheet(f"{title[:27]} {sheets}")
            sheet.append(list(columns))
        sheet.append([harmless(cell) for cell in row])
        used += 1
    book.save(to)
    return sheets

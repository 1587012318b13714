"""Excel files that people open: a header, harmless cells, numbers as numbers and days as days."""

import io
from collections.abc import Iterable, Sequence

from openpyxl import Workbook

from models.csv_files import harmless


def xlsx_bytes(title: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """One sheet with a header, as an Excel file."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title[:31])
    sheet.append(list(columns))
    for row in rows:
        sheet.append([harmless(cell) for cell in row])
    to = io.BytesIO()
    book.save(to)
    return to.getvalue()

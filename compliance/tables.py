"""Tables of the law as a list of rows with the date as of which they are known; and that date of every table."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from models.documents import is_list, is_mapping, read_yaml

FOLDER = Path(__file__).parent


class BadTable(ValueError):
    """A table that cannot be read; the message names it and what would be right."""


@dataclass(frozen=True, slots=True)
class DatedRows:
    """The rows of a table, and the date as of which they are known."""

    as_known: date
    rows: list[Any]


def dated_rows(table: Path) -> DatedRows:
    """The rows of a table. Raises BadTable unless it is as_known and rows."""
    found: Any = read_yaml(table.read_text("utf-8"))
    if not is_mapping(found) or set(found) != {"as_known", "rows"} or not is_list(found["rows"]):
        raise BadTable(f"{table.name}: it must contain only as_known, a date such as 2026-01-31, and rows")
    return DatedRows(as_day(table.name, found["as_known"]), found["rows"])


def as_day(name: str, given: Any) -> date:
    """A table's date, written as a date or as text. Raises BadTable."""
    try:
        return given if isinstance(given, date) else date.fromisoformat(given)
    except (TypeError, ValueError):
        raise BadTable(f'{name}: as_known is "{given}", which is not a date; write 2026-01-31') from None


def tables_known(folder: Path = FOLDER) -> Mapping[str, date]:
    """The date of every table of the law here; for a table whose rows have their own dates, the oldest. Raises
    BadTable."""
    found: dict[str, date] = {}
    for path in sorted([*folder.glob("*.yaml"), *folder.glob("rules/*.yaml")]):
        table: Any = read_yaml(path.read_text("utf-8"))
        days = [table["as_known"]] if "as_known" in table else [row["as_of"] for row in _rows_with_days(table)]
        if days:
            found[str(path.relative_to(folder))] = min(as_day(path.name, day) for day in days)
    return found


def _rows_with_days(table: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The rows of a table by state or payer class that have their own date."""
    groups = [table[word] for word in ("states", "classes") if is_mapping(table.get(word))]
    return [row for group in groups for row in group.values() if is_mapping(row) and "as_of" in row]

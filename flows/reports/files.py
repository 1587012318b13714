"""A report as a CSV or Excel file, written row by row, so that a million rows need no more memory than ten."""

from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path

from flows.reports.document import file_rows
from flows.reports.model import Table
from flows.users.view_log import View
from models.csv_files import write_csv
from models.errors import BadInput
from models.ids import AccountId, PersonId
from models.spreadsheets import write_xlsx


class FileKind(StrEnum):
    """The kinds of files that a report is written as."""

    CSV = "csv"
    XLSX = "xlsx"


def kind_of(path: Path) -> FileKind:
    """The kind of a file by its name. Raises BadInput."""
    word = path.suffix.lower().removeprefix(".")
    if word not in tuple(FileKind):
        raise BadInput(f'"{path.name}" is not a CSV or Excel file', "end its name with .csv or .xlsx", field="file")
    return FileKind(word)


def write_table(path: Path, kind: FileKind, title: str, table: Table) -> None:
    """Write a table with its total. The file appears when it is complete."""
    if kind_of(path) is not kind:
        raise BadInput(f'"{path.name}" does not end with .{kind.value}', "correct its name", field=kind.value)
    if not path.parent.is_dir():
        raise BadInput(f"there is no folder {path.parent}", "create it, or choose another one", field=kind.value)
    head = [column.title for column in table.columns]
    whole = path.with_name(f".{path.name}.part")
    try:
        if kind is FileKind.CSV:
            with whole.open("w", encoding="utf-8", newline="") as to:
                write_csv(to, head, file_rows(table))
        else:
            write_xlsx(whole, title, head, file_rows(table))
        whole.replace(path)
    finally:
        whole.unlink(missing_ok=True)


def people_of(table: Table) -> Iterator[tuple[int, int | None]]:
    """The persons that a table names, each with the account, as far as its rows say."""
    for row in table.rows:
        person, account = row.get("person_id"), row.get("account_id")
        if isinstance(person, int):
            yield person, account if isinstance(account, int) else None


def views_of(table: Table, about: str = "") -> list[View]:
    """The reading of each person that a table names, to record it. `about`: the name of the report."""
    return [
        View(PersonId(person), None if account is None else AccountId(account), about)
        for person, account in people_of(table)
    ]

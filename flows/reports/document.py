"""A report as a JSON document, and its cells as people read them and as a spreadsheet has them."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import TypedDict

from flows.reports.model import NONE, AccountLine, Accounts, Asked, Cell, Column, Report, Row, Span, Table, Unit
from models.values import day_text, dollars


class ColumnOut(TypedDict):
    """A column as a program reads it."""

    name: str
    title: str
    unit: str
    meaning: str


class Document(TypedDict):
    """A report as a program reads it. Amounts are cents in columns that end in _cents."""

    name: str
    title: str
    as_of: date
    period: dict[str, date] | None
    columns: list[ColumnOut]
    rows: list[dict[str, Cell]]
    total: dict[str, Cell]
    notes: list[str]


def document(report: Report, asked: Asked, table: Table) -> Document:
    """A report with all its rows."""
    return {
        "name": report.name,
        "title": report.title,
        "as_of": asked.last,
        "period": {"from": asked.first, "to": asked.last} if report.span is Span.PERIOD else None,
        "columns": [
            {"name": one.name, "title": one.title, "unit": one.unit.value, "meaning": one.meaning}
            for one in table.columns
        ],
        "rows": rows_of(table),
        "total": dict(table.total),
        "notes": list(table.notes),
    }


def rows_of(table: Table) -> list[dict[str, Cell]]:
    """The rows of a table, as far as its columns show them."""
    return [{column.name: row.get(column.name) for column in table.columns} for row in table.rows]


def shown(column: Column, value: Cell) -> str:
    """A value as people read it."""
    if value is None:
        return column.without
    if isinstance(value, date):
        return day_text(value)
    if column.unit is Unit.CENTS:
        return dollars(int(value))
    if column.unit is Unit.PERCENT:
        return f"{value}%"
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if column.unit.is_number and isinstance(value, int):
        return f"{value:,}"
    return str(value) if column.read is None else column.read(str(value))


def file_cell(column: Column, value: Cell) -> object:
    """A value as a spreadsheet has it: dollars as numbers, days as days, words as people read them."""
    if column.unit is Unit.CENTS and isinstance(value, int):
        return Decimal(value) / 100
    if column.unit is Unit.TEXT:
        return shown(column, value)
    return value


def file_rows(table: Table) -> Iterator[Sequence[object]]:
    """The rows of a file, and the total as its last one."""
    for row in table.rows:
        yield [file_cell(column, row.get(column.name)) for column in table.columns]
    total = {one.name: file_cell(one, table.total[one.name]) for one in table.columns if one.name in table.total}
    first = table.columns[0].name
    yield [({first: "Total"} | total).get(column.name) for column in table.columns]


def word_of(value: Cell) -> str:
    """A value of a dimension as an address and the command line write it."""
    return NONE if value is None else str(value)


def filters_of_row(asked: Asked, row: Row) -> dict[str, str]:
    """The filters that select what is behind a row: those of the report, and the row's own values."""
    return {**asked.where, **{name: word_of(row[name]) for name in asked.by}}


def accounts_table(measure: Column, found: Accounts, lines: Iterable[AccountLine]) -> Table:
    """The accounts behind a figure as a table; its total is the figure."""
    columns = (
        Column("account", "Account", Unit.ACCOUNT, "The account number"),
        Column("guarantor", "Guarantor", Unit.PERSON, "Who owes the account"),
        measure,
        Column("balance_now_cents", "Balance now", Unit.CENTS, "What is owed on the account now"),
    )
    rows: list[Row] = [
        {
            "account": one.number,
            "guarantor": f"{one.first_name} {one.last_name}",
            measure.name: one.amount,
            "balance_now_cents": one.balance_cents,
            "account_id": one.account_id,
            "person_id": one.person_id,
        }
        for one in lines
    ]
    return Table(columns, rows, {"accounts": found.accounts, measure.name: found.total})

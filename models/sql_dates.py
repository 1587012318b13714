"""Calculations with dates inside a query, the same on SQLite and on PostgreSQL."""

from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement


class _MonthText(FunctionElement[str]):
    name = "month_text"
    inherit_cache = True
    type = sa.String()


@compiles(_MonthText, "sqlite")
def _month_on_sqlite(element: _MonthText, compiler: SQLCompiler, **kw: Any) -> str:
    return f"substr({compiler.process(element.clauses, **kw)}, 1, 7)"


@compiles(_MonthText, "postgresql")
def _month_on_postgres(element: _MonthText, compiler: SQLCompiler, **kw: Any) -> str:
    return f"to_char({compiler.process(element.clauses, **kw)}, 'YYYY-MM')"


class _MonthStart(FunctionElement[date]):
    name = "month_start"
    inherit_cache = True
    type = sa.Date()


@compiles(_MonthStart, "sqlite")
def _start_on_sqlite(element: _MonthStart, compiler: SQLCompiler, **kw: Any) -> str:
    return f"substr({compiler.process(element.clauses, **kw)}, 1, 7) || '-01'"


@compiles(_MonthStart, "postgresql")
def _start_on_postgres(element: _MonthStart, compiler: SQLCompiler, **kw: Any) -> str:
    return f"CAST(date_trunc('month', {compiler.process(element.clauses, **kw)}) AS date)"


class _DaysBetween(FunctionElement[int]):
    name = "days_between"
    inherit_cache = True
    type = sa.Integer()


@compiles(_DaysBetween, "sqlite")
def _days_on_sqlite(element: _DaysBetween, compiler: SQLCompiler, **kw: Any) -> str:
    first, last = (compiler.process(one, **kw) for one in element.clauses)
    return f"CAST(julianday({last}) - julianday({first}) AS INTEGER)"


@compiles(_DaysBetween, "postgresql")
def _days_on_postgres(element: _DaysBetween, compiler: SQLCompiler, **kw: Any) -> str:
    first, last = (compiler.process(one, **kw) for one in element.clauses)
    return f"(CAST({last} AS date) - CAST({first} AS date))"


def month_text(on: sa.ColumnElement[Any]) -> sa.ColumnElement[str]:
    """The month of a day as text: ``2026-03``."""
    return _MonthText(on)


def month_start(on: sa.ColumnElement[Any]) -> sa.ColumnElement[date]:
    """The first day of the month of a day."""
    return _MonthStart(on)


def days_between(first: sa.ColumnElement[Any] | date, last: sa.ColumnElement[Any] | date) -> sa.ColumnElement[int]:
    """How many days the last day is after the first."""
    return _DaysBetween(_as_column(first), _as_column(last))


def _as_column(on: sa.ColumnElement[Any] | date) -> sa.ColumnElement[Any]:
    return sa.literal(on, sa.Date()) if isinstance(on, date) else on

"""Functions inside a query that SQLite and PostgreSQL write differently: days, months, parts of texts."""

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


class _BeforeMark(FunctionElement[str]):
    name = "before_mark"
    inherit_cache = True
    type = sa.String()


@compiles(_BeforeMark, "sqlite")
def _before_on_sqlite(element: _BeforeMark, compiler: SQLCompiler, **kw: Any) -> str:
    text, mark = (compiler.process(one, **kw) for one in element.clauses)
    return f"substr({text}, 1, instr({text} || {mark}, {mark}) - 1)"


@compiles(_BeforeMark, "postgresql")
def _before_on_postgres(element: _BeforeMark, compiler: SQLCompiler, **kw: Any) -> str:
    text, mark = (compiler.process(one, **kw) for one in element.clauses)
    return f"split_part({text}, {mark}, 1)"


class _SecondsBetween(FunctionElement[int]):
    name = "seconds_between"
    inherit_cache = True
    type = sa.Integer()


@compiles(_SecondsBetween, "sqlite")
def _seconds_on_sqlite(element: _SecondsBetween, compiler: SQLCompiler, **kw: Any) -> str:
    first, last = (compiler.process(one, **kw) for one in element.clauses)
    return f"CAST(round((julianday({last}) - julianday({first})) * 86400) AS INTEGER)"


@compiles(_SecondsBetween, "postgresql")
def _seconds_on_postgres(element: _SecondsBetween, compiler: SQLCompiler, **kw: Any) -> str:
    first, last = (compiler.process(one, **kw) for one in element.clauses)
    return f"CAST(extract(epoch FROM CAST({last} AS timestamptz) - CAST({first} AS timestamptz)) AS integer)"


def unordered(key: sa.ColumnElement[int]) -> sa.ColumnElement[int]:
    """A key to group by that no index is in the order of.

    SQLite would otherwise read all of an index in the order of the keys, instead of the few days that are asked for.
    """
    return sa.cast(key, sa.BigInteger)


def before_mark(text: sa.ColumnElement[str], mark: str) -> sa.ColumnElement[str]:
    """The text before a mark; all of it if the mark is not in it."""
    return _BeforeMark(text, sa.literal_column(f"'{mark}'"))


def seconds_between(first: sa.ColumnElement[Any], last: sa.ColumnElement[Any]) -> sa.ColumnElement[int]:
    """How many seconds an instant, stored as text, is after another one."""
    return _SecondsBetween(first, last)


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

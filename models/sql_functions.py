"""Functions inside a query that SQLite and PostgreSQL write differently: days, months, parts of texts."""

from collections.abc import Callable
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeEngine


def _written(name: str, gives: TypeEngine[Any], *, sqlite: str, postgresql: str) -> Callable[..., FunctionElement[Any]]:
    """A function that the two databases write differently: each form has the arguments as ``{0}``, ``{1}``."""
    members = {"name": name, "inherit_cache": True, "type": gives}
    written: type[FunctionElement[Any]] = type(f"_{name}", (FunctionElement,), members)
    for dialect, form in (("sqlite", sqlite), ("postgresql", postgresql)):
        compiles(written, dialect)(_writer(form))
    return written


def _writer(form: str) -> Callable[..., str]:
    def write(element: FunctionElement[Any], compiler: SQLCompiler, **kw: Any) -> str:
        return form.format(*(compiler.process(one, **kw) for one in element.clauses))

    return write


_month_text = _written("month_text", sa.String(), sqlite="substr({0}, 1, 7)", postgresql="to_char({0}, 'YYYY-MM')")
_month_start = _written(
    "month_start",
    sa.Date(),
    sqlite="substr({0}, 1, 7) || '-01'",
    postgresql="CAST(date_trunc('month', {0}) AS date)",
)
_days_between = _written(
    "days_between",
    sa.Integer(),
    sqlite="CAST(julianday({1}) - julianday({0}) AS INTEGER)",
    postgresql="(CAST({1} AS date) - CAST({0} AS date))",
)
_before_mark = _written(
    "before_mark",
    sa.String(),
    sqlite="substr({0}, 1, instr({0} || {1}, {1}) - 1)",
    postgresql="split_part({0}, {1}, 1)",
)
_seconds_between = _written(
    "seconds_between",
    sa.Integer(),
    sqlite="CAST(round((julianday({1}) - julianday({0})) * 86400) AS INTEGER)",
    postgresql="CAST(extract(epoch FROM CAST({1} AS timestamptz) - CAST({0} AS timestamptz)) AS integer)",
)


def unordered(key: sa.ColumnElement[int]) -> sa.ColumnElement[int]:
    """A key to group by that no index is in the order of.

    SQLite would otherwise read all of an index in the order of the keys, instead of the few days that are asked for.
    """
    return sa.cast(key, sa.BigInteger)


def before_mark(text: sa.ColumnElement[str], mark: str) -> sa.ColumnElement[str]:
    """The text before a mark; all of it if the mark is not in it."""
    return _before_mark(text, sa.literal_column(f"'{mark}'"))


def seconds_between(first: sa.ColumnElement[Any], last: sa.ColumnElement[Any]) -> sa.ColumnElement[int]:
    """How many seconds an instant, stored as text, is after another one."""
    return _seconds_between(first, last)


def month_text(on: sa.ColumnElement[Any]) -> sa.ColumnElement[str]:
    """The month of a day as text: ``2026-03``."""
    return _month_text(on)


def month_start(on: sa.ColumnElement[Any]) -> sa.ColumnElement[date]:
    """The first day of the month of a day."""
    return _month_start(on)


def days_between(first: sa.ColumnElement[Any] | date, last: sa.ColumnElement[Any] | date) -> sa.ColumnElement[int]:
    """How many days the last day is after the first."""
    return _days_between(_as_column(first), _as_column(last))


def _as_column(on: sa.ColumnElement[Any] | date) -> sa.ColumnElement[Any]:
    return sa.literal(on, sa.Date()) if isinstance(on, date) else on

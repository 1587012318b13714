"""Column types that mean the same on SQLite and on PostgreSQL."""

from collections.abc import Sequence
from typing import Any, TypeAlias, TypeVar, cast

import orjson
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.engine import Dialect, Row
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.types import TypeEngine
from sqlmodel import SQLModel

AnySelect: TypeAlias = sa.Select[tuple[Any, ...]]
"""A query with any columns."""

AnyRow: TypeAlias = Row[tuple[Any, ...]]
"""A row with any columns, read by name."""

ColumnValues: TypeAlias = dict[str, object]
"""Values for the columns of one row, by column name."""

Key = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
"""A whole-number key. On SQLite it must be INTEGER to be the table's own row number."""

ShortText = sa.String(40)
"""A word of a closed list in enums.py. It is stored as text, so a new word needs no database change."""


def table(noun: type[SQLModel]) -> sa.Table:
    """The SQLAlchemy Core table behind a noun, for bulk reads and writes."""
    return cast(sa.Table, cast(Any, noun).__table__)


class _Keys(sa.TypeDecorator[Any]):
    """A list of whole numbers as one parameter: JSON on SQLite, an array on PostgreSQL."""

    impl = sa.Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(sa.Text() if dialect.name == "sqlite" else ARRAY(sa.BigInteger()))

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        return orjson.dumps(list(value)).decode() if dialect.name == "sqlite" else list(value)


class _EachKey(sa.ColumnElement[int]):
    """The keys of a list, as the rows of a subquery."""

    inherit_cache = True
    _traverse_internals = [("keys", sa.sql.visitors.InternalTraversal.dp_clauseelement)]  # noqa: RUF012

    def __init__(self, keys: sa.BindParameter[Any]) -> None:
        self.keys = keys


@compiles(_EachKey)
def _each_on_sqlite(element: _EachKey, compiler: SQLCompiler, **kw: Any) -> str:
    return f"(SELECT value FROM json_each({compiler.process(element.keys, **kw)}))"


@compiles(_EachKey, "postgresql")
def _each_on_postgres(element: _EachKey, compiler: SQLCompiler, **kw: Any) -> str:
    return f"(SELECT unnest({compiler.process(element.keys, **kw)}))"


def in_keys(column: sa.Column[Any], keys: Sequence[int]) -> sa.ColumnElement[bool]:
    """Whether a key is in a list. The list is one parameter; an IN list needs one for each key."""
    return column.op("IN")(_EachKey(sa.bindparam(None, keys, type_=_Keys(), unique=True)))


Document = TypeVar("Document")


def columns_as(document: type[Document], row: AnyRow) -> Document:
    """The columns of a row that a TypedDict names, under the same names and in its order."""
    return cast(Document, {name: getattr(row, name) for name in document.__annotations__})

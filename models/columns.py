"""Column types that mean the same on SQLite and on PostgreSQL."""

from typing import Any, TypeAlias, cast

import sqlalchemy as sa
from sqlalchemy.engine import Row
from sqlmodel import SQLModel

AnySelect: TypeAlias = sa.Select[*tuple[Any, ...]]
"""A query of whatever columns."""

AnyRow: TypeAlias = Row[*tuple[Any, ...]]
"""A row of whatever columns, read by name."""

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
"""A whole-number key; on SQLite it must be INTEGER to be the table's own row number."""

Word = sa.String(40)
"""A word of a closed list in kinds.py: stored as text, so that a new word needs no change of the database."""


def table(noun: type[SQLModel]) -> sa.Table:
    """The SQLAlchemy Core table behind a noun, for bulk reads and writes."""
    return cast(sa.Table, cast(Any, noun).__table__)

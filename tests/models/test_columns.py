"""A row is read as the typed document that names its columns."""

from datetime import date
from typing import TypedDict

import pytest
import sqlalchemy as sa

from models.columns import columns_as


class Named(TypedDict):
    """What is known of anybody."""

    name: str
    born_on: date | None


class Numbered(Named):
    """The same with their key."""

    id: int


def row() -> sa.Row[tuple[int, str, date, str]]:
    columns = (
        sa.literal(3).label("id"),
        sa.literal("Ada").label("name"),
        sa.literal(date(1990, 5, 4)).label("born_on"),
        sa.literal("x").label("secret"),
    )
    with sa.create_engine("sqlite://").connect() as conn:
        return conn.execute(sa.select(*columns)).one()


def test_a_document_has_the_columns_that_it_names_in_its_order_and_no_other() -> None:
    assert list(columns_as(Named, row()).items()) == [("name", "Ada"), ("born_on", date(1990, 5, 4))]


def test_a_document_has_the_columns_of_the_one_that_it_extends_first() -> None:
    numbered = columns_as(Numbered, row())
    assert list(numbered.items()) == [("name", "Ada"), ("born_on", date(1990, 5, 4)), ("id", 3)]


def test_a_column_that_the_query_does_not_select_is_an_error() -> None:
    class Lacking(TypedDict):
        """One more than the row has."""

        name: str
        phone: str

    with pytest.raises(AttributeError, match="phone"):
        columns_as(Lacking, row())

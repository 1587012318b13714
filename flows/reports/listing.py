"""Reports that are lists: a line for each account, promise, dispute, letter, with a total below."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from flows.reports.creditors import creditor_codes
from flows.reports.cube import BATCH, conditions
from flows.reports.model import Asked, Cell, Column, Dimension, Row, Table, Unit
from flows.reports.users import with_full_names
from models.columns import AnySelect

ROWS = Column("rows", "Lines", Unit.COUNT, "How many lines there are")


@dataclass(frozen=True, slots=True)
class Listing:
    """A query whose rows are the lines of a report.

    `query` gives a column for each of `columns` and `dimensions`, and creditor_id; account_id and person_id where a
    line is about a person, so that the reading is recorded. `sums` are the columns that the total adds up. `order`: the
    columns to sort by. `finish` completes a line with what is computed outside the database. `counted` is a faster
    query with the same number of lines and the same sums, if there is one.
    """

    query: Callable[[Asked], AnySelect]
    columns: tuple[Column, ...]
    sums: tuple[str, ...] = ()
    order: tuple[str, ...] = ()
    dimensions: tuple[Dimension, ...] = ()
    counted: Callable[[Asked], AnySelect] | None = None
    finish: Callable[[Asked, dict[str, Cell]], dict[str, Cell]] | None = None
    notes: Callable[[Connection, Asked], tuple[str, ...]] | None = None

    def read(self, conn: Connection, asked: Asked) -> Table:
        """The lines, read from the database as they are used, and their total."""
        parts = self.query(asked).subquery("lines")
        where = conditions(conn, parts, asked)
        total = self._total(conn, asked)
        query = sa.select(parts).where(*where).order_by(*(parts.c[name] for name in self.order))
        notes = () if self.notes is None else self.notes(conn, asked)
        return Table(with_full_names(conn, self.columns), Lines(self, conn, asked, query), total, notes)

    def _total(self, conn: Connection, asked: Asked) -> dict[str, Cell]:
        parts = (self.counted or self.query)(asked).subquery("counted")
        sums = [sa.func.coalesce(sa.func.sum(parts.c[name]), 0) for name in self.sums]
        query = sa.select(sa.func.count(), *sums).select_from(parts).where(*conditions(conn, parts, asked))
        return dict(zip(("rows", *self.sums), map(int, conn.execute(query).one()), strict=True))


@dataclass(frozen=True, slots=True)
class Lines:
    """The lines of a list. Each use reads them again from the database."""

    listing: Listing
    conn: Connection
    asked: Asked
    query: AnySelect

    def __iter__(self) -> Iterator[Row]:
        """The lines in their order."""
        codes, finish = creditor_codes(self.conn), self.listing.finish
        for found in self.conn.execution_options(yield_per=BATCH).execute(self.query).mappings():
            row: dict[str, Cell] = dict(found)
            if row.get("creditor_id") is not None:
                row["creditor"] = codes[found["creditor_id"]]
            yield row if finish is None else finish(self.asked, row)

"""Reports that are sums: one query of small parts, grouped for the rows, by account for the drill, by line below it.

The rows, the accounts behind a row and the lines behind an account are the same query with other groups, so that the
sums of a drill are those of the row by construction.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import sqlalchemy as sa
from dateutil.relativedelta import relativedelta
from sqlalchemy.engine import Connection

from flows.reports.creditors import creditor_codes, creditor_key, of_creditors
from flows.reports.model import (
    NONE,
    AccountLine,
    Accounts,
    Asked,
    Cell,
    Column,
    Dimension,
    Drill,
    Line,
    Row,
    Table,
    Unit,
)
from flows.reports.users import with_full_names
from models import Account, LedgerEntry, LetterAccount, Person
from models.columns import AnySelect, table
from models.enums import PayerClass
from models.labels import label_of
from models.sql_functions import unordered

ACCOUNT = table(Account)
LEDGER = table(LedgerEntry)
LETTER_ACCOUNT = table(LetterAccount)
PERSON = table(Person)

BY_CREDITOR = Dimension("creditor", "Creditor")
BY_PAYER_CLASS = Dimension(
    "payer_class", "Payer class", lambda word: label_of(PayerClass, word), values=tuple(PayerClass)
)
BY_STATE = Dimension("state", "State")
BY_MONTH = Dimension("month", "Month", months=True)

ACCOUNTS = Column("accounts", "Accounts", Unit.COUNT, "How many accounts are in the row")

EVERY = 2**62
"""A limit that no query reaches. A part that is limited is computed once for each row, however often it is used."""

BATCH = 5_000
"""Rows that a long list reads from the database at a time."""


@dataclass(frozen=True, slots=True)
class Derived:
    """A column that is computed from the sums of its row and of the total, such as a rate."""

    column: Column
    of: Callable[[Mapping[str, int]], Cell]


def percent(part: str, whole: str) -> Callable[[Mapping[str, int]], Cell]:
    """The share of one sum in another, as a percentage with one decimal; None if there is nothing to share, or less."""
    return lambda sums: round(100 * sums[part] / sums[whole], 1) if sums[whole] > 0 else None


def ratio(part: str, whole: str, digits: int = 1) -> Callable[[Mapping[str, int]], Cell]:
    """One sum divided by another; None if the second is zero."""
    return lambda sums: round(sums[part] / sums[whole], digits) if sums[whole] else None


@dataclass(frozen=True, slots=True)
class Cube:
    """Small parts that are summed.

    `parts` is a query with the columns account_id, creditor_id, one for each dimension, one for each sum, and entry_id
    if a part is a ledger line. `summary` is a faster query with the same sums but without accounts, for the dimensions
    that it has. `largest`: rows are sorted by this sum; None: by the dimensions. `lines`: the ledger lines of an
    account, if the parts are not ledger lines themselves. `behind`: a faster query with the same accounts and the same
    part of one sum for each; None where the filters need all parts. `opens`: the sums that can be opened, if not all;
    `has_lines`: whether an account's part is a sum of ledger lines; `hidden`: sums that only a rate needs.
    """

    parts: Callable[[Asked], sa.Subquery]
    sums: tuple[Column, ...]
    dimensions: tuple[Dimension, ...]
    derived: tuple[Derived, ...] = ()
    summary: Callable[[Asked], sa.Subquery] | None = None
    behind: Callable[[Asked, str], sa.Subquery | None] | None = None
    largest: str | None = None
    notes: Callable[[Connection, Asked], tuple[str, ...]] | None = None
    lines: Callable[[Connection, Asked, int], list[Line]] | None = None
    opens: tuple[str, ...] = ()
    has_lines: bool = True
    hidden: frozenset[str] = frozenset()

    @property
    def measures(self) -> tuple[Column, ...]:
        """The columns beside the dimensions. Sums that only a rate needs are not shown."""
        return (*(one for one in self.sums if one.name not in self.hidden), *(one.column for one in self.derived))

    def read(self, conn: Connection, asked: Asked) -> Table:
        """The rows, one for each combination of the dimensions that are asked for, and their total."""
        parts = self._smallest(asked)
        groups = [_column_of(parts, name) for name in asked.by]
        sums = [sa.func.coalesce(sa.func.sum(parts.c[one.name]), 0).label(one.name) for one in self.sums]
        query = sa.select(*groups, *sums).where(*conditions(conn, parts, asked))
        if groups:
            query = query.group_by(*groups)
        codes = creditor_codes(conn)
        found = [self._row(asked, tuple(row), codes) for row in conn.execute(query)]
        rows = self._sorted([row for row in found if self._says_something(row)], asked.by)
        total = {one.name: sum(int(_number(row[one.name])) for row in rows) for one in self.sums}
        by = tuple(self._dimension(name).column for name in asked.by)
        notes = () if self.notes is None else self.notes(conn, asked)
        columns = with_full_names(conn, (*by, *self.measures))
        return Table(columns, rows, self._complete(total), notes)

    def drill(self) -> Drill:
        """How one opens a sum of this report."""
        names = self.opens or tuple(one.name for one in self.sums if one.name not in self.hidden)
        return Drill(names, self._accounts, self._every, self._lines if self.has_lines else None)

    def _smallest(self, asked: Asked) -> sa.Subquery:
        wanted = {*asked.by, *asked.where}
        if self.summary is not None:
            summary = self.summary(asked)
            if all(_name_of(name) in summary.c for name in wanted):
                return summary
        return self.parts(asked)

    def _dimension(self, name: str) -> Dimension:
        return next(one for one in self.dimensions if one.name == name)

    def _row(self, asked: Asked, values: tuple[Any, ...], codes: Mapping[int, str]) -> dict[str, Cell]:
        row: dict[str, Cell] = dict(zip(asked.by, values, strict=False))
        if "creditor" in row:
            row["creditor"] = codes[int(_number(row["creditor"]))]
        sums = {one.name: int(value) for one, value in zip(self.sums, values[len(asked.by) :], strict=True)}
        return {**row, **self._complete(sums)}

    def _complete(self, sums: dict[str, int]) -> dict[str, Cell]:
        return {**sums, **{one.column.name: one.of(sums) for one in self.derived}}

    def _says_something(self, row: Row) -> bool:
        return any(row[one.name] for one in self.sums)

    def _sorted(self, rows: list[dict[str, Cell]], by: Sequence[str]) -> list[dict[str, Cell]]:
        if self.largest is not None and by and by[0] != "month" and not self._dimension(by[0]).order:
            return sorted(rows, key=lambda row: -_number(row[self.largest or ""]))
        return sorted(rows, key=lambda row: tuple(self._place(name, row[name]) for name in by))

    def _place(self, name: str, value: Cell) -> tuple[int, str]:
        order, word = self._dimension(name).order, "" if value is None else str(value)
        if word in order:
            return order.index(word), ""
        number = int(value) if isinstance(value, int) else 0
        return len(order) + number, word

    def _accounts(self, conn: Connection, asked: Asked, measure: str, first: int, most: int) -> Accounts:
        # Both the sums and the page read it, so it is computed once; the people are only read for the page.
        found = self._by_account(conn, asked, measure).cte("found").prefix_with("MATERIALIZED")
        sums = sa.select(sa.func.count().label("accounts"), sa.func.sum(found.c.amount).label("total")).subquery("sums")
        page = _largest(found).limit(most).offset(first).subquery("page")
        query = _with_people(page, sums.outerjoin(page, sa.true())).add_columns(sums.c.accounts, sums.c.total)
        rows = conn.execute(query).all()
        unit = next(one.unit for one in self.sums if one.name == measure)
        lines = tuple(AccountLine(*row[:-2]) for row in rows if row[0] is not None)
        return Accounts(unit, int(rows[0].accounts), int(rows[0].total or 0), lines)

    def _every(self, conn: Connection, asked: Asked, measure: str) -> Iterator[AccountLine]:
        page = _largest(self._by_account(conn, asked, measure).subquery()).subquery("page")
        query = _with_people(page, page)
        for row in conn.execution_options(yield_per=BATCH).execute(query):
            yield AccountLine(*row)

    def _by_account(self, conn: Connection, asked: Asked, measure: str) -> AnySelect:
        fewer = None if self.behind is None else self.behind(asked, measure)
        parts = self.parts(asked) if fewer is None else fewer
        account_id, amount = unordered(parts.c.account_id), sa.func.sum(parts.c[measure])
        query = sa.select(account_id.label("account_id"), sa.func.coalesce(amount, 0).label("amount"))
        return query.where(*conditions(conn, parts, asked)).group_by(account_id).having(amount != 0)

    def _lines(self, conn: Connection, asked: Asked, measure: str, account_id: int) -> list[Line]:
        if self.lines is not None:
            return self.lines(conn, asked, account_id)
        parts = self.parts(asked)
        if "entry_id" not in parts.c:
            return []
        mine = sa.select(parts.c.entry_id).where(
            *conditions(conn, parts, asked), parts.c.account_id == account_id, parts.c[measure] != 0
        )
        return ledger_lines(conn, LEDGER.c.account_id == account_id, LEDGER.c.id.in_(mine))


def within_month(asked: Asked) -> Asked:
    """A filter by month is a shorter period."""
    month = asked.where.get(BY_MONTH.name)
    if month is None or month == NONE:
        return asked
    first = date.fromisoformat(f"{month}-01")
    last = first + relativedelta(months=1, days=-1)
    return replace(asked, first=max(first, asked.first), last=min(last, asked.last))


def account_of_letter(letter_id: sa.ColumnElement[int]) -> sa.ColumnElement[int]:
    """The first account that a letter is about."""
    return (
        sa.select(sa.func.min(LETTER_ACCOUNT.c.account_id))
        .where(LETTER_ACCOUNT.c.letter_id == letter_id)
        .scalar_subquery()
    )


def an_account(guarantor_id: sa.ColumnElement[int], creditor_id: sa.ColumnElement[int]) -> sa.ColumnElement[int]:
    """The first account of a guarantor at a creditor: what is about all of them together is opened under it."""
    first = ACCOUNT.alias("first_account")
    return (
        sa.select(sa.func.min(first.c.id))
        .where(first.c.guarantor_id == guarantor_id, first.c.creditor_id == creditor_id)
        .scalar_subquery()
    )


def count_of(
    conn: Connection,
    source: sa.FromClause,
    creditor_id: sa.ColumnElement[int],
    asked: Asked,
    *where: sa.ColumnElement[bool],
) -> int:
    """How many records there are of the creditors that are asked for: what a list is compared with."""
    query = sa.select(sa.func.count()).select_from(source).where(*where, of_creditors(creditor_id, asked.creditors))
    return int(conn.execute(query).scalar_one())


def count_if(condition: sa.ColumnElement[bool]) -> sa.Case[int]:
    """One if a condition holds, else zero: a sum of it is a count."""
    return sa.case((condition, 1), else_=0)


def cents_if(condition: sa.ColumnElement[bool], cents: sa.ColumnElement[int]) -> sa.Case[int]:
    """An amount if a condition holds, else zero."""
    return sa.case((condition, cents), else_=0)


def ledger_lines(conn: Connection, *where: sa.ColumnElement[bool]) -> list[Line]:
    """Ledger lines in the order of posting."""
    query = sa.select(
        LEDGER.c.id,
        LEDGER.c.posted_on,
        LEDGER.c.recorded_on,
        LEDGER.c.kind,
        LEDGER.c.amount_cents,
        LEDGER.c.source,
        LEDGER.c.reference,
    ).where(*where)
    return [Line(*row) for row in conn.execute(query.order_by(LEDGER.c.posted_on, LEDGER.c.id))]


def conditions(conn: Connection, parts: sa.FromClause, asked: Asked) -> list[sa.ColumnElement[bool]]:
    """The filters of a report as conditions on its parts."""
    found = [of_creditors(parts.c.creditor_id, asked.creditors)]
    for name, word in asked.where.items():
        column = parts.c[_name_of(name)]
        if name == "creditor":
            found.append(column == creditor_key(conn, word))
        elif word == NONE:
            found.append(column.is_(None))
        else:
            text = column if isinstance(column.type, sa.String) else sa.cast(column, sa.String)
            found.append(text == word)
    return found


def _largest(parts: sa.FromClause) -> AnySelect:
    """The accounts of a figure, the largest part first."""
    return (
        sa.select(
            ACCOUNT.c.id,
            ACCOUNT.c.number,
            ACCOUNT.c.guarantor_id,
            parts.c.amount.label("amount"),
            ACCOUNT.c.balance_cents,
        )
        .join(ACCOUNT, ACCOUNT.c.id == parts.c.account_id)
        .order_by(sa.func.abs(parts.c.amount).desc(), ACCOUNT.c.number)
    )


def _with_people(page: sa.Subquery, source: sa.FromClause) -> AnySelect:
    """These accounts with their guarantors, in the same order."""
    return (
        sa.select(
            page.c.id,
            page.c.number,
            page.c.guarantor_id,
            PERSON.c.first_name,
            PERSON.c.last_name,
            page.c.amount,
            page.c.balance_cents,
        )
        .select_from(source.outerjoin(PERSON, PERSON.c.id == page.c.guarantor_id))
        .order_by(sa.func.abs(page.c.amount).desc(), page.c.number)
    )


def _name_of(dimension: str) -> str:
    return "creditor_id" if dimension == "creditor" else dimension


def _column_of(parts: sa.FromClause, dimension: str) -> sa.ColumnElement[Any]:
    return parts.c[_name_of(dimension)].label(dimension)


def _number(value: Cell) -> float:
    assert isinstance(value, int | float)
    return value

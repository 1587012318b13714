"""What a report is: its question, parameters, columns, query, how it ties out, and how one drills into it."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple, TypeAlias

from sqlalchemy.engine import Connection

from flows.settings.policy import Policy
from models.errors import NotFound
from models.user_enums import Role

Cell: TypeAlias = int | float | str | date | bool | None
"""A value of a report: cents, a count, a percentage, a word, a day."""

Row: TypeAlias = Mapping[str, Cell]
"""The values of one line of a report, by column."""

NONE = "none"
"""How an address and the command line write a value that is missing."""


class Unit(StrEnum):
    """What a column is measured in."""

    CENTS = "cents"
    COUNT = "count"
    PERCENT = "percent"
    DAYS = "days"
    MINUTES = "minutes"
    DATE = "date"
    TEXT = "text"
    ACCOUNT = "account"
    PERSON = "person"

    @property
    def is_number(self) -> bool:
        """Whether the column is aligned as a number."""
        return self in (Unit.CENTS, Unit.COUNT, Unit.PERCENT, Unit.DAYS, Unit.MINUTES)


class Group(StrEnum):
    """Where a report stands in the list."""

    RECEIVABLES = "Receivables"
    COLLECTIONS = "Collections"
    PLANS = "Payment plans and promises"
    CALLS = "Calls"
    MAIL = "Letters and mail"
    COMPLIANCE = "Compliance"
    AGENCIES = "Agencies"
    ESTATES = "Estates"
    ADJUSTMENTS = "Adjustments, refunds and bad debt"


class Span(StrEnum):
    """The time that a report asks for."""

    PERIOD = "period"
    DAY = "day"


@dataclass(frozen=True, slots=True)
class Column:
    """A column with its unit and its meaning in one sentence. `read`: how people read its stored words; `without`: what
    they read for a missing value; `user`: its words are usernames, which people read as full names."""

    name: str
    title: str
    unit: Unit
    meaning: str
    read: Callable[[str], str] | None = None
    without: str = ""
    user: bool = False


@dataclass(frozen=True, slots=True)
class Dimension:
    """What the rows of a report can be grouped and filtered by. `order` are its values in their own order, if any;
    `values` are its values if they are a closed list without an order. `without`: what a missing value is called;
    `user`: its words are usernames; `months`: its values are months such as 2026-03."""

    name: str
    title: str
    read: Callable[[str], str] | None = None
    order: tuple[str, ...] = ()
    values: tuple[str, ...] = ()
    without: str = "Not known"
    user: bool = False
    months: bool = False

    @property
    def column(self) -> Column:
        """The dimension as a column of the report."""
        return Column(self.name, self.title, Unit.TEXT, "What the row is about", self.read, self.without, self.user)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a report is asked for. A report of one day is about `last`.

    `creditors`: the keys of those that may be read and are wanted; None: all of them. `days` is the number that some
    reports need, such as how long an account was without activity; None: the report's own. `policy`: the settings, for
    what a letter or an hour costs.
    """

    today: date
    first: date
    last: date
    by: tuple[str, ...] = ()
    where: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    creditors: frozenset[int] | None = None
    days: int | None = None
    policy: Policy = field(default_factory=Policy)


@dataclass(slots=True)
class Table:
    """The answer: rows under columns, and their total. `rows` of a long list are read as they are used."""

    columns: tuple[Column, ...]
    rows: Iterable[Row]
    total: Row
    notes: tuple[str, ...] = ()


class Tie(NamedTuple):
    """A sum of the report beside the same sum in the ledger or in the records; they must be equal."""

    says: str
    here: int
    there: int

    @property
    def holds(self) -> bool:
        """Whether the two are equal."""
        return self.here == self.there


class AccountLine(NamedTuple):
    """An account of a drill: its part of the figure, and its balance now."""

    account_id: int
    number: str
    person_id: int
    first_name: str
    last_name: str
    amount: int
    balance_cents: int


@dataclass(frozen=True, slots=True)
class Accounts:
    """The accounts behind a figure. `lines` is one page of them; `accounts` and `total` are of all."""

    unit: Unit
    accounts: int
    total: int
    lines: tuple[AccountLine, ...]


class Line(NamedTuple):
    """A ledger line of a drill."""

    entry_id: int
    posted_on: date
    recorded_on: date | None
    kind: str
    amount_cents: int
    source: str
    reference: str | None


@dataclass(frozen=True, slots=True)
class Drill:
    """How one opens a figure: the accounts behind a measure, and the ledger lines of one of them.

    `measures` are the columns that can be opened. `accounts` gives a page of accounts, the largest part first; `every`
    all of them, for a file. `lines` gives the ledger lines of an account's part; None if the figure is not money.
    """

    measures: tuple[str, ...]
    accounts: Callable[[Connection, Asked, str, int, int], Accounts]
    every: Callable[[Connection, Asked, str], Iterator[AccountLine]]
    lines: Callable[[Connection, Asked, str, int], list[Line]] | None = None


@dataclass(frozen=True, slots=True)
class Chart:
    """What a report's chart shows: these columns. They are lines if the first group is a month, otherwise bars."""

    columns: tuple[str, ...]


MANAGERS = frozenset({Role.MANAGER, Role.AUDITOR})


@dataclass(frozen=True, slots=True)
class Report:
    """One report: the registry lists them all, and every surface reads it from there.

    `ties_out` says what its sums are compared with, and `ties` compares them. `names_people`: its rows are about
    persons, so that each reading is recorded. `days` is the default of the number that it needs; `months` is the length
    of the period if none is entered, with the current month.
    """

    name: str
    title: str
    group: Group
    question: str
    span: Span
    measures: tuple[Column, ...]
    read: Callable[[Connection, Asked], Table]
    ties_out: str
    ties: Callable[[Connection, Asked], list[Tie]]
    dimensions: tuple[Dimension, ...] = ()
    by: tuple[str, ...] = ()
    drill: Drill | None = None
    chart: Chart | None = None
    roles: frozenset[Role] = MANAGERS
    names_people: bool = False
    days: int | None = None
    days_mean: str = ""
    months: int = 1

    def dimension(self, name: str) -> Dimension | None:
        """The dimension of a name."""
        return next((one for one in self.dimensions if one.name == name), None)

    def opened(self, measure: str) -> tuple[Drill, Column]:
        """How the accounts behind a column are opened, and the column. Raises NotFound."""
        names = () if self.drill is None else self.drill.measures
        if self.drill is None or measure not in names:
            advice = f"use {', '.join(names)}" if names else "its figures are not of accounts"
            raise NotFound(f'{self.title} has no accounts to list behind "{measure}"', advice)
        return self.drill, next(one for one in self.measures if one.name == measure)

"""A report in the workspace: its address, what it is asked for, and how its values are read."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Annotated
from urllib.parse import urlencode

from fastapi import Depends, Query
from sqlalchemy.engine import Connection

from flows.reports.access import require_reader
from flows.reports.asked import Given, asked_of
from flows.reports.creditors import creditor_keys
from flows.reports.document import filters_of_row, shown
from flows.reports.model import NONE, Asked, Column, Report, Row, Span
from flows.reports.queries import creditors_listed
from flows.reports.registry import report_named
from flows.reports.users import with_full_names
from flows.settings.queries import policy_now
from models.errors import BadInput
from models.values import date_from_iso
from web.auth.session import RequestContext

Text = Annotated[str, Query(max_length=60)]
Texts = Annotated[list[str], Query(max_length=12)]


@dataclass(frozen=True, slots=True)
class Address:
    """What the address of a report's page says: the parameters as they were entered."""

    first: str = ""
    last: str = ""
    on: str = ""
    creditor: tuple[str, ...] = ()
    by: tuple[str, ...] = ()
    where: tuple[str, ...] = ()
    days: str = ""
    columns: tuple[str, ...] = ()

    @property
    def given(self) -> Given:
        """The parameters as a report reads them. Raises BadValue or BadInput."""
        days = self.days.strip()
        if days and not days.isdigit():
            raise BadInput(f'"{days}" is not a number of days', "enter a whole number", field="days")
        first, last, on = (date_from_iso(text) if text else None for text in (self.first, self.last, self.on))
        by = tuple(name for name in self.by if name)
        creditors = tuple(code for code in self.creditor if code)
        where = tuple(text for text in self.where if text and not text.endswith("="))
        return Given(first, last, on, creditors, by, where, int(days) if days else None)

    def link(self, path: str, **more: object) -> str:
        """A path with these parameters and some more."""
        pairs: list[tuple[str, object]] = [
            ("from", self.first),
            ("to", self.last),
            ("date", self.on),
            ("days", self.days),
            *(("creditor", one) for one in self.creditor),
            *(("by", one) for one in self.by),
            *(("where", one) for one in self.where),
            *(("column", one) for one in self.columns),
            *more.items(),
        ]
        query = urlencode([(name, value) for name, value in pairs if value not in ("", None)])
        return f"{path}?{query}" if query else path


def address(
    first: Annotated[str, Query(alias="from", max_length=10)] = "",
    last: Annotated[str, Query(alias="to", max_length=10)] = "",
    on: Annotated[str, Query(alias="date", max_length=10)] = "",
    creditor: Texts = [],  # noqa: B006
    by: Texts = [],  # noqa: B006
    where: Texts = [],  # noqa: B006
    days: Annotated[str, Query(max_length=5)] = "",
    column: Annotated[list[str], Query(max_length=40)] = [],  # noqa: B006
) -> Address:
    """The parameters of a report from its address."""
    return Address(first, last, on, tuple(creditor), tuple(by), tuple(where), days, tuple(column))


Addressed = Depends(address)


@dataclass(frozen=True, slots=True)
class Reading:
    """A report that is being read: what is asked of it, and how its address says it. `columns`: its dimensions."""

    report: Report
    asked: Asked
    address: Address
    creditors: Mapping[str, str]
    columns: Mapping[str, Column]

    @property
    def practice(self) -> str:
        """Whose figures these are: the names of the creditors, as far as there are few."""
        names = list(self.creditors.values())
        return ", ".join(names) if len(names) <= 3 else f"{len(names)} creditors"

    @property
    def path(self) -> str:
        """The path of the report's page."""
        return f"/reports/{self.report.name}"

    def link(self, suffix: str = "", **more: object) -> str:
        """The address of this page or of one below it, with all parameters."""
        return self.address.link(f"{self.path}{suffix}", **more)

    def opened(self, row: Row, measure: str, *, whole: bool = False) -> str:
        """The address of the accounts behind a figure of a row, or of the whole report."""
        filters = self.asked.where if whole else filters_of_row(self.asked, row)
        where = tuple(f"{name}={word}" for name, word in filters.items())
        narrowed = Address(
            self.asked.first.isoformat() if self.report.span is Span.PERIOD else "",
            self.asked.last.isoformat() if self.report.span is Span.PERIOD else "",
            self.asked.last.isoformat() if self.report.span is Span.DAY else "",
            self.address.creditor,
            self.asked.by,
            where,
            self.address.days,
        )
        return narrowed.link(f"{self.path}/accounts", measure=measure)

    def of_period(self, first: date, last: date) -> str:
        """The address of the same report about another period."""
        return replace(self.address, first=first.isoformat(), last=last.isoformat(), on="").link(self.path)

    def opened_in_all(self, measure: str) -> str:
        """The address of the accounts behind a figure of the total."""
        return self.opened(dict.fromkeys(self.asked.by), measure, whole=True)

    def says(self, column: Column, value: object) -> str:
        """A value as people read it; a creditor by its name."""
        if column.name == "creditor" and isinstance(value, str):
            return self.creditors.get(value, value)
        return shown(column, value)  # pyright: ignore[reportArgumentType]

    def filters(self) -> list[tuple[str, str]]:
        """The filters as people read them: the dimension and the value."""
        found: list[tuple[str, str]] = []
        for name, word in self.asked.where.items():
            one = self.report.dimension(name)
            assert one is not None
            found.append((one.title, self.says(self.columns[name], None if word == NONE else word)))
        return found


def reading_of(visit: RequestContext, conn: Connection, name: str, typed: Address) -> Reading:
    """The report of an address, if the user may read it. Raises NotFound, NotPermitted or BadInput."""
    report = report_named(name)
    require_reader(report, visit.who.roles)
    keys = creditor_keys(conn)
    asked = asked_of(report, typed.given, visit.today, keys, visit.who.creditors, policy_now(conn))
    columns = with_full_names(conn, (one.column for one in report.dimensions))
    creditors = creditors_listed(conn, visit.who.creditors)
    return Reading(report, asked, typed, creditors, {one.name: one for one in columns})

"""Reports: the list, a page each with filters in the address, the accounts and ledger lines behind a figure, files."""

import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query
from sqlalchemy.engine import Connection
from starlette.responses import Response, StreamingResponse

from flows.reports.access import readable, require_reader
from flows.reports.asked import Given, asked_of
from flows.reports.creditors import creditor_keys
from flows.reports.document import accounts_table, filters_of_row, shown
from flows.reports.files import FileKind, views_of, write_table
from flows.reports.model import NONE, Asked, Column, Group, Report, Row, Span, Table, Unit
from flows.reports.queries import account_of_drill, creditors_listed
from flows.reports.registry import report_named
from flows.reports.saved.decide import PERIODS, Every, SendBy, TargetWay, days_of
from flows.reports.saved.queries import saved_of
from flows.reports.saved.reading import only
from flows.reports.users import with_full_names
from flows.settings.queries import policy_now
from flows.users.view_log import View
from models.errors import BadInput, NotFound
from models.ids import AccountId, PersonId
from models.user_enums import Seen
from models.values import date_from_iso
from web.auth.rights import Right
from web.auth.session import AccountKey, Page, RequestContext, Requires
from web.rendering.charts import Bars, bars
from web.rendering.charts import Given as GivenBar

router = APIRouter()
Readers = Depends(Requires(Right.SEE_REPORTS))

SHOWN = 500
"""The most lines on a page; a file has them all."""

A_PAGE = 50
"""The accounts on a page of a drill."""

MOST_BARS = 24

CHOICES = {
    "periods": PERIODS,
    "every": {Every.DAY: "Each day", Every.WEEK: "Each Monday", Every.MONTH: "On the first of the month"},
    "send_by": {SendBy.FOLDER: "Folder outbox/reports", SendBy.EMAIL: "E-mail", SendBy.SFTP: "SFTP"},
    "target_way": {TargetWay.AT_MOST: "At most", TargetWay.AT_LEAST: "At least"},
}
"""What the form for saving a report offers."""

KINDS: Mapping[FileKind, str] = {
    FileKind.CSV: "text/csv; charset=utf-8",
    FileKind.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}

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


@router.get("/reports")
def listed(visit: RequestContext = Readers) -> Response:
    """The reports that the user may read."""
    found = readable(visit.who.roles)
    groups = [(group.value, [one for one in found if one.group is group]) for group in Group]
    with visit.reading() as conn:
        saved = saved_of(conn, visit.who.name, visit.who.roles, visit.who.creditors)
    shown_groups = [(title, some) for title, some in groups if some]
    return visit.page("reports.html", groups=shown_groups, saved=saved, periods=PERIODS)


@router.get("/reports/{name}")
def show(name: str, visit: RequestContext = Readers, typed: Address = Addressed) -> Response:
    """A report with its chart and its table."""
    with visit.reading() as conn:
        reading = reading_of(visit, conn, name, typed)
        table = only(reading.report.read(conn, reading.asked), typed.columns)
        rows = list(islice(table.rows, SHOWN + 1))
        page = Table(table.columns, rows[:SHOWN], table.total, table.notes)
        if reading.report.names_people:
            _record(visit, reading.report, page)
    return visit.page(
        "report.html",
        reading=reading,
        report=reading.report,
        asked=reading.asked,
        table=page,
        more=len(rows) > SHOWN,
        most=SHOWN,
        chart=_chart(reading, page),
        values=_values(reading),
        opens=reading.report.drill.measures if reading.report.drill else (),
        choices=CHOICES,
        quick=quick_periods(visit.today),
        figures=[one for one in reading.report.measures if one.unit.is_number],
    )


def quick_periods(today: date) -> list[tuple[str, date, date]]:
    """The periods that are one click away."""
    months = [(says, *days_of(period, today)) for period, says in PERIODS.items()]
    return [*months, ("This year", today.replace(month=1, day=1), today)]


def _record(visit: RequestContext, report: Report, table: Table) -> None:
    """Record whose data is about to be shown or exported."""
    visit.saw(Seen.REPORTS, views_of(table, report.name))


def _chart(reading: Reading, table: Table) -> Bars | None:
    chart, by = reading.report.chart, reading.asked.by
    if chart is None or not by:
        return None
    column = next(one for one in table.columns if one.name == chart.columns[0])
    heads = [one for one in table.columns if one.name in by]
    drill = reading.report.drill
    given = [
        GivenBar(
            " · ".join(reading.says(head, row[head.name]) for head in heads),
            float(row[column.name] or 0),  # pyright: ignore[reportArgumentType]
            reading.says(column, row[column.name]),
            reading.opened(row, column.name) if drill is not None and column.name in drill.measures else "",
        )
        for row in islice(table.rows, MOST_BARS)
    ]
    return bars(column.title, given)


def _values(reading: Reading) -> dict[str, list[tuple[str, str]]]:
    """For the filters: the values of each dimension that has a closed list, as stored and as people read them."""
    found: dict[str, list[tuple[str, str]]] = {}
    for one in reading.report.dimensions:
        words = list(reading.creditors) if one.name == "creditor" else (one.order or one.values)
        found[one.name] = [(word, reading.says(one.column, word)) for word in words]
    return found


@router.get("/reports/{name}/accounts")
def accounts(
    name: str, measure: Text, page: Page = 1, visit: RequestContext = Readers, typed: Address = Addressed
) -> Response:
    """The accounts behind a figure, the largest part first; their sum is the figure."""
    with visit.reading() as conn:
        reading = reading_of(visit, conn, name, typed)
        drill, column = reading.report.opened(measure)
        found = drill.accounts(conn, reading.asked, measure, (page - 1) * A_PAGE, A_PAGE)
    views = [View(PersonId(one.person_id), AccountId(one.account_id), reading.report.name) for one in found.lines]
    visit.saw(Seen.REPORTS, views)
    return visit.page(
        "report_accounts.html",
        reading=reading,
        report=reading.report,
        column=column,
        found=found,
        page=page,
        pages=max(1, -(-found.accounts // A_PAGE)),
        has_lines=drill.lines is not None and column.unit is Unit.CENTS,
    )


@router.get("/reports/{name}/accounts/{account}")
def lines(
    name: str, account: AccountKey, measure: Text, visit: RequestContext = Readers, typed: Address = Addressed
) -> Response:
    """The ledger lines that make an account's part of a figure; their sum is the part."""
    with visit.reading() as conn:
        reading = reading_of(visit, conn, name, typed)
        drill, column = reading.report.opened(measure)
        if drill.lines is None:
            raise NotFound("this figure is not made of ledger lines")
        who = account_of_drill(conn, account, reading.asked.creditors)
        found = drill.lines(conn, reading.asked, measure, account)
    visit.saw(Seen.REPORTS, [View(PersonId(who.person_id), account, reading.report.name)])
    total = sum(one.amount_cents for one in found)
    return visit.page(
        "report_lines.html", reading=reading, report=reading.report, column=column, who=who, lines=found, total=total
    )


@router.get("/reports/{name}/file.{suffix}")
def file_of(
    name: str, suffix: FileKind, measure: Text = "", visit: RequestContext = Readers, typed: Address = Addressed
) -> Response:
    """A report, or the accounts behind a figure of it, as a file. It is written row by row and then sent."""
    folder = tempfile.TemporaryDirectory(prefix="pastdue-report-")
    path = Path(folder.name) / f"{name}.{suffix}"
    try:
        with visit.reading() as conn:
            reading = reading_of(visit, conn, name, typed)
            if measure:
                drill, column = reading.report.opened(measure)
                found = drill.accounts(conn, reading.asked, measure, 0, 0)
                table = accounts_table(column, found, tuple(drill.every(conn, reading.asked, measure)))
            else:
                table = only(reading.report.read(conn, reading.asked), typed.columns)
            if measure or reading.report.names_people:
                _record(visit, reading.report, table)
            write_table(path, suffix, reading.report.title, table)
    except BaseException:
        folder.cleanup()
        raise
    head = {"Content-Disposition": f'attachment; filename="{name}.{suffix}"'}
    return StreamingResponse(_sent(folder, path), media_type=KINDS[suffix], headers=head)


def _sent(folder: tempfile.TemporaryDirectory[str], path: Path) -> Iterator[bytes]:
    """The content of a file in parts; afterwards it is gone."""
    with folder, path.open("rb") as content:
        while part := content.read(1 << 20):
            yield part

"""Reports: the list, a page each with filters in the address, the accounts and ledger lines behind a figure, files."""

import tempfile
from collections.abc import Iterator, Mapping
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from starlette.responses import Response, StreamingResponse

from flows.reports.access import readable
from flows.reports.document import accounts_table
from flows.reports.files import FileKind, views_of, write_table
from flows.reports.model import Group, Report, Table, Unit
from flows.reports.queries import account_of_drill
from flows.reports.saved.decide import PERIODS, Every, SendBy, TargetWay, days_of
from flows.reports.saved.queries import saved_of
from flows.reports.saved.reading import only
from flows.users.view_log import View
from models.errors import NotFound
from models.ids import AccountId, PersonId
from models.user_enums import Seen
from web.auth.rights import Right
from web.auth.session import AccountKey, Page, RequestContext, Requires
from web.pages.report_charts import chart_of
from web.pages.report_reading import Address, Addressed, Reading, reading_of

router = APIRouter()
Readers = Depends(Requires(Right.SEE_REPORTS))

SHOWN = 500
"""The most lines on a page; a file has them all."""

A_PAGE = 50
"""The accounts on a page of a drill."""

MOST_GROUPS = 4
"""How many groups the form offers, if the report has so many."""

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
        chart=chart_of(reading, page),
        values=_values(reading),
        opens=reading.report.drill.measures if reading.report.drill else (),
        choices=CHOICES,
        groups=_groups(reading),
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


def _groups(reading: Reading) -> list[tuple[str, str]]:
    """The choices of groups in the form: what each is called and chosen for; three, and one more than are chosen."""
    chosen = reading.asked.by
    offered = min(len(reading.report.dimensions), MOST_GROUPS, max(3, len(chosen) + 1))
    titles = ("Rows by", "Then by", "Then by (third)", "Then by (fourth)")
    return [(title, chosen[place] if place < len(chosen) else "") for place, title in enumerate(titles[:offered])]


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

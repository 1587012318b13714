"""The API for reports: the list, each report as a document, and the accounts behind a figure."""

from datetime import date
from typing import Annotated

from fastapi import Depends, Path, Query
from sqlalchemy.engine import Connection

from flows.reports.access import readable, require_reader
from flows.reports.asked import Given, asked_of
from flows.reports.creditors import creditor_keys
from flows.reports.document import accounts_table, document, rows_of
from flows.reports.files import views_of
from flows.reports.model import Asked, Report
from flows.reports.registry import report_named
from flows.settings.queries import policy_now
from web.api.door import Call, Key
from web.api.values import Anything, Value
from web.auth.rights import Right

Name = Annotated[str, Path(pattern="^[a-z][a-z0-9-]{0,59}$", description="The name of the report.")]
Looking = Annotated[Call, Depends(Key(Right.SEE_REPORTS))]
First = Annotated[date | None, Query(alias="from", description="The first day of the period.")]
Last = Annotated[date | None, Query(alias="to", description="The last day of the period.")]
On = Annotated[date | None, Query(alias="date", description="The day, for a report about one day.")]
Creditors = Annotated[list[str], Query(max_length=20, description="Only these creditors, by their codes.")]
By = Annotated[list[str], Query(max_length=4, description="What the rows are about.")]
Where = Annotated[list[str], Query(max_length=12, description="Filters such as payer_class=medicare.")]
Days = Annotated[int | None, Query(ge=1, le=3_660, description="The number of days, for a report that needs one.")]


class ReportOut(Value):
    """A report of the list."""

    name: str
    title: str
    question: str


def listed(call: Looking) -> list[ReportOut]:
    """The reports that the key may read."""
    return [ReportOut(name=one.name, title=one.title, question=one.question) for one in readable(call.who.roles)]


def read(
    name: Name,
    call: Looking,
    first: First = None,
    last: Last = None,
    on: On = None,
    creditor: Creditors = [],  # noqa: B006
    by: By = [],  # noqa: B006
    where: Where = [],  # noqa: B006
    days: Days = None,
) -> Anything:
    """A report: its columns, rows and total. Amounts are cents."""
    given = Given(first, last, on, tuple(creditor), tuple(by), tuple(where), days)
    with call.reading() as conn:
        report, asked = _asked(call, conn, name, given)
        table = report.read(conn, asked)
        found = document(report, asked, table)
        if report.names_people:
            call.saw(views_of(table), report.name)
    return {**found}


def accounts(
    name: Name,
    call: Looking,
    measure: Annotated[str, Query(max_length=60, description="The column whose accounts are listed.")],
    first: First = None,
    last: Last = None,
    on: On = None,
    creditor: Creditors = [],  # noqa: B006
    by: By = [],  # noqa: B006
    where: Where = [],  # noqa: B006
    days: Days = None,
    skip: Annotated[int, Query(ge=0, le=10_000_000)] = 0,
    limit: Annotated[int, Query(ge=1, le=1_000)] = 200,
) -> Anything:
    """The accounts behind a column of a report, the largest part first. The total is of all of them."""
    given = Given(first, last, on, tuple(creditor), tuple(by), tuple(where), days)
    with call.reading() as conn:
        report, asked = _asked(call, conn, name, given)
        drill, column = report.opened(measure)
        found = drill.accounts(conn, asked, measure, skip, limit)
    table = accounts_table(column, found, found.lines)
    call.saw(views_of(table), report.name)
    return {"name": report.name, "as_of": asked.last, "rows": rows_of(table), "total": dict(table.total)}


def _asked(call: Call, conn: Connection, name: str, given: Given) -> tuple[Report, Asked]:
    report = report_named(name)
    require_reader(report, call.who.roles)
    keys = creditor_keys(conn)
    return report, asked_of(report, given, call.today, keys, call.who.creditors, policy_now(conn))


ROUTES = (
    ("/reports", listed, "GET"),
    ("/reports/{name}", read, "GET"),
    ("/reports/{name}/accounts", accounts, "GET"),
)

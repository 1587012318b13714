"""Every report keeps what the registry says of it: it ties out, it can be opened to the last line, and taken as a file."""

from collections.abc import Iterator
from contextlib import closing
from csv import DictReader
from dataclasses import replace
from datetime import date, timedelta
from itertools import combinations, islice
from pathlib import Path

import pytest
from openpyxl import load_workbook
from sqlalchemy.engine import Connection

from flows.practice import Practice
from flows.reports.asked import Given, asked_of
from flows.reports.document import document, filters_of_row
from flows.reports.files import FileKind, write_table
from flows.reports.model import Asked, Report, Span, Unit
from flows.reports.registry import REPORTS
from tests.flows.reports.conftest import FIRST, LAST

ROOT = Path(__file__).parent.parent.parent.parent
TODAY = LAST + timedelta(days=1)
ROWS = 6
"""The rows of a report whose figures are opened; all of them would take minutes."""

pytestmark = pytest.mark.xdist_group("lived")  # the practice lives once

STANDING = {"opening_cents", "closing_cents"}
"""Balances: those of several months are no sum."""

each = pytest.mark.parametrize("report", REPORTS.values(), ids=REPORTS.keys())


@pytest.fixture
def conn(lived: Practice) -> Iterator[Connection]:
    with lived.database.reading() as opened:
        yield opened


def asked(report: Report, *, by: tuple[str, ...] = ()) -> Asked:
    """The whole time that the practice lived, or its last day."""
    given = Given(first=FIRST, last=LAST, by=by) if report.span is Span.PERIOD else Given(on=LAST, by=by)
    return asked_of(report, given, TODAY, {}, None)


@each
def test_it_ties_out(report: Report, conn: Connection) -> None:
    ties = report.ties(conn, asked(report))
    assert ties
    assert [tie for tie in ties if not tie.holds] == []


@each
def test_it_says_something_about_a_practice_that_lived(report: Report, conn: Connection) -> None:
    table = report.read(conn, asked(report))
    assert list(islice(table.rows, 1)), report.title
    for column in table.columns:
        assert column.meaning
        assert not column.meaning.endswith("."), column.name


@each
def test_its_rows_add_up_to_its_total(report: Report, conn: Connection) -> None:
    table = report.read(conn, asked(report))
    rows = list(table.rows)
    summed = report.drill.measures if report.drill else ()
    for name in set(summed) - STANDING:
        assert sum(int(row[name] or 0) for row in rows) == table.total[name], name  # type: ignore[arg-type]


@each
def test_it_has_the_same_total_however_its_rows_are_grouped(report: Report, conn: Connection) -> None:
    whole = report.read(conn, asked(report)).total
    names = [one.name for one in report.dimensions]
    if not report.by:
        return
    for by in [(name,) for name in names] + list(islice(combinations(names, 2), 4)):
        total = report.read(conn, asked(report, by=by)).total
        assert {name: total[name] for name in whole} == whole, by


@each
def test_the_accounts_behind_a_figure_add_up_to_it(report: Report, conn: Connection) -> None:
    if report.drill is None:
        return
    what = asked(report)
    for row in islice(report.read(conn, what).rows, ROWS):
        narrowed = replace(what, where=filters_of_row(what, row))
        for measure in report.drill.measures:
            found = report.drill.accounts(conn, narrowed, measure, 0, 10_000)
            assert found.total == row[measure], (measure, row)
            assert sum(one.amount for one in found.lines) == found.total
            assert len(found.lines) == found.accounts


@each
def test_the_ledger_lines_of_an_account_add_up_to_its_part(report: Report, conn: Connection) -> None:
    if report.drill is None or report.drill.lines is None:
        return
    what = asked(report)
    units = {one.name: one.unit for one in report.measures}
    for row in islice(report.read(conn, what).rows, ROWS):
        narrowed = replace(what, where=filters_of_row(what, row))
        for measure in (one for one in report.drill.measures if units[one] is Unit.CENTS):
            for account in report.drill.accounts(conn, narrowed, measure, 0, 3).lines:
                lines = report.drill.lines(conn, narrowed, measure, account.account_id)
                assert abs(sum(one.amount_cents for one in lines)) == abs(account.amount), (measure, row)


@each
def test_a_filter_by_each_value_splits_the_report(report: Report, conn: Connection) -> None:
    what = asked(report)
    if not report.by:
        return
    for one in report.dimensions:
        grouped = report.read(conn, replace(what, by=(one.name,)))
        for row in islice(grouped.rows, 3):
            where = filters_of_row(replace(what, by=(one.name,)), row)
            narrowed = report.read(conn, replace(what, by=(one.name,), where=where))
            again = list(narrowed.rows)
            assert len(again) == 1, (one.name, where)
            assert again[0] == row, one.name


@each
def test_a_time_without_data_is_an_empty_report(report: Report, conn: Connection) -> None:
    empty = replace(asked(report), first=date(1999, 1, 1), last=date(1999, 1, 31))
    if report.span is Span.PERIOD:
        table = report.read(conn, empty)
        assert not any(value for row in table.rows for value in row.values() if isinstance(value, int | float))
        assert all(tie.holds for tie in report.ties(conn, empty))


@each
def test_a_creditor_that_one_may_not_see_is_not_in_it(report: Report, conn: Connection) -> None:
    whole = report.read(conn, asked(report)).total
    parts = [report.read(conn, replace(asked(report), creditors=frozenset({key}))).total for key in (1, 2, 3)]
    summed = report.drill.measures if report.drill else ("rows",) if "rows" in whole else ()
    for name in summed:
        assert sum(int(part[name] or 0) for part in parts) == whole[name], name  # type: ignore[arg-type]


@each
def test_its_files_have_every_row(report: Report, conn: Connection, tmp_path: Path) -> None:
    what = asked(report)
    rows = len(list(report.read(conn, what).rows))
    write_table(tmp_path / "r.csv", FileKind.CSV, report.title, report.read(conn, what))
    write_table(tmp_path / "r.xlsx", FileKind.XLSX, report.title, report.read(conn, what))
    with (tmp_path / "r.csv").open() as lines:
        assert len(list(DictReader(lines))) == rows + 1
    with closing(load_workbook(tmp_path / "r.xlsx", read_only=True)) as book:
        assert sum(1 for _ in book.worksheets[0].rows) == rows + 2
    assert sorted(path.name for path in tmp_path.iterdir()) == ["r.csv", "r.xlsx"]


@each
def test_its_document_has_its_rows_under_its_columns(report: Report, conn: Connection) -> None:
    found = document(report, asked(report), report.read(conn, asked(report)))
    names = [column["name"] for column in found["columns"]]
    assert len(set(names)) == len(names)
    assert all(list(row) == names for row in found["rows"])


@each
def test_it_is_told_of(report: Report) -> None:
    docs = (ROOT / "docs" / "reports.md").read_text()
    assert f"`{report.name}`" in docs
    assert report.title in docs

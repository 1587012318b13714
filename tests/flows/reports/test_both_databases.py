"""Every query of every report is valid on SQLite and on PostgreSQL, for each dimension, drill and summary."""

from dataclasses import replace
from datetime import date

from flows.ledger.commands import post
from flows.ledger.entry import Entry
from flows.practice import Practice
from flows.reports.asked import Given, asked_of
from flows.reports.document import filters_of_row
from flows.reports.registry import REPORTS
from flows.reports.summaries.commands import check, keep_up, rebuild
from models.enums import LedgerKind
from models.ids import AccountId
from tests.small_book import someone, take_in

TODAY = date(2026, 4, 15)


def test_every_report_is_read_by_every_dimension_and_opened(practice: Practice) -> None:
    database = practice.database
    take_in(database, [someone("Ada", cents=10_000), someone("Ben", "B1", cents=20_000)], date(2026, 1, 5))
    for place, kind in enumerate(LedgerKind):
        with database.transaction(actor="t", business_date=date(2026, 4, 1)) as tx:
            post(tx, [Entry(AccountId(1), date(2026, 3, 20), kind, -100, "agency:harbor", f"{place}", "check")])
        if place == 4:
            assert keep_up(database, TODAY) > 0
    assert check(database) == []
    assert rebuild(database, TODAY) == 2 + len(LedgerKind)
    assert check(database) == []
    with database.reading() as conn:
        for report in REPORTS.values():
            whole = asked_of(report, Given(), TODAY, {"C1": 1}, frozenset({1}))
            assert all(tie.holds for tie in report.ties(conn, whole)), report.name
            for by in [(one.name,) for one in report.dimensions] or [()]:
                asked = replace(whole, by=by if report.by else ())
                rows = list(report.read(conn, asked).rows)
                for row in rows[:1] if report.by else ():
                    narrowed = replace(asked, where=filters_of_row(asked, row))
                    assert list(report.read(conn, narrowed).rows), (report.name, by)
                    for measure in report.drill.measures if report.drill else ():
                        found = report.drill.accounts(conn, narrowed, measure, 0, 5)  # type: ignore[union-attr]
                        assert found.total == row[measure], (report.name, by, measure)
                        if report.drill.lines and found.lines:  # type: ignore[union-attr]
                            report.drill.lines(conn, narrowed, measure, found.lines[0].account_id)  # type: ignore[union-attr, misc]

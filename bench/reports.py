"""How long reports take over three years of a large practice, and what their summaries cost each night.

`--scale 20` is a million accounts and ten million ledger lines, for which the goal is two seconds a report.
"""

import resource
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from itertools import islice
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bench.made_book import sqlite_url
from bench.made_ledger import TODAY, make_ledger
from bench.made_work import finish, make_work
from bench.measured import Measured
from bench.postgres import server_url
from flows.ledger.commands import post
from flows.ledger.entry import Entry
from flows.reports.asked import Given, asked_of
from flows.reports.document import filters_of_row
from flows.reports.model import Asked, Report, Row
from flows.reports.registry import REPORTS
from flows.reports.summaries.commands import check, keep_up, rebuild
from models import Account, LedgerEntry, Person
from models.columns import table
from models.database import Database, batches, open_database
from models.enums import LedgerKind
from models.migrate import migrate

ACCOUNTS = 50_000
GOAL_SECONDS = 2.0
NIGHT_SHARE = 0.05
"""The part of the nightly run that the summaries may take, measured against posting alone."""

DAY_LINES = 10_000
PAGE = 200
DRILL_PAGE = 50
LISTED = 501
"""The lines of a long list that its page reads."""


class Timed(NamedTuple):
    """What took how long, the median of some runs."""

    name: str
    seconds: float


def reports_sqlite(scale: float = 1.0) -> list[Measured]:
    """Every report on SQLite."""
    with tempfile.TemporaryDirectory() as folder:
        return _measured("reports", sqlite_url(folder), int(ACCOUNTS * scale))


def reports_postgres(scale: float = 1.0) -> list[Measured]:
    """Every report on PostgreSQL."""
    with server_url() as fresh:
        return _measured("reports-pg", fresh("reports"), int(ACCOUNTS * scale))


def build(url: str, accounts: int) -> tuple[Database, int]:
    """A practice with its summaries; returns how many ledger lines it has."""
    database = open_database(url)
    migrate(database)
    book, lines = make_ledger(database, accounts)
    make_work(database, book, TODAY)
    finish(database, tuple(table(noun).name for noun in (Person, Account, LedgerEntry)))
    return database, lines


def _measured(name: str, url: str, accounts: int) -> list[Measured]:
    database, lines = build(url, accounts)
    try:
        rebuilt = _seconds(lambda: rebuild(database, TODAY))
        checked = _seconds(lambda: _check(database))
        read, drilled = time_reports(database), time_drills(database)
        night = time_night(database)
    finally:
        database.close()
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    size = f"{accounts:,} accounts, {lines:,} lines"
    return [
        _row(name, read, f"{size}, {memory} MB"),
        _row(f"{name}-drill", drilled, f"first {DRILL_PAGE} accounts"),
        _row(f"{name}-rebuild", [Timed("rebuild", rebuilt), Timed("check", checked)], size),
        {**night, "name": f"{name}-night"},
    ]


def _row(name: str, timed: list[Timed], note: str) -> Measured:
    slowest = sorted(timed, key=lambda one: -one.seconds)
    worst = slowest[0].seconds
    named = ", ".join(f"{one.name} {one.seconds:.2f} s" for one in slowest[:4])
    ratio = round(GOAL_SECONDS / worst, 2)
    return {
        "name": name,
        "per_second": round(1 / worst, 2),
        "ratio": ratio,
        "against": "2 s",
        "note": f"{named}; {note}",
    }


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def _check(database: Database) -> None:
    differences = check(database)
    assert not differences, differences[:3]


def default_asked(report: Report) -> Asked:
    """What a report is asked for if nothing is entered."""
    return asked_of(report, Given(), TODAY, {}, None)


def _page(conn: Connection, report: Report, asked: Asked) -> list[Row]:
    """What a page of the report shows: its total, and its rows as far as one list goes."""
    return list(islice(report.read(conn, asked).rows, LISTED))


def time_reports(database: Database, runs: int = 3, names: tuple[str, ...] = ()) -> list[Timed]:
    """Each report with its default parameters, warm: the median of some runs after a first one."""
    found: list[Timed] = []
    for name in names or tuple(REPORTS):
        report = REPORTS[name]
        asked = default_asked(report)
        with database.reading() as conn:
            _page(conn, report, asked)
            taken = [_seconds(lambda: _page(conn, report, asked)) for _ in range(runs)]  # noqa: B023
        found.append(Timed(name, statistics.median(taken)))
    return found


def time_drills(database: Database, runs: int = 3, names: tuple[str, ...] = ()) -> list[Timed]:
    """The accounts behind the first measure of each report's largest row."""
    found: list[Timed] = []
    for name in names or tuple(REPORTS):
        report = REPORTS[name]
        if (drill := report.drill) is None:
            continue
        asked, measure, open_it = default_asked(report), drill.measures[0], drill.accounts
        with database.reading() as conn:
            rows = report.read(conn, asked).rows
            largest = max(rows, key=lambda row: abs(int(str(row[measure]))))
            what = _narrowed(asked, largest)
            open_it(conn, what, measure, 0, DRILL_PAGE)
            taken = [_seconds(lambda: open_it(conn, what, measure, 0, DRILL_PAGE)) for _ in range(runs)]  # noqa: B023
        found.append(Timed(name, statistics.median(taken)))
    return found


def _narrowed(asked: Asked, row: Row) -> Asked:
    return Asked(asked.today, asked.first, asked.last, (), filters_of_row(asked, row), None, asked.days, asked.policy)


def time_night(database: Database, days: int = 3) -> Measured:
    """A day's new lines: posting them against adding them to the summaries."""
    rebuild_if_behind = _seconds(lambda: keep_up(database, TODAY))
    shares: list[tuple[float, float]] = []
    for day in range(1, days + 1):
        entries = _new_lines(database, day)
        posted = _seconds(lambda: _post(database, entries, day))  # noqa: B023
        kept = _seconds(lambda: keep_up(database, TODAY + timedelta(days=day)))  # noqa: B023
        shares.append((kept, posted))
    kept, posted = (statistics.median(column) for column in zip(*shares, strict=True))
    share = kept / (kept + posted)
    return {
        "name": "reports-night",
        "per_second": round(DAY_LINES / kept, 1),
        "ratio": round(NIGHT_SHARE / share, 2),
        "against": "5 % of posting",
        "note": f"{DAY_LINES:,} lines posted in {posted:.2f} s, summed in {kept:.3f} s ({100 * share:.1f} %); "
        f"nothing new {rebuild_if_behind:.3f} s",
    }


def _new_lines(database: Database, day: int) -> list[Entry]:
    with database.reading() as conn:
        query = sa.select(table(Account).c.id).where(table(Account).c.balance_cents > 0).limit(DAY_LINES)
        keys = list(conn.execute(query.order_by(table(Account).c.id.desc())).scalars())
    on = TODAY + timedelta(days=day)
    return [
        Entry(keys[n % len(keys)], on, LedgerKind.PATIENT_PAYMENT, -1_00, "bench", f"{day}:{n}")
        for n in range(DAY_LINES)
    ]


def _post(database: Database, entries: list[Entry], day: int) -> None:
    for page in batches(entries, PAGE):
        with database.transaction(actor="bench", business_date=TODAY + timedelta(days=day)) as tx:
            post(tx, page)

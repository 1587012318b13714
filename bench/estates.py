"""How fast the deadlines of all matters are computed again, as after a rule was mended or a night's facts."""

import tempfile
import time
from datetime import date, timedelta
from typing import NamedTuple

import sqlalchemy as sa

from bench.made_book import PAGE, TODAY, account, entry, person, sqlite_url
from bench.measured import Measured
from compliance.nonclaim import EstateFacts, deadline
from compliance.nonclaim_table import state_rules
from flows.estates.deadlines.commands import recompute_all
from flows.estates.matters.queries import MATTER
from models import Account, Creditor, EstateMatter, LedgerEntry, MatterAccount, Person
from models.columns import ColumnValues
from models.database import Database, open_database
from models.migrate import migrate

STATES = sorted(state_rules())
GOAL = 20_000
"""Matters a second: 100,000 in five seconds."""


class Days(NamedTuple):
    """Where and when somebody died, and what was known since then."""

    state: str
    death_on: date
    letters_on: date
    notice_on: date | None


def days_of(key: int) -> Days:
    """The days of a matter with letters, every second with a notice, in any state."""
    death = TODAY - timedelta(days=40 + key % 200)
    letters = death + timedelta(days=10 + key % 25)
    notice = letters + timedelta(days=key % 5) if key % 2 else None
    return Days(STATES[key % len(STATES)], death, letters, notice)


def matter(key: int) -> ColumnValues:
    """A matter with its days."""
    days = days_of(key)
    return {
        "id": key,
        "person_id": key,
        "creditor_id": 1,
        "state": "searching",
        "opened_on": TODAY,
        "opened_by": "bench",
        "source": "bench",
        "jurisdiction": days.state,
        "death_on": days.death_on,
        "letters_on": days.letters_on,
        "published_on": None,
        "notice_on": days.notice_on,
        "review_on": TODAY,
    }


def make(url: str, count: int) -> Database:
    """A book of so many matters, an account each."""
    database = open_database(url)
    migrate(database)
    with database.transaction(actor="bench", business_date=TODAY) as tx:
        tx.insert(
            Creditor, [{"id": 1, "external_id": "C1", "name": "Clinic", "kind": "physician_practice", "state": "OH"}]
        )
    for start in range(1, count + 1, PAGE):
        keys = range(start, min(start + PAGE, count + 1))
        with database.transaction(actor="bench", business_date=TODAY) as tx:
            tx.insert(Person, [person(key) for key in keys])
            tx.insert(Account, [account(key) for key in keys])
            tx.insert(LedgerEntry, [entry(key) for key in keys])
            tx.insert(EstateMatter, [matter(key) for key in keys])
            tx.insert(MatterAccount, [{"matter_id": key, "account_id": key} for key in keys])
    return database


def _again(database: Database, today: date) -> tuple[float, int]:
    start = time.perf_counter()
    with database.transaction(actor="bench", business_date=today) as tx:
        changed = recompute_all(tx).changed
    return time.perf_counter() - start, changed


def estate_deadlines(scale: float = 1.0) -> list[Measured]:
    """All deadlines computed again: where none changes, and where a notice that came changes every tenth.

    Against computing the same deadlines in memory alone: what the book costs on top.
    """
    count = int(100_000 * scale)
    with tempfile.TemporaryDirectory() as folder:
        database = make(sqlite_url(folder), count)
        first, _ = _again(database, TODAY)
        _again(database, TODAY)
        quiet, none = _again(database, TODAY)
        with database.transaction(actor="bench", business_date=TODAY) as tx:
            tenth = sa.update(MATTER).where(MATTER.c.id % 10 == 0)
            tx.conn.execute(tenth.values(notice_on=TODAY - timedelta(days=1), letters_on=TODAY - timedelta(days=3)))
        some, changed = _again(database, TODAY)
        database.close()
    start = time.perf_counter()
    for key in range(1, count + 1):
        days = days_of(key)
        facts = EstateFacts(days.death_on, days.letters_on, None, days.notice_on)
        deadline(days.state, facts, TODAY, with_candidates=False)
    alone = time.perf_counter() - start
    note = (
        f"{count:,} matters: {quiet:.1f} s where {none} change, {some:.1f} s where {changed:,} do, {first:.1f} s "
        "for the first time, with a history event each"
    )
    return [
        {
            "name": "estate-deadlines",
            "per_second": round(count / some, 1),
            "ratio": round(count / some / GOAL, 3),
            "against": "20,000/s, the goal",
            "note": note,
        },
        {
            "name": "estate-deadlines",
            "per_second": round(count / quiet, 1),
            "ratio": round(alone / quiet, 3),
            "against": "in memory alone",
            "note": "where nothing changes",
        },
    ]

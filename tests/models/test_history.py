"""The history is append-only and chained; the ledger is append-only; a change and its event commit together."""

from datetime import date

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from flows.proof.histories import verify_history
from models.database import Database
from models.events import AccountSettled, ScheduleFinished
from models.migrate import migrate, newest_revision
from tests.small_book import account_of, history, rows, someone, take_in

DAY = date(2026, 1, 20)


@pytest.fixture
def one(database: Database) -> Database:
    take_in(database, [someone("Ada")], DAY)
    return database


@pytest.mark.parametrize("table", ["account_event", "ledger_entry"])
@pytest.mark.parametrize("statement", ["UPDATE {0} SET {1} = {1}", "DELETE FROM {0}"])
def test_nobody_changes_or_takes_away_what_was_written(one: Database, table: str, statement: str) -> None:
    column = "why" if table == "account_event" else "reference"
    with pytest.raises(DBAPIError, match="append-only"), one.transaction(actor="test", business_date=DAY) as tx:
        tx.conn.execute(sa.text(statement.format(table, column)))


def test_a_change_that_fails_leaves_neither_itself_nor_its_event(one: Database) -> None:
    key, before = account_of(one, "A1").id, history(one, "A1")
    with pytest.raises(RuntimeError), one.transaction(actor="test", business_date=DAY) as tx:
        tx.conn.execute(sa.text("UPDATE account SET balance_cents = 1"))
        tx.record(AccountSettled(account_id=key, balance_cents=0))
        raise RuntimeError("the power went")
    assert history(one, "A1") == before
    assert account_of(one, "A1").balance_cents == 12_000


def test_events_are_chained_to_the_account_and_each_other(one: Database) -> None:
    key = account_of(one, "A1").id
    for reason in ("one", "two"):
        with one.transaction(actor="test", business_date=DAY) as tx:
            tx.record(ScheduleFinished(account_id=key, reason=reason))
    chain = rows(one, "SELECT seq, previous_digest, digest FROM account_event ORDER BY seq")
    assert [row[0] for row in chain] == [1, 2, 3]
    assert [row[1] for row in chain[1:]] == [row[2] for row in chain[:-1]]
    assert account_of(one, "A1").history_digest == chain[-1][2]


def disarm(database: Database) -> None:
    """Take the triggers away, as somebody with the keys to the database could."""
    with database.engine.begin() as conn:
        if conn.dialect.name == "sqlite":
            for verb in ("update", "delete"):
                conn.execute(sa.text(f"DROP TRIGGER account_event_no_{verb}"))
        else:
            conn.execute(sa.text("ALTER TABLE account_event DISABLE TRIGGER USER"))


TAMPERED = [
    ("UPDATE account_event SET why = 'x' WHERE seq = 2", "event 2 was altered"),
    ("UPDATE account_event SET business_date = '2025-01-01' WHERE seq = 1", "event 1 was altered"),
    ("DELETE FROM account_event WHERE seq = 2", "event 2 is missing"),
    ("DELETE FROM account_event WHERE seq = 3", "event 3 and later events are missing"),
    ("DELETE FROM account_event", "event 1 and later events are missing"),
]


@pytest.mark.parametrize(("statement", "said"), TAMPERED)
def test_whoever_alters_a_history_is_found_out(one: Database, statement: str, said: str) -> None:
    key = account_of(one, "A1").id
    with one.transaction(actor="test", business_date=DAY) as tx:
        tx.record(ScheduleFinished(account_id=key, reason="one"), ScheduleFinished(account_id=key, reason="two"))
    disarm(one)
    with one.engine.begin() as conn:
        conn.execute(sa.text(statement))
    with one.reading() as conn:
        assert [broken["what"] for broken in verify_history(conn)["broken"]] == [said]


def test_migrating_twice_changes_nothing(database: Database) -> None:
    assert migrate(database) == newest_revision()
    assert migrate(database) == newest_revision()

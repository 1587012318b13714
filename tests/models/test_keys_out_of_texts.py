"""What was packed into texts has columns, in old books too, and an older version finds its texts again."""

from collections.abc import Sequence
from datetime import date, time

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from sqlalchemy.exc import DBAPIError
from sqlmodel import SQLModel

from models import Enrollment, LedgerEntry, Task
from models.database import Database
from models.migrate import MIGRATIONS, migrate
from tests.small_book import account_of, publish_shipped, rows, someone, take_in

TODAY = date(2026, 2, 2)

COLUMNS = (
    "SELECT pending_trigger, pending_trigger_id FROM enrollment WHERE account_id = :account",
    "SELECT id, callback_on, failed_noun, failed_key FROM task WHERE id > 900 ORDER BY id",
    "SELECT id, settlement_id, matter_id FROM ledger_entry WHERE id > 900 ORDER BY id",
)


def migrate_down(database: Database) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with database.engine.connect().execution_options(pastdue_writes=True) as conn:
        config.attributes["connection"] = conn
        command.downgrade(config, "0051")
        conn.commit()


@pytest.fixture
def packed(database: Database) -> int:
    """An account with all that was packed into texts before; gives its key."""
    take_in(database, [someone("Ann")], TODAY)
    publish_shipped(database)
    row = account_of(database, "A1")
    version = rows(database, "SELECT min(id) FROM schedule_version")[0][0]
    theirs = {"guarantor_id": row.guarantor_id, "creditor_id": row.creditor_id}
    task = {**theirs, "state": "open", "role": "manager", "reason": "x", "opened_on": TODAY}
    entry = {"account_id": row.id, "posted_on": TODAY, "kind": "discount", "amount_cents": -1}
    where = {"account_id": row.id, "schedule_version_id": version, "anchor_on": TODAY}
    with database.transaction(actor="test", business_date=TODAY) as tx:
        tx.insert(Enrollment, [{**theirs, **where, "pending_trigger": "promise_broken", "pending_trigger_id": "12"}])
        tx.insert(
            Task, [{**task, "id": 901, "kind": "call", "callback_on": date(2026, 2, 5), "callback_time": time(14, 30)}]
        )
        tx.insert(Task, [{**task, "id": 902, "kind": "look-for-payment", "callback_on": date(2026, 2, 6)}])
        failed = {"kind": "work-failed", "reason": "payment plan 12 failed: ValueError; correct it"}
        tx.insert(Task, [{**task, "id": 903, **failed, "failed_noun": "payment plan", "failed_key": 12}])
        tx.insert(Task, [{**task, "id": 904, "kind": "work-failed", "reason": "nothing is named"}])
        tx.insert(
            LedgerEntry,
            [
                {
                    **entry,
                    "id": 901,
                    "source": "settlement",
                    "external_id": "7:0",
                    "settlement_id": 7,
                    "matter_id": None,
                },
                {
                    **entry,
                    "id": 902,
                    "source": "estate",
                    "external_id": "42:check 17#1",
                    "settlement_id": None,
                    "matter_id": 42,
                },
                {
                    **entry,
                    "id": 903,
                    "source": "payments",
                    "external_id": "42:check 17#1",
                    "settlement_id": None,
                    "matter_id": None,
                },
            ],
        )
    return int(row.id)


def held(database: Database, account: int) -> list[list[Sequence[object]]]:
    return [[tuple(row) for row in rows(database, query, **_named(query, account))] for query in COLUMNS]


def _named(query: str, account: int) -> dict[str, int]:
    return {"account": account} if ":account" in query else {}


def test_an_older_version_finds_its_texts_and_the_newer_one_its_columns_again(database: Database, packed: int) -> None:
    before = held(database, packed)
    migrate_down(database)
    assert rows(database, "SELECT pending FROM enrollment")[0][0] == "promise_broken#12"
    assert [row[0] for row in rows(database, "SELECT call_at FROM task WHERE id < 903 AND id > 900 ORDER BY id")] == [
        "2026-02-05T14:30",
        "2026-02-06",
    ]
    migrate(database)
    assert held(database, packed) == before
    assert before[0] == [("promise_broken", "12")]
    assert [row[1:] for row in before[2]] == [(7, None), (None, 42), (None, None)]
    assert str(rows(database, "SELECT callback_time FROM task WHERE id = 901")[0][0]).startswith("14:30")


def test_the_ledger_stays_append_only(database: Database, packed: int) -> None:
    migrate_down(database)
    migrate(database)
    with (
        pytest.raises(DBAPIError, match="append-only"),
        database.transaction(actor="test", business_date=TODAY) as tx,
    ):
        tx.conn.exec_driver_sql("UPDATE ledger_entry SET amount_cents = 0")


def test_the_tables_are_as_the_models_say(database: Database) -> None:
    with database.reading() as conn:
        inspector = sa.inspect(conn)
        for table in SQLModel.metadata.sorted_tables:
            there = {column["name"]: column["nullable"] for column in inspector.get_columns(table.name)}
            assert there == {column.name: column.nullable for column in table.columns}, table.name
            indexes = {index["name"] for index in inspector.get_indexes(table.name)}
            assert {index.name for index in table.indexes} <= indexes, table.name

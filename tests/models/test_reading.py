"""Who only reads sees one moment of the book, changes nothing and waits for nobody."""

from datetime import date

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from flows.arrangements.commands import Ask, quote
from flows.arrangements.plan import PlanRequest
from flows.practice import Practice
from flows.reports.account import explain
from models.database import Database
from tests.small_book import account_of, publish_shipped, run_days, someone, take_in

TODAY = date(2026, 2, 6)


@pytest.fixture
def ada(practice: Practice) -> Database:
    publish_shipped(practice.database)
    take_in(practice.database, [someone("Ada", "A1", date(2026, 1, 5), 300_00)], date(2026, 2, 1))
    run_days(practice, date(2026, 2, 2), TODAY)
    return practice.database


def test_a_page_is_shown_while_somebody_else_writes_to_the_account(ada: Database) -> None:
    if ada.engine.dialect.name != "postgresql":
        pytest.skip("rows are locked on PostgreSQL")
    key = account_of(ada, "A1").id
    with ada.transaction(actor="run", business_date=TODAY) as tx:
        tx.conn.execute(sa.text("SELECT 1 FROM account WHERE id = :k FOR UPDATE"), {"k": key})
        tx.conn.execute(sa.text("SELECT 1 FROM enrollment WHERE account_id = :k FOR UPDATE"), {"k": key})
        with ada.reading() as conn:
            conn.execute(sa.text("SET LOCAL lock_timeout = '2s'"))
            assert explain(conn, "A1", TODAY)["next"] is not None
            assert quote(conn, Ask((key,), PlanRequest(count=6)), TODAY).plans


def test_nothing_is_written_by_who_only_reads(ada: Database) -> None:
    if ada.engine.dialect.name != "postgresql":
        pytest.skip("only a server can refuse it")
    for words in ("UPDATE account SET balance_cents = 0", "SELECT 1 FROM account FOR UPDATE"):
        with pytest.raises(DBAPIError, match="read-only"), ada.reading() as conn:
            conn.execute(sa.text(words))
    assert account_of(ada, "A1").balance_cents == 300_00


def test_a_reader_sees_one_moment_of_the_book(ada: Database) -> None:
    query = sa.text("SELECT balance_cents FROM account WHERE number = 'A1'")
    with ada.reading() as conn:
        before = conn.execute(query).scalar()
        with ada.transaction(actor="clerk", business_date=TODAY) as tx:
            tx.conn.execute(sa.text("UPDATE account SET balance_cents = balance_cents - 1 WHERE number = 'A1'"))
        assert conn.execute(query).scalar() == before
    with ada.reading() as conn:
        assert conn.execute(query).scalar() == 299_99

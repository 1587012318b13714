"""One row that cannot be read never stops the day: it is set aside with a task, and the rest goes on."""

from datetime import date

import pytest
import sqlalchemy as sa

from flows.calls.commands import Said, take_call
from flows.settlements import commands as settlements
from flows.stages import House, run_stage
from tests.small_book import account_of, publish_shipped, rows, someone, take_in

MADE = date(2026, 2, 2)
AT = "2026-02-02T16:00:00+00:00"


def two(house: House) -> None:
    publish_shipped(house.book)
    people = [someone("Ann", "A1", cents=100_00), someone("Bo", "B1", cents=100_00, phone="937-555-0102")]
    take_in(house.book, people, MADE)


def spoil(house: House, statement: str) -> None:
    """Write into the first row what no version of the program would."""
    with house.book.transaction(actor="test", business_date=MADE) as tx:
        tx.conn.execute(sa.text(statement))


def failed(house: House) -> list[tuple[str, str]]:
    query = ("SELECT a.number, t.reason FROM task t JOIN task_account ta ON ta.task_id = t.id JOIN account a "
             "ON a.id = ta.account_id WHERE t.kind = 'work-failed' AND t.state = 'open'")  # fmt: skip
    return [(row.number, row.reason) for row in rows(house.book, query)]


def only_sqlite(house: House) -> None:
    if house.book.engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL refuses to store it")


def test_one_promise_that_cannot_be_read_leaves_the_others_judged(house: House) -> None:
    only_sqlite(house)
    two(house)
    for number in ("A1", "B1"):
        with house.book.transaction(actor="maria", business_date=MADE) as tx:
            take_call(tx, account_of(house.book, number).id, Said("promise_to_pay", AT, 50_00, date(2026, 2, 6)))
    spoil(house, "UPDATE promise SET due_on = 'not-a-day' WHERE id = 1")
    counts = run_stage(house, "settle", date(2026, 2, 11))
    assert (counts["set_aside"], counts["promises_broken"]) == (1, 1)
    assert [row.state for row in rows(house.book, "SELECT state FROM promise ORDER BY id")] == ["open", "broken"]
    ((number, reason),) = failed(house)
    assert number == "A1"
    assert reason.startswith("promise 1 failed: ValueError")
    assert run_stage(house, "settle", date(2026, 2, 12))["set_aside"] == 1
    assert len(failed(house)) == 1, "one task, however many nights"


def test_one_settlement_that_cannot_be_read_leaves_the_others_expired(house: House) -> None:
    only_sqlite(house)
    two(house)
    for number in ("A1", "B1"):
        with house.book.transaction(actor="grace", business_date=MADE) as tx:
            key = account_of(house.book, number).id
            settlements.offer(tx, settlements.Offer((key,), date(2026, 2, 20), "hardship", 90_00, None))
    spoil(house, "UPDATE settlement SET owed_cents = 'many' WHERE id = 1")
    counts = run_stage(house, "settle", date(2026, 2, 23))
    assert (counts["set_aside"], counts["settlements_expired"]) == (1, 1)
    assert [number for number, _ in failed(house)] == ["A1"]



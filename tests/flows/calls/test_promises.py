"""A promise is judged by the day that money is dated, kept as soon as it is there, and judged again when money is late."""

from datetime import date

from flows.calls.commands import CallResult, record_inbound_call
from flows.ledger.payments import Payment, take_back, take_payment
from flows.practice import Practice
from flows.stages import run_stage
from models.database import Book
from tests.small_book import account_of, publish_shipped, rows, run_days, someone, take_in

MADE = date(2026, 2, 2)
DUE = date(2026, 2, 6)
JUDGED = date(2026, 2, 11)
"""Three business days after a Friday."""

AT = "2026-02-02T16:00:00+00:00"


def promised(house: Practice, cents: int = 100_00) -> Book:
    """Ann promised an amount of her $120 by a Friday."""
    publish_shipped(house.book)
    take_in(house.book, [someone("Ann")], MADE)
    with house.book.transaction(actor="maria", business_date=MADE) as tx:
        record_inbound_call(tx, account_of(house.book, "A1").id, CallResult("promise_to_pay", AT, cents, DUE))
    return house.book


def pay(book: Book, cents: int, dated: date, posted: date, ref: str = "C1") -> None:
    with book.transaction(actor="clerk", business_date=posted) as tx:
        take_payment(tx, account_of(book, "A1"), Payment(dated, cents, ref))


def state(book: Book) -> tuple[str, int]:
    (row,) = rows(book, "SELECT state, paid_cents FROM promise")
    return row.state, row.paid_cents


def is_held(book: Book) -> bool:
    return bool(rows(book, "SELECT 1 FROM hold WHERE kind = 'promise' AND cleared_on IS NULL"))


def test_grace_is_counted_in_business_days(house: Practice) -> None:
    book = promised(house)
    (row,) = rows(book, "SELECT judge_on FROM promise")
    assert str(row.judge_on) == str(JUDGED)


def test_a_promise_is_kept_on_the_day_its_money_is_there_and_its_hold_ends(house: Practice) -> None:
    book = promised(house)
    assert is_held(book)
    pay(book, 60_00, date(2026, 2, 3), date(2026, 2, 3))
    assert (state(book), is_held(book)) == (("open", 60_00), True)
    pay(book, 40_00, date(2026, 2, 4), date(2026, 2, 4), "C2")
    assert (state(book), is_held(book)) == (("kept", 100_00), False)


def test_money_dated_before_the_promise_never_counts(house: Practice) -> None:
    book = promised(house)
    pay(book, 100_00, date(2026, 1, 30), date(2026, 2, 3))
    assert (state(book), is_held(book)) == (("open", 0), True)
    run_stage(house, "settle", JUDGED)
    assert state(book) == ("broken", 0)


def test_money_dated_within_its_time_that_arrives_late_keeps_a_promise_that_was_judged_broken(house: Practice) -> None:
    book = promised(house)
    run_days(house, MADE, date(2026, 2, 12))
    assert state(book) == ("broken", 0)
    assert rows(book, "SELECT 1 FROM task WHERE kind = 'call' AND script = 'broken-promise' AND state = 'open'")
    pay(book, 100_00, DUE, date(2026, 2, 13))
    assert state(book) == ("kept", 100_00)
    assert not rows(book, "SELECT 1 FROM task WHERE kind = 'call' AND script = 'broken-promise' AND state = 'open'")
    outcomes = [
        row.why for row in rows(book, "SELECT why FROM account_event WHERE kind = 'promise_judged' ORDER BY seq")
    ]
    assert len(outcomes) == 2, "the history has both judgments"


def test_a_part_that_arrives_late_is_told_to_the_collector(house: Practice) -> None:
    book = promised(house)
    run_days(house, MADE, date(2026, 2, 12))
    pay(book, 30_00, DUE, date(2026, 2, 12))
    assert state(book) == ("partly_kept", 30_00)
    run_days(house, date(2026, 2, 13), date(2026, 2, 13))
    listed = (house.settings.lists / "calls-2026-02-13.csv").read_text()
    assert "Promise partly kept: $30.00 of $100.00 by 2026-02-06" in listed


def test_money_dated_after_the_grace_does_not_keep_it(house: Practice) -> None:
    book = promised(house)
    run_stage(house, "settle", JUDGED)
    pay(book, 100_00, date(2026, 2, 12), date(2026, 2, 12))
    assert state(book) == ("broken", 0)


def test_a_check_that_bounces_opens_the_promise_again_or_breaks_it(house: Practice) -> None:
    book = promised(house)
    pay(book, 100_00, date(2026, 2, 3), date(2026, 2, 3))
    with book.transaction(actor="clerk", business_date=date(2026, 2, 5)) as tx:
        take_back(tx, account_of(book, "A1"), "C1", "insufficient funds")
    assert (state(book), is_held(book)) == (("open", 0), True)
    pay(book, 100_00, DUE, DUE, "C2")
    assert state(book) == ("kept", 100_00)
    with book.transaction(actor="clerk", business_date=date(2026, 2, 20)) as tx:
        take_back(tx, account_of(book, "A1"), "C2", "insufficient funds")
    assert (state(book), is_held(book)) == (("broken", 0), False)

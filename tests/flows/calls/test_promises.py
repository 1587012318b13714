"""A promise is judged by the day that money is dated, kept as soon as it is there, and judged again when money is late."""

from datetime import date

from flows.calls.commands import CallResult, record_inbound_call
from flows.ledger.payments import Payment, take_back, take_payment
from flows.practice import Practice
from flows.stages import run_stage
from models.database import Database
from tests.small_book import account_of, publish_shipped, rows, run_days, someone, take_in

MADE = date(2026, 2, 2)
DUE = date(2026, 2, 6)
JUDGED = date(2026, 2, 11)
"""Three business days after a Friday."""

AT = "2026-02-02T16:00:00+00:00"


def promised(practice: Practice, cents: int = 100_00) -> Database:
    """Ann promised an amount of her $120 by a Friday."""
    publish_shipped(practice.database)
    take_in(practice.database, [someone("Ann")], MADE)
    with practice.database.transaction(actor="maria", business_date=MADE) as tx:
        record_inbound_call(tx, account_of(practice.database, "A1").id, CallResult("promise_to_pay", AT, cents, DUE))
    return practice.database


def pay(database: Database, cents: int, dated: date, posted: date, ref: str = "C1") -> None:
    with database.transaction(actor="clerk", business_date=posted) as tx:
        take_payment(tx, account_of(database, "A1"), Payment(dated, cents, ref))


def state(database: Database) -> tuple[str, int]:
    (row,) = rows(database, "SELECT state, paid_cents FROM promise")
    return row.state, row.paid_cents


def is_held(database: Database) -> bool:
    return bool(rows(database, "SELECT 1 FROM hold WHERE kind = 'promise' AND cleared_on IS NULL"))


def test_grace_is_counted_in_business_days(practice: Practice) -> None:
    database = promised(practice)
    (row,) = rows(database, "SELECT judge_on FROM promise")
    assert str(row.judge_on) == str(JUDGED)


def test_a_promise_is_kept_on_the_day_its_money_is_there_and_its_hold_ends(practice: Practice) -> None:
    database = promised(practice)
    assert is_held(database)
    pay(database, 60_00, date(2026, 2, 3), date(2026, 2, 3))
    assert (state(database), is_held(database)) == (("open", 60_00), True)
    pay(database, 40_00, date(2026, 2, 4), date(2026, 2, 4), "C2")
    assert (state(database), is_held(database)) == (("kept", 100_00), False)


def test_money_dated_before_the_promise_never_counts(practice: Practice) -> None:
    database = promised(practice)
    pay(database, 100_00, date(2026, 1, 30), date(2026, 2, 3))
    assert (state(database), is_held(database)) == (("open", 0), True)
    run_stage(practice, "settle", JUDGED)
    assert state(database) == ("broken", 0)


def test_money_dated_within_its_time_that_arrives_late_keeps_a_promise_that_was_judged_broken(
    practice: Practice,
) -> None:
    database = promised(practice)
    run_days(practice, MADE, date(2026, 2, 12))
    assert state(database) == ("broken", 0)
    assert rows(database, "SELECT 1 FROM task WHERE kind = 'call' AND script = 'broken-promise' AND state = 'open'")
    pay(database, 100_00, DUE, date(2026, 2, 13))
    assert state(database) == ("kept", 100_00)
    assert not rows(database, "SELECT 1 FROM task WHERE kind = 'call' AND script = 'broken-promise' AND state = 'open'")
    outcomes = [
        row.why for row in rows(database, "SELECT why FROM account_event WHERE kind = 'promise_judged' ORDER BY seq")
    ]
    assert len(outcomes) == 2, "the history has both judgments"


def test_a_part_that_arrives_late_is_told_to_the_collector(practice: Practice) -> None:
    database = promised(practice)
    run_days(practice, MADE, date(2026, 2, 12))
    pay(database, 30_00, DUE, date(2026, 2, 12))
    assert state(database) == ("partly_kept", 30_00)
    run_days(practice, date(2026, 2, 13), date(2026, 2, 13))
    listed = (practice.settings.lists / "calls-2026-02-13.csv").read_text()
    assert "Promise partially kept: $30.00 of $100.00 by 2026-02-06" in listed


def test_money_dated_after_the_grace_does_not_keep_it(practice: Practice) -> None:
    database = promised(practice)
    run_stage(practice, "settle", JUDGED)
    pay(database, 100_00, date(2026, 2, 12), date(2026, 2, 12))
    assert state(database) == ("broken", 0)


def test_a_balance_paid_off_after_the_grace_does_not_keep_it_either(practice: Practice) -> None:
    database = promised(practice)
    run_stage(practice, "settle", JUDGED)
    pay(database, 120_00, date(2026, 3, 2), date(2026, 3, 2))
    assert account_of(database, "A1").balance_cents == 0
    assert state(database) == ("broken", 0)


def test_a_check_that_bounces_opens_the_promise_again_or_breaks_it(practice: Practice) -> None:
    database = promised(practice)
    pay(database, 100_00, date(2026, 2, 3), date(2026, 2, 3))
    with database.transaction(actor="clerk", business_date=date(2026, 2, 5)) as tx:
        take_back(tx, account_of(database, "A1"), "C1", "insufficient funds")
    assert (state(database), is_held(database)) == (("open", 0), True)
    pay(database, 100_00, DUE, DUE, "C2")
    assert state(database) == ("kept", 100_00)
    with database.transaction(actor="clerk", business_date=date(2026, 2, 20)) as tx:
        take_back(tx, account_of(database, "A1"), "C2", "insufficient funds")
    assert (state(database), is_held(database)) == (("broken", 0), False)

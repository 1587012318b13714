"""Staff and the night run get along: both write at once, nobody's work is lost, and every cent is there."""

import threading
from datetime import date

import pytest

from flows.accounts.holds import NewHold, open_holds
from flows.dunning.engine.nightly import advance_accounts, enter_accounts
from flows.ledger.commands import post
from flows.ledger.entry import Entry
from flows.practice import Practice
from flows.proof.histories import verify_history
from models.database import Book, open_book
from models.enums import HoldKind, LedgerKind
from tests.small_book import publish_shipped, rows, someone, take_in

DAY = date(2026, 2, 6)
BILLED = date(2026, 1, 7)
PEOPLE = 150


@pytest.mark.long
def test_payments_and_holds_typed_while_the_run_is_at_work_are_all_there(house: Practice, database_url: str) -> None:
    publish_shipped(house.book)
    people = [someone(f"P{n:03}{n:03}", f"N{n:03}", BILLED) for n in range(PEOPLE)]  # no two a slip of typing apart
    take_in(house.book, people, date(2026, 1, 20))
    enter_accounts(house.book, DAY)
    keys = [row[0] for row in rows(house.book, "SELECT id FROM account ORDER BY id")]
    failures: list[BaseException] = []

    def staff() -> None:
        book: Book = open_book(database_url)
        try:
            for n, key in enumerate(reversed(keys)):
                with book.transaction(actor="clerk", business_date=DAY) as tx:
                    post(tx, [Entry(key, DAY, LedgerKind.PATIENT_PAYMENT, -100, "test", str(n))])
                    if n % 10 == 0:
                        open_holds(tx, [NewHold(HoldKind.DISPUTE, account_id=key)])
        except BaseException as error:
            failures.append(error)
        finally:
            book.close()

    worker = threading.Thread(target=staff)
    worker.start()
    counts = advance_accounts(house.book, DAY)
    worker.join()
    counts += advance_accounts(house.book, DAY)
    assert failures == []
    assert counts["set_aside"] == 0
    assert rows(house.book, "SELECT SUM(balance_cents) FROM account")[0][0] == PEOPLE * (12_000 - 100)
    assert rows(house.book, "SELECT COUNT(*) FROM ledger_entry WHERE source = 'test'")[0][0] == PEOPLE
    letters = rows(house.book, "SELECT COUNT(*) FROM letter WHERE state <> 'voided' AND coming = 'scheduled'")[0][0]
    assert letters == PEOPLE - PEOPLE // 10, "every account but the disputed ones has its letter, once"
    with house.book.reading() as conn:
        assert verify_history(conn)["broken"] == []

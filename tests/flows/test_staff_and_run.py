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
from models.database import Database, open_database
from models.enums import HoldKind, LedgerKind
from tests.small_book import publish_shipped, rows, someone, take_in

DAY = date(2026, 2, 6)
BILLED = date(2026, 1, 7)
PEOPLE = 150


@pytest.mark.long
def test_payments_and_holds_typed_while_the_run_is_at_work_are_all_there(practice: Practice, database_url: str) -> None:
    publish_shipped(practice.database)
    people = [someone(f"P{n:03}{n:03}", f"N{n:03}", BILLED) for n in range(PEOPLE)]  # no two a slip of typing apart
    take_in(practice.database, people, date(2026, 1, 20))
    enter_accounts(practice.database, DAY)
    keys = [row[0] for row in rows(practice.database, "SELECT id FROM account ORDER BY id")]
    failures: list[BaseException] = []

    def staff() -> None:
        database: Database = open_database(database_url)
        try:
            for n, key in enumerate(reversed(keys)):
                with database.transaction(actor="clerk", business_date=DAY) as tx:
                    post(tx, [Entry(key, DAY, LedgerKind.PATIENT_PAYMENT, -100, "test", str(n))])
                    if n % 10 == 0:
                        open_holds(tx, [NewHold(HoldKind.DISPUTE, account_id=key)])
        except BaseException as error:
            failures.append(error)
        finally:
            database.close()

    worker = threading.Thread(target=staff)
    worker.start()
    counts = advance_accounts(practice.database, DAY)
    worker.join()
    counts += advance_accounts(practice.database, DAY)
    assert failures == []
    assert counts["set_aside"] == 0
    assert rows(practice.database, "SELECT SUM(balance_cents) FROM account")[0][0] == PEOPLE * (12_000 - 100)
    assert rows(practice.database, "SELECT COUNT(*) FROM ledger_entry WHERE source = 'test'")[0][0] == PEOPLE
    letters = rows(practice.database, "SELECT COUNT(*) FROM letter WHERE state <> 'voided' AND origin = 'scheduled'")[
        0
    ][0]
    assert letters == PEOPLE - PEOPLE // 10, "every account but the disputed ones has its letter, once"
    with practice.database.reading() as conn:
        assert verify_history(conn)["broken"] == []

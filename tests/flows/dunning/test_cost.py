"""Cost follows the work that is due, not the size of the book: every nightly look-up goes by its index."""

from datetime import date

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from flows.accounts.holds import expired_holds
from flows.accounts.load import due_guarantors, to_consider
from flows.calls.commands import calls_over
from flows.calls.promises import due_promises
from flows.calls.queries import calls_of_the_day
from flows.correspondence.letters.queries import letters_in
from flows.correspondence.print_batches.queries import letters_to_print
from models.database import Database
from models.enums import LetterState

DAY = date(2026, 3, 2)

LOOK_UPS = {
    "ix_enrollment_due": lambda tx: due_guarantors(tx.conn, DAY),
    "ix_account_review_on": lambda tx: to_consider(tx.conn, DAY),
    "ix_promise_open": lambda tx: due_promises(tx.conn, DAY),
    "ix_hold_until": lambda tx: expired_holds(tx.conn, DAY),
    "ix_letter_unsent": lambda tx: letters_in(tx.conn, LetterState.QUEUED, up_to=DAY),
    "ix_letter_unsent of the print run": lambda tx: letters_to_print(tx.conn, None, up_to=DAY),
    "ix_task_open": lambda tx: calls_of_the_day(tx.conn, DAY),
}


@pytest.mark.parametrize("index", LOOK_UPS)
def test_a_nightly_look_up_reads_its_index_and_not_the_book(empty_sqlite_database: Database, index: str) -> None:
    plans: list[str] = []

    def explain(
        conn: Connection, cursor: object, statement: str, parameters: object, context: object, many: bool
    ) -> None:
        if statement.startswith("SELECT") and not many:
            raw = conn.connection.cursor()
            raw.execute(f"EXPLAIN QUERY PLAN {statement}", parameters)
            plans.extend(str(row[3]) for row in raw.fetchall())

    sa.event.listen(empty_sqlite_database.engine, "before_cursor_execute", explain)
    with empty_sqlite_database.transaction(actor="test", business_date=DAY) as tx:
        LOOK_UPS[index](tx)
    assert any(index.partition(" ")[0] in plan for plan in plans), plans
    scans = [plan for plan in plans if plan.startswith("SCAN") and "json_each" not in plan]
    assert not scans


def test_calls_that_nobody_answered_are_found_by_their_index(empty_sqlite_database: Database) -> None:
    with empty_sqlite_database.transaction(actor="test", business_date=DAY) as tx:
        assert calls_over(tx.conn, DAY) == []

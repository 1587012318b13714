"""What the placement desk says would happen today is what the run then does."""

import sqlalchemy as sa

from flows.agency_handoff.placement.likely import Outlook, outlook
from flows.practice import Practice
from tests.flows.agency_handoff.agencies import FIRST, SCHEDULE, TODAY, look, publish, stay, terms_text, want
from tests.flows.agency_handoff.test_choose import TWO
from tests.small_book import publish_text, rows, someone, take_in


def test_the_agency_that_is_shown_is_the_agency_that_gets_the_account(practice: Practice) -> None:
    """Some guarantors have three accounts that stay together, a cap is reached, and one agency had some before."""
    database = practice.database
    publish(database, terms_text(caps="{accounts: 9}"), terms_text("beacon", caps="{accounts: 8}"), pools=TWO)
    publish_text(database, SCHEDULE)
    people = [someone(f"P{n}", accounts=[(f"P{n}-{k}", FIRST, 100_00) for k in range(3)]) for n in range(8)]
    take_in(database, people, FIRST)
    numbers = [f"P{n}-{k}" for n in range(8) for k in range(3)]
    want(database, *numbers)
    with database.transaction(actor="test", business_date=TODAY) as tx:
        tx.conn.execute(sa.text("UPDATE placement SET not_with = 'harbor' WHERE id % 7 = 0"))
    queued = rows(database, "SELECT * FROM placement ORDER BY id")
    with database.reading() as conn:
        shown = outlook(conn, TODAY, queued)
    look(practice)
    codes = {row.id: row.code for row in rows(database, "SELECT id, code FROM agency")}
    done = {stay(database, number).id: codes.get(stay(database, number).agency_id) for number in numbers}
    assert {key: Outlook(code) for key, code in done.items()} == shown
    assert set(done.values()) == {"harbor", "beacon", None}

"""Facts that the law asks about: put down by a clerk, or by the post."""

from datetime import date, timedelta

import pytest

from flows.accounts.facts.commands import record_facts
from flows.correspondence.letters.commands import mail_room
from flows.correspondence.print_batches.commands import print_letters
from flows.correspondence.print_batches.mailing import mail_batch
from flows.practice import Practice
from models.enums import FactName
from tests.small_book import account_of, history, publish_shipped, rows, run_days, someone, take_in

FIRST = date(2026, 1, 5)


@pytest.mark.parametrize(("kind", "expected"), [("nonprofit_hospital", [("eca_notice",)]), ("physician_practice", [])])
def test_a_charitys_final_notice_that_was_mailed_with_its_summary_is_the_notice_before_anything_extraordinary(
    practice: Practice, kind: str, expected: list[tuple[str]]
) -> None:
    publish_shipped(practice.database)
    take_in(practice.database, [someone("Ada", "A1", FIRST, 90_00)], FIRST, kind=kind)
    day = FIRST + timedelta(days=28)
    while day < FIRST + timedelta(days=100):
        run_days(practice, day, day)
        for made in print_letters(mail_room(practice, "mail room"), practice.settings.outbox, day, pdf=False):
            with practice.database.transaction(actor="mail room", business_date=day) as tx:
                mail_batch(tx, made.batch, day)
        day += timedelta(days=1)
    assert [tuple(row) for row in rows(practice.database, "SELECT name FROM account_fact")] == expected
    if expected:
        (on,) = rows(practice.database, 'SELECT "on" FROM account_fact')
        (mailed,) = rows(practice.database, "SELECT mailed_on FROM letter WHERE kind = 'final-notice'")
        assert str(on[0]) == str(mailed[0])


def test_a_fact_put_down_again_has_the_new_day_and_one_taken_back_is_gone(practice: Practice) -> None:
    take_in(practice.database, [someone("Ada", "A1", FIRST, 90_00)], FIRST)
    key = account_of(practice.database, "A1").id
    for on in (FIRST, FIRST + timedelta(days=3), None):
        with practice.database.transaction(actor="clerk", business_date=FIRST + timedelta(days=5)) as tx:
            record_facts(tx, [key], FactName.SCREENED, "form 12", on)
        found = [str(row[0]) for row in rows(practice.database, 'SELECT "on" FROM account_fact')]
        assert found == ([] if on is None else [str(on)])
    assert [kind for _, kind, _ in history(practice.database, "A1")].count("fact_recorded") == 3

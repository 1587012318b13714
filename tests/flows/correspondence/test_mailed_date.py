"""The day of mailing is corrected while nothing rests on it, and each history says what it was and why."""

from datetime import date

import pytest

from flows.correspondence.letters.commands import mail_room
from flows.correspondence.print_batches.commands import print_letters
from flows.correspondence.print_batches.mailed_date import correct_mailed_date, refuse_day_to_come
from flows.correspondence.print_batches.mailing import mail_batch
from flows.correspondence.returned_mail.commands import return_letter
from flows.correspondence.returned_mail.nixie import Nixie
from flows.practice import Practice
from models.errors import Refused
from tests.small_book import publish_shipped, rows, run_days, someone, take_in

FRIDAY = date(2026, 2, 6)
MONDAY = date(2026, 2, 9)
TUESDAY = date(2026, 2, 10)


@pytest.fixture
def mailed(practice: Practice) -> Practice:
    """One letter, written on a Friday and said to be mailed on the Monday."""
    publish_shipped(practice.database)
    take_in(practice.database, [someone("Ada", "A1", date(2026, 1, 7))], date(2026, 1, 20))
    run_days(practice, FRIDAY, FRIDAY)
    print_letters(mail_room(practice), practice.settings.outbox, FRIDAY)
    with practice.database.transaction(actor="mail room", business_date=MONDAY) as tx:
        mail_batch(tx, 1, MONDAY)
    return practice


def correct(practice: Practice, on: date, reason: str = "typed one day late", today: date = TUESDAY) -> int:
    with practice.database.transaction(actor="grace", business_date=today) as tx:
        return correct_mailed_date(tx, 1, on, reason)


def days(practice: Practice) -> list[tuple[str, str]]:
    sent = rows(practice.database, "SELECT mailed_on, sent_on FROM letter")
    return [
        tuple(map(str, row))
        for row in (*sent, *rows(practice.database, "SELECT mailed_on, mailed_on FROM print_batch"))
    ]


def test_a_wrong_day_is_corrected_and_the_history_has_both_with_who_and_why(mailed: Practice) -> None:
    assert correct(mailed, FRIDAY) == 1
    assert set(days(mailed)) == {("2026-02-06", "2026-02-06")}
    (event,) = rows(mailed.database, "SELECT actor, why FROM account_event WHERE kind = 'letter_mailed_corrected'")
    assert event.actor == "grace"
    assert event.why == "Mailing date of letter 1 (batch 1) corrected from 2026-02-09 to 2026-02-06: typed one day late"


@pytest.mark.parametrize(
    ("on", "reason", "told"),
    [
        (date(2026, 2, 11), "late", "is in the future"),
        (date(2026, 2, 5), "early", "was printed on 2026-02-06"),
        (MONDAY, "the same", "is already 2026-02-09"),
        (FRIDAY, "  ", "enter the reason for the correction"),
    ],
)
def test_a_day_that_cannot_be_or_no_reason_is_refused(mailed: Practice, on: date, reason: str, told: str) -> None:
    with pytest.raises(Refused, match=told):
        correct(mailed, on, reason)
    assert set(days(mailed)) == {("2026-02-09", "2026-02-09")}


def test_the_day_stays_once_a_letter_came_back(mailed: Practice) -> None:
    with mailed.database.transaction(actor="nora", business_date=date(2026, 2, 20)) as tx:
        return_letter(tx, 1, Nixie.VACANT)
    with pytest.raises(Refused, match=r"can't be changed: letter L-00000001-3 was returned on 2026-02-20"):
        correct(mailed, FRIDAY, today=date(2026, 2, 21))


def test_the_day_stays_once_a_further_step_was_taken(mailed: Practice) -> None:
    run_days(mailed, MONDAY, date(2026, 3, 31))
    with pytest.raises(Refused, match=r"can't be changed: after letter L-00000001-3 the step \S+ was completed on"):
        correct(mailed, FRIDAY, today=date(2026, 3, 31))


def test_a_batch_that_was_not_mailed_has_no_day_to_correct(practice: Practice) -> None:
    with pytest.raises(Refused, match="is not marked as mailed"):
        correct(practice, FRIDAY)


def test_a_day_is_to_come_by_the_clock_or_by_the_days_that_were_run_whichever_is_later(mailed: Practice) -> None:
    with mailed.database.reading() as conn:
        refuse_day_to_come(conn, 1, [FRIDAY], date(2026, 1, 2))
        refuse_day_to_come(conn, 1, [MONDAY], MONDAY)
        with pytest.raises(Refused, match="2026-02-10 is in the future"):
            refuse_day_to_come(conn, 1, [TUESDAY], MONDAY)

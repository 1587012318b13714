"""Certified mail: a letter that a law sends by it waits for its number; receipts are in every history."""

from datetime import date
from pathlib import Path

import pytest

from compliance.certified_mail import Mailed, certified_by, certified_rows, citation_of
from flows.correspondence.certified.article import article_check_digit, read_article, spaced
from flows.correspondence.certified.commands import enter_article, record_receipt
from flows.correspondence.certified.queries import certified_letters, without_number
from flows.correspondence.letters.commands import mail_room
from flows.correspondence.print_batches.commands import print_letters
from flows.correspondence.print_batches.mailed_date import correct_mailed_date
from flows.correspondence.print_batches.mailing import mail_batch
from flows.intake.file_format import Options
from flows.intake.take import take_files
from flows.practice import Practice
from flows.settings.commands import change_setting
from models.errors import BadInput, NotFound, Refused
from tests.small_book import publish_shipped, rows, run_days, someone, take_in

FRIDAY, MONDAY = date(2026, 2, 6), date(2026, 2, 9)
FIRST, SECOND = "94071000000000000000", "94071000000000000001"
ONE, TWO = (f"{body}0{article_check_digit(body + '0')}" for body in (FIRST, SECOND))


@pytest.fixture
def printed(practice: Practice) -> Practice:
    """Two first reminders that the practice sends by certified mail, printed on the Friday."""
    publish_shipped(practice.database)
    with practice.database.transaction(actor="manager", business_date=FRIDAY) as tx:
        change_setting(tx, "certified_letters", "reminder-1")
    take_in(practice.database, [someone(n, f"{n}1", date(2026, 1, 7)) for n in ("Ada", "Ben")], date(2026, 1, 20))
    run_days(practice, FRIDAY, FRIDAY)
    print_letters(mail_room(practice), practice.settings.outbox, FRIDAY)
    return practice


def mail(practice: Practice, on: date, today: date = MONDAY) -> int:
    with practice.database.transaction(actor="mail room", business_date=today) as tx:
        return mail_batch(tx, 1, on)


def enter(practice: Practice, letter: int, article: str) -> bool:
    with practice.database.transaction(actor="mail room", business_date=MONDAY) as tx:
        return enter_article(tx, letter, article)


def receive(practice: Practice, article: str, on: date, by: str = "A. Tester") -> bool:
    with practice.database.transaction(actor="mail room", business_date=MONDAY) as tx:
        return record_receipt(tx, article, on, by)


def states(practice: Practice) -> list[str]:
    return [row[0] for row in rows(practice.database, "SELECT state FROM letter ORDER BY id")]


def mailed_on(practice: Practice) -> list[str]:
    return [str(row[0]) for row in rows(practice.database, "SELECT mailed_on FROM letter ORDER BY id")]


def test_numbers_of_labels_are_checked_by_their_last_digit() -> None:
    for number in ("0307 1790 0005 2348 3741", "9505 5110 6960 5048 6006 24", "9400 1112 0108 0805 4830 16"):
        assert spaced(read_article(number)) == number
    assert read_article("42053703" + "9400111201080805483016") == "9400111201080805483016"
    for wrong in ("9400 1112 0108 0805 4830 17", "9400 1112 0108 0805 4803 16", "940011120108080548301", "hello"):
        with pytest.raises(BadInput, match="not a Certified Mail number"):
            read_article(wrong)


def test_the_table_asks_for_certified_mail_where_the_law_does() -> None:
    florida = Mailed("final-notice", FRIDAY, "nonprofit_hospital", "FL", "FL")
    row = certified_by(florida)
    assert row is not None
    assert citation_of(row.id) == "Fla. Stat. 395.3011"
    for other in (
        Mailed("reminder-1", FRIDAY, "nonprofit_hospital", "FL", "FL"),
        Mailed("final-notice", FRIDAY, "physician_practice", "FL", "FL"),
        Mailed("final-notice", FRIDAY, "nonprofit_hospital", "OH", "FL"),
        Mailed("final-notice", date(2024, 6, 30), "nonprofit_hospital", "FL", "FL"),
    ):
        assert certified_by(other) is None
    assert all(one.letters and one.citation for one in certified_rows())


def test_a_batch_without_any_number_cannot_be_mailed(printed: Practice) -> None:
    with pytest.raises(Refused, match="2 letters of batch 1 must go by certified mail"):
        mail(printed, MONDAY)
    assert states(printed) == ["batched", "batched"]


def test_a_letter_without_its_number_is_mailed_later_on_its_own_date(printed: Practice) -> None:
    assert enter(printed, 1, ONE)
    assert not enter(printed, 1, ONE)
    assert mail(printed, FRIDAY) == 1
    assert states(printed) == ["mailed", "batched"]
    with printed.database.reading() as conn:
        assert without_number(conn, 1) == 1
        first, second = certified_letters(conn, batch=1, open_only=True)
    assert (first["article"], first["why"], second["article"]) == (ONE, "setting of the practice", None)
    with pytest.raises(Refused, match="was mailed on 2026-02-06"):
        mail(printed, MONDAY)
    enter(printed, 2, TWO)
    assert mail(printed, MONDAY) == 1
    assert mailed_on(printed) == ["2026-02-06", "2026-02-09"]


def test_a_corrected_mailing_date_leaves_a_letter_that_was_mailed_on_another(printed: Practice) -> None:
    enter(printed, 1, ONE)
    mail(printed, FRIDAY)
    enter(printed, 2, TWO)
    mail(printed, MONDAY)
    with printed.database.transaction(actor="manager", business_date=date(2026, 2, 10)) as tx:
        assert correct_mailed_date(tx, 1, date(2026, 2, 7), "wrong day") == 1
    assert mailed_on(printed) == ["2026-02-07", "2026-02-09"]


def test_a_number_belongs_to_one_letter_and_to_a_printed_one(printed: Practice) -> None:
    enter(printed, 1, ONE)
    with pytest.raises(Refused, match="is that of letter L-00000001-3"):
        enter(printed, 2, ONE)
    with pytest.raises(Refused, match="already has the Certified Mail number"):
        enter(printed, 1, TWO)
    with pytest.raises(NotFound):
        enter(printed, 99, TWO)


def test_a_return_receipt_comes_once_and_not_before_the_mailing(printed: Practice) -> None:
    with pytest.raises(NotFound, match="no letter has the Certified Mail number"):
        receive(printed, ONE, MONDAY)
    enter(printed, 1, ONE)
    with pytest.raises(Refused, match="is not mailed"):
        receive(printed, ONE, MONDAY)
    mail(printed, FRIDAY)
    with pytest.raises(Refused, match="can't have been delivered on 2026-02-05"):
        receive(printed, ONE, date(2026, 2, 5))
    with pytest.raises(BadInput, match="in the future"):
        receive(printed, ONE, date(2026, 2, 10))
    assert receive(printed, ONE, MONDAY)
    assert not receive(printed, ONE, MONDAY)
    with pytest.raises(Refused, match="already has a return receipt"):
        receive(printed, ONE, MONDAY, "B. Tester")
    told = [
        row[0]
        for row in rows(
            printed.database,
            "SELECT why FROM account_event WHERE kind IN ('certified_number_entered', 'return_receipt_recorded')",
        )
    ]
    assert told == [
        f"Letter 1: Certified Mail number {ONE}",
        f"Letter 1 (Certified Mail {ONE}) delivered on 2026-02-09, with a signature",
    ]


def test_numbers_and_receipts_come_by_file(printed: Practice, tmp_path: Path) -> None:
    numbers, receipts = tmp_path / "numbers.csv", tmp_path / "receipts.csv"
    numbers.write_text(f"letter,article\nL-00000001-3,{ONE}\nL-00000002-1,{ONE}\nL-00000002-1,123\n")
    (taken,) = take_files(printed.database, [numbers], Options(), MONDAY, tmp_path / "rejects")
    assert (taken.kind, taken.rows, taken.taken, taken.rejected) == ("certified", 3, 1, 2)
    mail(printed, FRIDAY)
    receipts.write_text(f"article,delivered_on,signed_by\n{ONE},2026-02-09,A. Tester\n{TWO},2026-02-09,\n")
    (taken,) = take_files(printed.database, [receipts], Options(), MONDAY, tmp_path / "rejects")
    assert (taken.taken, taken.rejected) == (1, 1)
    (one,) = rows(printed.database, "SELECT receipt_on, receipt_by FROM letter WHERE id = 1")
    assert (str(one.receipt_on), one.receipt_by) == ("2026-02-09", "A. Tester")

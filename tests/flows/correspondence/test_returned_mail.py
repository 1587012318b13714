"""Mail that comes back: once in the history, again to a new address once, and what the post's words mean."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.correspondence.letters.commands import mail_room
from flows.correspondence.print_batches.commands import print_letters
from flows.correspondence.print_batches.mailing import mail_batch
from flows.correspondence.returned_mail.commands import return_letter
from flows.correspondence.returned_mail.nixie import CODES, Nixie, NixieCode, reason_of
from flows.correspondence.returned_mail.scanned import letters_scanned
from flows.people.contact.commands import change_person
from flows.practice import Practice
from letters.numbers import BadLetterNumber, Known, LetterNumber, letter_number, read_letter_number
from models.errors import BadInput, NotFound, Refused
from tests.small_book import account_of, history, publish_shipped, rows, run_days, someone, steps, take_in

FRIDAY = date(2026, 2, 6)
BACK = date(2026, 2, 16)
NEW = {"address1": "9 New Street", "address2": None, "city": "Madison", "state": "WI", "zip": "53703"}


@pytest.fixture
def mailed(practice: Practice) -> Practice:
    """One letter that was mailed on the Friday."""
    publish_shipped(practice.database)
    take_in(practice.database, [someone("Ada", "A1", date(2026, 1, 7))], date(2026, 1, 20))
    run_days(practice, FRIDAY, FRIDAY)
    post(practice, FRIDAY)
    return practice


def post(practice: Practice, today: date) -> None:
    for batch in print_letters(mail_room(practice), practice.settings.outbox, today):
        with practice.database.transaction(actor="mail room", business_date=today) as tx:
            mail_batch(tx, batch.batch, today)


def come_back(practice: Practice, letter: int, reason: Nixie, on: date = BACK, **more: object) -> int | None:
    with practice.database.transaction(actor="mail room", business_date=on) as tx:
        return return_letter(tx, letter, reason, **more)


def tasks(practice: Practice) -> list[str]:
    return [row[0] for row in rows(practice.database, "SELECT kind FROM task WHERE state = 'open' ORDER BY id")]


def test_a_letter_with_a_new_address_goes_again_once_and_its_step_is_not_taken_twice(mailed: Practice) -> None:
    assert come_back(mailed, 1, Nixie.FORWARDING_EXPIRED, new_address=NEW) == 2
    with pytest.raises(Refused, match="was already recorded as returned on 2026-02-"):
        come_back(mailed, 1, Nixie.FORWARDING_EXPIRED, new_address=NEW)
    run_days(mailed, BACK, BACK)
    written = rows(mailed.database, "SELECT id, kind, state, origin, of_letter_id FROM letter ORDER BY id")
    assert written == [
        (1, "reminder-1", "returned", "scheduled", None),
        (2, "reminder-1", "rendered", "answer", 1),
    ]
    assert "9 New Street" in rows(mailed.database, "SELECT data FROM letter WHERE id = 2")[0][0]
    post(mailed, BACK)
    assert come_back(mailed, 2, Nixie.VACANT, date(2026, 2, 25), new_address=NEW) is None
    assert tasks(mailed) == ["find-address"]
    kinds = [kind for _, kind, _ in history(mailed.database, "A1")]
    assert (kinds.count("letter_queued"), kinds.count("letter_queued_again"), kinds.count("person_changed")) == (
        1,
        1,
        1,
    )
    assert steps(mailed.database, "A1")["reminder-1"] == ("done", "2026-02-06")


def test_a_letter_that_goes_again_is_not_sent_to_somebody_who_paid_meanwhile(mailed: Practice) -> None:
    from flows.ledger.commands import post as book_payment
    from flows.ledger.entry import Entry
    from models.enums import LedgerKind

    come_back(mailed, 1, Nixie.VACANT, new_address=NEW)
    with mailed.database.transaction(actor="clerk", business_date=BACK) as tx:
        key = account_of(mailed.database, "A1").id
        book_payment(tx, [Entry(key, BACK, LedgerKind.PATIENT_PAYMENT, -12_000, "test", "1")])
    run_days(mailed, BACK, BACK)
    assert rows(mailed.database, "SELECT state FROM letter WHERE id = 2") == [("voided",)]


def test_without_an_address_letters_wait_until_one_is_found_and_then_go_on(mailed: Practice) -> None:
    come_back(mailed, 1, Nixie.MOVED_LEFT_NO_ADDRESS)
    run_days(mailed, BACK, date(2026, 3, 31))
    assert "reminder-2" not in steps(mailed.database, "A1")
    assert tasks(mailed) == ["find-address"]
    with mailed.database.transaction(actor="clerk", business_date=date(2026, 4, 1)) as tx:
        person = account_of(mailed.database, "A1").guarantor_id
        assert set(change_person(tx, person, NEW, "told by phone")) == {"address1", "city", "state", "zip"}
    run_days(mailed, date(2026, 4, 1), date(2026, 4, 2))
    assert "reminder-2" in steps(mailed.database, "A1")
    assert tasks(mailed) == []


def test_a_letter_marked_deceased_stops_everything_until_the_estate_desk_has_looked(mailed: Practice) -> None:
    come_back(mailed, 1, Nixie.DECEASED)
    run_days(mailed, BACK, date(2026, 4, 30))
    assert list(steps(mailed.database, "A1")) == ["reminder-1"]
    assert tasks(mailed) == ["open-estate", "confirm-death"]
    assert [row[0] for row in rows(mailed.database, "SELECT state FROM estate_matter")] == ["reported"]


@pytest.mark.parametrize("reason", [Nixie.REFUSED, Nixie.UNCLAIMED])
def test_who_did_not_take_a_letter_still_lives_there(mailed: Practice, reason: Nixie) -> None:
    come_back(mailed, 1, reason)
    assert tasks(mailed) == ["mail-not-taken"]
    assert rows(mailed.database, "SELECT COUNT(*) FROM hold")[0][0] == 0


def test_a_letter_that_was_not_mailed_cannot_come_back(practice: Practice) -> None:
    publish_shipped(practice.database)
    take_in(practice.database, [someone("Ada", "A1", date(2026, 1, 7))], date(2026, 1, 20))
    run_days(practice, FRIDAY, FRIDAY)
    for letter, told in ((1, "is ready to send, not mailed"), (7, "not found")):
        with pytest.raises(Refused, match=told):
            come_back(practice, letter, Nixie.VACANT)


@pytest.mark.parametrize(
    "text", ["L-00000123-4", "l-00000123-4", "000001234", "L-000001234", "L-00000123-4 0000014320 5"]
)
def test_a_letters_number_is_read_as_typed_printed_or_scanned(text: str) -> None:
    assert read_letter_number(text) == LetterNumber(123, Known.CHECKED)


@pytest.mark.parametrize("text", ["L-00000123", "00000123", " l-00000123 ", "L-00000123 0000014320 5"])
def test_the_number_of_a_letter_of_earlier_days_is_read_and_known_to_be_unchecked(text: str) -> None:
    assert read_letter_number(text) == LetterNumber(123, Known.UNCHECKED)


def test_a_number_as_the_list_has_it_is_read() -> None:
    assert read_letter_number(" 123 ") == LetterNumber(123, Known.LISTED)


@pytest.mark.parametrize("text", ["", "L-", "letter", "12.3", "-5", "L-123", "0000123", "L-0000123-4", "L-000000123-4"])
def test_what_is_no_whole_number_of_a_letter_is_refused(text: str) -> None:
    with pytest.raises(BadLetterNumber, match="L-00000123-4"):
        read_letter_number(text)


@given(st.integers(0, 10**8 - 1), st.integers(0, 8), st.integers(1, 9))
def test_one_wrong_digit_or_two_that_changed_places_never_fit(letter: int, at: int, more: int) -> None:
    digits = letter_number(letter).replace("-", "").removeprefix("L")
    wrong = digits[:at] + str((int(digits[at]) + more) % 10) + digits[at + 1 :]
    swapped = digits[:at] + digits[at : at + 2][::-1] + digits[at + 2 :]
    for text in {wrong, swapped} - {digits}:
        with pytest.raises(BadLetterNumber, match="check digit does not match"):
            read_letter_number(f"L-{text[:8]}-{text[8]}")
    with pytest.raises(BadLetterNumber, match="not a complete letter number"):
        read_letter_number(f"L-{(digits[:at] + digits[at + 1 :])[:7]}-{digits[8]}")


def test_a_letter_cannot_come_back_before_it_went(mailed: Practice) -> None:
    with pytest.raises(Refused, match="it can't have been returned on 2026-01-01"):
        come_back(mailed, 1, Nixie.VACANT, date(2026, 1, 1))


@pytest.mark.parametrize("text", ["xx", "", "moved"])
def test_a_reason_that_the_post_does_not_have_is_refused_with_the_list(text: str) -> None:
    with pytest.raises(Refused, match="the reasons are attempted-not-known, insufficient-address"):
        reason_of(text)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"zip": "5370"}, "is not a ZIP"),
        ({"state": "Wisconsin"}, "is not a state"),
        ({"address1": ""}, "has no street"),
        ({"email": "nobody"}, "not a valid e-mail address"),
        ({"email_consent": True}, "e-mail consent needs"),
        ({"text_consent": True}, "text consent needs"),
    ],
)
def test_a_change_that_cannot_be_is_refused_and_changes_nothing(mailed: Practice, changes: dict, told: str) -> None:
    person = account_of(mailed.database, "A1").guarantor_id
    with (
        pytest.raises(Refused, match=told),
        mailed.database.transaction(actor="clerk", business_date=BACK) as tx,
    ):
        change_person(tx, person, {key: value or None for key, value in changes.items()}, "test")
    assert rows(mailed.database, "SELECT version FROM person WHERE id = 1")[0][0] == 1


def test_a_change_to_what_is_so_already_is_no_change(mailed: Practice) -> None:
    person = account_of(mailed.database, "A1").guarantor_id
    with mailed.database.transaction(actor="clerk", business_date=BACK) as tx:
        assert change_person(tx, person, {"language": "en", "large_print": False}, "test") == ()
        assert change_person(tx, person, {"large_print": True}, "test") == ("large_print",)


def test_codes_of_the_label_and_of_electronic_notices_are_reasons() -> None:
    assert {code: reason_of(code.lower()) for code in NixieCode} == CODES
    assert reason_of("ANK") is reason_of("A") is Nixie.ATTEMPTED_NOT_KNOWN
    assert reason_of("P") is Nixie.DECEASED
    assert reason_of("UTF") is Nixie.NOT_DELIVERABLE
    with pytest.raises(BadInput, match="the codes are ANK, IA"):
        reason_of("XYZ")


def test_a_mail_barcode_and_a_certified_number_are_scanned_as_the_letter(mailed: Practice) -> None:
    with mailed.database.transaction(actor="test", business_date=FRIDAY) as tx:
        tx.conn.exec_driver_sql(
            "UPDATE letter SET imb = '0070056709400000000143215', article = '9400111201080805483016' WHERE id = 1"
        )
    with mailed.database.reading() as conn:
        for text in (
            "L-00000001-3",
            "00700567094000000001",
            "0070056709400000000143215",
            "00 700 567094 000000001 43215 1912",
            "9400 1112 0108 0805 4830 16",
        ):
            assert letters_scanned(conn, [text, "", text]) == [LetterNumber(1, Known.CHECKED)]
        with pytest.raises(NotFound, match="no letter has the barcode"):
            letters_scanned(conn, ["00700567094000000002"])
        with pytest.raises(BadLetterNumber):
            letters_scanned(conn, ["L-00000001-4"])

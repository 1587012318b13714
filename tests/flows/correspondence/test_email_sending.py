"""Letters by e-mail: to those who agreed, once, inside their hours; what is not taken goes again or by post."""

import email
import email.policy
import io
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from pypdf import PdfReader

from flows.correspondence.email import commands as email_commands
from flows.correspondence.email.commands import PostOffice, send_letters, settle_unsure, take_reply
from flows.correspondence.email.delivery import Delivery, server_from
from flows.correspondence.email.replies import Bounce, Unsubscribe
from flows.correspondence.letters.commands import mail_room
from flows.correspondence.print_batches.commands import print_letters
from flows.correspondence.print_batches.pdf import can_make_pdf
from flows.correspondence.text_messages import message_of, write_texts
from flows.people.contact.commands import change_person
from flows.practice import Practice
from flows.stages import run_stage
from models.errors import Refused
from tests.flows.correspondence.email_server import Postman, mail_server
from tests.small_book import account_of, history, publish_shipped, rows, run_days, someone, take_in

FRIDAY = date(2026, 2, 6)
NOON = datetime(2026, 2, 6, 17, tzinfo=UTC)  # in Ohio


@pytest.fixture
def by_mail(practice: Practice, monkeypatch: pytest.MonkeyPatch) -> Practice:
    """Ada agreed to e-mail, Ben did not; the first reminder of both was written on the Friday.

    Letters go as Word files: LibreOffice takes seconds over each PDF.
    """
    from dataclasses import replace

    monkeypatch.setattr(email_commands, "can_make_pdf", lambda: False)
    publish_shipped(practice.database)
    take_in(
        practice.database, [someone(name, f"{name}1", date(2026, 1, 7)) for name in ("Ada", "Ben")], date(2026, 1, 20)
    )
    change(practice, "Ada1", email="ada@example.org", email_consent=True)
    practice = replace(
        practice, settings=replace(practice.settings, smtp_url="smtp://localhost", mail_from="b@practice.example")
    )
    run_days(practice, FRIDAY, FRIDAY)
    return practice


def change(practice: Practice, number: str, **changes: object) -> None:
    with practice.database.transaction(actor="clerk", business_date=FRIDAY) as tx:
        change_person(tx, account_of(practice.database, number).guarantor_id, changes, "told by phone")


def send(practice: Practice, url: str, now: datetime = NOON, today: date = FRIDAY) -> dict[str, int]:
    office = PostOffice(server_from(url), "billing@practice.example", seconds=5)
    return {word: n for word, n in send_letters(mail_room(practice), office, today, now).items() if n}


def letters(practice: Practice) -> list[tuple[str, str]]:
    return [(row[0], row[1]) for row in rows(practice.database, "SELECT channel, state FROM letter ORDER BY id")]


def kinds(practice: Practice, number: str = "Ada1") -> list[str]:
    return [kind for _, kind, _ in history(practice.database, number)]


def test_a_letter_goes_by_e_mail_to_who_agreed_and_by_post_to_the_other(by_mail: Practice, tmp_path: Path) -> None:
    postman = Postman()
    with mail_server(postman, tmp_path) as url:
        assert send(by_mail, url) == {"emailed": 1}
        assert send(by_mail, url) == {}
    (batch,) = print_letters(mail_room(by_mail), by_mail.settings.outbox, FRIDAY)
    assert batch.letters == 1
    assert letters(by_mail) == [("email", "emailed"), ("post", "batched")]
    assert kinds(by_mail).count("letter_emailed") == 1
    (envelope,) = postman.taken
    message = email.message_from_bytes(envelope.content, policy=email.policy.default)
    assert message["To"] == "Ada Tester <ada@example.org>"
    assert message["Message-ID"].startswith("<pastdue-letter-1.")
    (letter,) = message.iter_attachments()
    assert letter.get_filename() == "L-00000001.docx"


@pytest.mark.long
@pytest.mark.skipif(not can_make_pdf(), reason="LibreOffice is not installed")
def test_where_libreoffice_is_the_letter_goes_as_a_pdf(
    by_mail: Practice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(email_commands, "can_make_pdf", can_make_pdf)
    postman = Postman()
    with mail_server(postman, tmp_path) as url:
        assert send(by_mail, url) == {"emailed": 1}
    message = email.message_from_bytes(postman.taken[0].content, policy=email.policy.default)
    (letter,) = message.iter_attachments()
    assert letter.get_filename() == "L-00000001.pdf"
    assert "Ada" in PdfReader(io.BytesIO(letter.get_payload(decode=True))).pages[0].extract_text()


def test_nothing_goes_at_night_where_the_guarantor_lives(by_mail: Practice, tmp_path: Path) -> None:
    with mail_server(Postman(), tmp_path) as url:
        assert send(by_mail, url, datetime(2026, 2, 6, 11, tzinfo=UTC)) == {"outside_hours": 1}
        assert send(by_mail, url, datetime(2026, 2, 7, 3, tzinfo=UTC)) == {"outside_hours": 1}
        assert send(by_mail, url, datetime(2026, 2, 6, 14, tzinfo=UTC)) == {"emailed": 1}


def test_a_busy_server_is_tried_again_later_and_in_the_end_the_letter_goes_by_post(
    by_mail: Practice, tmp_path: Path
) -> None:
    with mail_server(Postman(["not now"]), tmp_path) as url:
        assert send(by_mail, url) == {"try_again": 1}
        assert send(by_mail, url, NOON + timedelta(minutes=4)) == {}
        now = NOON
        for minutes in (5, 15, 60, 240):
            now += timedelta(minutes=minutes)
            assert send(by_mail, url, now) == {"try_again": 1}
        assert send(by_mail, url, now + timedelta(hours=20)) == {"by_post_instead": 1}
    assert letters(by_mail)[0] == ("post", "rendered")
    assert kinds(by_mail).count("email_not_taken") == 6
    (batch,) = print_letters(mail_room(by_mail), by_mail.settings.outbox, FRIDAY)
    assert batch.letters == 2


def test_an_address_that_is_not_there_is_not_used_again(by_mail: Practice, tmp_path: Path) -> None:
    with mail_server(Postman(["refuse the recipient"]), tmp_path) as url:
        assert send(by_mail, url) == {"by_post_instead": 1}
    assert letters(by_mail)[0] == ("post", "rendered")
    assert (
        str(rows(by_mail.database, "SELECT email_failed_on FROM person WHERE email IS NOT NULL")[0][0]) == "2026-02-06"
    )
    change(by_mail, "Ada1", email="ada.new@example.org")
    assert rows(by_mail.database, "SELECT email_failed_on FROM person WHERE email IS NOT NULL")[0][0] is None


@pytest.mark.parametrize("plan", ["hang up after the dot", "take it and hang up"])
def test_a_letter_of_which_nobody_knows_is_never_sent_twice_by_itself(
    by_mail: Practice, tmp_path: Path, plan: str
) -> None:
    postman = Postman([plan, "accept"])
    with mail_server(postman, tmp_path) as url:
        assert send(by_mail, url) == {"unsure": 1}
        assert send(by_mail, url, NOON + timedelta(hours=2)) == {}
        assert letters(by_mail)[0] == ("email", "unsure")
        assert [row[0] for row in rows(by_mail.database, "SELECT kind FROM task WHERE state = 'open'")] == [
            "email-unsure"
        ]
        with by_mail.database.transaction(actor="mail room", business_date=FRIDAY) as tx:
            settle_unsure(tx, 1, sent=plan == "take it and hang up")
        send(by_mail, url, NOON + timedelta(hours=2))
    assert len(postman.taken) == 1
    assert letters(by_mail)[0] == ("email", "emailed")
    assert kinds(by_mail).count("letter_emailed") == 1
    with (
        pytest.raises(Refused, match="is already known"),
        by_mail.database.transaction(actor="x", business_date=FRIDAY) as tx,
    ):
        settle_unsure(tx, 1, sent=True)


def test_a_machine_that_stops_while_sending_leaves_a_letter_of_which_nobody_knows(
    by_mail: Practice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Stopped(BaseException):
        pass

    def stops(self: object, message: bytes, sender: str, recipient: str, before_commit: object) -> None:
        before_commit()  # type: ignore[operator]
        raise Stopped

    with mail_server(Postman(), tmp_path) as url:
        with monkeypatch.context() as patch:
            patch.setattr(Delivery, "deliver", stops)
            with pytest.raises(Stopped):
                send(by_mail, url)
        assert letters(by_mail)[0] == ("email", "sending")
        assert send(by_mail, url) == {"unsure": 1}
        assert send(by_mail, url) == {}


def test_a_bounced_letter_goes_by_post_once(by_mail: Practice, tmp_path: Path) -> None:
    with mail_server(Postman(), tmp_path) as url:
        send(by_mail, url)
    for _ in range(2):
        with by_mail.database.transaction(actor="mail room", business_date=FRIDAY) as tx:
            take_reply(tx, Bounce(1, True, "5.1.1", "User unknown"))
    run_stage(by_mail, "letters", FRIDAY)
    assert letters(by_mail) == [("email", "returned"), ("post", "rendered"), ("post", "rendered")]
    with by_mail.database.transaction(actor="mail room", business_date=FRIDAY) as tx:
        assert "delivery delayed" in take_reply(tx, Bounce(2, False, "4.4.1", ""))
        assert "was not sent by e-mail" in take_reply(tx, Bounce(2, True, "5.1.1", ""))


def test_who_wants_no_more_e_mail_gets_letters_by_post(by_mail: Practice) -> None:
    for reply in (Unsubscribe(None, "ada@example.org"), Unsubscribe(1, "other@example.org")):
        with by_mail.database.transaction(actor="mail room", business_date=FRIDAY) as tx:
            assert "letters are mailed" in take_reply(tx, reply)
    assert not rows(by_mail.database, "SELECT email_consent FROM person WHERE email IS NOT NULL")[0][0]
    assert print_letters(mail_room(by_mail), by_mail.settings.outbox, FRIDAY)[0].letters == 1
    with by_mail.database.transaction(actor="mail room", business_date=FRIDAY) as tx:
        assert "to review" in take_reply(tx, Unsubscribe(None, "nobody@example.org"))


def test_who_withdrew_after_the_letter_was_written_gets_it_by_post(by_mail: Practice, tmp_path: Path) -> None:
    change(by_mail, "Ada1", email_consent=False)
    postman = Postman()
    with mail_server(postman, tmp_path) as url:
        assert send(by_mail, url) == {}
    assert postman.taken == []
    assert print_letters(mail_room(by_mail), by_mail.settings.outbox, FRIDAY)[0].letters == 2


def test_a_text_message_says_that_a_letter_came_and_nothing_else_once(by_mail: Practice, tmp_path: Path) -> None:
    change(by_mail, "Ada1", mobile="937-555-0102", text_consent=True)
    with mail_server(Postman(), tmp_path) as url:
        send(by_mail, url)
    made = write_texts(by_mail.database, by_mail.settings.outbox, FRIDAY, "mail room")
    assert made.messages == 1
    assert made.file is not None
    line = Path(made.file).read_text().splitlines()[1]
    assert line.startswith("937-555-0102,Maple Street Clinic: we sent you a letter.")
    assert "STOP" in line
    assert write_texts(by_mail.database, by_mail.settings.outbox, FRIDAY, "mail room").messages == 0
    assert kinds(by_mail).count("text_queued") == 1


@pytest.mark.parametrize("language", ["en", "es"])
def test_a_text_message_tells_no_amount_and_no_debt_and_fits(language: str) -> None:
    told = message_of(language, "Maple Street Clinic", "937-555-0100").lower()
    assert not [word for word in ("$", "owe", "debt", "overdue", "balance", "debe", "saldo", "deuda") if word in told]
    assert len(told) <= 160

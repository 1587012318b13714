"""What comes back of e-mails is understood, or said not to be; no bytes break it."""

import mailbox
from email.message import EmailMessage
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.correspondence.email.replies import Bounce, NotUnderstood, Unsubscribe, read_mailbox, read_reply

REPORT = """\
From: MAILER-DAEMON@mx.example.org
To: billing@practice.example
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

I'm sorry to have to inform you.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.org

Final-Recipient: rfc822; ada@example.org
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 5.1.1 <ada@example.org>: User unknown

--b
Content-Type: text/rfc822-headers

Message-ID: <pastdue-letter-123.0a1b2c@practice.example>
Subject: A letter from us is attached

--b--
"""


@pytest.mark.parametrize(
    ("action", "status", "permanent"), [("failed", "5.1.1", True), ("delayed", "4.4.1", False), ("", "5.2.2", True)]
)
def test_a_delivery_report_names_the_letter_and_says_whether_it_is_for_good(
    action: str, status: str, permanent: bool
) -> None:
    told = read_reply(REPORT.format(action=action, status=status).encode())
    assert isinstance(told, Bounce)
    assert (told.letter, told.permanent, told.status) == (123, permanent, status)
    assert "User unknown" in told.reason


def test_a_report_that_all_went_well_is_no_bounce() -> None:
    assert isinstance(read_reply(REPORT.format(action="delivered", status="2.0.0").encode()), NotUnderstood)


def test_an_old_mail_server_that_only_writes_a_sentence_is_understood() -> None:
    told = read_reply(
        b"From: MAILER-DAEMON@old.example\nSubject: failure\n\n550 no such user\nX-Pastdue-Letter: L-00000077-2\n"
    )
    assert told == Bounce(77, True, "", "the mail server could not deliver the letter")


@pytest.mark.parametrize(
    ("subject", "body", "letter"),
    [
        ("unsubscribe L-00000123", "", 123),
        ("unsubscribe L-00000123-4", "", 123),
        ("Re: A letter from us is attached", "STOP\n> Letter L-00000123-4", 123),
        ("Re: A letter from us is attached", "STOP\n> Letter L-00000123", 123),
        ("Re: Le enviamos una carta adjunta", "Baja por favor\n", None),
        ("", "\n\nunsubscribe me please", None),
    ],
)
def test_who_says_stop_in_whatever_language_is_heard(subject: str, body: str, letter: int | None) -> None:
    message = EmailMessage()
    message["From"], message["Subject"] = "Ada <Ada@Example.org>", subject
    message.set_content(body)
    assert read_reply(bytes(message)) == Unsubscribe(letter, "ada@example.org")


def test_a_question_is_for_a_person() -> None:
    told = read_reply(
        b"From: ada@example.org\nSubject: my bill\n\nWhy is this so much? Please do not stop helping me.\n"
    )
    assert isinstance(told, NotUnderstood)


@given(st.binary(max_size=400) | st.text(max_size=200).map(str.encode))
def test_no_bytes_break_the_reading(raw: bytes) -> None:
    head = b"From: MAILER-DAEMON@x\nContent-Type: multipart/report; boundary=b\n\n--b\nContent-Type: message/delivery-status\n\n"
    for content in (raw, head + raw, b"Subject: " + raw):
        assert isinstance(read_reply(content), Bounce | Unsubscribe | NotUnderstood)


def test_a_file_an_mbox_a_maildir_and_a_folder_are_read(tmp_path: Path) -> None:
    one = b"From: a@example.org\nSubject: unsubscribe\n\n\n"
    (tmp_path / "one.eml").write_bytes(one)
    box = mailbox.mbox(tmp_path / "box")
    box.add(one)
    box.add(one)
    box.flush()
    maildir = mailbox.Maildir(tmp_path / "dir", create=True)
    maildir.add(one)
    assert [len(list(read_mailbox(tmp_path / name))) for name in ("one.eml", "box", "dir")] == [1, 2, 1]
    assert [name for name, _ in read_mailbox(tmp_path)] == ["one.eml"]

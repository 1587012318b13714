"""What comes back of e-mails: reports of mail servers, people who want no more, and whatever else anybody sends."""

import mailbox
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.correspondence.email.replies import Bounce, NotUnderstood, Unsubscribe, read_mailbox, read_reply
from models.errors import Refused

REPORT = """\
From: MAILER-DAEMON@mx.example
To: billing@lakeview.example
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

Your message could not be delivered.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example
Arrival-Date: Mon, 2 Feb 2026 09:00:00 -0600

Final-Recipient: rfc822; Maria@home.example
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 5.1.1 <maria@home.example>:
 no such user here

--b
Content-Type: {returned_as}

{returned}

--b--
"""
OUR_ID = "Message-ID: <pastdue-letter-123.0123456789abcdef@lakeview.example>\nSubject: A letter from us is attached"
OUR_HEADER = "Message-ID: <x@y>\nX-Pastdue-Letter: L-00000123"


def report(
    action: str = "failed", status: str = "5.1.1", returned: str = OUR_HEADER, returned_as: str = "text/rfc822-headers"
) -> bytes:
    return REPORT.format(action=action, status=status, returned=returned, returned_as=returned_as).encode()


def written(body: str, subject: str = "Re: A letter from us is attached", headers: str = "", kind: str = "") -> bytes:
    kind = kind or 'text/plain; charset="utf-8"'
    return (
        f"From: Maria G <Maria@Home.Example>\nTo: stop@lakeview.example\nSubject: {subject}\n{headers}"
        f"MIME-Version: 1.0\nContent-Type: {kind}\nContent-Transfer-Encoding: 8bit\n\n{body}\n"
    ).encode()


ANSWERS_US = "In-Reply-To: <pastdue-letter-123.0123456789abcdef@lakeview.example>\n"


@pytest.mark.parametrize("returned_as", ["text/rfc822-headers", "message/rfc822"])
@pytest.mark.parametrize("returned", [OUR_ID, OUR_HEADER])
def test_a_report_of_a_mailbox_that_is_not_there_names_our_letter(returned: str, returned_as: str) -> None:
    found = read_reply(report(returned=returned, returned_as=returned_as))
    assert found == Bounce(
        123, True, "5.1.1", "550 5.1.1 <maria@home.example>: no such user here", "maria@home.example"
    )


def test_a_report_of_delay_is_no_failure() -> None:
    found = read_reply(report("delayed", "4.4.1"))
    assert isinstance(found, Bounce)
    assert (found.letter, found.permanent, found.status) == (123, False, "4.4.1")


def test_a_server_that_gave_up_after_days_of_trying_has_failed_for_good() -> None:
    found = read_reply(report("failed", "4.4.7"))
    assert isinstance(found, Bounce) and found.permanent


def test_a_report_that_a_letter_arrived_is_no_bounce() -> None:
    assert isinstance(read_reply(report("delivered", "2.0.0")), NotUnderstood)


def test_a_report_on_somebody_elses_message_names_no_letter() -> None:
    found = read_reply(report(returned="Message-ID: <x@y>\nSubject: hello"))
    assert isinstance(found, Bounce) and found.letter is None


def test_our_own_header_counts_for_more_than_a_number_in_the_text() -> None:
    raw = report().replace(b"Your message could", b"About L-00000999: your message could")
    found = read_reply(raw)
    assert isinstance(found, Bounce) and found.letter == 123


def test_a_returned_letter_in_base64_is_read_all_the_same() -> None:
    coded = "Content-Transfer-Encoding: base64\n\nWC1QYXN0ZHVlLUxldHRlcjogTC0wMDAwMDEyMwo="
    raw = report().replace(b"text/rfc822-headers\n\n" + OUR_HEADER.encode(), b"text/plain\n" + coded.encode())
    found = read_reply(raw)
    assert isinstance(found, Bounce) and found.letter == 123


OLD_BOUNCES = [
    ("I'm afraid I wasn't able to deliver your message.\n<maria@home.example>: 550 #5.1.1 user unknown", True, "5.1.1"),
    ("The following addresses had permanent fatal errors\n550 no such user", True, ""),
    ("Your message has been delayed. We are still trying. 4.4.1", False, "4.4.1"),
    ("This is a warning message only; you do not need to resend. Delayed for 4 hours.", False, ""),
]


@pytest.mark.parametrize(("words", "permanent", "status"), OLD_BOUNCES)
def test_a_plain_bounce_of_an_old_server_is_understood(words: str, permanent: bool, status: str) -> None:
    raw = f"From: MAILER-DAEMON@old.example\nSubject: failure notice\n\n{words}\n\n--- below\nX-Pastdue-Letter: L-00000123\n"
    found = read_reply(raw.encode())
    assert isinstance(found, Bounce)
    assert (found.letter, found.permanent, found.status) == (123, permanent, status)


def test_a_plain_bounce_that_names_no_letter_is_for_a_person() -> None:
    assert isinstance(read_reply(b"From: MAILER-DAEMON@old.example\n\n550 user unknown\n"), NotUnderstood)


@pytest.mark.parametrize(
    "body",
    [
        "STOP",
        "stop.",
        "Please stop these e-mails",
        "Unsubscribe",
        "BAJA",
        "ALTO",
        "Baja por favor",
        "¡BAJA!",
        "STOP\n\nSent from my telephone",
        "Stop\n\n> A letter from us is attached.\n> L-00000123",
    ],
)
def test_who_answers_stop_gets_no_more_email(body: str) -> None:
    assert read_reply(written(body, headers=ANSWERS_US)) == Unsubscribe(123, "maria@home.example")


@pytest.mark.parametrize(
    "subject",
    [
        "unsubscribe L-00000123",
        "Re: Re: STOP L-00000123",
        "RV: baja L-00000123",
        "=?utf-8?q?BAJA_L-00000123?=",
        "=?utf-8?b?U1RPUCBMLTAwMDAwMTIz?=",
    ],
)
def test_a_subject_that_says_so_is_enough(subject: str) -> None:
    assert read_reply(written("", subject)) == Unsubscribe(123, "maria@home.example")


def test_who_does_not_name_a_letter_is_known_by_the_address() -> None:
    assert read_reply(written("STOP", "hello")) == Unsubscribe(None, "maria@home.example")


def test_an_answer_written_in_html_alone_is_read() -> None:
    body = "<html><head><style>p {color: red}</style></head><body><div>STOP</div><div>A letter</div></body></html>"
    assert read_reply(written(body, headers=ANSWERS_US, kind="text/html")) == Unsubscribe(123, "maria@home.example")


@pytest.mark.parametrize(
    "body",
    [
        "I have paid this already",
        "Stop, I have paid this already",
        "Stop by tomorrow at noon",
        "Alto Pharmacy paid it",
        "When does the letter come?\n\n> answer this message with the word STOP",
        "> STOP",
        "",
        "I do not owe this",
    ],
)
def test_what_else_a_person_writes_is_for_a_person_to_read(body: str) -> None:
    assert isinstance(read_reply(written(body, headers=ANSWERS_US)), NotUnderstood)


def test_somebody_who_is_away_has_not_asked_to_stop() -> None:
    raw = written("I am away until Monday", "Automatic reply", "Auto-Submitted: auto-replied\n")
    assert read_reply(raw) == NotUnderstood("an automatic reply, such as out of office")


@settings(max_examples=400, deadline=None)
@given(st.binary(max_size=3000))
def test_whatever_the_bytes_are_they_are_read_or_not_understood(raw: bytes) -> None:
    assert isinstance(read_reply(raw), Bounce | Unsubscribe | NotUnderstood)


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_a_report_with_any_part_of_it_spoilt_is_read_or_not_understood(data: st.DataObject) -> None:
    raw = data.draw(st.sampled_from([report(), report(returned_as="message/rfc822"), written("STOP")]))
    at = data.draw(st.integers(0, len(raw)))
    spoilt = raw[:at] + data.draw(st.binary(max_size=40)) + raw[at + data.draw(st.integers(0, 60)) :]
    assert isinstance(read_reply(spoilt), Bounce | Unsubscribe | NotUnderstood)


HOSTILE = {
    "a charset that is none": b'From: a@b.example\nContent-Type: text/plain; charset="no-such"\n\nSTOP\n',
    "a charset with a zero byte": b'From: a@b.example\nContent-Type: text/plain; charset="a\x00b"\n\nSTOP\n',
    "a thousand parts in each other": b"".join(
        b'Content-Type: multipart/mixed; boundary="%d"\n\n--%d\n' % (n, n) for n in range(1000)
    ),
    "an encoded subject that is broken": b"Subject: =?utf-8?b?!!!?=\nFrom: =?x?q?=00?= <a@b.example>\n\nSTOP\n",
    "a subject that goes on for ever": b"Subject: " + b"Re: " * 200_000 + b"\n\nhello\n",
    "html of open tags": b"Content-Type: text/html\n\n" + b"<style " * 100_000,
}


@pytest.mark.parametrize("raw", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_message_made_to_break_us_does_not(raw: bytes) -> None:
    assert isinstance(read_reply(raw), Bounce | Unsubscribe | NotUnderstood)


def test_an_eml_file_is_one_message(tmp_path: Path) -> None:
    (tmp_path / "one.eml").write_bytes(report())
    assert list(read_mailbox(tmp_path / "one.eml")) == [("one.eml", report())]


def test_a_folder_of_eml_files_is_read_in_the_order_of_their_names(tmp_path: Path) -> None:
    for name in ("b.eml", "a.eml", "note.txt"):
        (tmp_path / name).write_bytes(written(name))
    assert [name for name, _ in read_mailbox(tmp_path)] == ["a.eml", "b.eml"]


def test_an_mbox_gives_each_of_its_messages(tmp_path: Path) -> None:
    box = mailbox.mbox(tmp_path / "box")
    for raw in (report(), written("STOP", headers=ANSWERS_US)):
        box.add(raw)
    box.close()
    found = [read_reply(raw) for _, raw in read_mailbox(tmp_path / "box")]
    assert [type(one) for one in found] == [Bounce, Unsubscribe]


def test_a_maildir_gives_new_messages_and_old_ones_and_moves_none(tmp_path: Path) -> None:
    box = mailbox.Maildir(tmp_path / "box")
    old = mailbox.MaildirMessage(report())
    old.set_subdir("cur")
    box.add(old)
    box.add(written("STOP"))
    before = sorted(str(path) for path in tmp_path.rglob("*"))
    assert {type(read_reply(raw)) for _, raw in read_mailbox(tmp_path / "box")} == {Bounce, Unsubscribe}
    assert sorted(str(path) for path in tmp_path.rglob("*")) == before


def test_a_mailbox_that_is_not_there_is_refused_with_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(Refused, match=r"was not found; enter an \.eml or mbox file"):
        list(read_mailbox(tmp_path / "nothing"))

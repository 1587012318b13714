"""A letter as an e-mail: nothing to tell in subject and preview, the same words in text and HTML, the same bytes."""

import email
import email.policy
from dataclasses import replace
from datetime import UTC, datetime
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from letters.data import LetterData
from letters.email.message import Attachment, Sender, build_message, bytes_of
from letters.errors import LetterFault
from letters.samples import sample_letter
from tests.refusals import refused

PDF = Attachment("L-00000123-4.pdf", b"%PDF-1.7 made up", "application/pdf")
SENDER = Sender("billing@lakeview.example", "Lakeview Community Hospital", "billing@lakeview.example")
AT = datetime(2026, 2, 2, 15, tzinfo=UTC)
TELLING = ("$", "owe", "due", "overdue", "debt", "collection", "final", "hospital", "maria", "theo", "saldo", "deuda")


def message_of(data: LetterData, to: str = "maria@example.org") -> EmailMessage:
    raw = bytes_of(build_message(data, PDF, SENDER, to, "<pastdue-letter-123.ab@lakeview.example>", AT))
    assert all(byte < 128 for byte in raw)
    assert b"\n" not in raw.replace(b"\r\n", b"")
    parsed = email.message_from_bytes(raw, policy=email.policy.default)
    assert isinstance(parsed, EmailMessage)
    return parsed


def body(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    assert part is not None
    return part.get_content()


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("kind", ["reminder-1", "final-notice", "paid-in-full"])
def test_whoever_sees_the_screen_learns_only_that_a_letter_came(kind: str, language: str) -> None:
    message = message_of(sample_letter(kind, 2, language=language))
    preview = body(message, "plain").splitlines()[0]
    hidden = body(message, "html").partition("<body")[2].partition("</div>")[0].partition(">")[2].partition(">")[2]
    assert hidden.startswith(preview.rstrip("."))
    assert len(hidden) > 400, "the words after it do not show in a preview"
    for shown in (message["Subject"], preview, hidden):
        assert not [word for word in TELLING if word in shown.lower()]
    assert preview.strip().rstrip(".") == message["Subject"]


@pytest.mark.parametrize("language", ["en", "es"])
def test_text_and_html_say_the_same_and_nothing_of_the_care(language: str) -> None:
    message = message_of(sample_letter("reminder-2", 2, language=language))
    text, html = body(message, "plain"), body(message, "html")
    for part in (text, html):
        assert "$305.45" in part
        assert "(608) 555-0142" in part
        assert "pay.lakeview.example" in part
        assert "Theo" not in part
        assert "4481" not in part
        assert "L-00000123-4" in part
    assert f'lang="{language}"' in html
    assert ("STOP" if language == "en" else "BAJA") in text


def test_a_letter_that_asks_for_nothing_names_no_amount() -> None:
    assert "$" not in body(message_of(sample_letter("dispute-received")), "plain")


def test_the_letter_is_attached_and_the_way_out_is_in_the_headers() -> None:
    message = message_of(sample_letter())
    (attached,) = message.iter_attachments()
    assert (attached.get_filename(), attached.get_content()) == (PDF.name, PDF.content)
    assert message["List-Unsubscribe"].strip() == "<mailto:billing@lakeview.example?subject=unsubscribe%20L-00000123-4>"
    assert message["Message-ID"] == "<pastdue-letter-123.ab@lakeview.example>"
    assert message["Auto-Submitted"] == "auto-generated"


def test_the_same_letter_is_the_same_bytes() -> None:
    made = [bytes_of(build_message(sample_letter(), PDF, SENDER, "m@example.org", "<a@b>", AT)) for _ in range(2)]
    assert made[0] == made[1]


@given(st.text(max_size=300))
def test_no_name_breaks_a_header(name: str) -> None:
    data = sample_letter()
    try:
        message = message_of(replace(data, guarantor=replace(data.guarantor, name=name)))
    except UnicodeEncodeError:
        pytest.fail("a name must not break the message")
    assert message["To"].addresses[0].addr_spec == "maria@example.org"
    assert message["Bcc"] is None


@pytest.mark.parametrize(
    "name", ["A\r\nBcc: x@example.org", 'Zoë "Zo" O\'Brien, Jr.', "مريم السيد", "🙂" * 80, "x" * 300]
)
def test_a_name_of_any_kind_is_only_a_name(name: str) -> None:
    data = sample_letter()
    message = message_of(replace(data, guarantor=replace(data.guarantor, name=name)))
    assert message["Bcc"] is None
    assert len(message["To"].addresses) == 1


@pytest.mark.parametrize("to", ["", "nobody", "a@", "@b", "a b@example.org", "é@example.org"])
def test_an_address_that_is_none_is_refused_without_telling_whose(to: str) -> None:
    with refused("correct it, or send the letter by mail.*pastdue contact", LetterFault):
        message_of(sample_letter(), to)

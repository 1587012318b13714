"""A letter as an e-mail: what a telephone shows of it, what stands in it, and that its bytes are sound."""

import datetime as dt
import email
import re
from dataclasses import replace
from email import policy
from email.message import EmailMessage
from html.parser import HTMLParser

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from letters.data import LetterData
from letters.email.message import Attachment, Sender, build_message, bytes_of
from letters.errors import LetterFault
from letters.kinds import KINDS, kind_of
from letters.samples import sample_letter

SENT_AT = dt.datetime(2026, 2, 2, 15, 30, tzinfo=dt.UTC)
SENDER = Sender("billing@lakeview.example", "Lakeview Community Hospital", "stop@lakeview.example")
PDF = Attachment("L-00000123-4.pdf", b"%PDF-1.7\n.\n..\r\n" + bytes(range(256)) * 40, "application/pdf")
MESSAGE_ID = "<pastdue-letter-123.0123456789abcdef@lakeview.example>"

FORBIDDEN = re.compile(
    r"\$|\d|debt|overdue|past due|collection|final|notice|bill\b|balance|payment|pay\b|medical|hospital|health|patient|"
    r"maria|gutierrez|theo|deuda|cobro|vencid|aviso|saldo|pago|médic|salud|paciente",
    re.IGNORECASE,
)


def sent(data: LetterData | None = None, sender: Sender = SENDER, to: str = "maria@home.example") -> bytes:
    return bytes_of(build_message(data or sample_letter(), PDF, sender, to, MESSAGE_ID, SENT_AT))


def received(raw: bytes) -> EmailMessage:
    """The message as a mail reader takes it apart."""
    message = email.message_from_bytes(raw, policy=policy.default)
    assert isinstance(message, EmailMessage)
    return message


def named(name: str) -> LetterData:
    data = sample_letter()
    return replace(data, guarantor=replace(data.guarantor, name=name))


def text_of(message: EmailMessage) -> str:
    part = message.get_body(("plain",))
    assert part is not None
    return part.get_content()


def html_of(message: EmailMessage) -> str:
    part = message.get_body(("html",))
    assert part is not None
    return part.get_content()


class Words(HTMLParser):
    """What stands in the body of HTML, and the tags and attributes that are in it."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.seen, self.tags, self.attributes, self._in_body = "", set[str](), set[str](), False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self._in_body = self._in_body or tag == "body"

    def handle_data(self, data: str) -> None:
        self.seen += data if self._in_body else ""


every_letter = [(kind, language) for kind in KINDS for language in ("en", "es")]


@pytest.mark.parametrize(("kind", "language"), every_letter)
def test_a_telephone_on_a_table_shows_only_that_a_letter_came(kind: str, language: str) -> None:
    message = received(sent(sample_letter(kind, language=language)))
    previews = text_of(message)[:140], " ".join(Words(html_of(message)).seen.split())[:140]
    for shown in (message["Subject"], *previews):
        assert not FORBIDDEN.search(shown), shown


@pytest.mark.parametrize(("kind", "language"), every_letter)
def test_no_patient_no_service_date_and_no_account_stand_in_the_body(kind: str, language: str) -> None:
    data = sample_letter(kind, language=language)
    data = replace(data, guarantor=replace(data.guarantor, name="Ann Payer"))
    message = received(sent(data))
    for body in (text_of(message), html_of(message)):
        for account in data.accounts:
            assert account.patient not in body
            assert account.number.lstrip("…") not in body.replace("44120", "")
            assert str(account.service_on.year) + "-" not in body


@pytest.mark.parametrize(("kind", "language"), every_letter)
def test_the_amount_and_the_day_stand_only_in_a_letter_that_asks(kind: str, language: str) -> None:
    data = sample_letter(kind, language=language)
    message = received(sent(data))
    asks = kind_of(kind).asks_for_payment and data.asked_cents > 0
    for body in (text_of(message), html_of(message)):
        assert ("$" in body) is asks
        if asks:
            assert body.index("$") > body.index(data.guarantor.name)


@pytest.mark.parametrize(("language", "word"), [("en", "STOP"), ("es", "BAJA")])
def test_who_reads_it_learns_how_to_reach_us_where_help_is_and_how_to_stop_email(language: str, word: str) -> None:
    data = sample_letter(language=language)
    message = received(sent(data))
    hours = data.creditor.phone_hours_es if language == "es" else data.creditor.phone_hours
    for body in (text_of(message), html_of(message)):
        for said in (
            word,
            data.creditor.phone,
            hours,
            data.creditor.assistance_url,
            data.creditor.name,
            "L-00000123-4",
        ):
            assert said in body


def test_a_creditor_without_telephone_or_addresses_leaves_no_hole_in_a_sentence() -> None:
    data = sample_letter(language="es")
    bare = replace(data.creditor, phone="", phone_hours="", phone_hours_es="", pay_online="", assistance_url="")
    body = text_of(received(sent(replace(data, creditor=bare))))
    assert not re.search(r" [.,]|,\.|\(\)|  ", body)


def test_english_hours_stand_in_for_spanish_ones_that_nobody_wrote() -> None:
    data = sample_letter(language="es")
    creditor = replace(data.creditor, phone_hours_es="")
    assert "8 a.m. to 6 p.m." in text_of(received(sent(replace(data, creditor=creditor))))


def test_the_letter_hangs_on_beside_text_and_html() -> None:
    message = received(sent())
    assert message.get_content_type() == "multipart/mixed"
    either, letter = message.iter_parts()
    assert [part.get_content_type() for part in either.iter_parts()] == ["text/plain", "text/html"]
    assert (letter.get_content_type(), letter.get_filename()) == ("application/pdf", "L-00000123-4.pdf")
    assert letter.get_content() == PDF.content


def test_the_headers_say_whose_letter_it_is_and_how_to_stop_them() -> None:
    message = received(sent())
    assert message["Message-ID"] == MESSAGE_ID
    assert message["Date"].datetime == SENT_AT
    assert message["List-Unsubscribe"] == "<mailto:stop@lakeview.example?subject=unsubscribe%20L-00000123-4>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["X-Pastdue-Letter"] == "L-00000123-4"
    assert message["Reply-To"] == "stop@lakeview.example"


def test_answers_go_where_the_sender_wants_them() -> None:
    assert received(sent(sender=replace(SENDER, reply_to="desk@lakeview.example")))["Reply-To"] == (
        "desk@lakeview.example"
    )


def test_the_same_letter_gives_the_same_bytes() -> None:
    assert sent() == sent()


def test_every_line_ends_with_cr_lf_and_every_byte_is_ascii() -> None:
    raw = sent(sample_letter(language="es"))
    assert raw.isascii()
    assert b"\n" not in raw.replace(b"\r\n", b"") and b"\r" not in raw.replace(b"\r\n", b"")
    assert max(len(line) for line in raw.split(b"\r\n")) <= 998


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=300) | st.text(alphabet="aéñ😀,;<>@\"\\'().[]: =?_\r\n\u202e", max_size=300))
@example("a, b " * 60)
@example("Evil <evil@elsewhere.example>, Ann")
@example("Ann\r\nBcc: evil@elsewhere.example")
@example("=?utf-8?q?evil?= ")
@example("\ud800 \u202egnp.exe 😀👩‍⚕️" * 30)
def test_whatever_a_name_is_the_message_goes_to_one_person(name: str) -> None:
    message = received(sent(named(name)))
    assert [one.addr_spec for one in message["To"].addresses] == ["maria@home.example"]
    assert message["Bcc"] is None
    assert not re.search("[\u202a-\u202e\u2066-\u2069\x00]", text_of(message) + html_of(message) + str(message["To"]))


def test_a_name_of_three_hundred_signs_stands_in_full_in_the_body() -> None:
    name = "María José, de la Torre y Núñez; " * 9
    assert len(name) > 290
    assert name.strip() in text_of(received(sent(named(name))))


def test_a_name_that_is_html_is_shown_and_not_obeyed() -> None:
    words = Words(html_of(received(sent(named('<script>alert(1)</script><img src=x onerror="x">')))))
    assert "<script>alert(1)</script>" in words.seen
    assert not words.tags & {"script", "img", "table"}
    assert "onerror" not in words.attributes


def test_a_long_address_to_unsubscribe_at_stays_one_that_a_mail_reader_understands() -> None:
    long = "billing-department@patientfinancialservices.lakeviewcommunityhospital.example"
    raw = sent(sender=replace(SENDER, unsubscribe_to=long))
    assert f"<mailto:{long}?subject=unsubscribe%20L-00000123-4>".encode() in raw


def test_a_question_mark_in_an_address_cannot_add_fields_to_what_is_sent_back() -> None:
    raw = sent(sender=replace(SENDER, unsubscribe_to="a?bcc=x&b@lakeview.example"))
    assert b"<mailto:a%3Fbcc%3Dx%26b@lakeview.example?subject=" in raw


@pytest.mark.parametrize(
    "address",
    [
        "",
        "maria",
        "@home.example",
        "maria@",
        "a b@home.example",
        "a@b@c.example",
        "a@b>c",
        "a@b..c",
        "ñ@home.example",
        "a@home.example\r\nBcc: x@y.example",
        "a@home.example, b@home.example",
        "x" * 65 + "@home.example",
    ],
)
def test_an_address_that_is_none_is_refused_with_a_sentence_that_names_the_letter(address: str) -> None:
    with pytest.raises(
        LetterFault, match=r"letter L-00000123-4: the e-mail address .* correct it, or send the letter by mail"
    ):
        sent(to=address)


@pytest.mark.parametrize("message_id", ["", "a@b", "<a@b>\r\nBcc: x@y.example", "<a b@c>", "<>"])
def test_a_message_id_that_is_none_is_refused_with_a_sentence(message_id: str) -> None:
    with pytest.raises(LetterFault, match="is no Message-ID; write it as"):
        build_message(sample_letter(), PDF, SENDER, "maria@home.example", message_id, SENT_AT)


def test_the_name_of_a_file_cannot_be_a_path_or_a_header() -> None:
    evil = replace(PDF, name="../../a\r\nBcc: x@y.example.pdf")
    message = received(
        bytes_of(build_message(sample_letter(), evil, SENDER, "maria@home.example", MESSAGE_ID, SENT_AT))
    )
    name = next(iter(message.iter_attachments())).get_filename()
    assert name is not None and not re.search(r"[/\\\r\n]", name)
    assert message["Bcc"] is None


def test_html_names_its_language_and_wears_the_creditors_colour() -> None:
    for language in ("en", "es"):
        html = html_of(received(sent(sample_letter(language=language))))
        assert f'<html lang="{language}">' in html
        assert "#14606B" in html

"""Deliveries to a real SMTP server that takes a message, refuses it, hangs up at the worst moment, or falls silent."""

import asyncio
import contextlib
import datetime as dt
import socket
import ssl
import threading
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session, syntax
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from flows.correspondence.email.delivery import (
    Accepted,
    Delivery,
    NotNow,
    Outcome,
    Rejected,
    SmtpServer,
    Unsure,
    retry_after,
    server_from,
)
from letters.email.message import Attachment, Sender, build_message, bytes_of
from letters.samples import sample_letter
from models.errors import Refused

US, MARIA = "billing@lakeview.example", "maria@home.example"
PASSWORD = "s3cret-Pa55"
SHORT = b"Subject: A letter from us is attached\r\n\r\n.\r\n..\r\nbody\r\n.end\r\n"
LONG = SHORT + (b"x" * 70 + b"\r\n") * 200_000
"""Fourteen megabytes: more than lies in the buffers between client and server, so that a hang-up is felt."""


@dataclass
class Post:
    """A mail server's manners: by the recipient's name, what it does. Keeps what it took."""

    taken: list[bytes] = field(default_factory=list)
    sessions: set[int] = field(default_factory=set)
    in_the_dark: bool = True
    hung_up: threading.Event = field(default_factory=threading.Event)

    async def handle_RCPT(self, server: SMTP, session: Session, envelope: Envelope, address: str, _: Any) -> str:
        self.sessions.add(id(session))
        self.in_the_dark = session.ssl is None
        match address.partition("@")[0]:
            case "nobody":
                return "550 5.1.1 no such user"
            case "greylisted":
                return "451 4.7.1 come back later"
            case "relay":
                return "550 5.7.1 relaying denied"
            case "goodbye":
                return "421 4.3.2 closing"
            case _:
                envelope.rcpt_tos.append(address)
                return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        assert isinstance(envelope.content, bytes)
        match envelope.rcpt_tos[0].partition("@")[0]:
            case "spam":
                return "554 5.6.0 we do not like what it says"
            case "full":
                return "452 4.3.1 no room now"
            case "mumbler":
                return "what?"
            case "hangs-up-after":
                assert server.transport is not None
                server.transport.abort()
                return "250 OK"
            case "silent-after":
                await asyncio.sleep(3)
            case _:
                pass
        self.taken.append(envelope.content)
        return "250 2.0.0 taken as 42"


class Rude(SMTP):
    """Hangs up, is silent or speaks in the middle of the message, if the recipient is of that name."""

    @syntax("DATA")
    async def smtp_DATA(self, arg: str) -> None:
        post: Post = self.event_handler
        assert self.envelope is not None and self.transport is not None
        match self.envelope.rcpt_tos[0].partition("@")[0] if self.envelope.rcpt_tos else "":
            case "hangs-up-amid":
                await self.push("354 go on")
                await self._reader.readline()
                self.transport.abort()
                post.hung_up.set()
            case "refuses-amid":
                await self.push("354 go on")
                await self._reader.readline()
                await self.push("552 5.3.4 too large after all")
                post.hung_up.set()
                await asyncio.sleep(3)
            case "silent-before":
                await asyncio.sleep(3)
            case "no-go":
                await self.push("250 as you like")
            case _:
                await super().smtp_DATA(arg)


class Desk(Controller):
    def factory(self) -> SMTP:
        return Rude(self.handler, **self.SMTP_kwargs)


AUTHORITY = trustme.CA()


@pytest.fixture(scope="session")
def ca(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("ca") / "ca.pem"
    AUTHORITY.cert_pem.write_to_path(str(path))
    return path


def certificate(*names: str, by: trustme.CA = AUTHORITY) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    by.issue_cert(*(names or ("127.0.0.1", "localhost"))).configure_cert(context)
    return context


@contextlib.contextmanager
def serving(**manners: Any) -> Iterator[tuple[Post, int]]:
    """A server on a port of its own; `manners` are aiosmtpd's."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    post = Post()
    desk = Desk(post, hostname="127.0.0.1", port=port, **manners)
    desk.start()
    try:
        yield post, port
    finally:
        desk.stop()


@pytest.fixture
def plain_post() -> Iterator[tuple[Post, Delivery]]:
    with serving() as (post, port), Delivery(server_from(f"smtp://127.0.0.1:{port}?tls=none"), 1) as delivery:
        yield post, delivery


@pytest.fixture
def private_post(ca: Path) -> Iterator[tuple[Post, Delivery]]:
    with (
        serving(tls_context=certificate(), require_starttls=True) as (post, port),
        Delivery(server_from(f"smtp://localhost:{port}?ca={ca}"), 1) as delivery,
    ):
        yield post, delivery


def give(delivery: Delivery, to: str, message: bytes = SHORT, before: Callable[[], None] = lambda: None) -> Outcome:
    return delivery.deliver(message, US, f"{to}@home.example", before)


def test_a_letter_that_the_server_takes_is_accepted_and_is_the_same_byte_for_byte(
    plain_post: tuple[Post, Delivery],
) -> None:
    post, delivery = plain_post
    pdf = Attachment("L-00000123.pdf", b".\r\n" * 900, "application/pdf")
    sender = Sender(US, "Lakeview", US)
    message = build_message(sample_letter(), pdf, sender, MARIA, "<a@b>", dt.datetime(2026, 2, 2, tzinfo=dt.UTC))
    assert give(delivery, "maria", bytes_of(message)) == Accepted("2.0.0 taken as 42")
    assert post.taken == [bytes_of(message)]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from([b"", b".", b"..", b".a", b"a.", b"x" * 90, b" ."]), max_size=8))
def test_dots_at_the_beginning_of_lines_arrive_as_they_were(
    plain_post: tuple[Post, Delivery], lines: list[bytes]
) -> None:
    post, delivery = plain_post
    message = b"Subject: x\r\n\r\n" + b"".join(line + b"\r\n" for line in lines)
    assert isinstance(give(delivery, "maria", message), Accepted)
    assert post.taken[-1] == message


@pytest.mark.parametrize("end", [b"\n.\n", b"\r.\r", b"\n.\r\n", b"\r.\r\n", b"\r\n.\n", b"\r\n.\r"])
def test_no_line_end_within_a_message_ends_it_and_begins_another(plain_post: tuple[Post, Delivery], end: bytes) -> None:
    post, delivery = plain_post
    smuggled = b"Subject: x\r\n\r\nhello" + end + b"MAIL FROM:<evil@x.example>\r\n"
    assert isinstance(give(delivery, "maria", smuggled), Accepted)
    assert len(post.taken) == 1
    assert b"\r\n.\r\nMAIL" in post.taken[0]


def test_the_row_is_written_before_the_dot_and_not_before_the_server_would_take_it(
    plain_post: tuple[Post, Delivery],
) -> None:
    post, delivery = plain_post
    seen: list[int] = []
    give(delivery, "maria", before=lambda: seen.append(len(post.taken)))
    give(delivery, "nobody", before=lambda: seen.append(-1))
    give(delivery, "greylisted", before=lambda: seen.append(-1))
    assert seen == [0]


def test_a_row_that_cannot_be_written_keeps_the_letter_here(plain_post: tuple[Post, Delivery]) -> None:
    post, delivery = plain_post

    def fails() -> None:
        raise LookupError("the disk is full")

    with pytest.raises(LookupError, match="disk is full"):
        give(delivery, "maria", before=fails)
    assert isinstance(give(delivery, "maria"), Accepted)
    assert post.taken == [SHORT]


def test_a_recipient_whom_nobody_knows_is_refused_for_good(plain_post: tuple[Post, Delivery]) -> None:
    post, delivery = plain_post
    assert give(delivery, "nobody") == Rejected(550, "5.1.1 no such user", of_recipient=True)
    assert isinstance(give(delivery, "maria"), Accepted)
    assert len(post.sessions) == 1


def test_a_message_that_the_server_does_not_like_is_no_fault_of_the_address(plain_post: tuple[Post, Delivery]) -> None:
    _, delivery = plain_post
    assert give(delivery, "spam") == Rejected(554, "5.6.0 we do not like what it says", of_recipient=False)


def test_a_server_that_will_not_relay_for_us_says_nothing_about_the_address(plain_post: tuple[Post, Delivery]) -> None:
    _, delivery = plain_post
    assert give(delivery, "relay") == Rejected(550, "5.7.1 relaying denied", of_recipient=False)


@pytest.mark.parametrize("address", ["maria", "", "a@b>\r\nDATA", "ñ@home.example", "a b@home.example"])
def test_what_is_no_address_never_reaches_the_server(plain_post: tuple[Post, Delivery], address: str) -> None:
    post, delivery = plain_post
    outcome = delivery.deliver(SHORT, US, address, lambda: None)
    assert isinstance(outcome, Rejected) and outcome.of_recipient
    assert not post.taken and not post.sessions


@pytest.mark.parametrize("to", ["greylisted", "full", "goodbye", "no-go"])
def test_a_server_that_says_later_is_asked_again_later(plain_post: tuple[Post, Delivery], to: str) -> None:
    post, delivery = plain_post
    assert isinstance(give(delivery, to), NotNow)
    assert isinstance(give(delivery, "maria"), Accepted)
    assert post.taken == [SHORT]


@pytest.mark.parametrize("way", ["plain_post", "private_post"])
def test_a_server_that_hangs_up_amid_the_message_has_surely_not_taken_it(
    way: str, request: pytest.FixtureRequest
) -> None:
    post, delivery = request.getfixturevalue(way)
    outcome = give(delivery, "hangs-up-amid", LONG)
    assert isinstance(outcome, NotNow)
    assert isinstance(give(delivery, "maria"), Accepted), "the next message has a session of its own"
    assert post.taken == [SHORT]


@pytest.mark.parametrize("way", ["plain_post", "private_post"])
def test_a_server_that_hung_up_while_the_row_was_written_has_surely_not_taken_it(
    way: str, request: pytest.FixtureRequest
) -> None:
    post, delivery = request.getfixturevalue(way)
    outcome = give(delivery, "hangs-up-amid", before=lambda: _until(post.hung_up))
    assert isinstance(outcome, NotNow)


def _until(event: threading.Event) -> None:
    assert event.wait(2)
    threading.Event().wait(0.05)  # until the news of it has come over the wire


def test_a_server_that_refuses_amid_the_message_is_heard(plain_post: tuple[Post, Delivery]) -> None:
    post, delivery = plain_post
    outcome = give(delivery, "refuses-amid", before=lambda: _until(post.hung_up))
    assert outcome == Rejected(552, "5.3.4 too large after all", of_recipient=False)


@pytest.mark.parametrize("way", ["plain_post", "private_post"])
def test_a_server_that_hangs_up_after_the_last_dot_leaves_us_unsure(way: str, request: pytest.FixtureRequest) -> None:
    _, delivery = request.getfixturevalue(way)
    assert isinstance(give(delivery, "hangs-up-after"), Unsure)
    assert isinstance(give(delivery, "maria"), Accepted)


def test_a_server_that_is_silent_after_the_last_dot_leaves_us_unsure_even_if_it_took_it(
    plain_post: tuple[Post, Delivery],
) -> None:
    _, delivery = plain_post
    assert isinstance(give(delivery, "silent-after"), Unsure)


def test_an_answer_to_the_last_dot_that_is_none_leaves_us_unsure(plain_post: tuple[Post, Delivery]) -> None:
    _, delivery = plain_post
    assert isinstance(give(delivery, "mumbler"), Unsure)


def test_a_server_that_is_silent_before_the_message_has_surely_not_taken_it(
    plain_post: tuple[Post, Delivery],
) -> None:
    _, delivery = plain_post
    assert isinstance(give(delivery, "silent-before"), NotNow)


def test_a_server_that_is_not_there_is_asked_again_later() -> None:
    with socket.socket() as taken:  # bound and not listening: nobody else can have the port meanwhile
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        with Delivery(SmtpServer("127.0.0.1", port, "none"), 1) as delivery:
            assert give(delivery, "maria") == NotNow(f"the connection to 127.0.0.1:{port} failed: Connection refused")


def test_a_session_that_the_server_dropped_for_its_quiet_is_opened_again(ca: Path) -> None:
    with (
        serving(timeout=0.3) as (post, port),
        Delivery(server_from(f"smtp://127.0.0.1:{port}?tls=none"), 2) as delivery,
    ):
        assert isinstance(give(delivery, "maria"), Accepted)
        threading.Event().wait(0.6)
        assert isinstance(give(delivery, "maria"), Accepted)
        assert len(post.taken) == 2


def test_a_message_larger_than_the_server_says_is_refused_before_it_is_sent() -> None:
    with (
        serving(data_size_limit=2000) as (_, port),
        Delivery(server_from(f"smtp://127.0.0.1:{port}?tls=none"), 2) as delivery,
    ):
        outcome = give(delivery, "maria", SHORT * 100)
        assert isinstance(outcome, Rejected) and outcome.code == 552 and not outcome.of_recipient


def test_letters_travel_where_nobody_reads_them(private_post: tuple[Post, Delivery]) -> None:
    post, delivery = private_post
    assert isinstance(give(delivery, "maria"), Accepted)
    assert not post.in_the_dark
    assert post.taken == [SHORT]


def test_tls_from_the_first_byte_works_as_well(ca: Path) -> None:
    with (
        serving(ssl_context=certificate()) as (post, port),
        Delivery(server_from(f"smtp://localhost:{port}?tls=implicit&ca={ca}"), 2) as delivery,
    ):
        assert isinstance(give(delivery, "maria"), Accepted)
        assert post.taken == [SHORT]


def test_a_certificate_of_an_authority_that_nobody_named_is_refused_with_a_sentence() -> None:
    with (
        serving(tls_context=certificate(by=trustme.CA()), require_starttls=True) as (post, port),
        Delivery(server_from(f"smtp://localhost:{port}"), 2) as delivery,
    ):
        with pytest.raises(Refused, match=r"the mail server localhost: its certificate is not valid .* with ca= in"):
            give(delivery, "maria")
        assert not post.taken


def test_a_certificate_for_another_host_is_refused(ca: Path) -> None:
    with (
        serving(tls_context=certificate("mail.elsewhere.example"), require_starttls=True) as (post, port),
        Delivery(server_from(f"smtp://localhost:{port}?ca={ca}"), 2) as delivery,
    ):
        with pytest.raises(Refused, match="certificate is not valid"):
            give(delivery, "maria")
        assert not post.taken


def test_a_server_without_starttls_gets_no_letter_and_no_password() -> None:
    with (
        serving() as (post, port),
        Delivery(server_from(f"smtp://u:{PASSWORD}@127.0.0.1:{port}"), 2) as delivery,
    ):
        with pytest.raises(Refused, match=r"does not offer STARTTLS.*try tls=implicit"):
            give(delivery, "maria")
        assert not post.taken


def test_a_port_that_speaks_no_tls_is_told_with_a_sentence(ca: Path) -> None:
    with (
        serving() as (_, port),
        Delivery(server_from(f"smtp://localhost:{port}?tls=implicit&ca={ca}"), 2) as delivery,
        pytest.raises(Refused, match=r"no TLS with the mail server .* correct the port or tls="),
    ):
        give(delivery, "maria")


def test_a_file_of_certificates_that_is_not_there_is_told_with_a_sentence(tmp_path: Path) -> None:
    server = SmtpServer("localhost", 25, "starttls", ca=str(tmp_path / "no.pem"))
    with Delivery(server, 1) as delivery, pytest.raises(Refused, match=r"has no readable certificates"):
        give(delivery, "maria")


def _doorman(server: SMTP, session: Session, envelope: Envelope, mechanism: str, given: Any) -> AuthResult:
    known = given.password == PASSWORD.encode() and given.login == b"pastdue"
    return AuthResult(success=known, handled=False)


GUARDED = {"authenticator": _doorman, "auth_required": True, "auth_require_tls": True}


def test_who_we_are_is_told_to_a_server_that_asks(ca: Path) -> None:
    with (
        serving(tls_context=certificate(), **GUARDED) as (post, port),
        Delivery(server_from(f"smtp://pastdue:{PASSWORD}@localhost:{port}?ca={ca}"), 2) as delivery,
    ):
        assert isinstance(give(delivery, "maria"), Accepted)
        assert post.taken == [SHORT]


def test_a_wrong_password_is_no_fault_of_the_letter_and_stands_nowhere(ca: Path) -> None:
    wrong = PASSWORD[:-1] + "6"
    with (
        serving(tls_context=certificate(), **GUARDED) as (_, port),
        Delivery(server_from(f"smtp://pastdue:{wrong}@localhost:{port}?ca={ca}"), 2) as delivery,
        pytest.raises(Refused, match="rejected the login") as caught,
    ):
        give(delivery, "maria")
    assert wrong not in "".join(traceback.format_exception(caught.value))
    assert wrong not in repr(caught.value) + str(caught.value.__context__)


def test_a_server_that_wants_a_log_in_that_we_have_not_is_no_fault_of_the_letter(ca: Path) -> None:
    with (
        serving(tls_context=certificate(), **GUARDED) as (_, port),
        Delivery(server_from(f"smtp://localhost:{port}?ca={ca}"), 2) as delivery,
        pytest.raises(Refused, match="requires a login"),
    ):
        give(delivery, "maria")


def test_a_server_without_any_log_in_is_told_with_a_sentence() -> None:
    with (
        serving() as (_, port),
        Delivery(SmtpServer("127.0.0.1", port, "none", "u", PASSWORD), 2) as delivery,
        pytest.raises(Refused, match="offers no supported login method"),
    ):
        give(delivery, "maria")


def test_a_server_is_read_from_its_url() -> None:
    found = server_from("smtp://past%40due:a%2Fb%3F@Mail.Example:2525?tls=implicit&ca=/etc/ca.pem")
    assert found == SmtpServer("mail.example", 2525, "implicit", "past@due", "a/b?", "/etc/ca.pem")
    assert (server_from("smtp://m.example").tls, server_from("smtp://m.example").port) == ("starttls", 587)
    assert server_from("smtp://m.example?tls=implicit").port == 465


BAD_URLS = [
    ("", "is not a mail server; write smtp://"),
    ("https://m.example", "is not a mail server"),
    ("smtp://", "is not a mail server"),
    ("smtp://[oops", "is not a mail server"),
    (f"smtp://user:{PASSWORD}/x@m.example", "is not a mail server; .* with %XX for characters"),
    (f"smtp://user:{PASSWORD}?x@m.example", "is not a mail server"),
    (f"smtp://user:{PASSWORD}#x@m.example", "is not a mail server"),
    (f"smtp://user:12/{PASSWORD}@m.example", "is not a mail server"),
    ("smtp://m.example:70000", "the port is not a number from 1 to 65535"),
    ("smtp://m.example:0", "the port is not a number"),
    ("smtp://m.example:smtp", "the port is not a number"),
    ("smtp://m.example?tls=yes", 'tls is starttls, implicit or none, not "yes"'),
    ("smtp://m.example?tsl=none", "tsl is not an option; the options are tls and ca"),
    (f"smtp://u:{PASSWORD}@m.example?tls=none", "tls=none is only for this machine; .* use tls=starttls"),
    ("smtp://localhost.example?tls=none", "tls=none is only for this machine"),
    ("smtp://127.0.0.1.example?tls=none", "tls=none is only for this machine"),
    ("smtp://user@m.example", "enter both a user and a password, or neither"),
    (f"smtp://user:{PASSWORD}%C3%B1@m.example", "must be ASCII"),
]


@pytest.mark.parametrize(("url", "sentence"), BAD_URLS)
def test_a_url_that_will_not_do_is_told_with_a_sentence_and_without_the_password(url: str, sentence: str) -> None:
    with pytest.raises(Refused, match=sentence) as caught:
        server_from(url)
    assert PASSWORD not in f"{caught.value!r}{caught.value}{caught.value.__context__!r}{caught.value.__cause__!r}"


def test_a_server_that_is_shown_does_not_show_its_password() -> None:
    server = server_from(f"smtp://u:{PASSWORD}@m.example")
    assert PASSWORD not in f"{server!r} {server} {Delivery(server)!r}"


def test_a_message_that_is_not_seven_bit_is_a_mistake_of_ours() -> None:
    with Delivery(SmtpServer("localhost", 1, "none")) as delivery, pytest.raises(ValueError, match="bytes_of"):
        delivery.deliver("Subject: ñ\r\n".encode(), US, MARIA, lambda: None)


def test_a_letter_is_tried_six_times_over_seventeen_hours_and_then_a_person_sees_to_it() -> None:
    pauses = [retry_after(attempt) for attempt in range(1, 8)]
    assert pauses == [
        *(dt.timedelta(minutes=minutes) for minutes in (5, 15, 60, 240, 720)),
        None,
        None,
    ]
    with pytest.raises(ValueError, match="count from 1"):
        retry_after(0)

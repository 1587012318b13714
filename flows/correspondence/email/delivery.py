"""One SMTP session, step by step, to know whether the server accepted a message, did not, or may have."""

import re
import selectors
import smtplib
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Self
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from models.errors import BadInput

SECONDS = 60
"""How long the server may be silent."""

_PAUSES = (timedelta(minutes=5), timedelta(minutes=15), timedelta(hours=1), timedelta(hours=4), timedelta(hours=12))
_HERE = frozenset({"localhost", "127.0.0.1", "::1"})
_PORTS = {"starttls": 587, "implicit": 465, "none": 25}
_FORM = "write smtp://user:password@host:587?tls=starttls, with %XX for characters such as @ / ? # in the password"
_ADDRESS = re.compile(r"[!-;=?A-~]+@[!-;=?A-~]+")
_LINE_END = re.compile(rb"\r\n|\r|\n")

# Replies about our login and not about the message: log in first (530), login failed (534 to 538).
_ABOUT_US = frozenset({530, 534, 535, 538})


@dataclass(frozen=True, slots=True)
class SmtpServer:
    """A mail server: its address, the encryption of the connection, and our login. `ca` is a file."""

    host: str
    port: int
    tls: str
    user: str = ""
    password: str = field(default="", repr=False)
    ca: str = ""

    def __repr__(self) -> str:
        return f"SmtpServer({self.host}:{self.port}, tls={self.tls}, user={self.user or 'nobody'})"


@dataclass(frozen=True, slots=True)
class Accepted:
    """The server accepted the message."""

    reply: str


@dataclass(frozen=True, slots=True)
class Rejected:
    """The server will never accept it. `of_recipient`: because of the address, not the message."""

    code: int
    reply: str
    of_recipient: bool


@dataclass(frozen=True, slots=True)
class NotNow:
    """The server did not accept it; it can be retried."""

    reason: str


@dataclass(frozen=True, slots=True)
class Unsure:
    """The whole message was sent, and delivery is unknown. It must not be resent automatically."""

    reason: str


Outcome = Accepted | Rejected | NotNow | Unsure


def server_from(url: str) -> SmtpServer:
    """A server by `smtp://user:password@host:port?tls=starttls|implicit|none&ca=FILE`; STARTTLS by default.

    Raises BadInput for another form, or for a connection without TLS to another machine.
    """
    parts = _split(url)
    asked = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    if strange := set(asked) - {"tls", "ca"}:
        raise BadInput(f"PASTDUE_SMTP_URL: {', '.join(sorted(strange))} is not an option", "the options are tls and ca")
    tls, host, port = asked.get("tls", "starttls"), parts.hostname or "", _port(parts)
    if tls not in _PORTS:
        raise BadInput(f'PASTDUE_SMTP_URL: tls is starttls, implicit or none, not "{tls}"')
    if tls == "none" and host not in _HERE:
        raise BadInput(
            "PASTDUE_SMTP_URL: tls=none is only for this machine",
            "letters require an encrypted connection: use tls=starttls or tls=implicit",
        )
    if port == 0:
        raise BadInput("PASTDUE_SMTP_URL: the port is not a number from 1 to 65535", f"{_FORM}")
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    if bool(user) != bool(password):
        raise BadInput("PASTDUE_SMTP_URL: enter both a user and a password, or neither", f"{_FORM}")
    if not (user + password).isascii():
        raise BadInput("PASTDUE_SMTP_URL: user and password must be ASCII", "choose a different one at the mail server")
    return SmtpServer(host, port or _PORTS[tls], tls, user, password, asked.get("ca", ""))


def _split(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
    except ValueError:
        parts = None
    wrong = parts is None or parts.scheme != "smtp" or not parts.hostname
    # A / ? or # in a password ends the host of a URL: the rest would be read as a path and sent nowhere.
    if parts is None or wrong or parts.path not in ("", "/") or parts.fragment or ("@" in url and not parts.username):
        raise BadInput("PASTDUE_SMTP_URL is not a mail server", f"{_FORM}")
    return parts


def _port(parts: SplitResult) -> int | None:
    """The port; None if missing, 0 if invalid."""
    try:
        return parts.port
    except ValueError:
        return 0


def retry_after(attempt: int) -> timedelta | None:
    """How long to wait after a number of tries (from 1); None: staff must act."""
    if attempt < 1:
        raise ValueError(f"tries count from 1, not {attempt}")
    return _PAUSES[attempt - 1] if attempt <= len(_PAUSES) else None


class Delivery:
    """A session with a mail server, opened for the first message and again after a lost connection."""

    def __init__(self, server: SmtpServer, seconds: float = SECONDS) -> None:
        self._server = server
        self._seconds = seconds
        self._smtp: smtplib.SMTP | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, error: type[BaseException] | None, *rest: object) -> None:
        smtp, self._smtp = self._smtp, None
        if smtp is None:
            return
        try:
            if error is None:
                smtp.quit()
        except (smtplib.SMTPException, OSError):
            pass  # it is closed already, and the result of every message is known
        finally:
            smtp.close()

    def deliver(self, message: bytes, sender: str, recipient: str, before_commit: Callable[[], None]) -> Outcome:
        """Send one message (7-bit, as `bytes_of` makes it) to the server.

        `before_commit` is called just before the dot that ends it: from then until the server replies, delivery is
        unknown. If it raises, the dot is not sent. Raises BadInput if TLS, the login or our own address fails: the
        message is not the cause, and every message would fail.
        """
        if not message.isascii():
            raise ValueError("the message holds bytes outside ASCII; make it with letters.email.message.bytes_of")
        if not _ADDRESS.fullmatch(sender):
            raise BadInput("the sender address is not valid", "set PASTDUE_MAIL_FROM or the creditor's own")
        if not _ADDRESS.fullmatch(recipient):
            return Rejected(553, "the recipient address is not valid", of_recipient=True)
        try:
            smtp = self._ready()
            stop = _envelope(smtp, sender, recipient, message)
            if stop is None:
                smtp.send(_stuffed(message))
                stop = self._given_up(smtp)
        except (smtplib.SMTPException, OSError) as error:
            self._lose()
            return NotNow(f"the connection to {self._where} failed: {_said(error)}")
        if stop is not None:
            return stop
        try:
            before_commit()
        except BaseException:
            self._lose()  # a QUIT would be read as a line of the message
            raise
        return self._commit(smtp)

    def _commit(self, smtp: smtplib.SMTP) -> Outcome:
        """Send the final dot, and read the server's reply."""
        try:
            if (stop := self._given_up(smtp)) is not None:
                return stop
        except (smtplib.SMTPException, OSError) as error:
            self._lose()
            return NotNow(f"the connection to {self._where} was lost before the message ended: {_said(error)}")
        try:
            smtp.send(b".\r\n")
            code, text = smtp.getreply()
        except (smtplib.SMTPException, OSError) as error:
            self._lose()
            return Unsure(
                f"the server {self._where} stopped responding after the whole message was sent: {_said(error)}"
            )
        if 200 <= code < 300:
            return Accepted(_words(text))
        if (stop := _judged(code, text, of_recipient=False)) is not None:
            return stop
        self._lose()
        return Unsure(f"the server {self._where} sent an invalid reply after the whole message: {_words(text)}")

    def _given_up(self, smtp: smtplib.SMTP) -> Outcome | None:
        """The outcome if the server replied or disconnected before the dot: it has surely not accepted the message.

        Raises smtplib.SMTPException or OSError if it disconnected.
        """
        if not _has_something_to_read(smtp):
            return None
        code, text = smtp.getreply()
        self._lose()  # how it reads the rest of the message is unknown
        return _judged(code, text, of_recipient=False) or NotNow(f"the server replied too early: {code} {_words(text)}")

    def _ready(self) -> smtplib.SMTP:
        """The session, with no message begun; a new one if the server dropped the previous one."""
        if self._smtp is not None:
            try:
                if self._smtp.rset()[0] == 250:
                    return self._smtp
            except (smtplib.SMTPException, OSError):
                pass  # a server drops a session that was idle for long
            self._lose()
        self._smtp = _opened(self._server, self._seconds)
        return self._smtp

    def _lose(self) -> None:
        if self._smtp is not None:
            self._smtp.close()
            self._smtp = None

    @property
    def _where(self) -> str:
        return f"{self._server.host}:{self._server.port}"


def _opened(server: SmtpServer, seconds: float) -> smtplib.SMTP:
    """An encrypted session that is logged in. Raises BadInput if that is not possible for any message."""
    context = _context(server)
    smtp: smtplib.SMTP | None = None
    try:
        if server.tls == "implicit":
            smtp = smtplib.SMTP_SSL(server.host, server.port, timeout=seconds, context=context)
        else:
            smtp = smtplib.SMTP(server.host, server.port, timeout=seconds)
        _introduce(smtp, server, context)
    except BaseException as error:
        if smtp is not None:
            smtp.close()
        if (bad := _fault_of_server(error, server)) is not None:
            raise bad from None
        raise
    return smtp


def _context(server: SmtpServer) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=server.ca or None)
    except OSError:
        raise BadInput(
            f"PASTDUE_SMTP_URL: {server.ca} has no readable certificates",
            "enter a PEM file with ca=, or leave it out",
        ) from None


def _introduce(smtp: smtplib.SMTP, server: SmtpServer, context: ssl.SSLContext) -> None:
    smtp.ehlo_or_helo_if_needed()
    if server.tls == "starttls":
        if not smtp.has_extn("starttls"):
            raise BadInput(
                f"the mail server {server.host} does not offer STARTTLS, and letters require an encrypted connection",
                "try tls=implicit in PASTDUE_SMTP_URL",
            )
        smtp.starttls(context=context)
        smtp.ehlo()
    if server.user:
        smtp.login(server.user, server.password)


def _fault_of_server(error: BaseException, server: SmtpServer) -> BadInput | None:
    """What is wrong with the server's settings; None for a temporary problem."""
    match error:
        case ssl.SSLCertVerificationError():
            return BadInput(
                f"the mail server {server.host}: its certificate is not valid ({error.verify_message})",
                "correct the host, or enter the file of its certificate authority with ca= in PASTDUE_SMTP_URL",
            )
        case ssl.SSLEOFError() | ssl.SSLZeroReturnError():
            return None
        case ssl.SSLError():
            return BadInput(
                f"no TLS with the mail server {server.host}:{server.port} ({error.reason})",
                "correct the port or tls= in PASTDUE_SMTP_URL",
            )
        case smtplib.SMTPAuthenticationError() if error.smtp_code >= 500:
            return BadInput(
                f"the mail server {server.host} rejected the login (code {error.smtp_code})",
                "correct user and password in PASTDUE_SMTP_URL",
            )
        case smtplib.SMTPNotSupportedError():
            return BadInput(
                f"the mail server {server.host} offers no supported login method",
                "remove user and password from PASTDUE_SMTP_URL, or correct the port",
            )
        case _:
            return None


def _envelope(smtp: smtplib.SMTP, sender: str, recipient: str, message: bytes) -> Outcome | None:
    """Send MAIL, RCPT and DATA; returns the outcome that ended it, or None if the body can follow."""
    size = [f"size={len(message)}"] if smtp.has_extn("size") else []  # "too large" is then reported before, not after
    code, text = smtp.mail(sender, size)
    if code in _ABOUT_US:
        raise BadInput(f"the mail server requires a login ({code} {_words(text)})", "correct PASTDUE_SMTP_URL")
    if (stop := _judged(code, text, of_recipient=False)) is not None:
        return stop
    code, text = smtp.rcpt(recipient)
    # 5.7: the server is not allowed or willing to relay for us (RFC 3463). The address is not the cause.
    if (stop := _judged(code, text, of_recipient=b"5.7." not in text[:4])) is not None:
        return stop
    code, text = smtp.docmd("DATA")
    if code == 354:
        return None
    return _judged(code, text, of_recipient=False) or NotNow(f"the server answered DATA with {code} {_words(text)}")


def _judged(code: int, text: bytes, *, of_recipient: bool) -> Outcome | None:
    """The outcome of a refusal; None for a reply that is not a refusal."""
    if 500 <= code < 600:
        return Rejected(code, _words(text), of_recipient)
    if 400 <= code < 500:
        return NotNow(f"the server replied {code} {_words(text)}")
    return None


def _has_something_to_read(smtp: smtplib.SMTP) -> bool:
    sock = smtp.sock
    if sock is None:
        raise smtplib.SMTPServerDisconnected("it closed the connection")
    if isinstance(sock, ssl.SSLSocket) and sock.pending():
        return True
    with selectors.DefaultSelector() as selector:
        selector.register(sock, selectors.EVENT_READ)
        return bool(selector.select(0))


def _words(reply: bytes) -> str:
    """A server's reply in one line of at most 300 characters, for the history."""
    text = "".join(sign if sign.isprintable() else " " for sign in reply.decode("utf-8", "replace"))
    return " ".join(text.split())[:300]


def _said(error: Exception) -> str:
    match error:
        case TimeoutError():
            return "it did not respond in time"
        case smtplib.SMTPResponseException():
            reply = error.smtp_error
            return f"it replied {error.smtp_code} {_words(reply if isinstance(reply, bytes) else str(reply).encode())}"
        case OSError(strerror=str(why)) if why:
            return why
        case _:
            return " ".join(str(error).split()) or type(error).__name__


def _stuffed(message: bytes) -> bytes:
    """The body with every leading dot doubled (RFC 5321, 4.5.2) and every line ended by CR LF, the last one too.

    No bare CR or LF is left: some servers would read one as the end of a line, and a dot after it as the end.
    """
    lines = _LINE_END.split(message)
    if lines[-1] == b"":
        lines.pop()
    return b"".join((b"." + line if line.startswith(b".") else line) + b"\r\n" for line in lines)

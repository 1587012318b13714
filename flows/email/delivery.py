"""One SMTP session, step by step, so that it is known whether the server has taken a message, has not, or may have."""

import smtplib
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Self
from urllib.parse import parse_qs, unquote, urlsplit

from models.errors import Refused

SECONDS = 60
"""How long the server may be silent."""

_PAUSES = (timedelta(minutes=5), timedelta(minutes=15), timedelta(hours=1), timedelta(hours=4), timedelta(hours=12))
_HERE = frozenset({"localhost", "127.0.0.1", "::1"})
_PORTS = {"starttls": 587, "implicit": 465, "none": 25}


class BadServer(Refused):
    """A mail server that cannot be used as it is given; the message says what would be right, never the password."""


@dataclass(frozen=True, slots=True)
class SmtpServer:
    """A mail server: where it is, how the way there is kept private, and who we are to it."""

    host: str
    port: int
    tls: str
    user: str = ""
    password: str = ""
    ca: str = ""

    def __repr__(self) -> str:
        return f"SmtpServer({self.host}:{self.port}, tls={self.tls}, user={self.user or 'nobody'})"


@dataclass(frozen=True, slots=True)
class Accepted:
    """The server has taken the message."""

    reply: str


@dataclass(frozen=True, slots=True)
class Rejected:
    """The server will never take it. `of_recipient`: the address is at fault, not the message."""

    code: int
    reply: str
    of_recipient: bool


@dataclass(frozen=True, slots=True)
class NotNow:
    """The server has surely not taken it; it may be tried again."""

    reason: str


@dataclass(frozen=True, slots=True)
class Unsure:
    """The whole message was sent, and nobody knows whether the server took it. It must not be sent again by itself."""

    reason: str


Outcome = Accepted | Rejected | NotNow | Unsure


def server_from(url: str) -> SmtpServer:
    """A server by `smtp://user:password@host:port?tls=starttls|implicit|none&ca=FILE`; STARTTLS where nothing is said.

    Raises BadServer for another form, or for a way without TLS to another machine.
    """
    parts = urlsplit(url)
    asked = parse_qs(parts.query)
    tls = asked.get("tls", ["starttls"])[0]
    if parts.scheme != "smtp" or not parts.hostname:
        raise BadServer("PASTDUE_SMTP_URL is not a mail server; write smtp://user:password@host:587?tls=starttls")
    if tls not in _PORTS:
        raise BadServer(f'PASTDUE_SMTP_URL: tls is starttls, implicit or none, not "{tls}"')
    if tls == "none" and parts.hostname not in _HERE:
        raise BadServer("PASTDUE_SMTP_URL: tls=none is only for this machine; letters need a way that nobody reads")
    try:
        port = parts.port or _PORTS[tls]
    except ValueError:
        raise BadServer("PASTDUE_SMTP_URL: the port is not a number from 1 to 65535") from None
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    return SmtpServer(parts.hostname, port, tls, user, password, asked.get("ca", [""])[0])


def retry_after(attempt: int) -> timedelta | None:
    """How long to wait after so many tries (from 1); None: a person has to see to it."""
    return _PAUSES[attempt - 1] if attempt <= len(_PAUSES) else None


class Delivery:
    """A session with a mail server, opened when the first message goes and again when it was lost."""

    def __init__(self, server: SmtpServer, seconds: float = SECONDS) -> None:
        self._server = server
        self._seconds = seconds
        self._smtp: smtplib.SMTP | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        if self._smtp is not None:
            try:
                self._smtp.quit()
            except (smtplib.SMTPException, OSError):
                self._smtp.close()  # it is gone already, and all that it took is known
            self._smtp = None

    def deliver(self, message: bytes, sender: str, recipient: str, before_commit: Callable[[], None]) -> Outcome:
        """Give one message to the server. `before_commit` is called just before the dot that ends it: from then on,
        and until the server answers, nobody knows. Raises BadServer where TLS or the log-in fails: that is no fault
        of this message, and would fail for all."""
        try:
            smtp = self._open()
            if (stop := _envelope(smtp, sender, recipient)) is not None:
                return stop
            smtp.send(_stuffed(message))
        except ssl.SSLError as error:
            self._lose()
            raise BadServer(
                f"the mail server's certificate is not good ({error.reason}); see PASTDUE_SMTP_URL"
            ) from None
        except smtplib.SMTPAuthenticationError as error:
            self._lose()
            raise BadServer(
                f"the mail server does not let us in (code {error.smtp_code}); see PASTDUE_SMTP_URL"
            ) from None
        except (smtplib.SMTPException, OSError) as error:
            self._lose()
            return NotNow(f"the connection failed ({type(error).__name__})")
        before_commit()
        try:
            smtp.send(b".\r\n")
            code, text = smtp.getreply()
        except (smtplib.SMTPException, OSError) as error:
            self._lose()
            return Unsure(f"the server fell silent after the whole message was sent ({type(error).__name__})")
        return _judged(code, text, of_recipient=False) or Accepted(text.decode("utf-8", "replace"))

    def _open(self) -> smtplib.SMTP:
        if self._smtp is not None:
            return self._smtp
        server = self._server
        context = ssl.create_default_context(cafile=server.ca or None)
        if server.tls == "implicit":
            smtp = smtplib.SMTP_SSL(server.host, server.port, timeout=self._seconds, context=context)
        else:
            smtp = smtplib.SMTP(server.host, server.port, timeout=self._seconds)
        self._smtp = smtp
        smtp.ehlo_or_helo_if_needed()
        if server.tls == "starttls":
            if not smtp.has_extn("starttls"):
                self._lose()
                raise BadServer(
                    f"the mail server {server.host} offers no STARTTLS; letters need a way that nobody reads"
                )
            smtp.starttls(context=context)
            smtp.ehlo()
        if server.user:
            smtp.login(server.user, server.password)
        return smtp

    def _lose(self) -> None:
        if self._smtp is not None:
            self._smtp.close()
            self._smtp = None


def _envelope(smtp: smtplib.SMTP, sender: str, recipient: str) -> Outcome | None:
    """MAIL, RCPT and DATA; what ended it, or None when the body may follow."""
    for of_recipient, step in (
        (False, lambda: smtp.mail(sender)),
        (True, lambda: smtp.rcpt(recipient)),
        (False, lambda: smtp.docmd("DATA")),
    ):
        code, text = step()
        if (stop := _judged(code, text, of_recipient=of_recipient)) is not None:
            smtp.rset()
            return stop
    return None


def _judged(code: int, text: bytes, *, of_recipient: bool) -> Outcome | None:
    reply = text.decode("utf-8", "replace")
    if code >= 500:
        return Rejected(code, reply, of_recipient)
    if code >= 400 or code < 0:
        return NotNow(f"the server said {code} {reply}")
    return None


def _stuffed(message: bytes) -> bytes:
    """The body with every leading dot doubled (RFC 5321, 4.5.2), its last line ended."""
    lines = message.replace(b"\r\n", b"\n").split(b"\n")
    if lines and lines[-1] == b"":
        lines.pop()
    return b"".join((b"." + line if line.startswith(b".") else line) + b"\r\n" for line in lines)

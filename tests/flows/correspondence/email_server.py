"""A real mail server in this process, that can be told to misbehave."""

import asyncio
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session


@dataclass
class Postman:
    """What the server does with each message, in their order; after the last, the last again."""

    plan: list[str] = field(default_factory=lambda: ["accept"])
    taken: list[Envelope] = field(default_factory=list)
    tries: int = 0

    def _now(self) -> str:
        return self.plan[min(self.tries, len(self.plan) - 1)]

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self._now() == "refuse the recipient":
            self.tries += 1
            return "550 5.1.1 no such user here"
        if self._now() == "not now":
            self.tries += 1
            return "451 4.7.1 try again later"
        if self._now() == "hang up before the body":
            self.tries += 1
            server.transport.close()
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        now = self._now()
        self.tries += 1
        if now == "take it and hang up":
            self.taken.append(envelope)
            server.transport.close()
            return "250 OK"
        if now == "hang up after the dot":
            server.transport.close()
            return "250 OK"
        if now == "say nothing":
            await asyncio.sleep(30)
        if now == "refuse the message":
            return "554 5.7.1 looks like spam"
        self.taken.append(envelope)
        return "250 2.0.0 OK"


@contextmanager
def mail_server(
    postman: Postman, folder: Path, *, tls: bool = True, trusted: bool = True, login: tuple[str, str] | None = None
) -> Iterator[str]:
    """The PASTDUE_SMTP_URL of a server on a free port of this machine."""
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)
    ca = folder / "ca.pem"
    (authority if trusted else trustme.CA()).cert_pem.write_to_path(str(ca))
    more: dict[str, Any] = {}
    if login is not None:

        def check(server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
            return AuthResult(success=(data.login.decode(), data.password.decode()) == login, handled=False)

        more = {"authenticator": check, "auth_required": True, "auth_require_tls": tls}
    controller = Controller(
        postman,
        hostname="localhost",
        port=0,
        tls_context=context if tls else None,
        require_starttls=tls,
        server_hostname="localhost",
        **more,
    )
    controller.port = _free_port()
    controller.start()
    try:
        user = f"{login[0]}:{login[1]}@" if login else ""
        yield f"smtp://{user}localhost:{controller.port}?tls={'starttls' if tls else 'none'}&ca={ca}"
    finally:
        controller.stop()


def _free_port() -> int:
    import socket

    with socket.socket() as probe:
        probe.bind(("localhost", 0))
        return int(probe.getsockname()[1])

"""For every response: security headers, a limit on request size, and the session's cookie."""

from collections.abc import Awaitable, Callable, Mapping

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'{nonce}; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; manifest-src 'self'"
)
HEADERS: Mapping[str, str] = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
FORM_BYTES = 1_000_000
FILE_BYTES = 200_000_000
"""The limits on request size: a form is small; a file is at most a day's account file. A larger request is rejected
before it is read.

An unknown client may send no more than a form, to any address. A form that was entered before a session ended is kept,
and no stranger can make the server read a file.
"""

COOKIE = "pastdue"


class Shell:
    """Pure ASGI: it never holds a body in memory."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        secure: bool,
        upload_paths: frozenset[str],
        is_known: Callable[[HTTPConnection], bool],
        too_large: Callable[[Request, str], Awaitable[Response]],
    ) -> None:
        self.app = app
        self.secure = secure
        self.upload_paths = upload_paths
        self.is_known = is_known
        self.too_large = too_large

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Forward a request, and add the headers and cookies of every response."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        limit, says = FORM_BYTES, _too_large(FORM_BYTES)
        if scope["path"] in self.upload_paths and scope["method"] == "POST":
            known = await run_in_threadpool(self.is_known, HTTPConnection(scope))
            limit, says = (FILE_BYTES, _too_large(FILE_BYTES)) if known else (FORM_BYTES, SIGN_IN_FIRST)
        length = next((value for name, value in scope["headers"] if name == b"content-length"), b"0")
        if not length.isdigit() or int(length) > limit:
            await self._reject(scope, says, send)
            return
        await self.app(scope, _counted(receive, limit, says), self._with_headers(scope, send))

    async def _reject(self, scope: Scope, says: str, send: Send) -> None:
        """Respond without reading the body, and close the connection."""
        request = Request(scope)
        response = await self.too_large(request, says)
        response.headers["Connection"] = "close"
        await response(scope, request.receive, self._with_headers(scope, send))

    def _with_headers(self, scope: Scope, send: Send) -> Send:
        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                state = scope.get("state", {})
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers[name] = value
                nonce = f" 'nonce-{state['nonce']}'" if "nonce" in state else ""
                headers["Content-Security-Policy"] = POLICY.format(nonce=nonce)
                if "cache-control" not in headers:
                    headers["Cache-Control"] = "no-store"
                if self.secure:
                    headers["Strict-Transport-Security"] = "max-age=31536000"
                for cookie in state.get("cookies", ()):
                    headers.append("Set-Cookie", cookie + ("; Secure" if self.secure else ""))
            await send(message)

        return sent


def _counted(receive: Receive, limit: int, says: str) -> Receive:
    """A body without a declared length is counted as it arrives, and cut off at the limit."""
    come = 0

    async def received() -> Message:
        nonlocal come
        message = await receive()
        if message["type"] == "http.request":
            come += len(message.get("body", b""))
            if come > limit:
                raise HTTPException(413, says)
        return message

    return received


SIGN_IN_FIRST = "To upload files, sign in (/sign-in) or send an API key. Then upload them again on the Files page."


def _too_large(limit: int) -> str:
    return f"This upload is larger than {limit // 1_000_000} MB. Put larger files in the inbox folder."


def cookie(value: str, *, ends: bool = False) -> str:
    """The session's cookie; the browser deletes it when it closes."""
    return f"{COOKIE}={value}; Path=/; HttpOnly; SameSite=Lax" + ("; Max-Age=0" if ends else "")

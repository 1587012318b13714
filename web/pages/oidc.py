"""Sign-in through an organization's own provider: OpenID Connect, authorization code with PKCE."""

# At the edge: Authlib has no types.
# pyright: reportUnknownArgumentType=false, reportUnknownMemberType=false, reportUnknownVariableType=false

import secrets
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any

from authlib.common.security import generate_token
from authlib.integrations.base_client.errors import OAuthError
from authlib.integrations.httpx_client import OAuth2Client
from authlib.oidc.core import CodeIDToken
from fastapi import APIRouter, Request
from httpx2 import HTTPError, get
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from flows.users.sign_in import NotSignedIn, sign_in_by_subject
from models.environment import Oidc, is_private_address
from models.errors import Refused
from web.auth.session import Workspace, address_of, begin_session

router = APIRouter()

WITHIN = timedelta(minutes=10)
"""How long a user has to sign in at the provider."""

_COOKIE = "pastdue_oidc"
_SECONDS = 10
ALGORITHMS = ("RS256", "ES256", "PS256")


def _provider(request: Request) -> Oidc:
    oidc: Oidc | None = request.app.state.oidc
    if oidc is None:
        raise HTTPException(404)
    return oidc


@dataclass(frozen=True, slots=True)
class _Provider:
    """The provider's addresses, as the provider publishes them."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str


@dataclass(frozen=True, slots=True)
class _Begun:
    """The values that a sign-in started with; the provider must return them unchanged."""

    state: str
    verifier: str
    nonce: str


def _known(oidc: Oidc) -> _Provider:
    """The provider's published configuration."""
    try:
        told = get(f"{oidc.issuer}/.well-known/openid-configuration", timeout=_SECONDS).raise_for_status().json()
    except (HTTPError, ValueError) as error:
        raise Refused(
            f"your organization's sign-in does not respond ({type(error).__name__})",
            "try again, or sign in with a password",
        ) from error
    if str(told.get("issuer", "")).rstrip("/") != oidc.issuer:
        raise Refused(
            "the issuer name of your organization's sign-in does not match", "ask an administrator to check it"
        )
    if not all(is_private_address(str(told.get(name, ""))) for name in ADDRESSES):
        raise Refused("your organization's sign-in uses an address without https://", "ask an administrator")
    return _Provider(told["issuer"], *(told[name] for name in ADDRESSES))


ADDRESSES = ("authorization_endpoint", "token_endpoint", "jwks_uri")
"""The addresses of the sign-in, as the provider publishes them."""


def _client(oidc: Oidc, **more: Any) -> OAuth2Client:
    return OAuth2Client(
        oidc.client_id,
        oidc.client_secret,
        scope="openid",
        redirect_uri=f"{oidc.web_url}/sign-in/oidc/back",
        code_challenge_method="S256",
        timeout=_SECONDS,
        **more,
    )


@router.get("/sign-in/oidc")
def away(request: Request) -> Response:
    """Redirect to the provider."""
    oidc, work = _provider(request), request.app.state.work
    told = _known(oidc)
    verifier, nonce = generate_token(64), secrets.token_urlsafe(24)
    url, state = _client(oidc).create_authorization_url(
        told.authorization_endpoint, code_verifier=verifier, nonce=nonce
    )
    sealed = work.seal.word(asdict(_Begun(state, verifier, nonce)))
    secure = "; Secure" if work.secure else ""
    answer = RedirectResponse(url, 303)
    most = int(WITHIN.total_seconds())
    answer.headers.append(
        "Set-Cookie", f"{_COOKIE}={sealed}; Path=/sign-in/oidc; HttpOnly; SameSite=Lax; Max-Age={most}{secure}"
    )
    return answer


@router.get("/sign-in/oidc/back")
def back(request: Request, state: str = "", code: str = "", error: str = "") -> Response:
    """The return from the provider: signs in a user of this practice whom the provider vouches for."""
    oidc = _provider(request)
    work: Workspace = request.app.state.work
    now = work.clock()
    kept = work.seal.open_word(request.cookies.get(_COOKIE, ""), now, WITHIN)
    if error or not code:
        raise Refused("your organization did not sign you in", "try again, or sign in with a password")
    begun = None if kept is None else _Begun(**kept)
    if begun is None or not secrets.compare_digest(begun.state, state):
        raise Refused("this sign-in expired or was started in another browser", "start again")
    subject = _subject(oidc, begun, str(request.url.query))
    with work.practice.database.transaction(actor="sign-in", business_date=now.date()) as tx:
        found = sign_in_by_subject(tx, subject, address_of(request), now)
    if isinstance(found, NotSignedIn):
        raise found
    begin_session(request, work, found)
    answer = RedirectResponse("/", 303)
    answer.headers.append("Set-Cookie", f"{_COOKIE}=; Path=/sign-in/oidc; Max-Age=0")
    return answer


def _subject(oidc: Oidc, begun: _Begun, query: str) -> str:
    """The provider's identifier for the person who just signed in there; every part of its token is checked."""
    told = _known(oidc)
    try:
        token = _client(oidc, state=begun.state).fetch_token(
            told.token_endpoint,
            authorization_response=f"{oidc.web_url}/sign-in/oidc/back?{query}",
            code_verifier=begun.verifier,
        )
        keys = KeySet.import_key_set(get(told.jwks_uri, timeout=_SECONDS).raise_for_status().json())
        decoded = jwt.decode(token["id_token"], keys, algorithms=list(ALGORITHMS))
        claims = CodeIDToken(
            decoded.claims,
            decoded.header,
            {
                "iss": {"essential": True, "value": told.issuer},
                "aud": {"essential": True, "value": oidc.client_id},
                "nonce": {"essential": True, "value": begun.nonce},
                "sub": {"essential": True},
            },
            {"nonce": begun.nonce, "client_id": oidc.client_id, "access_token": token.get("access_token")},
        )
        claims.validate(leeway=60)
    except (OAuthError, HTTPError, JoseError, KeyError, ValueError) as error:
        raise Refused(
            f"the answer from your organization's sign-in could not be verified ({type(error).__name__})",
            "start again; if it happens again, contact an administrator",
        ) from error
    return str(claims["sub"])

"""Where the database and its files are: from the environment, with defaults that need no setup."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from models.errors import Refused

MADE_UP = "made-up.txt"
"""Marks a home as the demonstration's own, which may be recreated."""


@dataclass(frozen=True, slots=True)
class Oidc:
    """An organization's own sign-in, by OpenID Connect. `web_url` is the workspace's address for browsers."""

    issuer: str
    client_id: str
    client_secret: str
    web_url: str


@dataclass(frozen=True, slots=True)
class Operator:
    """Who learns how a night went, and where its backup goes.

    `email` gets the report of each night; `ping_url` is called after a night that completed, so that a monitor notices
    one that did not. A backup is encrypted for the public key `backup_key` (age1...), if there is one; `backup_folder`
    keeps the last `backup_keep` backups, and none is made if that is 0. `metrics_key` opens the figures for a monitor.
    """

    email: str = ""
    ping_url: str = ""
    backup_folder: Path | None = None
    backup_key: str = ""
    backup_keep: int = 7
    metrics_key: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Settings:
    """`home` holds the database (unless a URL names another), letters, outbox, inbox, lists and rejects.

    Letters are e-mailed only if `smtp_url` names a server. It may contain a password, and is never shown.
    """

    home: Path
    database_url: str
    smtp_url: str = ""
    mail_from: str = ""
    oidc: Oidc | None = None
    history_key: str = ""
    operator: Operator = field(default_factory=Operator)

    @property
    def is_made_up(self) -> bool:
        """Whether this is the demonstration's practice: every person in it is made up."""
        return (self.home / MADE_UP).exists()

    @property
    def letters(self) -> Path:
        return self.home / "letters"

    @property
    def outbox(self) -> Path:
        return self.home / "outbox"

    @property
    def inbox(self) -> Path:
        return self.home / "inbox"

    @property
    def lists(self) -> Path:
        return self.home / "lists"

    @property
    def rejects(self) -> Path:
        return self.home / "rejects"

    @property
    def heads(self) -> Path:
        """Heads of the history: the seals of each day's end."""
        return self.home / "heads"

    @property
    def prefect(self) -> Path:
        """Where Prefect keeps its record of runs, unless PREFECT_HOME names another place."""
        return Path(os.environ.get("PREFECT_HOME") or self.home / "prefect")

    @property
    def templates(self) -> Path:
        """The practice's own templates. A template here replaces the shipped one of its kind."""
        return self.home / "templates"


def settings_from(environment: Mapping[str, str] | None = None) -> Settings:
    """Settings from PASTDUE_HOME (default ./pastdue-data), PASTDUE_DATABASE_URL (default pastdue.db in it), for e-mail
    PASTDUE_SMTP_URL and PASTDUE_MAIL_FROM, for an organization's sign-in PASTDUE_OIDC_ISSUER and its related settings,
    PASTDUE_HISTORY_KEY for the heads of the history, and for the operator PASTDUE_OPERATOR_EMAIL, PASTDUE_PING_URL,
    PASTDUE_BACKUP_FOLDER, PASTDUE_BACKUP_KEY, PASTDUE_BACKUP_KEEP and PASTDUE_METRICS_KEY. Raises
    Refused if one is incomplete or wrong."""
    env = os.environ if environment is None else environment
    home = Path(env.get("PASTDUE_HOME") or "pastdue-data").absolute()
    url = env.get("PASTDUE_DATABASE_URL") or f"sqlite:///{home / 'pastdue.db'}"
    return Settings(
        home,
        url,
        env.get("PASTDUE_SMTP_URL", ""),
        env.get("PASTDUE_MAIL_FROM", ""),
        _oidc(env),
        env.get("PASTDUE_HISTORY_KEY", ""),
        _operator(env),
    )


def _operator(env: Mapping[str, str]) -> Operator:
    keep = env.get("PASTDUE_BACKUP_KEEP") or "7"
    if not keep.isdecimal():
        raise Refused("PASTDUE_BACKUP_KEEP is not a number", "enter how many backups are kept, or 0 for none")
    ping = env.get("PASTDUE_PING_URL", "")
    if ping and not is_private_address(ping):
        raise Refused("PASTDUE_PING_URL must begin with https://", "enter the address that your monitor gave you")
    folder = env.get("PASTDUE_BACKUP_FOLDER")
    return Operator(
        env.get("PASTDUE_OPERATOR_EMAIL", ""),
        ping,
        None if not folder else Path(folder).absolute(),
        env.get("PASTDUE_BACKUP_KEY", ""),
        int(keep),
        _metrics_key(env),
    )


SHORTEST_KEY = 20


def _metrics_key(env: Mapping[str, str]) -> str:
    key = env.get("PASTDUE_METRICS_KEY", "")
    if key and len(key) < SHORTEST_KEY:
        raise Refused(f"PASTDUE_METRICS_KEY is shorter than {SHORTEST_KEY} characters", "use a longer random key")
    return key


def _oidc(env: Mapping[str, str]) -> Oidc | None:
    """Sign-in through an organization, if PASTDUE_OIDC_ISSUER names it."""
    issuer = env.get("PASTDUE_OIDC_ISSUER", "")
    if not issuer:
        return None
    names = ("PASTDUE_OIDC_CLIENT_ID", "PASTDUE_OIDC_CLIENT_SECRET", "PASTDUE_WEB_URL")
    missing = [name for name in names if not env.get(name)]
    if missing:
        raise Refused(f"PASTDUE_OIDC_ISSUER is set and {', '.join(missing)} is not", "set it, or unset the issuer")
    if not is_private_address(issuer):
        raise Refused(
            "PASTDUE_OIDC_ISSUER must begin with https://",
            "without encryption, another person could sign in as any user",
        )
    return Oidc(issuer.rstrip("/"), *(env[name].rstrip("/") for name in names))


def is_private_address(url: str) -> bool:
    """Whether traffic to an address is safe from reading and changes: by HTTPS, or on this machine."""
    parts = urlsplit(url)
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in ("127.0.0.1", "localhost", "::1"))

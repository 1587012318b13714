"""Where the book and its files are: from the environment, with defaults that need nothing."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Settings:
    """`home` holds the database (unless a URL names another), letters, outbox, inbox, lists and rejects.

    Letters go by e-mail only where `smtp_url` names a server; it may hold a password, and is never shown.
    """

    home: Path
    database_url: str
    smtp_url: str = ""
    mail_from: str = ""

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
    def templates(self) -> Path:
        """Templates of the practice's own; one that is here goes before the shipped one of its kind."""
        return self.home / "templates"


def settings_from(environment: Mapping[str, str] | None = None) -> Settings:
    """Settings by PASTDUE_HOME (default ./pastdue-data), PASTDUE_DATABASE_URL (default pastdue.db in it), and for
    e-mail PASTDUE_SMTP_URL and PASTDUE_MAIL_FROM."""
    env = os.environ if environment is None else environment
    home = Path(env.get("PASTDUE_HOME") or "pastdue-data").absolute()
    url = env.get("PASTDUE_DATABASE_URL") or f"sqlite:///{home / 'pastdue.db'}"
    return Settings(home, url, env.get("PASTDUE_SMTP_URL", ""), env.get("PASTDUE_MAIL_FROM", ""))

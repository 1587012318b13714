"""Where the book and its files are: from the environment, with defaults that need nothing."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Settings:
    """`home` holds the database (unless a URL names another), letters, outbox, inbox, lists and rejects."""

    home: Path
    database_url: str

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
    """Settings by PASTDUE_HOME (default ./pastdue-data) and PASTDUE_DATABASE_URL (default pastdue.db in it)."""
    env = os.environ if environment is None else environment
    home = Path(env.get("PASTDUE_HOME") or "pastdue-data").absolute()
    return Settings(home, env.get("PASTDUE_DATABASE_URL") or f"sqlite:///{home / 'pastdue.db'}")

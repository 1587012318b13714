"""The tables that a manager owns: which there are, how each is read, published and put back, and every version."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy.engine import Connection

from flows.calls import dispositions, scoring, table_words
from flows.estates.liability import approved
from flows.schedules import practice_days
from flows.settings.reasons import require_reason
from flows.settings.tables.commands import publish_text
from flows.settings.tables.difference import Difference, Sections, differences, sections_of
from flows.settings.tables.edit import merged
from flows.settings.tables.queries import newest_version, stored_versions
from flows.settings.tables.yaml_text import BadSchedule
from models.database import Transaction
from models.errors import NotFound, Refused

SHIPPED = 0
"""The version number of the shipped table."""


@dataclass(frozen=True, slots=True)
class PracticeTable:
    """A table that a manager can change: its title, what it is for, the shipped text, how a text is checked, and what
    it says in words."""

    says: str
    about: str
    shipped: Path
    read: Callable[[str, str], Any]
    sections: Callable[[str], Sections] = sections_of


TABLES: Mapping[str, PracticeTable] = {
    practice_days.TABLE: PracticeTable(
        "Calendar and holidays",
        "Days on which the practice is closed, and holidays on which it works",
        practice_days.SHIPPED,
        practice_days.practice_days_from,
        practice_days.calendar_sections,
    ),
    "call-scoring": PracticeTable(
        "Call priority",
        "The order of the call list: the calls with the most points come first",
        scoring.SHIPPED,
        scoring.scoring_from,
        table_words.scoring_sections,
    ),
    "dispositions": PracticeTable(
        "Call results (dispositions)",
        "The results of a call, and what follows from each",
        dispositions.SHIPPED,
        dispositions.dispositions_from,
        table_words.results_sections,
    ),
    approved.TABLE: PracticeTable(
        "Counsel's approvals to bill a spouse",
        "The states in which the practice's counsel approved billing a surviving spouse",
        approved.SHIPPED,
        approved.approved_from,
    ),
}


class TableNow(NamedTuple):
    """A table in force. Version 0 is the shipped one, published by no user."""

    name: str
    version: int
    text: str
    shipped: bool
    on: date | None
    by: str | None
    reason: str | None


class VersionLine(NamedTuple):
    """A version in the history of a table, and what it changed of the one before."""

    version: int
    on: date
    by: str
    reason: str
    shipped: bool
    changes: list[Difference]


class TableChanged(Refused):
    """Another user published the table meanwhile: which version is in force now, and what it changes."""

    def __init__(self, now: TableNow, changes: list[Difference]) -> None:
        what = " ".join(one.sentence for one in changes) or "Only its wording changed."
        super().__init__(
            f"{now.by} published version {now.version} in the meantime: {what}",
            "add your change to the version in force",
        )
        self.now = now
        self.changes = changes


def table_named(name: str) -> PracticeTable:
    """A table by its name. Raises NotFound."""
    if name not in TABLES:
        raise NotFound(f'there is no table "{name}"', f"the tables are {', '.join(TABLES)}")
    return TABLES[name]


def table_now(conn: Connection, name: str) -> TableNow:
    """A table in force, with who published it, when and why. Raises NotFound."""
    one = table_named(name)
    newest = newest_version(conn, name)
    if newest is None:
        return TableNow(name, SHIPPED, _shipped_text(one), True, None, None, None)
    text = _shipped_text(one) if newest.shipped else newest.text
    return TableNow(name, newest.version, text, newest.shipped, newest.published_on, newest.published_by, newest.reason)


def tables_now(conn: Connection) -> list[TableNow]:
    """Every table in force."""
    return [table_now(conn, name) for name in TABLES]


def text_at(conn: Connection, name: str, version: int) -> str:
    """The text of a version, or the shipped one (0). Raises NotFound."""
    one = table_named(name)
    if version == SHIPPED:
        return _shipped_text(one)
    known = {row.version: row for row in stored_versions(conn, name)}
    if version not in known:
        said = ", ".join(map(str, sorted(known))) or "none"
        raise NotFound(f"{name} has no version {version}", f"its versions are {said}; 0 is the shipped one")
    return known[version].text


def table_history(conn: Connection, name: str) -> list[VersionLine]:
    """The versions of a table, the newest first, each with what it changed."""
    rows = stored_versions(conn, name)
    texts = [*(row.text for row in rows), _shipped_text(table_named(name))]
    return [
        VersionLine(
            row.version,
            row.published_on,
            row.published_by,
            row.reason,
            row.shipped,
            texts_differ(name, texts[place + 1], row.text),
        )
        for place, row in enumerate(rows)
    ]


def table_difference(conn: Connection, name: str, one: int, two: int) -> list[Difference]:
    """What differs between two versions of a table (0: the shipped one). Raises NotFound."""
    return texts_differ(name, text_at(conn, name, one), text_at(conn, name, two))


def texts_differ(name: str, before: str, after: str) -> list[Difference]:
    """What differs between two texts of a table, in words."""
    sections = table_named(name).sections
    try:
        return differences(sections(before), sections(after))
    except BadSchedule:
        # An early version may have words that are no longer allowed: shown by the words of its file.
        return differences(sections_of(before), sections_of(after))


def publish_table(tx: Transaction, name: str, text: str, file: str, reason: str, based_on: int | None = None) -> int:
    """Check a table and make it the one in force; returns its version.

    `based_on`: the version that the user last saw, if known. Raises NotFound or BadSchedule, BadInput without a reason,
    TableChanged if another version was published since, and Refused if nothing changes.
    """
    require_reason(reason)
    table_named(name).read(text, file)
    if based_on is not None:
        require_version(tx.conn, name, based_on)
    if text == table_now(tx.conn, name).text:
        raise Refused(f"{name} is the same as the version in force", "nothing was changed")
    return publish_text(tx, name, text, reason)


def require_version(conn: Connection, name: str, version: int) -> None:
    """Raise TableChanged if another version than this one is in force."""
    now = table_now(conn, name)
    if now.version != version:
        raise TableChanged(now, texts_differ(name, text_at(conn, name, version), now.text))


Edit = Callable[[str, str], str]
"""An edit of a table: from the text that a user saw and the one in force to the new one."""


def publish_edit(tx: Transaction, name: str, edit: Edit, reason: str, seen: int, based_on: int) -> int:
    """Publish an edit on top of what others published meanwhile; returns the version.

    `based_on`: the version that the form was drawn from. `seen`: the newest one that the user was shown. Raises as
    `publish_table`.
    """
    require_version(tx.conn, name, seen)
    text = edit(text_at(tx.conn, name, based_on), table_now(tx.conn, name).text)
    return publish_table(tx, name, text, name, reason)


def edited_text(text: str) -> Edit:
    """The edit of a user who changed the whole text: others' changes are added where it has none."""
    return lambda base, present: merged(base, text, present)


def roll_back_table(tx: Transaction, name: str, to: int, reason: str) -> int:
    """Return to an earlier version of a table, or to the shipped one (0); returns the new version. Raises NotFound."""
    require_reason(reason)
    text = text_at(tx.conn, name, to)
    now = table_now(tx.conn, name)
    if text == now.text and now.shipped is (to == SHIPPED):
        what = "the shipped table" if to == SHIPPED else f"version {to}"
        raise Refused(f"{name} is the same as {what} already", "nothing was changed")
    # The rules may have become stricter since an earlier version was published.
    table_named(name).read(text, name)
    return publish_text(tx, name, text, reason, shipped=to == SHIPPED)


def _shipped_text(one: PracticeTable) -> str:
    return one.shipped.read_text("utf-8")

"""The tables that a manager owns: which there are, how each is read, published and put back, and every version."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy.engine import Connection

from flows.agency_handoff.commands import publish_agency, publish_layout, publish_pools
from flows.agency_handoff.files.desk import LAYOUT
from flows.agency_handoff.files.layout_file import layout_from, shipped_layouts
from flows.agency_handoff.table_words import layout_sections, pools_sections, terms_sections
from flows.calls import dispositions, scoring, table_words
from flows.estates.documents import court_forms, courts
from flows.estates.liability import approved
from flows.schedules import practice_days
from flows.settings.contracts.contract_file import terms_from
from flows.settings.contracts.queries import POOLS, TERMS
from flows.settings.reasons import require_reason
from flows.settings.tables.commands import publish_text
from flows.settings.tables.difference import Difference, Sections, differences, sections_of
from flows.settings.tables.edit import merged
from flows.settings.tables.queries import newest_version, stored_versions, versions_of
from flows.settings.tables.yaml_text import BadSchedule, document_of
from models.database import Transaction
from models.errors import BadInput, NotFound, Refused

SHIPPED = 0
"""The version number of the shipped table."""


@dataclass(frozen=True, slots=True)
class PracticeTable:
    """A table that a manager can change: its title, what it is for, the shipped text if there is one, how a text is
    checked, and what it says in words.

    `publish`: publishes a checked text of the table where more follows from it than its storage.
    """

    says: str
    about: str
    shipped: Path | None
    read: Callable[[str, str], Any]
    sections: Callable[[str], Sections] = sections_of
    publish: Callable[[Transaction, str, str, str], object] | None = None


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
    courts.TABLE: PracticeTable(
        "Probate courts and captions",
        "The court of each county, how its papers are headed in each state, its address and filing fee",
        courts.SHIPPED,
        courts.courts_from,
    ),
    court_forms.TABLE: PracticeTable(
        "Court forms",
        "The courts' own forms that are filled as PDF, with what goes into each of their fields",
        court_forms.SHIPPED,
        court_forms.forms_from,
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
    found = TABLES.get(name) or _of_agencies(name)
    if found is None:
        raise NotFound(f'there is no table "{name}"', f"the tables are {', '.join(TABLES)}")
    return found


def _of_agencies(name: str) -> PracticeTable | None:
    """The tables of agencies: the terms of each, its file layouts, and the pools."""
    if name == POOLS:
        about = "Which agencies get which accounts, and in what share"
        return PracticeTable("Agency pools", about, None, _any_yaml, pools_sections, publish_pools)
    kind, _, own = name.partition(":")
    if not own:
        return None
    if f"{kind}:" == TERMS:
        about = "The contract with an agency: commission, licenses, what is placed and for how long"
        return PracticeTable(f"Terms of agency {own}", about, None, _terms_of(own), terms_sections, publish_agency)
    if f"{kind}:" == LAYOUT:
        about = "The columns of the files that go to an agency and come from it"
        shipped = shipped_layouts().get(own)
        return PracticeTable(f"File layout {own}", about, shipped, _layout_of(own), layout_sections, publish_layout)
    return None


def _any_yaml(text: str, file: str) -> Any:
    return document_of(text, file, "a table of agency pools")


def _terms_of(code: str) -> Callable[[str, str], Any]:
    def read(text: str, file: str) -> Any:
        return _require_own(terms_from(text, file).code, code)

    return read


def _layout_of(name: str) -> Callable[[str, str], Any]:
    def read(text: str, file: str) -> Any:
        return _require_own(layout_from(text, file).name, name)

    return read


def _require_own(found: str, name: str) -> str:
    if found != name:
        raise BadInput(f'the text is of "{found}", not of "{name}"', "correct the name in the text")
    return found


def table_now(conn: Connection, name: str) -> TableNow:
    """A table in force, with who published it, when and why. Raises NotFound."""
    one = table_named(name)
    newest = newest_version(conn, name)
    if newest is None and one.shipped is None:
        raise NotFound(f'there is no table "{name}"', "list the tables for their names")
    if newest is None:
        return TableNow(name, SHIPPED, _shipped_text(one), True, None, None, None)
    text = _shipped_text(one) if newest.shipped else newest.text
    return TableNow(name, newest.version, text, newest.shipped, newest.published_on, newest.published_by, newest.reason)


def tables_now(conn: Connection) -> list[TableNow]:
    """Every table in force: the practice's, the terms and pools of agencies that were published, and all layouts."""
    stored = dict.fromkeys(row["name"] for row in versions_of(conn))
    layouts = (f"{LAYOUT}{name}" for name in shipped_layouts())
    of_agencies = dict.fromkeys([*(name for name in stored if _of_agencies(name)), *layouts])
    return [table_now(conn, name) for name in [*TABLES, *of_agencies]]


def text_at(conn: Connection, name: str, version: int) -> str:
    """The text of a version, or the shipped one (0). Raises NotFound."""
    one = table_named(name)
    if version == SHIPPED and one.shipped is not None:
        return _shipped_text(one)
    known = {row.version: row for row in stored_versions(conn, name)}
    if version not in known:
        said = ", ".join(map(str, sorted(known))) or "none"
        shipped = "" if one.shipped is None else "; 0 is the shipped one"
        raise NotFound(f"{name} has no version {version}", f"its versions are {said}{shipped}")
    return known[version].text


def table_history(conn: Connection, name: str) -> list[VersionLine]:
    """The versions of a table, the newest first, each with what it changed."""
    rows = stored_versions(conn, name)
    if not rows:
        table_now(conn, name)
    first = table_named(name).shipped
    texts = [*(row.text for row in rows), rows[-1].text if first is None and rows else _shipped_text(table_named(name))]
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
    if text == _text_now(tx.conn, name):
        raise Refused(f"{name} is the same as the version in force", "nothing was changed")
    return _store(tx, name, text, reason)


def _store(tx: Transaction, name: str, text: str, reason: str) -> int:
    publish = table_named(name).publish
    if publish is None:
        return publish_text(tx, name, text, reason)
    publish(tx, text, name, reason)
    return table_now(tx.conn, name).version


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
    if to == SHIPPED:
        return publish_text(tx, name, text, reason, shipped=True)
    return _store(tx, name, text, reason)


def _text_now(conn: Connection, name: str) -> str | None:
    """The text in force; None for a table of an agency that was never published."""
    is_new = table_named(name).shipped is None and newest_version(conn, name) is None
    return None if is_new else table_now(conn, name).text


def _shipped_text(one: PracticeTable) -> str:
    return "" if one.shipped is None else one.shipped.read_text("utf-8")

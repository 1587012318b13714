"""The agency desk: where its files are stored, and the files being created."""

from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from flows.agency_handoff.files.layout import Layout
from flows.agency_handoff.files.layout_file import layout_from, shipped_layouts
from flows.agency_handoff.files.sealing import ENDING
from flows.agency_handoff.files.writing import About, file_name
from flows.agency_handoff.queries import AGENCY_FILE
from flows.practice import Practice
from flows.settings.contracts.terms import Terms
from flows.settings.tables.queries import text_of
from flows.settings.tables.yaml_text import nearest
from models import AgencyFile
from models.database import Database, Transaction
from models.enums import AgencyFileKind, AgencyFileState
from models.errors import NotFound

LAYOUT = "layout:"
"""The prefix of a layout's name in the key of its stored text."""


@dataclass(frozen=True, slots=True)
class Desk:
    """The database, the folder of the practice, and the acting user."""

    database: Database
    home: Path
    actor: str = "agencies"

    def out(self, agency: str) -> Path:
        """The folder of files to an agency, sent or not."""
        return self.home / "agencies" / agency / "out"

    def incoming(self, agency: str) -> Path:
        """Where files from an agency are stored as received."""
        return self.home / "agencies" / agency / "in"


def layout_named(conn: Connection, name: str) -> Layout:
    """A layout by its name: the practice's own before the shipped one. Raises NotFound."""
    text = text_of(conn, f"{LAYOUT}{name}")
    if text is not None:
        return layout_from(text, name)
    shipped = shipped_layouts()
    if name not in shipped:
        raise NotFound(f'layout "{name}" was not found{nearest(name, list(shipped))}', "publish it first")
    return layout_from(shipped[name].read_text("utf-8"), shipped[name].name)


def layout_for(conn: Connection, terms: Terms, kind: AgencyFileKind) -> Layout:
    """An agency's layout, which must define a kind of file. Raises NotFound."""
    layout = layout_named(conn, terms.layout)
    if kind not in layout.files:
        raise NotFound(
            f"layout {layout.name} of {terms.name} does not define a {kind.value} file", "add it to the layout"
        )
    return layout


def open_file(tx: Transaction, agency_id: int, terms: Terms, kind: AgencyFileKind) -> tuple[int, str]:
    """The open file of a kind for an agency, created if there is none: its key and its name."""
    mine = sa.and_(AGENCY_FILE.c.agency_id == agency_id, AGENCY_FILE.c.kind == kind.value)
    begun = sa.select(AGENCY_FILE).where(mine, AGENCY_FILE.c.state == AgencyFileState.OPEN.value)
    if (row := tx.conn.execute(begun).first()) is not None:
        return row.id, row.name
    top = sa.select(sa.func.coalesce(sa.func.max(AGENCY_FILE.c.sequence), 0)).where(mine)
    sequence = tx.conn.execute(top).scalar_one() + 1
    layout = layout_for(tx.conn, terms, kind)
    name = file_name(layout.files[kind], About(terms.code, tx.business_date, sequence, kind))
    name += ENDING[terms.sealing.seal]
    key = tx.ids(AgencyFile, 1)[0]
    row = {
        "id": key,
        "agency_id": agency_id,
        "kind": kind.value,
        "name": name,
        "sequence": sequence,
        "state": AgencyFileState.OPEN.value,
        "layout": layout.name,
        "lines": 0,
        "sha256": "",
        "on": tx.business_date,
    }
    tx.insert(AgencyFile, [row])
    return key, name


def agency_desk(practice: Practice, actor: str = "agencies") -> Desk:
    """The desk that places accounts with agencies."""
    return Desk(practice.database, practice.settings.home, actor)

"""The courts' blank forms that the practice added: each version is kept, and the newest is filled."""

import hashlib
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from flows.estates.documents.court_forms import SHIPPED, TABLE, FormText, form_for, forms_from
from flows.estates.documents.form_pdf import check_blank, filled
from flows.settings.tables.queries import text_of
from flows.settings.templates.commands import keep
from flows.settings.templates.queries import PAPER as KEPT
from letters.estate.data import EstatePaper
from letters.estate.form_values import form_values
from models import CourtFormBlank
from models.columns import AnyRow, table
from models.database import Transaction
from models.errors import NotFound, Refused

BLANK = table(CourtFormBlank)


@dataclass(frozen=True, slots=True)
class FormLine:
    """A form of the table, with the blank in use. `mapped`: how many of its fields have an entry."""

    code: str
    state: str
    number: str
    name: str
    paper: str
    url: str
    mapped: int
    confidence: str
    source: str
    version: int | None = None
    edition: str | None = None
    added_on: date | None = None
    added_by: str | None = None


@dataclass(frozen=True, slots=True)
class FilledForm:
    """A form that was filled: its PDF, and the digest of the blank."""

    content: bytes
    digest: str


def forms_now(conn: Connection) -> dict[str, FormText]:
    """The forms by the table in force."""
    return dict(forms_from(text_of(conn, TABLE) or SHIPPED.read_text("utf-8")))


def add_blank(tx: Transaction, code: str, content: bytes, edition: str) -> int:
    """Add a court's blank form; returns its version. The same one twice is stored once.

    Raises NotFound for a form that is not in the table, and BadInput for a PDF that is not this form (`check_blank`).
    """
    form = forms_now(tx.conn).get(code)
    if form is None:
        raise NotFound(f'there is no form "{code}"', "add it to the table court-forms first")
    check_blank(content, form)
    digest = hashlib.sha256(content).hexdigest()
    newest = _newest(tx.conn, code)
    if newest is not None and (newest.digest, newest.edition) == (digest, edition):
        return newest.version
    keep(tx, f"court-form-{code}.pdf", content)
    version = 1 if newest is None else newest.version + 1
    row = {
        "id": tx.ids(CourtFormBlank, 1)[0],
        "code": code,
        "version": version,
        "digest": digest,
        "edition": edition,
        "added_on": tx.business_date,
        "added_by": tx.actor,
    }
    tx.insert(CourtFormBlank, [row])
    return version


def form_lines(conn: Connection) -> list[FormLine]:
    """The forms of the table, each with the blank in use."""
    found: list[FormLine] = []
    for code, form in forms_now(conn).items():
        line = FormLine(
            code,
            form.state,
            form.number,
            form.name,
            form.paper,
            form.url,
            len(form.fields) + len(form.ticks),
            form.confidence,
            form.source,
        )
        row = _newest(conn, code)
        found.append(line if row is None else _with_blank(line, row))
    return found


def _with_blank(line: FormLine, row: AnyRow) -> FormLine:
    return FormLine(
        line.code,
        line.state,
        line.number,
        line.name,
        line.paper,
        line.url,
        line.mapped,
        line.confidence,
        line.source,
        row.version,
        row.edition,
        row.added_on,
        row.added_by,
    )


def filled_form(conn: Connection, kind: str, state: str | None, data: EstatePaper) -> FilledForm | None:
    """The court's form in place of a document; None if the practice has no blank with its fields.

    Raises BadInput if the table in force names fields that the blank does not have.
    """
    known = form_for(forms_now(conn), kind, state)
    row = None if known is None else _newest(conn, known[0])
    if known is None or row is None:
        return None
    content = conn.execute(sa.select(KEPT.c.content).where(KEPT.c.digest == row.digest)).scalar()
    if content is None:
        raise Refused(f"the blank of form {known[1].number} was not found", "add it again")
    check_blank(bytes(content), known[1])
    return FilledForm(filled(bytes(content), known[1], form_values(data)), row.digest)


def _newest(conn: Connection, code: str) -> AnyRow | None:
    query = sa.select(BLANK).where(BLANK.c.code == code).order_by(BLANK.c.version.desc())
    return conn.execute(query.limit(1)).first()

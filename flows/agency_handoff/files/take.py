"""Files from agencies: checked as a whole, then imported once, a page per transaction."""

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from flows.accounts.placements import voice_of
from flows.agency_handoff.files.desk import Desk, layout_named
from flows.agency_handoff.files.export import RefusedFile
from flows.agency_handoff.files.incoming_file import IncomingFile, Page
from flows.agency_handoff.files.layout import Layout
from flows.agency_handoff.files.reading import BadLine, Line, check_whole, lines_of
from flows.agency_handoff.files.sealing import open_sealed, plain_name
from flows.agency_handoff.files.transport import NotSent, carrier, run
from flows.agency_handoff.files.writing import Tally, is_named
from flows.agency_handoff.placement.answers import take_acknowledgments, take_returns, take_statuses
from flows.agency_handoff.queries import AGENCY_FILE, agency_row
from flows.agency_handoff.remittance.commands import take_payments
from flows.dunning.engine.nightly import few_collections
from flows.settings.contracts.queries import agencies_now
from flows.settings.contracts.terms import Terms
from models import AgencyFile
from models.columns import AnyRow
from models.csv_files import csv_bytes
from models.database import Transaction
from models.enums import AgencyFileKind, AgencyFileState
from models.errors import BadFile, Refused
from models.files import write_whole

PAGE = 2_000

INCOMING: dict[AgencyFileKind, Callable[[Transaction, IncomingFile, Page[Any]], None]] = {
    AgencyFileKind.ACKNOWLEDGMENT: take_acknowledgments,
    AgencyFileKind.STATUS: take_statuses,
    AgencyFileKind.PAYMENTS: take_payments,
    AgencyFileKind.RETURNS: take_returns,
}
"""The imports from agencies, by kind of file."""


@dataclass(slots=True)
class Taken:
    """The result of importing a file."""

    name: str
    agency: str
    kind: str
    sha256: str
    already_taken: bool = False
    rows: int = 0
    taken: int = 0
    known: int = 0
    rejected: int = 0
    differences: int = 0
    reject_file: str | None = None
    totals_cents: dict[str, int] = field(default_factory=dict[str, int])


def take_file(
    desk: Desk, path: Path, today: date, *, agency: str | None = None, kind: AgencyFileKind | None = None
) -> Taken:
    """Import one file of an agency. The agency and the kind are detected by its name if they are not passed.

    Raises BadFile, and imports nothing, if its trailer disagrees, it is cut short or has another layout. Raises
    RefusedFile if its agency cannot be determined, and BadKey if it cannot be decrypted. A file that was already
    imported changes nothing. An import that was cut short by a power loss is completed.
    """
    if not path.is_file():
        raise BadFile(f"{path} was not found", "check the path")
    content = path.read_bytes()
    digest = sha256(content).hexdigest()
    with desk.database.reading() as conn:
        whose = _whose(conn, path.name, agency, kind)
        row = _known(conn, whose.agency_id, digest)
    if row is not None and row.state == AgencyFileState.TAKEN.value:
        return Taken(path.name, whose.terms.code, row.kind, digest, already_taken=True, rows=row.lines, known=row.lines)
    with tempfile.TemporaryDirectory(prefix="pastdue-") as folder:
        plain = Path(folder) / plain_name(path.name)
        plain.write_bytes(open_sealed(content, whose.terms.sealing, desk.home, path.name))
        tally = check_whole(whose.layout, whose.kind, plain)
        write_whole(desk.incoming(whose.terms.code) / path.name, content)
        with few_collections():
            return _take(desk, whose, plain, path.name, digest, tally, today)


@dataclass(frozen=True, slots=True)
class Whose:
    """The agency and the kind of a file."""

    agency_id: int
    terms: Terms
    layout: Layout
    kind: AgencyFileKind


def is_from_agency(desk: Desk, name: str) -> bool:
    """Whether a file name matches one of an agency."""
    with desk.database.reading() as conn:
        if not agencies_now(conn).terms:
            return False
        try:
            _whose(conn, name, None, None)
        except RefusedFile:
            return False
    return True


def _whose(conn: Connection, name: str, agency: str | None, kind: AgencyFileKind | None) -> Whose:
    terms = agencies_now(conn).terms
    if agency is not None:
        agency_row(conn, agency)
    plain = plain_name(name)
    found: list[Whose] = []
    for code in [agency] if agency is not None else sorted(terms):
        layout = layout_named(conn, terms[code].layout)
        for one in INCOMING if kind is None else [kind]:
            if one not in layout.files:
                continue
            if (agency is not None and kind is not None) or is_named(layout.files[one], code, plain):
                found.append(Whose(agency_row(conn, code).id, terms[code], layout, one))
    if len(found) == 1:
        return found[0]
    known = ", ".join(sorted(terms)) or "none"
    what = "has a name that matches more than one agency" if found else "has a name that matches no agency"
    kinds = ", ".join(one.value for one in INCOMING)
    raise RefusedFile(
        f"{name}: {what}", f"enter the agency ({known}) and the kind of file ({kinds})", field=("agency", "kind")
    )


def _known(conn: Connection, agency_id: int, digest: str) -> AnyRow | None:
    mine = sa.and_(AGENCY_FILE.c.agency_id == agency_id, AGENCY_FILE.c.sha256 == digest)
    return conn.execute(sa.select(AGENCY_FILE).where(mine, AGENCY_FILE.c.sequence.is_(None))).first()


def _take(desk: Desk, whose: Whose, plain: Path, name: str, digest: str, tally: Tally, today: date) -> Taken:
    actor = voice_of(whose.terms.code)
    with desk.database.transaction(actor=actor, business_date=today) as tx:
        file_id, done = _begin(tx, whose, name, digest, tally)
    incoming = IncomingFile(whose.agency_id, whose.terms, file_id, name, known=done)
    lines = islice(lines_of(whose.layout, whose.kind, plain), done, None)
    while some := list(islice(lines, PAGE)):
        with desk.database.transaction(actor=actor, business_date=today) as tx:
            page = Page([line for line in some if isinstance(line, Line)])
            INCOMING[whose.kind](tx, incoming, page)
            done += len(some)
            this = sa.update(AGENCY_FILE).where(AGENCY_FILE.c.id == file_id)
            tx.conn.execute(this.values(lines=done))
        incoming.add(page, [line for line in some if isinstance(line, BadLine)])
    if done != incoming.taken + incoming.known + len(incoming.rejects):
        raise RefusedFile(
            f"{name}: {done} lines: {incoming.taken} imported, {incoming.known} already known and "
            f"{len(incoming.rejects)} rejected",
            "report this error to support",
        )
    with desk.database.transaction(actor=actor, business_date=today) as tx:
        this = sa.update(AGENCY_FILE).where(AGENCY_FILE.c.id == file_id)
        tx.conn.execute(this.values(state=AgencyFileState.TAKEN.value))
    return Taken(
        name=name,
        agency=whose.terms.code,
        kind=whose.kind.value,
        sha256=digest,
        rows=done,
        taken=incoming.taken,
        known=incoming.known,
        rejected=len(incoming.rejects),
        differences=incoming.differences,
        reject_file=_write_rejects(desk, name, incoming.rejects),
        totals_cents=tally.totals,
    )


def _begin(tx: Transaction, whose: Whose, name: str, digest: str, tally: Tally) -> tuple[int, int]:
    """The row of the file, and how many of its lines an earlier attempt imported."""
    row = _known(tx.conn, whose.agency_id, digest)
    if row is not None:
        return row.id, row.lines
    key = tx.ids(AgencyFile, 1)[0]
    values = {
        "id": key,
        "agency_id": whose.agency_id,
        "kind": whose.kind.value,
        "name": name,
        "sequence": None,
        "state": AgencyFileState.OPEN.value,
        "layout": whose.layout.name,
        "lines": 0,
        "sha256": digest,
        "on": tx.business_date,
        "total_cents": tally.totals.get("gross", 0),
    }
    tx.insert(AgencyFile, [values])
    return key, 0


def _write_rejects(desk: Desk, name: str, rejects: Sequence[BadLine]) -> str | None:
    """Write the rejected lines with their reasons to the folder of rejects."""
    if not rejects:
        return None
    rows = ((one.number, one.field, one.reason, *one.text) for one in rejects)
    content = csv_bytes(("line", "field", "reason", "row"), rows)
    target = desk.home / "rejects" / f"{plain_name(name).removesuffix('.csv')}.csv"
    write_whole(target, content)
    return str(target)


@dataclass(frozen=True, slots=True)
class Fetched:
    """The result of a download: the imported files, and the rejected ones with the reason."""

    taken: tuple[Taken, ...]
    refused: tuple[str, ...]


def fetch_all(desk: Desk, today: date) -> Fetched:
    """Download the files that every agency has for us, and import them. An agency that cannot be reached, or a bad
    file, does not block the others."""
    with desk.database.reading() as conn:
        terms = agencies_now(conn).terms
    taken: list[Taken] = []
    refused: list[str] = []
    for code in sorted(terms):
        if terms[code].transport.get is None:
            continue
        try:
            for one in run(lambda code=code: _fetch_from(desk, terms[code], today)):
                (taken if isinstance(one, Taken) else refused).append(one)  # type: ignore[arg-type]
        except NotSent as error:
            refused.append(f"{code}: {error}")
    return Fetched(tuple(taken), tuple(refused))


async def _fetch_from(desk: Desk, terms: Terms, today: date) -> list[Taken | str]:
    """Download and import an agency's files for us; a file stays there unless it was imported and stored here."""
    found: list[Taken | str] = []
    async with carrier(terms.transport, desk.home) as way:
        for name in await way.waiting():
            path = await way.fetch(name, desk.incoming(terms.code))
            try:
                found.append(take_file(desk, path, today, agency=terms.code))
            except Refused as error:
                found.append(str(error))
                continue
            await way.remove(name)
    return found

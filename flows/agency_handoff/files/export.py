"""Files to agencies: notices go into update files; all files are written, and each is sent once."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import sqlalchemy as sa

from flows.accounts.counts import Count, Counts
from flows.accounts.failure import failure
from flows.accounts.happenings import NewTask, open_tasks
from flows.accounts.pages import Subject, each_alone
from flows.accounts.placements import Ending, end_placements
from flows.agency_handoff.files.desk import Desk, layout_for, open_file
from flows.agency_handoff.files.layout import Layout
from flows.agency_handoff.files.records import placement_records, update_records
from flows.agency_handoff.files.sealing import BadKey, seal
from flows.agency_handoff.files.transport import NotSent, Outcome, carrier, run, send
from flows.agency_handoff.files.writing import About, Record, Writer
from flows.agency_handoff.queries import AGENCY_FILE, NOTICE, PLACEMENT
from flows.settings.contracts.queries import agencies_now, agency_codes
from flows.settings.contracts.terms import Sftp, Terms
from models.agency_events import AgencyTold
from models.columns import AnyRow, in_keys
from models.database import Transaction, group_by_key
from models.enums import AgencyFileKind, AgencyFileState, PlacementState
from models.errors import Refused
from models.files import write_whole
from models.labels import label_of
from models.remedies import Remedy
from models.task_kinds import TaskKind
from models.user_enums import Role
from models.values import BadValue

PAGE = 5_000

MISFIT = "does_not_fit_the_layout"


class RefusedFile(Refused):
    """An action that is not possible with an agency file; the message states what to do."""


def file_updates(desk: Desk, today: date) -> Counts:
    """Add pending notices to the agencies' update files, a page per transaction; returns the count.

    A notice that fails becomes an exception with a task, and stays pending.
    """
    with desk.database.reading() as conn:
        unreported = sa.select(NOTICE.c.id).where(sa.text("agency_notice.file_id IS NULL"))
        keys = sorted(conn.execute(unreported).scalars())
    return each_alone(desk.database, desk.actor, today, "notice to an agency", keys, _file_some, _notice_subject, PAGE)


def _file_some(tx: Transaction, keys: Sequence[int]) -> Counts:
    rows = tx.conn.execute(sa.select(NOTICE).where(in_keys(NOTICE.c.id, keys)).order_by(NOTICE.c.id)).all()
    codes, terms = agency_codes(tx.conn), agencies_now(tx.conn).terms
    for agency, told in sorted(group_by_key((row.agency_id, row) for row in rows).items()):
        code = codes[agency]
        key, name = open_file(tx, agency, terms[code], AgencyFileKind.UPDATE)
        these = sa.update(NOTICE).where(in_keys(NOTICE.c.id, [row.id for row in told]))
        tx.conn.execute(these.values(file_id=key))
        tx.record_all(AgencyTold(account_id=row.account_id, agency=code, notice=row.kind, file=name) for row in told)
    return Counts({Count.AGENCY_NOTICES: len(rows)})


def _notice_subject(tx: Transaction, key: int) -> Subject:
    query = sa.select(PLACEMENT.c.guarantor_id, PLACEMENT.c.creditor_id, NOTICE.c.account_id).join(
        PLACEMENT, PLACEMENT.c.id == NOTICE.c.placement_id
    )
    row = tx.conn.execute(query.where(NOTICE.c.id == key)).one()
    return Subject(row.guarantor_id, row.creditor_id, (row.account_id,))


def write_files(desk: Desk, today: date) -> Counts:
    """Write every file whose lines are chosen; a file that was cut short by a power loss is written again."""
    with desk.database.reading() as conn:
        chosen = sa.select(AGENCY_FILE).where(AGENCY_FILE.c.state == AgencyFileState.OPEN.value)
        files = conn.execute(chosen.order_by(AGENCY_FILE.c.id)).all()
        codes, terms = agency_codes(conn), agencies_now(conn).terms
    counts = Counts()
    for row in files:
        try:
            counts += _write_one(desk, row, terms[codes[row.agency_id]], today)
        # A missing key stops one agency's file, not the day.
        except (Refused, OSError) as error:
            _not_sent(desk, row, str(error), today)
            counts[Count.AGENCY_FILES_NOT_SENT] += 1
        # A row that cannot be read stops one file, too.
        except Exception as error:
            _not_sent(desk, row, failure(error), today)
            counts[Count.AGENCY_FILES_NOT_SENT] += 1
    return counts


@dataclass(slots=True)
class Misfit:
    """A line that does not fit the layout, and why."""

    key: int
    reason: str


def _write_one(desk: Desk, row: AnyRow, terms: Terms, today: date) -> Counts:
    kind = AgencyFileKind(row.kind)
    misfits: list[Misfit] = []
    with desk.database.reading() as conn:
        layout = layout_for(conn, terms, kind)
        writer = Writer(layout, kind)
        for key, record in _records(conn, layout, kind, row.id, terms):
            try:
                writer.add(record)
            except BadValue as error:
                misfits.append(Misfit(key, str(error)))
    about = About(terms.code, row.on, row.sequence, kind)
    content = seal(writer.content(about), terms.sealing, desk.home)
    if writer.tally.lines:
        write_whole(desk.out(terms.code) / row.name, content)
    with desk.database.transaction(actor=desk.actor, business_date=today) as tx:
        _take_out(tx, kind, misfits)
        made = AgencyFileState.MADE if writer.tally.lines else AgencyFileState.GIVEN_UP
        tx.conn.execute(
            sa.update(AGENCY_FILE)
            .where(AGENCY_FILE.c.id == row.id)
            .values(
                state=made.value,
                lines=writer.tally.lines,
                total_cents=writer.tally.totals.get("balance", 0),
                sha256=hashlib.sha256(content).hexdigest(),
                layout=layout.name,
            )
        )
    return Counts({Count.AGENCY_FILES: int(writer.tally.lines > 0), Count.AGENCY_MISFITS: len(misfits)})


def _records(
    conn: sa.engine.Connection, layout: Layout, kind: AgencyFileKind, file_id: int, terms: Terms
) -> Iterator[tuple[int, Record]]:
    if kind is AgencyFileKind.PLACEMENT:
        return placement_records(conn, file_id, terms, layout.files[kind].fields)
    return update_records(conn, file_id)


def _take_out(tx: Transaction, kind: AgencyFileKind, misfits: Sequence[Misfit]) -> None:
    """Accounts that do not fit the layout are not sent; a clerk corrects what is too long, or the layout is changed."""
    if not misfits:
        return
    placements = kind is AgencyFileKind.PLACEMENT
    table = PLACEMENT if placements else NOTICE.join(PLACEMENT, PLACEMENT.c.id == NOTICE.c.placement_id)
    key = PLACEMENT.c.id if placements else NOTICE.c.id
    columns = (key.label("key"), PLACEMENT.c.account_id, PLACEMENT.c.guarantor_id, PLACEMENT.c.creditor_id)
    query = sa.select(*columns).select_from(table).where(key.in_([misfit.key for misfit in misfits]))
    rows = {row.key: row for row in tx.conn.execute(query)}
    tasks: list[NewTask] = []
    for misfit in misfits:
        row = rows[misfit.key]
        reason = f"It does not fit the agency's file: {misfit.reason}"
        tasks.append(
            NewTask(TaskKind.AGENCY_FILE, Role.CLERK, reason, row.guarantor_id, row.creditor_id, (row.account_id,), 2)
        )
    if placements:
        gone = [Ending(misfit.key, PlacementState.CANCELLED, MISFIT, tell=False) for misfit in misfits]
        end_placements(tx, gone)
    else:
        # They wait until they fit, so no notice to the agency is lost.
        these = sa.update(NOTICE).where(NOTICE.c.id.in_([misfit.key for misfit in misfits]))
        tx.conn.execute(these.values(file_id=None))
    open_tasks(tx, tasks)


def send_files(desk: Desk, today: date) -> Counts:
    """Send every file that is ready, each agency's in order. A file that fails blocks the later files of its agency."""
    with desk.database.reading() as conn:
        waiting = [AgencyFileState.MADE.value, AgencyFileState.RENAMING.value, AgencyFileState.UNSURE.value]
        query = sa.select(AGENCY_FILE).where(AGENCY_FILE.c.state.in_(waiting)).order_by(AGENCY_FILE.c.id)
        files = conn.execute(query).all()
        codes, terms = agency_codes(conn), agencies_now(conn).terms
    counts = Counts()
    for agency in sorted({row.agency_id for row in files}):
        mine = [row for row in files if row.agency_id == agency]
        counts += _send_to(desk, terms[codes[agency]], mine, today)
    return counts


def _send_to(desk: Desk, terms: Terms, files: Sequence[AnyRow], today: date) -> Counts:
    counts = Counts()
    left = list(files)

    async def all_of_them() -> None:
        async with carrier(terms.transport, desk.home) as way:
            for row in files:
                if row.state == AgencyFileState.UNSURE.value:
                    counts[Count.AGENCY_FILES_UNSURE] += 1
                    return
                path = _as_made(desk, terms, row)
                outcome = await send(
                    way,
                    path,
                    renaming=row.state == AgencyFileState.RENAMING.value,
                    taken_at_once=isinstance(terms.transport, Sftp) and terms.transport.taken_at_once,
                    about_to_rename=lambda row=row: _mark(desk, row, AgencyFileState.RENAMING, today),
                )
                if outcome is Outcome.UNSURE:
                    _mark(
                        desk,
                        row,
                        AgencyFileState.UNSURE,
                        today,
                        "the file disappeared from the server, and it is unknown whether the agency received it: "
                        "ask the agency, then mark the file as sent or resend it",
                    )
                    counts[Count.AGENCY_FILES_UNSURE] += 1
                    return
                _mark(desk, row, AgencyFileState.SENT, today)
                counts[Count.AGENCY_FILES_SENT] += 1
                left.remove(row)

    try:
        run(all_of_them)
    except (NotSent, BadKey) as error:
        _not_sent(desk, left[0], str(error), today)
        counts[Count.AGENCY_FILES_NOT_SENT] += len(left)
    return counts


def _as_made(desk: Desk, terms: Terms, row: AnyRow) -> Path:
    """The file on disk, if it is unchanged since it was created."""
    path = desk.out(terms.code) / row.name
    if not path.is_file():
        raise NotSent(f"{path}: the file no longer exists", remedy=Remedy.REWRITE_AGENCY_FILE, file=row.id)
    with path.open("rb") as file:
        if hashlib.file_digest(file, "sha256").hexdigest() != row.sha256:
            raise NotSent(
                f"{path}: the file was changed after it was created", remedy=Remedy.REWRITE_AGENCY_FILE, file=row.id
            )
    return path


def _mark(desk: Desk, row: AnyRow, state: AgencyFileState, today: date, problem: str | None = None) -> None:
    sent = today if state is AgencyFileState.SENT else None
    with desk.database.transaction(actor=desk.actor, business_date=today) as tx:
        this = sa.update(AGENCY_FILE).where(AGENCY_FILE.c.id == row.id)
        tx.conn.execute(this.values(state=state.value, sent_on=sent, problem=problem))


def _not_sent(desk: Desk, row: AnyRow, problem: str, today: date) -> None:
    with desk.database.transaction(actor=desk.actor, business_date=today) as tx:
        this = sa.update(AGENCY_FILE).where(AGENCY_FILE.c.id == row.id)
        tx.conn.execute(this.values(problem=problem, tries=AGENCY_FILE.c.tries + 1))


def settle_file(tx: Transaction, file_id: int, state: AgencyFileState) -> None:
    """Record what a user found out about a file: it was received (SENT), must be resent (MADE), or be rewritten (OPEN).

    Raises RefusedFile for one that is not in process.
    """
    row = tx.conn.execute(sa.select(AGENCY_FILE).where(AGENCY_FILE.c.id == file_id)).first()
    if row is None or row.sequence is None:
        raise RefusedFile(f"outgoing agency file {file_id} was not found", remedy=Remedy.LIST_AGENCY_FILES)
    under_way = (AgencyFileState.MADE.value, AgencyFileState.RENAMING.value, AgencyFileState.UNSURE.value)
    if row.state not in under_way:
        raise RefusedFile(
            f"the state of file {file_id} is {label_of(AgencyFileState, row.state)}",
            "only a file that is not sent, or whose delivery is unknown, can be marked, resent or rewritten",
        )
    sent = tx.business_date if state is AgencyFileState.SENT else None
    this = sa.update(AGENCY_FILE).where(AGENCY_FILE.c.id == file_id)
    tx.conn.execute(this.values(state=state.value, problem=None, sent_on=sent))

"""Print batches: rechecked, numbered, released, written to files, pulled by type; resumed if interrupted."""

from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import sqlalchemy as sa

from flows.accounts.happenings import NewTask, open_tasks
from flows.correspondence.letters.commands import PAGE, Desk, MailRoom, desk_of, write_some
from flows.correspondence.letters.queries import LETTER, PRINT_BATCH, accounts_in_letter, letter_data, letters_of_batch
from flows.correspondence.print_batches.files import Made, make_print_file, sheets_of, write_lists
from flows.correspondence.print_batches.items import items_of
from flows.correspondence.print_batches.queries import batch_found, batches_in, letters_to_print, load_of
from flows.settings.policy import Policy
from flows.settings.queries import policy_now
from flows.settings.templates.commands import accept_kind, reject_paper
from flows.settings.templates.queries import KeptPapers
from models import PrintBatch
from models.columns import AnyRow
from models.database import Transaction, batches, bulk
from models.enums import BatchState, LetterState
from models.errors import NotFound, Refused
from models.ids import BatchId
from models.labels import label_of, letter_label
from models.letter_events import LetterHeldBack, LetterPrinted
from models.remedies import Remedy
from models.task_kinds import TaskKind
from models.user_enums import Role
from models.values import counted, dollars

_PAGES = sa.update(LETTER).where(LETTER.c.id == sa.bindparam("key")).values(pages=sa.bindparam("new_pages"))


@dataclass(frozen=True, slots=True)
class Batch:
    """A print batch: printed with its files, or on hold for a manager, with the reason.

    `sha256` is that of the (first) Word file; `pages_counted` separates counted pages from estimated ones.
    """

    batch: BatchId
    state: str
    letters: int
    pages: int
    sheets: int
    amount_cents: int
    file: str | None = None
    pdf: str | None = None
    pdf_problem: str | None = None
    manifest: str | None = None
    sha256: str | None = None
    pages_counted: bool = False
    why_waiting: str | None = None


def print_letters(
    room: MailRoom, outbox: Path, today: date, *, approve: bool = False, pdf: bool | None = None
) -> list[Batch]:
    """Add every written letter to a batch and create its files; interrupted batches are finished first.

    Each letter is rechecked: one that is no longer true or lawful is voided, one with a changed amount is written
    again. A run above a limit of the practice is on hold. `approve` releases it, and the held batches before it; a held
    batch that is no longer above a limit is released without it. `pdf` overrides the practice's setting for creating a
    PDF.
    """
    with room.database.reading() as conn:
        unfinished = batches_in(conn, BatchState.RELEASED)
        waiting = batches_in(conn, BatchState.WAITING, kept=None if approve else False)
        ids = letters_to_print(conn, None, up_to=today)
    done = [_finish(room, outbox, batch, today, pdf) for batch in unfinished]
    desk = desk_of(room)
    for batch in waiting:
        done += _release_and_print(desk, outbox, batch, today, pdf, approve=approve)
    for part in batches(ids, PAGE):
        write_some(desk, part, today)
    with room.database.transaction(actor=room.actor, business_date=today) as tx:
        found = _close(tx, approve=approve)
    if isinstance(found, Batch):
        done.append(found)
    elif found is not None:
        done.append(_finish(room, outbox, BatchId(found), today, pdf))
    return done


def _release_and_print(
    desk: Desk, outbox: Path, batch: BatchId, today: date, pdf: bool | None = None, *, approve: bool
) -> list[Batch]:
    """Recheck, release and finish a held batch; above a limit it requires `approve`."""
    room = desk.room
    with room.database.reading() as conn:
        of_batch = letters_to_print(conn, batch, up_to=today)
    for part in batches(of_batch, PAGE):
        write_some(desk, part, today)
    with room.database.transaction(actor=room.actor, business_date=today) as tx:
        if not approve and _count_again(tx, batch) is not None:
            return []
        _release(tx, batch)
    return [_finish(room, outbox, batch, today, pdf)]


def release_remaining(room: MailRoom, outbox: Path, batch: BatchId, today: date) -> Batch | None:
    """Print the rest of a batch after a letter type was pulled, if no limit holds it; None if one does."""
    with room.database.reading() as conn:
        row = batch_found(conn, batch)
    if row.state != BatchState.WAITING.value or row.why_waiting is not None:
        return None
    return next(iter(_release_and_print(desk_of(room), outbox, batch, today, approve=False)), None)


def _close(tx: Transaction, *, approve: bool) -> Batch | int | None:
    """Assign the written letters to a batch: returns its number if released, the batch if on hold; None without
    letters."""
    ids = letters_to_print(tx.conn, None, up_to=tx.business_date, written=True)
    if not ids:
        return None
    policy = policy_now(tx.conn)
    load = load_of(tx.conn, ids)
    sheets = sheets_of(load.pages, policy)
    why = over_the_limit(policy, len(ids), sheets, load.amount_cents)
    batch = BatchId(tx.ids(PrintBatch, 1)[0])
    row = {
        "id": batch,
        "made_on": tx.business_date,
        "made_by": tx.actor,
        "letters": len(ids),
        "pages": load.pages,
        "sheets": sheets,
        "amount_cents": load.amount_cents,
        "state": BatchState.WAITING.value,
        "why_waiting": why,
    }
    tx.insert(PrintBatch, [row])
    for part in batches(ids):
        tx.conn.execute(sa.update(LETTER).where(LETTER.c.id.in_(part)).values(print_batch_id=batch))
    if why is not None and not approve:
        return Batch(batch, "waiting", len(ids), load.pages, sheets, load.amount_cents, why_waiting=why)
    _release(tx, batch)
    return batch


def over_the_limit(policy: Policy, letters: int, sheets: int, amount_cents: int) -> str | None:
    """The practice's limits that a run exceeds, in a sentence; None if it exceeds none."""
    measured = (("letters", letters, policy.release_over_letters), ("sheets", sheets, policy.release_over_sheets))
    found = [
        f"{count:,} {what}, {count - limit:,} more than the limit of {limit:,}"
        for what, count, limit in measured
        if limit is not None and count > limit
    ]
    most = policy.release_over_cents
    if most is not None and amount_cents > most:
        over = dollars(amount_cents - most)
        found.append(f"{dollars(amount_cents)} amount due, {over} more than the limit of {dollars(most)}")
    return "; ".join(found) or None


def _release(tx: Transaction, batch: BatchId) -> None:
    """Release a batch to the printer: its written letters, with an event each."""
    ids = letters_to_print(tx.conn, batch, up_to=tx.business_date, written=True)
    tx.conn.execute(
        sa.update(PRINT_BATCH)
        .where(PRINT_BATCH.c.id == batch)
        .values(state=BatchState.RELEASED.value, released_by=tx.actor, released_on=tx.business_date)
    )
    stays = sa.and_(LETTER.c.print_batch_id == batch, LETTER.c.state == LetterState.QUEUED.value)
    tx.conn.execute(sa.update(LETTER).where(stays).values(print_batch_id=None))
    for part in batches(ids):
        tx.conn.execute(sa.update(LETTER).where(LETTER.c.id.in_(part)).values(state=LetterState.BATCHED.value))
    tx.record_all(
        LetterPrinted(account_id=row.account_id, step=row.step, cycle=row.cycle, letter=row.letter_id, batch=batch)
        for row in accounts_in_letter(tx.conn, ids)
    )


def _finish(room: MailRoom, outbox: Path, batch: BatchId, today: date, pdf: bool | None) -> Batch:
    """Write a batch's files from its letters' stored data; the same batch always produces the same files."""
    with room.database.reading() as conn:
        rows = letter_data(conn, letters_of_batch(conn, batch))
        policy = policy_now(conn)
    if pdf is not None:
        policy = replace(policy, make_pdf=pdf)
    if not rows:
        with room.database.transaction(actor=room.actor, business_date=today) as tx:
            set_batch(tx, batch, letters=0, pages=0, sheets=0, amount_cents=0, state=BatchState.PRINTED.value)
        return Batch(batch, "printed", 0, 0, 0, 0)
    target = print_file(outbox, batch)
    kept = KeptPapers(room.database)
    made = make_print_file(target, items_of(rows, kept), kept, policy)
    write_lists(target, batch, made, policy)
    done = _batch_of(batch, made, policy, target)
    with room.database.transaction(actor=room.actor, business_date=today) as tx:
        if made.pages_counted:
            bulk(tx.conn, _PAGES, [{"key": item.row.id, "new_pages": item.pages} for item in made.items])
        set_batch(
            tx,
            batch,
            letters=done.letters,
            pages=done.pages,
            sheets=done.sheets,
            amount_cents=done.amount_cents,
            file=done.file,
            pdf=done.pdf,
            manifest=done.manifest,
            sha256=done.sha256,
            pages_counted=done.pages_counted,
            state=BatchState.PRINTED.value,
        )
    return done


def set_batch(tx: Transaction, batch: int, **values: object) -> None:
    """Change columns of a batch."""
    tx.conn.execute(sa.update(PRINT_BATCH).where(PRINT_BATCH.c.id == batch).values(**values))


def print_file(outbox: Path, batch: int) -> Path:
    """The path of a batch's Word file; its other files are named after it."""
    return outbox / f"batch-{batch:05d}.docx"


def _batch_of(batch: BatchId, made: Made, policy: Policy, target: Path) -> Batch:
    return Batch(
        batch=batch,
        state="printed",
        letters=len(made.items),
        pages=sum(item.pages for item in made.items),
        sheets=sum(sheets_of(item.pages, policy) for item in made.items),
        amount_cents=sum(item.row.total_cents or 0 for item in made.items),
        file=str(target),
        pdf=str(made.pdf) if made.pdf else None,
        pdf_problem=made.pdf_problem,
        manifest=str(target.with_suffix(".csv")),
        sha256=made.sha256,
        pages_counted=made.pages_counted,
    )


def reject_kind(tx: Transaction, batch: int, kind: str, reason: str) -> int:
    """Pull a letter type from a held batch because it looks wrong; returns how many letters are on hold now.

    They stay on hold until their template is fixed or released; the accounts stay at their steps. The rest of the batch
    stays on hold only if it is still above a limit. Raises Refused for a batch that is not on hold, and NotFound if it
    has no letter of that type.
    """
    row = batch_found(tx.conn, batch)
    if row.state != BatchState.WAITING.value:
        raise Refused(
            f"batch {batch} is {label_of(BatchState, row.state).lower()}", "only letters of a held batch can be pulled"
        )
    mine = sa.and_(LETTER.c.print_batch_id == batch, LETTER.c.kind == kind, LETTER.c.state.in_(["queued", "rendered"]))
    letters = tx.conn.execute(sa.select(LETTER).where(mine).order_by(LETTER.c.id)).all()
    if not letters:
        raise NotFound(f"batch {batch} has no letter of type {kind}", remedy=Remedy.LIST_LETTERS)
    for digest in sorted({one.template_digest for one in letters if one.template_digest}):
        reject_paper(tx, digest, kind, reason)
    empty = {"data": None, "template_digest": None, "rendered_digest": None, "print_batch_id": None}
    ids = [one.id for one in letters]
    for part in batches(ids):
        chosen = sa.update(LETTER).where(LETTER.c.id.in_(part))
        tx.conn.execute(chosen.values(state=LetterState.QUEUED.value, **empty))
    tx.record_all(
        LetterHeldBack(account_id=one.account_id, step=one.step, cycle=one.cycle, letter=one.letter_id, reason=reason)
        for one in accounts_in_letter(tx.conn, ids)
    )
    _notify_manager(tx, letters[0], kind, len(letters), reason)
    _count_again(tx, batch)
    return len(letters)


def _notify_manager(tx: Transaction, first: AnyRow, kind: str, letters: int, reason: str) -> None:
    why = f"{counted(letters, 'letter')} ({letter_label(kind)}) on hold until the template is fixed: {reason}"
    open_tasks(tx, [manager_task(tx, TaskKind.FIX_TEMPLATE, first, why)])


def manager_task(tx: Transaction, kind: TaskKind, letter: AnyRow, why: str) -> NewTask:
    """A task for a manager, due tomorrow, about the accounts of a letter."""
    about = tuple(one.account_id for one in accounts_in_letter(tx.conn, [letter.id]))
    return NewTask(kind, Role.MANAGER, why, letter.guarantor_id, letter.creditor_id, about, 1)


def _count_again(tx: Transaction, batch: int) -> str | None:
    """Recount a held batch; returns the limit that it still exceeds, None if no limit holds it any more."""
    ids = letters_to_print(tx.conn, batch, up_to=tx.business_date)
    policy, load = policy_now(tx.conn), load_of(tx.conn, ids)
    sheets = sheets_of(load.pages, policy)
    why = over_the_limit(policy, len(ids), sheets, load.amount_cents)
    set_batch(
        tx, batch, letters=len(ids), pages=load.pages, sheets=sheets, amount_cents=load.amount_cents, why_waiting=why
    )
    return why


def accept(tx: Transaction, kind: str) -> int:
    """Release a pulled letter type unchanged; returns the number of templates. Raises Refused for none."""
    count = accept_kind(tx, kind)
    if count == 0:
        raise Refused(f"no letter of type {kind} was pulled", "nothing to release")
    return count

"""Queries for printing: batches by state, and the letters to print."""

from dataclasses import dataclass
from datetime import date
from typing import TypedDict

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from flows.correspondence.letters.queries import LETTER, PRINT_BATCH, UNSENT_LETTER
from models import RejectedPaper
from models.columns import AnyRow, columns_as, in_keys, table
from models.enums import BatchState, Channel, LetterState
from models.errors import NotFound
from models.ids import BatchId
from models.remedies import Remedy

REJECTED = table(RejectedPaper)


class BatchLine(TypedDict):
    """A print batch in a list."""

    id: int
    made_on: date
    made_by: str
    letters: int
    pages: int
    amount_cents: int
    file: str | None
    manifest: str | None
    sha256: str | None
    mailed_on: date | None
    state: str
    why_waiting: str | None
    released_by: str | None
    released_on: date | None
    sheets: int
    pdf: str | None
    pages_counted: bool


class RejectedKind(TypedDict):
    """A letter type that was pulled."""

    kind: str
    reason: str
    rejected_on: date
    rejected_by: str


@dataclass(frozen=True, slots=True)
class Load:
    """The totals of letters: pages (estimated until printed) and amount due."""

    pages: int
    amount_cents: int


def batches_in(conn: Connection, state: BatchState, *, kept: bool | None = None) -> list[BatchId]:
    """The batches in a state, oldest first. Released ones are those whose files were interrupted.

    `kept` selects only those that a limit holds, or only those that no limit holds any more.
    """
    query = sa.select(PRINT_BATCH.c.id).where(PRINT_BATCH.c.state == state.value)
    if kept is not None:
        query = query.where(PRINT_BATCH.c.why_waiting.is_not(None) if kept else PRINT_BATCH.c.why_waiting.is_(None))
    return list(conn.execute(query.order_by(PRINT_BATCH.c.id)).scalars())


def batch_row(conn: Connection, batch: int) -> AnyRow | None:
    """One batch, or None."""
    return conn.execute(sa.select(PRINT_BATCH).where(PRINT_BATCH.c.id == batch)).first()


def batch_found(conn: Connection, batch: int) -> AnyRow:
    """One batch. Raises NotFound."""
    row = batch_row(conn, batch)
    if row is None:
        raise NotFound(f"batch {batch} was not found", remedy=Remedy.LIST_BATCHES)
    return row


def letters_to_print(conn: Connection, batch: int | None, *, up_to: date, written: bool = False) -> list[int]:
    """The letters to mail of a batch that is not released, or those in no batch; by ix_letter_unsent.

    Letters of a batch may have to be written again, unless `written`; those in no batch are written.
    """
    states = [LetterState.RENDERED.value]
    if batch is not None and not written:
        states.append(LetterState.QUEUED.value)
    query = sa.select(LETTER.c.id).where(
        UNSENT_LETTER,
        LETTER.c.state.in_(states),
        LETTER.c.queued_on <= up_to,
        LETTER.c.channel == Channel.POST.value,
        LETTER.c.print_batch_id.is_(None) if batch is None else LETTER.c.print_batch_id == batch,
    )
    return list(conn.execute(query.order_by(LETTER.c.id)).scalars())


def load_of(conn: Connection, letter_ids: list[int]) -> Load:
    """The totals of letters."""
    pages, cents = (
        sa.func.coalesce(sa.func.sum(LETTER.c.pages), 0),
        sa.func.coalesce(sa.func.sum(LETTER.c.total_cents), 0),
    )
    row = conn.execute(sa.select(pages, cents).where(in_keys(LETTER.c.id, letter_ids))).one()
    return Load(int(row[0]), int(row[1]))


def list_batches(conn: Connection) -> list[BatchLine]:
    """The batches for a list, newest last."""
    query = sa.select(PRINT_BATCH).order_by(PRINT_BATCH.c.id)
    return [columns_as(BatchLine, row) for row in conn.execute(query)]


def batches_for_a_manager(conn: Connection) -> list[BatchLine]:
    """The batches on hold by a limit until a manager releases them, oldest first."""
    return [one for one in list_batches(conn) if one["state"] == BatchState.WAITING.value and one["why_waiting"]]


def rejected_kinds(conn: Connection) -> list[RejectedKind]:
    """The letter types that were pulled and are on hold until their template is fixed or released.

    A type is pulled with each of its templates (languages, large print); it is listed once, with its newest reason.
    """
    query = sa.select(REJECTED).where(REJECTED.c.lifted_on.is_(None))
    newest_last = conn.execute(query.order_by(REJECTED.c.kind, REJECTED.c.rejected_on, REJECTED.c.template_digest))
    return list({row.kind: columns_as(RejectedKind, row) for row in newest_last}.values())

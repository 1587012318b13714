"""Making a print batch: looked at once more, numbered, then written to files; finished later if it was cut short."""

import csv
import hashlib
import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import orjson
import sqlalchemy as sa

from flows.mail.commands import PAGE, MailRoom, write_some
from flows.mail.queries import (
    LETTER,
    LETTER_ACCOUNT,
    PRINT_BATCH,
    letter_data,
    letters_in,
    letters_of_batch,
    open_batches,
)
from letters.combine import write_combined
from letters.data import LetterData
from letters.template import Template
from models import PrintBatch
from models.columns import AnyRow
from models.database import Transaction, parts
from models.events import LetterPrinted
from models.files import write_whole
from models.kinds import LetterState

MANIFEST_COLUMNS = ("sheet", "letter", "kind", "zip", "pages", "total_cents", "rendered_digest")


@dataclass(frozen=True, slots=True)
class Batch:
    """A print batch with its files; `sha256` is that of the combined file."""

    batch: int
    letters: int
    pages: int
    file: str
    manifest: str
    sha256: str


def print_letters(room: MailRoom, outbox: Path, today: date) -> list[Batch]:
    """Put every written letter into a batch and make its files; batches that were cut short are finished first.

    Each letter is looked at once more: one that is not true or lawful any more is taken back, one whose amount
    changed is written anew.
    """
    with room.book.reading() as conn:
        unfinished = open_batches(conn)
        ids = letters_in(conn, LetterState.RENDERED, up_to=today)
    finished = [_finish(room, outbox, batch, today) for batch in unfinished]
    for part in parts(ids, PAGE):
        write_some(room, part, today)
    with room.book.transaction(actor=room.actor, business_date=today) as tx:
        batch = _close(tx, today)
    if batch is not None:
        finished.append(_finish(room, outbox, batch, today))
    return finished


def _close(tx: Transaction, today: date) -> int | None:
    """Give the written letters a batch; None when there are none."""
    ids = letters_in(tx.conn, LetterState.RENDERED, up_to=today)
    if not ids:
        return None
    batch = tx.ids(PrintBatch, 1)[0]
    tx.insert(PrintBatch, [{"id": batch, "made_on": today, "made_by": tx.actor, "letters": len(ids)}])
    for part in parts(ids):
        chosen = sa.update(LETTER).where(LETTER.c.id.in_(part))
        tx.conn.execute(chosen.values(state=LetterState.BATCHED.value, print_batch_id=batch))
        about = sa.select(LETTER_ACCOUNT).where(LETTER_ACCOUNT.c.letter_id.in_(part))
        tx.record_all(
            LetterPrinted(account_id=row.account_id, step=row.step, cycle=row.cycle, letter=row.letter_id, batch=batch)
            for row in tx.conn.execute(about.order_by(LETTER_ACCOUNT.c.letter_id, LETTER_ACCOUNT.c.account_id))
        )
    return batch


def _finish(room: MailRoom, outbox: Path, batch: int, today: date) -> Batch:
    """Write a batch's files from what its letters kept; the same batch gives the same files, however often."""
    with room.book.reading() as conn:
        rows = letter_data(conn, letters_of_batch(conn, batch))
    combined, manifest = outbox / f"batch-{batch:05d}.docx", outbox / f"batch-{batch:05d}.csv"
    outbox.mkdir(parents=True, exist_ok=True)
    write_combined(combined, _papers(room, rows))
    digest = hashlib.sha256(combined.read_bytes()).hexdigest()
    pages = sum(row.pages or 1 for row in rows)
    amount = sum(row.total_cents or 0 for row in rows)
    write_whole(manifest, _manifest(rows))
    summary = {
        "batch": batch, "letters": len(rows), "pages": pages, "amount_cents": amount, "file": combined.name,
        "sha256": digest,
    }  # fmt: skip
    write_whole(manifest.with_suffix(".json"), orjson.dumps(summary, option=orjson.OPT_INDENT_2))
    with room.book.transaction(actor=room.actor, business_date=today) as tx:
        tx.conn.execute(
            sa.update(PRINT_BATCH)
            .where(PRINT_BATCH.c.id == batch)
            .values(
                letters=len(rows), pages=pages, amount_cents=amount, file=str(combined), manifest=str(manifest),
                sha256=digest,
            )
        )  # fmt: skip
    return Batch(batch, len(rows), pages, str(combined), str(manifest), digest)


def _papers(room: MailRoom, rows: list[AnyRow]) -> Iterator[tuple[Template, LetterData]]:
    for row in rows:
        yield room.shelf.find(row.kind, row.language), LetterData.from_dict(orjson.loads(row.data))


def _manifest(rows: list[AnyRow]) -> bytes:
    text = io.StringIO()
    out = csv.writer(text)
    out.writerow(MANIFEST_COLUMNS)
    sheet = 1
    for row in rows:
        out.writerow([sheet, f"L-{row.id:08d}", row.kind, row.zip, row.pages, row.total_cents, row.rendered_digest])
        sheet += row.pages or 1
    return text.getvalue().encode()

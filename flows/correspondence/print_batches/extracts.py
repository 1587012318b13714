"""Letters of a batch in a separate file: all or a sample to proof, or a part to print again after a paper jam."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from flows.correspondence.letters.commands import MailRoom
from flows.correspondence.letters.queries import letter_data, letters_of_batch
from flows.correspondence.print_batches.files import make_print_file, sheets_of
from flows.correspondence.print_batches.items import Item, items_of
from flows.correspondence.print_batches.queries import batch_found
from flows.settings.policy import Policy
from flows.settings.queries import policy_now
from flows.settings.templates.queries import KeptPapers
from models.enums import BatchState
from models.errors import BadInput, NotFound, Refused
from models.ids import BatchId, LetterId
from models.remedies import Remedy
from models.values import counted


@dataclass(frozen=True, slots=True)
class Extract:
    """Letters of a batch in a separate file, to proof or to print again."""

    file: str
    pdf: str | None
    pdf_problem: str | None
    letters: int
    pages: int


def proof(room: MailRoom, outbox: Path, batch: int, *, sample: int | None = None, seed: int = 0) -> Extract:
    """A batch as it will be printed: all of it, or the first of each type plus a random sample.

    Raises Refused for a batch that does not exist or has no letters left.
    """
    items, policy, kept = _items(room, batch)
    if sample is not None:
        items = _sampled(items, sample, seed)
    return _extract(outbox / f"batch-{batch:05d}-proof.docx", items, kept, policy)


def _sampled(items: Sequence[Item], sample: int, seed: int) -> list[Item]:
    firsts: dict[tuple[str, str, bool], Item] = {}
    for item in items:
        firsts.setdefault((item.row.kind, item.row.language, item.row.large_print), item)
    chosen = {item.row.id for item in firsts.values()}
    others = [item for item in items if item.row.id not in chosen]
    chosen.update(item.row.id for item in random.Random(seed).sample(others, min(sample, len(others))))
    return [item for item in items if item.row.id in chosen]


def reprint(
    room: MailRoom, outbox: Path, batch: BatchId, *, from_sheet: int | None = None, letter: LetterId | None = None
) -> Extract:
    """Print again after a paper jam: one letter, or a batch from a sheet on (from the letter on that sheet).

    The letters are those that were or will be mailed; no history is changed. Raises Refused for a batch that is not
    printed, NotFound for a letter that is not in it, and BadInput for a sheet that is not in it.
    """
    with room.database.reading() as conn:
        row = batch_found(conn, batch)
    if row.state != BatchState.PRINTED.value:
        raise Refused(f"batch {batch} is not printed yet", "print it first", remedy=Remedy.PRINT_LETTERS)
    items, policy, kept = _items(room, batch)
    if letter is not None:
        chosen = [item for item in items if item.row.id == letter]
        if not chosen:
            raise NotFound(f"letter {letter} is not in batch {batch}", "the manifest lists its letters")
        return _extract(outbox / f"batch-{batch:05d}-letter-{letter:08d}.docx", chosen, kept, policy)
    first, sheet, chosen = from_sheet or 1, 1, list[Item]()
    for item in items:
        sheet += sheets_of(item.pages, policy)
        if sheet > first:
            chosen.append(item)
    if not chosen or first < 1:
        raise BadInput(f"batch {batch} has {counted(sheet - 1, 'sheet')}", f"enter a sheet from 1 to {sheet - 1}")
    return _extract(outbox / f"batch-{batch:05d}-from-{first}.docx", chosen, kept, policy)


def _items(room: MailRoom, batch: int) -> tuple[list[Item], Policy, KeptPapers]:
    kept = KeptPapers(room.database)
    with room.database.reading() as conn:
        batch_found(conn, batch)
        rows = letter_data(conn, letters_of_batch(conn, batch))
        policy = policy_now(conn)
    if not rows:
        raise Refused(f"batch {batch} has no letters: each was voided")
    return items_of(rows, kept), policy, kept


def _extract(target: Path, items: Sequence[Item], kept: KeptPapers, policy: Policy) -> Extract:
    made = make_print_file(target, items, kept, policy)
    pdf = str(made.pdf) if made.pdf else None
    return Extract(str(target), pdf, made.pdf_problem, len(items), sum(item.pages for item in made.items))

"""The control sheet of a print batch: what must be in the tray, and who counted it."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from flows.correspondence.addresses.queries import unchecked_letters
from flows.correspondence.letters.queries import LETTER, letters_of_batch
from flows.correspondence.print_batches.queries import batch_found
from flows.settings.queries import policy_now
from letters.numbers import letter_number
from models.columns import AnyRow
from models.database import batches
from models.ids import BatchId

SIGNATURES = ("Printed by", "Inserted by", "Counted by", "Taken to USPS by")
"""The lines for a name, a signature, a date and a time."""


@dataclass(frozen=True, slots=True)
class KindCount:
    """The letters of one type in a batch."""

    kind: str
    letters: int
    pages: int
    sheets: int


@dataclass(frozen=True, slots=True)
class ControlSheet:
    """The counts of a batch. `envelopes` are counted by size, `first` and `last` are in the order of printing;
    `unchecked`: letters to an address that was not checked lately."""

    batch: BatchId
    state: str
    made_on: date
    made_by: str
    released_by: str | None
    mailed_on: date | None
    letters: int
    pages: int
    sheets: int
    amount_cents: int
    first: str | None
    last: str | None
    kinds: tuple[KindCount, ...]
    envelopes: tuple[tuple[str, int], ...]
    certified: int
    unchecked: int
    sha256: str | None


def control_sheet(conn: Connection, batch: BatchId, today: date) -> ControlSheet:
    """The control sheet of a batch. Raises NotFound."""
    row = batch_found(conn, batch)
    keys = letters_of_batch(conn, batch)
    found: dict[int, AnyRow] = {}
    for part in batches(keys):
        query = sa.select(LETTER.c.id, LETTER.c.kind, LETTER.c.pages, LETTER.c.certified)
        found.update((one.id, one) for one in conn.execute(query.where(LETTER.c.id.in_(part))))
    letters = [found[key] for key in keys]
    duplex = policy_now(conn).duplex
    sheets = [sheets_in(one.pages or 1, duplex=duplex) for one in letters]
    envelopes = Counter(envelope_of(count) for count in sheets)
    return ControlSheet(
        batch,
        row.state,
        row.made_on,
        row.made_by,
        row.released_by,
        row.mailed_on,
        len(letters),
        sum(one.pages or 1 for one in letters),
        sum(sheets),
        row.amount_cents,
        letter_number(keys[0]) if keys else None,
        letter_number(keys[-1]) if keys else None,
        _kinds(letters, sheets),
        tuple(sorted(envelopes.items())),
        sum(one.certified is not None for one in letters),
        len(unchecked_letters(conn, today, batch) & set(keys)),
        row.sha256,
    )


def _kinds(letters: Sequence[AnyRow], sheets: Sequence[int]) -> tuple[KindCount, ...]:
    counts: dict[str, KindCount] = {}
    for one, paper in zip(letters, sheets, strict=True):
        now = counts.get(one.kind, KindCount(one.kind, 0, 0, 0))
        counts[one.kind] = KindCount(one.kind, now.letters + 1, now.pages + (one.pages or 1), now.sheets + paper)
    return tuple(counts[kind] for kind in sorted(counts))


SHEETS_OF_SMALL_ENVELOPE = 5
"""More sheets than these do not fold into a #10 envelope; they are mailed flat."""


def sheets_in(pages: int, *, duplex: bool) -> int:
    """The sheets for a number of pages."""
    return -(-pages // 2) if duplex else pages


def envelope_of(sheets: int) -> str:
    """The envelope for a number of sheets: #10, or flat."""
    return "#10" if sheets <= SHEETS_OF_SMALL_ENVELOPE else "flat"

"""Writing letters to files and making their print batch."""

import tempfile
import time
from pathlib import Path
from typing import Any

from bench.made_book import TODAY, make, sqlite_url
from flows.dunning.day import advance_accounts
from flows.mail.commands import MailRoom, write_letters
from flows.printing.commands import print_letters
from letters.shelf import Shelf


def print_batch(scale: float = 1.0) -> list[dict[str, Any]]:
    """Letters a second through the print batch (looked at once more, combined, manifest), against writing them."""
    letters = int(5_000 * scale)
    with tempfile.TemporaryDirectory() as folder:
        book = make(sqlite_url(folder), letters, letters)
        advance_accounts(book, TODAY)
        room = MailRoom(book, Shelf(), Path(folder) / "letters")
        start = time.perf_counter()
        counts = write_letters(room, TODAY)
        writing = time.perf_counter() - start
        start = time.perf_counter()
        (batch,) = print_letters(room, Path(folder) / "outbox", TODAY)
        printing = time.perf_counter() - start
        assert (counts["letters"], batch.letters) == (letters, letters)
        book.close()
    note = f"{letters:,} letters; written to files with their history at {letters / writing:,.0f}/s"
    return [
        {
            "name": "print-batch", "per_second": round(letters / printing, 1), "ratio": round(writing / printing, 3),
            "against": "writing them", "note": note,
        }
    ]  # fmt: skip

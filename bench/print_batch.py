"""Writing letters with their history, making their print batch, and the print file of ten thousand."""

import multiprocessing
import resource
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from bench.made_book import TODAY, make, sqlite_url
from bench.measured import Measured
from flows.correspondence.letters.commands import MailRoom, write_letters
from flows.correspondence.print_batches.commands import print_letters
from flows.dunning.engine.nightly import advance_accounts
from letters.docx.combine import write_combined
from letters.docx.shelf import Shelf
from letters.samples import sample_letter

_PRINT_FILE = 10_000


def print_batch(scale: float = 1.0) -> list[Measured]:
    """Letters a second through the print batch (looked at once more, combined, manifest), against writing them."""
    letters = int(5_000 * scale)
    with tempfile.TemporaryDirectory() as folder:
        database = make(sqlite_url(folder), letters, letters)
        advance_accounts(database, TODAY)
        room = MailRoom(database, Shelf(), Path(folder) / "letters")
        start = time.perf_counter()
        counts = write_letters(room, TODAY)
        writing = time.perf_counter() - start
        start = time.perf_counter()
        (batch,) = print_letters(room, Path(folder) / "outbox", TODAY, pdf=False)
        printing = time.perf_counter() - start
        assert (counts["letters"], batch.letters) == (letters, letters)
        database.close()
    note = f"{letters:,} letters, no PDF; written to files with their history at {letters / writing:,.0f}/s"
    return [
        {
            "name": "print-batch",
            "per_second": round(letters / printing, 1),
            "ratio": round(writing / printing, 3),
            "against": "writing them",
            "note": note,
        },
        _print_file(int(_PRINT_FILE * scale)),
    ]


def _print_file(letters: int) -> Measured:
    """The combined Word file, in a process of its own so that its memory can be told."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        seconds, megabytes = pool.apply(_combine, (letters,))
    return {
        "name": "print-file",
        "per_second": round(letters / seconds),
        "ratio": round(20 / seconds, 2),
        "against": "20 s",
        "note": f"one .docx of {letters:,} letters in {seconds:.1f} s, peak memory {megabytes:,.0f} MB of 500",
    }


def _combine(letters: int) -> tuple[float, float]:
    template = Shelf().find("reminder-2")
    samples = [sample_letter("reminder-2", 1 + n % 4) for n in range(4)]

    def numbered(n: int) -> Any:
        data = samples[n % 4]
        return template, replace(data, letter=replace(data.letter, number=f"L-{n:08d}"))

    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        write_combined(Path(folder) / "run.docx", (numbered(n) for n in range(letters)))
        seconds = time.perf_counter() - start
    return seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024

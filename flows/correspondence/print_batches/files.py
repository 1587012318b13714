"""The files of a print batch: one Word file, its PDF, the manifest, the mail house's data, the address list."""

import hashlib
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import orjson

from flows.correspondence.print_batches.control_sheet import envelope_of, sheets_in
from flows.correspondence.print_batches.items import Item
from flows.correspondence.print_batches.mail_house import details, mail_house
from flows.correspondence.print_batches.pdf import NoPdf, Pages, can_make_pdf, in_order, pages_of, to_pdf
from flows.settings.policy import Policy
from flows.settings.templates.queries import KeptPapers
from letters.docx.combine import bookmark, write_combined
from models.csv_files import csv_bytes
from models.database import batches
from models.files import write_whole
from models.values import dollars

PDF_LETTERS = 500
"""Letters per LibreOffice run: its time grows faster than the file does."""

MANIFEST_COLUMNS = (
    "sheet",
    "letter",
    "kind",
    "language",
    "large_print",
    "zip",
    "pages",
    "sheets",
    "envelope",
    "total_cents",
    "rendered_digest",
)
ADDRESS_COLUMNS = ("zip", "address", "name", "letter", "sheets")


@dataclass(frozen=True, slots=True)
class Made:
    """The files of a batch. `files` are the Word files: more than one if letters have templates that cannot share a
    file."""

    files: tuple[Path, ...]
    pdf: Path | None
    pdf_problem: str | None
    items: tuple[Item, ...]
    pages_counted: bool
    sha256: str


def make_print_file(target: Path, items: Sequence[Item], kept: KeptPapers, policy: Policy) -> Made:
    """Write the Word file (or files) and, if possible, the PDF, whose pages are then counted.

    Raises OSError, e.g. on a full disk; files that are complete by then are written again the next time.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    files: list[Path] = []
    for number, group in enumerate(_alike(items)):
        path = target if number == 0 else target.with_name(f"{target.stem}-{number + 1}{target.suffix}")
        letters = ((item.template, item.data) for item in group)
        write_combined(path, letters, kept, duplex=policy.duplex)
        files.append(path)
    digest = hashlib.sha256()
    with target.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    if not policy.make_pdf or not can_make_pdf():
        why = None if not policy.make_pdf else "LibreOffice is not installed"
        return Made(tuple(files), None, why, tuple(items), False, digest.hexdigest())
    try:
        counted = _pdf(target.with_suffix(".pdf"), items, kept, policy)
    except NoPdf as problem:
        return Made(tuple(files), None, str(problem), tuple(items), False, digest.hexdigest())
    return Made(tuple(files), target.with_suffix(".pdf"), None, tuple(counted), True, digest.hexdigest())


def _alike(items: Iterable[Item]) -> Iterator[list[Item]]:
    """The letters that can share a Word file, in their order."""
    groups: dict[str, list[Item]] = {}
    for item in items:
        groups.setdefault(item.template.paper, []).append(item)
    return iter(groups.values())


def _pdf(target: Path, items: Sequence[Item], kept: KeptPapers, policy: Policy) -> list[Item]:
    """Make the PDF of all letters in order; returns them with their pages counted."""
    places: dict[int, Pages] = {}
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".pdf-") as folder:
        for group in _alike(items):
            for number, part in enumerate(batches(group, PDF_LETTERS)):
                word = Path(folder) / f"{len(places):07d}-{number}.docx"
                write_combined(word, ((item.template, item.data) for item in part), kept)
                (made,) = to_pdf([word], Path(folder))
                found = pages_of(made, [bookmark(item.data.letter.number) for item in part])
                places.update((item.row.id, pages) for item, pages in zip(part, found, strict=True))
        in_order([places[item.row.id] for item in items], target, duplex=policy.duplex)
    return [Item(item.row, item.data, item.template, places[item.row.id].count) for item in items]


def sheets_of(pages: int, policy: Policy) -> int:
    """The sheets for a number of pages."""
    return sheets_in(pages, duplex=policy.duplex)


def manifest(items: Sequence[Item], policy: Policy) -> bytes:
    """One line per letter, in the order of printing: `sheet` is its first sheet."""
    rows: list[list[object]] = []
    sheet = 1
    for item in items:
        row, sheets = item.row, sheets_of(item.pages, policy)
        rows.append(
            [
                sheet,
                item.data.letter.number,
                row.kind,
                row.language,
                _yes(row.large_print),
                row.zip,
                item.pages,
                sheets,
                envelope_of(sheets),
                row.total_cents,
                row.rendered_digest,
            ]
        )
        sheet += sheets
    return csv_bytes(MANIFEST_COLUMNS, rows)


def addresses(items: Sequence[Item], policy: Policy) -> bytes:
    """The addresses of the letters, sorted by ZIP and street."""
    rows: list[list[object]] = [
        [
            item.row.zip,
            ", ".join(item.data.guarantor.address_lines),
            item.data.guarantor.name,
            item.data.letter.number,
            sheets_of(item.pages, policy),
        ]
        for item in items
    ]
    return csv_bytes(ADDRESS_COLUMNS, sorted(rows, key=lambda row: (str(row[0]), str(row[1]), str(row[3]))))


def write_lists(target: Path, batch: int, made: Made, policy: Policy) -> dict[str, object]:
    """Write manifest, data file and address list beside the print file; returns the batch's summary, which is written
    too."""
    listed = manifest(made.items, policy)
    write_whole(target.with_suffix(".csv"), listed)
    sheets = [sheets_of(item.pages, policy) for item in made.items]
    write_whole(target.with_name(f"{target.stem}-mail-house.csv"), mail_house(made.items, sheets))
    write_whole(target.with_name(f"{target.stem}-mail-house-lines.csv"), details(made.items))
    write_whole(target.with_name(f"{target.stem}-addresses.csv"), addresses(made.items, policy))
    amount = sum(item.row.total_cents or 0 for item in made.items)
    summary: dict[str, object] = {
        "batch": batch,
        "letters": len(made.items),
        "pages": sum(item.pages for item in made.items),
        "pages_are": "counted" if made.pages_counted else "estimated",
        "sheets": sum(sheets_of(item.pages, policy) for item in made.items),
        "amount_cents": amount,
        "amount": dollars(amount),
        "files": [path.name for path in made.files],
        "pdf": made.pdf.name if made.pdf else None,
        "pdf_problem": made.pdf_problem,
        "sha256": made.sha256,
        "manifest_sha256": hashlib.sha256(listed).hexdigest(),
    }
    write_whole(target.with_suffix(".json"), orjson.dumps(summary, option=orjson.OPT_INDENT_2))
    return summary


def _yes(value: bool) -> str:
    return "yes" if value else "no"

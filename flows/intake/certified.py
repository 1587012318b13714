"""A file of Certified Mail: the numbers of letters' labels, and electronic return receipts."""

from collections.abc import Mapping, Set
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from flows.correspondence.certified.article import read_article
from flows.correspondence.certified.commands import enter_article, record_receipt
from flows.intake.book_files import BookFile, WrongField, date_field, rows_of
from flows.intake.file_format import FileFormat, Options
from flows.intake.reading import CsvFile
from flows.intake.tally import Taker, Tally, pages
from letters.numbers import letter_of
from models.database import Database, Transaction
from models.enums import IntakeKind
from models.errors import Refused
from models.ids import LetterId

SOURCE = "certified mail"


@dataclass(frozen=True, slots=True)
class CertifiedRow:
    """One row: a number, the letter that has it, and its delivery, as far as the row has them."""

    line: int
    article: str
    letter: LetterId | None
    delivered_on: date | None
    signed_by: str


def _row(line: int, fields: Mapping[str, str]) -> CertifiedRow:
    letter = fields.get("letter")
    delivered_on = date_field(fields, "delivered_on")
    if letter is None and delivered_on is None:
        raise WrongField("letter", "is empty, and so is delivered_on; a row has one of them, or both")
    try:
        article = read_article(fields["article"])
    except Refused as error:
        raise WrongField("article", str(error)) from None
    try:
        key = None if letter is None else letter_of(letter)
    except Refused as error:
        raise WrongField("letter", str(error)) from None
    return CertifiedRow(line, article, key, delivered_on, fields.get("signed_by", ""))


CERTIFIED = BookFile("certified", ("article",), ("letter", "delivered_on", "signed_by"), _row)
"""The columns of a file of Certified Mail."""


def is_certified(header: Set[str]) -> bool:
    """Whether a header is that of a file of Certified Mail."""
    return "article" in header and bool({"letter", "delivered_on"} & header)


def _take(database: Database, path: Path, _options: Options, tally: Tally, today: date) -> None:
    taker = Taker(database, today, SOURCE, actor=SOURCE)
    for page in pages(tally.sift(rows_of(CsvFile(path), CERTIFIED)), 200):
        with taker.transaction() as tx:
            for row in page:
                _take_row(tx, row, tally)


def _take_row(tx: Transaction, row: CertifiedRow, tally: Tally) -> None:
    try:
        entered = row.letter is not None and enter_article(tx, row.letter, row.article)
    except Refused as error:
        tally.reject(row.line, "letter", str(error), row.article)
        return
    try:
        received = row.delivered_on is not None and record_receipt(tx, row.article, row.delivered_on, row.signed_by)
    except Refused as error:
        tally.reject(row.line, "delivered_on", str(error), row.article)
        return
    if entered or received:
        tally.post()
    else:
        tally.know()


FORMAT = FileFormat(
    IntakeKind.CERTIFIED,
    recognizes=lambda file: is_certified(file.header),
    check=lambda path, _options: CERTIFIED.check(CsvFile(path)),
    take=_take,
    required=CERTIFIED.required,
)
"""A file of Certified Mail."""

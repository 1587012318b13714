"""The letters in typed or scanned texts: numbers, Intelligent Mail barcodes, Certified Mail numbers."""

import re
from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from flows.correspondence.letters.queries import LETTER
from letters.layout.imb import TRACKING
from letters.numbers import Known, LetterNumber, read_letter_number
from models.errors import NotFound

_LONG = re.compile(r"\d{20,34}")


def letters_scanned(conn: Connection, texts: Sequence[str]) -> list[LetterNumber]:
    """The letters of these texts, each once, in their order.

    Raises BadLetterNumber for a text that is no number, and NotFound for a barcode of no letter here.
    """
    found = [_read(conn, text) for text in texts if text.strip()]
    return list({one.letter: one for one in found}.values())


def _read(conn: Connection, text: str) -> LetterNumber:
    digits = re.sub(r"[\s-]", "", text)
    if _LONG.fullmatch(digits) is None:
        return read_letter_number(text)
    of_barcode = LETTER.c.imb.startswith(digits[:TRACKING], autoescape=True)
    query = sa.select(LETTER.c.id).where(sa.or_(of_barcode, LETTER.c.article == digits))
    # A serial number is used again after many letters: the newest is the one in the mail.
    key = conn.execute(query.order_by(LETTER.c.id.desc()).limit(1)).scalar()
    if key is None:
        raise NotFound(
            f"no letter has the barcode or Certified Mail number {digits}",
            "scan the bar code of the letter, or enter L-…",
        )
    return LetterNumber(key, Known.CHECKED)

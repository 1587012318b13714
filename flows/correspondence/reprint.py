"""A letter recreated from stored data: the same templates, the same data, the same bytes."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

import orjson
import sqlalchemy as sa

from flows.correspondence.letters.commands import letter_file
from flows.correspondence.letters.queries import LETTER
from flows.settings.templates.queries import KeptPapers
from letters.data import LetterData
from letters.docx.archive import letter_in
from letters.numbers import letter_number
from models.database import Database
from models.enums import LetterState
from models.errors import NotFound, Refused
from models.files import write_whole
from models.labels import label_of
from models.remedies import Remedy


@dataclass(frozen=True, slots=True)
class WrittenAgain:
    """A recreated letter, with the digests in its history."""

    letter: int
    kind: str
    state: str
    file: str
    template_digest: str
    rendered_digest: str


def write_again(database: Database, letter: int, target: Path, archives: Path) -> WrittenAgain:
    """Write a letter to a file as it was, from the data stored in the database. If this version of pastdue would render
    other bytes, it is read from the archive it was written to. Raises NotFound if it does not exist, and Refused if it
    was never written. Also raises Refused if neither source matches the original: then something was altered."""
    with database.reading() as conn:
        row = conn.execute(sa.select(LETTER).where(LETTER.c.id == letter)).first()
    if row is None:
        raise NotFound(f"letter {letter_number(letter)} was not found", remedy=Remedy.LIST_LETTERS)
    if row.data is None or row.template_digest is None:
        raise Refused(f"letter {letter_number(letter)} is {label_of(LetterState, row.state)} and is not written yet")
    kept = KeptPapers(database)
    paper = kept.template(row.template_digest).render(LetterData.from_dict(orjson.loads(row.data)), kept)
    if _digest(paper) != row.rendered_digest and row.file is not None:
        paper = letter_in(archives / row.file, letter_file(letter))
    if _digest(paper) != row.rendered_digest:
        raise Refused(
            f"letter {letter_number(letter)} can't be recreated as it was written, neither from the database nor from "
            f"{row.file or 'a file'}",
            "its stored data was altered",
        )
    write_whole(target, paper)
    return WrittenAgain(letter, row.kind, row.state, str(target), row.template_digest, row.rendered_digest)


def _digest(paper: bytes) -> str:
    return hashlib.sha256(paper).hexdigest()

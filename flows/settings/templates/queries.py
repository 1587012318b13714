"""Templates and logos read from the database as they were when a letter was written with them."""

from collections.abc import Iterator, Mapping

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from letters.docx.envelope import JOINED, put_together
from letters.docx.package import read_package
from letters.docx.template import Template
from letters.errors import UnknownKind
from models import Paper, RejectedPaper
from models.columns import table
from models.database import Database

PAPER = table(Paper)
REJECTED = table(RejectedPaper)


class KeptPapers(Mapping[str, bytes]):
    """Everything stored, by digest, each read once: as a mapping the logos, and the templates of letters."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._contents: dict[str, tuple[str, bytes]] = {}
        self._templates: dict[str, Template] = {}

    def __getitem__(self, digest: str) -> bytes:
        return self._read(digest)[1]

    def __iter__(self) -> Iterator[str]:
        return iter(self._contents)

    def __len__(self) -> int:
        return len(self._contents)

    def template(self, digest: str) -> Template:
        """The template of a letter, by the digests of its sheets. Raises UnknownKind if one is not stored."""
        found = self._templates.get(digest)
        if found is None:
            files = [self._read(one) for one in digest.split(JOINED)]
            found = self._templates[digest] = put_together([read_package(content, name) for name, content in files])
        return found

    def _read(self, digest: str) -> tuple[str, bytes]:
        found = self._contents.get(digest)
        if found is None:
            with self._database.reading() as conn:
                row = conn.execute(sa.select(PAPER.c.name, PAPER.c.content).where(PAPER.c.digest == digest)).first()
            if row is None:
                raise UnknownKind(f"document {digest[:12]} is not in this database; another one wrote it")
            found = self._contents[digest] = (row.name, bytes(row.content))
        return found


def kept(conn: Connection) -> set[str]:
    """The digests of all stored files."""
    return set(conn.execute(sa.select(PAPER.c.digest)).scalars())


def rejected(conn: Connection) -> set[str]:
    """The templates that are wrong and neither corrected nor released."""
    query = sa.select(REJECTED.c.template_digest).where(REJECTED.c.lifted_on.is_(None))
    return set(conn.execute(query).scalars())

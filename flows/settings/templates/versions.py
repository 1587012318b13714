"""A practice's own letter templates: checked, published with who, when and why, and put back."""

import hashlib
import re
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from flows.settings.reasons import require_reason
from flows.settings.templates.commands import keep
from flows.settings.templates.queries import PAPER
from letters.check import check_template
from letters.docx.package import Problem
from letters.docx.shelf import SHIPPED
from letters.kinds import LANGUAGES
from models import LetterTemplate
from models.columns import AnyRow, table
from models.database import Transaction
from models.errors import NotFound, Refused
from models.files import write_whole

LETTER_TEMPLATE = table(LetterTemplate)

SUFFIX = ".docx"
_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*(\.[a-z]{2})?(\.large)?")


class BadTemplate(Refused):
    """A template that can't be used; `problems` has all its errors."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = tuple(problems)


@dataclass(frozen=True, slots=True)
class TemplateLine:
    """A template in force. `name`: the file without its ending; `own`: the practice's, else the shipped one.

    `version` and what follows are those of its last publication, if any. `outside`: the file was changed outside
    pastdue since then.
    """

    name: str
    kind: str
    language: str
    large: bool
    own: bool
    version: int | None
    on: date | None
    by: str | None
    reason: str | None
    outside: bool


class TemplateVersion(NamedTuple):
    """A publication of a template; without a digest the practice returned to the shipped one."""

    version: int
    digest: str | None
    on: date
    by: str
    reason: str


def templates(conn: Connection, folder: Path) -> list[TemplateLine]:
    """Every template in force, by name."""
    newest = {row.name: row for row in conn.execute(sa.select(LETTER_TEMPLATE).order_by(LETTER_TEMPLATE.c.version))}
    files = {**_files(SHIPPED), **_files(folder)}
    own = _files(folder)
    return [_line(name, path, newest.get(name), own=name in own) for name, path in sorted(files.items())]


def _files(folder: Path) -> dict[str, Path]:
    if not folder.is_dir():
        return {}
    found = (path for path in folder.glob(f"*{SUFFIX}") if not path.name.startswith(("~$", ".")))
    return {path.name[: -len(SUFFIX)].lower(): path for path in found}


def _line(name: str, path: Path, row: AnyRow | None, *, own: bool) -> TemplateLine:
    words = name.split(".")
    digest = hashlib.sha256(path.read_bytes()).hexdigest() if own else None
    return TemplateLine(
        name,
        words[0],
        next((word for word in words[1:] if word in LANGUAGES), LANGUAGES[0]),
        "large" in words[1:],
        own,
        None if row is None else row.version,
        None if row is None else row.on,
        None if row is None else row.by,
        None if row is None else row.reason,
        own and (row is None or row.digest != digest),
    )


def template_file(name: str, folder: Path) -> Path:
    """The file of a template in force: the practice's own, else the shipped one. Raises NotFound."""
    wanted = name.lower().removesuffix(SUFFIX)
    path = _files(folder).get(wanted) or _files(SHIPPED).get(wanted)
    if path is None:
        raise NotFound(f'there is no template "{name}"', "list the templates for their names")
    return path


def versions(conn: Connection, name: str) -> list[TemplateVersion]:
    """The publications of a template, the newest first."""
    query = sa.select(*(LETTER_TEMPLATE.c[field] for field in TemplateVersion._fields))
    query = query.where(LETTER_TEMPLATE.c.name == name).order_by(LETTER_TEMPLATE.c.version.desc())
    return [TemplateVersion._make(row) for row in conn.execute(query)]


def faults_of(name: str, content: bytes) -> list[Problem]:
    """Everything wrong with a file as the template of a name."""
    if _NAME.fullmatch(name) is None:
        what = "the file is not named after a kind of letter"
        return [Problem(f"{name}{SUFFIX}", what, "name it such as reminder-1.docx, or reminder-1.es.docx for Spanish")]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{name}{SUFFIX}"
        path.write_bytes(content)
        return check_template(path)


def publish_template(tx: Transaction, folder: Path, name: str, content: bytes, reason: str) -> int:
    """Check a template and use it from the next letter on; returns its version.

    Raises BadTemplate with every error, BadInput without a reason; then nothing changes.
    """
    name = name.lower().removesuffix(SUFFIX)
    require_reason(reason)
    if problems := faults_of(name, content):
        raise BadTemplate(problems)
    digest = hashlib.sha256(content).hexdigest()
    before = versions(tx.conn, name)
    own = _files(folder).get(name)
    if before and before[0].digest == digest and own is not None and own.read_bytes() == content:
        raise Refused(f"{name} version {before[0].version} is the same file", "nothing was changed")
    keep(tx, f"{name}{SUFFIX}", content)
    version = _record(tx, name, digest, reason)
    folder.mkdir(parents=True, exist_ok=True)
    write_whole(folder / f"{name}{SUFFIX}", content)
    return version


def roll_back_template(tx: Transaction, folder: Path, name: str, to: int, reason: str) -> int:
    """Return to an earlier version of a template, or to the shipped one (0); returns the new version."""
    require_reason(reason)
    if to:
        known = {one.version: one for one in versions(tx.conn, name)}
        if to not in known:
            said = ", ".join(map(str, sorted(known))) or "none"
            raise NotFound(f"{name} has no version {to}", f"its versions are {said}; 0 is the shipped one")
        digest = known[to].digest
        if digest is not None:
            content = tx.conn.execute(sa.select(PAPER.c.content).where(PAPER.c.digest == digest)).scalar_one()
            return publish_template(tx, folder, name, bytes(content), reason)
    if name not in _files(SHIPPED):
        raise Refused(f"{name} is the practice's own letter, without a shipped template", "publish another file")
    own = _files(folder).get(name)
    if own is None:
        raise Refused(f"{name} is the shipped template already", "nothing was changed")
    version = _record(tx, name, None, reason)
    own.unlink()
    return version


def _record(tx: Transaction, name: str, digest: str | None, reason: str) -> int:
    before = versions(tx.conn, name)
    version = before[0].version + 1 if before else 1
    row = {
        "id": tx.ids(LetterTemplate, 1)[0],
        "name": name,
        "version": version,
        "digest": digest,
        "on": tx.business_date,
        "by": tx.actor,
        "reason": reason.strip(),
    }
    tx.insert(LetterTemplate, [row])
    return version

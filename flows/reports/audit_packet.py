"""An account's audit packet: history, ledger, letters, access log, and the proof that nothing was altered; one ZIP."""

import hashlib
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TypedDict

import orjson
from sqlalchemy.engine import Connection

from flows.accounts.queries import account_row
from flows.correspondence.letters.listed import list_letters
from flows.correspondence.print_batches.pdf import NoPdf, can_make_pdf, to_pdf
from flows.correspondence.reprint import write_again
from flows.estates.documents.attachments import content_of, names_of
from flows.estates.matters.numbers import matter_number
from flows.estates.matters.queries import files_of, matter_of_account
from flows.practice import Practice
from flows.proof.prove import prove
from flows.reports.account import account_view
from flows.reports.account_documents import EventLine, LedgerLine
from flows.reports.view_log import Asked, ViewLine, views
from letters.numbers import letter_file_name
from models.csv_files import csv_bytes
from models.errors import Refused
from models.files import zip_of
from models.ids import AccountId, PersonId

HISTORY = tuple(EventLine.__annotations__)
LEDGER = tuple(LedgerLine.__annotations__)
SEEN = ("at", "user", "what", "person", "number", "about", "why")
MANIFEST = "manifest.json"


class PacketFile(TypedDict):
    """A member of a packet, its size and its digest."""

    name: str
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class AuditPacket:
    """A packet: its bytes, its members with their digests, and its account's people."""

    name: str
    content: bytes
    files: tuple[PacketFile, ...]
    intact: bool
    account_id: AccountId
    guarantor_id: PersonId


def audit_packet(practice: Practice, number: str, today: date) -> AuditPacket:
    """All stored data of one account. Raises NotFound.

    A letter that cannot be recreated as it was written is listed in problems.txt, not left out silently.
    """
    with practice.database.reading() as conn:
        row = account_row(conn, number)
        view, proof = account_view(conn, number), prove(conn, practice.settings, number)
        letters = list_letters(conn, number=number)
        seen = _all_views(conn, number)
    members: list[tuple[str, bytes]] = [
        ("account.json", _json({key: value for key, value in view.items() if key not in ("ledger", "events")})),
        ("history.csv", _csv(HISTORY, view["events"])),
        ("ledger.csv", _csv(LEDGER, view["ledger"])),
        ("letters.csv", _csv(tuple(letters[0]) if letters else ("letter",), letters)),
        ("who-saw-it.csv", _csv(SEEN, seen)),
        ("proof.json", _json({**proof, "event": {"seq": row.history_seq, "digest": row.history_digest}})),
    ]
    of_estates, lost = _estate_files(practice, row.id)
    members += of_estates
    written, problems = _letters(practice, [one["letter"] for one in letters if one["state"] != "queued"])
    members += written
    problems = [*lost, *problems]
    if problems:
        members.append(("problems.txt", "\n".join(problems).encode()))
    files: tuple[PacketFile, ...] = tuple(
        {"name": name, "bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
        for name, content in members
    )
    listed = {"account": number, "made_on": today.isoformat(), "history_intact": not proof["broken"], "files": files}
    content = zip_of([*members, (MANIFEST, _json(listed))])
    name = f"account-{number}-{today}.zip"
    return AuditPacket(name, content, files, not proof["broken"], row.id, row.guarantor_id)


def _estate_files(practice: Practice, account_id: int) -> tuple[list[tuple[str, bytes]], list[str]]:
    """The files of the account's estate matters, withdrawn ones too, and which of them were altered or are missing."""
    members: list[tuple[str, bytes]] = []
    problems: list[str] = []
    with practice.database.reading() as conn:
        matter = matter_of_account(conn, account_id)
        rows = [] if matter is None else files_of(conn, matter.id)
    for file, name in zip(rows, names_of(rows), strict=True):
        try:
            content = content_of(practice.settings.home, file)
        except Refused as error:
            problems.append(str(error))
            continue
        folder = "withdrawn/" if file.withdrawn_on is not None else ""
        members.append((f"estate/{matter_number(file.matter_id)}/{folder}{name}", content))
    return members, problems


def _all_views(conn: Connection, number: str) -> list[ViewLine]:
    found: list[ViewLine] = []
    before: int | None = None
    while page := views(conn, Asked(number=number, before=before)):
        found += page
        before = page[-1]["id"]
    return found


def _letters(practice: Practice, keys: Sequence[int]) -> tuple[list[tuple[str, bytes]], list[str]]:
    members: list[tuple[str, bytes]] = []
    problems: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        made: list[Path] = []
        for key in keys:
            target = Path(folder) / f"{letter_file_name(key)}.docx"
            try:
                write_again(practice.database, key, target, practice.settings.letters)
            except Refused as error:
                problems.append(str(error))
                continue
            made.append(target)
            members.append((f"letters/{target.name}", target.read_bytes()))
        if made and can_make_pdf():
            try:
                members += [(f"letters/{pdf.name}", pdf.read_bytes()) for pdf in to_pdf(made, Path(folder))]
            except NoPdf as error:
                problems.append(f"No PDF of the letters: {error}")
    return members, problems


def _csv(columns: Sequence[str], rows: Iterable[Mapping[str, object]]) -> bytes:
    return csv_bytes(columns, ([row.get(name) for name in columns] for row in rows))


def _json(value: object) -> bytes:
    return orjson.dumps(value, default=str, option=orjson.OPT_INDENT_2)

"""The attorney's packet: a ZIP of its documents with a manifest of digests, and one PDF if LibreOffice is installed.

The minimum necessary (45 CFR 164.502(b)): no diagnosis, no part of a social security number.
"""

import hashlib
import io
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypedDict

import orjson
from pypdf import PdfWriter

from flows.correspondence.print_batches.pdf import NoPdf, can_make_pdf, to_pdf
from flows.estates.documents.attachments import content_of, file_title, names_of, packet_files
from flows.estates.documents.claim_forms import CLAIM_FORMS, claim_kind
from flows.estates.documents.commands import Desk, Made, make_paper
from flows.estates.documents.compose import DocumentRequest
from flows.estates.documents.file_check import Media, as_pdf
from flows.estates.matters.numbers import matter_number, paper_number
from flows.estates.matters.queries import accounts_of_matter, matter_row, papers_of, parties_of, party_with, referral_of
from letters.estate.data import Terms
from letters.estate.kinds import PAPERS, Reader
from letters.wording.values import date
from models.columns import AnyRow
from models.database import Transaction
from models.errors import BadInput, Refused
from models.estate_enums import PartyRole
from models.estate_events import PacketMade
from models.files import write_whole, zip_of
from models.ids import MatterId
from models.remedies import Remedy

MANIFEST = "manifest.json"
WORD = ".docx"


class EnclosedFile(TypedDict):
    """A document of a packet in its manifest: its position, size and digest."""

    order: int
    name: str
    sha256: str
    bytes: int


@dataclass(frozen=True, slots=True)
class Packet:
    """A packet as created. `contents`: its documents by name, in order. `pdf` is empty if none was requested, or
    LibreOffice is missing or failed; `pdf_problem` states why."""

    matter: int
    file: Path
    sha256: str
    files: tuple[EnclosedFile, ...]
    contents: tuple[tuple[str, bytes], ...] = ()
    pdf: Path | None = None
    pdf_problem: str | None = "not requested"


@dataclass(frozen=True, slots=True)
class _Enclosed:
    """A document of a packet: its type, its title in the index, its file name and its content."""

    kind: str
    title: str
    name: str
    content: bytes


def make_packet(tx: Transaction, desk: Desk, matter_id: MatterId, signer: tuple[str, str]) -> Packet:
    """Create the documents of a packet and store them in one ZIP. Raises Refused for a matter without a claim.

    They are in the order of the index: the assignment, the claim, the affidavit, the statement, the history, the
    proofs, the deadlines. A document that was already sent is included as sent, not created again. The PDF is made
    after the transaction (with_pdf): it needs seconds, which would block all other writers.
    """
    matter = matter_row(tx.conn, matter_id, lock=True)
    if not matter.claim_cents:
        raise Refused(
            f"matter {matter_id} has no claim yet",
            "decide the claim first",
            remedy=Remedy.TAKE_STEP,
            matter=matter_id,
            step="claim_due",
        )
    enclosed = sorted([*_sent(tx, desk, matter_id), *_papers(tx, desk, matter, signer)], key=_place)
    enclosed += _files(tx, desk, matter_id)
    enclosed = [*_cover(tx, desk, matter, signer, [one.title for one in enclosed]), *enclosed]
    index = _make(tx, desk, matter, "index", signer, enclosures=tuple(one.title for one in enclosed))
    ordered = [(one.name, one.content) for one in (_fresh(index), *enclosed)]
    return _write(tx, desk, matter_id, ordered)


def _papers(tx: Transaction, desk: Desk, matter: AnyRow, signer: tuple[str, str]) -> list[_Enclosed]:
    """The documents created for the packet: those not sent yet, and the proof of those sent."""
    sent = {row.kind for row in papers_of(tx.conn, matter.id) if row.sent_on is not None}
    kinds = [claim_kind(matter.jurisdiction), "affidavit", "itemised-statement", "history-extract"]
    kinds = [*(kind for kind in kinds if kind not in sent), *(["proof-of-mailing"] if sent else []), "deadlines"]
    return [_fresh(_make(tx, desk, matter, kind, signer)) for kind in kinds]


def _cover(
    tx: Transaction, desk: Desk, matter: AnyRow, signer: tuple[str, str], titles: Sequence[str]
) -> list[_Enclosed]:
    """The attorney's assignment; None if the matter is not referred."""
    referral = referral_of(tx.conn, matter.id)
    if referral is None:
        return []
    party = party_with(parties_of(tx.conn, matter.id), PartyRole.OUR_ATTORNEY)
    assert party is not None
    terms = Terms(referral.asked, referral.budget_cents, referral.fee)
    ask = DocumentRequest(
        "attorney-cover", Reader.OUR_ATTORNEY, party.id, signer, terms=terms, enclosures=tuple(titles)
    )
    return [_fresh(make_paper(tx, desk, matter.id, ask))]


def _fresh(made: Made) -> _Enclosed:
    kind = made.data.sheet.kind
    return _Enclosed(kind, PAPERS[kind].title, made.file.name, made.file.read_bytes())


ORDER = (
    "claim",
    "amended-claim",
    "affidavit",
    "itemised-statement",
    "history-extract",
    "proof-of-mailing",
    "deadlines",
)
"""The documents of a packet in the order counsel reads them; any other sent document follows these."""


def _place(one: _Enclosed) -> int:
    kind = "claim" if one.kind in CLAIM_FORMS.values() else one.kind
    return ORDER.index(kind) if kind in ORDER else len(ORDER)


def _make(
    tx: Transaction, desk: Desk, matter: AnyRow, kind: str, signer: tuple[str, str], enclosures: tuple[str, ...] = ()
) -> Made:
    return make_paper(tx, desk, matter.id, DocumentRequest(kind, Reader.FILE, None, signer, enclosures=enclosures))


def _sent(tx: Transaction, desk: Desk, matter_id: MatterId) -> list[_Enclosed]:
    """Documents that were sent, as sent. One whose file is missing or changed is refused, not replaced."""
    found: list[_Enclosed] = []
    for row in papers_of(tx.conn, matter_id):
        if row.sent_on is None:
            continue
        path = desk.home / row.file
        content = path.read_bytes() if path.is_file() else b""
        if hashlib.sha256(content).hexdigest() != row.rendered_digest:
            raise BadInput(f"{path.name} is missing or was altered since it was sent", "restore the original file")
        title = f"{PAPERS[row.kind].title}, as it went on {date(row.sent_on)} ({paper_number(matter_id, row.serial)})"
        found.append(_Enclosed(row.kind, title, f"sent-{path.name}", content))
    return found


def _files(tx: Transaction, desk: Desk, matter_id: MatterId) -> list[_Enclosed]:
    """The files of the matter that go into the packet, as they came. One that was altered is refused."""
    rows = packet_files(tx.conn, matter_id)
    named = zip(rows, names_of(rows), strict=True)
    return [_Enclosed(row.kind, file_title(row), name, content_of(desk.home, row)) for row, name in named]


def _write(tx: Transaction, desk: Desk, matter_id: int, ordered: Sequence[tuple[str, bytes]]) -> Packet:
    number = matter_number(matter_id)
    files: list[EnclosedFile] = [
        {"order": place, "name": name, "sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}
        for place, (name, content) in enumerate(ordered, 1)
    ]
    listed = {"matter": number, "made_on": tx.business_date.isoformat(), "files": files}
    manifest = orjson.dumps(listed, option=orjson.OPT_INDENT_2)
    packed = zip_of([*ordered, (MANIFEST, manifest)])
    target = desk.folder(matter_id) / f"packet-{number}-{tx.business_date}.zip"
    write_whole(target, packed)
    digest = hashlib.sha256(packed).hexdigest()
    tx.record_all(
        PacketMade(account_id=key, matter=matter_id, files=len(files), digest=digest)
        for key in accounts_of_matter(tx.conn, matter_id)
    )
    return Packet(matter_id, target, digest, tuple(files), tuple(ordered))


def with_pdf(packet: Packet) -> Packet:
    """A packet with its PDF beside the ZIP. Runs outside of any transaction."""
    made, problem = _pdf(packet.file.with_suffix(".pdf"), packet.contents)
    return replace(packet, pdf=made, pdf_problem=problem)


def _pdf(target: Path, ordered: Sequence[tuple[str, bytes]]) -> tuple[Path | None, str | None]:
    """All documents as one PDF, in order; or why there is none, if LibreOffice is missing or fails."""
    if not can_make_pdf():
        return None, "LibreOffice is not installed"
    with tempfile.TemporaryDirectory() as folder, PdfWriter() as writer:
        words: list[Path] = []
        for place, (name, content) in enumerate(ordered):
            if name.endswith(WORD):
                words.append(Path(folder) / f"{place:03d}-{name}")
                words[-1].write_bytes(content)
        try:
            drawn = iter(to_pdf(words, Path(folder)))
        except NoPdf as problem:
            return None, str(problem)
        for name, content in ordered:
            if name.endswith(WORD):
                writer.append(next(drawn))
            else:
                media = Media(name.rpartition(".")[2])
                writer.append(io.BytesIO(as_pdf(content, media)))
        packed = io.BytesIO()
        writer.write(packed)
    write_whole(target, packed.getvalue())
    return target, None


__all__ = ["MANIFEST", "Packet", "make_packet", "with_pdf"]

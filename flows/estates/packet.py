"""The attorney's packet: one ZIP with its papers and a manifest of digests, and one PDF where LibreOffice is there.

The minimum necessary (45 CFR 164.502(b)): no diagnosis, no part of a social security number.
"""

import hashlib
import io
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
from pypdf import PdfWriter

from flows.estates.compose import Ask
from flows.estates.numbers import matter_number
from flows.estates.opening import RefusedMatter
from flows.estates.papers import Desk, Made, claim_kind, make_paper
from flows.estates.queries import accounts_of_matter, matter_row, papers_of, parties_of, party_with, referral_of
from flows.printing.pdf import NoPdf, can_make_pdf, to_pdf
from letters.estate_data import Terms
from letters.estate_kinds import PAPERS, Reader
from models.columns import AnyRow
from models.database import Transaction
from models.estate_events import PacketMade
from models.estate_kinds import PartyRole
from models.files import write_whole, zip_of

MANIFEST = "manifest.json"


@dataclass(frozen=True, slots=True)
class Packet:
    """A packet as it was made. `pdf` is empty where LibreOffice is not there or failed; `pdf_problem` says why."""

    matter: int
    file: Path
    sha256: str
    files: tuple[dict[str, Any], ...]
    pdf: Path | None
    pdf_problem: str | None


def make_packet(tx: Transaction, desk: Desk, matter_id: int, signer: tuple[str, str], *, pdf: bool = True) -> Packet:
    """Make the papers of a packet anew and put them in one ZIP. Raises RefusedMatter for a matter without a claim.

    In the order of the index: what is asked, the claim, the affidavit, the statement, the history, the proofs, the
    days. Papers of the matter that were made before (a disallowance's answer, say) go with it as they are.
    """
    matter = matter_row(tx.conn, matter_id, lock=True)
    if not matter.claim_cents:
        raise RefusedMatter(
            f"matter {matter_id} has no claim yet; decide on it first (estate step {matter_id} claim_due --source ...)"
        )
    made = _papers(tx, desk, matter, signer)
    older = _older(tx, desk, matter_id, {one.paper_id for one in made})
    titles = tuple(PAPERS[one.data.sheet.kind].title for one in made) + tuple(name for name, _ in older)
    index = _make(tx, desk, matter, "index", signer, enclosures=titles)
    ordered = [(index.file.name, index.file.read_bytes()), *((one.file.name, one.file.read_bytes()) for one in made)]
    ordered += [(name, content) for name, content in older]
    return _write(tx, desk, matter_id, ordered, pdf=pdf)


def _papers(tx: Transaction, desk: Desk, matter: AnyRow, signer: tuple[str, str]) -> list[Made]:
    sent = {row.kind for row in papers_of(tx.conn, matter.id) if row.sent_on is not None}
    kinds = [claim_kind(matter.jurisdiction), "affidavit", "itemised-statement", "history-extract"]
    # What went out is in the packet as it went, and is not written a second time.
    kinds = [*(kind for kind in kinds if kind not in sent), *(["proof-of-mailing"] if sent else []), "deadlines"]
    made = [_make(tx, desk, matter, kind, signer) for kind in kinds]
    referral = referral_of(tx.conn, matter.id)
    if referral is not None:
        party = party_with(parties_of(tx.conn, matter.id), PartyRole.OUR_ATTORNEY)
        assert party is not None
        enclosed = tuple(PAPERS[one.data.sheet.kind].title for one in made)
        terms = Terms(referral.asked, referral.budget_cents, referral.fee)
        ask = Ask("attorney-cover", Reader.OUR_ATTORNEY, party.id, signer, terms=terms, enclosures=enclosed)
        made.insert(0, make_paper(tx, desk, matter.id, ask))
    return made


def _make(
    tx: Transaction, desk: Desk, matter: AnyRow, kind: str, signer: tuple[str, str], enclosures: tuple[str, ...] = ()
) -> Made:
    return make_paper(tx, desk, matter.id, Ask(kind, Reader.FILE, None, signer, enclosures=enclosures))


def _older(tx: Transaction, desk: Desk, matter_id: int, fresh: set[int]) -> list[tuple[str, bytes]]:
    """Papers that went out before, as they went; one whose file is gone or altered is refused, not replaced."""
    found: list[tuple[str, bytes]] = []
    for row in papers_of(tx.conn, matter_id):
        if row.id in fresh or row.sent_on is None:
            continue
        path = desk.home / row.file
        content = path.read_bytes() if path.is_file() else b""
        if hashlib.sha256(content).hexdigest() != row.rendered_digest:
            raise RefusedMatter(f"{path.name} is missing or was altered since it was sent; put the right file back")
        found.append((f"sent-{path.name}", content))
    return found


def _write(tx: Transaction, desk: Desk, matter_id: int, ordered: Sequence[tuple[str, bytes]], *, pdf: bool) -> Packet:
    number = matter_number(matter_id)
    files = [
        {"order": place, "name": name, "sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}
        for place, (name, content) in enumerate(ordered, 1)
    ]
    listed = {"matter": number, "made_on": tx.business_date.isoformat(), "files": files}
    manifest = orjson.dumps(listed, option=orjson.OPT_INDENT_2)
    packed = zip_of([*ordered, (MANIFEST, manifest)])
    target = desk.folder(matter_id) / f"packet-{number}-{tx.business_date}.zip"
    write_whole(target, packed)
    made, problem = _pdf(target.with_suffix(".pdf"), ordered) if pdf else (None, "not asked for")
    digest = hashlib.sha256(packed).hexdigest()
    tx.record_all(
        PacketMade(account_id=key, matter=matter_id, files=len(files), digest=digest)
        for key in accounts_of_matter(tx.conn, matter_id)
    )
    return Packet(matter_id, target, digest, tuple(files), made, problem)


def _pdf(target: Path, ordered: Sequence[tuple[str, bytes]]) -> tuple[Path | None, str | None]:
    """All papers as one PDF, in their order; why not, where LibreOffice is not there or fails."""
    if not can_make_pdf():
        return None, "LibreOffice is not installed"
    with tempfile.TemporaryDirectory() as folder, PdfWriter() as writer:
        words: list[Path] = []
        for place, (name, content) in enumerate(ordered):
            path = Path(folder) / f"{place:03d}-{name}"
            path.write_bytes(content)
            words.append(path)
        try:
            for pdf in to_pdf(words, Path(folder)):
                writer.append(pdf)
        except NoPdf as problem:
            return None, str(problem)
        packed = io.BytesIO()
        writer.write(packed)
    write_whole(target, packed.getvalue())
    return target, None


__all__ = ["MANIFEST", "Packet", "make_packet"]

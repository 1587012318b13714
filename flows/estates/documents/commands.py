"""Documents of a matter: created from the database, only for recipients that the law allows, and sent with proof."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import orjson
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from flows.accounts.happenings import close_tasks, open_tasks_on
from flows.estates.claims.claim import ClaimNow, lasts_past
from flows.estates.claims.claimed import claim_columns, claim_now
from flows.estates.claims.petition import PetitionNow, check_petition
from flows.estates.claims.weigh import refuse_not_cost_effective, weigh
from flows.estates.death.later_services import watch_services
from flows.estates.documents.blanks import filled_form
from flows.estates.documents.compose import DocumentRequest, compose
from flows.estates.documents.matter_file import MatterFile, matter_file_of
from flows.estates.documents.memo import KIND as MEMO
from flows.estates.documents.memo import memo_reason
from flows.estates.documents.recipients import refuse_unlawful
from flows.estates.documents.signing import signer_for
from flows.estates.matters.numbers import matter_number, paper_number
from flows.estates.matters.queries import MATTER, PAPER, accounts_of_matter, matter_row
from flows.estates.payments.awaited import KIND as REMINDER
from flows.estates.payments.receipts import release_of
from flows.estates.payments.reversals import SATISFACTION, check_satisfaction
from flows.practice import Practice
from flows.settings.queries import policy_now
from flows.settings.templates.commands import keep
from flows.settings.templates.queries import PAPER as KEPT
from letters.docx.merge import plain
from letters.docx.shelf import SHIPPED
from letters.docx.template import Template
from letters.estate.data import EstatePaper as PaperData
from letters.estate.kinds import PAPERS, PaperKind, Part
from letters.estate.shelf import estate_template
from models import EstatePaper
from models.columns import AnyRow
from models.database import Transaction
from models.enums import TaskState
from models.errors import BadInput, NotFound, Refused
from models.estate_enums import EstateFactName, MatterState
from models.estate_events import EstatePaperMade, EstatePaperSent
from models.files import write_whole
from models.ids import MatterId
from models.remedies import Remedy
from models.task_kinds import TaskKind

TAKES_BACK = frozenset({"apology", "withdrawal"})
"""Documents that correct earlier ones sent because of a wrong report of death: an annulled matter can still send
them."""


@dataclass(frozen=True, slots=True)
class Desk:
    """Where documents are stored, and where the practice's own templates are."""

    home: Path
    templates: Path

    def folder(self, matter_id: int) -> Path:
        """The folder of a matter."""
        return self.home / "estates" / matter_number(matter_id)

    def template(self, kind: str) -> Template:
        """The template of a document type."""
        return estate_template(kind, (self.templates,) if self.templates.is_dir() else ())


@dataclass(frozen=True, slots=True)
class Made:
    """A document that was created."""

    paper_id: int
    number: str
    file: Path
    data: PaperData
    digest: str


def make_paper(tx: Transaction, desk: Desk, matter_id: MatterId, ask: DocumentRequest) -> Made:
    """Create one document and record it. Raises Refused for one that must not be sent to that recipient."""
    watch_services(tx, matter_row(tx.conn, matter_id, lock=True))
    matter = matter_row(tx.conn, matter_id)
    matter_file = matter_file_of(tx.conn, matter)
    about = PAPERS[ask.kind]
    refuse_unlawful(tx.conn, matter_file, about, ask, tx.business_date)
    if ask.filing_fee_cents > 0:
        refuse_not_cost_effective(tx.conn, matter, ask.role, ask.why, "the court's fee")
    ask = _signed_and_released(tx.conn, matter, about, ask)
    if Part.PETITION in about.needs:
        check_petition(_petition_now(tx.conn, matter_file), ask.role, ask.why, tx.business_date)
    claim = claim_of_paper(tx, matter, about)
    serial = max((row.serial for row in matter_file.papers), default=0) + 1
    data = compose(tx.conn, matter_file, ask, serial, claim, tx.business_date)
    drawn = _drawn(tx, desk, matter, data)
    file = desk.folder(matter_id) / f"{serial:02d}-{ask.kind}{drawn.suffix}"
    write_whole(file, drawn.content)
    digest = hashlib.sha256(drawn.content).hexdigest()
    number = tx.ids(EstatePaper, 1)[0]
    amount = 0 if claim is None or Part.CLAIM not in about.needs else claim.amount_cents
    tx.insert(
        EstatePaper,
        [
            {
                "id": number,
                "matter_id": matter_id,
                "serial": serial,
                "kind": ask.kind,
                "reader": ask.reader.value,
                "party_id": ask.party_id,
                "made_on": tx.business_date,
                "made_by": tx.actor,
                "amount_cents": amount,
                "data": orjson.dumps(plain(data)).decode(),
                "template_digest": drawn.template_digest,
                "rendered_digest": digest,
                "file": str(file.relative_to(desk.home)),
            }
        ],
    )
    if ask.kind == "amended-claim" and claim is not None:
        tx.conn.execute(sa.update(MATTER).where(MATTER.c.id == matter_id).values(**claim_columns(claim)))
    tx.record_all(
        EstatePaperMade(
            account_id=key,
            matter=matter_id,
            paper=paper_number(matter_id, serial),
            paper_kind=ask.kind,
            reader=ask.reader.value.replace("_", " "),
            amount_cents=amount,
            digest=digest,
            because=ask.why,
        )
        for key in accounts_of_matter(tx.conn, matter_id)
    )
    return Made(number, paper_number(matter_id, serial), file, data, digest)


@dataclass(frozen=True, slots=True)
class _Drawn:
    """A document as a file: its content, its ending, and what it was made from."""

    content: bytes
    suffix: str
    template_digest: str


def _drawn(tx: Transaction, desk: Desk, matter: AnyRow, data: PaperData) -> _Drawn:
    """The court's own form as PDF, if the practice has it; otherwise the document from its template."""
    kind = data.sheet.kind
    form = filled_form(tx.conn, kind, matter.jurisdiction, data)
    if form is not None:
        return _Drawn(form.content, ".pdf", form.digest)
    template = desk.template(kind)
    keep(tx, template.name, _source(desk, kind))
    return _Drawn(template.render(data, _logo(tx.conn, data)), ".docx", template.digest)


def _signed_and_released(conn: Connection, matter: AnyRow, about: PaperKind, ask: DocumentRequest) -> DocumentRequest:
    """The request, with the signer, the payment that a release states by the ledger, and the reason of a write-off
    memo."""
    ask = replace(ask, signer=signer_for(about, ask.signer, policy_now(conn).estate_signer))
    if about.name == MEMO:
        return replace(ask, reason=memo_reason(matter.id, MatterState(matter.state), matter.reason, ask.reason))
    if Part.RECEIPT not in about.needs:
        return ask
    said = None if ask.receipt is None else ask.receipt[0]
    return replace(ask, receipt=release_of(conn, matter, said, ask.role))


def _petition_now(conn: Connection, matter_file: MatterFile) -> PetitionNow:
    row = matter_file.matter
    filed = matter_file.facts.get(EstateFactName.PETITION_FILED)
    return PetitionNow(
        row.id, MatterState(row.state), row.letters_on, row.open_estate_by, filed, weigh(conn, row).worth
    )


def claim_of_paper(tx: Transaction, matter: AnyRow, about: PaperKind) -> ClaimNow | None:
    """The claim that a document states: as it was decided, or by the current ledger for an amended claim.

    None if no claim was decided yet.
    """
    if about.name == "amended-claim":
        return claim_now(tx, matter)
    if not matter.claim_cents:
        return None
    due = matter.claim_cents - matter.contingent_cents
    last = matter.last_illness_cents
    return ClaimNow(matter.claim_cents, due, matter.contingent_cents, last, matter.claim_cents - last)


def mark_sent(tx: Transaction, paper: AnyRow, sent_on: date, how: str, tracking: str) -> None:
    """Mark a document as sent: the date, the method, the proof. The same entry twice is stored once.

    Raises Refused for an annulled matter, and for a second mailing of the same document with other details. Raises
    BadInput for a date before it was created or after today.
    """
    name = paper_number(paper.matter_id, paper.serial)
    if paper.sent_on is not None:
        if (paper.sent_on, paper.how, paper.tracking or "") == (sent_on, how, tracking):
            return
        raise Refused(
            f"document {name} was already sent on {paper.sent_on} by {paper.how}", "create it again to send it again"
        )
    if paper.voided_on is not None:
        raise Refused(f"document {name} was voided on {paper.voided_on}", "create it again, and send that one")
    if sent_on > tx.business_date or sent_on < paper.made_on:
        raise BadInput(
            f"{sent_on} is not between {paper.made_on}, when it was created, and today", "correct the date", field="on"
        )
    matter = matter_row(tx.conn, paper.matter_id, lock=True)
    if matter.state == MatterState.ANNULLED.value and paper.kind not in TAKES_BACK:
        raise Refused(f"matter {matter.id} is annulled: its documents must not be sent", f"pull document {name}")
    _refuse_after_death(paper, matter.death_on, name)
    if not how.strip():
        raise BadInput("enter how it was sent, such as: certified mail, filed with the clerk, by hand", field="how")
    values = {"sent_on": sent_on, "how": how, "tracking": tracking or None, "sent_by": tx.actor}
    tx.conn.execute(sa.update(PAPER).where(PAPER.c.id == paper.id).values(**values))
    tx.record_all(
        EstatePaperSent(
            account_id=key,
            matter=matter.id,
            paper=name,
            paper_kind=paper.kind,
            sent_on=sent_on,
            how=how,
            tracking=tracking,
        )
        for key in accounts_of_matter(tx.conn, matter.id)
    )
    if paper.kind == REMINDER:
        open_ = open_tasks_on(tx, accounts_of_matter(tx.conn, matter.id), [TaskKind.ESTATE_REMINDER])
        close_tasks(tx, open_, TaskState.DONE, "the reminder was sent")
    if paper.kind == SATISFACTION:
        check_satisfaction(tx, matter, name, sent_on)


def _refuse_after_death(paper: AnyRow, died_on: date | None, name: str) -> None:
    """Raise Refused for a document that lists a service after the death, such as one created before the date was
    corrected."""
    listed = orjson.loads(paper.data).get("accounts") or ()
    day = date.fromisoformat
    late = [one["number"] for one in listed if lasts_past(day(one["service_from"]), day(one["service_to"]), died_on)]
    if late:
        raise Refused(
            f"document {name} lists services after the death on {died_on} (account {', '.join(late)})",
            "create it again without them, and send that one",
        )


def paper_row(conn: Connection, matter_id: MatterId, serial: int) -> AnyRow:
    """A document by its number. Raises NotFound."""
    query = sa.select(PAPER).where(PAPER.c.matter_id == matter_id, PAPER.c.serial == serial)
    row = conn.execute(query).first()
    if row is None:
        raise NotFound(f"document {paper_number(matter_id, serial)} was not found", remedy=Remedy.SHOW_MATTER)
    return row


def _source(desk: Desk, kind: str) -> bytes:
    own = desk.templates / "estate" / f"{kind}.docx"
    return own.read_bytes() if own.is_file() else (SHIPPED / "estate" / f"{kind}.docx").read_bytes()


def _logo(conn: Connection, data: PaperData) -> Mapping[str, bytes]:
    if data.creditor.logo is None:
        return {}
    row = conn.execute(sa.select(KEPT.c.content).where(KEPT.c.digest == data.creditor.logo.digest)).scalar()
    return {} if row is None else {data.creditor.logo.digest: bytes(row)}


def estate_desk(practice: Practice) -> Desk:
    """Where estate documents are stored."""
    return Desk(practice.settings.home, practice.settings.templates)

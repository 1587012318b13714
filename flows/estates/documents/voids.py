"""A document that was made wrongly is voided: it stays in the history, and is never sent."""

import sqlalchemy as sa

from flows.estates.documents.filing import is_claim
from flows.estates.matters.numbers import paper_number
from flows.estates.matters.queries import PAPER, accounts_of_matter, matter_row
from models.columns import AnyRow
from models.database import Transaction
from models.errors import BadInput, Refused
from models.estate_file_events import EstatePaperVoided
from models.ids import MatterId


def void_paper(tx: Transaction, paper: AnyRow, why: str) -> None:
    """Void a document that was not sent, with a reason. Raises BadInput without one, and Refused for a document that
    was sent, filed or voided already."""
    name = paper_number(MatterId(paper.matter_id), paper.serial)
    matter_row(tx.conn, paper.matter_id, lock=True)
    if not why.strip():
        raise BadInput("enter why the document is voided", field="why")
    if paper.sent_on is not None:
        instead = (
            "create an amended claim, or a withdrawal"
            if is_claim(paper.kind)
            else "create a document that corrects it, and send that one"
        )
        raise Refused(f"document {name} was sent on {paper.sent_on} by {paper.how}: it can't be voided", instead)
    if paper.voided_on is not None:
        raise Refused(f"document {name} was already voided on {paper.voided_on}", "nothing was changed")
    values = {"voided_on": tx.business_date, "voided_by": tx.actor, "void_reason": why}
    tx.conn.execute(sa.update(PAPER).where(PAPER.c.id == paper.id).values(**values))
    tx.record_all(
        EstatePaperVoided(account_id=key, matter=paper.matter_id, paper=name, paper_kind=paper.kind, reason=why)
        for key in accounts_of_matter(tx.conn, paper.matter_id)
    )

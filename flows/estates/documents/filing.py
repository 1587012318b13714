"""A document was sent. If it was the claim, the matter is filed in the same transaction."""

from collections.abc import Iterable
from datetime import date

import sqlalchemy as sa

from flows.estates.deadlines.commands import recompute
from flows.estates.documents.commands import mark_sent
from flows.estates.matters.decide import StepInput
from flows.estates.matters.numbers import paper_number
from flows.estates.matters.queries import MATTER, matter_row
from flows.estates.matters.steps import CLAIM_PREFIX, PLACES, missing_place, take_step
from flows.estates.matters.work import ELSEWHERE, close_kinds
from models.columns import AnyRow
from models.database import Transaction
from models.errors import Refused
from models.estate_enums import MatterState
from models.labels import plain
from models.remedies import Remedy
from models.task_kinds import TaskKind
from models.user_enums import Role


def is_claim(kind: str) -> bool:
    """Whether a document type is a claim: the general form, or a state's own form."""
    return kind.startswith(CLAIM_PREFIX)


def may_be_filed(state: MatterState, unsent: Iterable[str]) -> bool:
    """Whether sending one of these unsent document types would file the matter."""
    return state is MatterState.CLAIM_DUE and any(is_claim(kind) for kind in unsent)


def file_claim(tx: Transaction, paper: AnyRow, on: date, how: str, tracking: str, role: Role) -> None:
    """Record that this document filed the claim: the method and the proof. The matter moves to Filed as of that date.

    A repeat for a matter that it already filed changes nothing. Raises Refused for a document that is not a claim, and
    for a matter that cannot be filed now; the document is then not marked as sent either.
    """
    name = paper_number(paper.matter_id, paper.serial)
    if not is_claim(paper.kind):
        raise Refused(f"document {name} is not a claim", "only a claim can be marked as filed")
    if paper.reader not in PLACES:
        raise Refused(
            f"document {name} is for the {plain(paper.reader).lower()} and does not present the claim",
            "create the claim for the court or the representative",
            remedy=Remedy.WRITE_CLAIM,
        )
    matter = matter_row(tx.conn, paper.matter_id, lock=True)
    again = matter.state == MatterState.FILED.value and paper.sent_on == on == matter.filed_on
    if matter.filed_on is not None and not again:
        raise Refused(
            f"the claim of matter {matter.id} was already filed on {matter.filed_on}",
            f"mark document {name} as sent without filing it again, or create an amended claim",
        )
    mark_sent(tx, paper, on, how, tracking)
    if again:
        return
    proof = f", {tracking}" if tracking else ""
    take_step(tx, paper.matter_id, MatterState.FILED, role, StepInput(f"{name}, {how}{proof}", on, on=on))


def paper_went(tx: Transaction, paper: AnyRow, on: date, how: str, tracking: str) -> None:
    """Mark a document as sent: the method and the proof. A claim filed earlier may be presented by it in a missing
    place."""
    mark_sent(tx, paper, on, how, tracking)
    _claim_presented(tx, paper)


def _claim_presented(tx: Transaction, paper: AnyRow) -> None:
    """A claim was sent after the matter was filed. Once no place is missing, its deadline may no longer control."""
    matter = matter_row(tx.conn, paper.matter_id)
    if not is_claim(paper.kind) or matter.filed_on is None or matter.not_presented_to is None:
        return
    missing = missing_place(tx, matter)
    tx.conn.execute(sa.update(MATTER).where(MATTER.c.id == matter.id).values(not_presented_to=missing))
    if missing is None:
        close_kinds(
            tx,
            matter.id,
            [ELSEWHERE, TaskKind.ESTATE_DEADLINE, TaskKind.ESTATE_DEADLINE_MANAGER],
            "the claim was presented",
        )
    recompute(tx, [matter.id])

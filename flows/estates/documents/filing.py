"""A paper went; and where it was the claim that was filed by it, the matter is filed, in the same instant."""

from collections.abc import Iterable
from datetime import date

import sqlalchemy as sa

from flows.estates.deadlines.compute import recompute
from flows.estates.documents.commands import mark_sent
from flows.estates.matters.numbers import paper_number
from flows.estates.matters.queries import MATTER, matter_row
from flows.estates.matters.states import StepInput
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
    """Whether a kind of paper is a claim: the general form, or that of a state which has its own."""
    return kind.startswith(CLAIM_PREFIX)


def may_be_filed(state: MatterState, unsent: Iterable[str]) -> bool:
    """Whether one of these kinds of paper that have not gone yet would file the matter."""
    return state is MatterState.CLAIM_DUE and any(is_claim(kind) for kind in unsent)


def file_claim(tx: Transaction, paper: AnyRow, on: date, how: str, tracking: str, role: Role) -> None:
    """The claim was filed by this paper: how and with what proof, and the matter goes on to be filed on that day.

    Said again for a matter that was filed by it, nothing is changed. Raises Refused for a paper that is no claim,
    and Refused where the matter cannot be filed now; the paper then has not gone either.
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
    """A paper went: how and with what proof; of a claim that was filed before, it may be the place that was missing."""
    mark_sent(tx, paper, on, how, tracking)
    _claim_presented(tx, paper)


def _claim_presented(tx: Transaction, paper: AnyRow) -> None:
    """A claim went after the matter was filed: where it was missing in a place, its last day may count no longer."""
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

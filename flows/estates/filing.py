"""A paper went; and where it was the claim that was filed by it, the matter is filed, in the same instant."""

from collections.abc import Iterable
from datetime import date

from flows.estates.machine import Given
from flows.estates.numbers import paper_number
from flows.estates.papers import RefusedPaper, mark_sent
from flows.estates.queries import matter_row
from flows.estates.steps import CLAIM_PREFIX, take_step
from models.columns import AnyRow
from models.database import Transaction
from models.estate_kinds import MatterState, StaffRole


def is_claim(kind: str) -> bool:
    """Whether a kind of paper is a claim: the general form, or that of a state which has its own."""
    return kind.startswith(CLAIM_PREFIX)


def may_be_filed(state: MatterState, unsent: Iterable[str]) -> bool:
    """Whether one of these kinds of paper that have not gone yet would file the matter."""
    return state is MatterState.CLAIM_DUE and any(is_claim(kind) for kind in unsent)


def file_claim(tx: Transaction, paper: AnyRow, on: date, how: str, tracking: str, role: StaffRole) -> None:
    """The claim was filed by this paper: how and with what proof, and the matter goes on to be filed on that day.

    Said again for a matter that was filed by it, nothing is changed. Raises RefusedPaper for a paper that is no claim,
    and RefusedStep where the matter cannot be filed now; the paper then has not gone either.
    """
    name = paper_number(paper.matter_id, paper.serial)
    if not is_claim(paper.kind):
        raise RefusedPaper(f"paper {name} is no claim; only a claim files a matter")
    mark_sent(tx, paper, on, how, tracking)
    matter = matter_row(tx.conn, paper.matter_id)
    if matter.state == MatterState.FILED.value and matter.filed_on == on:
        return
    proof = f", {tracking}" if tracking else ""
    take_step(tx, paper.matter_id, MatterState.FILED, role, Given(f"{name}, {how}{proof}", on, on=on))

"""The evidence in a matter's file at write-off: the death, every search, the claim and its answer."""

from collections.abc import Mapping, Sequence

from flows.estates.matters.said import fact_said
from letters.estate.data import HistoryLine
from models.columns import AnyRow
from models.estate_enums import EstateFactName
from models.values import dollars


def evidence_of(matter: AnyRow, facts: Mapping[EstateFactName, str], rows: Sequence[AnyRow]) -> tuple[HistoryLine, ...]:
    """The lines of a write-off memorandum, by date."""
    found = [HistoryLine(matter.death_on, f"Death, by {facts.get(EstateFactName.PROOF_OF_DEATH, matter.source)}")]
    found += [
        HistoryLine(row.source_on, f"{_named(row)}: {fact_said(row.name, row.value)} ({row.source})") for row in rows
    ]
    if matter.filed_on is not None:
        found.append(HistoryLine(matter.filed_on, f"Claim of {dollars(matter.claim_cents)} filed"))
    if matter.answered_on is not None:
        found.append(HistoryLine(matter.answered_on, answer_said(matter)))
    return tuple(sorted(found, key=lambda one: one.on))


def answer_said(matter: AnyRow) -> str:
    """The estate's response to the claim."""
    allowed, claimed = matter.allowed_cents or 0, dollars(matter.claim_cents)
    if not allowed:
        return f"Answer: the claim of {claimed} was disallowed"
    if matter.offer_cents == allowed:
        return f"Compromise: {dollars(allowed)} agreed instead of {claimed}"
    if allowed >= matter.claim_cents:
        return f"Answer: the claim of {claimed} was allowed"
    return f"Answer: {dollars(allowed)} of {claimed} allowed, the rest disallowed"


def _named(row: AnyRow) -> str:
    return row.name.replace("_", " ").capitalize()

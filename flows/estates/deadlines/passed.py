"""A controlling deadline has passed: what can still be done by the law of the state, and whom to ask. Pure."""

from dataclasses import dataclass
from datetime import date
from typing import TypedDict

from compliance.late_claims import LABELS, LateKind, LateRemedy, late_remedies
from compliance.nonclaim_table import DeadlineKind
from flows.estates.deadlines.decide import Counts

PASSED: dict[Counts, str] = {
    Counts.CLAIM: (
        "the deadline to claim has passed: ask counsel today what can still be done, and report it to the manager; if "
        "there is no remedy, move the matter to Barred"
    ),
    Counts.SUIT: (
        "the deadline to sue has passed: ask counsel today about remedies, and report it to the manager; an "
        "agreed amount "
        "may still be paid; otherwise write off the claim as disallowed"
    ),
    Counts.OPEN: (
        "the deadline to open the estate has passed: search whether someone else opened one; otherwise move "
        "the matter to No estate"
    ),
}
"""What to do once a deadline has passed."""


@dataclass(frozen=True, slots=True)
class PassedDeadline:
    """A controlling deadline that has passed: what it was for, the last day itself, its kind, and the estate."""

    what: Counts
    on: date
    kind: str | None
    state: str | None = None
    died_on: date | None = None


class RemedyLine(TypedDict):
    """What may still be open, for people: the label of its kind, the condition, its law, and its last day."""

    kind: str
    label: str
    says: str
    citation: str
    source: str
    confidence: str
    until: date | None


def passed_next(one: PassedDeadline, today: date) -> str:
    """What to do once the controlling deadline has passed, and whom to ask."""
    if one.what is Counts.CLAIM and one.kind == DeadlineKind.PROTECTIVE.value:
        return "the protective day has passed, and it bars nothing: file and serve the claim today"
    if today <= one.on:
        return f"the last business day has passed, but the deadline itself is {one.on}: act today, and ask counsel"
    return PASSED[one.what]


def remedies_of(one: PassedDeadline, today: date) -> list[RemedyLine]:
    """What may still be open for a late claim. Empty for another deadline, and while the day has not passed."""
    protective = one.kind == DeadlineKind.PROTECTIVE.value
    if one.what is not Counts.CLAIM or protective or today <= one.on:
        return []
    found = late_remedies(one.state, one.died_on, one.on, today)
    return [_line(remedy, one) for remedy in found]


def _line(remedy: LateRemedy, one: PassedDeadline) -> RemedyLine:
    return {
        "kind": remedy.kind.value,
        "label": LABELS[remedy.kind],
        "says": remedy.says,
        "citation": remedy.citation,
        "source": f"{remedy.source}, read on {remedy.read_on}",
        "confidence": remedy.confidence,
        "until": remedy.ends_on(one.died_on, one.on),
    }


def remedies_said(lines: list[RemedyLine]) -> str:
    """The ways that may still be open as one sentence of an alert; empty if none was looked up."""
    said = "; ".join(map(_remedy_said, lines))
    nothing = any(line["kind"] == LateKind.NOTHING.value for line in lines)
    return f" {'The law' if nothing else 'Perhaps still open'}: {said}." if said else ""


def _remedy_said(line: RemedyLine) -> str:
    until = f" until {line['until']}" if line["until"] else ""
    return f"{line['label'].lower()}{until} ({line['citation']}; {line['confidence']} confidence)"

"""A controlling deadline has passed: what can still be done, and whom to ask. Pure."""

from compliance.nonclaim_table import DeadlineKind
from flows.estates.deadlines.decide import Counts

PASSED: dict[Counts, str] = {
    Counts.CLAIM: (
        "the deadline to claim has passed: ask counsel today about a late claim (leave of the court; no actual notice "
        "of the estate, Tulsa Professional Collection Services v. Pope, 485 U.S. 478), and report it to the manager; "
        "if there is no remedy, move the matter to Barred"
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
"""What can still be done once a deadline has passed."""


def passed_next(what: Counts, kind: str | None) -> str:
    """What can still be done once the controlling deadline has passed, and whom to ask."""
    if what is Counts.CLAIM and kind == DeadlineKind.PROTECTIVE.value:
        return "the protective day has passed, and it bars nothing: file and serve the claim today"
    return PASSED[what]

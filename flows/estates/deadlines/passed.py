"""A day that counted has passed: what can still be done, and whom to ask. Pure."""

from compliance.nonclaim_table import DeadlineKind
from flows.estates.deadlines.decide import Counts

PASSED: dict[Counts, str] = {
    Counts.CLAIM: (
        "the last day to claim has passed: ask counsel today about a late claim (leave of the court; no actual notice "
        "of the estate, Tulsa Professional Collection Services v. Pope, 485 U.S. 478), and report it to the manager; "
        "where nothing is open, take the step barred"
    ),
    Counts.SUIT: (
        "the last day to sue has passed: ask counsel today what is open, and report it to the manager; what was agreed "
        "may still be paid, else write the claim off as disallowed"
    ),
    Counts.OPEN: (
        "the last day to have the estate opened has passed: search whether another opened one, else no estate follows"
    ),
}
"""What can still be done once a day has passed."""


def passed_next(what: Counts, kind: str | None) -> str:
    """What can still be done once the day that counts has passed, and whom to ask."""
    if what is Counts.CLAIM and kind == DeadlineKind.PROTECTIVE.value:
        return "the protective day has passed, and it bars nothing: file and serve the claim today"
    return PASSED[what]

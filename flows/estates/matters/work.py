"""Work that people have because of a matter, closed when it is answered or moot."""

from collections.abc import Sequence

from flows.accounts.happenings import close_tasks, open_tasks_on
from flows.estates.matters.queries import accounts_of_matter
from models.database import Transaction
from models.kinds import TaskState

EARLY = "estate-file-early"
"""The claim is decided on and facts are missing: nobody waits for the latest day."""

AFTER = "estate-service-after-death"
"""A claim holds what was rendered after the death."""

PUBLISHED = "estate-published"
"""The day of a publication that a notice named beforehand has come."""

DIFFERS = "estate-death-differs"
"""Proof names another day of death than the one that was reported by a tip."""

ELSEWHERE, LATE = "estate-present-too", "estate-filed-late"
"""A claim that must be presented in another place too, and one that was filed after its last day."""

_ANSWERED = ("estate-deadline", "estate-deadline-manager", "estate-silence", EARLY)
"""What the desk was told of a day that came near: a step answers it."""

_OF_THE_DESK = (
    "open-estate",
    "confirm-death",
    "search-probate",
    "estate-open-by",
    "estate-offer-over",
    "estate-reminder",
    "estate-payment-late",
    AFTER,
    DIFFERS,
    ELSEWHERE,
    LATE,
    PUBLISHED,
)
"""Work that is moot when a matter is at its end."""


def close_answered(tx: Transaction, matter_id: int) -> None:
    """Close what a step of the matter answers."""
    close_kinds(tx, matter_id, _ANSWERED, "the matter went on")


def close_searched(tx: Transaction, matter_id: int, outcome: str) -> None:
    """Close what asks to look for an estate, once it is found or nobody looks any more."""
    close_kinds(tx, matter_id, ("open-estate", "search-probate", "estate-open-by"), outcome)


def close_work(tx: Transaction, matter_id: int, outcome: str) -> None:
    """Close all work about a matter that is at its end."""
    close_kinds(tx, matter_id, (*_ANSWERED, *_OF_THE_DESK), outcome)


def close_kinds(tx: Transaction, matter_id: int, kinds: Sequence[str], outcome: str) -> None:
    """Close the open work of some kinds about a matter."""
    close_tasks(tx, open_tasks_on(tx, accounts_of_matter(tx.conn, matter_id), kinds), TaskState.DONE, outcome)

"""Work that people have because of a matter, closed when it is answered or moot."""

from collections.abc import Sequence

from flows.accounts.happenings import close_tasks, open_tasks_on
from flows.estates.matters.queries import accounts_of_matter
from models.database import Transaction
from models.enums import TaskState
from models.task_kinds import TaskKind, TaskName

EARLY = TaskKind.ESTATE_FILE_EARLY
"""The claim is decided on and facts are missing: nobody waits for the latest day."""

AFTER = TaskKind.ESTATE_SERVICE_AFTER_DEATH
"""A claim holds what was rendered after the death."""

PUBLISHED = TaskKind.ESTATE_PUBLISHED
"""The day of a publication that a notice named beforehand has come."""

DIFFERS = TaskKind.ESTATE_DEATH_DIFFERS
"""Proof names another day of death than the one that was reported by a tip."""

ELSEWHERE, LATE = TaskKind.ESTATE_PRESENT_TOO, TaskKind.ESTATE_FILED_LATE
"""A claim that must be presented in another place too, and one that was filed after its last day."""

_ANSWERED = (TaskKind.ESTATE_DEADLINE, TaskKind.ESTATE_DEADLINE_MANAGER, TaskKind.ESTATE_SILENCE, EARLY)
"""What the desk was told of a day that came near: a step answers it."""

_OF_THE_DESK = (
    TaskKind.OPEN_ESTATE,
    TaskKind.CONFIRM_DEATH,
    TaskKind.SEARCH_PROBATE,
    TaskKind.ESTATE_OPEN_BY,
    TaskKind.ESTATE_OFFER_OVER,
    TaskKind.ESTATE_REMINDER,
    TaskKind.ESTATE_PAYMENT_LATE,
    AFTER,
    DIFFERS,
    ELSEWHERE,
    LATE,
    PUBLISHED,
)
"""Work that is moot when a matter is at its end."""


def close_answered(tx: Transaction, matter_id: int) -> None:
    """Close what a step of the matter answers."""
    close_kinds(tx, matter_id, _ANSWERED, "the matter advanced")


def close_searched(tx: Transaction, matter_id: int, outcome: str) -> None:
    """Close what asks to look for an estate, once it is found or nobody looks any more."""
    close_kinds(tx, matter_id, (TaskKind.OPEN_ESTATE, TaskKind.SEARCH_PROBATE, TaskKind.ESTATE_OPEN_BY), outcome)


def close_work(tx: Transaction, matter_id: int, outcome: str) -> None:
    """Close all work about a matter that is at its end."""
    close_kinds(tx, matter_id, (*_ANSWERED, *_OF_THE_DESK), outcome)


def close_kinds(tx: Transaction, matter_id: int, kinds: Sequence[TaskName], outcome: str) -> None:
    """Close the open work of some kinds about a matter."""
    close_tasks(tx, open_tasks_on(tx, accounts_of_matter(tx.conn, matter_id), kinds), TaskState.DONE, outcome)

"""A matter's tasks, closed when they are done or moot."""

from collections.abc import Sequence

from flows.accounts.happenings import close_tasks, open_tasks_on
from flows.estates.matters.queries import accounts_of_matter
from models.database import Transaction
from models.enums import TaskState
from models.task_kinds import TaskKind, TaskName

EARLY = TaskKind.ESTATE_FILE_EARLY
"""The claim is decided and facts are missing: the desk must not wait for the outside date."""

AFTER = TaskKind.ESTATE_SERVICE_AFTER_DEATH
"""A claim includes a service after the death."""

PUBLISHED = TaskKind.ESTATE_PUBLISHED
"""The date of a publication named beforehand in a notice was reached."""

DIFFERS = TaskKind.ESTATE_DEATH_DIFFERS
"""Proof states another date of death than the reported one."""

ELSEWHERE, LATE = TaskKind.ESTATE_PRESENT_TOO, TaskKind.ESTATE_FILED_LATE
"""A claim that must also be presented in another place, and one that was filed after its deadline."""

_ANSWERED = (TaskKind.ESTATE_DEADLINE, TaskKind.ESTATE_DEADLINE_MANAGER, TaskKind.ESTATE_SILENCE, EARLY)
"""Alerts to the desk about a near deadline: a step answers them."""

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
"""Tasks that are moot when a matter is closed."""


def close_answered(tx: Transaction, matter_id: int) -> None:
    """Close the tasks that a step of the matter answers."""
    close_kinds(tx, matter_id, _ANSWERED, "the matter advanced")


def close_searched(tx: Transaction, matter_id: int, outcome: str) -> None:
    """Close the tasks to search for an estate, once it is found or the search has ended."""
    close_kinds(tx, matter_id, (TaskKind.OPEN_ESTATE, TaskKind.SEARCH_PROBATE, TaskKind.ESTATE_OPEN_BY), outcome)


def close_work(tx: Transaction, matter_id: int, outcome: str) -> None:
    """Close all tasks of a matter that is closed."""
    close_kinds(tx, matter_id, (*_ANSWERED, *_OF_THE_DESK), outcome)


def close_kinds(tx: Transaction, matter_id: int, kinds: Sequence[TaskName], outcome: str) -> None:
    """Close the open tasks of some kinds about a matter."""
    close_tasks(tx, open_tasks_on(tx, accounts_of_matter(tx.conn, matter_id), kinds), TaskState.DONE, outcome)

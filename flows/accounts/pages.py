"""Processing of a stage by pages: a page in one short transaction, then each item alone, then an exception with a
task."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import sqlalchemy as sa

from flows.accounts.counts import Count, Counts
from flows.accounts.failure import failure
from flows.accounts.happenings import NewTask, close_tasks, open_tasks
from flows.accounts.tasks.causes import Gone
from flows.accounts.tasks.queries import TASK, accounts_of_tasks
from flows.accounts.tasks.standing import failed_work
from models.columns import AnyRow
from models.database import Database, Transaction, batches
from models.enums import TaskState
from models.ids import CreditorId, PersonId
from models.task_kinds import Failed, TaskKind
from models.user_enums import Role

PAGE = 200
"""Items per transaction: well under half a second."""

FAILED = TaskKind.WORK_FAILED
"""The manager's task about an item that the nightly run could not process."""


def failed_reason(noun: str, key: int, why: str) -> str:
    """The reason of the manager's task."""
    return f"{noun} {key} failed: {why}; fix the problem, then rerun the day"


@dataclass(frozen=True, slots=True)
class Subject:
    """The subject of an item, for the task if it fails: the guarantor, the creditor and the accounts."""

    guarantor_id: PersonId
    creditor_id: CreditorId
    account_ids: tuple[int, ...]


def subject_of(accounts: Sequence[AnyRow]) -> Subject:
    """The subject of accounts (rows with id, guarantor_id, creditor_id; at least one): the first row has the
    guarantor."""
    return Subject(accounts[0].guarantor_id, accounts[0].creditor_id, tuple(account.id for account in accounts))


def task_subject(tx: Transaction, key: int) -> Subject:
    """The subject of a task: its guarantor, creditor and accounts."""
    row = tx.conn.execute(sa.select(TASK.c.guarantor_id, TASK.c.creditor_id).where(TASK.c.id == key)).one()
    return Subject(row.guarantor_id, row.creditor_id, tuple(accounts_of_tasks(tx.conn, [key]).get(key, ())))


@dataclass(frozen=True, slots=True)
class Page:
    """How items of one noun are processed. `failed` are the tasks of items that failed before."""

    database: Database
    actor: str
    today: date
    noun: str
    work: Callable[[Transaction, Sequence[int]], Counts]
    subject: Callable[[Transaction, int], Subject]
    failed: Mapping[int, Sequence[int]]

    def run(self, page: Sequence[int]) -> Counts:
        """Process a page, or each item of it alone; items that succeed have their failure tasks closed."""
        try:
            with self.database.transaction(actor=self.actor, business_date=self.today) as tx:
                counts = self.work(tx, page)
                close_failed(tx, [task for key in page for task in self.failed.get(key, ())], Gone.WORKED)
                return counts
        # One bad row must not stop the day: find it by processing each item alone.
        except Exception as error:
            if len(page) > 1:
                return sum((self.run([key]) for key in page), Counts())
            reason = failed_reason(self.noun, page[0], failure(error))
        with self.database.transaction(actor=self.actor, business_date=self.today) as tx:
            whose = self.subject(tx, page[0])
            task = NewTask(FAILED, Role.MANAGER, reason, whose.guarantor_id, whose.creditor_id, whose.account_ids)
            open_tasks(tx, [replace(task, failed=Failed(self.noun, page[0]))])
        return Counts({Count.SET_ASIDE: 1})


def each_alone(
    database: Database,
    actor: str,
    today: date,
    noun: str,
    keys: Sequence[int],
    work: Callable[[Transaction, Sequence[int]], Counts],
    subject: Callable[[Transaction, int], Subject],
    size: int = PAGE,
    *,
    all_due: bool = True,
) -> Counts:
    """Process items by their keys, a page at a time. If a page fails, each item is processed alone, and one that fails
    alone is an exception: the rest continues, a manager gets a task with the item and the failure, and the run counts
    it.

    The task closes automatically once the item is processed, or, where `keys` are `all_due`, is no longer due.
    """
    with database.reading() as conn:
        failed = failed_work(conn, noun)
    page, counts = Page(database, actor, today, noun, work, subject, failed), Counts()
    for some in batches(list(keys), size):
        counts += page.run(some)
    if all_due:
        _close_over(database, actor, today, failed, keys)
    return counts


def close_not_due(database: Database, actor: str, today: date, noun: str, due: Collection[int]) -> None:
    """Close the tasks about items of a noun that failed and no longer need processing."""
    with database.reading() as conn:
        failed = failed_work(conn, noun)
    _close_over(database, actor, today, failed, due)


def _close_over(
    database: Database, actor: str, today: date, failed: Mapping[int, Sequence[int]], due: Collection[int]
) -> None:
    over = [task for key in sorted(failed.keys() - set(due)) for task in failed[key]]
    if over:
        with database.transaction(actor=actor, business_date=today) as tx:
            close_failed(tx, over, Gone.NOT_DUE)


def close_failed(tx: Transaction, tasks: Sequence[int], gone: Gone) -> None:
    """Close tasks about failed items, with the reason."""
    close_tasks(tx, tasks, TaskState.DONE, f"automatic ({gone.value})")

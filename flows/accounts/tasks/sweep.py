"""Tasks whose cause is gone are closed, and missing tasks are opened: checked each night, and by `init`."""

from collections.abc import Sequence
from datetime import date

from flows.accounts.counts import Count, Counts
from flows.accounts.happenings import NewTask, close_gone, open_tasks
from flows.accounts.pages import Subject, each_alone, task_subject
from flows.accounts.tasks.causes import CAUSES
from flows.accounts.tasks.standing import Lacking, lacking_tasks, moot_tasks, open_task_keys
from models.database import Database, Transaction, batches, group_by_key
from models.task_kinds import TaskKind

ACTOR = "tasks"


def tend_tasks(database: Database, today: date) -> Counts:
    """Close tasks whose cause is gone, with the reason, and open the tasks that a cause lacks; a second run
    changes nothing."""
    with database.reading() as conn:
        moot = [one.task for part in batches(open_task_keys(conn)) for one in moot_tasks(conn, part)]
    counts = each_alone(database, ACTOR, today, "task", moot, _close, task_subject)
    with database.reading() as conn:
        lacking = group_by_key((one.kind, one) for one in lacking_tasks(conn, today))
    for kind, work in CAUSES.items():
        if work.cause is not None:
            counts += _open_kind(database, today, kind, lacking.get(kind, ()))
    return counts


def _open_kind(database: Database, today: date, kind: TaskKind, lacking: Sequence[Lacking]) -> Counts:
    """Open the missing tasks of one kind, each identified by its first account."""
    first = {one.account_ids[0]: one for one in lacking}

    def open_some(tx: Transaction, keys: Sequence[int]) -> Counts:
        return Counts({Count.TASKS_OPENED: len(open_tasks(tx, [_new(first[key]) for key in keys]))})

    def whose(_: Transaction, key: int) -> Subject:
        return Subject(first[key].guarantor_id, first[key].creditor_id, first[key].account_ids)

    return each_alone(database, ACTOR, today, f"missing task {kind.value} of account", sorted(first), open_some, whose)


def _close(tx: Transaction, keys: Sequence[int]) -> Counts:
    return Counts({Count.TASKS_CLOSED: close_gone(tx, keys)})


def _new(one: Lacking) -> NewTask:
    work = one.work
    return NewTask(one.kind, work.role, one.reason, one.guarantor_id, one.creditor_id, one.account_ids, work.due_days)

"""Nobody works on what is over, and nothing stands without its work: looked at each night, and by `init`."""

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
    """Close the work whose cause is gone, with what it went by, and open the work that a cause lacks; run again it
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
    """Open the work of one kind that is missing, each known by the first account that it is about."""
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

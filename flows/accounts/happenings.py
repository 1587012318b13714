"""Mail was returned, a person died, a promise was broken: what each schedule defines for it, and the tasks opened."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa

from flows.accounts.tasks.standing import moot_tasks
from flows.schedules.schedule import Happening, OpenEstate, OpenTask, Schedule, Trigger
from flows.schedules.schedule_file import schedule_from
from models import Account, Enrollment, GateReview, ScheduleVersion, Task, TaskAccount
from models.columns import AnyRow, in_keys, table
from models.database import Transaction, batches, bulk
from models.enums import EnrollmentState, GateState, TaskState
from models.events import TaskClosed, TaskOpened
from models.ids import CreditorId, PersonId
from models.task_kinds import BROKEN_PROMISE, Failed, TaskKind, TaskName
from models.user_enums import Role, WorkRole, label_of_role

ACCOUNT = table(Account)
ENROLLMENT = table(Enrollment)
GATE_REVIEW = table(GateReview)
SCHEDULE_VERSION = table(ScheduleVersion)
TASK = table(Task)
TASK_ACCOUNT = table(TaskAccount)

NOT_PENDING: Mapping[str, None] = {"pending_trigger": None, "pending_trigger_id": None}
"""An enrollment without a pending trigger."""


@dataclass(frozen=True, slots=True)
class NewTask:
    """A task to open about one or more accounts of one guarantor at one creditor."""

    kind: TaskName
    role: WorkRole
    reason: str
    guarantor_id: PersonId
    creditor_id: CreditorId
    account_ids: tuple[int, ...]
    due_days: int = 5
    failed: Failed | None = None


def accounts_enrolled(tx: Transaction, account_ids: Sequence[int]) -> Iterable[AnyRow]:
    """Accounts with their enrollment, if they have one."""
    for part in batches(account_ids):
        yield from tx.conn.execute(
            sa.select(
                ACCOUNT.c.id,
                ACCOUNT.c.state,
                ACCOUNT.c.guarantor_id,
                ACCOUNT.c.creditor_id,
                ENROLLMENT.c.state.label("enrolled"),
                ENROLLMENT.c.pending_trigger,
                ENROLLMENT.c.cycle,
                ENROLLMENT.c.schedule_version_id,
                ENROLLMENT.c.next_action_on,
            )
            .select_from(ACCOUNT)
            .outerjoin(ENROLLMENT, ENROLLMENT.c.account_id == ACCOUNT.c.id)
            .where(ACCOUNT.c.id.in_(part))
            .order_by(ACCOUNT.c.id)
        )


def happening_of(tx: Transaction, schedule_version_id: int, on: Trigger) -> Happening:
    """What a stored version of a schedule defines for a trigger."""
    return schedule_of(tx, schedule_version_id).on.get(on, Happening())


def schedule_of(tx: Transaction, schedule_version_id: int) -> Schedule:
    """The published schedule of a stored version."""
    query = sa.select(SCHEDULE_VERSION.c.text).where(SCHEDULE_VERSION.c.id == schedule_version_id)
    return schedule_from(tx.conn.execute(query).scalar_one())


_WAIT = (
    sa.update(ENROLLMENT)
    .where(ENROLLMENT.c.account_id == sa.bindparam("key"))
    .values(
        pending_trigger=sa.bindparam("on"), pending_trigger_id=sa.bindparam("mark"), next_action_on=sa.bindparam("day")
    )
)


def happen(tx: Transaction, on: Trigger, account_ids: Sequence[int], mark: object) -> None:
    """Apply a trigger to accounts: their schedules define what follows.

    Work for the practice starts at once; a letter or a call waits for its turn in the nightly run, before the next
    step. `mark` distinguishes one trigger from the next of its kind, so that each is processed once.
    """
    happen_each(tx, on, dict.fromkeys(account_ids, mark))


def happen_each(tx: Transaction, on: Trigger, marks: Mapping[int, object]) -> None:
    """The same for accounts with a different trigger of one kind each: `marks` by account."""
    happenings: dict[int, Happening] = {}
    tasks: list[NewTask] = []
    waiting: list[dict[str, object]] = []
    for row in list(accounts_enrolled(tx, list(marks))):
        if row.enrolled != EnrollmentState.ACTIVE.value:
            continue
        version = row.schedule_version_id
        if version not in happenings:
            happenings[version] = happening_of(tx, version, on)
        happening = happenings[version]
        if isinstance(happening.act, OpenTask | OpenEstate):
            tasks.append(_task_of(happening.act, on, row))
        elif happening.act is not None or happening.then.resume_at or happening.then.finish:
            waiting.append({"key": row.id, "on": on.value, "mark": str(marks[row.id]), "day": tx.business_date})
    open_tasks(tx, tasks)
    if waiting:
        bulk(tx.conn, _WAIT, waiting)


def withdraw(tx: Transaction, on: Trigger, account_ids: Sequence[int], mark: object, why: str) -> None:
    """Withdraw a trigger that turned out to be wrong: its pending consequence is canceled, and a call that was opened
    for it, and not made yet, is closed."""
    for part in batches(account_ids):
        waiting = sa.update(ENROLLMENT).where(in_keys(ENROLLMENT.c.account_id, part))
        tx.conn.execute(
            waiting.where(
                ENROLLMENT.c.pending_trigger == on.value, ENROLLMENT.c.pending_trigger_id == str(mark)
            ).values(**NOT_PENDING)
        )
        if on is Trigger.PROMISE_BROKEN:
            calls = (
                sa.select(TASK.c.id)
                .join(TASK_ACCOUNT, TASK_ACCOUNT.c.task_id == TASK.c.id)
                .where(
                    in_keys(TASK_ACCOUNT.c.account_id, part),
                    TASK.c.kind == TaskKind.CALL,
                    TASK.c.script == BROKEN_PROMISE,
                )
                .where(TASK.c.state == TaskState.OPEN.value, TASK.c.callback_asked_on.is_(None))
            )
            close_tasks(tx, sorted(set(tx.conn.execute(calls).scalars())), TaskState.CANCELLED, why)


def _task_of(act: OpenTask | OpenEstate, on: Trigger, row: AnyRow) -> NewTask:
    reason = on.value.replace("_", " ").capitalize()
    if isinstance(act, OpenEstate):
        return NewTask(TaskKind.OPEN_ESTATE, Role.ESTATE_DESK, reason, row.guarantor_id, row.creditor_id, (row.id,))
    return NewTask(act.kind, act.role, reason, row.guarantor_id, row.creditor_id, (row.id,), act.due_days)


def open_tasks(tx: Transaction, tasks: Sequence[NewTask]) -> list[int]:
    """Open tasks, each with an event on every account it is about; returns their numbers.

    A task of a kind that is already open for the same accounts is not opened twice.
    """
    there = _open_about(tx, tasks)
    wanted = [
        task
        for task in tasks
        if not any((task.guarantor_id, task.kind, account) in there for account in task.account_ids)
    ]
    numbers = list(tx.ids(Task, len(wanted)))
    opened = list(zip(numbers, wanted, strict=True))
    tx.insert(Task, [_task_row(tx, number, task) for number, task in opened])
    tx.insert(
        TaskAccount, [{"task_id": number, "account_id": key} for number, task in opened for key in task.account_ids]
    )
    tx.record_all(
        TaskOpened(
            account_id=account,
            task=number,
            task_kind=task.kind,
            role=label_of_role(task.role),
            reason=task.reason,
            due_on=tx.business_date + timedelta(days=task.due_days),
        )
        for number, task in opened
        for account in task.account_ids
    )
    return numbers


def _task_row(tx: Transaction, number: int, task: NewTask) -> dict[str, object]:
    return {
        "id": number,
        "kind": task.kind,
        "guarantor_id": task.guarantor_id,
        "creditor_id": task.creditor_id,
        "state": TaskState.OPEN.value,
        "role": label_of_role(task.role),
        "reason": task.reason,
        "opened_on": tx.business_date,
        "due_on": tx.business_date + timedelta(days=task.due_days),
        "failed_noun": None if task.failed is None else task.failed.noun,
        "failed_key": None if task.failed is None else task.failed.key,
    }


def _open_about(tx: Transaction, tasks: Sequence[NewTask]) -> set[tuple[int, str, int]]:
    """The open tasks about the accounts of these tasks: whose they are, their kind and account."""
    found: set[tuple[int, str, int]] = set()
    for part in batches(sorted({key for task in tasks for key in task.account_ids})):
        query = (
            sa.select(TASK.c.guarantor_id, TASK.c.kind, TASK_ACCOUNT.c.account_id)
            .join(TASK_ACCOUNT, TASK_ACCOUNT.c.task_id == TASK.c.id)
            .where(in_keys(TASK_ACCOUNT.c.account_id, part), TASK.c.state == TaskState.OPEN.value)
        )
        found.update((row[0], row[1], row[2]) for row in tx.conn.execute(query))
    return found


def close_tasks(tx: Transaction, task_ids: Sequence[int], state: TaskState, outcome: str) -> None:
    """Close tasks, with an event on every account that they are about.

    An undecided review ends with its task.
    """
    for part in batches(task_ids):
        about = tx.conn.execute(
            sa.select(TASK.c.id, TASK.c.kind, TASK_ACCOUNT.c.account_id)
            .join(TASK_ACCOUNT, TASK_ACCOUNT.c.task_id == TASK.c.id)
            .where(TASK.c.id.in_(part), TASK.c.state == TaskState.OPEN.value)
            .order_by(TASK.c.id, TASK_ACCOUNT.c.account_id)
        ).all()
        tx.conn.execute(
            sa.update(TASK)
            .where(TASK.c.id.in_(part), TASK.c.state == TaskState.OPEN.value)
            .values(state=state.value, closed_on=tx.business_date, outcome=outcome)
        )
        undecided = sa.and_(in_keys(GATE_REVIEW.c.task_id, part), GATE_REVIEW.c.state == GateState.WAITING.value)
        tx.conn.execute(sa.update(GATE_REVIEW).where(undecided).values(state=GateState.OVER.value))
        tx.record_all(
            TaskClosed(account_id=row.account_id, task=row.id, task_kind=row.kind, outcome=outcome) for row in about
        )


def close_gone(tx: Transaction, task_ids: Sequence[int], said: str | None = None) -> int:
    """Close those of these tasks whose cause is gone, with the reason it is gone, or with `said`; returns
    how many. flows/accounts/tasks/causes.py has what closes which."""
    found: dict[str, list[int]] = {}
    for one in moot_tasks(tx.conn, task_ids):
        found.setdefault(said or one.gone.value, []).append(one.task)
    for why, tasks in sorted(found.items()):
        close_tasks(tx, tasks, TaskState.DONE, f"automatic ({why})")
    return sum(map(len, found.values()))


def open_tasks_on(tx: Transaction, account_ids: Sequence[int], kinds: Sequence[TaskName]) -> list[int]:
    """The open tasks of these kinds about any of these accounts, by ix_task_account_account."""
    query = (
        sa.select(TASK.c.id)
        .join(TASK_ACCOUNT, TASK_ACCOUNT.c.task_id == TASK.c.id)
        .where(in_keys(TASK_ACCOUNT.c.account_id, account_ids), TASK.c.kind.in_(kinds))
        .where(TASK.c.state == TaskState.OPEN.value)
    )
    return sorted(set(tx.conn.execute(query).scalars()))


def close_moot_calls(tx: Transaction, account_ids: Sequence[int], outcome: str) -> None:
    """Close the open calls about these accounts if no other account of the call has a balance with the practice;
    accounts placed with an agency are not called."""
    for part in batches(account_ids):
        still_owed = (
            sa.select(TASK_ACCOUNT.c.task_id)
            .join(ACCOUNT, ACCOUNT.c.id == TASK_ACCOUNT.c.account_id)
            .where(TASK_ACCOUNT.c.task_id == TASK.c.id, ACCOUNT.c.balance_cents > 0, ACCOUNT.c.placement_id.is_(None))
        )
        moot = (
            sa.select(TASK.c.id)
            .join(TASK_ACCOUNT, TASK_ACCOUNT.c.task_id == TASK.c.id)
            .where(
                TASK_ACCOUNT.c.account_id.in_(part), TASK.c.kind == TaskKind.CALL, TASK.c.state == TaskState.OPEN.value
            )
            .where(~still_owed.exists())
            .distinct()
            .order_by(TASK.c.id)
        )
        close_tasks(tx, list(tx.conn.execute(moot).scalars()), TaskState.CANCELLED, outcome)


def wake(tx: Transaction, account_ids: Sequence[int]) -> None:
    """Have the run review accounts today, because a blocker of theirs is gone."""
    for part in batches(account_ids):
        tx.conn.execute(
            sa.update(ENROLLMENT)
            .where(ENROLLMENT.c.account_id.in_(part), ENROLLMENT.c.state == EnrollmentState.ACTIVE.value)
            .values(next_action_on=tx.business_date)
        )

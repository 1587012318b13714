"""Open tasks for display: role, person, balance, age, days late, and reason; in few queries."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from flows.accounts.tasks.causes import INSTEAD, NOT_TICKED_OFF
from flows.accounts.tasks.standing import OPEN, standing_causes
from flows.dunning.reviews.queries import GATE_REVIEW
from models import Account, Creditor, MatterAccount, Person, Task, TaskAccount
from models.columns import AnyRow, AnySelect, table
from models.database import batches, group_by_key
from models.enums import GateState
from models.ids import AccountId, CreditorId, MatterId, PersonId, TaskId
from models.user_enums import Role

ACCOUNT = table(Account)
CREDITOR = table(Creditor)
MATTER_ACCOUNT = table(MatterAccount)
PERSON = table(Person)
TASK = table(Task)
TASK_ACCOUNT = table(TaskAccount)


ESTATE_ROLES = (Role.ESTATE_DESK.label,)


class TaskSort(StrEnum):
    """The order of a list of tasks: the most urgent, the oldest, the largest balance, or the name first."""

    DUE = "due"
    AGE = "age"
    BALANCE = "balance"
    NAME = "name"


@dataclass(frozen=True, slots=True)
class TaskFilter:
    """Which open tasks are listed, and in which order. `owner`: a user's, or "" for those without one; None for all.
    `snoozed`: those that wait for a later day, instead of those that do not; None for both."""

    kind: str | None = None
    roles: Collection[str] | None = None
    but: Collection[str] = ()
    owner: str | None = None
    creditor: int | None = None
    late: bool = False
    snoozed: bool | None = None
    sort: TaskSort = TaskSort.DUE


@dataclass(frozen=True, slots=True)
class Listed:
    """An open task. `balance_cents` is the current balance of its accounts. `age_days` counts from the day it was
    opened; `late_days` from its due date, zero before it. `matter`: its estate matter, if it has one. `by_review`: it
    is approved or rejected, not marked as done. `instead`: what to do instead of marking it as done, because its cause
    still exists."""

    task: TaskId
    kind: str
    role: str
    person: PersonId
    name: str
    phone: str | None
    creditor: str
    creditor_id: CreditorId
    balance_cents: int
    accounts: tuple[str, ...]
    account_ids: tuple[AccountId, ...]
    opened_on: date
    due_on: date | None
    not_before_on: date | None
    attempts_made: int
    age_days: int
    late_days: int
    reason: str
    matter: MatterId | None
    by_review: bool
    assigned_to: str | None
    instead: str = ""

    @property
    def ticked_off(self) -> bool:
        """Whether a user completes it, and nothing closes it automatically."""
        return self.kind not in NOT_TICKED_OFF and not self.by_review and not self.instead


@dataclass(frozen=True, slots=True)
class Group:
    """How many tasks of a kind are open, how many are late, and when the oldest was due."""

    kind: str
    tasks: int
    late: int
    oldest_due_on: date | None


def task_groups(conn: Connection, today: date, wanted: TaskFilter | None = None) -> list[Group]:
    """Open tasks by kind."""
    late = sa.func.sum(sa.case((TASK.c.due_on < today, 1), else_=0))
    query = sa.select(TASK.c.kind, sa.func.count(), late, sa.func.min(TASK.c.due_on)).where(
        *_conditions(wanted or TaskFilter(), today)
    )
    query = query.group_by(TASK.c.kind).order_by(TASK.c.kind)
    return [Group(kind, int(count), int(overdue or 0), due) for kind, count, overdue, due in conn.execute(query)]


def listed_tasks(
    conn: Connection, today: date, wanted: TaskFilter | None = None, *, skip: int = 0, at_most: int | None = None
) -> list[Listed]:
    """Open tasks in the order that is asked for; by ix_task_open."""
    asked = wanted or TaskFilter()
    query = _tasks().where(*_conditions(asked, today)).order_by(*_order(asked.sort), TASK.c.id).offset(skip)
    rows = conn.execute(query if at_most is None else query.limit(at_most)).all()
    keys = [row.id for row in rows]
    about, standing = _accounts(conn, keys), standing_causes(conn, keys, today)
    instead = {key: INSTEAD[cause] for key, cause in standing.items()}
    return [_listed(row, about.get(row.id, []), instead.get(row.id, ""), today) for row in rows]


def snoozed_tasks(conn: Connection, today: date, wanted: TaskFilter) -> int:
    """How many of these tasks wait for a later day."""
    query = sa.select(sa.func.count()).select_from(TASK).where(*_conditions(replace(wanted, snoozed=True), today))
    return conn.execute(query).scalar_one()


def _conditions(wanted: TaskFilter, today: date) -> list[sa.ColumnElement[bool] | sa.TextClause]:
    found: list[sa.ColumnElement[bool] | sa.TextClause] = [OPEN]
    if wanted.kind is not None:
        found.append(TASK.c.kind == wanted.kind)
    if wanted.roles is not None:
        found.append(TASK.c.role.in_(sorted(wanted.roles)))
    if wanted.but:
        found.append(TASK.c.kind.not_in(sorted(wanted.but)))
    if wanted.owner is not None:
        found.append(TASK.c.assigned_to == wanted.owner if wanted.owner else TASK.c.assigned_to.is_(None))
    if wanted.creditor is not None:
        found.append(TASK.c.creditor_id == wanted.creditor)
    if wanted.late:
        found.append(TASK.c.due_on < today)
    waits = sa.and_(TASK.c.not_before_on.is_not(None), TASK.c.not_before_on > today)
    if wanted.snoozed is not None:
        found.append(waits if wanted.snoozed else sa.not_(waits))
    return found


def _order(sort: TaskSort) -> Sequence[sa.ColumnElement[Any]]:
    match sort:
        case TaskSort.DUE:
            return (TASK.c.due_on,)
        case TaskSort.AGE:
            return (TASK.c.opened_on,)
        case TaskSort.NAME:
            return (PERSON.c.last_name, PERSON.c.first_name)
        case TaskSort.BALANCE:
            owed = (
                sa.select(sa.func.sum(ACCOUNT.c.balance_cents))
                .join(TASK_ACCOUNT, TASK_ACCOUNT.c.account_id == ACCOUNT.c.id)
                .where(TASK_ACCOUNT.c.task_id == TASK.c.id)
                .correlate(TASK)
                .scalar_subquery()
            )
            return (sa.func.coalesce(owed, 0).desc(),)


def _tasks() -> AnySelect:
    matter = (
        sa.select(sa.func.max(MATTER_ACCOUNT.c.matter_id))
        .join(TASK_ACCOUNT, TASK_ACCOUNT.c.account_id == MATTER_ACCOUNT.c.account_id)
        .where(TASK_ACCOUNT.c.task_id == TASK.c.id)
        .correlate(TASK)
        .scalar_subquery()
    )
    review = (
        sa.select(GATE_REVIEW.c.id)
        .where(GATE_REVIEW.c.task_id == TASK.c.id, GATE_REVIEW.c.state == GateState.WAITING.value)
        .correlate(TASK)
        .exists()
    )
    return (
        sa.select(
            TASK,
            PERSON.c.first_name,
            PERSON.c.last_name,
            PERSON.c.phone,
            PERSON.c.mobile,
            CREDITOR.c.name.label("creditor"),
            matter.label("matter"),
            review.label("by_review"),
        )
        .join(PERSON, PERSON.c.id == TASK.c.guarantor_id)
        .join(CREDITOR, CREDITOR.c.id == TASK.c.creditor_id)
    )


def _accounts(conn: Connection, task_ids: Sequence[int]) -> dict[int, list[AnyRow]]:
    found: list[tuple[int, AnyRow]] = []
    for part in batches(task_ids):
        query = sa.select(TASK_ACCOUNT.c.task_id, ACCOUNT.c.id, ACCOUNT.c.number, ACCOUNT.c.balance_cents)
        query = query.join(ACCOUNT, ACCOUNT.c.id == TASK_ACCOUNT.c.account_id)
        query = query.where(TASK_ACCOUNT.c.task_id.in_(part)).order_by(TASK_ACCOUNT.c.task_id, ACCOUNT.c.id)
        found += [(row.task_id, row) for row in conn.execute(query)]
    return group_by_key(found)


def _listed(row: AnyRow, about: Sequence[AnyRow], instead: str, today: date) -> Listed:
    late = 0 if row.due_on is None else max(0, (today - row.due_on).days)
    return Listed(
        task=row.id,
        kind=row.kind,
        role=row.role,
        person=row.guarantor_id,
        name=f"{row.first_name} {row.last_name}",
        phone=row.phone or row.mobile,
        creditor=row.creditor,
        creditor_id=row.creditor_id,
        balance_cents=sum(one.balance_cents for one in about),
        accounts=tuple(one.number for one in about),
        account_ids=tuple(one.id for one in about),
        opened_on=row.opened_on,
        due_on=row.due_on,
        not_before_on=row.not_before_on,
        attempts_made=row.attempts_made,
        age_days=(today - row.opened_on).days,
        late_days=late,
        reason=row.reason,
        matter=row.matter if row.role in ESTATE_ROLES or row.kind.startswith("estate-") else None,
        by_review=bool(row.by_review),
        assigned_to=row.assigned_to,
        instead=instead,
    )


def counted(groups: Sequence[Group]) -> Counter[str]:
    """How many tasks of each kind are open."""
    return Counter({group.kind: group.tasks for group in groups})

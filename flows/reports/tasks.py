"""Open tasks for display: role, person, balance, age, days late, and reason; in few queries."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from flows.accounts.tasks.causes import INSTEAD, NOT_TICKED_OFF
from flows.accounts.tasks.standing import OPEN, standing_causes
from flows.dunning.reviews.queries import GATE_REVIEW
from models import Account, Creditor, MatterAccount, Person, Task, TaskAccount
from models.columns import AnyRow, AnySelect, table
from models.database import batches, group_by_key
from models.enums import GateState
from models.ids import MatterId, PersonId, TaskId
from models.user_enums import Role

ACCOUNT = table(Account)
CREDITOR = table(Creditor)
MATTER_ACCOUNT = table(MatterAccount)
PERSON = table(Person)
TASK = table(Task)
TASK_ACCOUNT = table(TaskAccount)


ESTATE_ROLES = (Role.ESTATE_DESK.label,)


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
    creditor: str
    balance_cents: int
    accounts: tuple[str, ...]
    opened_on: date
    due_on: date | None
    not_before_on: date | None
    attempts_made: int
    age_days: int
    late_days: int
    reason: str
    matter: MatterId | None
    by_review: bool
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


def task_groups(conn: Connection, today: date, *, roles: Collection[str] | None, but: Collection[str]) -> list[Group]:
    """Open tasks by kind, for some roles or all."""
    late = sa.func.sum(sa.case((TASK.c.due_on < today, 1), else_=0))
    query = sa.select(TASK.c.kind, sa.func.count(), late, sa.func.min(TASK.c.due_on))
    query = _of(query, None, roles, but).group_by(TASK.c.kind).order_by(TASK.c.kind)
    return [Group(kind, int(count), int(overdue or 0), due) for kind, count, overdue, due in conn.execute(query)]


def listed_tasks(
    conn: Connection,
    today: date,
    *,
    kind: str | None = None,
    roles: Collection[str] | None = None,
    but: Collection[str] = (),
    skip: int = 0,
    at_most: int | None = None,
) -> list[Listed]:
    """Open tasks of a kind, or of all kinds `but` some, the most urgent first; by ix_task_open."""
    query = _of(_tasks(), kind, roles, but).order_by(TASK.c.due_on, TASK.c.id).offset(skip)
    rows = conn.execute(query if at_most is None else query.limit(at_most)).all()
    keys = [row.id for row in rows]
    about, standing = _accounts(conn, keys), standing_causes(conn, keys, today)
    instead = {key: INSTEAD[cause] for key, cause in standing.items()}
    return [_listed(row, about.get(row.id, []), instead.get(row.id, ""), today) for row in rows]


def _of(query: AnySelect, kind: str | None, roles: Collection[str] | None, but: Collection[str]) -> AnySelect:
    query = query.where(OPEN)
    if kind is not None:
        query = query.where(TASK.c.kind == kind)
    if roles is not None:
        query = query.where(TASK.c.role.in_(sorted(roles)))
    return query.where(TASK.c.kind.not_in(sorted(but))) if but else query


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
        query = sa.select(TASK_ACCOUNT.c.task_id, ACCOUNT.c.number, ACCOUNT.c.balance_cents)
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
        creditor=row.creditor,
        balance_cents=sum(one.balance_cents for one in about),
        accounts=tuple(one.number for one in about),
        opened_on=row.opened_on,
        due_on=row.due_on,
        not_before_on=row.not_before_on,
        attempts_made=row.attempts_made,
        age_days=(today - row.opened_on).days,
        late_days=late,
        reason=row.reason,
        matter=row.matter if row.role in ESTATE_ROLES or row.kind.startswith("estate-") else None,
        by_review=bool(row.by_review),
        instead=instead,
    )


def counted(groups: Sequence[Group]) -> Counter[str]:
    """How many tasks of each kind are open."""
    return Counter({group.kind: group.tasks for group in groups})

"""What the call list reads: open calls by index, with the groups that they are about."""

from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from flows.calls.decide import CallTask, Listed, NotListed, list_call, ranked
from flows.dunning.queries import groups_of_accounts
from models import Account, Person, Promise, Task, TaskAccount
from models.columns import AnyRow, table
from models.database import grouped, parts
from models.kinds import PromiseState

ACCOUNT = table(Account)
PERSON = table(Person)
PROMISE = table(Promise)
TASK = table(Task)
TASK_ACCOUNT = table(TaskAccount)

OPEN = sa.text("task.state = 'open'")
"""Written out, not bound, so that ix_task_open is found by it."""


def calls_of_the_day(conn: Connection, today: date) -> tuple[list[Listed], list[NotListed]]:
    """Today's calls, best first, and those that may not be made with the reason."""
    query = sa.select(TASK).where(OPEN, TASK.c.kind == "call", TASK.c.not_before_on <= today)
    tasks = sorted(conn.execute(query), key=lambda task: task.id)
    accounts = accounts_of_tasks(conn, [task.id for task in tasks])
    ids = sorted({account for about in accounts.values() for account in about})
    groups, _ = groups_of_accounts(conn, ids, today)
    by_account = {account.id: group for group in groups for account in group.accounts}
    broken = _broken_promises(conn, sorted({task.guarantor_id for task in tasks}))
    listed: list[Listed] = []
    kept: list[NotListed] = []
    for task in tasks:
        about = [account for account in accounts.get(task.id, ()) if account in by_account]
        if not about:
            continue
        made = list_call(_task(task, (task.guarantor_id, task.creditor_id) in broken), by_account[about[0]], today)
        if isinstance(made, Listed):
            listed.append(made)
        else:
            kept.append(made)
    return ranked(listed), kept


def _task(row: AnyRow, broken: bool) -> CallTask:
    return CallTask(
        id=row.id,
        script=row.script,
        reason=row.reason,
        opened_on=row.opened_on,
        attempts_made=row.attempts_made,
        attempts_allowed=row.attempts_allowed,
        call_at=row.call_at,
        promise_broken=broken or row.script == "broken-promise",
    )


def accounts_of_tasks(conn: Connection, task_ids: list[int]) -> dict[int, list[int]]:
    """The accounts that tasks speak for."""
    rows: list[tuple[int, int]] = []
    for part in parts(task_ids):
        query = sa.select(TASK_ACCOUNT.c.task_id, TASK_ACCOUNT.c.account_id).where(TASK_ACCOUNT.c.task_id.in_(part))
        rows.extend((row[0], row[1]) for row in conn.execute(query.order_by(TASK_ACCOUNT.c.account_id)))
    return grouped(rows)


def _broken_promises(conn: Connection, guarantor_ids: list[int]) -> set[tuple[int, int]]:
    """Guarantors and creditors whose last promise was not kept."""
    last: dict[tuple[int, int], str] = {}
    for part in parts(guarantor_ids):
        query = sa.select(PROMISE.c.guarantor_id, PROMISE.c.creditor_id, PROMISE.c.state)
        for row in conn.execute(query.where(PROMISE.c.guarantor_id.in_(part)).order_by(PROMISE.c.id)):
            last[row.guarantor_id, row.creditor_id] = row.state
    return {key for key, state in last.items() if state in (PromiseState.BROKEN.value, PromiseState.PARTLY_KEPT.value)}


def numbers_of(conn: Connection, account_ids: list[int]) -> dict[int, str]:
    """Account numbers by key."""
    found: dict[int, str] = {}
    for part in parts(account_ids):
        query = sa.select(ACCOUNT.c.id, ACCOUNT.c.number).where(ACCOUNT.c.id.in_(part))
        found.update((row.id, row.number) for row in conn.execute(query))
    return found


def names_of(conn: Connection, person_ids: list[int]) -> dict[int, str]:
    """Persons' names by key."""
    found: dict[int, str] = {}
    for part in parts(sorted(set(person_ids))):
        query = sa.select(PERSON.c.id, PERSON.c.first_name, PERSON.c.last_name).where(PERSON.c.id.in_(part))
        found.update((row.id, f"{row.first_name} {row.last_name}") for row in conn.execute(query))
    return found


def tasks_of(conn: Connection, account_id: int, kind: str) -> list[int]:
    """Open work of a kind about one account."""
    query = sa.select(TASK.c.id).join(TASK_ACCOUNT, TASK_ACCOUNT.c.task_id == TASK.c.id)
    mine = query.where(OPEN, TASK.c.kind == kind, TASK_ACCOUNT.c.account_id == account_id)
    return sorted(conn.execute(mine).scalars())


def tasks_open(conn: Connection, kind: str | None) -> list[dict[str, Any]]:
    """Open work of a kind, or of all kinds, the most urgent first; by ix_task_open."""
    query = sa.select(TASK).where(OPEN)
    if kind is not None:
        query = query.where(TASK.c.kind == kind)
    rows = list(conn.execute(query.order_by(TASK.c.due_on, TASK.c.id)))
    about = accounts_of_tasks(conn, [row.id for row in rows])
    numbers = numbers_of(conn, sorted({key for keys in about.values() for key in keys}))
    names = ("kind", "role", "reason", "opened_on", "due_on", "not_before_on", "attempts_made")
    return [
        {
            "task": row.id,
            **{name: getattr(row, name) for name in names},
            "accounts": [numbers[key] for key in about.get(row.id, ())],
        }
        for row in rows
    ]

"""The door through which decisions take effect: the change and its history, a page at a time, in one transaction."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from flows.dunning.decide import GroupDecision
from flows.dunning.enter import Entry
from flows.dunning.queries import Unread
from flows.dunning.schedule import Schedule
from flows.dunning.snapshot import GroupNow
from flows.dunning.taking import Taking, Work, letters_in, tasks_in
from models import Account, Enrollment, LedgerEntry, Letter, LetterAccount, StepTaken, Task, TaskAccount
from models.columns import AnyRow, table
from models.database import Transaction, bulk
from models.events import BroughtBack, Enrolled, SetAside
from models.kinds import EnrollmentState, TaskState

ACCOUNT = table(Account)
ENROLLMENT = table(Enrollment)

_MOVE = (
    sa.update(ENROLLMENT)
    .where(ENROLLMENT.c.account_id == sa.bindparam("key"))
    .values(
        {
            name: sa.bindparam(f"new_{name}")
            for name in (
                "state", "cycle", "pending", "delay_days", "next_action_on", "blocked_by", "blocked_until",
            )
        }
    )
)  # fmt: skip

_BALANCE = (
    sa.update(ACCOUNT)
    .where(ACCOUNT.c.id == sa.bindparam("key"))
    .values(balance_cents=sa.bindparam("new_balance"), state=sa.bindparam("new_state"))
)

_LOOK = sa.update(ACCOUNT).where(ACCOUNT.c.id == sa.bindparam("key")).values(look_on=sa.bindparam("new_look_on"))


def advance(
    tx: Transaction, decided: Sequence[tuple[GroupNow, GroupDecision]], schedules: Mapping[int, Schedule]
) -> Counter[str]:
    """Take the decisions of a page of groups; gives what was counted, by word.

    Raises IntegrityError, and changes nothing, if a step of the page was taken already in its cycle.
    """
    work = Work()
    letters = iter(tx.ids(Letter, sum(letters_in(decision) for _, decision in decided)))
    tasks = iter(tx.ids(Task, sum(tasks_in(group, decision) for group, decision in decided)))
    for group, decision in decided:
        Taking(tx.business_date, group, decision, schedules, work, letters, tasks).take()
    _write(tx, work)
    return work.counts


def _write(tx: Transaction, work: Work) -> None:
    tx.insert(StepTaken, work.steps)
    tx.insert(Letter, work.letters)
    tx.insert(LetterAccount, work.letter_accounts)
    tx.insert(Task, work.tasks)
    tx.insert(TaskAccount, work.task_accounts)
    tx.insert(
        LedgerEntry,
        [{"id": key, **row} for key, row in zip(tx.ids(LedgerEntry, len(work.entries)), work.entries, strict=True)],
    )
    if work.balances:
        bulk(tx.conn, _BALANCE, work.balances)
    if work.moves:
        bulk(tx.conn, _MOVE, work.moves)
    tx.record_all(work.events)


def set_aside(tx: Transaction, unread: Unread) -> None:
    """Take accounts that the engine cannot go on with out of the run, each with a task for a manager."""
    rows = tx.conn.execute(
        sa.select(ENROLLMENT.c.account_id, ENROLLMENT.c.guarantor_id, ENROLLMENT.c.creditor_id)
        .where(ENROLLMENT.c.account_id.in_(unread.account_ids))
        .order_by(ENROLLMENT.c.account_id)
    ).all()
    for task, row in zip(tx.ids(Task, len(rows)), rows, strict=True):
        tx.conn.execute(
            sa.update(ENROLLMENT)
            .where(ENROLLMENT.c.account_id == row.account_id)
            .values(state=EnrollmentState.SET_ASIDE.value, next_action_on=None)
        )
        tx.insert(
            Task,
            [
                {
                    "id": task, "kind": "set-aside", "guarantor_id": row.guarantor_id, "creditor_id": row.creditor_id,
                    "state": TaskState.OPEN.value, "role": "manager", "reason": unread.reason,
                    "opened_on": tx.business_date,
                }
            ],
        )  # fmt: skip
        tx.insert(TaskAccount, [{"task_id": task, "account_id": row.account_id}])
        tx.record(SetAside(account_id=row.account_id, reason=unread.reason))


def bring_back(tx: Transaction, account_id: int) -> bool:
    """Let an account that was set aside go on where it stood; whether it was set aside."""
    back = (
        sa.update(ENROLLMENT)
        .where(ENROLLMENT.c.account_id == account_id, ENROLLMENT.c.state == EnrollmentState.SET_ASIDE.value)
        .values(state=EnrollmentState.ACTIVE.value, next_action_on=tx.business_date)
    )
    if tx.conn.execute(back).rowcount == 0:
        return False
    tx.record(BroughtBack(account_id=account_id))
    return True


def enter(tx: Transaction, entries: Sequence[tuple[AnyRow, Entry]]) -> Counter[str]:
    """Take a page of decisions about entering; gives the counts."""
    rows: list[dict[str, Any]] = []
    looks: list[dict[str, Any]] = []
    for account, entry in entries:
        looks.append({"key": account.id, "new_look_on": entry.look_on})
        if entry.into is None or entry.anchor_on is None or entry.next_action_on is None:
            continue
        version, schedule = entry.into
        rows.append(
            {
                "account_id": account.id, "guarantor_id": account.guarantor_id, "creditor_id": account.creditor_id,
                "schedule_version_id": version, "cycle": 1, "anchor_on": entry.anchor_on,
                "state": EnrollmentState.ACTIVE.value, "delay_days": 0, "next_action_on": entry.next_action_on,
            }
        )  # fmt: skip
        tx.record(
            Enrolled(
                account_id=account.id, cycle=1, schedule_version_id=version, schedule=schedule.name,
                version=entry.version, anchor_on=entry.anchor_on,
            )
        )  # fmt: skip
    tx.insert(Enrollment, rows)
    if looks:
        bulk(tx.conn, _LOOK, looks)
    return Counter(entered=len(rows))

"""A balance moved: the account is settled or reopened, leaves its schedule, or is reviewed today."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from flows.accounts.happenings import (
    ACCOUNT,
    ENROLLMENT,
    NOT_PENDING,
    NewTask,
    accounts_enrolled,
    close_gone,
    close_moot_calls,
    close_tasks,
    happening_of,
    open_tasks,
    open_tasks_on,
)
from flows.accounts.tasks.standing import tasks_about
from flows.schedules.schedule import Trigger, pending_of
from models import StepTaken
from models.columns import AnyRow, in_keys, table
from models.database import Transaction, batches, group_by_key
from models.enums import AccountState, EnrollmentState, LedgerKind, TaskState
from models.events import AccountReopened, AccountSettled, CreditBalanceFound, ScheduleFinished
from models.task_kinds import TaskKind
from models.user_enums import Role

STEP_TAKEN = table(StepTaken)

REFUND_DUE_DAYS = 30


@dataclass(frozen=True, slots=True)
class Moved:
    """An account's balance before and after a page of postings, in cents. `by`: the kind of the entry that brought
    the balance to zero."""

    account_id: int
    before_cents: int
    after_cents: int
    by: LedgerKind | None = None


def balances_moved(tx: Transaction, moved: Sequence[Moved]) -> None:
    """Settle, reopen or wake accounts whose balance moved, and record it in their histories."""
    if not moved:
        return
    rows = {row.id: row for row in accounts_enrolled(tx, [one.account_id for one in moved])}
    tasks: list[NewTask] = []
    settled: list[Moved] = []
    to_review: list[AnyRow] = []
    for one in moved:
        row = rows[one.account_id]
        if one.before_cents > 0 >= one.after_cents:
            settled.append(one)
            tasks.extend(_settled_tells(tx, row, one))
        elif one.after_cents > 0 and row.state != AccountState.OPEN.value:
            _reopen(tx, row, one.after_cents)
        elif one.after_cents > 0:
            to_review.append(row)
        elif one.after_cents < one.before_cents <= 0:
            tasks.append(_refund(tx, row, one.after_cents))
    _close_refunds(tx, [one.account_id for one in moved if one.before_cents < 0 <= one.after_cents])
    _settle(tx, settled, rows)
    _review_today(tx, to_review)
    open_tasks(tx, tasks)
    ids = [one.account_id for one in settled]
    close_moot_calls(tx, ids, "the balance is zero")
    close_gone(tx, tasks_about(tx.conn, ids))


def _settled_tells(tx: Transaction, row: AnyRow, one: Moved) -> list[NewTask]:
    by = None if one.by is None else one.by.value
    tx.record(AccountSettled(account_id=row.id, balance_cents=one.after_cents, by=by))
    return [_refund(tx, row, one.after_cents)] if one.after_cents < 0 else []


def _settle(tx: Transaction, settled: Sequence[Moved], rows: Mapping[int, AnyRow]) -> None:
    """Accounts with a zero balance leave their schedules, after a last letter if the schedule has one.

    A balance that was written off was not paid: its account shows that, and no letter thanks for a payment.
    """
    off = {one.account_id for one in settled if one.by is LedgerKind.WRITE_OFF}
    _end(tx, [one.account_id for one in settled if one.account_id not in off], AccountState.PAID)
    _end(tx, sorted(off), AccountState.WRITTEN_OFF)
    after = {one.account_id: one.after_cents for one in settled}
    active = [row for row in (rows[key] for key in after) if row.enrolled == EnrollmentState.ACTIVE.value]
    tells = {
        key: happening_of(tx, key, Trigger.PAID_IN_FULL).act for key in {row.schedule_version_id for row in active}
    }
    last_letter = [
        row.id
        for row in active
        if tells[row.schedule_version_id] is not None and after[row.id] == 0 and row.id not in off
    ]
    for mark, keys in _paid_before(tx, last_letter).items():
        _set_enrollments(
            tx,
            keys,
            pending_trigger=Trigger.PAID_IN_FULL.value,
            pending_trigger_id=mark,
            next_action_on=tx.business_date,
        )
    told = set(last_letter)
    over = [row for row in active if row.id not in told]
    ids = [row.id for row in over]
    _set_enrollments(tx, ids, state=EnrollmentState.FINISHED.value, next_action_on=None, **NOT_PENDING)
    tx.record_all(
        ScheduleFinished(
            account_id=row.id,
            cycle=row.cycle,
            schedule_version_id=row.schedule_version_id,
            reason="written off" if row.id in off else "the balance is zero",
        )
        for row in over
    )


def _paid_before(tx: Transaction, account_ids: Sequence[int]) -> Mapping[str | None, list[int]]:
    """These accounts by the mark of their last letter: none for the first in a cycle, a number for each further one,
    after a returned check."""
    before = dict.fromkeys(account_ids, 0)
    for part in batches(account_ids):
        taken = sa.select(STEP_TAKEN.c.account_id, STEP_TAKEN.c.step).join(
            ENROLLMENT,
            sa.and_(ENROLLMENT.c.account_id == STEP_TAKEN.c.account_id, ENROLLMENT.c.cycle == STEP_TAKEN.c.cycle),
        )
        for key, step in tx.conn.execute(taken.where(in_keys(STEP_TAKEN.c.account_id, part))):
            pending = pending_of(step)
            before[key] += pending is not None and pending.on is Trigger.PAID_IN_FULL
    return group_by_key((str(count + 1) if count else None, key) for key, count in before.items())


def _end(tx: Transaction, account_ids: Sequence[int], state: AccountState) -> None:
    for part in batches(account_ids):
        ended = sa.update(ACCOUNT).where(ACCOUNT.c.id.in_(part))
        tx.conn.execute(ended.values(state=state.value, review_on=None))


def _refund(tx: Transaction, row: AnyRow, balance: int) -> NewTask:
    tx.record(CreditBalanceFound(account_id=row.id, balance_cents=balance))
    return NewTask(
        TaskKind.REFUND,
        Role.CLERK,
        "Credit balance: refund due",
        row.guarantor_id,
        row.creditor_id,
        (row.id,),
        REFUND_DUE_DAYS,
    )


def _close_refunds(tx: Transaction, account_ids: Sequence[int]) -> None:
    """Close the refund tasks of accounts that no longer have a credit balance."""
    if account_ids:
        close_tasks(
            tx,
            open_tasks_on(tx, account_ids, [TaskKind.REFUND]),
            TaskState.DONE,
            "no credit balance is left",
        )


def _reopen(tx: Transaction, row: AnyRow, balance: int) -> None:
    review_on = None if row.enrolled else tx.business_date
    _set_account(tx, row.id, state=AccountState.OPEN.value, review_on=review_on)
    tx.record(AccountReopened(account_id=row.id, balance_cents=balance))
    if row.enrolled in (EnrollmentState.ACTIVE.value, EnrollmentState.FINISHED.value):
        _set_enrollments(
            tx, [row.id], state=EnrollmentState.ACTIVE.value, **NOT_PENDING, next_action_on=tx.business_date
        )


def _review_today(tx: Transaction, rows: Sequence[AnyRow]) -> None:
    """An account whose balance moved may be due sooner, or may enter a schedule now."""
    for part in batches([row.id for row in rows if row.enrolled is None]):
        tx.conn.execute(sa.update(ACCOUNT).where(ACCOUNT.c.id.in_(part)).values(review_on=tx.business_date))
    going = [row.id for row in rows if row.enrolled == EnrollmentState.ACTIVE.value and row.pending_trigger is None]
    _set_enrollments(tx, going, next_action_on=tx.business_date)


def _set_account(tx: Transaction, account_id: int, **values: Any) -> None:
    tx.conn.execute(sa.update(ACCOUNT).where(ACCOUNT.c.id == account_id).values(**values))


def _set_enrollments(tx: Transaction, account_ids: Sequence[int], **values: Any) -> None:
    for part in batches(account_ids):
        tx.conn.execute(sa.update(ENROLLMENT).where(ENROLLMENT.c.account_id.in_(part)).values(**values))

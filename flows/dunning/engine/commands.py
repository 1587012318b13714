"""The module that applies decisions: the change and its history, a page at a time, in one transaction."""

from collections.abc import Mapping, Sequence

import sqlalchemy as sa

from flows.accounts.counts import Count, Counts
from flows.accounts.happenings import NOT_PENDING, NewTask, close_gone, open_tasks
from flows.accounts.load import Unread, groups_of_accounts, schedules_by_id
from flows.accounts.load_rows import CandidateRow
from flows.accounts.placements import end_placements, queue_placements
from flows.accounts.snapshot import AccountNow, GroupNow
from flows.accounts.tasks.standing import tasks_about
from flows.dunning.engine.decide import GroupDecision, resumed
from flows.dunning.engine.enrollment import Entry, Joined
from flows.dunning.engine.rows import DecisionWriter, Work, letters_in, tasks_in
from flows.schedules.schedule import AfterTrigger, Schedule
from models import (
    Account,
    Enrollment,
    ExperimentAccount,
    GateReview,
    LedgerEntry,
    Letter,
    LetterAccount,
    StepTaken,
    Task,
    TaskAccount,
)
from models.columns import ColumnValues, in_keys, table
from models.database import Transaction, batches, bulk
from models.enums import EnrollmentState, TaskState
from models.events import BroughtBack, Enrolled, ExperimentJoined, Resumed, ScheduleFinished, SetAside
from models.task_kinds import TaskKind
from models.user_enums import Role

ACCOUNT = table(Account)
ENROLLMENT = table(Enrollment)

_MOVE = (
    sa.update(ENROLLMENT)
    .where(ENROLLMENT.c.account_id == sa.bindparam("key"))
    .values(
        {
            name: sa.bindparam(f"new_{name}")
            for name in (
                "state",
                "cycle",
                "pending_trigger",
                "pending_trigger_id",
                "delay_days",
                "next_action_on",
                "blocked_by",
                "blocked_until",
            )
        }
    )
)

_BALANCE = (
    sa.update(ACCOUNT)
    .where(ACCOUNT.c.id == sa.bindparam("key"))
    .values(balance_cents=sa.bindparam("new_balance"), state=sa.bindparam("new_state"))
)

_LOOK = sa.update(ACCOUNT).where(ACCOUNT.c.id == sa.bindparam("key")).values(review_on=sa.bindparam("new_review_on"))


def advance(
    tx: Transaction, decided: Sequence[tuple[GroupNow, GroupDecision]], schedules: Mapping[int, Schedule]
) -> Counts:
    """Apply the decisions of a page of groups; returns the counts, by word.

    Raises IntegrityError, and changes nothing, if a step of the page was already completed in its cycle.
    """
    work = Work()
    letters = iter(tx.ids(Letter, sum(letters_in(decision) for _, decision in decided)))
    tasks = iter(tx.ids(Task, sum(tasks_in(group, decision) for group, decision in decided)))
    for group, decision in decided:
        DecisionWriter(tx.business_date, group, decision, schedules, work, letters, tasks).take()
    _write(tx, work)
    return work.counts


def _write(tx: Transaction, work: Work) -> None:
    # Recalled with the balance before any write-off, and before it is queued for another agency.
    end_placements(tx, work.endings)
    queue_placements(tx, work.placements)
    tx.insert(StepTaken, work.steps)
    tx.insert(Letter, work.letters)
    tx.insert(LetterAccount, work.letter_accounts)
    tx.insert(Task, work.tasks)
    tx.insert(TaskAccount, work.task_accounts)
    tx.insert(
        GateReview,
        [{"id": key, **row} for key, row in zip(tx.ids(GateReview, len(work.reviews)), work.reviews, strict=True)],
    )
    tx.insert(
        LedgerEntry,
        [{"id": key, **row} for key, row in zip(tx.ids(LedgerEntry, len(work.entries)), work.entries, strict=True)],
    )
    if work.balances:
        balances = [
            {"key": one.account_id, "new_balance": one.cents, "new_state": one.state.value} for one in work.balances
        ]
        bulk(tx.conn, _BALANCE, balances)
    if work.moves:
        bulk(tx.conn, _MOVE, work.moves)
    tx.record_all(work.events)
    if work.balances:
        close_gone(tx, tasks_about(tx.conn, [one.account_id for one in work.balances]))


def set_aside(tx: Transaction, unread: Unread) -> None:
    """Remove accounts that the engine can't process from the run, each with a task for a manager."""
    rows = tx.conn.execute(
        sa.select(ENROLLMENT.c.account_id, ENROLLMENT.c.guarantor_id, ENROLLMENT.c.creditor_id)
        .where(ENROLLMENT.c.account_id.in_(unread.account_ids))
        .order_by(ENROLLMENT.c.account_id)
    ).all()
    aside = sa.update(ENROLLMENT).where(in_keys(ENROLLMENT.c.account_id, [row.account_id for row in rows]))
    tx.conn.execute(aside.values(state=EnrollmentState.SET_ASIDE.value, next_action_on=None))
    opened = list(zip(tx.ids(Task, len(rows)), rows, strict=True))
    tx.insert(
        Task,
        [
            {
                "id": task,
                "kind": TaskKind.SET_ASIDE,
                "guarantor_id": row.guarantor_id,
                "creditor_id": row.creditor_id,
                "state": TaskState.OPEN.value,
                "role": Role.MANAGER.label,
                "reason": unread.reason,
                "opened_on": tx.business_date,
            }
            for task, row in opened
        ],
    )
    tx.insert(TaskAccount, [{"task_id": task, "account_id": row.account_id} for task, row in opened])
    tx.record_all(SetAside(account_id=row.account_id, reason=unread.reason) for row in rows)


def jump(tx: Transaction, account_ids: Sequence[int], then: AfterTrigger, why: str) -> None:
    """Remove accounts from their schedules, or continue them at a step; accounts in no schedule stay unchanged.

    An account whose schedule has no such step gets a manager's task.
    """
    schedules = schedules_by_id(tx.conn)
    groups, _ = groups_of_accounts(tx.conn, account_ids, tx.business_date)
    tasks: list[NewTask] = []
    finished: list[AccountNow] = []
    for group in groups:
        for account in group.accounts:
            schedule = schedules.get(account.schedule_version_id)
            if schedule is None:
                continue
            if then.finish:
                finished.append(account)
            elif then.resume_at in schedule.position:
                _resume(tx, account, schedule, then.resume_at)
            else:
                reason = f"{why}: schedule {schedule.name} has no step {then.resume_at} to continue at"
                person, creditor = group.person.id, group.creditor.id
                about = (account.id,)
                tasks.append(NewTask(TaskKind.SCHEDULE_JUMP, Role.MANAGER, reason, person, creditor, about))
    _finish(tx, finished, why)
    open_tasks(tx, tasks)


def _finish(tx: Transaction, accounts: Sequence[AccountNow], why: str) -> None:
    values = {"state": EnrollmentState.FINISHED.value, "next_action_on": None, **NOT_PENDING}
    for part in batches([account.id for account in accounts]):
        tx.conn.execute(sa.update(ENROLLMENT).where(in_keys(ENROLLMENT.c.account_id, part)).values(**values))
    tx.record_all(
        ScheduleFinished(
            account_id=account.id, cycle=account.cycle, schedule_version_id=account.schedule_version_id, reason=why
        )
        for account in accounts
    )


def _resume(tx: Transaction, account: AccountNow, schedule: Schedule, step: str) -> None:
    after = resumed(account, schedule, step, tx.business_date)
    values = {
        "cycle": after.cycle,
        **NOT_PENDING,
        "delay_days": after.delay_days,
        "next_action_on": tx.business_date,
        "blocked_by": None,
        "blocked_until": None,
        "state": EnrollmentState.ACTIVE.value,
    }
    tx.conn.execute(sa.update(ENROLLMENT).where(ENROLLMENT.c.account_id == account.id).values(**values))
    taken = [
        {
            "account_id": account.id,
            "cycle": after.cycle,
            "step": name,
            "outcome": one.outcome.value,
            "on": one.on,
            "why": f"schedule restarted at {step}",
        }
        for name, one in after.taken.items()
    ]
    tx.insert(StepTaken, taken)
    version = account.schedule_version_id
    tx.record(Resumed(account_id=account.id, cycle=after.cycle, schedule_version_id=version, resume_at=step))


def bring_back(tx: Transaction, account_id: int) -> bool:
    """Return a schedule exception to its place in the schedule; returns whether it was an exception."""
    back = (
        sa.update(ENROLLMENT)
        .where(ENROLLMENT.c.account_id == account_id, ENROLLMENT.c.state == EnrollmentState.SET_ASIDE.value)
        .values(state=EnrollmentState.ACTIVE.value, next_action_on=tx.business_date)
    )
    if tx.conn.execute(back).rowcount == 0:
        return False
    tx.record(BroughtBack(account_id=account_id))
    return True


def enter(tx: Transaction, entries: Sequence[tuple[CandidateRow, Entry]]) -> Counts:
    """Apply a page of enrollment decisions; returns the counts."""
    rows: list[ColumnValues] = []
    looks: list[ColumnValues] = []
    joined: list[ColumnValues] = []
    for account, entry in entries:
        looks.append({"key": account.id, "new_review_on": entry.review_on})
        if entry.into is None or entry.anchor_on is None or entry.next_action_on is None:
            continue
        version, schedule = entry.into
        rows.append(
            {
                "account_id": account.id,
                "guarantor_id": account.guarantor_id,
                "creditor_id": account.creditor_id,
                "schedule_version_id": version,
                "cycle": 1,
                "anchor_on": entry.anchor_on,
                "state": EnrollmentState.ACTIVE.value,
                "delay_days": 0,
                "next_action_on": entry.next_action_on,
            }
        )
        tx.record(
            Enrolled(
                account_id=account.id,
                cycle=1,
                schedule_version_id=version,
                schedule=schedule.name,
                version=entry.version,
                anchor_on=entry.anchor_on,
            )
        )
        if entry.joined is not None:
            joined.append(_join(tx, account, entry.joined, version=entry.version, version_id=version))
    tx.insert(Enrollment, rows)
    tx.insert(ExperimentAccount, joined)
    if looks:
        bulk(tx.conn, _LOOK, looks)
    return Counts({Count.ENTERED: len(rows)})


def _join(tx: Transaction, account: CandidateRow, joined: Joined, *, version: int, version_id: int) -> ColumnValues:
    tx.record(
        ExperimentJoined(
            account_id=account.id,
            cycle=1,
            schedule_version_id=version_id,
            experiment=joined.experiment,
            version=version,
            holdout=joined.holdout,
        )
    )
    return {
        "account_id": account.id,
        "experiment_id": joined.experiment_id,
        "place": joined.place,
        "guarantor_id": account.guarantor_id,
        "creditor_id": account.creditor_id,
        "entered_on": tx.business_date,
    }

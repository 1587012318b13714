"""The report of death was wrong: a spouse's accounts return to the previous guarantor, and an apology is due."""

from collections.abc import Sequence
from datetime import date

import orjson
import sqlalchemy as sa

from flows.accounts.happenings import NewTask, close_tasks, open_tasks
from flows.correspondence.void import void_unsent
from flows.estates.liability.restart import take_up
from flows.estates.matters.queries import ACCOUNT, MATTER, MATTER_ACCOUNT, account_rows
from flows.estates.matters.work import close_work
from flows.people.queries import RUNS
from models import DeathStop, Promise, PromiseAccount, Task
from models.columns import AnyRow, in_keys, table
from models.database import Transaction, group_by_key
from models.enums import PromiseState, TaskState
from models.estate_enums import MatterState, Stopped
from models.estate_events import SpouseAnswersNoMore
from models.task_kinds import TaskKind
from models.user_enums import Role

DEATH_STOP = table(DeathStop)
PROMISE = table(Promise)
PROMISE_ACCOUNT = table(PromiseAccount)
TASK = table(Task)


def give_back(tx: Transaction, person_id: int, why: str) -> int:
    """Return to a living person the accounts that a spouse was responsible for; returns their number.

    Letters and calls to the spouse stop, and their promises no longer stand. A manager refunds what the spouse paid.
    """
    stops = tx.conn.execute(
        sa.select(DEATH_STOP)
        .where(
            DEATH_STOP.c.person_id == person_id,
            DEATH_STOP.c.kind == Stopped.GUARANTOR.value,
            DEATH_STOP.c.resumed_on.is_(None),
        )
        .order_by(DEATH_STOP.c.id)
    ).all()
    if not stops:
        return 0
    ids = [stop.account_id for stop in stops]
    void_unsent(tx, ids, f"the report of death was wrong: {why}", again=False)
    rows = tx.conn.execute(sa.select(ACCOUNT).where(in_keys(ACCOUNT.c.id, ids)).order_by(ACCOUNT.c.id)).all()
    _stop_spouse(tx, rows)
    _leave_matters(tx, rows, why)
    for stop in stops:
        stood = orjson.loads(stop.word)
        first = stood["first_statement_on"]
        values = {
            "guarantor_id": stop.key,
            "guarantor_liable_since": None,
            "version": ACCOUNT.c.version + 1,
            "first_statement_on": date.fromisoformat(first) if first else None,
        }
        tx.conn.execute(sa.update(ACCOUNT).where(ACCOUNT.c.id == stop.account_id).values(**values))
        take_up(tx, stop.account_id, stop.key, stood)
    tx.record_all(SpouseAnswersNoMore(account_id=key, reason=why) for key in ids)
    return len(ids)


def _leave_matters(tx: Transaction, rows: Sequence[AnyRow], why: str) -> None:
    """If the spouse has died since, the accounts leave the matter of the spouse's estate; a matter without any
    closes."""
    query = (
        sa.select(MATTER_ACCOUNT.c.matter_id, MATTER_ACCOUNT.c.account_id)
        .join(MATTER, MATTER.c.id == MATTER_ACCOUNT.c.matter_id)
        .where(in_keys(MATTER_ACCOUNT.c.account_id, [row.id for row in rows]), RUNS)
        .where(in_keys(MATTER.c.person_id, sorted({row.guarantor_id for row in rows})))
    )
    for matter, account in tx.conn.execute(query.order_by(*query.selected_columns)).all():
        mine = sa.and_(MATTER_ACCOUNT.c.matter_id == matter, MATTER_ACCOUNT.c.account_id == account)
        if len(account_rows(tx.conn, matter)) > 1:
            tx.conn.execute(sa.delete(MATTER_ACCOUNT).where(mine))
            continue
        over = {
            "state": MatterState.ANNULLED.value,
            "closed_on": tx.business_date,
            "review_on": None,
            "action_due_on": None,
            "reason": why,
            "version": MATTER.c.version + 1,
        }
        close_work(tx, matter, "the accounts went back to the previous guarantor")
        tx.conn.execute(sa.update(MATTER).where(MATTER.c.id == matter).values(**over))


def _stop_spouse(tx: Transaction, rows: Sequence[AnyRow]) -> None:
    """Close the spouse's promises and calls on these accounts; a manager apologizes to the spouse."""
    ids = [row.id for row in rows]
    promised = (
        sa.select(PROMISE.c.id)
        .join(PROMISE_ACCOUNT, PROMISE_ACCOUNT.c.promise_id == PROMISE.c.id)
        .where(in_keys(PROMISE_ACCOUNT.c.account_id, ids), PROMISE.c.state == PromiseState.OPEN.value)
    )
    over = sa.update(PROMISE).where(PROMISE.c.id.in_(promised)).values(state=PromiseState.REPLACED.value)
    tx.conn.execute(over)
    for (spouse, creditor), mine in group_by_key(((row.guarantor_id, row.creditor_id), row) for row in rows).items():
        calls = sa.select(TASK.c.id).where(
            TASK.c.guarantor_id == spouse,
            TASK.c.creditor_id == creditor,
            TASK.c.kind == TaskKind.CALL,
            TASK.c.state == TaskState.OPEN.value,
        )
        close_tasks(tx, sorted(tx.conn.execute(calls).scalars()), TaskState.CANCELLED, "the report of death was wrong")
        reason = "A spouse was billed for a person who is living: send an apology, and refund the payments"
        about = tuple(row.id for row in mine)
        open_tasks(tx, [NewTask(TaskKind.ESTATE_SPOUSE_APOLOGY, Role.MANAGER, reason, spouse, creditor, about, 1)])

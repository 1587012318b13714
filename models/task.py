"""Tasks for a person, their results, and promises."""

from datetime import date, time

import sqlalchemy as sa
from sqlmodel import Field, Index, SQLModel

from models.columns import Key, ShortText
from models.enums import GateState, PromiseState, TaskState


class Task(SQLModel, table=True):
    """A call to make, an address to find, a dispute to review. One open call per guarantor and creditor.

    `assigned_to` is the collector whose list has the call. `in_progress_by` is the collector who is working on it,
    since `in_progress_since` (UTC). `callback_on` is the day of a callback that the guarantor requested on
    `callback_asked_on`; `callback_time` is its time in the guarantor's zone, if one was agreed on. `failed_noun` and
    `failed_key` name what a nightly run could not process. `redo_attempt_id` is the call whose result was undone: the
    next result replaces it, and is no further call.
    """

    __table_args__ = (
        Index(
            "uq_open_call",
            "guarantor_id",
            "creditor_id",
            unique=True,
            postgresql_where=sa.text("kind = 'call' AND state = 'open'"),
            sqlite_where=sa.text("kind = 'call' AND state = 'open'"),
        ),
        Index(
            "ix_task_open",
            "kind",
            "not_before_on",
            postgresql_where=sa.text("state = 'open'"),
            sqlite_where=sa.text("state = 'open'"),
        ),
        Index("ix_task_guarantor", "guarantor_id"),
    )

    id: int = Field(primary_key=True, sa_type=Key)
    kind: str
    guarantor_id: int = Field(sa_type=Key, foreign_key="person.id")
    creditor_id: int = Field(sa_type=Key, foreign_key="creditor.id")
    state: str = Field(default=TaskState.OPEN, sa_type=ShortText)
    role: str
    reason: str
    script: str | None = None
    opened_on: date
    due_on: date | None = None
    not_before_on: date | None = None
    callback_on: date | None = None
    callback_time: time | None = None
    callback_asked_on: date | None = None
    attempts_allowed: int = 1
    attempts_made: int = 0
    every_days: int = 1
    give_up_on: date | None = None
    closed_on: date | None = None
    outcome: str | None = None
    assigned_to: str | None = None
    assigned_on: date | None = None
    in_progress_by: str | None = None
    in_progress_since: str | None = None
    failed_noun: str | None = None
    failed_key: int | None = Field(default=None, sa_type=Key)
    redo_attempt_id: int | None = Field(default=None, sa_type=Key)


class TaskAccount(SQLModel, table=True):
    """An account that a task is about."""

    __tablename__ = "task_account"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (Index("ix_task_account_account", "account_id"), {"sqlite_with_rowid": False})

    task_id: int = Field(primary_key=True, sa_type=Key, foreign_key="task.id")
    account_id: int = Field(primary_key=True, sa_type=Key, foreign_key="account.id")


class GateReview(SQLModel, table=True):
    """A gate of a schedule that an account is waiting at, or has passed. The steps after it wait for the decision.

    The newest row of a step counts. Each row belongs to the task that asks for the decision. A kept account is reviewed
    again on `until_on`. `pool` is where an approved account is placed instead of the schedule's pool.
    """

    __tablename__ = "gate_review"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (Index("ix_gate_review_account", "account_id"), Index("ix_gate_review_task", "task_id"))

    id: int = Field(primary_key=True, sa_type=Key)
    account_id: int = Field(sa_type=Key, foreign_key="account.id")
    step: str
    cycle: int
    task_id: int = Field(sa_type=Key, foreign_key="task.id")
    state: str = Field(default=GateState.WAITING, sa_type=ShortText)
    opened_on: date
    decided_on: date | None = None
    decided_by: str | None = None
    reason: str | None = None
    until_on: date | None = None
    pool: str | None = None


class ContactAttempt(SQLModel, table=True):
    """A call, with its result. `talked`: a conversation happened. `inbound`: the person called us.

    `weekday` (Monday is 0) and `hour` are the guarantor's local time: they show when calls were answered and when not.
    `asked_on` is the day on which the guarantor requested this call, if it was a callback. `verified_by`: how the
    person's identity was verified. `followed` is what the result opened and changed, as JSON, so that it can be undone;
    a result that was undone is "undone" until the right one replaces it: one dial stays one row.
    """

    __tablename__ = "contact_attempt"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        Index("ix_contact_guarantor", "guarantor_id", "made_on"),
        Index("ix_contact_made", "made_on"),
    )

    id: int = Field(primary_key=True, sa_type=Key)
    task_id: int | None = Field(default=None, sa_type=Key, foreign_key="task.id")
    guarantor_id: int = Field(sa_type=Key, foreign_key="person.id")
    creditor_id: int = Field(sa_type=Key, foreign_key="creditor.id")
    kind: str
    made_on: date
    at: str
    disposition: str
    talked: bool
    counts: bool = True
    made_by: str
    phone: str | None = None
    weekday: int | None = None
    hour: int | None = None
    inbound: bool = False
    asked_on: date | None = None
    note: str | None = None
    verified_by: str | None = Field(default=None, sa_type=ShortText)
    followed: str | None = None


class Promise(SQLModel, table=True):
    """A promise to pay: an amount by a day, judged by the ledger after the grace period."""

    __table_args__ = (
        Index(
            "ix_promise_open",
            "judge_on",
            postgresql_where=sa.text("state = 'open'"),
            sqlite_where=sa.text("state = 'open'"),
        ),
        Index("ix_promise_guarantor", "guarantor_id", "creditor_id"),
    )

    id: int = Field(primary_key=True, sa_type=Key)
    guarantor_id: int = Field(sa_type=Key, foreign_key="person.id")
    creditor_id: int = Field(sa_type=Key, foreign_key="creditor.id")
    amount_cents: int = Field(sa_type=sa.BigInteger)
    made_on: date
    due_on: date
    judge_on: date
    state: str = Field(default=PromiseState.OPEN, sa_type=ShortText)
    paid_cents: int = Field(default=0, sa_type=sa.BigInteger)
    after_entry_id: int = Field(default=0, sa_type=Key)


class PromiseAccount(SQLModel, table=True):
    """An account that a promise covers."""

    __tablename__ = "promise_account"  # pyright: ignore[reportAssignmentType]
    __table_args__ = ({"sqlite_with_rowid": False},)

    promise_id: int = Field(primary_key=True, sa_type=Key, foreign_key="promise.id")
    account_id: int = Field(primary_key=True, sa_type=Key, foreign_key="account.id")

"""The steps that a manager set, and each account's position in them."""

from datetime import date

import sqlalchemy as sa
from sqlmodel import Field, Index, SQLModel

from models.columns import Key, ShortText
from models.enums import EnrollmentState


class ScheduleVersion(SQLModel, table=True):
    """A published schedule, as its YAML text. It never changes; a change is a new version.

    If several schedules apply to an account, it enters the one with the highest `precedence`: the last published.
    `in_force_on` is the first day on which accounts enter it; if it is empty, none do. `seen` records that the accounts
    that may enter it were checked. `present` marks the newest version of its name.

    `pending`: a second person has not approved it yet, so that it is not in force. `migrate`: accounts under way move
    to it on its first day; `step_names` is a JSON document with the new names of renamed steps. `trial`: it was written
    for an experiment, and accounts enter it only by that.
    """

    __tablename__ = "schedule_version"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (sa.UniqueConstraint("name", "version", name="uq_schedule_version"),)

    id: int = Field(primary_key=True, sa_type=Key)
    name: str
    version: int
    title: str
    text: str
    digest: str
    published_on: date
    published_by: str
    present: bool = True
    precedence: int = 0
    in_force_on: date | None = None
    reason: str | None = None
    seen: bool = Field(default=True, sa_column_kwargs={"server_default": sa.true()})
    migrate: bool = Field(default=False, sa_column_kwargs={"server_default": sa.false()})
    step_names: str = Field(default="{}", sa_column_kwargs={"server_default": "{}"})
    pending: bool = Field(default=False, sa_column_kwargs={"server_default": sa.false()})
    trial: bool = Field(default=False, sa_column_kwargs={"server_default": sa.false()})


class ScheduleAction(SQLModel, table=True):
    """A decision about a schedule, or one of its versions: who, when and why. Rows are only added; the newest of a
    name shows whether it is paused or retired."""

    __tablename__ = "schedule_action"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (Index("ix_schedule_action_name", "name", "id"),)

    id: int = Field(primary_key=True, sa_type=Key)
    name: str
    version: int | None = None
    action: str = Field(sa_type=ShortText)
    on: date
    by: str
    reason: str


class ScheduleDraft(SQLModel, table=True):
    """A schedule that a manager is editing, as its YAML text, which may still have errors. `seq` counts its changes, so
    that nobody overwrites a change that they have not seen. `based_on`: the version that it began as."""

    __tablename__ = "schedule_draft"  # pyright: ignore[reportAssignmentType]

    id: int = Field(primary_key=True, sa_type=Key)
    name: str
    text: str
    owner: str
    based_on: int | None = None
    seq: int
    created_on: date
    changed_on: date
    changed_by: str
    state: str = Field(sa_type=ShortText)


class ScheduleDraftChange(SQLModel, table=True):
    """The text of a draft after each change, and who made it. Rows are only added."""

    __tablename__ = "schedule_draft_change"  # pyright: ignore[reportAssignmentType]

    draft_id: int = Field(primary_key=True, sa_type=Key, foreign_key="schedule_draft.id")
    seq: int = Field(primary_key=True)
    text: str
    on: date
    by: str


class Enrollment(SQLModel, table=True):
    """An account's position in a schedule.

    `pending_trigger` names what happened to the account (under the schedule's `on`); it is handled before the next
    step. `pending_trigger_id` distinguishes one such event from the next, such as the number of the broken promise.
    `delay_days` is how far the account is behind its anchor because a step was done late. `next_action_on` is the only
    thing that the nightly run reads: the next day to decide, empty for never.
    """

    __table_args__ = (
        Index(
            "ix_enrollment_due",
            "next_action_on",
            "guarantor_id",
            postgresql_where=sa.text("next_action_on IS NOT NULL"),
            sqlite_where=sa.text("next_action_on IS NOT NULL"),
        ),
        Index("ix_enrollment_guarantor", "guarantor_id"),
    )

    account_id: int = Field(primary_key=True, sa_type=Key, foreign_key="account.id")
    guarantor_id: int = Field(sa_type=Key, foreign_key="person.id")
    creditor_id: int = Field(sa_type=Key, foreign_key="creditor.id")
    schedule_version_id: int = Field(sa_type=Key, foreign_key="schedule_version.id")
    cycle: int = 1
    anchor_on: date
    state: str = Field(default=EnrollmentState.ACTIVE, sa_type=ShortText)
    pending_trigger: str | None = None
    pending_trigger_id: str | None = None
    delay_days: int = 0
    resume_at: str | None = None
    next_action_on: date | None = None
    blocked_by: str | None = None
    blocked_until: date | None = None


class StepTaken(SQLModel, table=True):
    """A step happens once per account and cycle: the primary key enforces it."""

    __tablename__ = "step_taken"  # pyright: ignore[reportAssignmentType]
    __table_args__ = ({"sqlite_with_rowid": False},)

    account_id: int = Field(primary_key=True, sa_type=Key, foreign_key="account.id")
    cycle: int = Field(primary_key=True)
    step: str = Field(primary_key=True)
    outcome: str = Field(sa_type=ShortText)
    on: date
    why: str | None = None

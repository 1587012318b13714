"""Versions of a schedule that are tried against each other, and the accounts that entered each."""

from datetime import date

import sqlalchemy as sa
from sqlmodel import Field, Index, SQLModel

from models.columns import Key, ShortText
from models.enums import ExperimentState


class Experiment(SQLModel, table=True):
    """Versions of one schedule that new accounts enter by chance, from `started_on` through `entry_until`.

    Each account is followed for `follow_days` after its entry; nothing is compared before `ready_on`, the day on which
    the last of them is. `difference_cents` is the smallest difference per guarantor that the practice wants to find;
    `needed` the guarantors in each arm that it takes, empty without enough history. `winner` is the version of the arm
    that was published.
    """

    __table_args__ = (
        sa.UniqueConstraint("name", name="uq_experiment_name"),
        Index(
            "uq_experiment_running",
            "schedule",
            unique=True,
            postgresql_where=sa.text("state = 'running'"),
            sqlite_where=sa.text("state = 'running'"),
        ),
    )

    id: int = Field(primary_key=True, sa_type=Key)
    name: str
    schedule: str
    state: str = Field(default=ExperimentState.RUNNING, sa_type=ShortText)
    started_on: date
    started_by: str
    reason: str
    entry_until: date
    follow_days: int
    ready_on: date
    difference_cents: int = Field(sa_type=sa.BigInteger)
    needed: int | None = None
    ended_on: date | None = None
    ended_by: str | None = None
    end_reason: str | None = None
    winner: int | None = None


class ExperimentArm(SQLModel, table=True):
    """A version of an experiment and its share of the guarantors. `holdout`: it has the version in force, as the first
    arm (the control), and is left out of the comparison."""

    __tablename__ = "experiment_arm"  # pyright: ignore[reportAssignmentType]

    experiment_id: int = Field(primary_key=True, sa_type=Key, foreign_key="experiment.id")
    place: int = Field(primary_key=True)
    schedule_version_id: int = Field(sa_type=Key, foreign_key="schedule_version.id")
    percent: int
    holdout: bool = False


class ExperimentAccount(SQLModel, table=True):
    """An account that entered an arm. It counts there whatever happens to it later. Rows are only added."""

    __tablename__ = "experiment_account"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (Index("ix_experiment_account", "experiment_id", "place"), {"sqlite_with_rowid": False})

    account_id: int = Field(primary_key=True, sa_type=Key, foreign_key="account.id")
    experiment_id: int = Field(primary_key=True, sa_type=Key, foreign_key="experiment.id")
    place: int
    guarantor_id: int = Field(sa_type=Key, foreign_key="person.id")
    creditor_id: int = Field(sa_type=Key, foreign_key="creditor.id")
    entered_on: date

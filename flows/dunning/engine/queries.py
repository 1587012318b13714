"""Experiments that take in accounts, as the nightly run reads them."""

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from flows.accounts.load import on_days, practice_days_now
from flows.dunning.engine.split import Arm, Split
from flows.schedules.schedule import PracticeDays, Published
from flows.schedules.schedule_file import schedule_from
from models import Experiment, ExperimentArm, ScheduleVersion
from models.columns import AnyRow, table
from models.database import group_by_key
from models.enums import ExperimentState

ARM = table(ExperimentArm)
EXPERIMENT = table(Experiment)
SCHEDULE_VERSION = table(ScheduleVersion)


def running_splits(conn: Connection) -> list[Split]:
    """The running experiments with their arms."""
    running = sa.select(EXPERIMENT).where(EXPERIMENT.c.state == ExperimentState.RUNNING.value).order_by(EXPERIMENT.c.id)
    rows = conn.execute(running).all()
    arms = _arms(conn) if rows else {}
    return [Split(row.id, row.name, row.schedule, tuple(arms[row.id]), row.entry_until) for row in rows]


def _arms(conn: Connection) -> dict[int, list[Arm]]:
    query = (
        sa.select(ARM, SCHEDULE_VERSION.c.version, SCHEDULE_VERSION.c.text)
        .join(SCHEDULE_VERSION, SCHEDULE_VERSION.c.id == ARM.c.schedule_version_id)
        .join(EXPERIMENT, EXPERIMENT.c.id == ARM.c.experiment_id)
        .where(EXPERIMENT.c.state == ExperimentState.RUNNING.value)
        .order_by(ARM.c.experiment_id, ARM.c.place)
    )
    days = practice_days_now(conn)
    return group_by_key((row.experiment_id, _arm(row, days)) for row in conn.execute(query))


def _arm(row: AnyRow, days: PracticeDays) -> Arm:
    schedule = on_days(schedule_from(row.text), days)
    return Arm(row.place, Published(row.schedule_version_id, row.version, schedule), row.percent, row.holdout)


def experiment_on(conn: Connection, schedule: str) -> str | None:
    """The name of the experiment that runs on a schedule; None if there is none."""
    running = EXPERIMENT.c.state == ExperimentState.RUNNING.value
    query = sa.select(EXPERIMENT.c.name).where(EXPERIMENT.c.schedule == schedule, running)
    return conn.execute(query).scalar()

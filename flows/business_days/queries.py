"""What the nightly run reads: its time, and the progress of the practice."""

from datetime import time
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from flows.business_days.days import Hour, Walked
from flows.settings.queries import policy_now
from models import DayStage
from models.columns import table

DAY_STAGE = table(DayStage)

LAST_STAGE = "call_list"
"""A day is complete once this stage has counted: no stage before it is skipped, and the one after it only sums up. By
its name, since days of earlier versions must still count as complete when a stage is added."""


def hour_now(conn: Connection) -> Hour:
    """The hour of the nightly run as the practice has set it."""
    policy = policy_now(conn)
    return Hour(time.fromisoformat(policy.nightly_run_time), ZoneInfo(policy.time_zone))


def walked_so_far(conn: Connection) -> Walked:
    """The progress of the practice, by nightly runs or by `pastdue run`."""
    day, stage = DAY_STAGE.c.business_date, DAY_STAGE.c.stage
    done = conn.execute(sa.select(sa.func.max(day)).where(stage == LAST_STAGE)).scalar()
    if done is not None:
        return Walked(done=done)
    return Walked(begun=conn.execute(sa.select(sa.func.min(day))).scalar())

"""The nightly flow: the stages of a day, in their order.

Prefect sees dates and counts, never a person's data: each stage opens the database by the settings of the process.
"""

from datetime import date, timedelta

from prefect import flow, get_run_logger, task
from prefect.artifacts import create_table_artifact
from prefect.cache_policies import NO_CACHE

from flows.accounts.failure import failure
from flows.business_days.check import require_days
from flows.business_days.parameters import Day
from flows.practice import Practice, practice_of
from flows.proof.commands import seal_book
from flows.proof.key import HistoryKeyLost
from flows.stages import DAY_HEADS, STAGES, report_of, run_stage
from models.database import open_database
from models.environment import settings_from
from models.errors import Refused
from models.lock import one_run
from models.migrate import require_present, require_sound
from models.private import keep_private


class StageFailed(Refused):
    """A stage failed; the message names the failure and its place, and no personal data."""

    def __init__(self, stage: str, business_date: date, why: str) -> None:
        super().__init__(f"stage {stage} of {business_date} failed: {why}. Fix the problem, then rerun the day")


def practice_from_environment() -> Practice:
    """The practice that the environment names; raises OldDatabase when its database is not of this version."""
    # A worker of a Prefect server starts here, with a umask of its own.
    keep_private()
    settings = settings_from()
    database = open_database(settings.database_url)
    require_present(database)
    return practice_of(database, settings)


@task(task_run_name="{stage} {business_date}", retries=1, retry_delay_seconds=2, cache_policy=NO_CACHE)
def stage_of_day(stage: str, business_date: date) -> dict[str, int]:
    """One stage of one day. A second run does what is left, so that a retry does no harm."""
    practice = practice_from_environment()
    try:
        counts = run_stage(practice, stage, business_date)
    except Exception as error:
        # The message of a database or a library may contain the row that failed, and Prefect keeps it.
        raise StageFailed(stage, business_date, failure(error)) from None
    finally:
        practice.database.close()
    get_run_logger().info("%s %s: %s", business_date, stage, counts or "nothing to do")
    return counts


@task(task_run_name="head {business_date}", retries=1, retry_delay_seconds=2, cache_policy=NO_CACHE)
def head_of_day(business_date: date) -> str:
    """Seal what was recorded until the day's end; returns the head as it is in the report."""
    practice = practice_from_environment()
    try:
        return str(seal_book(practice.database, practice.settings, business_date))
    except HistoryKeyLost:
        raise
    except Exception as error:
        raise StageFailed("head", business_date, failure(error)) from None
    finally:
        practice.database.close()


@flow(name="collections-day", flow_run_name="collections {business_date}")
def collections_day(business_date: Day, through: Day | None = None, force: bool = False) -> list[dict[str, object]]:
    """Run a business date, or every day from it through another, one after the other.

    Raises Refused if the practice's clock or its last run does not allow a day; `force` runs it anyway.
    """
    practice = practice_from_environment()
    days: list[dict[str, object]] = []
    with one_run(practice.database):
        require_sound(practice.database)
        if not force:
            require_days(practice, business_date, through or business_date)
        for offset in range(((through or business_date) - business_date).days + 1):
            today = business_date + timedelta(days=offset)
            report = report_of(today, {stage: stage_of_day(stage, today) for stage in STAGES})
            days.append({**report, "head": head_of_day(today)})
    practice.database.close()
    publish_counts(days)
    return days


def publish_counts(days: list[dict[str, object]]) -> None:
    """The counts of the days, as an artifact beside the run."""
    columns = ("business_date", "due", "advanced", "blocked", "letters", "calls", "set_aside", "events", "head")
    create_table_artifact(
        key="collections-day",
        table=[{DAY_HEADS.get(name, name): day[name] for name in columns} for day in days],
        description="What happened on each business date, and what was blocked",
    )

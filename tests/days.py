"""The next day on which anything can fall due in a database: a superset, from every date that is stored in it."""

from datetime import date, timedelta
from functools import cache

import sqlalchemy as sa
from sqlmodel import SQLModel

from models.database import Database

RECORDS_OF_A_DAY = frozenset({"day_stage.business_date", "task.assigned_on"})
"""Dates that a day writes although nothing falls due by them: its own counts, and each day's call assignments."""

STANDING = frozenset({"calls_listed", "calls_not_allowed", "calls_dealt", "calls_in_the_pool"})
"""Counts of open calls, which each day lists and assigns again."""

WAITING = (
    "SELECT 1 FROM letter WHERE state = 'queued'",
    "SELECT 1 FROM placement WHERE state = 'queued'",
    "SELECT 1 FROM agency_notice WHERE file_id IS NULL",
    "SELECT 1 FROM agency_file WHERE state IN ('open', 'made', 'renaming')",
)
"""What each day tries again, without a due date."""


def was_quiet(counts: dict[str, int]) -> bool:
    """Whether a stage with these counts found nothing to do."""
    return not counts.keys() - STANDING


def next_day(database: Database, today: date) -> date:
    """The first day after a quiet day that may not be quiet, or the end of time.

    Some rules check a date on its day, and others on the day after it. Both are days to run.
    """
    tomorrow = today + timedelta(days=1)
    with database.reading() as conn:
        stored = conn.execute(sa.text(_stored_dates()), {"today": str(today)}).one()
        waits = any(conn.execute(sa.text(query)).first() for query in WAITING)
    found = min((date.fromisoformat(str(one)) for one in stored if one is not None), default=date.max)
    return tomorrow if waits else max(found, tomorrow)


@cache
def _stored_dates() -> str:
    """A query for the first date from a day on in each column of dates."""
    columns = [
        f'(SELECT min("{column.name}") FROM "{table.name}" WHERE "{column.name}" >= :today)'
        for table in SQLModel.metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, sa.Date) and f"{table.name}.{column.name}" not in RECORDS_OF_A_DAY
    ]
    return f"SELECT {', '.join(columns)}"

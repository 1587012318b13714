"""Whether an installation can serve pages now."""

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.exc import SQLAlchemyError

from flows.business_days.days import days_missed
from flows.business_days.queries import hour_now, walked_so_far
from models.database import Database
from models.environment import Settings
from models.errors import Refused
from models.migrate import require_present

LITTLE = 50_000_000
"""Free bytes below which a change may not be saved."""


@dataclass(frozen=True, slots=True)
class Readiness:
    """Whether pages can be served, and the state of each part."""

    is_ready: bool
    parts: Mapping[str, str]

    @property
    def status(self) -> str:
        """The state in a word."""
        return "ok" if self.is_ready else "down"


def readiness(database: Database, settings: Settings, now: datetime) -> Readiness:
    """Check database, revision, disk and the last night."""
    try:
        require_present(database)
        with database.reading() as conn:
            walked, hour = walked_so_far(conn), hour_now(conn)
    except Refused:
        return Readiness(False, {"database": "ok", "revision": "not the one of this version"})
    except SQLAlchemyError:
        return Readiness(False, {"database": "does not respond"})
    space = shutil.disk_usage(settings.home).free >= LITTLE
    missed = bool(days_missed(walked, hour, now))
    night = "none yet" if walked.never else "missed" if missed else "ok"
    parts = {"database": "ok", "revision": "ok", "disk": "ok" if space else "full", "last_night": night}
    return Readiness(space, parts)

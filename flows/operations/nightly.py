"""The end of a night: its backup, the report to the operator, and the call that a monitor waits for.

Nothing here stops a night or changes its result: each part that fails is named in the log and in the report.
"""

from collections.abc import Callable
from datetime import date, datetime
from urllib.error import URLError
from urllib.request import urlopen

from sqlalchemy.exc import SQLAlchemyError

from flows.business_days.queries import walked_so_far
from flows.correspondence.email.delivery import Accepted
from flows.correspondence.email.notices import can_send, notice, send_notice
from flows.operations.backup import back_up, standing_order
from flows.operations.decide import Made, Night, report_of
from flows.operations.queries import open_work, stage_counts
from models.database import Database, open_database
from models.environment import Settings
from models.errors import Refused

PING_SECONDS = 20

Say = Callable[[str], None]
"""Writes a line of the log."""


def end_night(settings: Settings, day: date, code: int, now: datetime, say: Say) -> Night:
    """Back up after a night that completed, report it, and call the monitor. `code` is the exit code of its process.

    Returns what was reported. An operator without an address gets no e-mail; the log has the same lines.
    """
    database = open_database(settings.database_url)
    try:
        made = _backup(database, settings, now) if code == 0 else Made()
        night = _night(database, day, code, made)
    finally:
        database.close()
    report = report_of(night)
    if made.problem:
        say(f"the backup failed: {made.problem}")
    elif made.name:
        say(f"backup {made.name} ({made.bytes // 1_000_000} MB)")
    for problem in (_mail(settings, report.subject, report.text), _ping(settings) if night.is_complete else ""):
        if problem:
            say(problem)
    return night


def _backup(database: Database, settings: Settings, now: datetime) -> Made:
    if not settings.operator.backup_keep:
        return Made()
    try:
        done = back_up(database, settings, standing_order(settings), now)
    except (Refused, OSError, SQLAlchemyError) as error:
        return Made(problem=str(error))
    return Made(done.path.name, done.bytes)


def _night(database: Database, day: date, code: int, made: Made) -> Night:
    try:
        with database.reading() as conn:
            done = walked_so_far(conn).done
            missed = code == 0 and (done is None or done < day)
            problem = f"{day} was not run to its end; another run may be in progress" if missed else ""
            return Night(day, code, made, stage_counts(conn, day), open_work(conn, day), problem)
    except SQLAlchemyError as error:
        # The report is most wanted when the database is gone.
        return Night(day, code or 1, made, {}, {}, f"the database does not respond ({type(error).__name__})")


def _mail(settings: Settings, subject: str, text: str) -> str:
    """Send the report; returns what went wrong, if anything."""
    to = settings.operator.email
    if not to:
        return ""
    if not can_send(settings):
        return "the report was not sent: set PASTDUE_SMTP_URL and PASTDUE_MAIL_FROM"
    try:
        outcome = send_notice(settings, notice(settings, to, subject, text))
    except (Refused, OSError) as error:
        return f"the report was not sent: {error}"
    if isinstance(outcome, Accepted):
        return ""
    return f"the report was not sent: {getattr(outcome, 'reason', '') or getattr(outcome, 'reply', '')}"


def _ping(settings: Settings) -> str:
    """Call the monitor; returns what went wrong. Its address is a secret, so it is not named."""
    if not settings.operator.ping_url:
        return ""
    try:
        with urlopen(settings.operator.ping_url, timeout=PING_SECONDS):
            return ""
    except (URLError, OSError, ValueError) as error:
        return f"the monitor (PASTDUE_PING_URL) does not respond ({type(getattr(error, 'reason', error)).__name__})"

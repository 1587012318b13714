"""Checks of an installation: what is wrong or missing, and what to do. Nothing is changed."""

import os
import shutil
import socket
import stat
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from urllib.parse import urlsplit

from sqlalchemy.engine import Connection
from sqlalchemy.exc import SQLAlchemyError

from flows.business_days.days import days_missed
from flows.business_days.queries import hour_now, walked_so_far
from flows.correspondence.email.delivery import server_from
from flows.correspondence.print_batches.pdf import can_make_pdf
from flows.operations.backup import FOLDER, backups_in
from flows.operations.database_copy import kind_of, require_tools
from flows.proof.key import FILE as HISTORY_KEY
from flows.settings.contracts.queries import agencies_now
from flows.settings.contracts.terms import Sftp
from letters.own import problems_of_own
from models.database import Database, open_database
from models.environment import Settings
from models.errors import Advice, Refused
from models.migrate import require_present, require_sound
from models.private import OWNER_ONLY
from models.remedies import Remedy
from models.values import counted

SPACE_WANTED = 2_000_000_000
"""Free bytes below which a warning is given: a night writes letters, print batches and a backup."""

CONNECT_SECONDS = 5
OLD_BACKUP = timedelta(days=2)


class Found(StrEnum):
    """The result of a check."""

    OK = "ok"
    WARNING = "warning"
    ERROR = "error"

    @property
    def label(self) -> str:
        """The result, as people read it."""
        return {Found.OK: "OK", Found.WARNING: "Warning", Found.ERROR: "Error"}[self]


@dataclass(frozen=True, slots=True)
class Check:
    """A check: its subject, the result, what was found, and what to do about it."""

    name: str
    found: Found
    says: str
    advice: Advice = Advice("")


def _ok(name: str, says: str) -> Check:
    return Check(name=name, found=Found.OK, says=says)


def _warning(name: str, says: str, text: str, remedy: Remedy | None = None) -> Check:
    return Check(name=name, found=Found.WARNING, says=says, advice=Advice(text, remedy))


def _error(name: str, says: str, text: str, remedy: Remedy | None = None, **facts: str) -> Check:
    return Check(name=name, found=Found.ERROR, says=says, advice=Advice(text, remedy, facts=facts))


def examine(settings: Settings, now: datetime) -> list[Check]:
    """All checks of an installation, in the order in which to repair."""
    checks = [*_home(settings), *_keys(settings), _space(settings)]
    database = open_database(settings.database_url)
    try:
        sound = _database(database)
        checks.append(sound)
        if sound.found is not Found.ERROR:
            checks += _in_database(database, settings, now)
    finally:
        database.close()
    return [*checks, _templates(settings), _mail(settings), _pdf(), _prefect(), *_operator(settings, now)]


CLOSE_IT = "set it up again, which closes it to others"


def _home(settings: Settings) -> list[Check]:
    home = settings.home
    if not home.is_dir():
        return [_error("Home", f"{home} does not exist", "set PASTDUE_HOME, or set it up", Remedy.INITIALIZE)]
    if not os.access(home, os.W_OK):
        return [_error("Home", f"{home} cannot be written", "run as the user that owns it")]
    if stat.S_IMODE(home.stat().st_mode) & OWNER_ONLY:
        return [_error("Home", f"other users can open {home}", CLOSE_IT, Remedy.INITIALIZE)]
    return [_ok("Home", str(home))]


def _keys(settings: Settings) -> list[Check]:
    """The files of keys, which only their owner may read."""
    paths = [settings.home / HISTORY_KEY, settings.home / "web.secret", *(settings.home / "keys").glob("*")]
    there = [path for path in paths if path.is_file()]
    open_ones = [path.name for path in there if stat.S_IMODE(path.stat().st_mode) & OWNER_ONLY]
    if open_ones:
        return [_error("Keys", f"other users can read {', '.join(open_ones)}", CLOSE_IT, Remedy.INITIALIZE)]
    if not settings.history_key and not (settings.home / HISTORY_KEY).is_file():
        advice = "the first run makes it; if there were runs, restore it from a backup"
        return [_warning("Keys", f"there is no {HISTORY_KEY}", advice)]
    return [_ok("Keys", counted(len(there), "file"))]


def _space(settings: Settings) -> Check:
    base = settings.home if settings.home.is_dir() else Path("/")
    free = shutil.disk_usage(base).free
    says = f"{free / 1e9:,.1f} GB free"
    if free < SPACE_WANTED:
        return _warning("Disk", says, f"free some space: {SPACE_WANTED // 1_000_000_000} GB are wanted")
    return _ok("Disk", says)


def _database(database: Database) -> Check:
    try:
        require_present(database)
        require_sound(database)
        require_tools(database)
    except Refused as error:
        return Check("Database", Found.ERROR, error.problem, error.advice)
    except SQLAlchemyError as error:
        return _error(
            "Database",
            f"it does not respond ({type(error).__name__})",
            "start it, or correct PASTDUE_DATABASE_URL",
        )
    return _ok("Database", f"{kind_of(database)}, at the revision of this version")


def _in_database(database: Database, settings: Settings, now: datetime) -> list[Check]:
    with database.reading() as conn:
        return [_night(conn, now), *_agencies(conn, settings)]


def _night(conn: Connection, now: datetime) -> Check:
    hour, walked = hour_now(conn), walked_so_far(conn)
    if walked.never:
        return _warning("Nightly run", "no day was run yet", "run a day, or start the nightly runner")
    last = walked.done or walked.begun
    if last is not None and last > hour.day_of(now) + timedelta(days=1):
        says = f"the last day run is {last}, and today is {hour.day_of(now)}"
        return _error("Clock", says, "correct the clock of this machine before anything runs")
    behind = days_missed(walked, hour, now)
    if behind:
        days = {"first": str(behind[0]), "last": str(behind[-1])}
        says = f"{counted(len(behind), 'day')} not run: {behind[0]} to {behind[-1]}"
        return _error("Nightly run", says, "see its log, then run them", Remedy.RUN_DAYS, **days)
    return _ok("Nightly run", f"last day run: {last}; next at {hour.said(hour.next_after(now))}")


def _agencies(conn: Connection, settings: Settings) -> list[Check]:
    """Each agency's way: the folder is there, or its server accepts connections and the keys are there."""
    checks: list[Check] = []
    for terms in agencies_now(conn).terms.values():
        way, name = terms.transport, f"Agency {terms.code}"
        if not isinstance(way, Sftp):
            continue
        missing = [file for file in (way.key, way.known_hosts) if not (settings.home / file).is_file()]
        if missing:
            checks.append(_error(name, f"{', '.join(missing)} not found", "add the file to the home"))
        elif problem := _connects(way.host, way.port):
            checks.append(_error(name, problem, "ask the agency, or correct its terms"))
        else:
            checks.append(_ok(name, f"{way.host} responds"))
    return checks


def _connects(host: str, port: int) -> str:
    """Why a server does not accept a connection; empty if it does."""
    try:
        with socket.create_connection((host, port), CONNECT_SECONDS):
            return ""
    except OSError as error:
        return f"{host}:{port} does not respond ({error.strerror or type(error).__name__})"


def _templates(settings: Settings) -> Check:
    problems = problems_of_own(settings.templates)
    if not problems:
        return _ok("Letter templates", "no errors")
    rest = f" ({len(problems) - 1} more)" if len(problems) > 1 else ""
    return _error("Letter templates", f"{problems[0]}{rest}", "correct the template; its letters are on hold")


def _mail(settings: Settings) -> Check:
    if not settings.smtp_url:
        return _warning("E-mail", "there is no mail server", "set PASTDUE_SMTP_URL, or all letters go by USPS")
    try:
        server = server_from(settings.smtp_url)
    except Refused as error:
        return Check("E-mail", Found.ERROR, error.problem, error.advice)
    if problem := _connects(server.host, server.port):
        return _error("E-mail", problem, "start it, or correct PASTDUE_SMTP_URL")
    return _ok("E-mail", f"{server.host}:{server.port} responds")


def _pdf() -> Check:
    if can_make_pdf():
        return _ok("PDF", "LibreOffice is installed")
    return _warning("PDF", "LibreOffice (soffice) was not found", "install libreoffice-writer to print letters")


def _prefect() -> Check:
    url = os.environ.get("PREFECT_API_URL", "")
    if not url:
        return _ok("Prefect", "each run starts a server of its own")
    parts = urlsplit(url)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    if problem := _connects(parts.hostname or "", port):
        return _error("Prefect", problem, "start the server, or unset PREFECT_API_URL")
    return _ok("Prefect", f"{parts.hostname}:{port} responds")


def _operator(settings: Settings, now: datetime) -> Sequence[Check]:
    return [_reports(settings), _backups(settings, now)]


def _reports(settings: Settings) -> Check:
    operator, missing = settings.operator, "no one learns of a night that failed"
    if operator.email and settings.smtp_url:
        monitor = "" if operator.ping_url else "; without PASTDUE_PING_URL no one learns of a machine that is off"
        return _ok("Reports", f"by e-mail{monitor}")
    if operator.ping_url:
        return _ok("Reports", "by a monitor")
    return _warning("Reports", missing, "set PASTDUE_OPERATOR_EMAIL, PASTDUE_PING_URL, or both")


def _backups(settings: Settings, now: datetime) -> Check:
    folder = settings.operator.backup_folder or settings.home / FOLDER
    made = backups_in(folder)
    advice = "make one; the nightly runner makes one each night, too, unless PASTDUE_BACKUP_KEEP is 0"
    if not made:
        return _warning("Backup", f"no backup in {folder}", advice, Remedy.BACK_UP)
    age = now - datetime.fromtimestamp(made[-1].stat().st_mtime, now.tzinfo)
    if age > OLD_BACKUP:
        return _warning("Backup", f"the last one is {counted(age.days, 'day')} old", advice, Remedy.BACK_UP)
    inside = "" if settings.operator.backup_folder else "; it is on the disk that it protects (PASTDUE_BACKUP_FOLDER)"
    return _ok("Backup", f"{made[-1].name}{inside}")

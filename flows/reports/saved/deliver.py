"""The nightly delivery of saved reports, and the comparison with their targets."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from flows.accounts.failure import failure
from flows.agency_handoff.files.transport import Outcome, carrier, run, send
from flows.practice import Practice
from flows.reports.access import may_read
from flows.reports.document import shown
from flows.reports.files import FileKind, views_of, write_table
from flows.reports.model import Asked, Table
from flows.reports.saved.decide import SendBy, is_due, is_missed, sftp_address
from flows.reports.saved.mail import MaybeMailed, mail_alert, mail_report
from flows.reports.saved.queries import SAVED, Saved, Sending, Target, all_saved
from flows.reports.saved.reading import read_saved, target_text
from flows.settings.contracts.terms import Sftp
from flows.users.queries import anybody_signs_in, somebody_now
from flows.users.view_log import write_views
from models.clock import Clock, system_clock
from models.errors import Refused
from models.user_enums import Seen

FOLDER = "reports"
KEY, KNOWN_HOSTS = "keys/reports", "keys/reports_known_hosts"
"""The files for SFTP, in the home."""


class NotDelivered(Refused):
    """A report could not be delivered; the message says why, and it is tried again the next night."""


def deliver_due(practice: Practice, today: date, clock: Clock = system_clock) -> Counter[str]:
    """Deliver the saved reports that are due, and compare those with a target. One that fails does not stop another."""
    counts: Counter[str] = Counter()
    with practice.database.reading() as conn:
        found = all_saved(conn)
    for saved in found:
        sending = saved.sending
        due = sending is not None and is_due(sending.every, today, saved.delivered_on, saved.made_on)
        if not due and saved.target is None:
            continue
        night = _Night(saved.missed, saved.delivered_on, saved.alerted_on)
        _tried(night, lambda: _read(practice, saved, today, clock, sending if due else None, night))  # noqa: B023
        counts["failed" if night.problems else "delivered"] += 1 if due or night.problems else 0
        with practice.database.transaction(actor="report", business_date=today) as tx:
            tx.conn.execute(sa.update(SAVED).where(SAVED.c.id == saved.id).values(**night.columns()))
    return counts


@dataclass(slots=True)
class _Night:
    """What a night changes of a saved report."""

    missed: str
    delivered_on: date | None
    alerted_on: date | None
    problems: list[str] = field(default_factory=list[str])

    def columns(self) -> dict[str, object]:
        """The columns of the saved report."""
        days = {"delivered_on": self.delivered_on, "alerted_on": self.alerted_on}
        return {"missed": self.missed, "problem": "; ".join(self.problems), **days}


def _tried(night: _Night, work: Callable[[], None]) -> bool:
    """Whether it worked; if not, the reason is a problem of the night."""
    try:
        work()
    except Refused as error:
        night.problems.append(str(error))
    except Exception as error:  # one report that fails must not keep the others from their readers
        night.problems.append(failure(error))
    else:
        return True
    return False


def _read(practice: Practice, saved: Saved, today: date, clock: Clock, sending: Sending | None, night: _Night) -> None:
    """Read a report with its owner's rights, send it, and compare it with its target."""
    with practice.database.reading() as conn:
        asked, table = read_saved(conn, saved, today, _creditors_of_owner(conn, saved, today))
        if sending is not None:
            _record(practice, saved, table, today, clock)
            path = practice.settings.outbox / FOLDER / f"{_file_name(saved.name)}-{today}.{sending.format}"
            path.parent.mkdir(parents=True, exist_ok=True)
            write_table(path, FileKind(sending.format), saved.report.title, table)
            if _tried(night, lambda: _send(practice, saved, sending, asked, path)):
                night.delivered_on = today
    if saved.target is not None:
        night.missed = _missed(saved.target, table)
        _alert(practice, saved, asked, saved.target, today, night)


def _alert(practice: Practice, saved: Saved, asked: Asked, target: Target, today: date, night: _Night) -> None:
    """Notify the owner once that the target was crossed. What was not accepted is tried again the next night."""
    if not night.missed:
        night.alerted_on = None
    elif target.alert_to and night.alerted_on is None:
        try:
            mail_alert(practice, saved, asked, target.alert_to, night.missed)
        except MaybeMailed as error:
            night.alerted_on = today
            raise NotDelivered(f"the alert may not have arrived: {error}") from None
        except Refused as error:
            raise NotDelivered(f"the alert was not sent: {error}") from None
        night.alerted_on = today


def _creditors_of_owner(conn: Connection, saved: Saved, today: date) -> frozenset[int] | None:
    """The creditors that the owner may read now, None for all. Raises NotDelivered if they may not read it any more."""
    if (owner := somebody_now(conn, saved.owner, today)) is not None and may_read(saved.report, owner.roles):
        return owner.creditors
    if owner is None and not anybody_signs_in(conn):
        return None  # saved before anyone could sign in: by the person who sets the practice up
    raise NotDelivered(f"{saved.owner} may no longer read {saved.report.title}", "save it again as another user")


def _record(practice: Practice, saved: Saved, table: Table, today: date, clock: Clock) -> None:
    """An export that names persons is a reading of their data by its owner."""
    if saved.report.names_people:
        with practice.database.transaction(actor=saved.owner, business_date=today) as tx:
            write_views(tx, Seen.REPORTS, views_of(table, saved.report.name), clock(), "delivered")


def _file_name(name: str) -> str:
    return "".join(mark if mark.isalnum() else "-" for mark in name.lower()).strip("-")


def _send(practice: Practice, saved: Saved, sending: Sending, asked: Asked, path: Path) -> None:
    match sending.by:
        case SendBy.FOLDER:
            return
        case SendBy.EMAIL:
            mail_report(practice, saved, asked, sending.address, path)
        case SendBy.SFTP:
            _sftp(practice, sending, path)


def _sftp(practice: Practice, sending: Sending, path: Path) -> None:
    host, user, port, folder = sftp_address(sending.address)
    way = Sftp(host, user, KEY, KNOWN_HOSTS, port, folder)

    async def go() -> Outcome:
        async with carrier(way, practice.settings.home) as there:
            return await send(there, path, renaming=False, taken_at_once=False, about_to_rename=lambda: None)

    if run(go) is not Outcome.SENT:
        raise NotDelivered(
            f"{host} does not show the file {path.name}", "ask the owner of the server what became of it"
        )


def _missed(target: Target, table: Table) -> str:
    column = next((one for one in table.columns if one.name == target.column), None)
    value = table.total.get(target.column)
    number = float(value) if isinstance(value, int | float) else None
    if column is None or not is_missed(target.way, target.value, number):
        return ""
    return f"{column.title} is {shown(column, value)}; the target is {target_text(column, target)}"

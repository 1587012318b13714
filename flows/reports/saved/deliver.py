"""The nightly delivery of saved reports, and the comparison with their targets."""

from collections import Counter
from datetime import date
from email.message import EmailMessage
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from flows.accounts.failure import failure
from flows.agency_handoff.files.transport import Outcome, carrier, run, send
from flows.correspondence.email.delivery import Accepted, Delivery, server_from
from flows.practice import Practice
from flows.reports.access import may_read
from flows.reports.document import shown
from flows.reports.files import FileKind, people_of, write_table
from flows.reports.model import Asked, Table
from flows.reports.saved.decide import PERIODS, SendBy, is_due, is_missed, sftp_address
from flows.reports.saved.queries import SAVED, Saved, Sending, Target, all_saved
from flows.reports.saved.reading import read_saved, target_text
from flows.settings.contracts.terms import Sftp
from flows.users.queries import anybody_signs_in, somebody_now
from flows.users.view_log import View, write_views
from models.clock import Clock, system_clock
from models.errors import Refused
from models.ids import AccountId, PersonId
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
        problem, missed = "", saved.missed
        try:
            missed = _deliver(practice, saved, today, clock, sending if due else None)
        except Refused as error:
            problem = str(error)
        except Exception as error:  # one report that fails must not keep the others from their readers
            problem = failure(error)
        counts["failed" if problem else "delivered"] += 1 if due or problem else 0
        delivered = {"delivered_on": today} if due and not problem else {}
        with practice.database.transaction(actor="report", business_date=today) as tx:
            mine = sa.update(SAVED).where(SAVED.c.id == saved.id)
            tx.conn.execute(mine.values(problem=problem, missed=missed, **delivered))
    return counts


def _deliver(practice: Practice, saved: Saved, today: date, clock: Clock, sending: Sending | None) -> str:
    """Read a report with its owner's rights and send it; returns what is to say about its target."""
    with practice.database.reading() as conn:
        asked, table = read_saved(conn, saved, today, _creditors_of_owner(conn, saved, today))
        if sending is not None:
            _record(practice, saved, table, today, clock)
            path = practice.settings.outbox / FOLDER / f"{_file_name(saved.name)}-{today}.{sending.format}"
            path.parent.mkdir(parents=True, exist_ok=True)
            write_table(path, FileKind(sending.format), saved.report.title, table)
            _send(practice, saved, sending, asked, path)
    return "" if saved.target is None else _missed(saved.target, table)


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
        views = [
            View(PersonId(person), None if account is None else AccountId(account), saved.report.name)
            for person, account in people_of(table)
        ]
        with practice.database.transaction(actor=saved.owner, business_date=today) as tx:
            write_views(tx, Seen.REPORTS, views, clock(), "delivered")


def _file_name(name: str) -> str:
    return "".join(mark if mark.isalnum() else "-" for mark in name.lower()).strip("-")


def _send(practice: Practice, saved: Saved, sending: Sending, asked: Asked, path: Path) -> None:
    match sending.by:
        case SendBy.FOLDER:
            return
        case SendBy.EMAIL:
            _email(practice, saved, sending, asked, path)
        case SendBy.SFTP:
            _sftp(practice, sending, path)


def _email(practice: Practice, saved: Saved, sending: Sending, asked: Asked, path: Path) -> None:
    """The text of the message has the report's name and period, and nobody's data."""
    settings = practice.settings
    if not settings.smtp_url or not settings.mail_from:
        raise NotDelivered("there is no mail server", "set PASTDUE_SMTP_URL and PASTDUE_MAIL_FROM")
    message = EmailMessage()
    message["From"], message["To"] = settings.mail_from, sending.address
    message["Subject"] = f"{saved.report.title}: {PERIODS[saved.period].lower()}"
    message.set_content(f"{saved.name}, {asked.first} to {asked.last}. The report is attached.\n")
    kind = ("text", "csv") if path.suffix == ".csv" else ("application", "octet-stream")
    message.add_attachment(path.read_bytes(), maintype=kind[0], subtype=kind[1], filename=path.name)
    with Delivery(server_from(settings.smtp_url)) as delivery:
        outcome = delivery.deliver(bytes(message), settings.mail_from, sending.address, lambda: None)
    if not isinstance(outcome, Accepted):
        raise NotDelivered(f"the mail server did not accept it: {getattr(outcome, 'reason', '') or 'rejected'}")


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

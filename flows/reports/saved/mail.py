"""The e-mails about saved reports: with the file, or about a missed target. Their texts have nobody's data."""

from email.message import EmailMessage
from pathlib import Path

from flows.correspondence.email.delivery import Accepted, Unsure
from flows.correspondence.email.notices import can_send, notice, send_notice
from flows.practice import Practice
from flows.reports.model import Asked
from flows.reports.saved.decide import PERIODS
from flows.reports.saved.queries import Saved
from models.errors import Refused

ALERT_SUBJECT = 120
"""The longest subject of an alert."""


class NotMailed(Refused):
    """A message was not accepted; the text says why."""


class MaybeMailed(NotMailed):
    """The whole message was sent, and whether it arrived is unknown."""


def mail_report(practice: Practice, saved: Saved, asked: Asked, to: str, path: Path) -> None:
    """Send a report as a file. Raises NotMailed."""
    text = f"{saved.name}, {asked.first} to {asked.last}. The report is attached.\n"
    message = notice(practice.settings, to, f"{saved.report.title}: {PERIODS[saved.period].lower()}", text)
    kind = ("text", "csv") if path.suffix == ".csv" else ("application", "octet-stream")
    message.add_attachment(path.read_bytes(), maintype=kind[0], subtype=kind[1], filename=path.name)
    _mail(practice, message)


def mail_alert(practice: Practice, saved: Saved, asked: Asked, to: str, missed: str) -> None:
    """Notify the owner that the target of their report is missed. Raises NotMailed, or MaybeMailed."""
    when = f"{asked.last}" if asked.first == asked.last else f"{asked.first} to {asked.last}"
    text = (
        f"{saved.name} ({saved.report.title}), {when}:\n{missed}.\n\n"
        "You get this message once. After the target is met, you get another one when it is missed again.\n"
    )
    _mail(practice, notice(practice.settings, to, f"Target missed: {saved.name}"[:ALERT_SUBJECT], text))


def _mail(practice: Practice, message: EmailMessage) -> None:
    if not can_send(practice.settings):
        raise NotMailed("there is no mail server", "set PASTDUE_SMTP_URL and PASTDUE_MAIL_FROM")
    outcome = send_notice(practice.settings, message)
    if isinstance(outcome, Unsure):
        raise MaybeMailed("the mail server stopped responding after it had the message, so delivery is unknown")
    if not isinstance(outcome, Accepted):
        raise NotMailed(f"the mail server did not accept it: {getattr(outcome, 'reason', '') or 'rejected'}")

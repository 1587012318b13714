"""Messages to users and operators, which are no letters: plain text, with a file at most, and no person's data."""

from email.message import EmailMessage

from flows.correspondence.email.delivery import Delivery, Outcome, server_from
from models.environment import Settings


def notice(settings: Settings, to: str, subject: str, text: str) -> EmailMessage:
    """A message from the practice's own address."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = settings.mail_from, to, subject
    message.set_content(text)
    return message


def can_send(settings: Settings) -> bool:
    """Whether there is a mail server, and an address to send from."""
    return bool(settings.smtp_url and settings.mail_from)


def send_notice(settings: Settings, message: EmailMessage) -> Outcome:
    """Send a message; returns what the server said."""
    with Delivery(server_from(settings.smtp_url)) as delivery:
        return delivery.deliver(bytes(message), settings.mail_from, message["To"], lambda: None)

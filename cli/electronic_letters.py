"""Commands for e-mail letters and text messages: letters email, unsure, replies, texts."""

from pathlib import Path
from typing import Annotated

import typer

from cli.output import BusinessDate, Json, business_date, open_practice, out, refusals, say_json, say_table
from cli.sent_letters import letters
from cli.setup import changing, user
from flows.correspondence.email.commands import PostOffice, send_letters, settle_unsure, take_reply
from flows.correspondence.email.delivery import server_from
from flows.correspondence.email.replies import read_mailbox, read_reply
from flows.correspondence.letters.commands import mail_room
from flows.correspondence.text_messages import write_texts
from letters.numbers import letter_number, letter_of
from models.clock import system_clock
from models.environment import Settings
from models.errors import BadInput
from models.labels import plain
from models.values import counted


def post_office(settings: Settings) -> PostOffice:
    """The mail server of the settings. Raises BadInput when there is none, or no address to write from."""
    if not settings.smtp_url:
        raise BadInput(
            "no mail server is configured", "set PASTDUE_SMTP_URL, such as smtp://user:password@host:587?tls=starttls"
        )
    if "@" not in settings.mail_from:
        raise BadInput("no sender address is configured", "set PASTDUE_MAIL_FROM, such as billing@practice.example")
    return PostOffice(server_from(settings.smtp_url), settings.mail_from)


@letters.command("email")
@refusals
def email(date: BusinessDate = None, json: Json = False) -> None:
    """Send e-mail letters to people who consented, within their hours. Each letter is sent once."""
    with open_practice() as practice:
        office = post_office(practice.settings)
        counts = send_letters(mail_room(practice, user()), office, business_date(date), system_clock())
    if json:
        say_json(dict(counts))
    else:
        told = ", ".join(f"{count} {plain(word).lower()}" for word, count in sorted(counts.items()) if count)
        out.print(told or "No letters to send")


@letters.command("unsure")
@refusals
def unsure(
    letter: Annotated[str, typer.Argument(help="The letter whose delivery is unknown.")],
    sent: Annotated[
        bool, typer.Option("--sent/--not-sent", help="Whether the mail server's log shows that the letter was sent.")
    ],
    date: BusinessDate = None,
    json: Json = False,
) -> None:
    """Resolve a letter whose delivery is unknown: mark it as sent, or send it again."""
    key = letter_of(letter)
    with changing(date) as tx:
        settle_unsure(tx, key, sent=sent)
    if json:
        say_json({"letter": key, "state": "emailed" if sent else "rendered"})
    else:
        out.print(
            f"{letter_number(key)} {'marked as sent' if sent else 'will be sent with the next `pastdue letters email`'}"
        )


@letters.command("replies")
@refusals
def replies(
    paths: Annotated[list[Path], typer.Argument(help="An .eml or mbox file, a Maildir, or a folder of .eml files.")],
    date: BusinessDate = None,
    json: Json = False,
) -> None:
    """Process e-mail replies: undelivered letters are mailed by USPS, and opt-outs end e-mail letters."""
    done: list[dict[str, str]] = []
    with open_practice() as practice:
        for path in paths:
            for name, raw in read_mailbox(path):
                with practice.database.transaction(actor=user(), business_date=business_date(date)) as tx:
                    done.append({"message": name, "done": take_reply(tx, read_reply(raw))})
    if json:
        say_json(done)
    else:
        say_table("Replies", done, ("message", "done"))


@letters.command("texts")
@refusals
def texts(date: BusinessDate = None, json: Json = False) -> None:
    """Export text messages about recently sent letters, for people who consented to text messages."""
    with open_practice() as practice:
        made = write_texts(practice.database, practice.settings.outbox, business_date(date), user())
    if json:
        say_json(made)
    else:
        out.print(f"{counted(made.messages, 'message')}{f' in {made.file}' if made.file else ''}", soft_wrap=True)

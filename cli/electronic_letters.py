"""Commands for what goes without paper: letters email, unsure, replies, texts."""

from pathlib import Path
from typing import Annotated

import typer

from cli.output import BusinessDate, Json, business_date, open_practice, out, refusals, say_json, say_table
from cli.sent_letters import letters
from cli.setup import user
from flows.correspondence.email.commands import PostOffice, send_letters, settle_unsure, take_reply
from flows.correspondence.email.delivery import server_from
from flows.correspondence.email.replies import read_mailbox, read_reply
from flows.correspondence.letters.commands import mail_room
from flows.correspondence.text_messages import write_texts
from letters.numbers import letter_number, letter_of
from models.clock import system_clock
from models.environment import Settings
from models.errors import BadInput


def post_office(settings: Settings) -> PostOffice:
    """The mail server of the settings. Raises BadInput when there is none, or no address to write from."""
    if not settings.smtp_url:
        raise BadInput(
            "no mail server is set", "set PASTDUE_SMTP_URL, such as smtp://user:password@host:587?tls=starttls"
        )
    if "@" not in settings.mail_from:
        raise BadInput("no address to write from is set", "set PASTDUE_MAIL_FROM, such as billing@practice.example")
    return PostOffice(server_from(settings.smtp_url), settings.mail_from)


@letters.command("email")
@refusals
def email(date: BusinessDate = None, json: Json = False) -> None:
    """Send the letters that go by e-mail, to those who agreed, inside their hours; each once."""
    with open_practice() as practice:
        office = post_office(practice.settings)
        counts = send_letters(mail_room(practice, user()), office, business_date(date), system_clock())
    if json:
        say_json(dict(counts))
    else:
        told = ", ".join(f"{count} {word.replace('_', ' ')}" for word, count in sorted(counts.items()) if count)
        out.print(told or "There are no letters to send")


@letters.command("unsure")
@refusals
def unsure(
    letter: Annotated[str, typer.Argument(help="A letter of which nobody knows whether it went.")],
    sent: Annotated[bool, typer.Option("--sent/--not-sent", help="What the mail server's log says.")],
    date: BusinessDate = None,
    json: Json = False,
) -> None:
    """Write down whether a letter went whose server fell silent: it is done, or it goes now."""
    key = letter_of(letter)
    with (
        open_practice() as practice,
        practice.database.transaction(actor=user(), business_date=business_date(date)) as tx,
    ):
        settle_unsure(tx, key, sent=sent)
    if json:
        say_json({"letter": key, "state": "emailed" if sent else "rendered"})
    else:
        out.print(f"{letter_number(key)} {'went' if sent else 'goes with the next `pastdue letters email`'}")


@letters.command("replies")
@refusals
def replies(
    paths: Annotated[list[Path], typer.Argument(help="An .eml or mbox file, a Maildir, or a folder of .eml files.")],
    date: BusinessDate = None,
    json: Json = False,
) -> None:
    """Read what came back of e-mails: undelivered letters go by post, who wants no more of them gets none."""
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
    """Write the text messages about letters that went lately to a file, for those who agreed to them."""
    with open_practice() as practice:
        made = write_texts(practice.database, practice.settings.outbox, business_date(date), user())
    if json:
        say_json(made)
    else:
        out.print(f"{made.messages} messages{f' in {made.file}' if made.file else ''}", soft_wrap=True)

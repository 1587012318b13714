"""A letter as an e-mail: text and HTML from the same words, the letter attached, nothing to tell in subject or preview.

Whoever sees the screen of somebody's telephone learns only that a letter came. The same letter and Message-ID give the
same bytes. No network and no clock in here.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from pathlib import Path
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from letters import wording
from letters.data import LetterData
from letters.errors import LetterFault
from letters.kinds import kind_of

_FOLDER = Path(__file__).parent / "email"
_FILTERS = {"money": wording.money, "date": wording.date, "accent": wording.accent}
_SUBJECTS = {"en": "A letter from us is attached", "es": "Le enviamos una carta adjunta"}
_LONGEST_NAME = 120


@dataclass(frozen=True, slots=True)
class Attachment:
    """The letter itself: the name of its file, its bytes, its type such as "application/pdf"."""

    name: str
    content: bytes
    mime: str


@dataclass(frozen=True, slots=True)
class Sender:
    """Who writes: the address and the name beside it, and where somebody writes who wants no more e-mail."""

    address: str
    name: str
    unsubscribe_to: str


def _environment(*, html: bool) -> Environment:
    made = Environment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=html,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update(_FILTERS)
    return made


_TEXT, _HTML = _environment(html=False), _environment(html=True)


def build_message(
    data: LetterData, attachment: Attachment, sender: Sender, to: str, message_id: str, sent_at: datetime
) -> EmailMessage:
    """The e-mail of a letter. Raises LetterFault for an address that no e-mail can go to."""
    language = "es" if data.letter.language.partition("-")[0] == "es" else "en"
    text = _text(data, language)
    message = EmailMessage(policy=SMTP)
    message["From"] = _address(sender.address, sender.name)
    message["To"] = _address(to, data.guarantor.name)
    message["Subject"] = _SUBJECTS[language]
    message["Date"] = format_datetime(sent_at)
    message["Message-ID"] = message_id
    stop = quote(f"unsubscribe {data.letter.number}")
    message["List-Unsubscribe"] = f"<mailto:{sender.unsubscribe_to}?subject={stop}>"
    message["Reply-To"] = sender.unsubscribe_to
    message["Auto-Submitted"] = "auto-generated"
    message["X-Pastdue-Letter"] = data.letter.number
    message.set_content(text, cte="quoted-printable")
    message.add_alternative(_html(data, language, text), subtype="html", cte="quoted-printable")
    main, _, sub = attachment.mime.partition("/")
    message.add_attachment(attachment.content, maintype=main, subtype=sub, filename=attachment.name)
    _same_borders(message, message_id)
    return message


def bytes_of(message: EmailMessage) -> bytes:
    """The message as it goes over the wire, in ASCII, its lines ended by CR LF."""
    return message.as_bytes(policy=SMTP)


def _text(data: LetterData, language: str) -> str:
    template = _TEXT.get_template(f"message.{language}.txt.j2")
    return template.render(
        letter=data.letter, creditor=data.creditor, guarantor=_Named(_plain(data.guarantor.name)),
        asked_cents=data.asked_cents, asks=kind_of(data.letter.kind).asks_for_payment,
    )  # fmt: skip


def _html(data: LetterData, language: str, text: str) -> str:
    """The same words as HTML: a paragraph for each, the first one of which is all that a preview shows."""
    blocks = [block.strip().splitlines() for block in text.split("\n\n") if block.strip()]
    paragraphs: list[object] = [" ".join(blocks[0])]
    paragraphs += [block if _is_address(n, blocks) else [" ".join(block)] for n, block in enumerate(blocks) if n]
    template = _HTML.get_template("message.html.j2")
    return template.render(
        language=language, subject=_SUBJECTS[language], paragraphs=paragraphs, creditor=data.creditor
    )  # fmt: skip


def _is_address(n: int, blocks: list[list[str]]) -> bool:
    return n == len(blocks) - 1


@dataclass(frozen=True, slots=True)
class _Named:
    name: str


def _plain(text: str) -> str:
    """A name in one line, without the marks that turn the direction of reading."""
    return " ".join(sign for sign in "".join(c if c.isprintable() else " " for c in text).split(" ") if sign)


def _address(address: str, name: str) -> Address:
    user, at, domain = address.strip().rpartition("@")
    if not at or not user or not domain or not address.isascii() or any(c.isspace() for c in address.strip()):
        raise LetterFault("the e-mail address is not one that a letter can go to; correct it with `pastdue contact`")
    return Address(display_name=_plain(name)[:_LONGEST_NAME], username=user, domain=domain)


def _same_borders(message: EmailMessage, message_id: str) -> None:
    """Borders between the parts that follow from the Message-ID: they would be drawn by lot."""
    for n, part in enumerate(part for part in message.walk() if part.is_multipart()):
        part.set_boundary(f"=_{hashlib.sha256(f'{message_id}{n}'.encode()).hexdigest()[:40]}")

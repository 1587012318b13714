"""A letter as an e-mail: text and HTML with the same words, the letter attached, no details in subject or preview.

Anyone who sees the recipient's phone screen learns only that a letter was sent. The same letter and Message-ID produce
the same bytes. No network and no clock in here.
"""

import hashlib
import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from pathlib import Path
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from letters.data import LetterData
from letters.errors import LetterFault
from letters.kinds import kind_of
from letters.wording import values
from models.errors import Advice
from models.remedies import Remedy

_FOLDER = Path(__file__).parent
_FILTERS = {"money": values.money, "date": values.date}
_SUBJECTS = {"en": "A letter from us is attached", "es": "Le enviamos una carta adjunta"}

_LONGEST_NAME = 120
"""Characters of a name beside an address; a longer name is cut off there, and is complete in the body."""

# Python 3.11 folds a header at 78 characters even where that loses the quotes around a name with commas (so that one
# recipient becomes several) or turns an address into an encoded word. A line may have 998 (RFC 5322, 2.1.1).
_UNFOLDED = SMTP.clone(max_line_length=998)

_CORRECT = Advice("correct it, or send the letter by mail", Remedy.CORRECT_CONTACT)
_CORRECT_OURS = Advice("set PASTDUE_MAIL_FROM, or the creditor's own address")

_MESSAGE_ID = re.compile(r"<[!-;=?A-~]+@[!-;=?A-~]+>")
_ATOMS = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?"
_ADDRESS = re.compile(rf"(?=.{{3,254}}\Z)(?=[^@]{{1,64}}@){_ATOMS}(?:\.{_ATOMS})*@{_LABEL}(?:\.{_LABEL})*")


@dataclass(frozen=True, slots=True)
class Attachment:
    """The letter itself: its file name, its bytes, its type such as "application/pdf"."""

    name: str
    content: bytes
    mime: str


@dataclass(frozen=True, slots=True)
class Sender:
    """The sender: the address and the name, the address for opt-outs, and the address for replies if it is
    different."""

    address: str
    name: str
    unsubscribe_to: str
    reply_to: str = ""


def _one_line(value: object) -> object:
    """The text of a template value in one line, without marks that change the reading direction."""
    return plain(value) if isinstance(value, str) else value


_TEXT = Environment(
    loader=FileSystemLoader(_FOLDER),
    autoescape=False,
    undefined=StrictUndefined,
    finalize=_one_line,
    trim_blocks=True,
    lstrip_blocks=True,
)
_TEXT.filters.update(_FILTERS)
_HTML = Environment(
    loader=FileSystemLoader(_FOLDER), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
)


def build_message(
    data: LetterData, attachment: Attachment, sender: Sender, to: str, message_id: str, sent_at: datetime
) -> EmailMessage:
    """The e-mail of a letter: `multipart/mixed` of text and HTML, and of the attachment. `sent_at` has its time zone.

    Raises LetterFault, with the letter's number, for an address, a Message-ID or a type that is invalid in an e-mail.
    """
    number = plain(data.letter.number)
    language = "es" if data.letter.language.partition("-")[0] == "es" else "en"
    text = _text(data, language)
    message = EmailMessage(policy=SMTP)
    message["From"] = _address(sender.address, sender.name, number, "of the sender", _CORRECT_OURS)
    message["To"] = _address(to, data.guarantor.name, number, "of the guarantor", _CORRECT)
    message["Subject"] = _SUBJECTS[language]
    message["Date"] = format_datetime(sent_at)
    message["Message-ID"] = _checked_id(message_id, number)
    message["List-Unsubscribe"] = _unsubscribe(sender, number)
    message["Reply-To"] = _address(sender.reply_to or sender.unsubscribe_to, "", number, "for answers", _CORRECT_OURS)
    message["Auto-Submitted"] = "auto-generated"
    message["X-Pastdue-Letter"] = number
    message.set_content(text, cte="quoted-printable")
    message.add_alternative(_html(data, language, text), subtype="html", cte="quoted-printable")
    _attach(message, attachment, number)
    _same_borders(message, message_id)
    message.policy = _UNFOLDED
    return message


def bytes_of(message: EmailMessage) -> bytes:
    """The message as sent over the network, in ASCII, with lines ended by CR LF."""
    return message.as_bytes(policy=_UNFOLDED)


def plain(text: str) -> str:
    """Text in one line: blanks and line ends become one space; invisible characters (control characters, direction
    marks, halves of surrogate pairs) are removed."""
    seen = (" " if c.isspace() else "" if unicodedata.category(c)[0] == "C" else c for c in text)
    return " ".join("".join(seen).split())


def _text(data: LetterData, language: str) -> str:
    asks = kind_of(data.letter.kind).asks_for_payment and data.letter.pay_by is not None and data.asked_cents > 0
    return _TEXT.get_template(f"message.{language}.txt.j2").render(
        letter=data.letter, creditor=data.creditor, guarantor=data.guarantor, asked_cents=data.asked_cents, asks=asks
    )


def _html(data: LetterData, language: str, text: str) -> str:
    """The same words as HTML: a paragraph for each block of lines; only the last one, an address, keeps its lines."""
    blocks = [block.strip().splitlines() for block in text.split("\n\n") if block.strip()]
    paragraphs = [*([" ".join(block)] for block in blocks[:-1]), blocks[-1]]
    return _HTML.get_template("message.html.j2").render(
        language=language,
        subject=_SUBJECTS[language],
        paragraphs=paragraphs,
        accent=values.accent(data.creditor.accent),
    )


def _attach(message: EmailMessage, attachment: Attachment, number: str) -> None:
    kind, _, subkind = attachment.mime.partition("/")
    if not re.fullmatch(r"[\w.+-]+", kind, re.ASCII) or not re.fullmatch(r"[\w.+-]+", subkind, re.ASCII):
        raise LetterFault(
            f'letter {number}: "{plain(attachment.mime)}" is no type of a file; say "application/pdf" or such'
        )
    name = plain(attachment.name).replace("/", "-").replace("\\", "-") or number
    message.add_attachment(attachment.content, maintype=kind, subtype=subkind, filename=name[:_LONGEST_NAME])


def _address(address: str, name: str, number: str, whose: str, correct: Advice) -> Address:
    user, _, domain = _checked_address(address, number, whose, correct).rpartition("@")
    shown = plain(name).replace("=?", "= ?")  # otherwise a name could look like an encoded one
    return Address(display_name=shown[:_LONGEST_NAME].rstrip(), username=user, domain=domain)


def _checked_address(address: str, number: str, whose: str, correct: Advice) -> str:
    """The address without surrounding blanks. The error does not repeat it, because it may end up in a log."""
    if not _ADDRESS.fullmatch(address.strip()):
        problem = f"letter {number}: the e-mail address {whose} is not one that a letter can go to"
        raise LetterFault(problem, correct.text, remedy=correct.remedy)
    return address.strip()


def _checked_id(message_id: str, number: str) -> str:
    if not _MESSAGE_ID.fullmatch(message_id) or len(message_id) > 900:
        raise LetterFault(f'letter {number}: "{plain(message_id)}" is no Message-ID; write it as <letter@practice.com>')
    return message_id


def _unsubscribe(sender: Sender, number: str) -> str:
    to = _checked_address(sender.unsubscribe_to, number, "to unsubscribe at", _CORRECT_OURS)
    return f"<mailto:{quote(to, safe='@')}?subject={quote(f'unsubscribe {number}', safe='')}>"


def _same_borders(message: EmailMessage, message_id: str) -> None:
    """Derive the borders between the parts from the Message-ID, because they would otherwise be random."""
    for n, part in enumerate(part for part in message.walk() if part.is_multipart()):
        part.set_boundary(f"=_{hashlib.sha256(f'{message_id}{n}'.encode()).hexdigest()[:40]}")

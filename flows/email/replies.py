"""What comes back of e-mails: reports that they were not delivered, and people who want no more of them."""

import email
import email.utils
import mailbox
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import policy
from email.message import Message
from pathlib import Path

_LETTER = re.compile(r"\bL-0*(\d{1,12})\b")
_OUR_ID = re.compile(r"<pastdue-letter-(\d{1,12})[.@-]")
_STOP = re.compile(r"^\W*(unsubscribe|stop|baja|alto|cancelar)\b", re.IGNORECASE)
_FAILED = re.compile(
    r"\b5\.\d{1,3}\.\d{1,3}\b|\b55\d\b|user unknown|no such user|does not exist|mailbox unavailable", re.I
)
_LARGEST_TEXT = 200_000


@dataclass(frozen=True, slots=True)
class Bounce:
    """An e-mail that was not delivered. `permanent`: it will not be; else the server is still trying."""

    letter: int | None
    permanent: bool
    status: str
    reason: str


@dataclass(frozen=True, slots=True)
class Unsubscribe:
    """Somebody wants no more e-mail: by the letter that they answer, or by their address."""

    letter: int | None
    address: str


@dataclass(frozen=True, slots=True)
class NotUnderstood:
    """A message for a person to read."""

    reason: str


Reply = Bounce | Unsubscribe | NotUnderstood


def read_reply(raw: bytes) -> Reply:
    """What a message says; whatever its bytes are, it is read or it is not understood."""
    try:
        return _read(email.message_from_bytes(raw, policy=policy.compat32))
    # Anybody can write anything to this mailbox, and the library's parser has its own surprises.
    except Exception as error:
        return NotUnderstood(f"the message cannot be read ({type(error).__name__})")


def _read(message: Message) -> Reply:
    for part in message.walk():
        if part.get_content_type() == "message/delivery-status":
            return _report(message, part)
    text = _text_of(message)
    subject = str(message.get("Subject", ""))
    sender = str(message.get("From", ""))
    letter = _letter_in(f"{subject}\n{message.get('In-Reply-To', '')}\n{message.get('References', '')}\n{text}")
    if "mailer-daemon" in sender.lower() or "postmaster" in sender.lower():
        if letter is None or not _FAILED.search(text):
            return NotUnderstood("a mail server writes, but of no letter of ours that failed")
        return Bounce(letter, True, "", "the mail server could not deliver it")
    first = next((line for line in text.splitlines() if line.strip() and not line.startswith(">")), "")
    if _STOP.search(subject.removeprefix("Re: ")) or _STOP.search(first):
        return Unsubscribe(letter, _bare(sender))
    return NotUnderstood("somebody writes; read it and answer")


def _report(message: Message, status: Message) -> Reply:
    """A delivery report (RFC 3464): its per-recipient fields, and the letter that the returned headers name."""
    fields: dict[str, str] = {}
    for block in status.get_payload() if status.is_multipart() else [status]:
        if isinstance(block, Message):
            fields.update({name.lower(): str(value) for name, value in block.items()})
    letter = _letter_in(message.as_bytes()[:_LARGEST_TEXT].decode("utf-8", "replace"))
    code, action = fields.get("status", ""), fields.get("action", "").strip().lower()
    if action in ("delivered", "relayed", "expanded"):
        return NotUnderstood("a report that the letter was delivered")
    permanent = action == "failed" or (action != "delayed" and code.startswith("5"))
    reason = " ".join(fields.get("diagnostic-code", "not delivered").split())[:200]
    return Bounce(letter, permanent, code.strip(), reason)


def _letter_in(text: str) -> int | None:
    found = _OUR_ID.search(text) or _LETTER.search(text)
    return None if found is None else int(found[1])


def _text_of(message: Message) -> str:
    for part in message.walk():
        if part.get_content_type() == "text/plain":
            payload = part.get_payload(decode=True)
            return payload[:_LARGEST_TEXT].decode("utf-8", "replace") if isinstance(payload, bytes) else ""
    return ""


def _bare(sender: str) -> str:
    return email.utils.parseaddr(sender)[1].strip().lower()


def read_mailbox(path: Path) -> Iterator[tuple[str, bytes]]:
    """Every message of a .eml file, an mbox file or a Maildir folder, with a name to tell it by."""
    if path.is_dir():
        if (path / "cur").is_dir():
            box = mailbox.Maildir(path, create=False)
            for key in sorted(box.keys()):
                yield key, box.get_bytes(key)
            return
        for file in sorted(path.glob("*.eml")):
            yield file.name, file.read_bytes()
        return
    content = path.read_bytes()
    if content.startswith(b"From "):
        mbox = mailbox.mbox(path, create=False)
        for key in mbox.iterkeys():
            yield f"{path.name}:{int(key) + 1}", mbox.get_bytes(key)
        return
    yield path.name, content

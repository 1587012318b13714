"""Replies to e-mails: reports of failed delivery, and opt-outs."""

# At the edge: the email package has no types.
# pyright: reportUnknownArgumentType=false, reportUnknownVariableType=false

import email
import email.errors
import email.header
import email.utils
import html
import mailbox
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import policy
from email.message import Message
from pathlib import Path

from models.documents import is_list
from models.errors import Refused

_LETTER = re.compile(r"\bL-([0-9]{1,12})(?![0-9])(?:-[0-9]\b)?")
_OUR_ID = re.compile(r"<pastdue-letter-([0-9]{1,12})[.@-]")
_NAMED = re.compile(r"^X-Pastdue-Letter:\s*L-([0-9]{1,12})(?:-[0-9])?\s*$", re.IGNORECASE | re.MULTILINE)
_ANSWERED = re.compile(r"^(?:\s*(?:re|rv|aw|fw|fwd)\s*:)+", re.IGNORECASE)
_WORD = re.compile(r"[^\W_]+(?:-[^\W_]+)*")
_STOP = frozenset("unsubscribe stop stopall baja alto cancelar".split())
_AROUND_STOP = frozenset(
    """a all any by contacting correo correos de e e-mail e-mails email emailing emails enviar favor from further i
    electronico electrónico electronicos electrónicos las los me mail mails más mas mensajes message messages more no
    of please por quiero recibir request sending solicito the their these this those to want writing you your
    envíos envios la list lista letter letters carta cartas""".split()
)
_FAILED = re.compile(
    r"\b5\.[0-9]{1,3}\.[0-9]{1,3}\b|\b55[0-9]\b|user unknown|unknown user|no such user|does(?: not|n't) exist|"
    r"mailbox unavailable|undeliverable|could not be delivered|wasn't able to deliver|permanent",
    re.IGNORECASE,
)
_DELAYED = re.compile(
    r"\bdelayed\b|still trying|will (?:keep trying|retry|be retried|continue)|not yet been delivered|"
    r"warning message only",
    re.IGNORECASE,
)
_STATUS = re.compile(r"\b[245]\.[0-9]{1,3}\.[0-9]{1,3}\b")
_TAG = re.compile(r"<[^<>]{0,2000}>")
_INVISIBLE = re.compile(r"<(style|script|head)\b.*?</\1\s*>", re.IGNORECASE | re.DOTALL)
_LINE_TAG = re.compile(r"<(?:br|/p|/div|/li|/tr|/h[1-6])\b[^<>]{0,200}>", re.IGNORECASE)

_LARGEST = 4_000_000
"""Bytes of a message that are read; a server's report may carry our whole letter after its text."""

_LARGEST_TEXT = 200_000
_LARGEST_HTML = 30_000


@dataclass(frozen=True, slots=True)
class Bounce:
    """An e-mail that was not delivered. `permanent`: it will not be; otherwise the server is still trying.

    `status` is as in RFC 3463 ("5.1.1"), `address` is the recipient; both are empty if the report has none.
    """

    letter: int | None
    permanent: bool
    status: str
    reason: str
    address: str = ""


@dataclass(frozen=True, slots=True)
class Unsubscribe:
    """An opt-out from e-mail: by the letter it replies to, or by the e-mail address."""

    letter: int | None
    address: str


@dataclass(frozen=True, slots=True)
class NotUnderstood:
    """A message for a person to read."""

    reason: str


Reply = Bounce | Unsubscribe | NotUnderstood


def read_reply(raw: bytes) -> Reply:
    """Parse a message; any bytes are either parsed or returned as not understood."""
    try:
        return _read(email.message_from_bytes(raw[:_LARGEST], policy=policy.compat32))
    # Any text can arrive in this mailbox, and the library's parser can fail in unexpected ways.
    except Exception as error:
        return NotUnderstood(f"the message cannot be read ({type(error).__name__})")


def _read(message: Message) -> Reply:
    for part in message.walk():
        if part.get_content_type() == "message/delivery-status":
            return _report(message, part)
    subject, text = _header(message, "Subject"), _text_of(message)
    around = f"{_header(message, 'In-Reply-To')}\n{_header(message, 'References')}\n{subject}\n{text}"
    if _from_a_machine(message):
        return _plain_bounce(message, f"{subject}\n{text}")
    address = _bare(_header(message, "From"))
    first = next((line for line in text.splitlines() if line.strip()), "")
    if _asks_to_stop(_ANSWERED.sub("", subject)) or _asks_to_stop(first):
        letter = _letter_in(around)
        if letter is None and not address:
            return NotUnderstood("opt-out from e-mail without a name; read it")
        return Unsubscribe(letter, address)
    if _header(message, "Auto-Submitted").lower().startswith("auto-"):
        return NotUnderstood("an automatic reply, such as out of office")
    return NotUnderstood("a personal reply; read and answer it")


def _report(message: Message, status: Message) -> Reply:
    """A delivery report (RFC 3464): its per-recipient fields, and the letter that the returned headers name."""
    fields: dict[str, str] = {}
    blocks = status.get_payload()
    for block in blocks if is_list(blocks) else [status]:
        if isinstance(block, Message):
            fields.update({name.lower(): _one_line(str(value)) for name, value in block.items()})
    action, code = fields.get("action", "").lower(), _STATUS.search(fields.get("status", ""))
    if action in ("delivered", "relayed", "expanded"):
        return NotUnderstood("a delivery confirmation")
    given = code[0] if code else ""
    if action not in ("failed", "delayed") and not given:
        return NotUnderstood("a mail server report that is neither failed nor delayed; read it")
    permanent = action == "failed" or (action != "delayed" and given.startswith("5"))
    reason = _after_type(fields.get("diagnostic-code", "")) or "not delivered"
    address = _after_type(fields.get("original-recipient") or fields.get("final-recipient", ""))
    return Bounce(_letter_of(message), permanent, given, reason[:200], _bare(address))


def _plain_bounce(message: Message, text: str) -> Reply:
    """The reports that mail servers sent before RFC 3464, and some still do."""
    letter = _letter_of(message)
    delayed, failed = _DELAYED.search(text), _FAILED.search(text)
    if letter is None or not (delayed or failed):
        return NotUnderstood("a mail server message that is not about a failed letter")
    code = _STATUS.search(text)
    status = code[0] if code else ""
    permanent = not delayed and not status.startswith("4")
    address = _bare(_header(message, "X-Failed-Recipients"))
    return Bounce(
        letter,
        permanent,
        status,
        "the mail server could not deliver the letter" if permanent else "the mail server is still trying",
        address,
    )


def _from_a_machine(message: Message) -> bool:
    sender = _bare(_header(message, "From")).partition("@")[0]
    nobody = _header(message, "Return-Path").strip() == "<>" and "X-Failed-Recipients" in message
    return nobody or sender in ("mailer-daemon", "postmaster", "mail-daemon")


def _letter_of(message: Message) -> int | None:
    """The letter that a server's report is about. The returned text is in parts of the message, in any encoding. A
    header of ours has priority over a number in the text."""
    pieces: list[str] = []
    for part in message.walk():
        pieces += [f"{name}: {_one_line(str(value))}" for name, value in part.items()]
        if not part.is_multipart():
            pieces.append(_decoded(part))
    text = "\n".join(pieces)
    found = _NAMED.search(text) or _OUR_ID.search(text) or _LETTER.search(text)
    return None if found is None else int(found[1])


def _letter_in(text: str) -> int | None:
    found = _OUR_ID.search(text) or _LETTER.search(text)
    return None if found is None else int(found[1])


def _asks_to_stop(line: str) -> bool:
    """Whether a line asks for no more e-mail, and for nothing else: "STOP", "Please stop these e-mails", "BAJA".

    Staff read "Stop by tomorrow" and "Stop, I have paid".
    """
    if line.lstrip().startswith(">"):
        return False
    words = [word.lower() for word in _WORD.findall(_LETTER.sub("", line[:500]))]
    return any(word in _STOP for word in words) and all(word in _STOP or word in _AROUND_STOP for word in words)


def _text_of(message: Message) -> str:
    """The text that a person wrote: the first text part, or the words of the first HTML part."""
    as_html = ""
    for part in message.walk():
        match part.get_content_type():
            case "text/plain":
                return _decoded(part)
            case "text/html" if not as_html:
                as_html = _decoded(part)
            case _:
                continue
    lines = _LINE_TAG.sub("\n", _INVISIBLE.sub(" ", as_html[:_LARGEST_HTML]))
    return html.unescape(_TAG.sub("", lines))


def _decoded(part: Message) -> str:
    payload = part.get_payload(decode=True)
    if not isinstance(payload, bytes):
        return ""
    try:
        return payload[:_LARGEST_TEXT].decode(part.get_content_charset("utf-8"), "replace")
    except (LookupError, ValueError):
        return payload[:_LARGEST_TEXT].decode("utf-8", "replace")


def _header(message: Message, name: str) -> str:
    """A header as text, at most 10,000 characters; parts that can't be decoded stay unchanged."""
    value = str(message.get(name, ""))[:10_000]
    try:
        return _one_line(str(email.header.make_header(email.header.decode_header(value))))
    except (LookupError, ValueError, email.errors.MessageError):
        return _one_line(value)


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _after_type(value: str) -> str:
    """`rfc822; ann@x.example` and `smtp; 550 no such user` without the type before the semicolon."""
    return value.partition(";")[2].strip() if ";" in value else value.strip()


def _bare(sender: str) -> str:
    address = email.utils.parseaddr(sender)[1].strip().lower()
    return address if re.fullmatch(r"[!-~]+@[!-~]+", address) or "@" not in sender else ""


def read_mailbox(path: Path) -> Iterator[tuple[str, bytes]]:
    """Every message of a .eml file, an mbox file, a Maildir or a folder of .eml files, each with a name.

    Nothing is moved or marked. Raises Refused, at the first message, if the path cannot be read.
    """
    try:
        yield from _messages(path)
    except FileNotFoundError:
        raise Refused(
            f"{path} was not found", "enter an .eml or mbox file, a Maildir, or a folder of .eml files"
        ) from None
    except OSError as error:
        raise Refused(f"{path} can't be read ({error.strerror})", "check its permissions") from error


def _messages(path: Path) -> Iterator[tuple[str, bytes]]:
    if path.is_dir() and (path / "cur").is_dir() and (path / "new").is_dir():
        yield from _of_maildir(path)
    elif path.is_dir():
        for file in sorted(path.glob("*.eml")):
            yield file.name, file.read_bytes()
    elif _begins_with(path, b"From "):
        box = mailbox.mbox(path, create=False)
        try:
            for n, key in enumerate(box.keys(), 1):
                yield f"{path.name}:{n}", box.get_bytes(key)
        finally:
            box.close()
    else:
        yield path.name, path.read_bytes()


def _of_maildir(path: Path) -> Iterator[tuple[str, bytes]]:
    box = mailbox.Maildir(path, create=False)
    for key in sorted(box.keys()):
        try:
            raw = box.get_bytes(key)
        except (KeyError, FileNotFoundError):
            continue  # a mail reader has moved it meanwhile
        yield key, raw


def _begins_with(path: Path, mark: bytes) -> bool:
    with path.open("rb") as file:
        return file.read(len(mark)) == mark

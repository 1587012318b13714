"""Letters sent by e-mail, each once. If the server does not accept one, it is retried or mailed.

The row says `sending` before the last dot is sent and `emailed` after the server's reply. If the outcome is lost
between the two, the state is `unsure`: the letter is never resent automatically, and staff check it.
"""

import hashlib
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import assert_never

import orjson
import sqlalchemy as sa

from compliance.hours import lawful_window, zones_of
from flows.accounts.happenings import NewTask, close_tasks, open_tasks
from flows.correspondence.email.delivery import (
    Accepted,
    Delivery,
    NotNow,
    Outcome,
    Rejected,
    SmtpServer,
    Unsure,
    retry_after,
)
from flows.correspondence.email.queries import (
    Outgoing,
    letters_in_limbo,
    letters_to_email,
    outgoing,
    persons_of_address,
)
from flows.correspondence.email.replies import Bounce, NotUnderstood, Reply, Unsubscribe
from flows.correspondence.letters.commands import MailRoom, desk_of, write_some
from flows.correspondence.letters.queries import LETTER, queued_letters
from flows.correspondence.print_batches.bills import bills_sent
from flows.correspondence.print_batches.pdf import NoPdf, can_make_pdf, to_pdf
from flows.correspondence.returned_mail.commands import bounce_letter
from flows.people.contact.commands import stop_electronic
from flows.settings.templates.queries import KeptPapers
from letters.data import LetterData
from letters.email.message import Attachment, Sender, build_message, bytes_of
from letters.errors import LetterFault
from letters.kinds import LetterKind
from letters.numbers import letter_file_name, letter_number
from models import Person, Task
from models.columns import AnyRow, table
from models.database import Transaction, batches
from models.enums import Channel, LetterState, TaskState
from models.errors import Refused
from models.letter_events import EmailNotTaken, LetterEmailed
from models.remedies import Remedy
from models.task_kinds import TaskKind
from models.user_enums import Role
from models.values import utc_text

PERSON = table(Person)
TASK = table(Task)

PAGE = 50
"""Letters whose PDFs LibreOffice makes at once."""

ANYWHERE = frozenset({"America/New_York", "Pacific/Honolulu"})
"""The time zones of a guarantor whose location is unknown: e-mail is sent when it is daytime in both."""

_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@dataclass(frozen=True, slots=True)
class PostOffice:
    """The mail server, and the sender address for creditors without their own."""

    server: SmtpServer
    address: str
    seconds: float = 60


def send_letters(room: MailRoom, office: PostOffice, today: date, now: datetime) -> Counter[str]:
    """Send the letters that go by e-mail, within the allowed hours of each guarantor. Returns the counts.

    Raises BadInput if the server cannot be used at all; no letter is lost.
    """
    counts: Counter[str] = Counter()
    with room.database.reading() as conn:
        limbo = letters_in_limbo(conn)
        ids = letters_to_email(conn, today, utc_text(now))
    for letter in limbo:
        with room.database.transaction(actor=room.actor, business_date=today) as tx:
            _unsure(tx, letter, "the computer stopped while the letter was being sent")
        counts["unsure"] += 1
    desk = desk_of(room)
    with Delivery(office.server, office.seconds) as delivery:
        for part in batches(ids, PAGE):
            write_some(desk, part, today)
            counts += _send_page(room, office, delivery, part, today, now)
    return counts


def _send_page(
    room: MailRoom, office: PostOffice, delivery: Delivery, letter_ids: Sequence[int], today: date, now: datetime
) -> Counter[str]:
    counts: Counter[str] = Counter()
    with room.database.reading() as conn:
        letters = [found for letter in letter_ids if (found := outgoing(conn, letter)) is not None]
    awake = [letter for letter in letters if _is_day(letter, now)]
    counts["outside_hours"] += len(letters) - len(awake)
    attachments = _attachments(room, awake)
    for letter in awake:
        outcome = _send(room, office, delivery, letter, attachments[letter.row.id], today, now)
        with room.database.transaction(actor=room.actor, business_date=today) as tx:
            counts[_settle(tx, letter.row, outcome, now)] += 1
    return counts


def _is_day(letter: Outgoing, now: datetime) -> bool:
    """Whether the local time is within the allowed hours at every place where the guarantor may be."""
    zones = zones_of(letter.zip, letter.phone) or ANYWHERE
    window = lawful_window(zones, now.date())
    return window is not None and window.start <= now <= window.end


def _attachments(room: MailRoom, letters: Sequence[Outgoing]) -> dict[int, Attachment]:
    """Each letter as a PDF if LibreOffice makes one, otherwise as the Word file."""
    kept = KeptPapers(room.database)
    papers = {
        letter.row.id: kept.template(letter.row.template_digest).render(_data(letter.row), kept) for letter in letters
    }
    found = {key: Attachment(f"{letter_file_name(key)}.docx", paper, _WORD) for key, paper in papers.items()}
    if not papers or not can_make_pdf():
        return found
    with tempfile.TemporaryDirectory() as folder:
        words = [Path(folder) / f"{letter_file_name(key)}.docx" for key in papers]
        for path, paper in zip(words, papers.values(), strict=True):
            path.write_bytes(paper)
        try:
            made = to_pdf(words, Path(folder))
        except NoPdf:
            return found  # the Word file says the same
        for key, pdf in zip(papers, made, strict=True):
            found[key] = Attachment(f"{letter_file_name(key)}.pdf", pdf.read_bytes(), "application/pdf")
    return found


def _data(row: AnyRow) -> LetterData:
    return LetterData.from_dict(orjson.loads(row.data))


def message_mark(row: AnyRow) -> str:
    """The part of a letter's Message-ID before the @: always the same, so that a server can recognize a repeat."""
    return f"pastdue-letter-{row.id}.{hashlib.sha256(f'{row.id}:{row.rendered_digest}'.encode()).hexdigest()[:16]}"


def _send(
    room: MailRoom,
    office: PostOffice,
    delivery: Delivery,
    letter: Outgoing,
    attachment: Attachment,
    today: date,
    now: datetime,
) -> Outcome:
    row, address = letter.row, letter.creditor_email or office.address
    data = _data(row)
    sender = Sender(address, data.creditor.name, address)
    message_id = f"<{message_mark(row)}@{address.rpartition('@')[2]}>"
    try:
        message = build_message(data, attachment, sender, row.email, message_id, now.astimezone(UTC))
    except LetterFault as fault:
        return Rejected(553, str(fault), of_recipient=True)  # no e-mail can be made of it: it is mailed

    def before_commit() -> None:
        with room.database.transaction(actor=room.actor, business_date=today) as tx:
            tx.conn.execute(sa.update(LETTER).where(LETTER.c.id == row.id).values(state=LetterState.SENDING.value))

    return delivery.deliver(bytes_of(message), address, row.email, before_commit)


def _settle(tx: Transaction, row: AnyRow, outcome: Outcome, now: datetime) -> str:
    """Record the outcome of a letter; returns the word it is counted under."""
    match outcome:
        case Accepted():
            _emailed(tx, row.id)
            return "emailed"
        case Unsure():
            _unsure(tx, row.id, outcome.reason)
            return "unsure"
        case Rejected():
            if outcome.of_recipient:
                failed = {"email_failed_on": tx.business_date}
                tx.conn.execute(sa.update(PERSON).where(PERSON.c.id == row.guarantor_id).values(**failed))
            _not_taken(tx, row, f"the server replied {outcome.code} {outcome.reply}", None)
            return "by_post_instead"
        case NotNow():
            pause = retry_after(row.attempts + 1)
            again = None if pause is None else utc_text(now + pause)
            _not_taken(tx, row, outcome.reason, again)
            return "try_again" if again else "by_post_instead"
        case _:
            assert_never(outcome)


def _emailed(tx: Transaction, letter: int) -> None:
    gone = {"state": LetterState.EMAILED.value, "sent_on": tx.business_date, "not_before": None}
    tx.conn.execute(sa.update(LETTER).where(LETTER.c.id == letter).values(**gone))
    row = tx.conn.execute(sa.select(LETTER).where(LETTER.c.id == letter)).one()
    spoken = queued_letters(tx.conn, [letter])[0].spoken
    tx.record_all(
        LetterEmailed(
            account_id=one.account_id,
            step=one.step,
            cycle=one.cycle,
            letter=letter,
            message_id=message_mark(row),
        )
        for one in spoken
    )
    statements = [(letter, one.account_id) for one in spoken if one.kind == LetterKind.ITEMISED_STATEMENT]
    bills_sent(tx, statements, tx.business_date)


def _not_taken(tx: Transaction, row: AnyRow, reason: str, again: str | None) -> None:
    """The server did not accept the letter: it is retried, or mailed."""
    values: dict[str, object] = {"state": LetterState.RENDERED.value, "attempts": row.attempts + 1, "not_before": again}
    if again is None:
        values |= {"channel": Channel.POST.value, "email": None}
    tx.conn.execute(sa.update(LETTER).where(LETTER.c.id == row.id).values(**values))
    tx.record_all(
        EmailNotTaken(
            account_id=one.account_id,
            step=one.step,
            cycle=one.cycle,
            letter=row.id,
            attempt=row.attempts + 1,
            reason=reason,
            again=again,
        )
        for one in queued_letters(tx.conn, [row.id])[0].spoken
    )


def _unsure(tx: Transaction, letter: int, reason: str) -> None:
    tx.conn.execute(sa.update(LETTER).where(LETTER.c.id == letter).values(state=LetterState.UNSURE.value))
    row = tx.conn.execute(sa.select(LETTER).where(LETTER.c.id == letter)).one()
    about = tuple(one.account_id for one in queued_letters(tx.conn, [letter])[0].spoken)
    why = f"Delivery of letter {letter_number(letter)} is unknown: {reason}. Check the mail server's log"
    open_tasks(tx, [NewTask(TaskKind.EMAIL_UNSURE, Role.MAIL_ROOM, why, row.guarantor_id, row.creditor_id, about, 1)])


def settle_unsure(tx: Transaction, letter: int, *, sent: bool) -> None:
    """Record what staff found in the server's log: the letter was sent, or it was not and is sent now.

    Raises Refused for a letter whose delivery is not unknown.
    """
    row = tx.conn.execute(sa.select(LETTER).where(LETTER.c.id == letter)).first()
    if row is None or row.state != LetterState.UNSURE.value:
        raise Refused(
            f"the delivery of letter {letter_number(letter)} is already known",
            remedy=Remedy.LIST_UNSURE_LETTERS,
        )
    if sent:
        _emailed(tx, letter)
    else:
        again = {"state": LetterState.RENDERED.value, "not_before": None}
        tx.conn.execute(sa.update(LETTER).where(LETTER.c.id == letter).values(**again))
    mine = sa.and_(TASK.c.kind == TaskKind.EMAIL_UNSURE, TASK.c.guarantor_id == row.guarantor_id)
    open_ones = sa.select(TASK.c.id).where(mine, TASK.c.state == TaskState.OPEN.value)
    outcome = "it went" if sent else "it did not go"
    close_tasks(tx, list(tx.conn.execute(open_ones).scalars()), TaskState.DONE, outcome)


def take_reply(tx: Transaction, reply: Reply) -> str:
    """Process a reply; returns what was done, in words. The same message twice changes nothing."""
    match reply:
        case Bounce(letter=None) | NotUnderstood():
            return "to review: " + (reply.reason if isinstance(reply, NotUnderstood) else "not a reply to a letter")
        case Bounce(permanent=False):
            return f"letter {reply.letter}: delivery delayed, the server keeps trying"
        case Bounce():
            return _bounced(tx, reply)
        case Unsubscribe():
            persons = persons_of_address(tx.conn, reply.address)
            if reply.letter is not None:
                query = sa.select(LETTER.c.guarantor_id).where(LETTER.c.id == reply.letter)
                persons += tx.conn.execute(query).scalars().all()
            if not persons:
                return "to review: no guarantor has this e-mail address"
            for person in sorted(set(persons)):
                stop_electronic(tx, person, "opt-out by e-mail")
            return "opted out of e-mail; letters are mailed"
        case _:
            assert_never(reply)


def _bounced(tx: Transaction, bounce: Bounce) -> str:
    letter = bounce.letter or 0
    row = tx.conn.execute(sa.select(LETTER).where(LETTER.c.id == letter)).first()
    if row is None or row.channel != Channel.EMAIL.value or row.state == LetterState.RENDERED.value:
        return f"to review: letter {letter} was not sent by e-mail"
    if row.state == LetterState.RETURNED.value:
        return f"letter {letter}: already recorded as returned"
    again = bounce_letter(tx, letter, f"the e-mail was not delivered: {bounce.status} {bounce.reason}".strip())
    return f"letter {letter} returned undelivered; it is mailed" + (f" as letter {again}" if again else "")

"""Writes letters: rechecked, composed, rendered and stored with their events, a page at a time."""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import orjson
import sqlalchemy as sa

from flows.accounts.counts import Count, Counts
from flows.accounts.eligibility import email_allowed
from flows.accounts.failure import failure
from flows.accounts.load import Unread
from flows.accounts.snapshot import GroupNow
from flows.correspondence.letters.decide import (
    Dropped,
    Queued,
    Recheck,
    Spoken,
    compose,
    envelope_kind,
    recheck_before_print,
)
from flows.correspondence.letters.faulty import report_faults
from flows.correspondence.letters.queries import LETTER, Papers, account_keys, letters_in, queued_letters
from flows.correspondence.letters.section_labels import section_label
from flows.correspondence.void import drop
from flows.dunning.engine.commands import set_aside
from flows.practice import Practice
from flows.settings.templates.commands import keep_template
from flows.settings.templates.queries import KeptPapers, kept, rejected
from letters.data import LetterData
from letters.docx.archive import archive_of
from letters.docx.combine import page_estimate
from letters.docx.shelf import Pile, Shelf
from letters.docx.template import Template
from letters.errors import LetterError, UnknownKind
from letters.kinds import LetterName, LetterOrigin, kind_of
from letters.numbers import letter_file_name, letter_number
from models.columns import ColumnValues
from models.database import Database, Transaction, batches, bulk
from models.enums import Channel, LetterState
from models.errors import BadInput, Refused
from models.files import write_whole
from models.labels import letter_label
from models.letter_events import LetterRendered

PAGE = 500
"""Letters per transaction."""

_RENDERED = (
    sa.update(LETTER)
    .where(LETTER.c.id == sa.bindparam("key"))
    .values(
        {
            name: sa.bindparam(f"new_{name}")
            for name in (
                "state",
                "kind",
                "data",
                "template_digest",
                "rendered_digest",
                "rendered_on",
                "total_cents",
                "pages",
                "channel",
                "email",
                "file",
                "imb",
                "certified",
            )
        }
    )
)


TEMPLATE_FAULTS = (LetterError, LetterError, UnknownKind, LetterError)
"""An error of a template, not of a letter or its accounts: its letters are on hold until it is corrected."""


@dataclass(frozen=True, slots=True)
class MailRoom:
    """The resources for writing letters: the templates, and the folder for files. `by_email`: a mail server is
    configured."""

    database: Database
    shelf: Shelf
    folder: Path
    actor: str = "letters"
    by_email: bool = False


@dataclass(slots=True)
class Desk:
    """The state of one run of letters: the templates as of its start, and the stored and rejected ones.

    `faults` are the letters on hold because of an unusable template, by the sentence that states why.
    """

    room: MailRoom
    pile: Pile
    kept: KeptPapers
    known: set[str] = field(default_factory=set[str])
    rejected: set[str] = field(default_factory=set[str])
    faults: dict[str, list[int]] = field(default_factory=dict[str, list[int]])


def desk_of(room: MailRoom) -> Desk:
    """A desk for one run."""
    with room.database.reading() as conn:
        return Desk(room, Pile(room.shelf), KeptPapers(room.database), kept(conn), rejected(conn))


def letter_file(letter: int) -> str:
    """The name of a letter's file, within the archive of its page."""
    return f"{letter_file_name(letter)}.docx"


def _archive_name(letters: Collection[int], content: bytes, today: date) -> str:
    """The archive name of a page, from its letters and its content. A page written again has the same name; some of its
    letters written again have another."""
    mark = hashlib.sha256(content).hexdigest()[:12]
    return f"{today.isoformat()}/{letter_file_name(min(letters))}-{letter_file_name(max(letters))}-{mark}.zip"


def write_letters(room: MailRoom, today: date) -> Counts:
    """Write every queued letter that is still true and lawful; void the others. Returns the counts.

    A run that was stopped resumes where it stopped: a letter is written once its row says so, and the same letter
    always produces the same file.
    """
    with room.database.reading() as conn:
        ids = letters_in(conn, LetterState.QUEUED, up_to=today)
    counts = Counts()
    desk = desk_of(room)
    for part in batches(ids, PAGE):
        counts += write_some(desk, part, today)
    with room.database.transaction(actor=room.actor, business_date=today) as tx:
        report_faults(tx, {fault: sorted(set(letters)) for fault, letters in desk.faults.items()})
    return counts


def write_some(desk: Desk, letter_ids: Sequence[int], today: date) -> Counts:
    """Write a page of letters; one that fails becomes an exception with its accounts, and the others continue.

    Raises OSError if a file cannot be written: a full disk is not the fault of a letter.
    """
    try:
        with desk.room.database.transaction(actor=desk.room.actor, business_date=today) as tx:
            return _write_page(tx, desk, letter_ids)
    except OSError:
        raise
    # One bad letter must not block the others: each is written alone to find it.
    except Exception as error:
        desk.known.clear()  # the failed page was rolled back, and so was what it stored
        if len(letter_ids) == 1:
            return _set_letter_aside(desk.room, letter_ids[0], today, failure(error))
    counts = Counts()
    for letter in letter_ids:
        counts += write_some(desk, [letter], today)
    return counts


def _write_page(tx: Transaction, desk: Desk, letter_ids: Sequence[int]) -> Counts:
    letters = queued_letters(tx.conn, letter_ids)
    papers = Papers(tx.conn, letters, tx.business_date)
    counts = Counts()
    rows: dict[int, ColumnValues] = {}
    files: dict[int, bytes] = {}
    for letter in letters:
        group = papers.group(letter)
        look = _look(letter, group, papers, tx.business_date)
        if look.dropped:
            drop(tx, letter, look.dropped)
            counts[Count.DROPPED] += len(look.dropped)
        if not look.kept:
            counts[Count.VOIDED] += 1
            continue
        kind = envelope_kind(letter, look.kept)
        try:
            template = desk.pile.envelope(letter.sheets(kind))
            waits = template.digest in desk.rejected
            written = None if waits else _render(tx, desk, letter, look.kept, group, papers, template)
        except TEMPLATE_FAULTS as error:
            desk.faults.setdefault(str(error), []).append(letter.id)
            waits, written = True, None
        if waits:
            rows[letter.id] = _put_back(letter, kind)
            counts[Count.WAITING_FOR_TEMPLATE] += 1
            continue
        if written is not None:
            files[letter.id], rows[letter.id] = written
            counts[Count.LETTERS] += 1
    if files:
        archive = _write_archive(desk.room, files, tx.business_date)
        for key in files:
            rows[key]["new_file"] = archive
    if rows:
        bulk(tx.conn, _RENDERED, [{"key": key, **row} for key, row in rows.items()])
    return counts


def _write_archive(room: MailRoom, files: Mapping[int, bytes], today: date) -> str:
    content = archive_of({letter_file(key): paper for key, paper in files.items()})
    archive = _archive_name(files, content, today)
    write_whole(room.folder / archive, content, durable=False)  # it can be recreated from the database
    return archive


def _look(letter: Queued, group: GroupNow, papers: Papers, today: date) -> Recheck:
    sums, before, sections = papers.sums(letter.spoken), papers.before(letter, group), papers.sections(letter)
    return recheck_before_print(letter, group, today, sums, before, sections)


def _render(
    tx: Transaction,
    desk: Desk,
    letter: Queued,
    spoken: Sequence[Spoken],
    group: GroupNow,
    papers: Papers,
    template: Template,
) -> tuple[bytes, ColumnValues] | None:
    """A letter now written, with its new row values; None if it was written before and is unchanged."""
    room = desk.room
    data = compose(
        letter,
        spoken,
        group,
        papers.sums(spoken),
        papers.names(letter, group),
        papers.sections(letter),
        tx.business_date,
        papers.credits(group),
    )
    text = merge_text(data)
    certified = papers.certified(data.letter.kind, group, tx.business_date)
    channel = _channel(room, spoken, group, letter, tx.business_date) if certified is None else Channel.POST
    to = group.person.email if channel is Channel.EMAIL else None
    if text == letter.data and template.digest == letter.template_digest:
        if (channel, to) != (letter.channel, letter.email):
            travels = {"channel": channel.value, "email": to}
            tx.conn.execute(sa.update(LETTER).where(LETTER.c.id == letter.id).values(**travels))
        return None
    paper = template.render(data, desk.kept)
    keep_template(tx, room.shelf, template, desk.known)
    digest = hashlib.sha256(paper).hexdigest()
    data_digest = hashlib.sha256(text.encode()).hexdigest()
    tx.record_all(
        LetterRendered(
            account_id=one.account_id,
            step=one.step,
            cycle=one.cycle,
            letter=letter.id,
            letter_kind=one.kind,
            template_digest=template.digest,
            rendered_digest=digest,
            data_digest=data_digest,
            total_cents=data.total_cents,
        )
        for one in spoken
    )
    return paper, {
        "new_state": LetterState.RENDERED.value,
        "new_kind": data.letter.kind,
        "new_data": text,
        "new_template_digest": template.digest,
        "new_rendered_digest": digest,
        "new_rendered_on": tx.business_date,
        "new_total_cents": data.total_cents,
        "new_pages": page_estimate(data, letter.enclose),
        "new_channel": channel.value,
        "new_email": to,
        "new_file": None,
        "new_imb": data.imb or None,
        "new_certified": certified,
    }


def _put_back(letter: Queued, kind: str) -> ColumnValues:
    """The new row values of a letter on hold until its template is fixed or released."""
    empty = ("data", "template_digest", "rendered_digest", "rendered_on", "total_cents", "pages", "email", "file")
    empty = (*empty, "imb", "certified")
    stays = {"new_state": LetterState.QUEUED.value, "new_kind": kind}
    return {**stays, "new_channel": letter.channel.value, **{f"new_{name}": None for name in empty}}


def _channel(room: MailRoom, spoken: Sequence[Spoken], group: GroupNow, letter: Queued, today: date) -> Channel:
    """E-mail only with consent, if law and practice allow it, and if no e-mail failed or was returned before."""
    failed = letter.attempts > 0 and letter.channel is Channel.POST
    if not room.by_email or group.person.email is None or letter.of_letter is not None or failed:
        return Channel.POST
    accounts = {account.id: account for account in group.accounts}
    lawful = all(
        not kind_of(one.kind).by_post_only and email_allowed(one.kind, accounts[one.account_id], group, today)
        for one in spoken
    )
    return Channel.EMAIL if lawful else Channel.POST


def merge_text(data: LetterData) -> str:
    """A letter's merge data as stored: JSON, always the same for the same letter."""
    return orjson.dumps(data, option=orjson.OPT_SORT_KEYS).decode()


def _set_letter_aside(room: MailRoom, letter_id: int, today: date, reason: str) -> Counts:
    with room.database.transaction(actor=room.actor, business_date=today) as tx:
        letter = queued_letters(tx.conn, [letter_id])[0]
        dropped = [Dropped(spoken, "the letter could not be written", again=True) for spoken in letter.spoken]
        drop(tx, letter, dropped)
        about = tuple(spoken.account_id for spoken in letter.spoken)
        set_aside(tx, Unread(about, f"letter {letter_number(letter_id)}: {reason}"))
    return Counts({Count.SET_ASIDE: len(letter.spoken)})


@dataclass(frozen=True, slots=True)
class Preview:
    """A letter as it would be sent today: its file, whether it is allowed, and if not, why."""

    number: str
    kind: str
    file: str
    total_cents: int
    lawful: bool
    reason: str | None


def preview(room: MailRoom, number: str, kind: LetterName, today: date, target: Path) -> Preview:
    """Write the letter of a kind that an account would get today to a file; nothing is queued or sent.

    Raises Refused for an unknown account, BadInput if it has no data for such a letter, and UnknownKind for a kind
    without a template.
    """
    with room.database.reading() as conn:
        account = conn.execute(account_keys(number)).first()
        if account is None:
            raise Refused(f'account "{number}" was not found', "check the number")
        spoken = Spoken(account.id, kind, None, None)
        letter = Queued(
            0, kind, account.language, today, (spoken,), origin=LetterOrigin.REPLY, large_print=account.large_print
        )
        papers = Papers(conn, [letter], today)
        group = papers.group(letter)
        look = _look(letter, group, papers, today)
        sections, needs = papers.sections(letter), kind_of(kind).needs
        if needs is not None and not sections.get(needs):
            raise BadInput(
                f"account {number} has no {section_label(needs)}, which a {letter_label(kind).lower()} letter requires"
            )
        names, credits = papers.names(letter, group), papers.credits(group)
        data = compose(letter, [spoken], group, papers.sums([spoken]), names, sections, today, credits)
    template = room.shelf.envelope(letter.sheets(kind))
    write_whole(target, template.render(data, KeptPapers(room.database)))
    reason = look.dropped[0].reason if look.dropped else None
    return Preview(number, kind, str(target), data.total_cents, bool(look.kept), reason)


def mail_room(practice: Practice, actor: str = "letters") -> MailRoom:
    """The resources for writing letters, from the practice's settings."""
    by_email = bool(practice.settings.smtp_url)
    return MailRoom(practice.database, practice.shelf, practice.settings.letters, actor, by_email=by_email)

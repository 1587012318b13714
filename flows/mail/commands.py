"""Letters written, taken back, printed, mailed and come back: each with its events, a page at a time."""

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import orjson
import sqlalchemy as sa

from flows.dunning.commands import set_aside
from flows.dunning.queries import Unread, failure
from flows.dunning.snapshot import GroupNow
from flows.happenings.commands import NewTask, open_tasks, wake
from flows.mail.decide import Dropped, Queued, Spoken, compose, envelope_kind, last_look
from flows.mail.queries import (
    LETTER,
    LETTER_ACCOUNT,
    PRINT_BATCH,
    Papers,
    account_keys,
    letters_in,
    queued_letters,
    unsent_of_accounts,
)
from letters.combine import page_estimate
from letters.data import LetterData
from letters.shelf import Shelf
from models import Enrollment, StepTaken
from models.columns import AnyRow, table
from models.database import Book, Transaction, parts
from models.errors import Refused
from models.events import LetterMailed, LetterRendered, LetterVoided, StepReopened
from models.files import write_whole
from models.kinds import EnrollmentState, LetterState

ENROLLMENT = table(Enrollment)
STEP_TAKEN = table(StepTaken)

PAGE = 500
"""Letters a transaction."""

_RENDERED = (
    sa.update(LETTER)
    .where(LETTER.c.id == sa.bindparam("key"))
    .values(
        {
            name: sa.bindparam(f"new_{name}")
            for name in (
                "state", "kind", "data", "template_digest", "rendered_digest", "rendered_on", "total_cents", "pages",
            )
        }
    )
)  # fmt: skip


class RefusedLetter(Refused):
    """Something asked of a letter or a batch that cannot be done; the message says what to do."""


@dataclass(frozen=True, slots=True)
class MailRoom:
    """Where letters are written: the templates, and the folder for files."""

    book: Book
    shelf: Shelf
    folder: Path
    actor: str = "letters"


def letter_file(folder: Path, queued_on: date, letter: int) -> Path:
    """Where a letter lies once it is written."""
    return folder / queued_on.isoformat() / f"L-{letter:08d}.docx"


def write_letters(room: MailRoom, today: date) -> Counter[str]:
    """Write every queued letter that is still true and lawful; take back the others. Gives the counts.

    Killed and run again it goes on where it stopped: a letter is written when its row says so, and the same
    letter gives the same file.
    """
    with room.book.reading() as conn:
        ids = letters_in(conn, LetterState.QUEUED, up_to=today)
    counts: Counter[str] = Counter()
    for part in parts(ids, PAGE):
        counts += write_some(room, part, today)
    return counts


def write_some(room: MailRoom, letter_ids: Sequence[int], today: date) -> Counter[str]:
    """Write a page of letters; one that fails is set aside with its accounts, and the others go on."""
    try:
        with room.book.transaction(actor=room.actor, business_date=today) as tx:
            return _write_page(tx, room, letter_ids)
    # One letter must not keep the others: whatever it was, find the one by writing each by itself.
    except Exception as error:
        if len(letter_ids) == 1:
            return _set_letter_aside(room, letter_ids[0], today, failure(error))
    counts: Counter[str] = Counter()
    for letter in letter_ids:
        counts += write_some(room, [letter], today)
    return counts


def _write_page(tx: Transaction, room: MailRoom, letter_ids: Sequence[int]) -> Counter[str]:
    letters = queued_letters(tx.conn, letter_ids)
    papers = Papers(tx.conn, letters, tx.business_date)
    counts: Counter[str] = Counter()
    rows: list[dict[str, object]] = []
    for letter in letters:
        group = papers.group(letter)
        look = last_look(letter, group, tx.business_date)
        if look.dropped:
            drop(tx, letter, look.dropped)
            counts["dropped"] += len(look.dropped)
        if not look.kept:
            counts["voided"] += 1
            continue
        written = _render(tx, room, letter, look.kept, group, papers)
        if written is not None:
            rows.append(written)
            counts["letters"] += 1
    if rows:
        tx.conn.execute(_RENDERED, rows)
    return counts


def _render(
    tx: Transaction, room: MailRoom, letter: Queued, kept: Sequence[Spoken], group: GroupNow, papers: Papers
) -> dict[str, object] | None:
    """The row of a letter now written; None when it was written before and nothing in it changed."""
    kind = envelope_kind(letter, kept)
    template = room.shelf.find(kind, letter.language)
    data = compose(letter, kept, group, papers.sums(kept), papers.names(letter, group))
    text = merge_text(data)
    if text == letter.data:
        return None
    paper = template.render(data)
    write_whole(letter_file(room.folder, letter.queued_on, letter.id), paper, durable=False)
    digest = hashlib.sha256(paper).hexdigest()
    tx.record_all(
        LetterRendered(
            account_id=spoken.account_id, step=spoken.step, cycle=spoken.cycle, letter=letter.id,
            letter_kind=spoken.kind, template_digest=template.digest, rendered_digest=digest,
            data_digest=hashlib.sha256(text.encode()).hexdigest(), total_cents=data.total_cents,
        )
        for spoken in kept
    )  # fmt: skip
    return {
        "key": letter.id, "new_state": LetterState.RENDERED.value, "new_kind": kind, "new_data": text,
        "new_template_digest": template.digest, "new_rendered_digest": digest, "new_rendered_on": tx.business_date,
        "new_total_cents": data.total_cents, "new_pages": page_estimate(data),
    }  # fmt: skip


def merge_text(data: LetterData) -> str:
    """A letter's merge data as it is kept: JSON, always the same for the same letter."""
    return orjson.dumps(data.to_dict(), option=orjson.OPT_SORT_KEYS).decode()


def _set_letter_aside(room: MailRoom, letter_id: int, today: date, reason: str) -> Counter[str]:
    with room.book.transaction(actor=room.actor, business_date=today) as tx:
        letter = queued_letters(tx.conn, [letter_id])[0]
        dropped = [Dropped(spoken, "it could not be written", again=True) for spoken in letter.spoken]
        drop(tx, letter, dropped)
        set_aside(tx, Unread(tuple(spoken.account_id for spoken in letter.spoken), f"letter {letter_id}: {reason}"))
    return Counter(set_aside=len(letter.spoken))


def drop(tx: Transaction, letter: Queued, dropped: Sequence[Dropped]) -> None:
    """Take accounts out of a letter that is not mailed; a letter that speaks for nobody any more is void.

    A step that is to be taken again is free again, and its account is looked at today.
    """
    gone = {one.spoken.account_id for one in dropped}
    tx.conn.execute(
        sa.delete(LETTER_ACCOUNT).where(LETTER_ACCOUNT.c.letter_id == letter.id, LETTER_ACCOUNT.c.account_id.in_(gone))
    )
    left = [spoken for spoken in letter.spoken if spoken.account_id not in gone]
    reason = "; ".join(sorted({one.reason for one in dropped}))
    values = {"state": LetterState.QUEUED.value, "reason": None}
    if not left:
        values = {"state": LetterState.VOIDED.value, "reason": reason}
    tx.conn.execute(sa.update(LETTER).where(LETTER.c.id == letter.id).values(**values))
    for one in dropped:
        account, step, cycle = one.spoken.account_id, one.spoken.step, one.spoken.cycle
        tx.record(LetterVoided(account_id=account, step=step, cycle=cycle, letter=letter.id, reason=one.reason))
        if one.again and step is not None and _free_step(tx, one.spoken):
            tx.record(StepReopened(account_id=account, step=step, cycle=cycle, reason=one.reason))


def _free_step(tx: Transaction, spoken: Spoken) -> bool:
    """Take back that a step was taken, if its account is still on its way in that cycle."""
    mine = sa.and_(
        ENROLLMENT.c.account_id == spoken.account_id,
        ENROLLMENT.c.cycle == spoken.cycle,
        ENROLLMENT.c.state == EnrollmentState.ACTIVE.value,
    )
    if tx.conn.execute(sa.select(ENROLLMENT.c.account_id).where(mine)).first() is None:
        return False
    tx.conn.execute(
        sa.delete(STEP_TAKEN).where(
            STEP_TAKEN.c.account_id == spoken.account_id,
            STEP_TAKEN.c.cycle == spoken.cycle,
            STEP_TAKEN.c.step == spoken.step,
        )
    )
    step = spoken.step or ""
    if step.startswith("on."):
        values = {"pending": step.removeprefix("on."), "next_action_on": tx.business_date}
        tx.conn.execute(sa.update(ENROLLMENT).where(mine).values(**values))
    else:
        wake(tx, [spoken.account_id])
    return True


def void_unsent(tx: Transaction, account_ids: Sequence[int], reason: str) -> None:
    """Take accounts out of every letter that is not mailed; one that is printed already is to be pulled."""
    concerned = set(account_ids)
    unsent = unsent_of_accounts(tx.conn, account_ids)
    states = _states(tx, unsent)
    for letter in queued_letters(tx.conn, unsent):
        gone = [Dropped(spoken, reason, again=True) for spoken in letter.spoken if spoken.account_id in concerned]
        if states[letter.id] == LetterState.BATCHED.value:
            # Paper cannot be rewritten: the whole envelope is pulled, and the others' turn comes again.
            others = [spoken for spoken in letter.spoken if spoken.account_id not in concerned]
            gone += [Dropped(spoken, "the envelope was pulled", again=True) for spoken in others]
            _pull(tx, letter, reason)
        drop(tx, letter, gone)


def _states(tx: Transaction, letter_ids: Sequence[int]) -> dict[int, str]:
    return {
        row.id: row.state
        for part in parts(letter_ids)
        for row in tx.conn.execute(sa.select(LETTER.c.id, LETTER.c.state).where(LETTER.c.id.in_(part)))
    }


def _pull(tx: Transaction, letter: Queued, reason: str) -> None:
    row = tx.conn.execute(sa.select(LETTER).where(LETTER.c.id == letter.id)).one()
    about = tuple(spoken.account_id for spoken in letter.spoken)
    why = f"Pull letter L-{letter.id:08d} of batch {row.print_batch_id} from the mail: {reason}"
    open_tasks(tx, [NewTask("pull-letter", "mail room", why, row.guarantor_id, row.creditor_id, about, 0)])


def mail_batch(tx: Transaction, batch: int, mailed_on: date) -> int:
    """Write down that a batch was mailed, on every account; gives the number of letters. Said twice, once written.

    Raises RefusedLetter for a batch that is not there, not finished, or mailed on another day.
    """
    row = _batch(tx, batch)
    if row.mailed_on == mailed_on:
        return row.letters
    if row.mailed_on is not None:
        raise RefusedLetter(f"batch {batch} was mailed on {row.mailed_on}; it cannot be mailed again on {mailed_on}")
    if mailed_on > tx.business_date:
        raise RefusedLetter(f"{mailed_on} has not come yet; give the day on which batch {batch} was mailed")
    if mailed_on < row.made_on:
        raise RefusedLetter(f"batch {batch} was printed on {row.made_on}; it cannot have been mailed on {mailed_on}")
    in_batch = sa.and_(LETTER.c.print_batch_id == batch, LETTER.c.state == LetterState.BATCHED.value)
    about = tx.conn.execute(
        sa.select(LETTER.c.id, LETTER_ACCOUNT.c.account_id, LETTER_ACCOUNT.c.step, LETTER_ACCOUNT.c.cycle)
        .join(LETTER_ACCOUNT, LETTER_ACCOUNT.c.letter_id == LETTER.c.id)
        .where(in_batch)
        .order_by(LETTER.c.id, LETTER_ACCOUNT.c.account_id)
    ).all()
    tx.record_all(
        LetterMailed(account_id=r.account_id, step=r.step, cycle=r.cycle, letter=r.id, batch=batch, mailed_on=mailed_on)
        for r in about
    )
    tx.conn.execute(sa.update(LETTER).where(in_batch).values(state=LetterState.MAILED.value, mailed_on=mailed_on))
    tx.conn.execute(sa.update(PRINT_BATCH).where(PRINT_BATCH.c.id == batch).values(mailed_on=mailed_on))
    return len({row.id for row in about})


def _batch(tx: Transaction, batch: int) -> AnyRow:
    row = tx.conn.execute(sa.select(PRINT_BATCH).where(PRINT_BATCH.c.id == batch)).first()
    if row is None:
        raise RefusedLetter(f"there is no batch {batch}; `pastdue letters list` shows the batches")
    if row.sha256 is None:
        raise RefusedLetter(f"batch {batch} is not finished; run `pastdue letters print` first")
    return row


def preview(room: MailRoom, number: str, kind: str, today: date, target: Path) -> dict[str, object]:
    """Write the letter of a kind that an account would get today to a file; nothing is queued or sent.

    `lawful` tells whether it might go today, and `reason` why not. Raises RefusedLetter for an account that is in no
    schedule, and UnknownKind for a kind that has no template.
    """
    with room.book.reading() as conn:
        account = conn.execute(account_keys(number)).first()
        if account is None:
            raise RefusedLetter(f'account "{number}" is not known, or in no schedule; there is nothing to write to it')
        spoken = Spoken(account.id, kind, None, None)
        letter = Queued(0, kind, account.language, today, (spoken,))
        papers = Papers(conn, [letter], today)
        group = papers.group(letter)
        look = last_look(letter, group, today)
        data = compose(letter, [spoken], group, papers.sums([spoken]), papers.names(letter, group))
    write_whole(target, room.shelf.find(kind, letter.language).render(data))
    return {
        "number": number, "kind": kind, "file": str(target), "total_cents": data.total_cents,
        "lawful": bool(look.kept), "reason": look.dropped[0].reason if look.dropped else None,
    }  # fmt: skip

"""Voids letters before they are sent: the letter, the account's step, and the events."""

from collections.abc import Sequence

import sqlalchemy as sa

from flows.accounts.eligibility import NOT_STOPPED_BY
from flows.accounts.happenings import NewTask, open_tasks, wake
from flows.accounts.load import Unread
from flows.correspondence.letters.decide import Dropped, Queued, Spoken
from flows.correspondence.letters.queries import LETTER, LETTER_ACCOUNT, queued_letters, unsent_of_accounts
from flows.dunning.engine.commands import set_aside
from flows.schedules.schedule import pending_of
from letters.numbers import letter_number
from models import Enrollment, StepTaken
from models.columns import table
from models.database import Transaction, batches
from models.enums import EnrollmentState, HoldKind, LetterState
from models.errors import NotFound, Refused
from models.events import StepReopened
from models.labels import label_of
from models.letter_events import LetterVoided
from models.remedies import Remedy
from models.task_kinds import TaskKind, missing
from models.user_enums import Role

ENROLLMENT = table(Enrollment)
STEP_TAKEN = table(StepTaken)

STILL_HERE = (LetterState.QUEUED.value, LetterState.RENDERED.value, LetterState.BATCHED.value)
"""Letters that can be voided: one that is being e-mailed may already be sent."""


def drop(tx: Transaction, letter: Queued, dropped: Sequence[Dropped]) -> None:
    """Remove accounts from an unsent letter; a letter without any accounts left is void.

    A step to be done again is reopened, and its account is reviewed today. Missing data becomes a task; an account that
    must not advance becomes an exception.
    """
    gone = {one.spoken.account_id for one in dropped}
    tx.conn.execute(
        sa.delete(LETTER_ACCOUNT).where(LETTER_ACCOUNT.c.letter_id == letter.id, LETTER_ACCOUNT.c.account_id.in_(gone))
    )
    left = [spoken for spoken in letter.spoken if spoken.account_id not in gone]
    reason = "; ".join(sorted({one.reason for one in dropped}))
    values: dict[str, str | None] = {"state": LetterState.QUEUED.value, "reason": None}
    if not left:
        values = {"state": LetterState.VOIDED.value, "reason": reason}
    tx.conn.execute(sa.update(LETTER).where(LETTER.c.id == letter.id).values(**values))
    for one in dropped:
        account, step, cycle = one.spoken.account_id, one.spoken.step, one.spoken.cycle
        tx.record(LetterVoided(account_id=account, step=step, cycle=cycle, letter=letter.id, reason=one.reason))
        if one.again and step is not None and _free_step(tx, one.spoken):
            tx.record(StepReopened(account_id=account, step=step, cycle=cycle, reason=one.reason))
    _see_to(tx, letter, dropped)


def _see_to(tx: Transaction, letter: Queued, dropped: Sequence[Dropped]) -> None:
    """Create the tasks that staff must complete so that the letter can be sent after all."""
    for one in dropped:
        account = one.spoken.account_id
        if one.aside:
            set_aside(tx, Unread((account,), f"letter {letter_number(letter.id)} was not written: {one.reason}"))
        elif one.missing is not None:
            row = tx.conn.execute(sa.select(LETTER).where(LETTER.c.id == letter.id)).one()
            kind = missing(one.missing)
            open_tasks(tx, [NewTask(kind, Role.CLERK, one.reason, row.guarantor_id, row.creditor_id, (account,), 10)])


def _free_step(tx: Transaction, spoken: Spoken) -> bool:
    """Undo a completed step, if its account is still in that cycle of the schedule."""
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
    pending = pending_of(spoken.step or "")
    if pending is not None:
        values = {
            "pending_trigger": pending.on.value,
            "pending_trigger_id": pending.mark,
            "next_action_on": tx.business_date,
        }
        tx.conn.execute(sa.update(ENROLLMENT).where(mine).values(**values))
    else:
        wake(tx, [spoken.account_id])
    return True


def void_unsent(
    tx: Transaction, account_ids: Sequence[int], reason: str, hold: HoldKind | None = None, *, again: bool = True
) -> None:
    """Remove accounts from every unsent letter; a printed one must be pulled.

    A letter that replies to the very hold being opened is sent anyway. `again`: its step is done again later.
    """
    concerned = set(account_ids)
    unsent = unsent_of_accounts(tx.conn, account_ids)
    states = _states(tx, unsent)
    for letter in queued_letters(tx.conn, [key for key in unsent if states[key] in STILL_HERE]):
        gone = [
            Dropped(spoken, reason, again=again)
            for spoken in letter.spoken
            if spoken.account_id in concerned and hold not in NOT_STOPPED_BY.get(spoken.kind, ())
        ]
        if not gone:
            continue
        if states[letter.id] == LetterState.BATCHED.value:
            # Printed paper can't be changed: the whole envelope is pulled, and the other accounts' steps are due again.
            pulled = {one.spoken.account_id for one in gone}
            others = [spoken for spoken in letter.spoken if spoken.account_id not in pulled]
            gone += [Dropped(spoken, "the envelope was pulled", again=True) for spoken in others]
            _pull(tx, letter, reason)
        drop(tx, letter, gone)


def void_letter(tx: Transaction, letter_id: int, reason: str) -> None:
    """Void one whole letter: its accounts return to where they were, and their step is due again.

    A printed one must be pulled from the mail. Raises NotFound if it does not exist, and Refused if it was sent.
    """
    state = _states(tx, [letter_id]).get(letter_id)
    if state is None:
        raise NotFound(f"letter {letter_number(letter_id)} was not found", remedy=Remedy.LIST_LETTERS)
    if state == LetterState.VOIDED.value:
        return
    if state not in STILL_HERE:
        said = label_of(LetterState, state)
        raise Refused(f"letter {letter_number(letter_id)} is {said}", "only a letter that was not sent can be voided")
    letter = queued_letters(tx.conn, [letter_id])[0]
    if state == LetterState.BATCHED.value:
        _pull(tx, letter, reason)
    drop(tx, letter, [Dropped(spoken, reason, again=True) for spoken in letter.spoken])


def _states(tx: Transaction, letter_ids: Sequence[int]) -> dict[int, str]:
    return {
        row.id: row.state
        for part in batches(letter_ids)
        for row in tx.conn.execute(sa.select(LETTER.c.id, LETTER.c.state).where(LETTER.c.id.in_(part)))
    }


def _pull(tx: Transaction, letter: Queued, reason: str) -> None:
    row = tx.conn.execute(sa.select(LETTER).where(LETTER.c.id == letter.id)).one()
    about = tuple(spoken.account_id for spoken in letter.spoken)
    why = f"Pull letter {letter_number(letter.id)} of batch {row.print_batch_id} from the mail: {reason}"
    open_tasks(tx, [NewTask(TaskKind.PULL_LETTER, Role.MAIL_ROOM, why, row.guarantor_id, row.creditor_id, about, 0)])

"""A letter came back: written down once, letters wait for an address, and somebody looks for one."""

import sqlalchemy as sa

from flows.dunning.schedule import On
from flows.happenings.commands import NewTask, happen, open_tasks
from flows.holds.commands import NewHold, open_holds
from flows.mail.commands import RefusedLetter
from flows.mail.queries import LETTER, queued_letters
from models.database import Transaction
from models.events import LetterReturned
from models.kinds import HoldKind, LetterState


def return_letter(tx: Transaction, letter: int, reason: str) -> None:
    """A letter came back: its guarantor's letters wait for an address, and somebody looks for one.

    Raises RefusedLetter for a letter that is not there or was not mailed. Said twice, once written.
    """
    row = tx.conn.execute(sa.select(LETTER).where(LETTER.c.id == letter)).first()
    if row is None:
        raise RefusedLetter(f"there is no letter {letter}; the number stands on the letter after L-")
    if row.state == LetterState.RETURNED.value:
        return
    if row.state != LetterState.MAILED.value:
        raise RefusedLetter(f"letter {letter} is {row.state}, not mailed; `pastdue letters mailed BATCH` comes first")
    values = {"state": LetterState.RETURNED.value, "returned_on": tx.business_date, "reason": reason}
    tx.conn.execute(sa.update(LETTER).where(LETTER.c.id == letter).values(**values))
    spoken = queued_letters(tx.conn, [letter])[0].spoken
    tx.record_all(
        LetterReturned(account_id=one.account_id, step=one.step, cycle=one.cycle, letter=letter, reason=reason)
        for one in spoken
    )
    about = tuple(one.account_id for one in spoken)
    why = f"Letter L-{letter:08d} came back: {reason}"
    open_tasks(tx, [NewTask("find-address", "clerk", why, row.guarantor_id, row.creditor_id, about)])
    open_holds(tx, [NewHold(HoldKind.ADDRESS_UNKNOWN, person_id=row.guarantor_id, note=why)])
    happen(tx, On.MAIL_RETURNED, about, letter)

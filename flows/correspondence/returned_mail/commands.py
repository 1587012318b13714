"""Returned mail: recorded once; the letter is sent again to a new address, or a task to find one is created."""

from collections.abc import Mapping

import sqlalchemy as sa

from flows.accounts.happenings import NewTask, happen, open_tasks
from flows.accounts.holds import NewHold, open_holds
from flows.correspondence.letters.decide import Spoken
from flows.correspondence.letters.queries import LETTER, queued_letters
from flows.correspondence.queue import queue_beside
from flows.correspondence.returned_mail.nixie import AT_THE_RIGHT_PLACE, Nixie
from flows.correspondence.returned_mail.queries import returnable
from flows.people.contact.commands import change_person
from flows.people.death import suspect_death
from flows.schedules.schedule import Trigger
from letters.numbers import letter_number
from models import Person
from models.columns import AnyRow, table
from models.database import Transaction
from models.enums import Channel, HoldKind, LetterState
from models.labels import words
from models.letter_events import LetterQueuedAgain, LetterReturned
from models.task_kinds import TaskKind
from models.user_enums import Role

PERSON = table(Person)


def return_letter(
    tx: Transaction, letter: int, reason: Nixie, *, new_address: Mapping[str, str | None] | None = None
) -> int | None:
    """Record a returned letter. With a new address it is sent again, once: returns the number of the new letter.

    Without one, the guarantor's letters are on hold, and a task asks for a new address. A letter marked deceased stops
    all activity until the estate desk has reviewed it. Raises Refused for a letter that does not exist, was not sent,
    was sent after today, or was already returned. Raises BadInput for an address that is invalid for mail.
    """
    row, spoken = _came_back(tx, letter, reason)
    if row.channel == Channel.EMAIL.value:
        return _by_post_instead(tx, row, spoken)
    if new_address is not None:
        change_person(tx, row.guarantor_id, new_address, "USPS")
        return again(tx, row, spoken, "to the new address")
    _what_follows(tx, row, spoken, reason)
    return None


def bounce_letter(tx: Transaction, letter: int, why: str) -> int | None:
    """Record an undelivered e-mail, in the words of a mail server: the letter is mailed. Raises as `return_letter`
    does."""
    row, spoken = _came_back(tx, letter, why)
    return _by_post_instead(tx, row, spoken)


def _came_back(tx: Transaction, letter: int, reason: str) -> tuple[AnyRow, tuple[Spoken, ...]]:
    row = returnable(tx.conn, letter, tx.business_date)
    spoken = queued_letters(tx.conn, [letter])[0].spoken
    values = {"state": LetterState.RETURNED.value, "returned_on": tx.business_date, "reason": reason}
    tx.conn.execute(sa.update(LETTER).where(LETTER.c.id == letter).values(**values))
    tx.record_all(
        LetterReturned(account_id=one.account_id, step=one.step, cycle=one.cycle, letter=letter, reason=reason)
        for one in spoken
    )
    return row, spoken


def _by_post_instead(tx: Transaction, row: AnyRow, spoken: tuple[Spoken, ...]) -> int | None:
    """An e-mail failed permanently: letters, including this one, are mailed from now on."""
    tx.conn.execute(sa.update(PERSON).where(PERSON.c.id == row.guarantor_id).values(email_failed_on=tx.business_date))
    return again(tx, row, spoken, "by mail")


def again(tx: Transaction, row: AnyRow, spoken: tuple[Spoken, ...], how: str) -> int | None:
    """Send a letter again, with today's data, unless it was already sent again. Returns the new number."""
    about = tuple(one.account_id for one in spoken)
    if row.of_letter_id is not None:
        why = f"Letter {letter_number(row.id)} was returned a second time"
        open_tasks(tx, [NewTask(TaskKind.FIND_ADDRESS, Role.CLERK, why, row.guarantor_id, row.creditor_id, about)])
        return None
    copied = ("guarantor_id", "creditor_id", "kind", "language", "large_print", "enclose", "about_entries")
    values = {**{name: getattr(row, name) for name in copied}, "of_letter_id": row.id}
    number = queue_beside(tx, values, {one.account_id: one.kind for one in spoken})
    tx.record_all(
        LetterQueuedAgain(account_id=one.account_id, letter=number, of_letter=row.id, letter_kind=one.kind, how=how)
        for one in spoken
    )
    return number


def _what_follows(tx: Transaction, row: AnyRow, spoken: tuple[Spoken, ...], reason: Nixie) -> None:
    about = tuple(one.account_id for one in spoken)
    why = f"Letter {letter_number(row.id)} was returned: {words(reason)}"
    if reason == Nixie.DECEASED:
        suspect_death(tx, row.guarantor_id, why)
        open_tasks(
            tx, [NewTask(TaskKind.CONFIRM_DEATH, Role.ESTATE_DESK, why, row.guarantor_id, row.creditor_id, about, 2)]
        )
        return
    if reason in AT_THE_RIGHT_PLACE:
        open_tasks(tx, [NewTask(TaskKind.MAIL_NOT_TAKEN, Role.CLERK, why, row.guarantor_id, row.creditor_id, about)])
        return
    open_tasks(tx, [NewTask(TaskKind.FIND_ADDRESS, Role.CLERK, why, row.guarantor_id, row.creditor_id, about)])
    open_holds(tx, [NewHold(HoldKind.ADDRESS_UNKNOWN, person_id=row.guarantor_id, note=why)])
    happen(tx, Trigger.MAIL_RETURNED, about, row.id)

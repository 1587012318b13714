"""A wrong call result is undone, with what followed from it, or replaced by the right one; the history has both."""

from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import datetime, timedelta

import sqlalchemy as sa

from flows.accounts.happenings import close_tasks, withdraw
from flows.accounts.holds import clear_holds
from flows.calls.assignment import release_call
from flows.calls.commands import CallResult
from flows.calls.dispositions import Does
from flows.calls.queries import (
    CONTACT,
    PROMISE,
    TASK,
    accounts_of_call,
    accounts_of_pair,
    dispositions_now,
    open_call_of,
)
from flows.conversations.commands import UNDONE, complete_call, complete_inbound
from flows.conversations.followed import Followed, NumbersBefore, accounts_of_promises, followed_from
from flows.correspondence.void import STILL_HERE, void_letter
from flows.insurance.commands import not_in_force
from flows.insurance.decide import ReportedInsurance
from flows.people.contact.commands import change_person
from flows.schedules.schedule import Trigger
from letters.numbers import letter_number
from models import Arrangement, Coverage, Letter, Person
from models.call_events import CallUndone
from models.columns import AnyRow, in_keys, table
from models.database import Transaction
from models.enums import ArrangementState, CoverageState, LetterState, PromiseState, TaskState
from models.errors import BadInput, NotFound, NotPermitted, Refused
from models.labels import result_label
from models.task_kinds import TaskKind

ARRANGEMENT = table(Arrangement)
COVERAGE = table(Coverage)
LETTER = table(Letter)
PERSON = table(Person)

UNDO_MINUTES = 10
"""For this long a user takes back a result of their own without a reason."""

LONGEST_REASON = 300


def can_undo(attempt: AnyRow, actor: str, now: datetime) -> bool:
    """Whether this user may still take this result back without a reason."""
    made = datetime.fromisoformat(attempt.at)
    return (
        attempt.made_by == actor
        and attempt.disposition != UNDONE
        and attempt.followed is not None
        and timedelta(0) <= now - made <= timedelta(minutes=UNDO_MINUTES)
    )


def undo(tx: Transaction, attempt_id: int, now: datetime) -> AnyRow:
    """Take back a result of the user's own within ten minutes; returns the call, which can be completed again.

    An outbound call is on the user's screen again, and its next result is no further call. Raises Refused if it is
    too late, or if something followed that cannot be taken back.
    """
    attempt = _locked(tx, attempt_id)
    if attempt.made_by != tx.actor:
        raise Refused("this call result is another user's", "a manager can correct it, with a reason")
    if not can_undo(attempt, tx.actor, now):
        raise Refused(
            f"a call result can be undone for {UNDO_MINUTES} minutes", "correct the result instead, and enter a reason"
        )
    followed = _take_back(tx, attempt, None)
    _open_again(tx, attempt, followed, in_hand=True)
    return attempt


def correct(
    tx: Transaction,
    attempt_id: int,
    said: CallResult,
    reason: str,
    *,
    insurance: ReportedInsurance | None = None,
    others: bool = False,
) -> int:
    """Replace a wrong result by the right one, with a reason; returns the number of the call.

    The time of the call, who made it and to which number stay. `others`: also the result of another user. Raises
    Refused as `undo` does, NotPermitted for another user's result, and BadInput without a reason.
    """
    why = " ".join(reason.split())
    if not why or len(why) > LONGEST_REASON:
        raise BadInput(f"enter the reason for the correction, up to {LONGEST_REASON} characters", field="reason")
    attempt = _locked(tx, attempt_id)
    if attempt.made_by != tx.actor and not others:
        raise NotPermitted("this call result is another user's", "ask a manager to correct it")
    kept = replace(said, at=attempt.at)
    followed = _take_back(tx, attempt, why)
    _open_again(tx, attempt, followed, in_hand=False)
    if attempt.inbound:
        account = _accounts(tx, attempt)[0]
        number = complete_inbound(tx, account, kept, insurance=insurance).call
    else:
        number = complete_call(tx, attempt.task_id, kept, insurance=insurance).call
    # Who made the call stays as it was, whoever corrects its result.
    tx.conn.execute(sa.update(CONTACT).where(CONTACT.c.id == number).values(made_by=attempt.made_by))
    return number


def _locked(tx: Transaction, attempt_id: int) -> AnyRow:
    row = tx.conn.execute(sa.select(CONTACT).where(CONTACT.c.id == attempt_id).with_for_update()).first()
    if row is None or row.kind != "call":
        raise NotFound(f"call result {attempt_id} was not found", "go back to My calls")
    if row.disposition == UNDONE:
        raise Refused("this call result was already undone", "record the right result")
    if row.followed is None:
        raise Refused(
            "this call was recorded before results could be undone", "add a note, and release the hold or task by hand"
        )
    return row


def _accounts(tx: Transaction, attempt: AnyRow) -> list[int]:
    """The accounts of a call: those of its task, or the guarantor's at the creditor."""
    if attempt.task_id is not None:
        about = accounts_of_call(tx.conn, attempt.task_id)
        if about:
            return sorted(about)
    return accounts_of_pair(tx.conn, attempt.guarantor_id, attempt.creditor_id)


def _take_back(tx: Transaction, attempt: AnyRow, reason: str | None) -> Followed:
    followed = followed_from(attempt.followed)
    _refuse_final(tx, attempt, followed)
    why = "call result undone" if reason is None else f"call result corrected: {reason}"
    tx.record_all(
        CallUndone(account_id=key, task=attempt.task_id or 0, disposition=attempt.disposition, reason=reason)
        for key in _accounts(tx, attempt)
    )
    for letter in followed.letters:
        void_letter(tx, letter, why)
    _withdraw_promises(tx, followed, why)
    for coverage in _waiting(tx, followed.coverages):
        not_in_force(tx, coverage, why)
    close_tasks(tx, followed.tasks, TaskState.CANCELLED, why)
    clear_holds(tx, followed.holds, why)
    if followed.numbers is not None:
        change_person(tx, attempt.guarantor_id, _missing_numbers(tx, attempt, followed.numbers), why)
    tx.conn.execute(sa.update(CONTACT).where(CONTACT.c.id == attempt.id).values(disposition=UNDONE, followed=None))
    return followed


def _refuse_final(tx: Transaction, attempt: AnyRow, followed: Followed) -> None:
    """Raise Refused for what a click can't take back, with what to do instead."""
    disposition = dispositions_now(tx.conn).get(attempt.disposition)
    said = result_label(attempt.disposition)
    if disposition is not None and disposition.does is Does.DEATH:
        raise Refused(
            f'"{said}" stopped all contact and can\'t be undone here', "ask the estate desk to annul the matter"
        )
    if disposition is not None and (disposition.then.finish or disposition.then.resume_at is not None):
        raise Refused(f'"{said}" moved the accounts in their schedule', "ask a manager to move them back")
    sent = sa.select(LETTER.c.id, LETTER.c.state).where(in_keys(LETTER.c.id, followed.letters))
    for row in tx.conn.execute(sent):
        if row.state not in (*STILL_HERE, LetterState.VOIDED.value):
            raise Refused(f"letter {letter_number(row.id)} was already sent", "add a note with the correction")
    plan = sa.select(ARRANGEMENT.c.id).where(
        ARRANGEMENT.c.guarantor_id == attempt.guarantor_id,
        ARRANGEMENT.c.creditor_id == attempt.creditor_id,
        ARRANGEMENT.c.made_on == attempt.made_on,
        ARRANGEMENT.c.state != ArrangementState.CANCELLED.value,
    )
    if attempt.disposition == "arrangement" and tx.conn.execute(plan).first() is not None:
        raise Refused("a payment plan was set up in this call", "cancel the plan first, then correct the result")
    kept = sa.select(PROMISE.c.id).where(
        in_keys(PROMISE.c.id, followed.promises), PROMISE.c.state == PromiseState.KEPT.value
    )
    if tx.conn.execute(kept).first() is not None:
        raise Refused("the promise of this call was already kept", "add a note with the correction")


def _withdraw_promises(tx: Transaction, followed: Followed, why: str) -> None:
    if not followed.promises:
        return
    about = accounts_of_promises(tx, followed.promises)
    gone = sa.update(PROMISE).where(in_keys(PROMISE.c.id, followed.promises))
    tx.conn.execute(gone.values(state=PromiseState.WITHDRAWN.value))
    for number in followed.promises:
        withdraw(tx, Trigger.PROMISE_BROKEN, about, number, why)
    again = sa.update(PROMISE).where(
        in_keys(PROMISE.c.id, followed.replaced),
        PROMISE.c.state == PromiseState.REPLACED.value,
        PROMISE.c.judge_on >= tx.business_date,
    )
    tx.conn.execute(again.values(state=PromiseState.OPEN.value))


def _waiting(tx: Transaction, coverage_ids: Sequence[int]) -> list[int]:
    query = sa.select(COVERAGE.c.id).where(
        in_keys(COVERAGE.c.id, coverage_ids), COVERAGE.c.state == CoverageState.REPORTED.value
    )
    return sorted(tx.conn.execute(query).scalars())


def _missing_numbers(tx: Transaction, attempt: AnyRow, before: NumbersBefore) -> dict[str, object]:
    """The removed number, unless another one was entered meanwhile."""
    person = tx.conn.execute(sa.select(PERSON).where(PERSON.c.id == attempt.guarantor_id)).one()
    back: dict[str, object] = {}
    if person.phone is None and before.phone is not None:
        back["phone"] = before.phone
    if person.mobile is None and before.mobile is not None:
        back |= {"mobile": before.mobile, "text_consent": before.text_consent}
    return back


def _open_again(tx: Transaction, attempt: AnyRow, followed: Followed, *, in_hand: bool) -> None:
    """The call as it was before its result. In hand: on the user's screen, in place of any other call of theirs."""
    call = followed.call
    if call is None:
        return
    values = asdict(call)
    if _another_call(tx, attempt, call.id):
        if attempt.inbound:
            return
        raise Refused("another call to this guarantor is open meanwhile", "record the right result on that call")
    if not attempt.inbound:
        if in_hand:
            _release_others(tx)
        since = attempt.at if in_hand else None
        values |= {"redo_attempt_id": attempt.id, "in_progress_by": tx.actor, "in_progress_since": since}
    tx.conn.execute(sa.update(TASK).where(TASK.c.id == call.id).values(**values))


def _another_call(tx: Transaction, attempt: AnyRow, task: int) -> bool:
    other = open_call_of(attempt.guarantor_id, attempt.creditor_id).where(TASK.c.id != task)
    return tx.conn.execute(other).first() is not None


def _release_others(tx: Transaction) -> None:
    mine = sa.select(TASK.c.id).where(
        TASK.c.kind == TaskKind.CALL, TASK.c.state == TaskState.OPEN.value, TASK.c.in_progress_by == tx.actor
    )
    for number in sorted(tx.conn.execute(mine).scalars()):
        release_call(tx, number)


__all__ = ["UNDO_MINUTES", "can_undo", "correct", "undo"]

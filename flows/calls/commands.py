"""A call was made: its result and all consequences, in one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from compliance.hours import CLOSES, OPENS
from flows.accounts.counts import Count, Counts
from flows.accounts.happenings import NewTask, close_tasks, open_tasks
from flows.accounts.holds import hold_for, open_holds
from flows.accounts.notes import check_length
from flows.accounts.tasks.standing import OPEN
from flows.calls.decide import local_hour
from flows.calls.dispositions import Disposition, Does, Needs
from flows.calls.ownership import own
from flows.calls.promises import promise, refuse_wrong_promise
from flows.calls.queries import (
    ACCOUNT,
    CONTACT,
    PERSON,
    TASK,
    accounts_in_call,
    accounts_of_pair,
    dispositions_now,
    list_tasks,
    open_call_of,
    owing_of,
)
from flows.correspondence.queue import answer
from flows.dunning.engine.commands import jump
from flows.people.contact.commands import drop_number
from flows.people.death import check_services, record_death, suspect_death
from models import ContactAttempt
from models.call_events import CallMade
from models.columns import AnyRow, ColumnValues
from models.database import Transaction
from models.enums import TaskState, Verified
from models.errors import BadInput, NotFound, Refused
from models.ids import CreditorId, PersonId
from models.labels import outcome_label, result_label, task_label
from models.remedies import Remedy
from models.task_kinds import TaskKind
from models.user_enums import Role

FURTHEST_CALLBACK_DAYS = 60


@dataclass(frozen=True, slots=True)
class CallResult:
    """A call result as the collector records it. Amounts in cents, `at` in UTC.

    `time_at` is the local time of a callback; `patient`: the patient died, not the guarantor;
    `sure`: the date of death is right although a service is later; `only`: the accounts that it is about, if not all;
    `verified`: how the person's identity was verified.
    """

    code: str
    at: str
    amount_cents: int | None = None
    on: date | None = None
    note: str | None = None
    time_at: time | None = None
    patient: bool = False
    only: tuple[str, ...] = ()
    sure: bool = False
    verified: Verified | None = None


@dataclass(frozen=True, slots=True)
class _Call:
    """A call as it is recorded: the person and the accounts; `task` is None for an inbound call. `instead_of` is the
    call whose result was undone, and that this result replaces."""

    task: AnyRow | None
    guarantor: AnyRow
    creditor_id: CreditorId
    accounts: tuple[AnyRow, ...]
    disposition: Disposition
    said: CallResult
    instead_of: int | None = None

    @property
    def number(self) -> int:
        """The task's number; 0 where there was none."""
        return 0 if self.task is None else self.task.id


def record_call_result(tx: Transaction, task_id: int, said: CallResult) -> int:
    """Record a call result and apply its disposition; returns the number of the call. Raises Refused, and changes
    nothing.

    A call against a rule or the guarantor's request is recorded anyway, with a task for a manager.
    """
    disposition = _known(tx, said)
    task = tx.conn.execute(sa.select(TASK).where(TASK.c.id == task_id).with_for_update()).first()
    if task is None:
        raise NotFound(f"there is no task {task_id}", remedy=Remedy.LIST_CALLS)
    if task.kind != TaskKind.CALL:
        raise BadInput(f"task {task_id} is not a call ({task_label(task.kind)})", "record call results on calls only")
    if task.state != TaskState.OPEN.value:
        raise Refused(
            f"task {task_id} was closed on {task.closed_on} ({outcome_label(task.kind, task.outcome)})",
            "nothing was changed",
        )
    if task.in_progress_by is not None and task.in_progress_by != tx.actor:
        raise Refused(
            f"{task.in_progress_by} is on call {task_id}",
            "wait until the call is returned to the queue, or ask a manager to reassign it",
        )
    call = _call(
        tx, task, task.guarantor_id, task.creditor_id, disposition, said, accounts_in_call(tx.conn, [task])[task_id]
    )
    call = replace(call, instead_of=task.redo_attempt_id)
    if disposition.counts and call.instead_of is None:
        _look_for_wrong(tx, call)
    number = _write(tx, call)
    _move_task(tx, task, call)
    return number


def record_inbound_call(tx: Transaction, account_id: int, said: CallResult, *, instead_of: int | None = None) -> int:
    """Record an inbound call about a guarantor's accounts at this creditor; returns its number. Raises Refused.

    It counts as a conversation, not as one of our calls; an open call to the guarantor is completed if the
    disposition closes calls. `instead_of` is an inbound call whose result was undone.
    """
    disposition = _known(tx, said)
    account = tx.conn.execute(sa.select(ACCOUNT).where(ACCOUNT.c.id == account_id)).one()
    query = open_call_of(account.guarantor_id, account.creditor_id)
    task = tx.conn.execute(query.with_for_update()).first()
    mine = accounts_of_pair(tx.conn, account.guarantor_id, account.creditor_id)
    ids = sorted({account_id, *owing_of(tx.conn, mine)})
    call = _call(tx, None, account.guarantor_id, account.creditor_id, disposition, said, ids)
    number = _write(tx, replace(call, instead_of=instead_of))
    if task is not None and disposition.closes:
        close_tasks(tx, [task.id], TaskState.DONE, f"inbound call: {result_label(said.code)}")
    elif task is not None and disposition.does is Does.CALLBACK and said.on is not None:
        appointment = _appointment(task, said, said.on, tx.business_date)
        tx.conn.execute(sa.update(TASK).where(TASK.c.id == task.id).values(**appointment))
    return number


def _call(
    tx: Transaction,
    task: AnyRow | None,
    guarantor: PersonId,
    creditor: CreditorId,
    disposition: Disposition,
    said: CallResult,
    ids: Sequence[int],
) -> _Call:
    query = sa.select(ACCOUNT).where(ACCOUNT.c.id.in_(ids)).order_by(ACCOUNT.c.id).with_for_update()
    accounts = tuple(tx.conn.execute(query))
    if said.only:
        strange = set(said.only) - {account.number for account in accounts}
        if strange:
            known = ", ".join(account.number for account in accounts)
            raise Refused(f"account {sorted(strange)[0]} is not part of this call", f"the call is about {known}")
        accounts = tuple(account for account in accounts if account.number in said.only)
    person = tx.conn.execute(sa.select(PERSON).where(PERSON.c.id == guarantor)).one()
    call = _Call(task, person, creditor, accounts, disposition, said)
    _refuse_wrong(call, tx.business_date)
    return call


_NEEDED = {Needs.AMOUNT: "an amount", Needs.DATE: "a date"}


def _known(tx: Transaction, said: CallResult) -> Disposition:
    check_length(said.note)
    table = dispositions_now(tx.conn)
    disposition = table.get(said.code)
    if disposition is None:
        raise BadInput(f'"{said.code}" is not a call result', f"the results are {', '.join(sorted(table))}")
    for need, given in ((Needs.AMOUNT, said.amount_cents), (Needs.DATE, said.on)):
        if need in disposition.needs and given is None:
            raise BadInput(f'the call result "{result_label(said.code)}" needs {_NEEDED[need]}', field=need)
    return disposition


def _refuse_wrong(call: _Call, today: date) -> None:
    said = call.said
    match call.disposition.does:
        case Does.PROMISE:
            refuse_wrong_promise(said.amount_cents or 0, said.on or today, call.accounts, today)
        case Does.CALLBACK if said.on is not None and said.on < today:
            raise BadInput(f"a callback on {said.on} is in the past", f"today is {today}")
        case Does.CALLBACK if said.on is not None and (said.on - today).days > FURTHEST_CALLBACK_DAYS:
            raise BadInput(f"a callback on {said.on} is more than {FURTHEST_CALLBACK_DAYS} days away")
        case Does.CALLBACK if said.time_at is not None and not OPENS <= said.time_at < CLOSES:
            raise Refused(
                f"a callback at {said.time_at:%H:%M} patient time is outside calling hours",
                f"choose a time from {OPENS:%H:%M} to {CLOSES:%H:%M}",
            )
        case _:
            pass


def _look_for_wrong(tx: Transaction, call: _Call) -> None:
    """A call that should not have been made is a task for a manager; the result is recorded anyway."""
    assert call.task is not None
    at = datetime.fromisoformat(call.said.at)
    listed, kept = list_tasks(tx.conn, [call.task], tx.business_date)
    why = None
    if kept:
        why = kept[0].stop.reason
    elif listed and listed[0].window_start.date() <= at.date() <= listed[0].window_end.date():
        # If the recorded call is another day's, the hour of recording means nothing.
        outside = all(not window.start <= at <= window.end for window in listed[0].windows)
        why = "outside the guarantor's calling hours" if outside else None
    if why is not None:
        about = tuple(account.id for account in call.accounts)
        reason = f"Call made against a rule: {why}"
        open_tasks(
            tx,
            [NewTask(TaskKind.CALL_AGAINST_RULE, Role.MANAGER, reason, call.guarantor.id, call.creditor_id, about, 1)],
        )


def _write(tx: Transaction, call: _Call) -> int:
    said, disposition = call.said, call.disposition
    number = _new_attempt(tx, call) if call.instead_of is None else _changed_attempt(tx, call, call.instead_of)
    tx.record_all(
        CallMade(
            account_id=account.id,
            task=call.number,
            disposition=said.code,
            talked=disposition.talked,
            note=said.note,
            inbound=call.task is None,
            verified=None if said.verified is None else said.verified.value,
        )
        for account in call.accounts
    )
    _follow(tx, call)
    return number


def _new_attempt(tx: Transaction, call: _Call) -> int:
    said, person = call.said, call.guarantor
    dialled = person.phone or person.mobile
    number = tx.ids(ContactAttempt, 1)[0]
    row: ColumnValues = {
        "id": number,
        "task_id": None if call.task is None else call.task.id,
        "guarantor_id": person.id,
        "creditor_id": call.creditor_id,
        "kind": "call",
        "made_on": tx.business_date,
        "at": said.at,
        "made_by": tx.actor,
        "phone": dialled,
        "weekday": tx.business_date.weekday(),
        "hour": local_hour(datetime.fromisoformat(said.at), person.zip, dialled),
        "inbound": call.task is None,
        "asked_on": _asked_on(call.task, tx.business_date),
        **_result(call),
    }
    tx.insert(ContactAttempt, [row])
    return number


def _changed_attempt(tx: Transaction, call: _Call, number: int) -> int:
    """The right result takes the place of the one that was undone: who called when, and which number, stays."""
    tx.conn.execute(sa.update(CONTACT).where(CONTACT.c.id == number).values(**_result(call)))
    return number


def _result(call: _Call) -> ColumnValues:
    said, disposition = call.said, call.disposition
    return {
        "disposition": said.code,
        "talked": disposition.talked,
        "counts": disposition.counts and call.task is not None,
        "note": said.note,
        "verified_by": None if said.verified is None else said.verified.value,
    }


def _follow(tx: Transaction, call: _Call) -> None:
    disposition, said, accounts = call.disposition, call.said, call.accounts
    ids = [account.id for account in accounts]
    if disposition.does is Does.PROMISE and said.amount_cents is not None and said.on is not None:
        promise(tx, call.guarantor.id, call.creditor_id, accounts, said.amount_cents, said.on)
        own(tx, call.guarantor.id, call.creditor_id, "promise to pay recorded")
    if disposition.does is Does.CALLBACK:
        own(tx, call.guarantor.id, call.creditor_id, "callback scheduled")
    if disposition.does is Does.DEATH:
        _death(tx, call)
    if disposition.hold is not None:
        days = disposition.hold_days
        until = None if days is None else tx.business_date + timedelta(days=days)
        holds = {hold_for(disposition.hold, one, scope=disposition.scope, until=until): None for one in accounts}
        open_holds(tx, list(holds))
    if disposition.task is not None:
        follow = disposition.task
        why = disposition.says + (f": {said.note}" if said.note else "")
        new = NewTask(follow.kind, follow.role, why, call.guarantor.id, call.creditor_id, tuple(ids), follow.due_days)
        open_tasks(tx, [new])
    if disposition.letter is not None and ids:
        answer(tx, disposition.letter, ids)
    if disposition.then.finish or disposition.then.resume_at is not None:
        jump(tx, ids, disposition.then, disposition.says)


def _death(tx: Transaction, call: _Call) -> None:
    """The deceased is the guarantor, or the patient of these accounts."""
    persons = {account.patient_id for account in call.accounts} if call.said.patient else {call.guarantor.id}
    source = f"reported by phone{f': {call.said.note}' if call.said.note else ''}"
    if len(persons) > 1:
        numbers = ", ".join(account.number for account in call.accounts)
        raise Refused(f"accounts {numbers} have different patients", "name the account that is meant", field="account")
    for person in persons:
        if call.said.on is None:
            suspect_death(tx, person, source)
        else:
            check_services(tx, person, call.said.on, sure=call.said.sure)
            record_death(tx, person, call.said.on, source, confirmed=False)


def _move_task(tx: Transaction, task: AnyRow, call: _Call) -> None:
    disposition, said = call.disposition, call.said
    closes = disposition.closes
    if disposition.does is Does.BAD_NUMBER:
        # If another number is on file, the call continues there.
        closes = not drop_number(tx, call.guarantor.id, disposition.says)
    made = task.attempts_made + 1
    used_up = made >= task.attempts_allowed and disposition.does not in (Does.CALLBACK, Does.BAD_NUMBER)
    if closes or used_up:
        if tx.conn.execute(sa.select(TASK.c.state).where(TASK.c.id == task.id)).scalar_one() == TaskState.OPEN.value:
            state = TaskState.DONE if closes else TaskState.GIVEN_UP
            close_tasks(tx, [task.id], state, said.code)
        return
    days = task.every_days if disposition.next_try_days is None else disposition.next_try_days
    again = tx.business_date + timedelta(days=1 if disposition.does is Does.BAD_NUMBER else days)
    values: dict[str, object] = {
        "attempts_made": made,
        "not_before_on": again,
        "in_progress_by": None,
        "in_progress_since": None,
        "redo_attempt_id": None,
    }
    if disposition.does is Does.CALLBACK and said.on is not None:
        values |= _appointment(task, said, said.on, tx.business_date)
    elif task.callback_on is not None:
        # The callback was attempted; the next attempt is no longer an appointment.
        values |= {"callback_on": None, "callback_time": None, "callback_asked_on": None}
    tx.conn.execute(sa.update(TASK).where(TASK.c.id == task.id).values(**values))


def _appointment(task: AnyRow, said: CallResult, on: date, today: date) -> dict[str, object]:
    """What a callback that the guarantor asked for today changes in a call."""
    latest = max(task.give_up_on or on, on + timedelta(days=task.every_days))
    at = None if said.time_at is None else said.time_at.replace(second=0, microsecond=0)
    return {
        "callback_on": on,
        "callback_time": at,
        "callback_asked_on": today,
        "give_up_on": latest,
        "not_before_on": on,
    }


def _asked_on(task: AnyRow | None, today: date) -> date | None:
    """When the guarantor requested the call that is made today; None if it is not a callback for today."""
    if task is None or task.callback_on != today:
        return None
    return task.callback_asked_on


def calls_over(conn: Connection, today: date) -> list[int]:
    """The expired open calls."""
    query = sa.select(TASK.c.id).where(OPEN, TASK.c.kind == TaskKind.CALL, TASK.c.give_up_on < today)
    return sorted(conn.execute(query).scalars())


def give_up_calls(tx: Transaction, task_ids: Sequence[int]) -> Counts:
    """Close expired calls; returns how many."""
    close_tasks(tx, task_ids, TaskState.GIVEN_UP, "not reached before the call expired")
    return Counts({Count.CALLS_GIVEN_UP: len(task_ids)})


__all__ = [
    "CallResult",
    "Refused",
    "calls_over",
    "give_up_calls",
    "record_call_result",
    "record_inbound_call",
]

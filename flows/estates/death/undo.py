"""A report of death was wrong: the matter is annulled, the holds are released, and all activity resumes."""

from collections import Counter
from collections.abc import Mapping, Sequence

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from flows.accounts.happenings import NOT_PENDING, NewTask, close_tasks, open_tasks, wake
from flows.accounts.holds import clear_holds
from flows.agency_handoff.placement.wrong_death import death_was_none
from flows.arrangements.nightly import watch
from flows.arrangements.queries import accounts_of, arrangement_row
from flows.correspondence.letters.queries import LETTER
from flows.correspondence.queue import queue_beside
from flows.estates.liability.spouse_undo import give_back
from flows.estates.matters.queries import (
    ACCOUNT,
    HOLD,
    MATTER,
    PAPER,
    PERSON,
    REFERRAL,
    accounts_of_matters,
    matters_of_person,
)
from flows.estates.payments.ledger import paid_cents
from flows.people.queries import accounts_concerned, person_of, running_matters
from flows.schedules.schedule import Trigger
from models import DeathStop, Enrollment, Promise, Task, TaskAccount
from models.columns import AnyRow, ColumnValues, in_keys, table
from models.database import Transaction, group_by_key
from models.enums import HoldKind, PromiseState, TaskState
from models.errors import NotPermitted, Refused
from models.estate_enums import MatterState, Stopped
from models.estate_events import DeathUndone, MatterMoved
from models.events import TaskOpened
from models.letter_events import LetterQueuedAgain
from models.remedies import Remedy
from models.task_kinds import TaskKind
from models.user_enums import Role
from models.values import dollars

DEATH_STOP = table(DeathStop)
ENROLLMENT = table(Enrollment)
PROMISE = table(Promise)
TASK = table(Task)
TASK_ACCOUNT = table(TaskAccount)

DESK = Role.ESTATE_DESK.label


def undo_death(tx: Transaction, person_id: int, why: str, role: Role = Role.ESTATE_DESK) -> Counter[str]:
    """The person is living, or another was meant: resume what stopped; returns the counts, by word.

    Raises Refused where no death is recorded. Where a claim was filed or the estate paid, only a manager is allowed.
    """
    refuse_undo(tx.conn, person_id, role)
    given_back = give_back(tx, person_id, why)
    person = person_of(tx.conn, person_id)
    accounts = accounts_concerned(tx, person_id)
    ids = [account.id for account in accounts]
    held = _death_holds(tx, person_id, ids)
    matters = running_matters(tx.conn, person_id)
    if person.death_date is None and not held and not matters:
        raise Refused("no report of death is on record for this person", "nothing to undo")
    values = {"death_date": None, "version": PERSON.c.version + 1}
    tx.conn.execute(sa.update(PERSON).where(PERSON.c.id == person_id).values(**values))
    for account in accounts:
        who = "guarantor" if account.guarantor_id == person_id else "patient"
        tx.record(DeathUndone(account_id=account.id, who=who, reason=why))
    counts = Counter(matters=_annul(tx, matters, why, role), spouses=given_back)
    clear_holds(tx, held, f"the report of death was wrong: {why}")
    _close_desk_tasks(tx, ids)
    _drop_pending(tx, ids)
    counts.update(_resume(tx, person_id))
    watch(tx, ids)
    wake(tx, ids)
    return counts


def refuse_undo(conn: Connection, person_id: int, role: Role) -> None:
    """Raise Refused if only a manager may annul a report of death: a claim was filed, or the estate paid."""
    if role is Role.MANAGER:
        return
    for matter in matters_of_person(conn, person_id):
        paid = paid_cents(conn, matter.id)
        done = [f"a claim of {dollars(matter.claim_cents)} was filed on {matter.filed_on}"] if matter.filed_on else []
        done += [f"the estate paid {dollars(paid)}"] if paid > 0 else []
        if done:
            raise NotPermitted(
                f"matter {matter.id}: {' and '.join(done)}; only a manager can annul the report of death. "
                f"{_would_resume(conn, person_id)}",
                "withdraw the claim and return the money separately",
                remedy=Remedy.AS_MANAGER,
            )


_RESUMES: Mapping[Stopped, tuple[str, str]] = {
    Stopped.LETTER: ("voided letter", "voided letters"),
    Stopped.CALL: ("call", "calls"),
    Stopped.PROMISE: ("promise to pay", "promises to pay"),
    Stopped.PLACEMENT: ("placement with an agency", "placements with agencies"),
    Stopped.DRAFTS: ("automatic payment", "automatic payments"),
    Stopped.GUARANTOR: ("account for which the spouse is responsible", "accounts for which the spouse is responsible"),
}


def _resumed(kind: Stopped, count: int) -> str:
    one, many = _RESUMES[kind]
    return one if count == 1 else many


def _would_resume(conn: Connection, person_id: int) -> str:
    """What the annulment of a report of death resumes, in words."""
    query = (
        sa.select(DEATH_STOP.c.kind, sa.func.count(sa.distinct(DEATH_STOP.c.key)))
        .where(DEATH_STOP.c.person_id == person_id, DEATH_STOP.c.resumed_on.is_(None))
        .group_by(DEATH_STOP.c.kind)
        .order_by(DEATH_STOP.c.kind)
    )
    stopped = "".join(f", {count} {_resumed(Stopped(kind), count)}" for kind, count in conn.execute(query))
    return f"This resumes the schedules of all accounts{stopped}"


def _death_holds(tx: Transaction, person_id: int, ids: Sequence[int]) -> list[int]:
    whose = sa.or_(HOLD.c.person_id == person_id, in_keys(HOLD.c.account_id, list(ids)))
    query = sa.select(HOLD.c.id).where(whose, HOLD.c.kind == HoldKind.DECEASED.value, HOLD.c.cleared_on.is_(None))
    return sorted(tx.conn.execute(query).scalars())


def _annul(tx: Transaction, matters: Sequence[AnyRow], why: str, role: Role) -> int:
    accounts = accounts_of_matters(tx.conn, [matter.id for matter in matters])
    for matter in matters:
        values = {
            "state": MatterState.ANNULLED.value,
            "closed_on": tx.business_date,
            "review_on": None,
            "action_due_on": None,
            "reason": why,
            "version": MATTER.c.version + 1,
        }
        tx.conn.execute(sa.update(MATTER).where(MATTER.c.id == matter.id).values(**values))
        tx.record_all(
            MatterMoved(
                account_id=key,
                matter=matter.id,
                before=matter.state,
                after=MatterState.ANNULLED.value,
                reason=why,
                source=tx.actor,
                source_on=tx.business_date,
                role=role.value,
            )
            for key in accounts.get(matter.id, ())
        )
        over = sa.update(REFERRAL).where(REFERRAL.c.matter_id == matter.id, REFERRAL.c.ended_on.is_(None))
        tx.conn.execute(over.values(ended_on=tx.business_date, status=f"annulled: {why}"))
        _answer_for(tx, matter, accounts.get(matter.id, []))
    return len(matters)


def _answer_for(tx: Transaction, matter: AnyRow, accounts: Sequence[int]) -> None:
    """Follow up on sent documents: an apology, and withdrawal of a filed claim."""
    sent = sa.select(PAPER.c.id).where(PAPER.c.matter_id == matter.id, PAPER.c.sent_on.is_not(None))
    if not accounts or tx.conn.execute(sent.limit(1)).first() is None:
        return
    first = tx.conn.execute(sa.select(ACCOUNT).where(ACCOUNT.c.id == accounts[0])).one()
    reason = f"Matter {matter.id} was annulled after documents were sent: send an apology, and withdraw any filed claim"
    about = tuple(accounts)
    open_tasks(
        tx, [NewTask(TaskKind.ESTATE_APOLOGY, Role.MANAGER, reason, first.guarantor_id, first.creditor_id, about, 1)]
    )


def _close_desk_tasks(tx: Transaction, ids: Sequence[int]) -> None:
    query = (
        sa.select(TASK.c.id)
        .join(TASK_ACCOUNT, TASK_ACCOUNT.c.task_id == TASK.c.id)
        .where(in_keys(TASK_ACCOUNT.c.account_id, list(ids)), TASK.c.state == TaskState.OPEN.value)
        .where(sa.or_(TASK.c.role == DESK, TASK.c.kind.in_((TaskKind.STOP_DRAFTS, TaskKind.ESTATE_DEADLINE_MANAGER))))
    )
    open_ = sorted(set(tx.conn.execute(query).scalars()))
    close_tasks(tx, open_, TaskState.CANCELLED, "the report of death was wrong")


def _drop_pending(tx: Transaction, ids: Sequence[int]) -> None:
    """Clear the pending schedule steps that the death triggered."""
    tx.conn.execute(
        sa.update(ENROLLMENT)
        .where(
            in_keys(ENROLLMENT.c.account_id, list(ids)), ENROLLMENT.c.pending_trigger == Trigger.DEATH_REPORTED.value
        )
        .values(**NOT_PENDING)
    )


def _resume(tx: Transaction, person_id: int) -> Counter[str]:
    """Resume what the death stopped, unless it was already resumed."""
    query = sa.select(DEATH_STOP).where(DEATH_STOP.c.person_id == person_id, DEATH_STOP.c.resumed_on.is_(None))
    stops = tx.conn.execute(query.order_by(DEATH_STOP.c.id)).all()
    by_kind = group_by_key((Stopped(stop.kind), stop) for stop in stops)
    counts = Counter(
        calls=_reopen_calls(tx, [stop.key for stop in by_kind.get(Stopped.CALL, ())]),
        letters=_send_again(tx, by_kind.get(Stopped.LETTER, [])),
        placements=_place_again(tx, [stop.key for stop in by_kind.get(Stopped.PLACEMENT, ())]),
        promises=_promise_again(tx, [stop.key for stop in by_kind.get(Stopped.PROMISE, ())]),
        drafts=_draft_again(tx, by_kind.get(Stopped.DRAFTS, [])),
    )
    done = sa.update(DEATH_STOP).where(in_keys(DEATH_STOP.c.id, [stop.id for stop in stops]))
    tx.conn.execute(done.values(resumed_on=tx.business_date))
    return counts


def _reopen_calls(tx: Transaction, keys: Sequence[int]) -> int:
    """Reopen closed calls with the attempts that were left; a call opened since then is kept instead."""
    resumed = 0
    for task in tx.conn.execute(sa.select(TASK).where(in_keys(TASK.c.id, keys)).order_by(TASK.c.id)).all():
        mine = sa.and_(
            TASK.c.guarantor_id == task.guarantor_id,
            TASK.c.creditor_id == task.creditor_id,
            TASK.c.kind == TaskKind.CALL,
            TASK.c.state == TaskState.OPEN.value,
        )
        if tx.conn.execute(sa.select(TASK.c.id).where(mine)).first() is not None:
            continue
        values: ColumnValues = {
            "state": TaskState.OPEN.value,
            "closed_on": None,
            "outcome": None,
            "not_before_on": tx.business_date,
            "in_progress_by": None,
            "in_progress_since": None,
        }
        if task.give_up_on is not None and task.closed_on is not None:
            # The deadline of the call is extended by the days that it was closed.
            values["give_up_on"] = task.give_up_on + (tx.business_date - task.closed_on)
        tx.conn.execute(sa.update(TASK).where(TASK.c.id == task.id).values(**values))
        about = sa.select(TASK_ACCOUNT.c.account_id).where(TASK_ACCOUNT.c.task_id == task.id)
        tx.record_all(
            TaskOpened(
                account_id=key,
                task=task.id,
                task_kind=TaskKind.CALL,
                role=task.role,
                reason="The report of death was wrong: the call resumes",
            )
            for key in sorted(tx.conn.execute(about).scalars())
        )
        resumed += 1
    return resumed


def _send_again(tx: Transaction, stops: Sequence[AnyRow]) -> int:
    """Queue voided replies again. Letters that are steps of a schedule are sent by the schedule."""
    by_letter = group_by_key((stop.key, stop) for stop in stops)
    for letter, mine in by_letter.items():
        row = tx.conn.execute(sa.select(LETTER).where(LETTER.c.id == letter)).one()
        copied = ("guarantor_id", "creditor_id", "kind", "language", "large_print", "enclose")
        values = {name: getattr(row, name) for name in copied}
        number = queue_beside(tx, values, {stop.account_id: stop.word for stop in mine})
        tx.record_all(
            LetterQueuedAgain(
                account_id=stop.account_id,
                letter=number,
                of_letter=letter,
                letter_kind=stop.word,
                how="after the report of death was annulled",
            )
            for stop in mine
        )
    return len(by_letter)


def _place_again(tx: Transaction, keys: Sequence[int]) -> int:
    """Accounts that agencies returned are placed again, or queued for placement if the agency was notified of the
    death."""
    back = death_was_none(tx, keys)
    return back.reopened + back.queued


def _promise_again(tx: Transaction, keys: Sequence[int]) -> int:
    """Reopen a promise whose due date is in the future."""
    again = sa.and_(
        in_keys(PROMISE.c.id, keys),
        PROMISE.c.state == PromiseState.REPLACED.value,
        PROMISE.c.judge_on > tx.business_date,
    )
    return tx.conn.execute(sa.update(PROMISE).where(again).values(state=PromiseState.OPEN.value)).rowcount


def _draft_again(tx: Transaction, stops: Sequence[AnyRow]) -> int:
    """Bank drafts resume only by hand: a task asks the clerk to resume them."""
    for stop in stops:
        row = arrangement_row(tx.conn, stop.key)
        why = f"The report of death was wrong: the automatic payments of payment plan {row.id} may resume as authorized"
        about = tuple(accounts_of(tx.conn, row.id))
        open_tasks(tx, [NewTask(TaskKind.RESUME_DRAFTS, Role.CLERK, why, row.guarantor_id, row.creditor_id, about, 2)])
    return len(stops)

"""Calls of collectors: assigned, started by one at a time, returned, postponed, reassigned."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import TypedDict
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from flows.accounts.counts import Count, Counts
from flows.accounts.tasks.queries import accounts_of_tasks
from flows.calls.assigning import CallToAssign, CollectorNow, choose_collectors
from flows.calls.decide import Listed
from flows.calls.ownership import own
from flows.calls.queries import (
    CALL_OWNER,
    COLLECTOR,
    CONTACT,
    OPEN,
    PERSON,
    PROMISE,
    TASK,
    CollectorLine,
    calls_of_the_day,
    list_tasks,
)
from flows.correspondence.creditors.queries import creditor_row
from flows.settings.queries import policy_now
from letters.kinds import LANGUAGES
from models import Arrangement, Collector
from models.call_events import CallMoved
from models.columns import AnyRow, columns_as, in_keys, table
from models.database import Transaction
from models.enums import PromiseState, TaskState
from models.errors import Refused
from models.ids import TaskId
from models.labels import outcome_label
from models.remedies import Remedy
from models.task_kinds import TaskKind
from models.times import clock_text
from models.values import utc_text

ARRANGEMENT = table(Arrangement)


_ON_NO_LIST: dict[str, None] = {
    "assigned_to": None,
    "assigned_on": None,
    "in_progress_by": None,
    "in_progress_since": None,
    "redo_attempt_id": None,
}


class CollectorChanges(TypedDict, total=False):
    """What can be set about a collector. `languages` as ``en,es``; `creditors` by their ids, empty for all."""

    languages: str
    calls_a_day: int
    creditors: str
    here: bool


class DayOfCalls(TypedDict):
    """A collector's results on a day, and the calls that are left."""

    collector: str
    calls: int
    reached: int
    promises: int
    promised_cents: int
    arrangements: int
    left: int


class RefusedCall(Refused):
    """A call that can't be started or moved; the message says why, and when it can."""


def collectors_here(conn: Connection) -> list[CollectorNow]:
    """The collectors who are here, by name."""
    rows = conn.execute(sa.select(COLLECTOR).where(COLLECTOR.c.here).order_by(COLLECTOR.c.name))
    return [
        CollectorNow(row.name, frozenset(_words(row.languages)), row.calls_a_day, frozenset(_words(row.creditors)))
        for row in rows
    ]


def _words(text: str) -> list[str]:
    return [word.strip() for word in text.split(",") if word.strip()]


def set_collector(tx: Transaction, name: str, changes: CollectorChanges) -> CollectorLine:
    """Add a collector, or change what they do; returns what is now set. A collector who is away has all calls released.

    Raises RefusedCall or BadInput for an invalid value.
    """
    if "calls_a_day" in changes and not 1 <= changes["calls_a_day"] <= 1_000:
        raise RefusedCall(f"{changes['calls_a_day']} is not a valid number of calls a day", "enter 1 to 1000")
    if "languages" in changes and not _words(changes["languages"]):
        raise RefusedCall("a collector needs at least one language", f"enter codes such as {','.join(LANGUAGES)}")
    for creditor in _words(changes.get("creditors", "")):
        creditor_row(tx.conn, creditor)
    mine = COLLECTOR.c.name == name
    if tx.conn.execute(sa.select(COLLECTOR.c.name).where(mine)).first() is None:
        tx.insert(Collector, [{"name": name, **changes}])
    elif changes:
        tx.conn.execute(sa.update(COLLECTOR).where(mine).values(**changes))
    if changes.get("here") is False:
        release_all_calls(tx, name)
    return columns_as(CollectorLine, tx.conn.execute(sa.select(COLLECTOR).where(mine)).one())


def assign_calls(tx: Transaction) -> Counts:
    """Assign today's calls to the collectors who are here; calls that fit no collector stay open to all."""
    assigned, counts = calls_to_assign(tx.conn, tx.business_date)
    put_on_lists(tx, assigned)
    return counts


def calls_to_assign(conn: Connection, today: date) -> tuple[dict[int, str], Counts]:
    """The collector of each of today's calls, by task, and the counts; nothing is written."""
    collectors = collectors_here(conn)
    if not collectors:
        return {}, Counts()
    listed, _ = calls_of_the_day(conn, today)
    owners = _owners(conn, sorted({call.group.person.id for call in listed}))
    calls = [
        CallToAssign(
            TaskId(call.task.id),
            call.group.person.id,
            call.group.creditor.external_id,
            call.group.person.language,
            owners.get((call.group.person.id, call.group.creditor.id)),
            call.task.assigned_to,
        )
        for call in listed
    ]
    assigned = choose_collectors(calls, collectors)
    return assigned, Counts({Count.CALLS_DEALT: len(assigned), Count.CALLS_IN_THE_POOL: len(listed) - len(assigned)})


def put_on_lists(tx: Transaction, assigned: Mapping[int, str]) -> None:
    """Assign calls that are still open to collectors, by task."""
    rows = [{"key": task, "name": name, "day": tx.business_date} for task, name in assigned.items()]
    if rows:
        assign_one = sa.update(TASK).where(TASK.c.id == sa.bindparam("key"), TASK.c.state == TaskState.OPEN.value)
        tx.conn.execute(assign_one.values(assigned_to=sa.bindparam("name"), assigned_on=sa.bindparam("day")), rows)


def _owners(conn: Connection, guarantors: list[int]) -> dict[tuple[int, int], str]:
    query = sa.select(CALL_OWNER).where(in_keys(CALL_OWNER.c.guarantor_id, guarantors))
    return {(row.guarantor_id, row.creditor_id): row.collector for row in conn.execute(query)}


def take(tx: Transaction, task_id: int, now: datetime | None) -> Listed:
    """Start a call, so that no other collector can start it or another call to the same guarantor; returns the call.

    `now` is the instant of calling, in UTC; None leaves the hour out of it. Raises RefusedCall when a rule, a hold, the
    hour or another collector blocks it, with the collector or the date.
    """
    task = locked_call(tx, task_id)
    # Two collectors must not call the same person, so the person is locked, whichever call each wants.
    tx.conn.execute(sa.select(PERSON.c.id).where(PERSON.c.id == task.guarantor_id).with_for_update()).one()
    others = sa.select(TASK.c.in_progress_by).where(
        OPEN, TASK.c.kind == TaskKind.CALL, TASK.c.guarantor_id == task.guarantor_id, TASK.c.in_progress_by.is_not(None)
    )
    for name in tx.conn.execute(others).scalars():
        if name != tx.actor:
            raise RefusedCall(f"{name} is on a call with this guarantor", "choose another call")
    listed, kept = list_tasks(tx.conn, [locked_call(tx, task_id)], tx.business_date, now)
    if not listed:
        why = kept[0].stop if kept else None
        when = f"before {why.until}" if why is not None and why.until is not None else "today"
        raise RefusedCall(f"call {task_id} can't be made {when}: {why.reason if why else 'the balance is zero'}")
    call = listed[0]
    if now is not None and not call.open_at(now):
        opens = call.opens_next(now)
        when = "calling hours are over for today" if opens is None else _opens(tx, opens)
        raise RefusedCall(f"call {task_id} is outside the guarantor's calling hours", when)
    at = None if now is None else utc_text(now)
    tx.conn.execute(sa.update(TASK).where(TASK.c.id == task_id).values(in_progress_by=tx.actor, in_progress_since=at))
    return call


def _opens(tx: Transaction, opens: datetime) -> str:
    """When the guarantor may be called, on the practice's clock: ``calling hours start at 9:05 AM ET``."""
    zone = ZoneInfo(policy_now(tx.conn).time_zone)
    return f"calling hours start at {clock_text(opens, zone)}"


def release_call(tx: Transaction, task_id: int) -> None:
    """Return a started call to the queue; it stays on the list. Raises RefusedCall if it is another collector's."""
    task = locked_call(tx, task_id)
    if task.in_progress_by not in (None, tx.actor):
        raise RefusedCall(
            f"{task.in_progress_by} is on call {task_id}", "only they can return it, or a manager can reassign it"
        )
    back = {"in_progress_by": None, "in_progress_since": None, "redo_attempt_id": None}
    tx.conn.execute(sa.update(TASK).where(TASK.c.id == task_id).values(**back))


def postpone_call(tx: Transaction, task_id: int, reason: str) -> None:
    """Postpone a call to tomorrow, when any collector can get it. Raises RefusedCall if it is another collector's."""
    release_call(tx, task_id)
    tomorrow = tx.business_date + timedelta(days=1)
    values = {"assigned_to": None, "assigned_on": None, "not_before_on": tomorrow}
    tx.conn.execute(sa.update(TASK).where(TASK.c.id == task_id).values(**values))
    _record(tx, task_id, f"postponed to {tomorrow}", reason)


def reassign(tx: Transaction, task_id: int, collector: str, reason: str) -> None:
    """Reassign a call, and the guarantor's next ones, to another collector. Raises RefusedCall for an unknown name."""
    task = locked_call(tx, task_id)
    if not own(tx, task.guarantor_id, task.creditor_id, reason, collector):
        known = [one.name for one in collectors_here(tx.conn)]
        raise RefusedCall(
            f'there is no collector "{collector}"', f"the collectors are {', '.join(known) or 'none yet'}"
        )
    values = {
        "assigned_to": collector,
        "assigned_on": tx.business_date,
        "in_progress_by": None,
        "in_progress_since": None,
        "redo_attempt_id": None,
    }
    tx.conn.execute(sa.update(TASK).where(TASK.c.id == task_id).values(**values))
    _record(tx, task_id, f"assigned to {collector}", reason)


def calls_on_lists(conn: Connection, _today: date) -> list[int]:
    """The open calls that are still on a collector's list."""
    held = sa.or_(TASK.c.assigned_to.is_not(None), TASK.c.in_progress_by.is_not(None))
    return sorted(conn.execute(sa.select(TASK.c.id).where(OPEN, TASK.c.kind == TaskKind.CALL, held)).scalars())


def clear_lists(tx: Transaction, task_ids: Sequence[int]) -> Counts:
    """Remove calls from the lists at the end of the day."""
    back = sa.update(TASK).where(OPEN, in_keys(TASK.c.id, task_ids)).values(**_ON_NO_LIST)
    tx.conn.execute(back)
    return Counts()


def release_all_calls(tx: Transaction, collector: str) -> int:
    """Release the calls on a collector's list at the end of the shift; returns how many."""
    held = sa.or_(TASK.c.assigned_to == collector, TASK.c.in_progress_by == collector)
    back = sa.update(TASK).where(OPEN, TASK.c.kind == TaskKind.CALL, held)
    return tx.conn.execute(back.values(**_ON_NO_LIST)).rowcount


def day_of(conn: Connection, collector: str, day: object) -> DayOfCalls:
    """A collector's results on a day: our calls, as the dashboard counts them, and the people reached by them; promises
    with their amount, payment plans, calls left."""
    made = conn.execute(
        sa.select(CONTACT.c.talked, CONTACT.c.guarantor_id).where(
            CONTACT.c.made_by == collector,
            CONTACT.c.made_on == day,
            CONTACT.c.kind == "call",
            CONTACT.c.inbound.is_(False),
        )
    ).all()
    promises = (
        conn.execute(
            sa.select(PROMISE.c.amount_cents)
            .join(
                CONTACT,
                sa.and_(
                    CONTACT.c.guarantor_id == PROMISE.c.guarantor_id,
                    CONTACT.c.made_on == PROMISE.c.made_on,
                    CONTACT.c.creditor_id == PROMISE.c.creditor_id,
                ),
            )
            .where(CONTACT.c.made_by == collector, CONTACT.c.made_on == day, CONTACT.c.disposition == "promise_to_pay")
            .where(PROMISE.c.state != PromiseState.WITHDRAWN.value)
        )
        .scalars()
        .all()
    )
    plans = sa.select(sa.func.count()).where(ARRANGEMENT.c.made_by == collector, ARRANGEMENT.c.made_on == day)
    left = sa.select(sa.func.count()).where(OPEN, TASK.c.kind == TaskKind.CALL, TASK.c.assigned_to == collector)
    return {
        "collector": collector,
        "calls": len(made),
        "reached": len({row.guarantor_id for row in made if row.talked}),
        "promises": len(promises),
        "promised_cents": sum(promises),
        "arrangements": conn.execute(plans.select_from(ARRANGEMENT)).scalar_one(),
        "left": conn.execute(left.select_from(TASK)).scalar_one(),
    }


def locked_call(tx: Transaction, task_id: int) -> AnyRow:
    """An open call, locked until the transaction ends. Raises RefusedCall if there is none."""
    task = tx.conn.execute(sa.select(TASK).where(TASK.c.id == task_id).with_for_update()).first()
    if task is None or task.kind != TaskKind.CALL:
        raise RefusedCall(f"there is no call {task_id}", remedy=Remedy.LIST_CALLS)
    if task.state != TaskState.OPEN.value:
        raise RefusedCall(f"call {task_id} was closed on {task.closed_on} ({outcome_label(task.kind, task.outcome)})")
    return task


def _record(tx: Transaction, task_id: int, what: str, reason: str) -> None:
    ids = accounts_of_tasks(tx.conn, [task_id]).get(task_id, [])
    tx.record_all(CallMoved(account_id=key, task=task_id, what=what, reason=reason) for key in ids)

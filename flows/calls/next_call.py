"""The next call of a collector: the calls are ranked without a lock, then the best free one is started."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy.engine import Connection

from flows.calls.assignment import RefusedCall, collectors_here, locked_call, take
from flows.calls.decide import Listed
from flows.calls.queries import list_tasks, open_calls
from models.columns import AnyRow
from models.database import Database, Transaction


class Wanted(NamedTuple):
    """A call that a collector can start next, and its collector when it was ranked."""

    task: int
    assigned_to: str | None


def take_next(database: Database, collector: str, today: date, now: datetime | None) -> Listed | None:
    """Start the best call on a collector's list, or of the unassigned ones; None if none is left.

    A call that they started and did not finish comes first. `now` is the instant of calling, in UTC; None leaves
    the hour out of it. Each that is tried is a short transaction of its own: only that waits for others.
    """
    for ranked in (_on_my_list, in_pool):
        with database.reading() as conn:
            wanted = [Wanted(call.task.id, call.task.assigned_to) for call in ranked(conn, collector, today, now)]
        for one in wanted:
            try:
                with database.transaction(actor=collector, business_date=today) as tx:
                    return _take_if_free(tx, one, now)
            except RefusedCall:
                # It was started, moved or closed since the calls were ranked: the next one.
                continue
    return None


def _on_my_list(conn: Connection, collector: str, today: date, now: datetime | None) -> list[Listed]:
    """The collector's started and unfinished calls, then those on their list, best first."""
    mine = [task for task in open_calls(conn, today, collector) if task.in_progress_by in (None, collector)]
    calls = _callable_now(conn, mine, today, now)
    return sorted(calls, key=lambda call: call.task.in_progress_by != collector)


def in_pool(conn: Connection, collector: str, today: date, now: datetime | None) -> list[Listed]:
    """The calls that fit a collector and are on the list of no present collector, best first."""
    known = {one.name: one for one in collectors_here(conn)}
    tasks = [task for task in open_calls(conn, today) if task.in_progress_by is None and task.assigned_to not in known]
    me = known.get(collector)
    return [
        call
        for call in _callable_now(conn, tasks, today, now)
        if me is None or me.suits(call.group.person.language, call.group.creditor.external_id)
    ]


def _callable_now(conn: Connection, tasks: Sequence[AnyRow], today: date, now: datetime | None) -> list[Listed]:
    listed, _ = list_tasks(conn, tasks, today, now)
    return [call for call in listed if now is None or call.open_at(now)]


def _take_if_free(tx: Transaction, wanted: Wanted, now: datetime | None) -> Listed:
    """Start a call that is unchanged since the calls were ranked. Raises RefusedCall if it changed."""
    task = locked_call(tx, wanted.task)
    if task.assigned_to != wanted.assigned_to or task.not_before_on is None or task.not_before_on > tx.business_date:
        raise RefusedCall(f"call {wanted.task} was reassigned meanwhile", "choose another call")
    return take(tx, wanted.task, now)

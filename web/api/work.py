"""The API for tasks, stuck accounts and manager reviews."""

from dataclasses import asdict
from typing import Annotated, Literal

from fastapi import Depends, Query

from flows.accounts.tasks.done import complete_tasks
from flows.accounts.tasks.move import assign_tasks, snooze_tasks
from flows.dunning.reviews.commands import approve, keep, place_with, write_off
from flows.dunning.reviews.queries import Review, Wanted, reviews
from flows.dunning.stuck.queries import account_row as stuck_row
from flows.dunning.stuck.queries import reason_row, stuck_for, stuck_reasons
from flows.reports.expected_recovery import recovery
from flows.reports.tasks import TaskFilter, listed_tasks
from flows.users.view_log import View
from models.enums import GateState
from web.api import values
from web.api.door import Call, Key
from web.auth.rights import Right

Skip = Annotated[int, Query(ge=0, le=1_000_000)]
Limit = Annotated[int, Query(ge=1, le=200)]


def open_work(
    call: Annotated[Call, Depends(Key(Right.SEE_TASKS))],
    kind: Annotated[str | None, Query(max_length=60)] = None,
    skip: Skip = 0,
    limit: Limit = 50,
) -> list[values.Anything]:
    """Open tasks, most urgent first: person, balance, age, days late, reason, and what to do when the task cannot be
    completed directly."""
    with call.reading() as conn:
        rows = listed_tasks(conn, call.today, TaskFilter(kind=kind), skip=skip, at_most=limit)
    call.saw([View(row.person, None, f"task {row.task}") for row in rows], "tasks")
    return [asdict(row) for row in rows]


def work_done(done: values.DoneIn, call: Annotated[Call, Depends(Key(Right.SEE_TASKS))]) -> values.DoneOut:
    """Complete tasks with one outcome: all of them, or none if one cannot be completed."""
    with call.transaction() as tx:
        count = complete_tasks(tx, done.tasks, done.outcome, roles=call.who.roles)
    return values.DoneOut(done=count)


def assign_work(given: values.AssignIn, call: Annotated[Call, Depends(Key(Right.SEE_TASKS))]) -> values.DoneOut:
    """Assign tasks to a user of their role, all or none."""
    with call.transaction() as tx:
        count = assign_tasks(tx, given.tasks, given.to, roles=call.who.roles)
    return values.DoneOut(done=count)


def snooze_work(given: values.SnoozeIn, call: Annotated[Call, Depends(Key(Right.SEE_TASKS))]) -> values.DoneOut:
    """Let tasks wait until a day, all or none. A court's deadline does not wait."""
    with call.transaction() as tx:
        count = snooze_tasks(tx, given.tasks, given.until, given.reason, roles=call.who.roles)
    return values.DoneOut(done=count)


def waiting_reviews(
    call: Annotated[Call, Depends(Key(Right.APPROVE_MONEY))],
    state: Literal["waiting", "kept"] = "waiting",
    creditor: Annotated[str | None, Query(max_length=64)] = None,
    skip: Skip = 0,
    limit: Limit = 50,
) -> list[values.Anything]:
    """Accounts waiting for a manager's review, or kept in house, longest wait first."""
    with call.reading() as conn:
        found = reviews(conn, call.today, Wanted((GateState(state),), creditor))[skip : skip + limit]
        rows = recovery(conn, call.today).rows(found)
    call.saw([View(one.guarantor_id, one.account_id) for one in found], "reviews")
    return [{**row} for row in rows]


def approve_reviews(
    what: values.ApproveIn, call: Annotated[Call, Depends(Key(Right.APPROVE_MONEY))]
) -> values.DecidedOut:
    """Approve accounts, also those kept in house, to continue on their schedules: all of them, or none."""
    with call.transaction() as tx:
        return _decided("approved", approve(tx, what.reviews, what.reason))


def keep_reviews(what: values.KeepIn, call: Annotated[Call, Depends(Key(Right.APPROVE_MONEY))]) -> values.DecidedOut:
    """Keep accounts in house until a manager approves them, or until a date on which they are reviewed again: all of
    them, or none."""
    with call.transaction() as tx:
        return _decided("kept", keep(tx, what.reviews, what.reason, what.until))


def write_off_reviews(
    what: values.ReviewWriteOffIn, call: Annotated[Call, Depends(Key(Right.APPROVE_MONEY))]
) -> values.DecidedOut:
    """Write off the balances of accounts, also of those kept in house: all of them, or none."""
    with call.transaction() as tx:
        return _decided("written_off", write_off(tx, what.reviews, what.reason))


def place_reviews(
    what: values.ReviewPlaceIn, call: Annotated[Call, Depends(Key(Right.APPROVE_MONEY))]
) -> values.DecidedOut:
    """Approve accounts for placement in another pool than that of their schedules: all of them, or none."""
    with call.transaction() as tx:
        return _decided("approved", place_with(tx, what.reviews, what.pool, what.reason))


def _decided(word: Literal["approved", "kept", "written_off"], found: list[Review]) -> values.DecidedOut:
    cents = sum(one.balance_cents for one in found)
    return values.DecidedOut(decided=word, accounts=[one.account for one in found], balance_cents=cents)


def stuck(
    call: Annotated[Call, Depends(Key(Right.HOLD_ACCOUNTS))],
    reason: Annotated[str | None, Query(max_length=80)] = None,
) -> list[values.Anything]:
    """Stuck accounts: all reasons, or the accounts of one reason, nearest payer filing deadline first."""
    with call.reading() as conn:
        if reason is None:
            return [reason_row(one) for one in stuck_reasons(conn, call.today)]
        found = stuck_for(conn, reason)
    call.saw([View(one.guarantor_id, one.id) for one in found], "stuck")
    return [stuck_row(one) for one in found]


ROUTES = (
    ("/tasks", open_work, "GET"),
    ("/tasks/done", work_done, "POST"),
    ("/tasks/assign", assign_work, "POST"),
    ("/tasks/snooze", snooze_work, "POST"),
    ("/stuck", stuck, "GET"),
    ("/reviews", waiting_reviews, "GET"),
    ("/reviews/approve", approve_reviews, "POST"),
    ("/reviews/keep", keep_reviews, "POST"),
    ("/reviews/place", place_reviews, "POST"),
    ("/reviews/write-off", write_off_reviews, "POST"),
)

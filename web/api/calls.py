"""The API for dialers: today's calls, starting one, and its result."""

from datetime import time
from typing import Annotated

from fastapi import Depends, Path, Query

from flows.calls.assignment import collectors_here, release_call, take
from flows.calls.commands import CallResult
from flows.calls.decide import Listed
from flows.calls.next_call import take_next
from flows.calls.queries import accounts_of_call, accounts_of_pair, calls_of_the_day, names_of, numbers_of
from flows.conversations.commands import complete_call
from flows.conversations.queries import call_result, recent_calls
from flows.conversations.undo import correct, undo
from flows.reports.account import events_of
from flows.users.view_log import View
from models.errors import NotFound
from models.values import BadValue, utc_text
from web.api import values
from web.api.door import Call, Key
from web.api.history import events_since
from web.auth.rights import Right, may

TaskNumber = Annotated[int, Path(ge=1, le=2**53, description="The call's number.")]


def calls(
    call: Annotated[Call, Depends(Key(Right.WORK_CALLS))],
    collector: Annotated[str | None, Query(max_length=63)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> list[values.CallOut]:
    """Today's calls, highest priority first: all calls, or one collector's list."""
    with call.reading() as conn:
        known = [one.name for one in collectors_here(conn)]
        if collector is not None and collector not in known:
            raise NotFound("the collector was not found", f"choose one of: {', '.join(known) or 'none'}")
        listed, _ = calls_of_the_day(conn, call.today, collector=collector, now=call.now)
    return _told(call, listed[:limit])


def _told(call: Call, listed: list[Listed]) -> list[values.CallOut]:
    with call.reading() as conn:
        numbers = numbers_of(conn, sorted({key for one in listed for key in one.account_ids}))
        names = names_of(conn, [one.group.person.id for one in listed])
    call.saw([View(one.group.person.id) for one in listed], "calls")
    return [
        values.CallOut(
            task=one.task.id,
            guarantor=names[one.group.person.id],
            phone=one.group.person.phone,
            language=one.group.person.language,
            window_start=one.window_start,
            window_end=one.window_end,
            open_now=one.open_at(call.now),
            priority=one.priority,
            accounts=[numbers[key] for key in one.account_ids],
            balance_cents=one.balance_cents,
            reason=one.reason,
            calls_this_week=one.calls_this_week(call.today),
            taken_by=one.task.in_progress_by,
        )
        for one in listed
    ]


def next_call(call: Annotated[Call, Depends(Key(Right.WORK_CALLS))]) -> values.CallOut | None:
    """Start the highest-priority call that can be made now; null if there is none. No other collector can start it."""
    found = take_next(call.practice.database, call.who.name, call.today, call.now)
    return None if found is None else _told(call, [found])[0].model_copy(update={"taken_by": call.who.name})


def take_one(task: TaskNumber, call: Annotated[Call, Depends(Key(Right.WORK_CALLS))]) -> values.CallOut:
    """Start one call. Refused outside calling hours, when a rule blocks it, or when a colleague has it."""
    with call.transaction() as tx:
        found = take(tx, task, call.now)
    return _told(call, [found])[0].model_copy(update={"taken_by": call.who.name})


def back(task: TaskNumber, call: Annotated[Call, Depends(Key(Right.WORK_CALLS))]) -> dict[str, int]:
    """Return a call to the queue."""
    with call.transaction() as tx:
        release_call(tx, task)
    return {"task": task}


def disposition(
    task: TaskNumber, how: values.DispositionIn, call: Annotated[Call, Depends(Key(Right.WORK_CALLS))]
) -> list[values.EventOut]:
    """Record the result of a call and what follows from it. Returns the events recorded."""
    said = _said(how, call)
    with call.reading() as conn:
        ids = accounts_of_call(conn, task)
        before = {key: len(events_of(conn, key)) for key in ids}
    with call.transaction() as tx:
        complete_call(tx, task, said)
    return events_since(call, before)


def _said(how: values.DispositionIn, call: Call) -> CallResult:
    try:
        at = None if how.at is None else time.fromisoformat(how.at)
    except ValueError:
        raise BadValue(f'"{how.at}" is not a time; enter a time such as 08:45') from None
    return CallResult(how.code, utc_text(call.now), how.amount_cents, how.on, how.note, at, how.patient, sure=how.sure)


AttemptNumber = Annotated[int, Path(ge=1, le=2**53, description="The number of the call result.")]


def results(call: Annotated[Call, Depends(Key(Right.WORK_CALLS))]) -> list[values.CallResultOut]:
    """The user's calls of today with their results, the latest first, and which can still be undone."""
    with call.reading() as conn:
        found = recent_calls(conn, call.who.name, call.now, by=call.who.name, since=call.today)
    call.saw([View(one.guarantor_id) for one in found], "calls")
    return [values.CallResultOut(**one._asdict()) for one in found]


def undo_result(attempt: AttemptNumber, call: Annotated[Call, Depends(Key(Right.WORK_CALLS))]) -> list[values.EventOut]:
    """Undo a result of the user's own within ten minutes: what followed from it is taken back."""
    before = _before(attempt, call)
    with call.transaction() as tx:
        undo(tx, attempt, call.now)
    return events_since(call, before)


def correct_result(
    attempt: AttemptNumber, how: values.CorrectionIn, call: Annotated[Call, Depends(Key(Right.WORK_CALLS))]
) -> list[values.EventOut]:
    """Replace a wrong result with the right one, with a reason. Another user's result: a manager only."""
    before = _before(attempt, call)
    with call.transaction() as tx:
        correct(tx, attempt, _said(how, call), how.reason, others=may(call.who.roles, Right.MOVE_CALLS))
    return events_since(call, before)


def _before(attempt: int, call: Call) -> dict[int, int]:
    with call.reading() as conn:
        row = call_result(conn, attempt)
        return {key: len(events_of(conn, key)) for key in accounts_of_pair(conn, row.guarantor_id, row.creditor_id)}


ROUTES = (
    ("/calls", calls, "GET"),
    ("/calls/next", next_call, "POST"),
    ("/calls/{task}/take", take_one, "POST"),
    ("/calls/{task}/back", back, "POST"),
    ("/calls/{task}/disposition", disposition, "POST"),
    ("/call-results", results, "GET"),
    ("/call-results/{attempt}/undo", undo_result, "POST"),
    ("/call-results/{attempt}/correct", correct_result, "POST"),
)

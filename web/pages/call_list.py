"""The collector's list: today's calls, the next call, the end of the shift."""

from datetime import datetime
from typing import TypedDict
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends
from sqlalchemy.engine import Connection
from starlette.responses import Response

from compliance.hours import zones_of
from flows.calls.assignment import collectors_here, day_of, release_all_calls
from flows.calls.decide import Listed
from flows.calls.next_call import in_pool, take_next
from flows.calls.queries import calls_of_the_day, count_tasks, names_of, numbers_of
from flows.conversations.queries import recent_calls
from flows.users.view_log import View
from models.task_kinds import TaskKind
from models.user_enums import Seen
from web.auth.rights import Right
from web.auth.session import Page, RequestContext, Requires
from web.rendering.templates import both_times
from web.rendering.templates import day as written

router = APIRouter()
Calls = Depends(Requires(Right.WORK_CALLS))

A_PAGE = 25


@router.get("/calls")
def my_calls(page: Page = 1, whose: str = "mine", visit: RequestContext = Calls) -> Response:
    """Today's list, highest priority first. Calls whose hours open later are below, with the time."""
    with visit.reading() as conn:
        known = [one.name for one in collectors_here(conn)]
        everybody = (visit.may(Right.MOVE_CALLS) and whose != "mine") or visit.who.name not in known
        listed, kept = calls_of_the_day(
            conn, visit.today, collector=None if everybody else visit.who.name, now=visit.now
        )
        shown = listed[(page - 1) * A_PAGE : page * A_PAGE]
        rows = _rows(conn, shown, visit)
        day = day_of(conn, visit.who.name, visit.today)
        by = visit.who.name if not visit.may(Right.MOVE_CALLS) or whose == "mine" else None
        recent = recent_calls(conn, visit.who.name, visit.now, by=by, since=visit.today)
        pool = 0 if listed or everybody else len(in_pool(conn, visit.who.name, visit.today, visit.now))
        in_all = count_tasks(conn, TaskKind.CALL).get(TaskKind.CALL, 0) if everybody else None
    visit.saw(
        Seen.CALL_LIST, [View(call.group.person.id) for call in shown] + [View(one.guarantor_id) for one in recent]
    )
    return visit.page(
        "calls.html",
        rows=rows,
        day=day,
        recent=recent,
        total=len(listed),
        kept=len(kept),
        page=page,
        a_page=A_PAGE,
        everybody=everybody,
        in_all=in_all,
        pool=pool,
        open_now=sum(1 for call in listed if call.open_at(visit.now)),
    )


class CallRow(TypedDict):
    """A call on the list of the page."""

    task: int
    name: str
    creditor: str
    language: str
    open: bool
    opens: datetime | None
    window_end: datetime
    balance_cents: int
    accounts: list[str]
    calls_this_week: int
    reason: str
    in_progress_by: str | None
    best_hour: int | None
    there: ZoneInfo


def _rows(conn: Connection, listed: list[Listed], visit: RequestContext) -> list[CallRow]:
    numbers = numbers_of(conn, sorted({key for call in listed for key in call.account_ids}))
    names = names_of(conn, [call.group.person.id for call in listed])
    return [
        {
            "task": call.task.id,
            "name": names[call.group.person.id],
            "creditor": call.group.creditor.name,
            "language": call.group.person.language,
            "open": call.open_at(visit.now),
            "opens": call.opens_next(visit.now),
            "window_end": call.window_end,
            "balance_cents": call.balance_cents,
            "accounts": [numbers[key] for key in call.account_ids],
            "calls_this_week": call.calls_this_week(visit.today),
            "reason": why_of(call, visit),
            "in_progress_by": call.task.in_progress_by,
            "best_hour": call.best_hour,
            "there": zone_of(call),
        }
        for call in listed
    ]


def zone_of(call: Listed) -> ZoneInfo:
    """The time zone of a guarantor. If several are possible, the first by name, as for the best time to reach."""
    person = call.group.person
    return ZoneInfo(min(zones_of(person.zip, person.phone, state=person.state, country=person.country)))


def why_of(call: Listed, visit: RequestContext) -> str:
    """Why a call is to be made. A callback's time is in the practice's zone, plus the guarantor's zone if it is
    different."""
    at, theirs = call.callback_at, call.task.their_time
    if call.task.callback_on is None:
        return call.reason
    if at is None or theirs is None:
        return f"Callback scheduled for {written(call.task.callback_on)}"
    return f"Callback scheduled for {both_times(at, theirs, visit.zone)}"


@router.post("/calls/next")
def next_call(visit: RequestContext = Calls) -> Response:
    """Start the highest-priority call that can be made now."""
    return go_to_next(visit, "")


def go_to_next(visit: RequestContext, done: str, undo: int = 0) -> Response:
    """Redirect to the next call, which shows the result of the previous one, and undoes it."""
    call = take_next(visit.practice.database, visit.who.name, visit.today, visit.now)
    if call is None:
        return visit.go("/calls?none=1", said=done, undo=undo)
    return visit.go(f"/calls/{call.task.id}", said=f"{done} Next call:" if done else "", undo=undo)


@router.post("/calls/day/close")
def close_day(visit: RequestContext = Calls) -> Response:
    """End the shift: unworked calls return to the pool."""
    with visit.transaction() as tx:
        release_all_calls(tx, visit.who.name)
    return visit.go("/calls", said="Shift ended. Unworked calls went back to the pool.")

"""The collector's day: my calls, the call screen, the call result, the next call."""

from datetime import date, datetime
from typing import TypedDict
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends
from sqlalchemy.engine import Connection
from starlette.responses import Response

from compliance.hours import zones_of
from flows.accounts.notes import note
from flows.arrangements.commands import Ask, create
from flows.arrangements.law import Signing
from flows.calls.assignment import (
    collectors_here,
    day_of,
    postpone_call,
    reassign,
    release_all_calls,
    release_call,
    take,
)
from flows.calls.commands import CallResult, record_call_result
from flows.calls.decide import Listed, NotListed
from flows.calls.dispositions import Does
from flows.calls.next_call import take_next
from flows.calls.queries import (
    call_now,
    call_script_inputs,
    calls_of_the_day,
    count_tasks,
    dispositions_now,
    ended_call,
    names_of,
    numbers_of,
    owners_of_tasks,
)
from flows.calls.script import script, words_after_death
from flows.estates.matters.queries import late_of_person
from flows.insurance.commands import report_insurance
from flows.insurance.decide import PROVIDED, require_named
from flows.reports.person import (
    PersonAccount,
    accounts_of_person,
    age,
    holds_of_person,
    letters_about,
    person_row,
    promises_of,
    talking_now,
    talks_with,
)
from flows.reports.person_account import sight_of
from flows.users.view_log import View
from models.database import Transaction
from models.enums import HoldKind
from models.errors import NotFound, Refused
from models.ids import PersonId
from models.labels import words
from models.task_kinds import TaskKind
from models.user_enums import Seen
from models.values import dollars, utc_text
from web.auth.rights import Right
from web.auth.session import Page, PersonKey, RequestContext, Requires, TaskKey
from web.forms.fields import NOTHING_TYPED, Typed
from web.forms.insurance import CLASSES, reported_insurance_of
from web.forms.stale import check_seen, seen_of
from web.pages.looking import ask_why
from web.pages.money import plan_request_of, quotes_of
from web.rendering.templates import Context, both_times
from web.rendering.templates import day as written

router = APIRouter()
Calls = Depends(Requires(Right.WORK_CALLS))
Movers = Depends(Requires(Right.MOVE_CALLS))
Takers = Depends(Requires(Right.TAKE_CALLS))

A_PAGE = 25
GRAVE = frozenset({HoldKind.CEASE.value, HoldKind.ATTORNEY.value, HoldKind.BANKRUPTCY.value})
"""A result that stops a person's calls permanently needs two keys: its key selects the button, Enter submits it."""


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
        in_all = count_tasks(conn, TaskKind.CALL).get(TaskKind.CALL, 0) if everybody else None
    visit.saw(Seen.CALL_LIST, [View(call.group.person.id) for call in shown])
    return visit.page(
        "calls.html",
        rows=rows,
        day=day,
        total=len(listed),
        kept=len(kept),
        page=page,
        a_page=A_PAGE,
        everybody=everybody,
        in_all=in_all,
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
            "reason": _why(call, visit),
            "in_progress_by": call.task.in_progress_by,
            "best_hour": call.best_hour,
            "there": _zone_of(call),
        }
        for call in listed
    ]


def _zone_of(call: Listed) -> ZoneInfo:
    """The time zone of a guarantor. If several are possible, the first by name, as for the best time to reach."""
    person = call.group.person
    return ZoneInfo(min(zones_of(person.zip, person.phone, state=person.state, country=person.country)))


def _why(call: Listed, visit: RequestContext) -> str:
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
    return _go_to_next(visit, "")


def _saved(conn: Connection, said: CallResult) -> str:
    """The recorded result of a call, for the page that follows it."""
    disposition = dispositions_now(conn).get(said.code)
    match None if disposition is None else disposition.does:
        case Does.PROMISE if said.amount_cents is not None:
            result = f"promise to pay {dollars(said.amount_cents)}" + (f" by {_short(said.on)}" if said.on else "")
        case Does.CALLBACK:
            result = "callback" + (f" on {_short(said.on)}" if said.on else "")
        case _:
            result = words(said.code) if disposition is None else disposition.says
    return f"Saved: {result}."


def _short(on: date) -> str:
    return f"{on:%b} {on.day}"


def _go_to_next(visit: RequestContext, done: str) -> Response:
    """Redirect to the next call, which shows the result of the previous one."""
    call = take_next(visit.practice.database, visit.who.name, visit.today, visit.now)
    if call is None:
        return visit.go("/calls?none=1", said=done)
    return visit.go(f"/calls/{call.task.id}", said=f"{done} Next call:" if done else "")


@router.post("/calls/day/close")
def close_day(visit: RequestContext = Calls) -> Response:
    """End the shift: unworked calls return to the pool."""
    with visit.transaction() as tx:
        release_all_calls(tx, visit.who.name)
    return visit.go("/calls", said="Shift ended. Unworked calls went back to the pool.")


@router.get("/calls/{task}")
def call_screen(task: TaskKey, visit: RequestContext = Calls) -> Response:
    """All information for one call on one page."""
    with visit.reading() as conn:
        call, kept = call_now(conn, task, visit.today, visit.now)
        shown = call or kept
        if shown is None:
            return _over(conn, task, visit)
        person, creditor = shown.group.person.id, shown.group.creditor.id
        everything = accounts_of_person(conn, person)
        accounts = [one for one in everything if one["creditor_id"] == creditor and one["guarantor_id"] == person]
        values = _screen(conn, person, accounts, task, visit)
        by = talking_now(conn, person)
    visit.saw(Seen.CALL, [View(one["guarantor_id"], one["id"], str(task)) for one in accounts])
    row = shown.task
    return visit.page(
        "call.html",
        call=call,
        kept=kept,
        open_now=call is not None and call.open_at(visit.now),
        opens=None if call is None else call.opens_next(visit.now),
        GRAVE=GRAVE,
        task=row,
        taken=row.in_progress_by == visit.who.name,
        talker=None if by == visit.who.name else by,
        there=None if call is None else _zone_of(call),
        why="" if call is None else _why(call, visit),
        week=0 if call is None else call.calls_this_week(visit.today),
        others=len(everything) - len(accounts),
        **values,
    )


def _over(conn: Connection, task: int, visit: RequestContext) -> Response:
    """The result of a completed call, for a user who returns to it. It names no person."""
    row = ended_call(conn, task)
    if row is None:
        raise NotFound(f"call {task} was not found", "go back to My calls")
    ended = dispositions_now(conn).get(row.outcome or "")
    return visit.page("call_ended.html", task=row, how=row.outcome if ended is None else ended.says)


def _looked_at(conn: Connection, task: int, visit: RequestContext) -> tuple[Listed | None, NotListed | None]:
    """A call, or why it cannot be made today. Raises Refused if it is completed or does not exist."""
    call, kept = call_now(conn, task, visit.today, visit.now)
    if call is None and kept is None:
        raise Refused("this call was already completed", "go back to My calls")
    return call, kept


def _owing(conn: Connection, task: int, visit: RequestContext) -> list[int]:
    """The accounts of a call that have a balance."""
    call, kept = _looked_at(conn, task, visit)
    group = call.group if call is not None else kept.group if kept is not None else None
    return [one.id for one in group.accounts if one.balance_cents > 0] if group is not None else []


def _screen(
    conn: Connection, person_id: PersonId, accounts: list[PersonAccount], task: int, visit: RequestContext
) -> Context:
    person = person_row(conn, person_id)
    said = call_script_inputs(conn, task, visit.who.full_name)
    table = dispositions_now(conn)
    simple = [
        (code, one)
        for code, one in table.items()
        if not one.needs
        and one.does not in (Does.DEATH, Does.PROMISE, Does.CALLBACK)
        and code not in ("arrangement", PROVIDED)
    ]
    return {
        "person": person,
        "age": age(person.birth_date, visit.today),
        "accounts": accounts,
        "sight": sight_of(conn, [one["id"] for one in accounts], visit.today),
        "script": None if said is None else script(*said),
        "dispositions": simple,
        "letters": letters_about(conn, [one["id"] for one in accounts]),
        "holds": holds_of_person(conn, person_id, [one["id"] for one in accounts]),
        "talks": talks_with(conn, person_id),
        "promises": promises_of(conn, person_id),
        "seen": seen_of((one["id"], one["history_seq"]) for one in accounts),
        "payer_classes": CLASSES,
        "collectors": [one.name for one in collectors_here(conn)],
        "quotes": quotes_of(conn, [one["id"] for one in accounts if one["balance_cents"] > 0], NOTHING_TYPED, visit),
    }


@router.post("/calls/{task}/quote")
def quote_again(task: TaskKey, visit: RequestContext = Calls) -> Response:
    """Other plan quotes, by the person's preferences."""
    with visit.reading() as conn:
        quotes = quotes_of(conn, _owing(conn, task, visit), visit.typed, visit)
    return visit.page("plans.html", quotes=quotes, action=f"/calls/{task}/plan", seen=visit.typed.text("seen"))


@router.post("/calls/{task}/take")
def take_one(task: TaskKey, visit: RequestContext = Calls) -> Response:
    """Start this call. It is refused if a rule, the hour or another collector blocks it."""
    with visit.transaction() as tx:
        take(tx, task, visit.now)
    return visit.go(f"/calls/{task}")


@router.post("/calls/{task}/back")
def back(task: TaskKey, visit: RequestContext = Calls) -> Response:
    """Return a call to the queue."""
    with visit.transaction() as tx:
        release_call(tx, task)
    return visit.go("/calls")


@router.post("/calls/{task}/skip")
def skip(task: TaskKey, visit: RequestContext = Calls) -> Response:
    """Postpone a call to tomorrow, and start the next one."""
    with visit.transaction() as tx:
        why, said = visit.typed.needed("reason", "Reason"), visit.typed.some("note")
        postpone_call(tx, task, f"{why}; {said}" if said else why)
    return _go_to_next(visit, "Call moved to tomorrow.")


@router.post("/calls/{task}/give")
def give(task: TaskKey, visit: RequestContext = Movers) -> Response:
    """Assign a call to another collector."""
    with visit.transaction() as tx:
        reassign(tx, task, visit.typed.needed("to", "Collector"), visit.typed.needed("reason", "Reason"))
    return visit.go("/calls?whose=all")


def said_of(typed: Typed, now: datetime) -> CallResult:
    """The call result as entered."""
    return CallResult(
        typed.needed("code", "Call result"),
        utc_text(now),
        typed.cents("amount", "Amount"),
        typed.day("on", "Date"),
        typed.some("note"),
        typed.time("at", "Time"),
        typed.flag("patient"),
    )


@router.post("/calls/{task}/done")
def done(task: TaskKey, visit: RequestContext = Calls) -> Response:
    """Record the call result, process its consequences, and start the next call."""
    said = said_of(visit.typed, visit.now)
    with visit.transaction() as tx:
        check_seen(tx.conn, visit.typed)
        died = _does(tx, said.code) is Does.DEATH
        person = owners_of_tasks(tx.conn, [task]).get(task, 0)
        told = reported_insurance_of(visit.typed, "the guarantor (phone)")
        require_named(said.code, told, said.note)
        about = [] if told is None else _owing(tx.conn, task, visit)
        record_call_result(tx, task, said)
        if told is not None:
            report_insurance(tx, about, told)
        saved = _saved(tx.conn, said)
    if died:
        return visit.go(f"/people/{person}/after-death")
    return _go_to_next(visit, saved)


def _does(tx: Transaction, code: str) -> Does | None:
    disposition = dispositions_now(tx.conn).get(code)
    return None if disposition is None else disposition.does


@router.get("/people/{person}/after-death")
def after_death(person: PersonKey, visit: RequestContext = Takers) -> Response:
    """The script and the do-not-say list for a caller who reported a death, and a form for who handles the estate."""
    with visit.reading() as conn:
        language = person_row(conn, person).language
        ask_why(conn, person, visit)
        late = late_of_person(conn, person)
    return visit.page(
        "after_death.html",
        person=person,
        words=words_after_death("en"),
        late=late,
        their_words=words_after_death(language),
    )


@router.post("/people/{person}/after-death")
def estate_handler(person: PersonKey, visit: RequestContext = Takers) -> Response:
    """Record who handles the estate, as the family reported it: a note for the estate desk on each account."""
    told = visit.typed.needed("handler", "Person handling the estate")
    with visit.transaction() as tx:
        ask_why(tx.conn, person, visit)
        for account in accounts_of_person(tx.conn, person):
            note(tx, account["id"], f"Reported by the family: the estate is handled by {told}")
    return visit.go("/", said="Saved for the estate desk in the history of each account.")


@router.post("/calls/{task}/plan")
def agree(task: TaskKey, visit: RequestContext = Calls) -> Response:
    """Set up a payment plan in a call: the plan, the call result and the confirmation in one step."""
    typed = visit.typed
    plan_request = plan_request_of(typed)
    signing = Signing(typed.cents("income", "Monthly income"))
    with visit.transaction() as tx:
        check_seen(tx.conn, typed)
        ids = tuple(_owing(tx.conn, task, visit))
        record_call_result(tx, task, CallResult("arrangement", utc_text(visit.now), note=typed.some("note")))
        create(tx, Ask(ids, plan_request, None, signing))
    return _go_to_next(visit, "Saved: payment plan set up.")

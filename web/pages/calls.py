"""One call: its screen, the moves of it, and its result."""

from datetime import date, datetime

from fastapi import APIRouter, Depends
from sqlalchemy.engine import Connection
from starlette.responses import Response

from flows.arrangements.commands import Ask, create
from flows.arrangements.law import Signing
from flows.calls.assignment import collectors_here, postpone_call, reassign, release_call, take
from flows.calls.commands import CallResult, record_call_result
from flows.calls.decide import Listed, NotListed
from flows.calls.dispositions import Does
from flows.calls.queries import call_now, call_script_inputs, dispositions_now, ended_call, owners_of_tasks
from flows.calls.script import script
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
from models.user_enums import Seen
from models.values import dollars, utc_text
from web.auth.rights import Right
from web.auth.session import RequestContext, Requires, TaskKey
from web.forms.fields import NOTHING_TYPED, Typed
from web.forms.insurance import CLASSES, reported_insurance_of
from web.forms.stale import check_seen, seen_of
from web.pages.call_list import go_to_next, why_of, zone_of
from web.pages.money import plan_request_of, quotes_of
from web.rendering.templates import Context

router = APIRouter()
Calls = Depends(Requires(Right.WORK_CALLS))
Movers = Depends(Requires(Right.MOVE_CALLS))

GRAVE = frozenset({HoldKind.CEASE.value, HoldKind.ATTORNEY.value, HoldKind.BANKRUPTCY.value})
"""A result that stops a person's calls permanently needs two keys: its key selects the button, Enter submits it."""


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
        there=None if call is None else zone_of(call),
        why="" if call is None else why_of(call, visit),
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
    return go_to_next(visit, "Call moved to tomorrow.")


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
    return go_to_next(visit, saved)


def _does(tx: Transaction, code: str) -> Does | None:
    disposition = dispositions_now(tx.conn).get(code)
    return None if disposition is None else disposition.does


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
    return go_to_next(visit, "Saved: payment plan set up.")

"""One call: its screen, the moves of it, and its result."""

from datetime import date, datetime

from fastapi import APIRouter, Depends
from sqlalchemy.engine import Connection
from starlette.responses import Response

from flows.arrangements.commands import Ask
from flows.arrangements.law import Signing
from flows.calls.assignment import collectors_here, postpone_call, reassign, release_call, take
from flows.calls.commands import CallResult
from flows.calls.decide import Listed, NotListed
from flows.calls.dispositions import Does
from flows.calls.queries import call_now, call_script_inputs, dispositions_now, ended_call, owners_of_tasks
from flows.calls.script import script
from flows.conversations.commands import complete_call
from flows.conversations.legal import read_attorney, read_bankruptcy
from flows.conversations.queries import last_result_of
from flows.reports.person import talking_now
from flows.users.view_log import View
from models.enums import Verified
from models.errors import NotFound, Refused
from models.labels import words
from models.user_enums import Seen
from models.values import dollars, utc_text
from web.auth.rights import Right
from web.auth.session import RequestContext, Requires, TaskKey
from web.forms.fields import Typed
from web.forms.insurance import reported_insurance_of
from web.forms.stale import check_seen
from web.pages.call_list import go_to_next, why_of, zone_of
from web.pages.conversation import conversation_of
from web.pages.money import plan_request_of, quotes_of

router = APIRouter()
Calls = Depends(Requires(Right.WORK_CALLS))
Movers = Depends(Requires(Right.MOVE_CALLS))


def saved_text(conn: Connection, said: CallResult) -> str:
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
        said = call_script_inputs(conn, task, visit.who.full_name)
        values, accounts = conversation_of(conn, person, creditor, None if said is None else script(*said), visit)
        by = talking_now(conn, person)
        collectors = [one.name for one in collectors_here(conn)]
    visit.saw(Seen.CALL, [View(one["guarantor_id"], one["id"], str(task)) for one in accounts])
    row = shown.task
    taken = row.in_progress_by == visit.who.name
    return visit.page(
        "talk.html",
        **values,
        inbound=False,
        base=f"/calls/{task}",
        here=f"/calls/{task}",
        account=accounts[0]["id"] if accounts else 0,
        call=call,
        kept=kept,
        open_now=call is not None and call.open_at(visit.now),
        opens=None if call is None else call.opens_next(visit.now),
        task=row,
        taken=taken,
        can_end=taken,
        collectors=collectors,
        talker=None if by == visit.who.name else by,
        there=None if call is None else zone_of(call),
        why="" if call is None else why_of(call, visit),
        week=0 if call is None else call.calls_this_week(visit.today),
    )


def _over(conn: Connection, task: int, visit: RequestContext) -> Response:
    """The result of a completed call, for a user who returns to it. It names no person."""
    row = ended_call(conn, task)
    if row is None:
        raise NotFound(f"call {task} was not found", "go back to My calls")
    ended = dispositions_now(conn).get(row.outcome or "")
    recent = last_result_of(conn, task, visit.who.name, visit.now)
    return visit.page("call_ended.html", task=row, how=row.outcome if ended is None else ended.says, recent=recent)


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


def said_of(typed: Typed, now: datetime, today: date) -> CallResult:
    """The call result as entered. An attorney or a bankruptcy is one sentence of the note."""
    code = typed.needed("code", "Call result")
    told = _legal(code, typed, today)
    note = "; ".join(part for part in (told, typed.text("note")) if part)
    return CallResult(
        code,
        utc_text(now),
        typed.cents("amount", "Amount"),
        typed.day("on", "Date"),
        note or None,
        typed.time("at", "Time"),
        typed.flag("patient"),
        sure=typed.flag("sure"),
        verified=typed.some_word("verified", Verified),
    )


def _legal(code: str, typed: Typed, today: date) -> str | None:
    if code == "attorney" and (typed.some("firm") or typed.some("phone")):
        return read_attorney(typed.some("firm"), typed.some("phone")).sentence()
    chapter = typed.some("chapter")
    if code == "bankruptcy" and (chapter or typed.some("case") or typed.some("court") or typed.some("filed_on")):
        filed = typed.day("filed_on", "Filed on")
        return read_bankruptcy(chapter, typed.some("court"), typed.some("case"), filed, today).sentence()
    return None


@router.post("/calls/{task}/done")
def done(task: TaskKey, visit: RequestContext = Calls) -> Response:
    """Record the call result, process its consequences, and start the next call."""
    said = said_of(visit.typed, visit.now, visit.today)
    insurance = reported_insurance_of(visit.typed, "the guarantor (phone)")
    with visit.transaction() as tx:
        check_seen(tx.conn, visit.typed)
        person = owners_of_tasks(tx.conn, [task]).get(task, 0)
        number = complete_call(tx, task, said, insurance=insurance).call
        died = means_death(tx.conn, said.code)
        saved = saved_text(tx.conn, said)
    if died:
        return visit.go(f"/people/{person}/after-death")
    return go_to_next(visit, saved, undo=number)


def means_death(conn: Connection, code: str) -> bool:
    """Whether a call result reports a death."""
    disposition = dispositions_now(conn).get(code)
    return disposition is not None and disposition.does is Does.DEATH


@router.post("/calls/{task}/plan")
def agree(task: TaskKey, visit: RequestContext = Calls) -> Response:
    """Set up a payment plan in a call: the plan, the call result and the confirmation in one step."""
    typed = visit.typed
    plan_request = plan_request_of(typed)
    signing = Signing(typed.cents("income", "Monthly income"))
    verified = typed.some_word("verified", Verified)
    with visit.transaction() as tx:
        check_seen(tx.conn, typed)
        ids = tuple(_owing(tx.conn, task, visit))
        said = CallResult("arrangement", utc_text(visit.now), note=typed.some("note"), verified=verified)
        complete_call(tx, task, said, plan=Ask(ids, plan_request, None, signing))
    return go_to_next(visit, "Saved: payment plan set up.")

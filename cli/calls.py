"""Commands of collectors (today's calls, start a call, their day) and of the manager who assigns calls."""

from datetime import UTC, datetime
from datetime import date as Day
from typing import Annotated
from zoneinfo import ZoneInfo

import typer
from sqlalchemy.engine import Connection

from cli.call_view import CallLine, call_lines
from cli.output import BusinessDate, Json, business_date, open_practice, out, refusals, say_done, say_json, say_table
from cli.setup import changing, user
from cli.view_log import saw, saw_accounts
from flows.accounts.counts import Count
from flows.calls.assignment import (
    assign_calls,
    collectors_here,
    day_of,
    postpone_call,
    reassign,
    release_all_calls,
    release_call,
    take,
)
from flows.calls.decide import Listed
from flows.calls.next_call import take_next
from flows.calls.queries import accounts_of_call, call_script_inputs, calls_of_the_day, numbers_of
from flows.calls.script import Script, script
from flows.settings.queries import policy_now
from flows.users.view_log import View
from models.clock import system_clock
from models.database import Database
from models.errors import BadInput, NotFound
from models.step_words import steps_told
from models.user_enums import Seen
from models.values import counted

calls = typer.Typer(help="List today's calls, start a call, return a call.", invoke_without_command=True)

Task = Annotated[int, typer.Argument(help="The task number from `pastdue calls`.")]
Reason = Annotated[str, typer.Option("--reason", help="The reason, for the history.")]
At = Annotated[
    str | None, typer.Option("--at", help="Date and time of the call in UTC, such as 2026-03-02T14:30 (default: now).")
]


def _instant(text: str | None, today: Day) -> datetime | None:
    """The time of the call: from the option, or now if the business date is today."""
    if text is not None:
        try:
            at = datetime.fromisoformat(text.replace("Z", "+00:00"))
        except ValueError:
            raise BadInput(f'"{text}" is not a date and time', "enter it in UTC, such as 2026-03-02T14:30") from None
        return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    return system_clock() if today == business_date(None) else None


@calls.callback()
@refusals
def list_calls(
    context: typer.Context,
    of: Annotated[str | None, typer.Option("--collector", help="The calls of one collector.")] = None,
    at: At = None,
    date: BusinessDate = None,
    json: Json = False,
) -> None:
    """List today's calls, best first, with their calling hours in the practice's time zone."""
    if context.invoked_subcommand is not None:
        return
    today = business_date(date)
    now = _instant(at, today)
    with open_practice() as practice:
        with practice.database.reading() as conn:
            names = [one.name for one in collectors_here(conn)]
            if of is not None and names and of not in names:
                raise NotFound(f'collector "{of}" was not found', f"the collectors are {', '.join(names)}")
            # Where the practice names no collectors, everybody works the one list.
            listed, kept = calls_of_the_day(conn, today, collector=of if names else None, now=now)
            rows = call_lines(conn, listed, now, today)
            zone = ZoneInfo(policy_now(conn).time_zone)
        saw(practice, Seen.CALL_LIST, [View(call.group.person.id) for call in listed])
    if json:
        say_json(rows)
        return
    shown = [{**row, "hours": hours_said(call, zone)} for row, call in zip(rows, listed, strict=True)]
    columns = ("task", "guarantor", "phone", "hours", "balance_cents", "accounts", "calls_this_week", "reason")
    head = f"{counted(len(rows), 'call')} on {today}; {len(kept)} blocked (compliance or patient request)"
    say_table(head, shown, columns)


def hours_said(call: Listed, zone: ZoneInfo) -> str:
    """The remaining calling hours of a call in a time zone: ``8am-9pm EST``."""
    parts = [f"{_hour(window.start, zone)}-{_hour(window.end, zone)}" for window in call.windows]
    return f"{', '.join(parts)} {call.window_start.astimezone(zone):%Z}"


def _hour(at: datetime, zone: ZoneInfo) -> str:
    """``8am``, ``8:30am``: short, for a column."""
    return f"{at.astimezone(zone):%I:%M%p}".lstrip("0").lower().replace(":00", "")


@calls.command("next")
@refusals
def next_call(at: At = None, date: BusinessDate = None, json: Json = False) -> None:
    """Start the best call that can be made now. No other collector then gets it or another call to the same person."""
    today = business_date(date)
    now = _instant(at, today)
    with open_practice() as practice:
        call = take_next(practice.database, user(), today, now)
        if call is None:
            if json:
                say_json(None)
            else:
                out.print("No call can be made now; `pastdue calls` lists the calls for later today")
            return
        saw(practice, Seen.CALL, [View(call.group.person.id)])
        _say_call(practice.database, call, now, today, json)


@calls.command("start")
@refusals
def take_one(task: Task, at: At = None, date: BusinessDate = None, json: Json = False) -> None:
    """Start a call that you choose, unless a rule, the hour or another collector blocks it."""
    today = business_date(date)
    now = _instant(at, today)
    with open_practice() as practice:
        with practice.database.transaction(actor=user(), business_date=today) as tx:
            call = take(tx, task, now)
        saw(practice, Seen.CALL, [View(call.group.person.id)])
        _say_call(practice.database, call, now, today, json)


def _say_call(database: Database, call: Listed, now: datetime | None, today: Day, json: bool) -> None:
    with database.reading() as conn:
        row: CallLine = {**call_lines(conn, [call], now, today)[0], "taken_by": user()}
        said = _script(conn, call.task.id)
    if json:
        say_json({**row, "say": said})
        return
    accounts = "account" if len(row["accounts"]) == 1 else "accounts"
    about = f"{accounts} {', '.join(row['accounts'])}: {steps_told(row['reason'])}"
    out.print(f"{row['guarantor']}, {row['phone'] or 'no phone number'}, {about}")
    out.print(f"{row['calls_this_week']} of 7 calls in the last 7 days")
    _print_script(said)


@calls.command("script")
@refusals
def show_script(task: Task, json: Json = False) -> None:
    """Show the call script: what to say, the voicemail message, and what not to say."""
    with open_practice() as practice:
        with practice.database.reading() as conn:
            said, numbers = _script(conn, task), numbers_of(conn, accounts_of_call(conn, task))
        saw_accounts(practice, numbers.values(), Seen.CALL)
    if json:
        say_json(said)
    else:
        _print_script(said)


def _script(conn: Connection, task_id: int) -> Script:
    about = call_script_inputs(conn, task_id, user())
    if about is None:
        raise NotFound(f"task {task_id} was not found", "`pastdue calls` lists today's calls")
    return script(*about)


def _print_script(said: Script) -> None:
    for name in ("ask", "know", "open", "purpose", "help"):
        out.print(f"  {said[name]}")
    out.print(f"[bold]Someone else answers[/bold]  {said['third_party']}")
    out.print(f"[bold]Voicemail[/bold]  {said['voicemail'] or said['no_voicemail']}")
    for line in said["never"]:
        out.print(f"[bold]Do not[/bold]  {line[:1].lower()}{line[1:]}")
    if said["needs_interpreter"]:
        out.print("There is no script in this language. Call with an interpreter")


@calls.command("return")
@refusals
def back(task: Task, date: BusinessDate = None, json: Json = False) -> None:
    """Return a call that you started to your queue."""
    with changing(date) as tx:
        release_call(tx, task)
    say_done({"task": task, "taken_by": None}, f"Call {task} returned to the queue", json)


@calls.command("skip")
@refusals
def skip(task: Task, reason: Reason, date: BusinessDate = None, json: Json = False) -> None:
    """Skip a call and move it to tomorrow. It may then be assigned to any collector."""
    with changing(date) as tx:
        postpone_call(tx, task, reason)
    say_done({"task": task, "put_off": True}, f"Call {task} moved to tomorrow", json)


@calls.command("reassign")
@refusals
def give_to(
    task: Task,
    to: Annotated[str, typer.Argument(help="The collector's username.")],
    reason: Reason,
    date: BusinessDate = None,
    json: Json = False,
) -> None:
    """Reassign a call, and the person's next calls, to another collector."""
    with changing(date) as tx:
        reassign(tx, task, to, reason)
    say_done({"task": task, "dealt_to": to}, f"Call {task} assigned to {to}", json)


@calls.command("assign")
@refusals
def assign_now(date: BusinessDate = None, json: Json = False) -> None:
    """Assign today's calls to collectors, as the nightly run does."""
    with changing(date) as tx:
        counts = assign_calls(tx)
    dealt, pool = counts[Count.CALLS_DEALT], counts[Count.CALLS_IN_THE_POOL]
    sentence = f"{counted(dealt, 'call')} assigned, {pool} unassigned"
    say_done({"dealt": dealt, "in_the_pool": pool}, sentence, json)


@calls.command("day")
@refusals
def my_day(
    of: Annotated[str | None, typer.Option("--collector", help="The collector (default: you).")] = None,
    close: Annotated[bool, typer.Option("--close", help="End the shift and release the remaining calls.")] = False,
    date: BusinessDate = None,
    json: Json = False,
) -> None:
    """Show a collector's day: calls, people reached, promises, payment plans, and remaining calls."""
    name, today = of or user(), business_date(date)
    with open_practice() as practice:
        with practice.database.reading() as conn:
            day = day_of(conn, name, today)
        if close:
            with practice.database.transaction(actor=user(), business_date=today) as tx:
                release_all_calls(tx, name)
    if json:
        say_json({**day, "closed": close})
    else:
        columns = ("collector", "calls", "reached", "promises", "promised_cents", "arrangements", "left")
        say_table(f"Today's activity: {name}", [day], columns)

"""Commands of the collector: today's calls, taking one, how it ended; and of whoever deals them out."""

from collections.abc import Mapping
from datetime import UTC, datetime, time
from datetime import date as Day
from typing import Annotated
from zoneinfo import ZoneInfo

import typer
from sqlalchemy.engine import Connection

from cli.call_view import CallLine, call_lines
from cli.output import (
    BusinessDate,
    Json,
    business_date,
    cents,
    open_practice,
    optional_date,
    out,
    refusals,
    say_json,
    say_table,
)
from cli.setup import user
from cli.view_log import saw, saw_accounts
from flows.accounts.counts import Count
from flows.accounts.queries import account_row
from flows.calls.assignment import (
    CollectorChanges,
    assign_calls,
    collectors_here,
    day_of,
    postpone_call,
    reassign,
    release_all_calls,
    release_call,
    set_collector,
    take,
)
from flows.calls.commands import CallResult, record_call_result, record_inbound_call
from flows.calls.decide import Listed
from flows.calls.next_call import take_next
from flows.calls.queries import (
    accounts_of_call,
    accounts_of_pair,
    call_script_inputs,
    calls_of_the_day,
    collectors,
    numbers_of,
)
from flows.calls.script import Script, script
from flows.reports.account import events_of
from flows.settings.queries import policy_now
from flows.users.view_log import View
from models.clock import system_clock
from models.database import Database
from models.errors import BadInput, NotFound
from models.user_enums import Seen
from models.values import utc_text

calls = typer.Typer(help="Today's calls: the list, taking one, giving it back.", invoke_without_command=True)
collector = typer.Typer(help="Who makes the calls.", no_args_is_help=True)

Task = Annotated[int, typer.Argument(help="The task, as `pastdue calls` numbers it.")]
Reason = Annotated[str, typer.Option("--reason", help="Why, for the history.")]
At = Annotated[
    str | None, typer.Option("--at", help="The instant of calling, UTC, such as 2026-03-02T14:30 (default: now).")
]


def _instant(text: str | None, today: Day) -> datetime | None:
    """The instant of calling: the one given, or now where the business date is today."""
    if text is not None:
        try:
            at = datetime.fromisoformat(text.replace("Z", "+00:00"))
        except ValueError:
            raise BadInput(f'"{text}" is no instant', "write it as 2026-03-02T14:30, in UTC") from None
        return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    return system_clock() if today == business_date(None) else None


@calls.callback()
@refusals
def list_calls(
    context: typer.Context,
    of: Annotated[str | None, typer.Option("--collector", help="The list of one collector.")] = None,
    at: At = None,
    date: BusinessDate = None,
    json: Json = False,
) -> None:
    """Today's calls, best first, each with the hours in which it may be made, on the practice's clock."""
    if context.invoked_subcommand is not None:
        return
    today = business_date(date)
    now = _instant(at, today)
    with open_practice() as practice:
        with practice.database.reading() as conn:
            names = [one.name for one in collectors_here(conn)]
            if of is not None and names and of not in names:
                raise NotFound(f'there is no collector "{of}" here', f"there are {', '.join(names)}")
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
    say_table(f"Calls of {today}: {len(rows)}; {len(kept)} may not be made today", shown, columns)


def hours_said(call: Listed, zone: ZoneInfo) -> str:
    """The hours of a call on the clock of a zone, each part of the day that is left: ``8am-9pm EST``."""
    parts = [f"{_hour(window.start, zone)}-{_hour(window.end, zone)}" for window in call.windows]
    return f"{', '.join(parts)} {call.window_start.astimezone(zone):%Z}"


def _hour(at: datetime, zone: ZoneInfo) -> str:
    """``8am``, ``8:30am``: short, for a column."""
    return f"{at.astimezone(zone):%I:%M%p}".lstrip("0").lower().replace(":00", "")


@calls.command("next")
@refusals
def next_call(at: At = None, date: BusinessDate = None, json: Json = False) -> None:
    """Take the best call that may be made now; nobody else gets it, nor another one to the same person."""
    today = business_date(date)
    now = _instant(at, today)
    with open_practice() as practice:
        call = take_next(practice.database, user(), today, now)
        if call is None:
            if json:
                say_json(None)
            else:
                out.print("No call can be made now; `pastdue calls` says which open later")
            return
        saw(practice, Seen.CALL, [View(call.group.person.id)])
        _say_call(practice.database, call, now, today, json)


@calls.command("take")
@refusals
def take_one(task: Task, at: At = None, date: BusinessDate = None, json: Json = False) -> None:
    """Take one call; refused when a rule, the hour or somebody else is in the way."""
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
    out.print(f"{row['guarantor']}, {row['phone']}, accounts {', '.join(row['accounts'])}: {row['reason']}")
    out.print(f"{row['calls_this_week']} calls this week; the seventh is the last")
    _print_script(said)


@calls.command("script")
@refusals
def show_script(task: Task, json: Json = False) -> None:
    """What to say on a call and on a voicemail, and what never."""
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
        raise NotFound(f"there is no task {task_id}", "`pastdue calls` lists the calls of the day")
    return script(*about)


def _print_script(said: Script) -> None:
    for name in ("ask", "know", "open", "purpose", "help"):
        out.print(f"  {said[name]}")
    out.print(f"[bold]Somebody else[/bold]  {said['third_party']}")
    out.print(f"[bold]Voicemail[/bold]  {said['voicemail'] or said['no_voicemail']}")
    for line in said["never"]:
        out.print(f"[bold]Never[/bold]  {line}")
    if said["needs_interpreter"]:
        out.print("There is no script in this language; call with an interpreter")


@calls.command("back")
@refusals
def back(task: Task, date: BusinessDate = None, json: Json = False) -> None:
    """Give back a call that you took; it stays on your list."""
    with (
        open_practice() as practice,
        practice.database.transaction(actor=user(), business_date=business_date(date)) as tx,
    ):
        release_call(tx, task)
    _done({"task": task, "taken_by": None}, f"Call {task} is given back", json)


@calls.command("skip")
@refusals
def skip(task: Task, reason: Reason, date: BusinessDate = None, json: Json = False) -> None:
    """Put a call off to tomorrow; it may then go to anybody."""
    with (
        open_practice() as practice,
        practice.database.transaction(actor=user(), business_date=business_date(date)) as tx,
    ):
        postpone_call(tx, task, reason)
    _done({"task": task, "put_off": True}, f"Call {task} is put off to tomorrow", json)


@calls.command("reassign")
@refusals
def give_to(
    task: Task,
    to: Annotated[str, typer.Argument(help="The collector.")],
    reason: Reason,
    date: BusinessDate = None,
    json: Json = False,
) -> None:
    """Give a call, and the person's next ones, to another collector."""
    with (
        open_practice() as practice,
        practice.database.transaction(actor=user(), business_date=business_date(date)) as tx,
    ):
        reassign(tx, task, to, reason)
    _done({"task": task, "dealt_to": to}, f"Call {task} is {to}'s", json)


@calls.command("deal")
@refusals
def assign_now(date: BusinessDate = None, json: Json = False) -> None:
    """Put today's calls on the collectors' lists; the nightly run does so too."""
    with (
        open_practice() as practice,
        practice.database.transaction(actor=user(), business_date=business_date(date)) as tx,
    ):
        counts = assign_calls(tx)
    dealt, pool = counts[Count.CALLS_DEALT], counts[Count.CALLS_IN_THE_POOL]
    _done({"dealt": dealt, "in_the_pool": pool}, f"{dealt} calls dealt, {pool} suit nobody and are everybody's", json)


@calls.command("day")
@refusals
def my_day(
    of: Annotated[str | None, typer.Option("--collector", help="Whose day (default: yours).")] = None,
    close: Annotated[
        bool, typer.Option("--close", help="The day is over: what is left goes back to the pool.")
    ] = False,
    date: BusinessDate = None,
    json: Json = False,
) -> None:
    """What a collector did today: calls, people reached, promises, arrangements, and what is left."""
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
        say_table(f"The day of {name}", [day], columns)


def _done(value: Mapping[str, object], sentence: str, json: bool) -> None:
    if json:
        say_json(value)
    else:
        out.print(sentence)


@refusals
def disposition(
    task: Task,
    code: Annotated[str, typer.Argument(help="How the call ended, such as no_answer or promise_to_pay.")],
    amount: Annotated[str | None, typer.Option("--amount", help="Dollars promised.")] = None,
    on: Annotated[str | None, typer.Option("--date", help="The day promised, the callback's, or of death.")] = None,
    at: Annotated[str | None, typer.Option("--time", help="The local time of a callback, such as 08:45.")] = None,
    note: Annotated[str | None, typer.Option("--note")] = None,
    patient: Annotated[bool, typer.Option("--patient", help="It is the patient who died, not the guarantor.")] = False,
    account: Annotated[list[str] | None, typer.Option("--account", help="Only about this account.")] = None,
    business: Annotated[str | None, typer.Option("--on", help="The business date (default: today).")] = None,
    json: Json = False,
) -> None:
    """Write down how a call ended, and do what follows from it."""
    said = _said(code, amount, on, at, note, patient, account)
    with open_practice() as practice:
        with practice.database.reading() as conn:
            before = {key: len(events_of(conn, key)) for key in accounts_of_call(conn, task)}
        with practice.database.transaction(actor=user(), business_date=business_date(business)) as tx:
            record_call_result(tx, task, said)
        _say_written(practice.database, before, json)


@refusals
def called(
    number: Annotated[str, typer.Argument(help="An account of whoever called.")],
    code: Annotated[str, typer.Argument(help="How the call ended, such as promise_to_pay.")],
    amount: Annotated[str | None, typer.Option("--amount", help="Dollars promised.")] = None,
    on: Annotated[str | None, typer.Option("--date", help="The day promised, the callback's, or of death.")] = None,
    note: Annotated[str | None, typer.Option("--note")] = None,
    patient: Annotated[bool, typer.Option("--patient", help="It is the patient who died, not the guarantor.")] = False,
    account: Annotated[list[str] | None, typer.Option("--account", help="Only about this account.")] = None,
    business: Annotated[str | None, typer.Option("--on", help="The business date (default: today).")] = None,
    json: Json = False,
) -> None:
    """Write down that a guarantor called us, and do what follows; it counts as no call of ours."""
    said = _said(code, amount, on, None, note, patient, account)
    with open_practice() as practice:
        with practice.database.reading() as conn:
            row = account_row(conn, number)
            mine = accounts_of_pair(conn, row.guarantor_id, row.creditor_id)
            before = {key: len(events_of(conn, key)) for key in mine}
        with practice.database.transaction(actor=user(), business_date=business_date(business)) as tx:
            record_inbound_call(tx, row.id, said)
        _say_written(practice.database, before, json)


def _said(
    code: str,
    amount: str | None,
    on: str | None,
    at: str | None,
    note: str | None,
    patient: bool,
    account: list[str] | None,
) -> CallResult:
    try:
        time_at = None if at is None else time.fromisoformat(at.zfill(5))
    except ValueError:
        raise BadInput(f'"{at}" is no time', "write it as 08:45") from None
    only = tuple(account or ())
    return CallResult(code, utc_text(system_clock()), cents(amount), optional_date(on), note, time_at, patient, only)


def _say_written(database: Database, before: dict[int, int], json: bool) -> None:
    with database.reading() as conn:
        numbers = numbers_of(conn, list(before))
        written = [
            {"account": numbers[key], **event} for key, seen in before.items() for event in events_of(conn, key)[seen:]
        ]
    if json:
        say_json(written)
    else:
        say_table("Written", written, ("account", "seq", "why"))


@collector.command("set")
@refusals
def set_one(
    name: Annotated[str, typer.Argument(help="The collector's username.")],
    languages: Annotated[str | None, typer.Option("--languages", help="Languages spoken, such as en,es.")] = None,
    calls_a_day: Annotated[int | None, typer.Option("--calls", help="Calls a day at most.")] = None,
    creditors: Annotated[str | None, typer.Option("--creditors", help="Creditors worked for; empty: all.")] = None,
    here_today: Annotated[bool | None, typer.Option("--here/--away", help="Whether calls are dealt to them.")] = None,
    date: BusinessDate = None,
    json: Json = False,
) -> None:
    """Add a collector, or change what they do; who is away gives back all their calls."""
    changes = CollectorChanges()
    if languages is not None:
        changes["languages"] = languages
    if calls_a_day is not None:
        changes["calls_a_day"] = calls_a_day
    if creditors is not None:
        changes["creditors"] = creditors
    if here_today is not None:
        changes["here"] = here_today
    with (
        open_practice() as practice,
        practice.database.transaction(actor=user(), business_date=business_date(date)) as tx,
    ):
        now = set_collector(tx, name, changes)
    if json:
        say_json(now)
    else:
        say_table("Collector", [now], ("name", "languages", "calls_a_day", "creditors", "here"))


@collector.command("list")
@refusals
def list_all(json: Json = False) -> None:
    """The collectors."""
    with open_practice() as practice, practice.database.reading() as conn:
        rows = collectors(conn)
    if json:
        say_json(rows)
    else:
        say_table("Collectors", rows, ("name", "languages", "calls_a_day", "creditors", "here"))

"""Commands about one account and one person's work: account, explain, calls, disposition, hold, history, tasks."""

from typing import Annotated, Any

import typer

from console.output import (
    REFUSED,
    BusinessDate,
    Json,
    business_date,
    cents,
    house,
    optional_date,
    out,
    refusals,
    say_json,
    say_table,
)
from console.setup import user
from flows.calls.commands import Said, dispose
from flows.calls.queries import accounts_of_tasks, calls_of_the_day, names_of, numbers_of, tasks_of, tasks_open
from flows.dunning.commands import bring_back
from flows.happenings.commands import close_tasks
from flows.holds.commands import RefusedHold, clear_holds, hold_for, open_hold_of, open_holds
from flows.inspect.queries import account_row, account_view, events_of, explain, verify_history
from models.clock import system_clock
from models.kinds import HoldKind, HoldScope, TaskState
from models.values import dollars, utc_text

hold = typer.Typer(help="Open and clear holds.", no_args_is_help=True)
history = typer.Typer(help="The history of accounts.", no_args_is_help=True)

Number = Annotated[str, typer.Argument(help="The account's number.")]


@refusals
def account(number: Number, json: Json = False) -> None:
    """Everything about one account: whose it is, its ledger, its history, its holds."""
    with house() as here, here.book.reading() as conn:
        view = account_view(conn, number)
    if json:
        say_json(view)
        return
    guarantor, patient = view["guarantor"]["name"], view["patient"]["name"]
    out.print(f"Account {number} at {view['creditor']['name']}: {dollars(view['balance_cents'])}, {view['state']}")
    out.print(f"Guarantor {guarantor}, patient {patient}, payer {view['payer_class']}")
    if view["schedule"]:
        schedule = view["schedule"]
        out.print(
            f"{schedule['name']} version {schedule['version']}, {schedule['state']}, "
            f"next look {schedule['next_action_on']}"
        )
    say_table("Ledger", view["ledger"], ("posted_on", "kind", "amount_cents", "reference"))
    say_table("History", view["events"], ("seq", "business_date", "why", "actor"))
    if view["holds"]:
        say_table("Holds", view["holds"], ("kind", "scope", "of", "from_on", "until_on", "cleared_on"))


@refusals
def explain_account(number: Number, date: BusinessDate = None, json: Json = False) -> None:
    """What happened to an account, what happens next and when, and why not sooner."""
    with house() as here, here.book.reading() as conn:
        view = explain(conn, number, business_date(date))
    if json:
        say_json(view)
        return
    say_table("Done", view["done"], ("step", "on"))
    if view["skipped"]:
        say_table("Skipped", view["skipped"], ("step", "on", "why"))
    if view.get("why"):
        out.print(view["why"])
    if view["next"]:
        out.print(f"Next: {view['next']['step']} on {view['next']['on']} ({view['next']['do']})")
    for stop in view["blocked_by"]:
        until = f"until {stop['until']}" if stop["until"] else f"until cleared by {stop['cleared_by'] or 'a person'}"
        out.print(f"Kept back by {stop['rule']} ({stop['citation']}), {until}: {stop['reason']}")
    if view["path"]:
        say_table("The way ahead, if nothing changes", view["path"], ("on", "step", "do", "why"))


@refusals
def calls(
    collector: Annotated[str | None, typer.Option("--collector", help="The list of one collector.")] = None,
    date: BusinessDate = None,
    json: Json = False,
) -> None:
    """Today's calls, best first, each with the hours (UTC) in which it may be made."""
    today = business_date(date)
    with house() as here, here.book.reading() as conn:
        listed, kept = calls_of_the_day(conn, today)
        about = accounts_of_tasks(conn, [call.task.id for call in listed])
        numbers = numbers_of(conn, sorted({key for keys in about.values() for key in keys}))
        names = names_of(conn, [call.group.person.id for call in listed])
    rows: list[dict[str, Any]] = [
        {
            "task": call.task.id,
            "guarantor": names[call.group.person.id],
            "creditor": call.group.creditor.name,
            "phone": call.group.person.phone,
            "language": call.group.person.language,
            "window_start": call.window_start,
            "window_end": call.window_end,
            "priority": call.priority,
            "accounts": [numbers[key] for key in about.get(call.task.id, ())],
            "balance_cents": sum(a.balance_cents for a in call.group.accounts if a.id in about.get(call.task.id, ())),
            "script": call.task.script,
            "attempts": call.task.attempts_made,
            "reason": call.reason,
        }
        for call in listed
    ]
    if json:
        say_json(rows)
        return
    for row in rows:
        row["hours"] = f"{row['window_start']:%H:%M}-{row['window_end']:%H:%M}"
    columns = ("task", "guarantor", "phone", "hours", "balance_cents", "accounts", "reason")
    say_table(f"Calls of {today}: {len(rows)}; {len(kept)} may not be made today", rows, columns)


@refusals
def disposition(
    task: Annotated[int, typer.Argument(help="The task, as `pastdue calls` numbers it.")],
    code: Annotated[str, typer.Argument(help="How the call ended, such as no_answer or promise_to_pay.")],
    amount: Annotated[str | None, typer.Option("--amount", help="Dollars promised.")] = None,
    on: Annotated[str | None, typer.Option("--date", help="The day promised, the callback's, or of death.")] = None,
    note: Annotated[str | None, typer.Option("--note")] = None,
    business: Annotated[str | None, typer.Option("--on", help="The business date (default: today).")] = None,
    json: Json = False,
) -> None:
    """Write down how a call ended, and do what follows from it."""
    said = Said(code, utc_text(system_clock()), cents(amount), optional_date(on), note)
    with house() as here:
        with here.book.reading() as conn:
            keys = accounts_of_tasks(conn, [task]).get(task, [])
            before = {key: len(events_of(conn, key)) for key in keys}
        with here.book.transaction(actor=user(), business_date=business_date(business)) as tx:
            dispose(tx, task, said)
        with here.book.reading() as conn:
            numbers = numbers_of(conn, keys)
            written = [
                {"account": numbers[key], **event} for key in keys for event in events_of(conn, key)[before[key] :]
            ]
    if json:
        say_json(written)
    else:
        say_table("Written", written, ("account", "seq", "why"))


@refusals
def bring_back_account(number: Number, date: BusinessDate = None, json: Json = False) -> None:
    """Let an account that the engine set aside go on where it stood, once what was wrong is right."""
    with house() as here:
        with here.book.transaction(actor=user(), business_date=business_date(date)) as tx:
            row = account_row(tx.conn, number)
            if not bring_back(tx, row.id):
                raise RefusedHold(
                    f"account {number} was not set aside; `pastdue tasks set-aside` lists those that were"
                )
            close_tasks(tx, tasks_of(tx.conn, row.id, "set-aside"), TaskState.DONE, "brought back")
        _say_event(here, number, json, "brought_back")


@hold.command("add")
@refusals
def add_hold(
    number: Number,
    kind: Annotated[HoldKind, typer.Argument(help="Why.")],
    until: Annotated[str | None, typer.Option("--until", help="The first day on which it no longer stops.")] = None,
    scope: Annotated[HoldScope | None, typer.Option("--scope", help="What it stops.")] = None,
    date: BusinessDate = None,
    json: Json = False,
) -> None:
    """Open a hold: on the account, or on its guarantor where the kind belongs to the person."""
    with house() as here:
        with here.book.transaction(actor=user(), business_date=business_date(date)) as tx:
            row = account_row(tx.conn, number)
            open_holds(tx, [hold_for(kind, row, scope=scope, until=optional_date(until))])
        _say_event(here, number, json, "hold_opened")


@hold.command("clear")
@refusals
def clear_hold(
    number: Number,
    kind: Annotated[HoldKind, typer.Argument(help="Which.")],
    reason: Annotated[str, typer.Option("--reason")] = "cleared by staff",
    date: BusinessDate = None,
    json: Json = False,
) -> None:
    """Clear a hold; the account goes on where it stood."""
    with house() as here:
        with here.book.transaction(actor=user(), business_date=business_date(date)) as tx:
            clear_holds(tx, [open_hold_of(tx, account_row(tx.conn, number), kind)], reason)
        _say_event(here, number, json, "hold_cleared")


def _say_event(here: Any, number: str, json: bool, kind: str) -> None:
    with here.book.reading() as conn:
        events = [event for event in events_of(conn, account_row(conn, number).id) if event["kind"] == kind]
    if json:
        say_json(events[-1])
    else:
        out.print(events[-1]["why"])


@history.command("verify")
@refusals
def verify(
    number: Annotated[str | None, typer.Argument(help="One account (default: all).")] = None, json: Json = False
) -> None:
    """Prove that no event was altered or is missing; exit code 1 if any is."""
    with house() as here, here.book.reading() as conn:
        result = verify_history(conn, number)
    if json:
        say_json(result)
    else:
        out.print(f"{result['events']} events of {result['accounts']} accounts read, {len(result['broken'])} broken")
        if result["broken"]:
            say_table("Broken", result["broken"], ("number", "seq", "what"))
    if result["broken"]:
        raise typer.Exit(REFUSED)


@refusals
def tasks(
    kind: Annotated[str | None, typer.Argument(help="One kind, such as find-address (default: all).")] = None,
    json: Json = False,
) -> None:
    """Open work, by whom and until when."""
    with house() as here, here.book.reading() as conn:
        rows = tasks_open(conn, kind)
    if json:
        say_json(rows)
    else:
        say_table("Open tasks", rows, ("task", "kind", "role", "due_on", "accounts", "reason"))

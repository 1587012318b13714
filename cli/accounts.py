"""Commands about one account and one person's work: account, explain, hold, history, tasks, task-done."""

from dataclasses import asdict
from datetime import date as date_type
from pathlib import Path
from typing import Annotated

import typer

from cli.output import (
    ACCOUNT,
    ENTRY,
    REFUSED,
    STEPS,
    BusinessDate,
    Json,
    business_date,
    labels,
    open_practice,
    optional_date,
    out,
    refusals,
    say_json,
    say_known,
    say_table,
)
from cli.setup import changing, user
from cli.typist import typist
from cli.view_log import record_view, saw_accounts
from compliance.facts import nearest_name
from flows.accounts.happenings import close_tasks
from flows.accounts.holds import clear_holds, open_hold_of, open_manual_hold
from flows.accounts.notes import note
from flows.accounts.queries import account_row
from flows.accounts.tasks.done import complete_tasks
from flows.accounts.tasks.move import assign_tasks, snooze_tasks
from flows.accounts.tasks.queries import tasks_of
from flows.dunning.bring_back_all import bring_back_all
from flows.dunning.engine.commands import bring_back
from flows.practice import Practice
from flows.proof.prove import prove
from flows.reports.account import account_view, events_of, explain
from flows.reports.audit_packet import audit_packet
from flows.reports.tasks import Listed, TaskFilter, listed_tasks, task_groups
from models.enums import AccountState, EnrollmentState, HoldKind, HoldScope, LedgerKind, PayerClass, TaskState
from models.errors import BadInput, Refused
from models.files import write_whole
from models.labels import label_of, task_label
from models.task_kinds import TaskKind, kind_of_task
from models.user_enums import Role, Seen
from models.values import counted, date_from_iso, dollars

LEDGER = {"kind": labels(LedgerKind)}
HOLDS = {"kind": labels(HoldKind), "scope": labels(HoldScope)}

_GROUPS = {"kind": "Type", "task": "Description", "late": "Overdue"}
_TASKS = {"what": "Type", "who": "Guarantor"}

hold = typer.Typer(help="Place and release holds.", no_args_is_help=True)
history = typer.Typer(help="Verify and export account histories.", no_args_is_help=True)

Number = Annotated[str, typer.Argument(help="The account number.")]
Why = Annotated[str | None, typer.Option("--why", help="Reason for access, if the account is not on your call list.")]


@refusals
def account(number: Number, why: Why = None, json: Json = False) -> None:
    """Show one account: guarantor, ledger, history and holds."""
    with open_practice() as practice:
        record_view(practice, number, why)
        with practice.database.reading() as conn:
            view = account_view(conn, number)
    if json:
        say_json(view)
        return
    guarantor, patient = view["guarantor"]["name"], view["patient"]["name"]
    state = label_of(AccountState, view["state"])
    out.print(f"Account {number} at {view['creditor']['name']}: {dollars(view['balance_cents'])}, {state}")
    out.print(f"Guarantor {guarantor}, patient {patient}, payer {label_of(PayerClass, view['payer_class'])}")
    if view["schedule"]:
        schedule = view["schedule"]
        out.print(
            f"{schedule['name']} version {schedule['version']}, {label_of(EnrollmentState, schedule['state'])}, "
            f"next review date {schedule['next_action_on'] or 'none'}"
        )
    if view["agency"]:
        out.print(f"With agency {view['agency']['code']} since {view['agency']['placed_on']}")
    say_table("Ledger", view["ledger"], ("posted_on", "kind", "amount_cents", "reference"), LEDGER)
    say_table("History", view["events"], ("seq", "business_date", "why", "actor"), heads=ENTRY)
    if view["holds"]:
        say_table("Holds", view["holds"], ("kind", "scope", "of", "from_on", "until_on", "cleared_on"), HOLDS)


@refusals
def explain_account(number: Number, why: Why = None, date: BusinessDate = None, json: Json = False) -> None:
    """Explain an account: completed steps, the next step and its date, and why it does not happen sooner."""
    with open_practice() as practice:
        record_view(practice, number, why)
        with practice.database.reading() as conn:
            view = explain(conn, number, business_date(date))
    if json:
        say_json(view)
        return
    for sentence in view["answer"]:
        out.print(sentence)
    for stop in view["blocked_by"]:
        say_known(stop["as_known"], business_date(date))
    if view["done"]:
        say_table("Completed steps", view["done"], ("step", "on"), STEPS)
    if view["skipped"]:
        say_table("Skipped steps", view["skipped"], ("step", "on", "why"), STEPS)
    if view["path"]:
        say_table("Upcoming steps", view["path"], ("on", "step", "do", "why"), STEPS)


@refusals
def resume(
    number: Annotated[str | None, typer.Argument(help="The account.")] = None,
    because: Annotated[
        str | None, typer.Option("--because", help="All exceptions whose reason contains these words.")
    ] = None,
    date: BusinessDate = None,
    json: Json = False,
) -> None:
    """Return exceptions to their schedules: one account, or all with one reason, once the cause is corrected."""
    if number is None:
        _bring_back_all(because, business_date(date), json)
        return
    if because is not None:
        raise BadInput("enter an account or --because, not both")
    with open_practice() as practice:
        with practice.database.transaction(actor=user(), business_date=business_date(date)) as tx:
            row = account_row(tx.conn, number)
            if not bring_back(tx, row.id):
                raise Refused(f"account {number} is not a schedule exception", "`pastdue tasks set-aside` lists them")
            close_tasks(tx, tasks_of(tx.conn, row.id, TaskKind.SET_ASIDE), TaskState.DONE, "returned to schedule")
        _say_event(practice, number, json, "brought_back")


def _bring_back_all(because: str | None, today: date_type, json: bool) -> None:
    if because is None:
        raise BadInput("enter an account, or words of the reason with --because")
    with open_practice() as practice, practice.database.transaction(actor=user(), business_date=today) as tx:
        count = bring_back_all(tx, because)
    if json:
        say_json({"because": because, "brought_back": count})
    else:
        out.print(f"{counted(count, 'account')} returned to the schedule")


@refusals
def write_note(
    number: Number,
    text: Annotated[str, typer.Argument(help="The text of the note.")],
    date: BusinessDate = None,
    json: Json = False,
) -> None:
    """Add a note to the history of an account."""
    with open_practice() as practice:
        with practice.database.transaction(actor=user(), business_date=business_date(date)) as tx:
            note(tx, account_row(tx.conn, number).id, text)
        _say_event(practice, number, json, "note_written")


@hold.command("add")
@refusals
def add_hold(
    number: Number,
    kind: Annotated[HoldKind, typer.Argument(help="The type of hold.")],
    until: Annotated[str | None, typer.Option("--until", help="The date on which the hold ends.")] = None,
    scope: Annotated[HoldScope | None, typer.Option("--scope", help="What the hold stops.")] = None,
    date: BusinessDate = None,
    json: Json = False,
) -> None:
    """Place a hold on an account, or on its guarantor if this type of hold applies to the person."""
    with open_practice() as practice:
        with practice.database.transaction(actor=user(), business_date=business_date(date)) as tx:
            row = account_row(tx.conn, number)
            open_manual_hold(tx, kind, row, scope=scope, until=optional_date(until))
        _say_event(practice, number, json, "hold_opened")


@hold.command("clear")
@refusals
def clear_hold(
    number: Number,
    kind: Annotated[HoldKind, typer.Argument(help="The type of hold.")],
    reason: Annotated[str, typer.Option("--reason")] = "released by staff",
    date: BusinessDate = None,
    json: Json = False,
) -> None:
    """Release a hold. The account continues from its current step."""
    with open_practice() as practice:
        with practice.database.transaction(actor=user(), business_date=business_date(date)) as tx:
            clear_holds(tx, [open_hold_of(tx, account_row(tx.conn, number), kind)], reason)
        _say_event(practice, number, json, "hold_cleared")


def _say_event(practice: Practice, number: str, json: bool, kind: str) -> None:
    with practice.database.reading() as conn:
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
    """Verify that history, ledger, balances, holds, letters and logs are unchanged. Exit code 1 if any was changed."""
    with open_practice() as practice, practice.database.reading() as conn:
        result = prove(conn, practice.settings, number)
    if json:
        say_json(result)
    else:
        events, accounts = counted(result["events"], "event"), counted(result["accounts"], "account")
        out.print(f"{events} of {accounts} checked, {len(result['broken'])} changed")
        out.print(f"{result['letters']} letters checked; latest sealed head: {result['head'] or 'none'}")
        if result["broken"]:
            say_table("Changed since they were written", result["broken"], ("number", "seq", "what"), heads=ACCOUNT)
    if result["broken"]:
        raise typer.Exit(REFUSED)


@history.command("packet")
@refusals
def packet(
    number: Number,
    to: Annotated[Path | None, typer.Option("--to", help="Output file (default: in the outbox).")] = None,
    date: BusinessDate = None,
    json: Json = False,
) -> None:
    """Export an account's audit packet as a ZIP: history, ledger, letters, access log, and proof of integrity."""
    with open_practice() as practice:
        saw_accounts(practice, [number], Seen.AUDIT_PACKET)
        made = audit_packet(practice, number, business_date(date))
        target = to or practice.settings.outbox / made.name
        write_whole(target, made.content)
    if json:
        say_json({"number": number, "file": str(target), "files": made.files, "intact": made.intact})
    else:
        whole = "history verified" if made.intact else "HISTORY WAS CHANGED, see proof.json"
        out.print(f"{target}: {len(made.files)} files; {whole}", soft_wrap=True)


@refusals
def tasks(
    kind: Annotated[str | None, typer.Argument(help="One type of task, such as find-address (default: all).")] = None,
    date: BusinessDate = None,
    json: Json = False,
) -> None:
    """List open tasks: assigned role, guarantor, balance, age, days late, and reason."""
    today = business_date(date)
    with open_practice() as practice:
        with practice.database.reading() as conn:
            found = listed_tasks(conn, today, TaskFilter(kind=kind))
            if kind is not None and not found and kind_of_task(kind) is None:
                near = nearest_name(kind, [one.value for one in TaskKind])
                raise BadInput(f'"{kind}" is not a type of task{near}', "`pastdue tasks` lists the types of open tasks")
            groups = task_groups(conn, today)
        saw_accounts(practice, [number for row in found for number in row.accounts], Seen.TASKS)
    if json:
        say_json([asdict(row) for row in found])
        return
    if kind is None:
        shown = [{**asdict(group), "task": task_label(group.kind)} for group in groups]
        say_table("Open tasks by type", shown, ("kind", "task", "tasks", "late", "oldest_due_on"), heads=_GROUPS)
    say_table(
        "Open tasks", [_line(row) for row in found], ("task", "what", "who", "owed_cents", "age", "why"), heads=_TASKS
    )


@refusals
def task_done(
    numbers: Annotated[list[int], typer.Argument(metavar="TASK...", help="Task numbers from `pastdue tasks`.")],
    outcome: Annotated[str, typer.Option("--outcome", help="The outcome, for the history.")],
    date: BusinessDate = None,
    json: Json = False,
) -> None:
    """Complete tasks with one outcome. A task that closes automatically stays open until its cause is resolved."""
    with changing(date) as tx:
        done = complete_tasks(tx, numbers, outcome, roles=typist().roles)
    if json:
        say_json({"done": done, "tasks": sorted(set(numbers))})
    else:
        out.print(f"{counted(done, 'task')} completed")


@refusals
def task_assign(
    numbers: Annotated[list[int], typer.Argument(metavar="TASK...", help="Task numbers from `pastdue tasks`.")],
    to: Annotated[str, typer.Option("--to", help='The username, or "" for no owner.')],
    date: BusinessDate = None,
    json: Json = False,
) -> None:
    """Assign tasks to a user of their role. A manager can assign them to others."""
    with changing(date) as tx:
        done = assign_tasks(tx, numbers, to or None, roles=typist().roles)
    _say_moved(done, numbers, "assigned", json)


@refusals
def task_snooze(
    numbers: Annotated[list[int], typer.Argument(metavar="TASK...", help="Task numbers from `pastdue tasks`.")],
    until: Annotated[str, typer.Option("--until", help="The day on which the tasks are listed again.")],
    reason: Annotated[str, typer.Option("--reason", help="The reason, for the history.")],
    date: BusinessDate = None,
    json: Json = False,
) -> None:
    """Snooze tasks until a day. A task with a court's deadline can't wait longer than that."""
    with changing(date) as tx:
        done = snooze_tasks(tx, numbers, date_from_iso(until), reason, roles=typist().roles)
    _say_moved(done, numbers, "snoozed", json)


def _say_moved(done: int, numbers: list[int], what: str, json: bool) -> None:
    if json:
        say_json({"done": done, "tasks": sorted(set(numbers))})
    else:
        out.print(f"{counted(done, 'task')} {what}")


def _line(row: Listed) -> dict[str, object]:
    """A task in the few columns that fit into 80 characters."""
    numbers = ", ".join(row.accounts[:3]) + (f" and {len(row.accounts) - 3} more" if len(row.accounts) > 3 else "")
    why = f"{row.reason}\n({row.instead})" if row.instead else row.reason
    return {
        "task": row.task,
        "what": f"{task_label(row.kind)}\n({label_of(Role, row.role)})",
        "who": f"{row.name}\n{row.creditor}\n{numbers}",
        "owed_cents": row.balance_cents,
        "age": _age(row),
        "why": why,
    }


def _age(row: Listed) -> str:
    late = f", {counted(row.late_days, 'day')} late" if row.late_days else ""
    return f"{counted(row.age_days, 'day')}{late}"

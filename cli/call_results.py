"""Commands for the result of a call, made or received, and what it starts."""

from collections.abc import Callable
from datetime import time
from typing import Annotated

import typer

from cli.calls import Task, calls
from cli.output import ENTRY, Json, business_date, cents, open_practice, optional_date, refusals, say_json, say_table
from cli.setup import user
from flows.accounts.queries import account_row
from flows.calls.commands import CallResult
from flows.calls.queries import accounts_of_call, accounts_of_pair, numbers_of
from flows.conversations.commands import complete_call, complete_inbound
from flows.conversations.queries import call_result, recent_calls
from flows.conversations.undo import correct, undo
from flows.reports.account import events_of
from models.clock import system_clock
from models.database import Database, Transaction
from models.errors import BadInput
from models.labels import result_label
from models.values import utc_text


@refusals
def disposition(
    task: Task,
    code: Annotated[str, typer.Argument(help="The call result, such as no_answer or promise_to_pay.")],
    amount: Annotated[str | None, typer.Option("--amount", help="Amount promised in dollars.")] = None,
    on: Annotated[
        str | None, typer.Option("--date", help="Due date of a promise, date of a callback, or date of death.")
    ] = None,
    at: Annotated[str | None, typer.Option("--time", help="The local time of a callback, such as 08:45.")] = None,
    note: Annotated[str | None, typer.Option("--note")] = None,
    patient: Annotated[bool, typer.Option("--patient", help="The patient died, not the guarantor.")] = False,
    sure: Annotated[
        bool, typer.Option("--sure", help="The date of death is right, although a service is later.")
    ] = False,
    account: Annotated[
        list[str] | None, typer.Option("--account", help="Limit the result to this account (can be repeated).")
    ] = None,
    business: Annotated[str | None, typer.Option("--on", help="The business date (default: today).")] = None,
    json: Json = False,
) -> None:
    """Record a call result and start its next steps."""
    said = _said(code, amount, on, at, note, patient, account, sure=sure)
    with open_practice() as practice:
        with practice.database.reading() as conn:
            before = {key: len(events_of(conn, key)) for key in accounts_of_call(conn, task)}
        with practice.database.transaction(actor=user(), business_date=business_date(business)) as tx:
            complete_call(tx, task, said)
        _say_written(practice.database, before, json)


@refusals
def inbound(
    number: Annotated[str, typer.Argument(help="An account of the caller.")],
    code: Annotated[str, typer.Argument(help="The call result, such as promise_to_pay.")],
    amount: Annotated[str | None, typer.Option("--amount", help="Amount promised in dollars.")] = None,
    on: Annotated[
        str | None, typer.Option("--date", help="Due date of a promise, date of a callback, or date of death.")
    ] = None,
    note: Annotated[str | None, typer.Option("--note")] = None,
    patient: Annotated[bool, typer.Option("--patient", help="The patient died, not the guarantor.")] = False,
    sure: Annotated[
        bool, typer.Option("--sure", help="The date of death is right, although a service is later.")
    ] = False,
    account: Annotated[
        list[str] | None, typer.Option("--account", help="Limit the result to this account (can be repeated).")
    ] = None,
    business: Annotated[str | None, typer.Option("--on", help="The business date (default: today).")] = None,
    json: Json = False,
) -> None:
    """Record an inbound call and start its next steps. It does not count toward the call limits."""
    said = _said(code, amount, on, None, note, patient, account, sure=sure)
    with open_practice() as practice:
        with practice.database.reading() as conn:
            row = account_row(conn, number)
            mine = accounts_of_pair(conn, row.guarantor_id, row.creditor_id)
            before = {key: len(events_of(conn, key)) for key in mine}
        with practice.database.transaction(actor=user(), business_date=business_date(business)) as tx:
            complete_inbound(tx, row.id, said)
        _say_written(practice.database, before, json)


@refusals
def recent(
    everybody: Annotated[bool, typer.Option("--all", help="The calls of all users, not only your own.")] = False,
    business: Annotated[str | None, typer.Option("--on", help="The business date (default: today).")] = None,
    json: Json = False,
) -> None:
    """List today's calls with their results, and which can still be undone."""
    with open_practice() as practice, practice.database.reading() as conn:
        found = recent_calls(
            conn, user(), system_clock(), by=None if everybody else user(), since=business_date(business)
        )
        rows = [{**one._asdict(), "result": result_label(one.result)} for one in found]
    if json:
        say_json([one._asdict() for one in found])
    else:
        say_table("Calls", rows, ("id", "guarantor", "result", "note", "made_by", "undoable"))


@refusals
def undo_result(
    attempt: Annotated[int, typer.Argument(help="The number of the call result, from calls recent.")],
    business: Annotated[str | None, typer.Option("--on", help="The business date (default: today).")] = None,
    json: Json = False,
) -> None:
    """Undo your own call result within ten minutes: its holds, promises, tasks and letters are taken back."""
    _change(attempt, business, json, lambda tx: undo(tx, attempt, system_clock()))


@refusals
def correct_result(
    attempt: Annotated[int, typer.Argument(help="The number of the call result, from calls recent.")],
    code: Annotated[str, typer.Argument(help="The right call result, such as no_answer or promise_to_pay.")],
    reason: Annotated[str, typer.Option("--reason", help="Why the recorded result is wrong.")],
    amount: Annotated[str | None, typer.Option("--amount", help="Amount promised in dollars.")] = None,
    on: Annotated[
        str | None, typer.Option("--date", help="Due date of a promise, date of a callback, or date of death.")
    ] = None,
    at: Annotated[str | None, typer.Option("--time", help="The local time of a callback, such as 08:45.")] = None,
    note: Annotated[str | None, typer.Option("--note")] = None,
    business: Annotated[str | None, typer.Option("--on", help="The business date (default: today).")] = None,
    json: Json = False,
) -> None:
    """Replace a wrong call result with the right one. Both stay in the history; the call is counted once."""
    said = _said(code, amount, on, at, note, False, None)
    _change(attempt, business, json, lambda tx: correct(tx, attempt, said, reason, others=True))


calls.command("recent")(recent)
calls.command("undo")(undo_result)
calls.command("correct")(correct_result)


def _change(attempt: int, business: str | None, json: bool, change: Callable[[Transaction], object]) -> None:
    with open_practice() as practice:
        with practice.database.reading() as conn:
            row = call_result(conn, attempt)
            mine = accounts_of_pair(conn, row.guarantor_id, row.creditor_id)
            before = {key: len(events_of(conn, key)) for key in mine}
        with practice.database.transaction(actor=user(), business_date=business_date(business)) as tx:
            change(tx)
        _say_written(practice.database, before, json)


def _said(
    code: str,
    amount: str | None,
    on: str | None,
    at: str | None,
    note: str | None,
    patient: bool,
    account: list[str] | None,
    *,
    sure: bool = False,
) -> CallResult:
    try:
        time_at = None if at is None else time.fromisoformat(at.zfill(5))
    except ValueError:
        raise BadInput(f'"{at}" is not a time', "enter it as 08:45") from None
    only = tuple(account or ())
    return CallResult(
        code, utc_text(system_clock()), cents(amount), optional_date(on), note, time_at, patient, only, sure
    )


def _say_written(database: Database, before: dict[int, int], json: bool) -> None:
    with database.reading() as conn:
        numbers = numbers_of(conn, list(before))
        written = [
            {"account": numbers[key], **event} for key, seen in before.items() for event in events_of(conn, key)[seen:]
        ]
    if json:
        say_json(written)
    else:
        say_table("Recorded in the history", written, ("account", "seq", "why"), heads=ENTRY)

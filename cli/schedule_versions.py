"""Commands about published versions of schedules: history, rollback, pause, approval; accounts that move."""

from typing import Annotated, Literal

import typer

from cli.output import (
    BusinessDate,
    Json,
    business_date,
    open_practice,
    out,
    refusals,
    say_json,
    say_table,
)
from cli.schedule_changes import schedule
from cli.setup import changing, user
from flows.accounts.counts import Count
from flows.accounts.queries import account_row
from flows.dunning.versions import commands
from flows.dunning.versions.moves import migrate, move_out, move_to, target_of
from flows.dunning.versions.publish import roll_back
from flows.dunning.versions.queries import history_of, schedule_text
from models.enums import ScheduleDecision
from models.errors import BadInput
from models.values import counted

Name = Annotated[str, typer.Argument(help="The name of the schedule.")]
Reason = Annotated[str, typer.Option("--reason", help="The reason, for the history.")]


@schedule.command("history")
@refusals
def history(name: Name, json: Json = False) -> None:
    """Show every version and decision of a schedule, with who, when and why."""
    with open_practice() as practice, practice.database.reading() as conn:
        rows = history_of(conn, name)
    if json:
        say_json(rows)
    else:
        say_table(f"History of {name}", rows, ("on", "by", "sentence", "reason"), heads={"sentence": "Decision"})


@schedule.command("rollback")
@refusals
def rollback(
    name: Name,
    to: Annotated[int, typer.Option("--to", min=1, help="The version to return to.")],
    reason: Reason,
    move: Annotated[bool, typer.Option("--migrate", help="Move accounts already in the schedule too.")] = False,
    date: BusinessDate = None,
    json: Json = False,
) -> None:
    """Return to an earlier version: its text is published again as a new version."""
    with (
        open_practice() as practice,
        practice.database.transaction(actor=user(), business_date=business_date(date)) as tx,
    ):
        done = roll_back(tx, name, to, shelf=practice.shelf, reason=reason, migrate=move)
    if json:
        say_json({"schedule": name, "version": done.version, "to": to, "pending": done.pending})
    else:
        out.print(f"{name} version {done.version} published with the text of version {to}")


Verb = Literal["pause", "resume", "retire", "reopen"]

_SAID: dict[Verb, str] = {
    "pause": "{name} is paused: none of its steps is done until it is resumed. Letters already queued still go out",
    "resume": "{name} is resumed; its accounts are reviewed in the next run",
    "retire": "{name} is retired: no account enters it. Accounts already in it complete it",
    "reopen": "{name} is open to new accounts again",
}


def _decide(verb: Verb, name: str, reason: str, date: str | None, json: bool) -> None:
    with changing(date) as tx:
        commands.DECISIONS[verb](tx, name, reason)
    if json:
        say_json({"schedule": name, "decision": verb})
    else:
        out.print(_SAID[verb].format(name=name))


@schedule.command("pause")
@refusals
def pause(name: Name, reason: Reason, date: BusinessDate = None, json: Json = False) -> None:
    """Pause a schedule: its accounts wait, and no account enters it."""
    _decide("pause", name, reason, date, json)


@schedule.command("resume")
@refusals
def resume(name: Name, reason: Reason, date: BusinessDate = None, json: Json = False) -> None:
    """Resume a paused schedule."""
    _decide("resume", name, reason, date, json)


@schedule.command("retire")
@refusals
def retire(name: Name, reason: Reason, date: BusinessDate = None, json: Json = False) -> None:
    """Retire a schedule: no account enters it; accounts already in it complete it."""
    _decide("retire", name, reason, date, json)


@schedule.command("reopen")
@refusals
def reopen(name: Name, reason: Reason, date: BusinessDate = None, json: Json = False) -> None:
    """Reopen a retired schedule to new accounts."""
    _decide("reopen", name, reason, date, json)


@schedule.command("approve")
@refusals
def approve(name: Name, reason: Reason, date: BusinessDate = None, json: Json = False) -> None:
    """Approve the version that another manager published (setting schedule_approval)."""
    with changing(date) as tx:
        version = commands.approve(tx, name, reason)
    _say_version(name, version, "approved", json)


@schedule.command("reject")
@refusals
def reject(name: Name, reason: Reason, date: BusinessDate = None, json: Json = False) -> None:
    """Reject the version that another manager published; it never takes effect."""
    with changing(date) as tx:
        version = commands.reject(tx, name, reason)
    _say_version(name, version, "rejected", json)


def _say_version(name: str, version: int, what: str, json: bool) -> None:
    if json:
        say_json({"schedule": name, "version": version, "decision": what})
    else:
        out.print(f"{name} version {version} {what}")


@schedule.command("migrate")
@refusals
def migrate_all(name: Name, reason: Reason, date: BusinessDate = None, json: Json = False) -> None:
    """Move accounts on earlier versions of a schedule to its current version. Each keeps the steps it has completed."""
    today = business_date(date)
    with open_practice() as practice:
        with practice.database.transaction(actor=user(), business_date=today) as tx:
            row = schedule_text(tx.conn, name)
            commands.refuse_if_not_started(row, today)
            commands.record_decision(tx, name, ScheduleDecision.MIGRATED, reason, row.version)
        counts = migrate(practice.database, target_of(row, reason), user(), today)
    moved, left = counts[Count.MIGRATED], counts[Count.NOT_MIGRATED]
    if json:
        say_json({"schedule": name, "version": row.version, "migrated": moved, "left": left})
    else:
        stays = f"; {counted(left, 'account')} stayed, because it has none of their completed steps" if left else ""
        out.print(f"{counted(moved, 'account')} moved to {name} version {row.version}{stays}")


@schedule.command("move")
@refusals
def move(
    numbers: Annotated[list[str], typer.Argument(metavar="NUMBER...", help="Account numbers.")],
    reason: Reason,
    to: Annotated[str | None, typer.Option("--to", help="The schedule to move to.")] = None,
    out_of_it: Annotated[bool, typer.Option("--out", help="Take the accounts out of their schedule.")] = False,
    date: BusinessDate = None,
    json: Json = False,
) -> None:
    """Move accounts to another schedule, or out of their schedule."""
    if (to is None) is not out_of_it:
        raise BadInput("enter either --to NAME or --out", "such as --to small-practice")
    with changing(date) as tx:
        ids = [account_row(tx.conn, number).id for number in numbers]
        counts = move_out(tx, ids, reason) if to is None else move_to(tx, ids, to, reason)
    moved = counts[Count.FINISHED] if to is None else counts[Count.MIGRATED] + counts[Count.ENTERED]
    left = counts[Count.NOT_MIGRATED]
    if json:
        say_json({"moved": moved, "left": left, "to": to})
        return
    where = "out of their schedule" if to is None else f"to {to}"
    stays = f"; {counted(left, 'account')} stayed, because {to} has none of their completed steps" if left else ""
    out.print(f"{counted(moved, 'account')} moved {where}{stays}")

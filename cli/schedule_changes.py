"""Commands that show what a change of a schedule does before it is published: the difference and the simulation."""

import os
from collections.abc import Sequence
from datetime import date as Day
from pathlib import Path
from typing import Annotated, NamedTuple

import typer
from rich.progress import Progress
from sqlalchemy.engine import Connection

from cli.output import BusinessDate, Json, business_date, err, open_practice, out, refusals, say_json, say_table
from cli.schedules import Renamed, schedule, step_names
from flows.dunning.versions.queries import schedule_text
from flows.schedules.difference import differences
from flows.schedules.schedule import Schedule
from flows.schedules.schedule_file import build, read_schedule_file, schedule_from
from flows.simulation.assumed import assumption_sentences
from flows.simulation.case import Assumptions, Count
from flows.simulation.history import learn
from flows.simulation.learned_view import WITHIN_DAYS, LearnedRow, ShareRow, learned_rows
from flows.simulation.report import blocked_by, document, weeks
from flows.simulation.result import Result
from flows.simulation.run import Wanted, simulate
from models.errors import BadInput
from models.values import counted, day_text

WHICH = (
    "A .yaml file, or the name of a published schedule, with its version if it is not the current one: NAME:VERSION."
)

Which = Annotated[str, typer.Argument(metavar="FILE|NAME[:VERSION]", help=WHICH)]


class Named(NamedTuple):
    """A schedule that a command is about: what to call it, and whether it is the version in force."""

    title: str
    schedule: Schedule
    in_force: bool


def named(conn: Connection, which: str) -> Named:
    """The schedule of a file, or a published one by its name and version. Raises NotFound and BadSchedule."""
    path = Path(which)
    if path.suffix in (".yaml", ".yml") or path.is_file():
        return Named(which, build(read_schedule_file(path).words), False)
    name, _, version = which.partition(":")
    if version and not version.isdecimal():
        raise BadInput(f'"{version}" is not a version', "enter a number, such as patient-balance:2")
    row = schedule_text(conn, name, int(version) if version else None)
    return Named(f"{row.name} version {row.version}", schedule_from(row.text), bool(row.present))


@schedule.command("diff")
@refusals
def diff(
    before: Which,
    after: Annotated[
        str | None, typer.Argument(metavar="FILE|NAME[:VERSION]", help="The other one, of the same kind.")
    ] = None,
    json: Json = False,
) -> None:
    """Show in plain words what differs between two schedules. With one: between it and the version in force."""
    with open_practice() as practice, practice.database.reading() as conn:
        two = named(conn, after or before)
        one = named(conn, before if after else two.schedule.name)
    changes = differences(one.schedule, two.schedule)
    if json:
        rows = [
            {"step": each.step, "what": each.what, "from": each.before, "to": each.after, "sentence": each.sentence}
            for each in changes
        ]
        say_json({"changes": rows})
        return
    for each in changes:
        out.print(each.sentence, markup=False, soft_wrap=True)
    if not changes:
        out.print(f"{one.title} and {two.title} do not differ.", markup=False, soft_wrap=True)


@schedule.command("simulate")
@refusals
def simulate_schedule(
    which: Which,
    days: Annotated[int, typer.Option("--days", min=1, max=730, help="The number of days.")] = 180,
    accounts: Annotated[bool, typer.Option("--accounts", help="List the steps of each account.")] = False,
    new_only: Annotated[
        bool, typer.Option("--new-only", help="Only new accounts enter it; the others stay on their version.")
    ] = False,
    renamed: Renamed = None,
    mailed: Annotated[
        bool, typer.Option("--mailed", help="Assume that letters are mailed the day they are written.")
    ] = False,
    approved: Annotated[
        int | None,
        typer.Option("--approve-after", min=0, help="Assume that reviews are approved after this many days."),
    ] = None,
    answers: Annotated[
        bool, typer.Option("--answers", help="People pay, make promises and move as the practice's history shows.")
    ] = False,
    jobs: Annotated[
        int, typer.Option("--jobs", min=1, max=64, help="The number of processes (default: one per core).")
    ] = os.cpu_count() or 1,
    date: BusinessDate = None,
    json: Json = False,
) -> None:
    """Simulate a schedule on the accounts of the practice, against the versions in force. Nothing is changed."""
    today = business_date(date)
    with open_practice() as practice:
        with practice.database.reading() as conn:
            one = named(conn, which)
            learned = learn(conn, today) if answers else None
        assumed = Assumptions(mailed, approved, learned)
        wanted = Wanted(
            one.schedule,
            today,
            days,
            mapping=step_names(renamed or ()),
            new_only=new_only,
            in_force=one.in_force,
            assumed=assumed,
            accounts=accounts,
        )
        with Progress(console=err, transient=True, disable=json) as bar:
            task = bar.add_task("Simulating")
            result = simulate(
                practice.database, wanted, lambda done, all_: bar.update(task, completed=done, total=all_), jobs=jobs
            )
    said = assumption_sentences(assumed, new_only=new_only)
    rows = [] if learned is None else learned_rows(one.schedule, learned)
    if json:
        say_json(document(result, one.schedule, said, accounts=accounts, learned=rows))
    else:
        _show(one.title, result, said, today)
        _show_learned(rows)


_SHOWN = (Count.LETTERS, Count.CALLS, Count.TASKS, Count.PLACEMENTS, Count.WRITE_OFFS, Count.BLOCKED)


def _show(title: str, result: Result, assumed: list[str], today: Day) -> None:
    rows = [
        {
            "week_of": day_text(week.first),
            **{what.value: _against(week.simulated[what], week.present[what]) for what in _SHOWN},
        }
        for week in weeks(result)
    ]
    head = f"{title}, {counted(result.days, 'day')} from {day_text(today)} (+ and -: against the versions in force)"
    say_table(head, rows, ("week_of", *(what.value for what in _SHOWN)))
    moved = result.moved
    out.print(
        f"{counted(moved.earlier, 'account')} earlier, {moved.later} later, {moved.same} unchanged; "
        f"those that move do so by {moved.mean_days:+} days on average."
    )
    stopped = blocked_by(result.simulated)
    if stopped:
        say_table("Accounts with a blocked step, by rule", stopped, ("accounts", "rule", "citation"))
    for sentence in assumed:
        out.print(sentence, soft_wrap=True)


def _show_learned(rows: Sequence[LearnedRow]) -> None:
    if not rows:
        return
    shown = [
        {
            "step": one["step"],
            "balance": one["balance"],
            "age": one["age"],
            "steps": one["steps"],
            "paid": _share(one["paid"]),
            "promised": _share(one["promised"]),
            "returned": _share(one["returned"]),
        }
        for one in rows
    ]
    columns = ("step", "balance", "age", "steps", "paid", "promised", "returned")
    say_table(f"Answers within {WITHIN_DAYS} days of a step, from the history (95% interval)", shown, columns)


def _share(share: ShareRow | None) -> str:
    if share is None:
        return "not enough history"
    return f"{share['percent']}% ({share['low']} to {share['high']})"


def _against(simulated: int, present: int) -> str:
    return str(simulated) if simulated == present else f"{simulated} ({simulated - present:+})"

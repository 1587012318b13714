"""Commands about experiments: versions of a schedule that new accounts enter by chance."""

from collections.abc import Sequence
from datetime import date as Day
from pathlib import Path
from typing import Annotated

import typer

from cli.output import BusinessDate, Json, business_date, cents, open_practice, out, refusals, say_json, say_table
from cli.setup import user
from flows.dunning.experiments.commands import ArmWanted, ExperimentWanted, Planned, plan, start, stop
from flows.dunning.experiments.queries import experiment_row
from flows.dunning.experiments.view import ArmView, ExperimentView, Figure, every_experiment, experiment_lines, view_of
from flows.dunning.versions.drafts import draft_of
from flows.practice import Practice
from models.errors import BadInput
from models.labels import label
from models.values import dollars

experiment = typer.Typer(help="Try versions of a schedule against each other.", no_args_is_help=True)

Name = Annotated[str, typer.Argument(help="The name of the experiment.")]
Reason = Annotated[str, typer.Option("--reason", help="The reason, for the history.")]


@experiment.command("list")
@refusals
def list_experiments(date: BusinessDate = None, json: Json = False) -> None:
    """List experiments, running ones first."""
    today = business_date(date)
    with open_practice() as practice, practice.database.reading() as conn:
        if json:
            say_json(every_experiment(conn, today))
            return
        rows = [{**one, "state": label(one["state"])} for one in experiment_lines(conn, today)]
    say_table("Experiments", rows, ("name", "schedule", "state", "started_on", "ready_on", "guarantors"), heads=HEADS)


HEADS = {"ready_on": "Compared on", "started_on": "Started", "guarantors": "People"}


@experiment.command("start")
@refusals
def start_experiment(
    name: Name,
    schedule: Annotated[str, typer.Argument(help="The name of the schedule.")],
    reason: Reason,
    arm: Annotated[
        list[str],
        typer.Option("--arm", help="What is tried: a version number, draft:NUMBER, or a .yaml file. Up to three."),
    ],
    days: Annotated[int, typer.Option("--days", help="Days in which accounts enter.")] = 90,
    follow: Annotated[int, typer.Option("--follow", help="Days after an account's entry that count.")] = 120,
    difference: Annotated[
        str, typer.Option("--difference", help="The smallest difference per guarantor that matters, in dollars.")
    ] = "5.00",
    holdout: Annotated[
        int, typer.Option("--holdout", help="Percent that stays on the version in force outside the comparison.")
    ] = 0,
    check: Annotated[bool, typer.Option("--check", help="Only show what it takes.")] = False,
    date: BusinessDate = None,
    json: Json = False,
) -> None:
    """Start an experiment: new accounts enter the version in force or another one, by chance.

    The arms are compared once, on a day that is set now. No amounts are shown before.
    """
    today = business_date(date)
    with open_practice() as practice:
        wanted = ExperimentWanted(
            name,
            schedule,
            [_arm(practice, one) for one in arm],
            reason,
            days,
            follow,
            cents(difference) or 0,
            holdout,
        )
        if check:
            with practice.database.reading() as conn:
                planned = plan(conn, wanted, practice.shelf, today)
        else:
            with practice.database.transaction(actor=user(), business_date=today) as tx:
                planned = start(tx, wanted, practice.shelf)
    _say_plan(name, planned, started=not check, json=json)


def _arm(practice: Practice, text: str) -> ArmWanted:
    if text.isdecimal():
        return ArmWanted(version=int(text))
    if text.startswith("draft:") and text.removeprefix("draft:").isdecimal():
        with practice.database.reading() as conn:
            return ArmWanted(text=draft_of(conn, int(text.removeprefix("draft:")), practice.shelf).text)
    try:
        return ArmWanted(text=Path(text).read_text("utf-8-sig"))
    except (OSError, UnicodeDecodeError):
        raise BadInput(
            f'"{text}" is not a version, a draft or a file that can be read',
            "enter a number, draft:NUMBER, or the path of a .yaml file",
        ) from None


def _say_plan(name: str, planned: Planned, *, started: bool, json: bool) -> None:
    if json:
        found = {"needed": planned.needed, "expected": planned.expected, "ready_on": planned.ready_on}
        say_json({"name": name, "started": started, **found, "entry_until": planned.entry_until})
        return
    if started:
        out.print(f"Experiment {name} started.")
    for sentence in planned.said():
        out.print(sentence, soft_wrap=True)


@experiment.command("show")
@refusals
def show(name: Name, date: BusinessDate = None, json: Json = False) -> None:
    """Show an experiment: its arms, and on its day what each brought in."""
    with open_practice() as practice, practice.database.reading() as conn:
        found = view_of(conn, experiment_row(conn, name), business_date(date))
    if json:
        say_json(found)
        return
    rows = [_row(one) for one in found["arms"]]
    columns = ("arm", "percent", "guarantors", "accounts", "complaints", "disputes", "stops")
    amounts = ("collected", "cost", "net", "difference") if found["ready"] else ()
    say_table(f"Experiment {name} on {found['schedule']}", rows, (*columns, *amounts), heads=_ARM_HEADS)
    for sentence in _sentences(found):
        out.print(sentence, soft_wrap=True)


_ARM_HEADS = {"guarantors": "People", "stops": "Contact stopped", "net": "Net per account", "percent": "Share (%)"}


def _row(arm: ArmView) -> dict[str, object]:
    kind = "holdout" if arm["holdout"] else f"version {arm['version']}{' (in force)' if arm['control'] else ''}"
    return {
        **arm,
        "arm": kind,
        **{key: _amount(arm[key]) for key in ("collected", "cost", "net", "difference")},
    }


def _amount(figure: Figure | None) -> str:
    return "" if figure is None else f"${figure['value']:.2f} ({figure['low']:.2f} to {figure['high']:.2f})"


def _sentences(found: ExperimentView) -> Sequence[str]:
    needed = found["needed"]
    ended = found["ended_on"]
    said = [found["conclusion"]]
    if needed is not None:
        difference = dollars(found["difference_cents"])
        said.append(f"To find a difference of {difference} per guarantor each arm needs about {needed} guarantors.")
    if ended is not None:
        winner = f"version {found['winner']} published" if found["winner"] else "nothing published"
        said.append(f"Ended on {_day(ended)} by {found['ended_by']}, {winner}: {found['end_reason']}")
    return said


def _day(on: Day) -> str:
    return on.isoformat()


@experiment.command("stop")
@refusals
def stop_experiment(
    name: Name,
    reason: Reason,
    winner: Annotated[
        int | None, typer.Option("--publish", help="Publish this version for new accounts (default: none).")
    ] = None,
    date: BusinessDate = None,
    json: Json = False,
) -> None:
    """End an experiment. On its day a version can be published; before, it only stops. Accounts stay in their arm."""
    with (
        open_practice() as practice,
        practice.database.transaction(actor=user(), business_date=business_date(date)) as tx,
    ):
        done = stop(tx, name, reason, winner=winner, shelf=practice.shelf)
    if json:
        say_json({"name": name, "published": None if done is None else done.version})
    elif done is None:
        out.print(f"Experiment {name} ended; the version in force stays")
    else:
        out.print(f"Experiment {name} ended; {done.name} version {done.version} published")

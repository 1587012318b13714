"""The API for experiments: listed, started, followed and ended."""

from typing import Annotated

from fastapi import Depends, Path
from pydantic import Field

from flows.dunning.experiments.commands import ArmWanted, ExperimentWanted, start, stop
from flows.dunning.experiments.queries import experiment_row
from flows.dunning.experiments.view import every_experiment, view_of
from web.api.door import Call, Key
from web.api.values import Anything, Value, Words
from web.auth.rights import Right

Name = Annotated[str, Path(pattern="^[a-z][a-z0-9-]{0,59}$", description="The name of the experiment.")]
Looking = Annotated[Call, Depends(Key(Right.SEE_PRACTICE))]
Changing = Annotated[Call, Depends(Key(Right.CHANGE_SCHEDULES))]


class ArmIn(Value):
    """What is tried against the version in force: a version by its number, or a new YAML text."""

    version: Annotated[int, Field(ge=1, le=100_000)] | None = None
    text: Annotated[str, Field(min_length=1, max_length=1_000_000)] | None = None


class ExperimentIn(Value):
    """An experiment to start. `difference_cents`: the smallest difference per guarantor that matters."""

    name: Annotated[str, Field(min_length=1, max_length=60)]
    schedule: Annotated[str, Field(min_length=1, max_length=60)]
    arms: Annotated[list[ArmIn], Field(min_length=1, max_length=3)]
    reason: Words
    entry_days: int = 90
    follow_days: int = 120
    difference_cents: int = 5_00
    holdout_percent: int = 0


class StartedOut(Value):
    """The plan of a started experiment, in sentences, and the guarantors that each arm needs."""

    name: str
    needed: int | None
    plan: list[str]


class EndIn(Value):
    """The end of an experiment: with the version to publish for new accounts, or none."""

    reason: Words
    publish: Annotated[int, Field(ge=1, le=100_000)] | None = None


class EndedOut(Value):
    """What was published; null: nothing."""

    name: str
    published: int | None


def listed(call: Looking) -> list[Anything]:
    """Every experiment, running ones first."""
    with call.reading() as conn:
        return [dict(one) for one in every_experiment(conn, call.today)]


def shown(name: Name, call: Looking) -> Anything:
    """An experiment with its arms. Amounts are null before the day of the comparison."""
    with call.reading() as conn:
        return dict(view_of(conn, experiment_row(conn, name), call.today))


def started(what: ExperimentIn, call: Changing) -> StartedOut:
    """Start an experiment: new accounts enter its arms by chance."""
    wanted = ExperimentWanted(
        what.name,
        what.schedule,
        [ArmWanted(one.version, one.text) for one in what.arms],
        what.reason,
        what.entry_days,
        what.follow_days,
        what.difference_cents,
        what.holdout_percent,
    )
    with call.transaction() as tx:
        planned = start(tx, wanted, call.practice.shelf)
    return StartedOut(name=what.name, needed=planned.needed, plan=planned.said())


def ended(name: Name, what: EndIn, call: Changing) -> EndedOut:
    """End an experiment. A version can be published from the day of the comparison on."""
    with call.transaction() as tx:
        done = stop(tx, name, what.reason, winner=what.publish, shelf=call.practice.shelf)
    return EndedOut(name=name, published=None if done is None else done.version)


ROUTES = (
    ("/experiments", listed, "GET"),
    ("/experiments", started, "POST"),
    ("/experiments/{name}", shown, "GET"),
    ("/experiments/{name}/stop", ended, "POST"),
)

"""The API for schedules: versions, differences, simulation in the background, publishing, and decisions."""

from datetime import date
from typing import Annotated, Literal

from fastapi import Depends, Path, Query
from pydantic import Field

from flows.dunning.versions import commands
from flows.dunning.versions.publish import publish, refuse_bad_templates, roll_back
from flows.dunning.versions.queries import history_of, list_schedules, schedule_text
from flows.schedules.difference import differences
from flows.schedules.schedule_file import read_source, schedule_from
from flows.simulation.jobs import JobState, Request, job_of, result_of, start
from flows.simulation.run import MOST_DAYS
from web.api.door import Call, Key
from web.api.values import Anything, Value, Words
from web.auth.rights import Right

Name = Annotated[str, Path(pattern="^[a-z][a-z0-9-]{0,59}$", description="The name of the schedule.")]
JobNumber = Annotated[str, Path(pattern="^[0-9]{8}-[0-9a-f]{16}$", description="The number of the simulation.")]
VersionNumber = Annotated[int, Query(ge=1, le=100_000)]

Looking = Annotated[Call, Depends(Key(Right.SEE_PRACTICE))]
Changing = Annotated[Call, Depends(Key(Right.CHANGE_SCHEDULES))]


class PublishIn(Value):
    """A schedule to publish: its YAML text, from a day on, with the reason. `migrate`: also for accounts under way."""

    text: Annotated[str, Field(min_length=1, max_length=1_000_000)]
    reason: Words
    starts: date | None = None
    migrate: bool = False
    renamed: dict[str, str] = Field(default_factory=dict[str, str])


class PublishedOut(Value):
    """The version that was published. `pending`: another manager must approve it."""

    schedule: str
    version: int
    pending: bool


class RollBackIn(Value):
    """The version to return to."""

    version: Annotated[int, Field(ge=1, le=100_000)]
    reason: Words
    migrate: bool = False


class DecisionIn(Value):
    """A decision about a schedule."""

    decision: Literal["pause", "resume", "retire", "reopen", "approve", "reject"]
    reason: Words


class DecisionOut(Value):
    """The decision that was recorded."""

    schedule: str
    decision: str


class SimulateIn(Value):
    """What to simulate: the YAML text of a schedule, and what is assumed."""

    text: Annotated[str, Field(min_length=1, max_length=1_000_000)]
    days: Annotated[int, Field(ge=1, le=MOST_DAYS)] = 180
    new_only: bool = False
    mailed: bool = False
    approve_after_days: Annotated[int, Field(ge=0, le=365)] | None = None
    answers: bool = False


class SimulationOut(Value):
    """A simulation. `done` and `all` count guarantors; `result` is there when it is done."""

    number: str
    state: JobState
    done: int
    all: int
    error: str | None = None
    result: Anything | None = None


def listed(call: Looking) -> list[Anything]:
    """Every version of every schedule: in force, coming, retired, and how many accounts are on each."""
    with call.reading() as conn:
        return [dict(row) for row in list_schedules(conn, call.today)]


def history(name: Name, call: Looking) -> list[Anything]:
    """Every version and decision of a schedule, the newest first."""
    with call.reading() as conn:
        return [dict(line) for line in history_of(conn, name)]


def compared(name: Name, one: VersionNumber, two: VersionNumber, call: Looking) -> list[Anything]:
    """What differs between two versions of a schedule, in sentences."""
    with call.reading() as conn:
        before, after = (schedule_from(schedule_text(conn, name, version).text) for version in (one, two))
    return [
        {"step": each.step, "what": each.what, "from": each.before, "to": each.after, "sentence": each.sentence}
        for each in differences(before, after)
    ]


def published(what: PublishIn, call: Changing) -> PublishedOut:
    """Publish a schedule from its text. A text with errors is refused with all of them."""
    shelf = call.practice.shelf
    source = read_source(what.text, "text")
    with call.transaction() as tx:
        done = publish(
            tx,
            source,
            what.text,
            letters=shelf.kinds(),
            from_on=what.starts,
            reason=what.reason,
            migrate=what.migrate,
            step_names=what.renamed,
        )
        refuse_bad_templates(what.text, shelf)
    return PublishedOut(schedule=done.name, version=done.version, pending=done.pending)


def rolled_back(name: Name, what: RollBackIn, call: Changing) -> PublishedOut:
    """Publish the text of an earlier version again."""
    shelf = call.practice.shelf
    with call.transaction() as tx:
        done = roll_back(tx, name, what.version, shelf=shelf, reason=what.reason, migrate=what.migrate)
    return PublishedOut(schedule=done.name, version=done.version, pending=done.pending)


def decided(name: Name, what: DecisionIn, call: Changing) -> DecisionOut:
    """Pause, resume, retire or reopen a schedule; approve or reject the version that waits for it."""
    with call.transaction() as tx:
        commands.DECISIONS[what.decision](tx, name, what.reason)
    return DecisionOut(schedule=name, decision=what.decision)


def simulated(what: SimulateIn, call: Looking) -> SimulationOut:
    """Start a simulation in the background. Nothing is written to the database."""
    name = read_source(what.text, "text").words.schedule
    request = Request(
        title=name,
        text=what.text,
        first=call.today,
        days=what.days,
        by=call.who.name,
        new_only=what.new_only,
        mailed=what.mailed,
        approve_after_days=what.approve_after_days,
        answers=what.answers,
    )
    number = start(call.practice.settings, request)
    return SimulationOut(number=number, state=JobState.RUNNING, done=0, all=0)


def simulation(number: JobNumber, call: Looking) -> SimulationOut:
    """A simulation: its progress, and its result when it is done."""
    home = call.practice.settings.home
    job = job_of(home, number)
    result = result_of(home, number)["document"] if job.state is JobState.DONE else None
    return SimulationOut(number=number, state=job.state, done=job.done, all=job.all, error=job.error, result=result)


ROUTES = (
    ("/schedules", listed, "GET"),
    ("/schedules/publish", published, "POST"),
    ("/schedules/simulate", simulated, "POST"),
    ("/schedules/{name}/history", history, "GET"),
    ("/schedules/{name}/diff", compared, "GET"),
    ("/schedules/{name}/rollback", rolled_back, "POST"),
    ("/schedules/{name}/decisions", decided, "POST"),
    ("/simulations/{number}", simulation, "GET"),
)

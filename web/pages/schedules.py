"""Schedules for the manager: the versions of each, as a picture, what differs between two, and decisions about them."""

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query
from sqlalchemy.engine import Connection
from starlette.responses import Response

from flows.accounts.snapshot import GroupNow
from flows.dunning.engine.queries import experiment_on
from flows.dunning.versions import commands
from flows.dunning.versions.drafts import begin, open_drafts
from flows.dunning.versions.publish import roll_back
from flows.dunning.versions.queries import PublishedVersion, history_of, list_schedules, schedule_text
from flows.schedules.difference import differences
from flows.schedules.picture import Delay, picture
from flows.schedules.schedule import Schedule
from flows.schedules.schedule_file import schedule_from
from flows.simulation.law import law_delays
from flows.simulation.queries import sample_groups
from models.database import Database
from models.enums import VersionState
from models.errors import BadInput
from web.auth.rights import Right
from web.auth.session import RequestContext, Requires

router = APIRouter()
Lookers = Depends(Requires(Right.SEE_PRACTICE))
Managers = Depends(Requires(Right.CHANGE_SCHEDULES))

Name = Annotated[str, Path(pattern="^[a-z][a-z0-9-]{0,59}$")]
VersionNumber = Annotated[int | None, Query(ge=1, le=100_000)]

_DONE = {
    "pause": "Schedule paused.",
    "resume": "Schedule resumed.",
    "retire": "Schedule retired.",
    "reopen": "Schedule reopened.",
    "approve": "Version approved.",
    "reject": "Version rejected.",
}


@router.get("/schedules")
def all_schedules(visit: RequestContext = Lookers) -> Response:
    """Every schedule with its version in force, those to come, and the open drafts."""
    with visit.reading() as conn:
        rows, drafts = list_schedules(conn, visit.today), open_drafts(conn)
    names = list(dict.fromkeys(row["schedule"] for row in rows))
    return visit.page(
        "schedules.html",
        schedules=[_summary(name, [row for row in rows if row["schedule"] == name]) for name in names],
        drafts=drafts,
        may_change=visit.may(Right.CHANGE_SCHEDULES),
    )


def _summary(name: str, rows: list[PublishedVersion]) -> Mapping[str, object]:
    now = next((row for row in rows if row["state"] == VersionState.IN_FORCE.value), rows[0])
    others = (VersionState.COMING.value, VersionState.PENDING.value)
    return {
        "name": name,
        "now": now,
        "coming": [row for row in rows if row["state"] in others],
        "accounts": sum(row["accounts"] for row in rows),
        "on_earlier": sum(row["accounts"] for row in rows if row["version"] != now["version"]),
    }


@router.get("/schedules/{name}")
def one_schedule(name: Name, version: VersionNumber = None, visit: RequestContext = Lookers) -> Response:
    """One schedule: its picture and steps, its versions, and everything that was decided about it."""
    with visit.reading() as conn:
        rows = [row for row in list_schedules(conn, visit.today) if row["schedule"] == name]
        history = history_of(conn, name)
        in_force = next((row["version"] for row in rows if row["state"] == VersionState.IN_FORCE.value), None)
        shown = schedule_text(conn, name, version or in_force)
        stopped = next((row["stopped"] for row in rows if row["stopped"]), None)
        experiment = experiment_on(conn, name)
        pending = next((row for row in rows if row["state"] == VersionState.PENDING.value), None)
        returns = _returns(conn, name, rows)
    schedule = schedule_from(shown.text)
    return visit.page(
        "schedule.html",
        returns=returns,
        name=name,
        row=shown,
        rows=sorted(rows, key=lambda row: -row["version"]),
        in_force=in_force,
        stopped=stopped,
        pending=pending,
        experiment=experiment,
        history=history,
        schedule=schedule,
        picture=picture(schedule, delays_of(visit, schedule)),
        may_change=visit.may(Right.CHANGE_SCHEDULES),
    )


def _returns(conn: Connection, name: str, rows: list[PublishedVersion]) -> list[Mapping[str, object]]:
    """The versions that one can return to, each with what that changes: retired ones, and the version in force if
    another one is coming."""
    states = {row["version"]: row["state"] for row in rows}
    now = next((row["version"] for row in rows if row["state"] == VersionState.IN_FORCE.value), None)
    wanted = {VersionState.RETIRED.value}
    if VersionState.COMING.value in states.values():
        wanted.add(VersionState.IN_FORCE.value)
    if now is None:
        return []
    present = _schedule(conn, name, now)
    return [
        {"row": row, "changes": [one.sentence for one in differences(present, _schedule(conn, name, row["version"]))]}
        for row in sorted(rows, key=lambda row: -row["version"])
        if row["state"] in wanted
    ]


def delays_of(visit: RequestContext, schedule: Schedule) -> list[Delay]:
    """What the law asks of a schedule's steps for some accounts of the practice."""
    return law_delays(schedule, _samples(visit.practice.database, visit.today), visit.today)


@lru_cache(4)
def _samples(database: Database, today: date) -> tuple[GroupNow, ...]:
    """The creditors and states of the practice: read once a day, because it counts every account."""
    del today
    with database.reading() as conn:
        return tuple(sample_groups(conn))


@router.get("/schedules/{name}/compare")
def compare(
    name: Name,
    one: Annotated[int, Query(ge=1, le=100_000)],
    two: Annotated[int, Query(ge=1, le=100_000)],
    visit: RequestContext = Lookers,
) -> Response:
    """What differs between two versions, in words and as two pictures."""
    with visit.reading() as conn:
        before, after = _schedule(conn, name, one), _schedule(conn, name, two)
    last = max(step.nominal_day for schedule in (before, after) for step in schedule.steps)
    return visit.page(
        "schedule_compare.html",
        name=name,
        titles=(f"Version {one}", f"Version {two}"),
        changes=differences(before, after),
        pictures=(picture(before, days=last), picture(after, days=last)),
    )


def _schedule(conn: Connection, name: str, version: int) -> Schedule:
    return schedule_from(schedule_text(conn, name, version).text)


@router.post("/schedules/{name}/decide")
def decide(name: Name, visit: RequestContext = Managers) -> Response:
    """Pause, resume, retire or reopen a schedule; approve or reject the version that waits for it."""
    verb, reason = visit.typed.needed("verdict", "Decision"), visit.typed.needed("reason", "Reason")
    if verb not in _DONE:
        raise BadInput("this decision is unknown", "reload the page and try again")
    with visit.transaction() as tx:
        commands.DECISIONS[verb](tx, name, reason)
    return visit.go(f"/schedules/{name}", _DONE[verb])


@router.post("/schedules/{name}/rollback")
def back(name: Name, visit: RequestContext = Managers) -> Response:
    """Publish the text of an earlier version again."""
    version, reason = visit.typed.number("version", "Version"), visit.typed.needed("reason", "Reason")
    if version is None:
        raise BadInput("Version is required")
    with visit.transaction() as tx:
        migrate = visit.typed.flag("migrate")
        done = roll_back(tx, name, version, shelf=visit.practice.shelf, reason=reason, migrate=migrate)
    return visit.go(f"/schedules/{name}", f"Version {done.version} published with the text of version {version}.")


@router.post("/schedules/{name}/draft")
def new_draft(name: Name, visit: RequestContext = Managers) -> Response:
    """Begin a draft of a schedule, to change it."""
    with visit.transaction() as tx:
        number = begin(tx, name, visit.typed.number("version", "Version"))
    return visit.go(f"/drafts/{number}")

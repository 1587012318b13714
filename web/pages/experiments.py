"""Experiments for the manager: started from versions and drafts of a schedule, followed, and decided on their day."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Depends, Path
from sqlalchemy.engine import Connection
from starlette.datastructures import FormData
from starlette.responses import Response

from flows.dunning.experiments.commands import ArmWanted, ExperimentWanted, plan, start, stop
from flows.dunning.experiments.queries import experiment_row
from flows.dunning.experiments.view import experiment_lines, view_of
from flows.dunning.versions.drafts import draft_of, open_drafts
from flows.dunning.versions.queries import list_schedules
from flows.practice import Practice
from flows.reports.scorecard import scorecard
from models.enums import VersionState
from models.errors import BadInput
from models.labels import label
from models.values import day_text
from web.auth.rights import Right
from web.auth.session import RequestContext, Requires
from web.forms.fields import Typed
from web.rendering.templates import Context

router = APIRouter()
Lookers = Depends(Requires(Right.SEE_PRACTICE))
Managers = Depends(Requires(Right.CHANGE_SCHEDULES))

Name = Annotated[str, Path(pattern="^[a-z][a-z0-9-]{0,59}$")]


DEFAULTS = {"name": "", "reason": "", "days": "90", "follow_days": "120", "difference": "5.00", "holdout": "0"}
"""The fields of the form, besides what is tried."""


@router.get("/experiments")
def all_experiments(visit: RequestContext = Lookers) -> Response:
    """Every experiment, the form to start one, and the champion and challengers of agency pools."""
    return _page(visit, Typed(FormData()), ())


def _page(visit: RequestContext, typed: Typed, planned: Sequence[str]) -> Response:
    """The page with a form as it was typed, and what the experiment takes, if that was asked."""
    with visit.reading() as conn:
        context = _context(conn, visit, _choices(conn, visit))
    fields = {name: typed.text(name) or usual for name, usual in DEFAULTS.items()}
    return visit.page(
        "experiments.html", planned=planned, typed=fields, tried=frozenset(typed.texts("arms")), **context
    )


def _context(conn: Connection, visit: RequestContext, choices: list[dict[str, str]]) -> Context:
    return {
        "experiments": experiment_lines(conn, visit.today),
        "choices": choices,
        "schedules": list(dict.fromkeys(one["schedule"] for one in choices)),
        "pools": scorecard(conn)["pools"],
        "may_change": visit.may(Right.CHANGE_SCHEDULES),
    }


def _choices(conn: Connection, visit: RequestContext) -> list[dict[str, str]]:
    """What can be tried: versions of each schedule that are not in force, and open drafts."""
    usable = (VersionState.RETIRED.value, VersionState.TRIAL.value)
    found = [
        {
            "key": f"{row['schedule']}:{row['version']}",
            "schedule": row["schedule"],
            "title": f"{row['schedule']} version {row['version']} ({label(VersionState(row['state'])).lower()})",
        }
        for row in list_schedules(conn, visit.today)
        if row["state"] in usable
    ]
    drafts = [
        {
            "key": f"draft:{one.id}",
            "schedule": one.name,
            "title": f"Draft {one.id} of {one.name}, "
            f"changed by {visit.name_of(one.changed_by)} on {day_text(one.changed_on)}",
        }
        for one in open_drafts(conn)
    ]
    return [*drafts, *found]


@router.post("/experiments")
def begin(visit: RequestContext = Managers) -> Response:
    """Start an experiment, or show what it takes."""
    typed = visit.typed
    with visit.reading() as conn:
        wanted = _wanted(conn, typed, visit.practice, _choices(conn, visit))
        planned = plan(conn, wanted, visit.practice.shelf, visit.today).said() if typed.flag("check") else None
    if planned is not None:
        return visit.page("experiment_plan.html", planned=planned) if visit.inline else _page(visit, typed, planned)
    typed.needed("name", "Name")
    typed.needed("reason", "Reason")
    with visit.transaction() as tx:
        start(tx, wanted, visit.practice.shelf)
    return visit.go(f"/experiments/{wanted.name}", "Experiment started.")


def _wanted(conn: Connection, typed: Typed, practice: Practice, choices: list[dict[str, str]]) -> ExperimentWanted:
    keys = typed.texts("arms")
    if not keys:
        raise BadInput("nothing is selected to try", "select one or more versions or drafts", field="arms")
    chosen = [one for one in choices if one["key"] in keys]
    schedules = sorted({one["schedule"] for one in chosen})
    if len(chosen) != len(set(keys)) or len(schedules) != 1:
        raise BadInput("the versions are not all of one schedule", "select versions of one schedule", field="arms")
    cents = typed.cents("difference", "Smallest difference that matters")
    return ExperimentWanted(
        name=typed.text("name"),
        schedule=schedules[0],
        arms=[_arm(conn, practice, one["key"]) for one in chosen],
        reason=typed.text("reason"),
        entry_days=typed.number("days", "Days in which accounts enter") or 0,
        follow_days=typed.number("follow_days", "Days that count for each account") or 0,
        difference_cents=cents or 0,
        holdout_percent=typed.number("holdout", "Held out (%)") or 0,
    )


def _arm(conn: Connection, practice: Practice, key: str) -> ArmWanted:
    kind, number = key.split(":", 1)
    if kind == "draft":
        return ArmWanted(text=draft_of(conn, int(number), practice.shelf).text)
    return ArmWanted(version=int(number))


@router.get("/experiments/{name}")
def one_experiment(name: Name, visit: RequestContext = Lookers) -> Response:
    """An experiment: its arms, what it waits for, and on its day what it shows."""
    with visit.reading() as conn:
        found = view_of(conn, experiment_row(conn, name), visit.today)
    return visit.page("experiment.html", one=found, may_change=visit.may(Right.CHANGE_SCHEDULES))


@router.post("/experiments/{name}/stop")
def end(name: Name, visit: RequestContext = Managers) -> Response:
    """End an experiment, with or without a winner."""
    typed = visit.typed
    reason, winner = typed.needed("reason", "Reason"), typed.number("winner", "Version to publish")
    with visit.transaction() as tx:
        done = stop(tx, name, reason, winner=winner, shelf=visit.practice.shelf)
    said = "The version in force stays." if done is None else f"Version {done.version} published."
    return visit.go(f"/experiments/{name}", f"Experiment ended. {said}")

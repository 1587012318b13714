"""Simulations of a draft on the practice's own accounts: started, watched, read, and taken as a file."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Path
from starlette.responses import Response

from flows.dunning.stuck.reasons import rule_title
from flows.dunning.versions.drafts import draft_of
from flows.settings.queries import policy_now
from flows.simulation.jobs import Job, JobState, Request, job_of, result_of, start
from flows.simulation.run import MOST_DAYS
from flows.simulation.weekly import CHART_HEIGHT, CHART_WIDTH, charts, columns_of, table, week_views
from flows.users.view_log import View
from models.csv_files import csv_bytes
from models.errors import BadInput
from models.ids import AccountId, PersonId
from models.spreadsheets import xlsx_bytes
from models.user_enums import Seen
from web.auth.rights import Right
from web.auth.session import RequestContext, Requires
from web.pages.drafts import DraftKey, Managers

router = APIRouter()
Lookers = Depends(Requires(Right.SEE_PRACTICE))

JobNumber = Annotated[str, Path(pattern="^[0-9]{8}-[0-9a-f]{16}$")]
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@router.post("/drafts/{draft_id}/simulate")
def begin_simulation(draft_id: DraftKey, visit: RequestContext = Managers) -> Response:
    """Start a simulation of a draft in the background."""
    typed = visit.typed
    days = typed.number("days", "Days") or 180
    if not 1 <= days <= MOST_DAYS:
        raise BadInput(f"{days} days can't be simulated", f"enter 1 to {MOST_DAYS} days", field="days")
    with visit.reading() as conn:
        draft = draft_of(conn, draft_id, visit.practice.shelf)
    if not draft.is_publishable:
        raise BadInput("the draft has errors", "correct them first")
    request = Request(
        title=f"Draft of {draft.name}",
        text=draft.text,
        first=visit.today,
        days=days,
        by=visit.who.name,
        draft=draft.id,
        new_only=not typed.flag("migrate"),
        mailed=typed.flag("mailed"),
        approve_after_days=typed.number("approve_after", "Reviews approved after days"),
        answers=typed.flag("answers"),
    )
    return visit.go(f"/simulations/{start(visit.practice.settings, request)}")


@router.get("/simulations/{number}")
def show(number: JobNumber, visit: RequestContext = Lookers) -> Response:
    """A simulation: its progress, or its figures."""
    job = job_of(visit.practice.settings.home, number)
    if job.state is not JobState.DONE:
        template = "simulation_progress.html" if visit.inline else "simulation.html"
        return visit.page(template, number=number, job=job, percent=_percent(job), result=None)
    if visit.inline:
        return visit.go(f"/simulations/{number}")
    result = result_of(visit.practice.settings.home, number)
    with visit.reading() as conn:
        policy = policy_now(conn)
    views, columns = week_views(result["weeks"], policy), columns_of(result["weeks"])
    listed = [
        View(PersonId(one["person_id"]), AccountId(one["account_id"]))
        for stop in result["stops"]
        for one in stop["shown"]
    ]
    visit.saw(Seen.TASKS, listed)
    return visit.page(
        "simulation.html",
        number=number,
        job=job,
        percent=100,
        result=result,
        views=views,
        columns=columns,
        charts=charts(views, columns),
        chart_size=(CHART_WIDTH, CHART_HEIGHT),
        titles={stop["rule"]: rule_title(stop["rule"]) for stop in result["stops"]},
        policy=policy,
    )


def _percent(job: Job) -> int:
    return 0 if not job.all else int(100 * job.done / job.all)


@router.get("/simulations/{number}/weeks.{suffix}")
def file_of_weeks(number: JobNumber, suffix: Literal["csv", "xlsx"], visit: RequestContext = Lookers) -> Response:
    """The figures by week as a file."""
    result = result_of(visit.practice.settings.home, number)
    with visit.reading() as conn:
        head, rows = table(week_views(result["weeks"], policy_now(conn)), columns_of(result["weeks"]))
    if suffix == "csv":
        content, kind = csv_bytes(head, rows), "text/csv; charset=utf-8"
    else:
        content, kind = xlsx_bytes("Simulation", head, rows), XLSX
    return Response(
        content, media_type=kind, headers={"Content-Disposition": f'attachment; filename="simulation.{suffix}"'}
    )

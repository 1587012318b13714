"""Open tasks, by role and due date; each user sees their own first."""

from fastapi import APIRouter, Depends
from starlette.responses import Response

from flows.accounts.happenings import close_tasks
from flows.accounts.tasks.done import complete_tasks
from flows.accounts.tasks.queries import accounts_of_tasks
from flows.calls.queries import task_row
from flows.dunning.engine.commands import bring_back
from flows.reports.tasks import counted, listed_tasks, task_groups
from flows.users.view_log import View
from models.enums import TaskState
from models.errors import BadInput, Refused
from models.task_kinds import TaskKind
from models.user_enums import Role, Seen
from web.auth.rights import Right
from web.auth.session import Page, RequestContext, Requires, TaskKey

router = APIRouter()
Workers = Depends(Requires(Right.SEE_TASKS))

A_PAGE = 50
ELSEWHERE = (TaskKind.CALL,)
"""Tasks that have a page of their own."""


def _roles(visit: RequestContext) -> set[str]:
    """The user's roles, as tasks name them."""
    return {role.label for role in visit.who.roles}


@router.get("/tasks")
def task_list(kind: str = "", whose: str = "mine", page: Page = 1, visit: RequestContext = Workers) -> Response:
    """Open tasks of the user's own roles, or of all roles, by kind, the most urgent first."""
    wanted = sorted(_roles(visit)) if whose == "mine" else None
    with visit.reading() as conn:
        groups = task_groups(conn, visit.today, roles=wanted, but=ELSEWHERE)
        shown = listed_tasks(
            conn, visit.today, kind=kind or None, roles=wanted, but=ELSEWHERE, skip=(page - 1) * A_PAGE, at_most=A_PAGE
        )
    visit.saw(Seen.TASKS, [View(row.person, None, f"task {row.task}") for row in shown])
    counts = counted(groups)
    return visit.page(
        "tasks.html",
        rows=shown,
        total=counts[kind] if kind else counts.total(),
        groups=groups,
        kind=kind,
        whose=whose,
        page=page,
        a_page=A_PAGE,
        manager=Role.MANAGER in visit.who.roles,
        together=bool(kind) and any(row.ticked_off for row in shown),
    )


@router.post("/tasks/done")
def tasks_done(visit: RequestContext = Workers) -> Response:
    """Complete several tasks of one kind with the same outcome."""
    ticked = [int(key) for key in visit.typed.texts("task") if key.isdecimal() and len(key) <= 15]
    if not ticked:
        raise Refused("no task is selected", "select one or more tasks")
    return _done(visit, ticked)


@router.post("/tasks/{task}/done")
def task_done(task: TaskKey, visit: RequestContext = Workers) -> Response:
    """Complete a task with its outcome."""
    return _done(visit, [task])


def _done(visit: RequestContext, tasks: list[int]) -> Response:
    outcome = visit.typed.needed("outcome", "Outcome")
    with visit.transaction() as tx:
        done = complete_tasks(tx, tasks, outcome, roles=visit.who.roles)
    return visit.go("/tasks", f"{done} tasks completed." if done > 1 else "")


@router.post("/tasks/{task}/bring-back")
def bring_back_account(task: TaskKey, visit: RequestContext = Workers) -> Response:
    """Return an exception account to its schedule where it stopped, once the problem is corrected."""
    with visit.transaction() as tx:
        row = task_row(tx.conn, task)
        if row is None or row.kind != TaskKind.SET_ASIDE:
            raise BadInput(f"task {task} was already completed or is not an exception")
        for account in accounts_of_tasks(tx.conn, [task]).get(task, ()):
            bring_back(tx, account)
        close_tasks(tx, [task], TaskState.DONE, "returned to schedule")
    return visit.go("/tasks")

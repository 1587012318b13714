"""Open work, by whom and until when; each person sees what is theirs first."""

from fastapi import APIRouter, Depends
from starlette.responses import Response

from flows.access.commands import View
from flows.calls.queries import accounts_of_tasks, count_tasks, owners_of_tasks, task_row, tasks_open
from flows.dunning.commands import bring_back
from flows.happenings.commands import close_tasks
from flows.reviews.queries import is_review
from models.errors import Refused
from models.kinds import TaskState
from models.user_kinds import Role, Seen
from web.door import Allowed, Key, Page, Visit
from web.look import words
from web.rights import Right

router = APIRouter()
Workers = Depends(Allowed(Right.SEE_TASKS))

A_PAGE = 50
NOT_BY_HAND = ("call", "set-aside")
"""Work that is done elsewhere: calls on their own page, accounts set aside by bringing them back."""


def _roles(visit: Visit) -> set[str]:
    """Somebody's roles, as tasks name them."""
    return {words(role.value) for role in visit.who.roles}


@router.get("/tasks")
def task_list(kind: str = "", whose: str = "mine", page: Page = 1, visit: Visit = Workers) -> Response:
    """Open tasks of one's own roles, or of everybody, the most urgent first."""
    wanted = sorted(_roles(visit)) if whose == "mine" else None
    with visit.reading() as conn:
        kinds = count_tasks(conn, None, roles=wanted, but=("call",))
        shown = tasks_open(
            conn, kind or None, roles=wanted, but=("call",), skip=(page - 1) * A_PAGE, at_most=A_PAGE
        )
        owners = owners_of_tasks(conn, [row["task"] for row in shown])
    visit.saw(Seen.TASKS, [View(owners[row["task"]], None, f"task {row['task']}") for row in shown])
    rows_shown = [{**row, "person": owners[row["task"]]} for row in shown]
    return visit.page(
        "tasks.html", rows=rows_shown, total=kinds.get(kind, 0) if kind else sum(kinds.values()),
        kinds=sorted(kinds), kind=kind, whose=whose, page=page, a_page=A_PAGE,
        manager=Role.MANAGER in visit.who.roles,
    )  # fmt: skip


@router.post("/tasks/{task}/done")
def task_done(task: Key, visit: Visit = Workers) -> Response:
    """A task is done, with what came of it."""
    outcome = visit.typed.needed("outcome", "What came of it")
    with visit.transaction() as tx:
        row = task_row(tx.conn, task)
        if row is None:
            raise Refused(f"task {task} is done already, or is none")
        if row.kind in NOT_BY_HAND:
            raise Refused(f"a task of the kind {row.kind} is not ticked off; do what it asks for on its page")
        if is_review(tx.conn, task):
            raise Refused(f"task {task} is a review: approve it or keep it, on the page of reviews")
        if row.role not in _roles(visit) and Role.MANAGER not in visit.who.roles:
            raise Refused(f"task {task} is for the {row.role}; a manager may do it in their place")
        close_tasks(tx, [task], TaskState.DONE, outcome)
    return visit.go("/tasks")


@router.post("/tasks/{task}/bring-back")
def bring_back_account(task: Key, visit: Visit = Workers) -> Response:
    """Let an account that was set aside go on where it stood, once what was wrong is right."""
    with visit.transaction() as tx:
        row = task_row(tx.conn, task)
        if row is None or row.kind != "set-aside":
            raise Refused(f"task {task} is done already, or is no account set aside")
        for account in accounts_of_tasks(tx.conn, [task]).get(task, ()):
            bring_back(tx, account)
        close_tasks(tx, [task], TaskState.DONE, "brought back")
    return visit.go("/tasks")

"""Open tasks, by role and due date; each user sees their own first."""

from collections.abc import Mapping
from dataclasses import replace
from typing import NamedTuple

from fastapi import APIRouter, Depends
from starlette.responses import Response

from flows.accounts.happenings import close_tasks
from flows.accounts.tasks.done import complete_tasks
from flows.accounts.tasks.move import assign_tasks, snooze_tasks
from flows.accounts.tasks.queries import accounts_of_tasks
from flows.calls.queries import task_row
from flows.conversations.disputes import Verdict, answer_dispute
from flows.correspondence.creditors.queries import creditor_names
from flows.dunning.engine.commands import bring_back
from flows.people.contact.commands import ADDRESS, NUMBERS, change_person
from flows.reports.tasks import TaskFilter, TaskSort, counted, listed_tasks, snoozed_tasks, task_groups
from flows.users.queries import workers_of
from flows.users.view_log import View
from models.database import Transaction
from models.enums import TaskState
from models.errors import BadInput, Refused
from models.task_kinds import TaskKind
from models.user_enums import Role, Seen
from web.auth.rights import Right
from web.auth.session import Page, RequestContext, Requires, TaskKey
from web.forms.fields import link_without, must

router = APIRouter()
Workers = Depends(Requires(Right.SEE_TASKS))
ContactChangers = Depends(Requires(Right.CHANGE_CONTACT))
Holders = Depends(Requires(Right.HOLD_ACCOUNTS))

A_PAGE = 50
ELSEWHERE = (TaskKind.CALL,)
"""Tasks that have a page of their own."""


class Workplace(NamedTuple):
    """The page on which a kind of task is worked: its button, its address, and the right that it needs."""

    label: str
    path: str
    right: Right


WORKPLACES: Mapping[str, Workplace] = {
    TaskKind.OFFER_ARRANGEMENT: Workplace("Offer a plan", "/people/{person}/plan/{creditor}", Right.MAKE_PLANS),
    TaskKind.SET_UP_ARRANGEMENT: Workplace("Set up the plan", "/people/{person}/plan/{creditor}", Right.MAKE_PLANS),
    TaskKind.BILL_INSURANCE: Workplace("Open insurance", "/people/{person}#insurance-h", Right.SEE_ACCOUNTS),
    TaskKind.INSURANCE_SILENT: Workplace("Open insurance", "/people/{person}#insurance-h", Right.SEE_ACCOUNTS),
    TaskKind.INSURANCE_NOT_BILLED: Workplace("Open insurance", "/people/{person}#insurance-h", Right.SEE_ACCOUNTS),
    TaskKind.LOOK_FOR_PAYMENT: Workplace("Post or transfer", "/payments", Right.POST_PAYMENTS),
    TaskKind.DUPLICATE_PAYMENT: Workplace("Open payments", "/payments", Right.POST_PAYMENTS),
    TaskKind.REFUND: Workplace("Refund or apply", "/refunds", Right.PROPOSE_REFUNDS),
    TaskKind.APPLY_CREDIT: Workplace("Refund or apply", "/refunds", Right.PROPOSE_REFUNDS),
    TaskKind.CONFIRM_DEATH: Workplace("Confirm or reject", "/estates", Right.WORK_ESTATES),
    TaskKind.SAME_PERSON: Workplace("Compare records", "/persons", Right.CHANGE_CONTACT),
    TaskKind.APPROVE_PLACEMENT: Workplace("Decide placement", "/agencies?stage=release", Right.APPROVE_MONEY),
    TaskKind.AGENCY_DIFFERENCE: Workplace("Open reconciliation", "/agencies/reconcile", Right.TAKE_FILES),
    TaskKind.AGENCY_SILENT: Workplace("Open agency files", "/agencies/files?show=overdue", Right.TAKE_FILES),
    TaskKind.AGENCY_COMPLAINT: Workplace("Open placements", "/agencies/accounts/{account}", Right.SEE_WITHOUT_REASON),
    TaskKind.AGENCY_RETURNED: Workplace("Open placements", "/agencies/accounts/{account}", Right.SEE_WITHOUT_REASON),
    TaskKind.TELL_AGENCY: Workplace("Open placements", "/agencies/accounts/{account}", Right.SEE_WITHOUT_REASON),
    TaskKind.AGENCY_UNKNOWN_ACCOUNT: Workplace("Open agency files", "/agencies/files", Right.TAKE_FILES),
    TaskKind.AGENCY_FILE: Workplace("Correct the data", "/people/{person}", Right.CHANGE_CONTACT),
    TaskKind.APPROVE_SETTLEMENT: Workplace("Decide settlement", "/house/approvals", Right.APPROVE_MONEY),
}
"""Where a task is worked that is more than a sentence. Those of a form are in task_answers.html. A task that is
completed by hand has its form beside the link."""


def _roles(visit: RequestContext) -> set[str]:
    """The user's roles, as tasks name them."""
    return {role.label for role in visit.who.roles}


def _asked(visit: RequestContext) -> tuple[TaskFilter, dict[str, str]]:
    """The filter of the address, and its fields."""
    asked = visit.asked
    whose, owner, show = asked.text("whose") or "mine", asked.text("owner"), asked.text("show")
    found = TaskFilter(
        kind=asked.some("kind"),
        roles=sorted(_roles(visit)) if whose == "mine" else None,
        but=ELSEWHERE,
        owner={"me": visit.who.name, "none": ""}.get(owner),
        creditor=asked.number("creditor", "Creditor"),
        late=show == "late",
        snoozed=show == "snoozed",
        sort=asked.some_word("sort", TaskSort) or TaskSort.DUE,
    )
    fields = {"kind": found.kind or "", "whose": whose, "owner": owner, "show": show, "sort": found.sort.value}
    return found, {**fields, "creditor": asked.text("creditor")}


@router.get("/tasks")
def task_list(page: Page = 1, visit: RequestContext = Workers) -> Response:
    """Open tasks of the user's own roles, or of all roles, as a work list."""
    wanted, fields = _asked(visit)
    with visit.reading() as conn:
        groups = task_groups(conn, visit.today, replace(wanted, kind=None))
        shown = listed_tasks(conn, visit.today, wanted, skip=(page - 1) * A_PAGE, at_most=A_PAGE)
        waiting = snoozed_tasks(conn, visit.today, wanted)
        creditors, workers = creditor_names(conn), workers_of(conn)
    visit.saw(Seen.TASKS, [View(row.person, None, f"task {row.task}") for row in shown])
    counts = counted(groups)
    kind, manager = fields["kind"], Role.MANAGER in visit.who.roles
    return visit.page(
        "tasks.html",
        rows=shown,
        total=counts[kind] if kind else counts.total(),
        groups=groups,
        fields=fields,
        link={name: link_without("/tasks", fields, name) for name in ("sort", "kind", "show", "page")},
        kind=kind,
        whose=fields["whose"],
        page=page,
        a_page=A_PAGE,
        snoozed=waiting,
        creditors=creditors,
        sorts=list(TaskSort),
        workers=workers if manager else [visit.who.name],
        manager=manager,
        workplaces=WORKPLACES,
        together=bool(kind) and any(row.ticked_off for row in shown),
    )


def _ticked(visit: RequestContext) -> list[int]:
    ticked = visit.typed.keys("task")
    if not ticked:
        raise Refused("no task is selected", "select one or more tasks")
    return ticked


@router.post("/tasks/selected")
def selected(visit: RequestContext = Workers) -> Response:
    """Assign the selected tasks, let them wait, or complete them with one outcome."""
    typed, tasks = visit.typed, _ticked(visit)
    do = typed.needed("do", "Action")
    if do == "complete":
        return _done(visit, tasks)
    with visit.transaction() as tx:
        said = _move(tx, visit, do, tasks)
    return visit.go("/tasks", said)


def _move(tx: Transaction, visit: RequestContext, do: str, tasks: list[int]) -> str:
    typed, roles = visit.typed, visit.who.roles
    if do == "assign":
        count = assign_tasks(tx, tasks, typed.some("to"), roles=roles)
        return f"{count} tasks assigned." if typed.some("to") else f"{count} tasks have no owner now."
    if do == "snooze":
        until = must(typed.day("until", "Until"), "Until")
        count = snooze_tasks(tx, tasks, until, typed.text("reason"), roles=roles)
        return f"{count} tasks wait until {until:%b} {until.day}."
    raise BadInput("choose what to do with the selected tasks")


@router.post("/tasks/{task}/dispute")
def dispute(task: TaskKey, visit: RequestContext = Holders) -> Response:
    """Answer a dispute: the bill stands, or a part is taken off, which a manager does."""
    typed = visit.typed
    verdict = typed.word("verdict", Verdict, "Answer")
    if verdict is Verdict.ADJUSTED and not visit.may(Right.APPROVE_MONEY):
        raise Refused(
            "an adjustment is posted by a manager", "assign this task to a manager, with the amount in a note"
        )
    with visit.transaction() as tx:
        answer_dispute(
            tx,
            task,
            verdict,
            typed.needed("reason", "What the review found"),
            adjust_cents=typed.cents("amount", "Adjustment") or 0,
            letter=typed.flag("letter"),
        )
    return visit.go(f"/tasks?kind={TaskKind.REVIEW_DISPUTE}", "Dispute answered.")


@router.post("/tasks/{task}/contact")
def found_contact(task: TaskKey, visit: RequestContext = ContactChangers) -> Response:
    """Save the address or number that was looked for; the task and the hold for it end."""
    typed = visit.typed
    wanted = {TaskKind.FIND_ADDRESS: ADDRESS, TaskKind.FIND_PHONE: NUMBERS}
    with visit.transaction() as tx:
        row = task_row(tx.conn, task)
        names = None if row is None else wanted.get(row.kind)
        if row is None or names is None:
            raise BadInput(f"task {task} was already completed, or looks for something else")
        changes = {name: typed.some(name) for name in names if typed.some(name)}
        if not changes:
            raise BadInput("enter what was found")
        source = typed.needed("source", "Source")
        change_person(tx, row.guarantor_id, {**_rest(names), **changes}, source)
    return visit.go(f"/tasks?kind={row.kind}", "Saved.")


def _rest(names: tuple[str, ...]) -> dict[str, str | None]:
    """A new address has no apartment and no country unless they were entered; a second number stays."""
    return {"address2": None, "country": None} if "address1" in names else {}


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

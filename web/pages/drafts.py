"""Drafts of schedules: the picture, forms for each step, the text beside it, its errors, and publishing it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Annotated

import orjson
from fastapi import APIRouter, Depends, Path, Query
from starlette.responses import Response

from flows.accounts.eligibility import WRITE_OFF_REASON
from flows.calls.script import script_names
from flows.dunning.versions.drafts import Draft, DraftChanged, change, draft_of, end, undo
from flows.dunning.versions.publish import publish, refuse_bad_templates
from flows.dunning.versions.queries import version_in_force
from flows.schedules.actions import ROWS, StepKind, row_of
from flows.schedules.difference import differences
from flows.schedules.edit import (
    Only,
    add_step,
    change_step,
    has_other_conditions,
    move_step,
    only_of,
    remove_step,
    reorder_step,
    set_word,
)
from flows.schedules.picture import picture
from flows.schedules.schedule import OpenCall, OpenTask, Place, Schedule, SendLetter, Step
from flows.schedules.schedule_file import read_source, schedule_from
from flows.settings.contracts.queries import agencies_now
from letters.own import problems_of_own
from models.enums import DraftState, PayerClass
from models.errors import BadInput, NotFound
from models.labels import label, letter_label, task_label
from models.task_kinds import TaskKind
from models.user_enums import Role
from models.values import day_text
from web.auth.rights import Right
from web.auth.session import RequestContext, Requires
from web.forms.steps import step_of
from web.pages.schedules import delays_of
from web.rendering.refusals import Changed

router = APIRouter()
Managers = Depends(Requires(Right.CHANGE_SCHEDULES))

DraftKey = Annotated[int, Path(ge=1, le=2**53)]
StepName = Annotated[str, Path(pattern="^[a-z][a-z0-9-]{0,59}$")]

OFFERED_TASKS = (
    TaskKind.PLACEMENT_REVIEW,
    TaskKind.BALANCE_REVIEW,
    TaskKind.FIND_ADDRESS,
    TaskKind.FIND_PHONE,
    TaskKind.LOOK_FOR_PAYMENT,
    TaskKind.BILL_INSURANCE,
    TaskKind.REVIEW_FINANCIAL_ASSISTANCE,
)
"""The tasks that a step of a schedule can open."""


KIND_LABELS = {row.kind: row.label for row in ROWS.values()}


@dataclass(frozen=True, slots=True)
class Choices:
    """What the form of a step offers: values with their labels."""

    letters: list[tuple[str, str]]
    scripts: list[str]
    tasks: list[tuple[str, str]]
    roles: list[str]
    terms: list[str]
    pools: list[str]
    reasons: list[str]
    payers: list[tuple[str, str]] = field(default_factory=lambda: [(one.value, label(one)) for one in PayerClass])


@router.get("/drafts/{draft_id}")
def show(draft_id: DraftKey, visit: RequestContext = Managers) -> Response:
    """The draft as a picture and as text, what it changes, and what is wrong with it."""
    with visit.reading() as conn:
        draft = draft_of(conn, draft_id, visit.practice.shelf)
        present = version_in_force(conn, draft.name, visit.today)
    before = None if present is None else schedule_from(present.text)
    changed = [] if before is None or draft.schedule is None else differences(before, draft.schedule)
    return visit.page(
        "draft.html",
        draft=draft,
        picture=None if draft.schedule is None else picture(draft.schedule, delays_of(visit, draft.schedule)),
        present=present,
        changes=changed,
        kinds=KIND_LABELS,
        is_open=draft.state is DraftState.OPEN,
        faults=problems_of_own(visit.practice.settings.templates),
    )


@router.get("/drafts/{draft_id}/steps/{step}")
def step_form(draft_id: DraftKey, step: StepName, visit: RequestContext = Managers) -> Response:
    """The form of a step."""
    with visit.reading() as conn:
        draft = draft_of(conn, draft_id, visit.practice.shelf)
    schedule = _schedule(draft)
    if step not in schedule.position:
        raise NotFound(f'step "{step}" was not found', "another person may have removed it")
    words = read_source(draft.text, "draft").words.steps[schedule.position[step]]
    found = schedule.step(step)
    return _form(visit, draft, found, row_of(found.act).kind, only_of(words.when), has_other_conditions(words.when))


@router.get("/drafts/{draft_id}/new-step")
def new_step_form(
    draft_id: DraftKey, step_kind: Annotated[StepKind, Query()], visit: RequestContext = Managers
) -> Response:
    """The empty form of a step of a kind."""
    with visit.reading() as conn:
        draft = draft_of(conn, draft_id, visit.practice.shelf)
    _schedule(draft)
    return _form(visit, draft, None, step_kind, Only(), False)


def _form(visit: RequestContext, draft: Draft, step: Step | None, kind: StepKind, only: Only, others: bool) -> Response:
    schedule = _schedule(draft)
    return visit.page(
        "draft_step.html",
        draft=draft,
        step=step,
        act=None if step is None else step.act,
        kind=kind,
        kind_label=KIND_LABELS[kind],
        only=only,
        others=others,
        steps=[one.id for one in schedule.steps if step is None or one.id != step.id],
        last=schedule.steps[-1].id,
        choices=_choices(visit, schedule),
    )


def _choices(visit: RequestContext, schedule: Schedule) -> Choices:
    with visit.reading() as conn:
        pools = sorted(agencies_now(conn).pools)
    used = [step.act for step in schedule.steps]
    letters = {*visit.practice.shelf.kinds(), *(str(act.kind) for act in used if isinstance(act, SendLetter))}
    tasks = {*(one.value for one in OFFERED_TASKS), *(str(act.kind) for act in used if isinstance(act, OpenTask))}
    return Choices(
        letters=sorted(((one, letter_label(one)) for one in letters), key=lambda one: one[1]),
        scripts=sorted({*script_names(), *(act.script for act in used if isinstance(act, OpenCall))}),
        tasks=sorted(((one, task_label(one)) for one in tasks), key=lambda one: one[1]),
        roles=[role.label for role in Role if role not in (Role.ADMIN, Role.AUDITOR)],
        terms=sorted(schedule.arrangements),
        pools=sorted({*pools, *(act.pool for act in used if isinstance(act, Place))}),
        reasons=sorted(WRITE_OFF_REASON),
    )


def _schedule(draft: Draft) -> Schedule:
    if draft.schedule is None:
        raise BadInput("the text of this draft has errors", "correct the text first; then its steps have forms")
    return draft.schedule


def _edit(visit: RequestContext, draft_id: int, edit: Callable[[str], str]) -> None:
    """Apply an edit to a draft, if it has not changed since its page was drawn."""
    seen = visit.typed.number("seen", "Change") or 0
    with visit.transaction() as tx:
        try:
            change(tx, draft_id, seen, edit)
        except DraftChanged as error:
            raise _changed(visit, error) from None


def _changed(visit: RequestContext, error: DraftChanged) -> Changed:
    changes, by = error.changes or ["Its wording changed."], visit.name_of(error.by)
    events = [{"number": "Draft", "why": one, "actor": by} for one in changes]
    return Changed(events, str(error.seq), "draft")


@router.post("/drafts/{draft_id}/steps")
def add(draft_id: DraftKey, visit: RequestContext = Managers) -> Response:
    """Add a step."""
    step, after = step_of(visit.typed), visit.typed.some("place_after")
    _edit(visit, draft_id, lambda text: add_step(text, step, after))
    return visit.go(f"/drafts/{draft_id}#step-{step.id}", "Step added.")


@router.post("/drafts/{draft_id}/steps/{step}")
def change_one(draft_id: DraftKey, step: StepName, visit: RequestContext = Managers) -> Response:
    """Change a step."""
    edited = step_of(visit.typed)
    _edit(visit, draft_id, lambda text: change_step(text, step, edited))
    return visit.go(f"/drafts/{draft_id}#step-{edited.id}", "Step saved.")


@router.post("/drafts/{draft_id}/steps/{step}/move")
def move(draft_id: DraftKey, step: StepName, visit: RequestContext = Managers) -> Response:
    """Move a step to another day."""
    day = visit.typed.number("days", "Day")
    if day is None:
        raise BadInput("Day is required", "enter a number, such as 80")
    _edit(visit, draft_id, lambda text: move_step(text, step, day))
    return visit.go(f"/drafts/{draft_id}", "Step moved.")


@router.post("/drafts/{draft_id}/steps/{step}/remove")
def remove(draft_id: DraftKey, step: StepName, visit: RequestContext = Managers) -> Response:
    """Remove a step."""
    _edit(visit, draft_id, lambda text: remove_step(text, step))
    return visit.go(f"/drafts/{draft_id}", "Step removed.")


@router.post("/drafts/{draft_id}/steps/{step}/order")
def order(draft_id: DraftKey, step: StepName, visit: RequestContext = Managers) -> Response:
    """Move a step up or down in the list."""
    by = -1 if visit.typed.text("verdict") == "up" else 1
    _edit(visit, draft_id, lambda text: reorder_step(text, step, by))
    return visit.go(f"/drafts/{draft_id}", "Order saved.")


@router.post("/drafts/{draft_id}/spacing")
def spacing(draft_id: DraftKey, visit: RequestContext = Managers) -> Response:
    """Set the days between letters, the limit of calls, and when accounts enter."""
    typed = visit.typed
    words: dict[tuple[str, ...], int | None] = {
        ("spacing", "letters", "at_least_days"): typed.number("at_least_days", "Days between letters"),
        ("spacing", "letters", "gather_days"): typed.number("gather_days", "Days to combine letters"),
        ("spacing", "calls", "at_most"): typed.number("at_most", "Calls"),
        ("spacing", "calls", "in_days"): typed.number("in_days", "Days"),
        ("enter", "overdue_days"): typed.number("overdue_days", "Days overdue"),
    }

    def edit(text: str) -> str:
        for path, value in words.items():
            if value is not None:
                text = set_word(text, path, value)
        return text

    _edit(visit, draft_id, edit)
    return visit.go(f"/drafts/{draft_id}", "Saved.")


@router.post("/drafts/{draft_id}/text")
def save_text(draft_id: DraftKey, visit: RequestContext = Managers) -> Response:
    """Save the text as it was typed, also with errors."""
    text = visit.typed.text("draft_text").replace("\r\n", "\n") + "\n"
    _edit(visit, draft_id, lambda _: text)
    return visit.go(f"/drafts/{draft_id}", "Draft saved.")


@router.post("/drafts/{draft_id}/autosave")
def save_while_typing(draft_id: DraftKey, visit: RequestContext = Managers) -> Response:
    """Save the text while it is typed; returns its errors, and the number of the change for the page's other forms."""
    text = visit.typed.text("draft_text").replace("\r\n", "\n") + "\n"
    _edit(visit, draft_id, lambda _: text)
    with visit.reading() as conn:
        draft = draft_of(conn, draft_id, visit.practice.shelf)
    answer = visit.page("draft_problems.html", draft=draft)
    answer.headers["HX-Trigger"] = orjson.dumps({"draft-saved": {"seq": draft.seq}}).decode()
    return answer


@router.post("/drafts/{draft_id}/undo")
def take_back(draft_id: DraftKey, visit: RequestContext = Managers) -> Response:
    """Undo the last change."""
    with visit.transaction() as tx:
        try:
            undo(tx, draft_id, visit.typed.number("seen", "Change") or 0)
        except DraftChanged as error:
            raise _changed(visit, error) from None
    return visit.go(f"/drafts/{draft_id}", "Last change undone.")


@router.post("/drafts/{draft_id}/discard")
def discard(draft_id: DraftKey, visit: RequestContext = Managers) -> Response:
    """Discard the draft."""
    with visit.transaction() as tx:
        end(tx, draft_id, DraftState.DISCARDED)
    return visit.go("/schedules", "Draft discarded.")


@router.post("/drafts/{draft_id}/publish")
def publish_draft(draft_id: DraftKey, visit: RequestContext = Managers) -> Response:
    """Publish the draft from a day on, with a reason; for new accounts, or also for those already in the schedule."""
    typed = visit.typed
    reason, starts = typed.needed("reason", "Reason"), typed.day("starts", "In force from")
    shelf = visit.practice.shelf
    with visit.transaction() as tx:
        draft = draft_of(tx.conn, draft_id, shelf)
        if draft.seq != typed.number("seen", "Change"):
            by = visit.name_of(draft.changed_by)
            raise Changed([{"number": "Draft", "why": "It was changed.", "actor": by}], str(draft.seq), "draft")
        refuse_bad_templates(draft.text, shelf)
        done = publish(
            tx,
            read_source(draft.text, draft.name),
            draft.text,
            letters=shelf.kinds(),
            from_on=starts,
            reason=reason,
            migrate=typed.flag("migrate"),
        )
        end(tx, draft_id, DraftState.PUBLISHED)
    when = f"in force from {day_text(starts)}" if starts else "in force now"
    said = "it takes effect when another manager approves it" if done.pending else when
    return visit.go(f"/schedules/{draft.name}", f"Version {done.version} published; {said}.")

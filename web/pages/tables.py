"""The tables that a manager owns: their versions and differences, forms and text, publishing and the way back."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query
from starlette.responses import Response

from flows.accounts.holds import BY_HAND
from flows.accounts.load import present_schedules
from flows.calls.dispositions import DISPOSITIONS, DispositionText, Does, letters_offered
from flows.calls.scoring import MOST_POINTS
from flows.calls.table_edit import code_of, edit_result, edit_scoring, fixed_of, remove_result
from flows.calls.table_words import DOES, POINTS, result_lines, results_words, scoring_words
from flows.estates.liability.approved import TABLE as SPOUSES
from flows.estates.liability.approved import spouse_rows
from flows.practice_tables import (
    SHIPPED,
    TableNow,
    edited_text,
    roll_back_table,
    table_difference,
    table_history,
    table_named,
    table_now,
    tables_now,
)
from flows.schedules.practice_days import TABLE as CALENDAR
from flows.schedules.practice_days import calendar_words, edit_calendar
from flows.schedules.schedule import holiday_names
from flows.schedules.schema import ResumeText
from flows.settings.contracts.queries import TERMS
from flows.settings.contracts.terms_edit import edit_terms, terms_part
from flows.settings.tables.yaml_text import BadSchedule, Problem
from models.enums import AgencyFileKind, HoldScope, PayerClass
from models.errors import NotFound
from models.labels import label, letter_label, plain, result_label, task_label
from models.places import STATE_NAMES
from models.step_words import step_name
from models.task_kinds import TaskKind
from models.user_enums import Role
from models.values import capitalized
from web.auth.rights import Right
from web.auth.session import RequestContext, Requires
from web.forms.agencies import days_left, forms_of, weights_of
from web.forms.published import publish_form
from web.forms.tables import (
    CALENDAR_LABELS,
    RESULT_LABELS,
    SPARE_LINES,
    TERMS_LABELS,
    calendar_of,
    in_form,
    result_of,
    scoring_of,
    terms_of,
)

router = APIRouter()
Lookers = Depends(Requires(Right.SEE_PRACTICE))
Managers = Depends(Requires(Right.CHANGE_SETTINGS))

Name = Annotated[str, Path(pattern="^[a-z][a-z0-9-]{0,59}(:[a-z0-9-]{1,60})?$")]
Code = Annotated[str, Path(pattern="^[a-z][a-z0-9_]{0,39}$")]
Version = Annotated[int, Query(ge=SHIPPED, le=100_000)]

SCORING, RESULTS = "call-scoring", "dispositions"

OFFERED_TASKS = (
    TaskKind.LOOK_FOR_PAYMENT,
    TaskKind.SET_UP_ARRANGEMENT,
    TaskKind.REVIEW_DISPUTE,
    TaskKind.BILL_INSURANCE,
    TaskKind.REVIEW_FINANCIAL_ASSISTANCE,
    TaskKind.CALL_WITH_INTERPRETER,
    TaskKind.WRITE_TO_ATTORNEY,
    TaskKind.CHECK_BANKRUPTCY,
    TaskKind.FIND_ADDRESS,
    TaskKind.FIND_PHONE,
    TaskKind.BALANCE_REVIEW,
)
"""The tasks that a call result can open."""

Choice = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Choices:
    """What the form of a call result offers: values with their labels."""

    holds: list[Choice]
    scopes: list[Choice]
    tasks: list[Choice]
    roles: list[Choice]
    letters: list[Choice]
    does: list[Choice]
    steps: list[Choice]


@router.get("/house/tables")
def all_tables(visit: RequestContext = Lookers) -> Response:
    """Every table: the version in force, by whom, when and why."""
    with visit.reading() as conn:
        rows = tables_now(conn)
    return visit.page("tables.html", rows=rows, table_named=table_named)


@router.get("/house/tables/{name}")
def one_table(name: Name, visit: RequestContext = Lookers, file: AgencyFileKind | None = None) -> Response:
    """A table: its form, its text, its versions with what each changed, and the way back. `file`: of a layout."""
    with visit.reading() as conn:
        now = table_now(conn, name)
    return _shown(visit, now, now.text, file=file)


def _shown(
    visit: RequestContext,
    now: TableNow,
    text: str,
    status: int = 200,
    problems: tuple[Problem, ...] = (),
    file: AgencyFileKind | None = None,
    **more: object,
) -> Response:
    with visit.reading() as conn:
        history, forms = table_history(conn, now.name), forms_of(conn, now.name, now.text, file)
    values: dict[str, object] = {"seen": now.version, "based_on": now.version, "reason": "", "missing": "", **more}
    return visit.page(
        "table.html",
        status,
        now=now,
        table=table_named(now.name),
        text=text,
        problems=problems,
        history=history,
        may_change=visit.may(Right.CHANGE_SETTINGS),
        scoring=scoring_words(now.text) if now.name == SCORING else None,
        points=POINTS,
        most=MOST_POINTS,
        spare=SPARE_LINES,
        calendar=calendar_words(now.text) if now.name == CALENDAR else None,
        holidays=holiday_names(visit.today.year),
        year=visit.today.year,
        results=_results(now.text) if now.name == RESULTS else None,
        terms=terms_part(now.text) if now.name.startswith(TERMS) else None,
        labels=TERMS_LABELS,
        forms=forms,
        states=STATE_NAMES,
        days_left=days_left,
        weights_of=weights_of,
        layouts=forms.layouts,
        payers=PayerClass,
        spouses=spouse_rows(now.text, visit.today) if now.name == SPOUSES else None,
        **values,
    )


def _results(text: str) -> list[tuple[str, str, dict[str, str]]]:
    """Each call result: its code, its button, and what follows from it."""
    return [
        (code, one.says or result_label(code), result_lines(code, one)) for code, one in results_words(text).items()
    ]


@router.get("/house/tables/{name}/compare")
def compare(name: Name, one: Version, two: Version, visit: RequestContext = Lookers) -> Response:
    """What differs between two versions of a table, in sentences."""
    with visit.reading() as conn:
        now, changes = table_now(conn, name), table_difference(conn, name, one, two)
    versions = range(SHIPPED, now.version + 1)
    return visit.page(
        "table_compare.html", now=now, table=table_named(name), one=one, two=two, changes=changes, versions=versions
    )


@router.post("/house/tables/{name}/text")
def publish_yaml(name: Name, visit: RequestContext = Managers) -> Response:
    """Publish the text of a table. A text with errors is shown again with each of them, at its line."""
    table_named(name)
    typed = visit.typed
    text, reason = typed.text("table_text").replace("\r\n", "\n") + "\n", typed.text("reason")
    seen, based_on = typed.number("seen", "Version"), typed.number("based_on", "Version")
    if not reason:
        with visit.reading() as conn:
            now = table_now(conn, name)
        return _shown(visit, now, text, 422, seen=seen, based_on=based_on, missing="Reason is required")
    try:
        table_named(name).read(text, name)
        version = publish_form(visit, name, edited_text(text), reason)
    except BadSchedule as error:
        with visit.reading() as conn:
            now = table_now(conn, name)
        return _shown(visit, now, text, 422, error.problems, seen=seen, based_on=based_on, reason=reason)
    return visit.go(f"/house/tables/{name}", f"{table_named(name).says}: version {version} published.")


@router.post("/house/tables/call-scoring/points")
def publish_scoring(visit: RequestContext = Managers) -> Response:
    """Publish the call priority as its form has it."""
    mine, reason = scoring_of(visit.typed), visit.typed.needed("reason", "Reason")
    version = publish_form(visit, SCORING, lambda base, present: edit_scoring(base, present, mine), reason)
    return visit.go(f"/house/tables/{SCORING}", f"Call priority: version {version} published.")


@router.post("/house/tables/calendar/days")
def publish_calendar(visit: RequestContext = Managers) -> Response:
    """Publish the practice's calendar as its form has it."""
    mine, reason = calendar_of(visit.typed), visit.typed.needed("reason", "Reason")
    try:
        version = publish_form(visit, CALENDAR, lambda base, present: edit_calendar(base, present, mine), reason)
    except BadSchedule as error:
        raise in_form(error, CALENDAR_LABELS) from None
    return visit.go(f"/house/tables/{CALENDAR}", f"Calendar and holidays: version {version} published.")


@router.post("/house/tables/{name}/terms")
def publish_terms(name: Name, visit: RequestContext = Managers) -> Response:
    """Publish an agency's terms as their form has them."""
    says = table_named(name).says
    if not name.startswith(TERMS):
        raise NotFound(f"{says} has no form", "change its text")
    mine, reason = terms_of(visit.typed), visit.typed.needed("reason", "Reason")
    try:
        version = publish_form(visit, name, lambda base, present: edit_terms(base, present, mine), reason)
    except BadSchedule as error:
        raise in_form(error, TERMS_LABELS) from None
    return visit.go(f"/house/tables/{name}", f"{says}: version {version} published.")


@router.post("/house/tables/{name}/rollback")
def back(name: Name, visit: RequestContext = Managers) -> Response:
    """Return to an earlier version, or to the shipped table."""
    to, reason = visit.typed.number("version", "Version") or SHIPPED, visit.typed.needed("reason", "Reason")
    with visit.transaction() as tx:
        version = roll_back_table(tx, name, to, reason)
    return visit.go(f"/house/tables/{name}", f"{table_named(name).says}: version {version} published.")


@router.get("/house/tables/dispositions/results/{code}")
def result_form(code: Code, visit: RequestContext = Managers) -> Response:
    """The form of a call result."""
    with visit.reading() as conn:
        now = table_now(conn, RESULTS)
    found = results_words(now.text)
    if code not in found:
        raise NotFound(f'there is no call result "{code}"', "another person may have removed it")
    return _form(visit, now, code, found[code])


@router.get("/house/tables/dispositions/new-result")
def new_result_form(visit: RequestContext = Managers) -> Response:
    """The empty form of a call result."""
    with visit.reading() as conn:
        now = table_now(conn, RESULTS)
    return _form(visit, now, "", None)


def _form(visit: RequestContext, now: TableNow, code: str, one: DispositionText | None) -> Response:
    taken = {other.key: found for found, other in results_words(now.text).items() if found != code and other.key}
    return visit.page(
        "table_result.html",
        now=now,
        code=code,
        one=one,
        title=(one.says if one else None) or (result_label(code) if code else "New call result"),
        fixed=fixed_of(code),
        shipped=code in DISPOSITIONS,
        free=", ".join(key for key in "abcdefghijklmnopqrstuvwxyz0123456789" if key not in taken),
        choices=_choices(visit, one),
    )


def _choices(visit: RequestContext, one: DispositionText | None) -> Choices:
    """What exists, and what this call result has already."""
    with visit.reading() as conn:
        steps = {step.id for each in present_schedules(conn, visit.today) for step in each.schedule.steps}
    if one and isinstance(one.then, ResumeText):
        steps.add(one.then.resume_at)
    hold, task = (one.hold, one.task) if one else (None, None)
    tasks = {*(kind.value for kind in OFFERED_TASKS), *([task.kind] if task else [])}
    roles = [role.label for role in Role if role not in (Role.ADMIN, Role.AUDITOR)]
    if task and task.role not in roles:
        roles.append(task.role)
    kinds = [*BY_HAND, *([hold.kind] if hold and hold.kind not in BY_HAND else [])]
    return Choices(
        holds=[(kind.value, label(kind)) for kind in kinds],
        scopes=[(scope.value, plain(scope.value)) for scope in HoldScope],
        tasks=sorted(((kind, task_label(kind)) for kind in tasks), key=lambda each: each[1]),
        roles=[(role, capitalized(role)) for role in roles],
        letters=sorted(((kind, letter_label(kind)) for kind in letters_offered()), key=lambda each: each[1]),
        does=[(does.value, DOES[does]) for does in Does],
        steps=[(step, step_name(step)) for step in sorted(steps)],
    )


@router.post("/house/tables/dispositions/results")
def add_result(visit: RequestContext = Managers) -> Response:
    """Publish the table with a new call result."""
    says, reason = visit.typed.needed("result_label", "Button label"), visit.typed.needed("reason", "Reason")
    mine = result_of(visit.typed, says)
    with visit.reading() as conn:
        code = code_of(says, results_words(table_now(conn, RESULTS).text))
    version = _publish_result(visit, code, mine, reason)
    return visit.go(f"/house/tables/{RESULTS}", f"{says} added: version {version} published.")


@router.post("/house/tables/dispositions/results/{code}")
def change_result(code: Code, visit: RequestContext = Managers) -> Response:
    """Publish the table with a changed call result."""
    says, reason = visit.typed.needed("result_label", "Button label"), visit.typed.needed("reason", "Reason")
    mine = result_of(visit.typed, None if says == result_label(code) and code in DISPOSITIONS else says)
    version = _publish_result(visit, code, mine, reason)
    return visit.go(f"/house/tables/{RESULTS}", f"{says} changed: version {version} published.")


def _publish_result(visit: RequestContext, code: str, mine: DispositionText, reason: str) -> int:
    try:
        return publish_form(visit, RESULTS, lambda base, present: edit_result(base, present, code, mine), reason)
    except BadSchedule as error:
        raise in_form(error, RESULT_LABELS) from None


@router.post("/house/tables/dispositions/results/{code}/remove")
def remove(code: Code, visit: RequestContext = Managers) -> Response:
    """Publish the table without a call result of the practice; a shipped one is as shipped again."""
    reason = visit.typed.needed("reason", "Reason")
    version = publish_form(visit, RESULTS, lambda _, present: remove_result(present, code), reason)
    return visit.go(f"/house/tables/{RESULTS}", f"Version {version} published.")

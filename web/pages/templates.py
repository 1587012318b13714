"""Letter templates for the manager: downloaded, checked when they are uploaded, published with a reason, put back."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path
from starlette.responses import Response

from flows.settings.templates.versions import (
    SUFFIX,
    BadTemplate,
    publish_template,
    roll_back_template,
    template_file,
    templates,
    versions,
)
from letters.kinds import letter_name
from models.errors import BadInput, Refused
from models.labels import letter_label
from web.auth.rights import Right
from web.auth.session import RequestContext, Requires
from web.rendering.files import bytes_of, file_name
from web.rendering.refusals import sentence

router = APIRouter()
Lookers = Depends(Requires(Right.SEE_PRACTICE))
Managers = Depends(Requires(Right.CHANGE_SCHEDULES))

Name = Annotated[str, Path(pattern=r"^[a-z][a-z0-9-]{0,59}(\.[a-z]{2})?(\.large)?$")]

LARGEST = 20_000_000
"""The bytes of a template at most."""


@router.get("/templates")
def all_templates(visit: RequestContext = Lookers) -> Response:
    """The templates in force: shipped or the practice's own."""
    return _listed(visit)


def _listed(visit: RequestContext, status: int = 200, **values: object) -> Response:
    with visit.reading() as conn:
        rows = templates(conn, visit.practice.settings.templates)
    shown = {"faults": (), "file": "", "reason": "", "wrong_file": "", "wrong_reason": "", **values}
    return visit.page(
        "templates.html",
        status,
        own=[row for row in rows if row.own],
        shipped=[row for row in rows if not row.own],
        title=letter_label,
        may_change=visit.may(Right.CHANGE_SCHEDULES),
        largest=LARGEST,
        **shown,
    )


@router.post("/templates")
def upload(visit: RequestContext = Managers) -> Response:
    """Publish an uploaded template. A file with errors is refused, with all of them on the page, above the form."""
    try:
        return _published(visit)
    except BadTemplate as error:
        return _refused(visit, faults=error.problems, file=file_name(visit.typed.files("template")[0].filename).lower())
    except Refused as error:
        return _refused(visit, **{"wrong_reason" if error.advice.field == "reason" else "wrong_file": sentence(error)})


def _refused(visit: RequestContext, **values: object) -> Response:
    """The page with its form, to try again. A browser does not send a file a second time: it is chosen again."""
    return _listed(visit, 422, reason=visit.typed.text("reason"), **values)


def _published(visit: RequestContext) -> Response:
    chosen = visit.typed.files("template")
    if len(chosen) != 1:
        raise BadInput("choose one Word file (.docx)", "save it from Word under the name of its letter")
    name = file_name(chosen[0].filename).lower().removesuffix(SUFFIX)
    content = chosen[0].file.read(LARGEST + 1)
    if len(content) > LARGEST:
        raise BadInput(f"the file is larger than {LARGEST // 1_000_000} MB", "make its pictures smaller")
    reason = visit.typed.needed("reason", "Reason")
    with visit.transaction() as tx:
        version = publish_template(tx, visit.practice.settings.templates, name, content, reason)
    return visit.go(f"/templates/{name}", f"{letter_label(str(letter_name(name)))} version {version} published.")


@router.get("/templates/{name}")
def one_template(name: Name, visit: RequestContext = Lookers) -> Response:
    """One template: its versions, and the way back."""
    template_file(name, visit.practice.settings.templates)
    with visit.reading() as conn:
        line = next(row for row in templates(conn, visit.practice.settings.templates) if row.name == name)
        history = versions(conn, name)
    return visit.page(
        "template.html",
        line=line,
        title=letter_label(line.kind),
        history=history,
        may_change=visit.may(Right.CHANGE_SCHEDULES),
    )


@router.get("/templates/{name}/file")
def download(name: Name, visit: RequestContext = Lookers) -> Response:
    """The Word file in force, to be edited."""
    path = template_file(name, visit.practice.settings.templates)
    return bytes_of(f"{name}{SUFFIX}", path.read_bytes())


@router.post("/templates/{name}/rollback")
def back(name: Name, visit: RequestContext = Managers) -> Response:
    """Return to an earlier version, or to the shipped template."""
    to, reason = visit.typed.number("version", "Version") or 0, visit.typed.needed("reason", "Reason")
    with visit.transaction() as tx:
        version = roll_back_template(tx, visit.practice.settings.templates, name, to, reason)
    return visit.go(f"/templates/{name}", f"Version {version} published.")

"""The courts' own forms: those of the practice's table, and the blank of each that the desk added."""

from fastapi import APIRouter, Depends
from starlette.responses import Response

from flows.estates.documents.blanks import add_blank, form_lines
from flows.estates.documents.file_check import LARGEST_FILE
from web.auth.rights import Right
from web.auth.session import RequestContext, Requires
from web.pages.matter_files import chosen_file

router = APIRouter()
Lookers = Depends(Requires(Right.SEE_ESTATES))
Workers = Depends(Requires(Right.WORK_ESTATES))


@router.get("/estates/forms")
def forms_page(visit: RequestContext = Lookers) -> Response:
    """The forms, with what is missing for each to be filled."""
    with visit.reading() as conn:
        rows = form_lines(conn)
    return visit.page("court_forms.html", rows=rows, works=visit.may(Right.WORK_ESTATES), largest=LARGEST_FILE)


@router.post("/estates/forms")
def add_form(visit: RequestContext = Workers) -> Response:
    """Add a court's blank form."""
    typed = visit.typed
    _, content = chosen_file(visit, "the court's blank form, a fillable PDF")
    code, edition = typed.needed("code", "Form"), typed.needed("edition", "Edition")
    with visit.transaction() as tx:
        version = add_blank(tx, code, content, edition)
    return visit.go("/estates/forms", said=f"Blank {version} of {code} added.")

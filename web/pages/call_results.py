"""A call result that was wrong: undone within ten minutes, or replaced by the right one with a reason."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path
from starlette.responses import Response

from flows.calls.queries import dispositions_now
from flows.conversations.queries import call_result
from flows.conversations.undo import correct, undo
from flows.users.view_log import View
from models.errors import NotPermitted
from models.user_enums import Seen
from web.auth.rights import Right
from web.auth.session import RequestContext, Requires
from web.forms.insurance import reported_insurance_of
from web.pages.calls import said_of

router = APIRouter()
Callers = Depends(Requires(Right.TAKE_CALLS))

AttemptKey = Annotated[int, Path(ge=1, le=2**53)]


@router.get("/call-results/{attempt}")
def result_page(attempt: AttemptKey, visit: RequestContext = Callers) -> Response:
    """A recorded result, and the form that corrects it."""
    with visit.reading() as conn:
        row = call_result(conn, attempt)
        codes = dispositions_now(conn)
    if row.made_by != visit.who.name and not visit.may(Right.MOVE_CALLS):
        raise NotPermitted("this call result is another user's", "ask a manager to correct it")
    visit.saw(Seen.CALL, [View(row.guarantor_id)])
    return visit.page("call_result.html", row=row, codes=codes)


@router.post("/call-results/{attempt}/undo")
def undo_result(attempt: AttemptKey, visit: RequestContext = Callers) -> Response:
    """Take back the user's own fresh result; the call is on the screen again."""
    with visit.transaction() as tx:
        row = undo(tx, attempt, visit.now)
    said = "Undone. Record the right result."
    if row.inbound:
        return visit.go(f"/people/{row.guarantor_id}/inbound/{row.creditor_id}", said=said)
    return visit.go(f"/calls/{row.task_id}", said=said)


@router.post("/call-results/{attempt}/correct")
def correct_result(attempt: AttemptKey, visit: RequestContext = Callers) -> Response:
    """Replace a wrong result by the right one, with a reason."""
    typed = visit.typed
    said = said_of(typed, visit.now, visit.today)
    insurance = reported_insurance_of(typed, "the guarantor (phone)")
    reason = typed.needed("reason", "Reason")
    with visit.transaction() as tx:
        correct(tx, attempt, said, reason, insurance=insurance, others=visit.may(Right.MOVE_CALLS))
    return visit.go("/calls", said="Call result corrected.")

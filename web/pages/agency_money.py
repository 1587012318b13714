"""The money of agencies: reconciled by month, remittances against the ledger, and the lines that differ."""

from fastapi import APIRouter, Depends
from starlette.responses import Response

from flows.agency_handoff.queries import agency_row
from flows.agency_handoff.remittance.reconcile import month_before, reconcile
from flows.reports.agencies import agency_names
from flows.reports.agency_desk.money import different_lines, remittances
from flows.users.view_log import View
from models.errors import BadInput
from models.user_enums import Seen
from web.auth.rights import Right
from web.auth.session import RequestContext, Requires

router = APIRouter()
Staff = Depends(Requires(Right.TAKE_FILES))

MONTHS = (3, 6, 12, 24)


@router.get("/agencies/reconcile")
def reconciled(visit: RequestContext = Staff) -> Response:
    """Each agency by month, its remittances, and what differs. The figures are of all creditors together."""
    if visit.who.creditors is not None:
        return visit.go("/reports/liquidation")
    asked = visit.asked
    agency, months = asked.some("agency"), asked.number("months", "Months") or MONTHS[0]
    if months not in MONTHS:
        raise BadInput("Months must be 3, 6, 12 or 24", field="months")
    since = month_before(visit.today.replace(day=1), months - 1)
    with visit.reading() as conn:
        if agency is not None:
            agency_row(conn, agency)
        rows = reconcile(conn, visit.today, months, agency)
        files, lines = remittances(conn, since, agency), different_lines(conn, since, agency)
        agencies = agency_names(conn)
    visit.saw(Seen.AGENCIES, [View(one.guarantor_id, one.account_id) for one in lines])
    return visit.page(
        "agency_reconcile.html",
        rows=rows,
        files=files,
        lines=lines,
        agencies=agencies,
        agency=agency or "",
        months=months,
        choices=MONTHS,
        off=[one for one in rows if one["off_cents"]],
    )

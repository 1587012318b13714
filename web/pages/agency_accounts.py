"""One agency: its accounts, licenses and complaints, with recall and suspension; and an account's placement history."""

from collections.abc import Mapping
from urllib.parse import urlencode

from fastapi import APIRouter, Depends
from starlette.responses import Response

from flows.accounts.queries import account_row
from flows.accounts.tasks.done import complete_tasks
from flows.agency_handoff.commands import StayAct, StayOrder, accounts_of_order, act_at_agency, note_complaint
from flows.agency_handoff.complaints import complaints_about
from flows.agency_handoff.queries import agency_row
from flows.calls.queries import names_of, task_row
from flows.reports.agencies import agencies_listed, agency_names, placements_of
from flows.reports.agency_desk.accounts import StaySort, Which, at_agency, in_order, licenses
from flows.reports.person import account_by_id
from flows.reports.scorecard import scorecard
from flows.settings.contracts.queries import agencies_now
from flows.users.view_log import View
from models.errors import BadInput, Refused
from models.task_kinds import TaskKind
from models.user_enums import Seen
from models.values import counted
from web.auth.rights import Right
from web.auth.session import AccountKey, NotAllowed, Page, RequestContext, Requires, TaskKey, whole_page

router = APIRouter()
Staff = Depends(Requires(Right.HOLD_ACCOUNTS))
Managers = Depends(Requires(Right.APPROVE_MONEY))
Lookers = Depends(Requires(Right.SEE_WITHOUT_REASON))

A_PAGE = 100

_DONE: Mapping[StayAct, str] = {
    StayAct.RECALL: "recalled; the next update file notifies the agency",
    StayAct.SUSPEND: "suspended; the next update file notifies the agency",
    StayAct.REINSTATE: "reinstated; the next update file notifies the agency",
}
"""What was done, as the page reports it."""


@router.get("/agencies/at/{code}")
def one_agency(code: str, page: Page = 1, visit: RequestContext = Staff) -> Response:
    """An agency with its accounts, terms, licenses, complaints and results."""
    asked = visit.asked
    which, sort = asked.some_word("which", Which), asked.some_word("sort", StaySort) or StaySort.PLACED
    whole = visit.who.creditors is None
    with visit.reading() as conn:
        agency = agency_row(conn, code)
        terms = agencies_now(conn).terms[code]
        line = next(one for one in agencies_listed(conn, visit.today) if one["agency"] == code)
        every = at_agency(conn, agency.id, visit.today)
        complaints = complaints_about(conn, agency.id)
        card = [one for one in scorecard(conn)["agencies"] if one["agency"] == code] if whole else []
        agencies = agency_names(conn)
    found = in_order([one for one in every if one.is_among(which)], sort)
    shown = found[(page - 1) * A_PAGE : page * A_PAGE]
    views = [View(one.guarantor_id, one.account_id) for one in shown]
    visit.saw(Seen.AGENCIES, views + [View(one.guarantor_id, one.account_id) for one in complaints])
    return visit.page(
        "agency.html",
        code=code,
        line=line,
        terms=terms,
        rows=shown,
        every=every,
        total=len(found),
        total_cents=sum(one.balance_cents for one in found),
        which=which or "",
        sort=sort,
        query=urlencode({"which": which} if which else {}),
        page=page,
        a_page=A_PAGE,
        licenses=licenses(terms, visit.today),
        complaints=complaints,
        card=card,
        agencies=agencies,
        whole=whole,
    )


@router.post("/agencies/at/{code}/accounts")
def act(code: str, visit: RequestContext = Staff) -> Response:
    """Recall, suspend or reinstate the selected accounts, or all: every one of them, or none."""
    typed = visit.typed
    what = typed.word("act", StayAct, "Action")
    if what is not StayAct.RECALL and not visit.may(Right.APPROVE_MONEY):
        raise NotAllowed(visit, Right.APPROVE_MONEY)
    ticked = typed.keys("account")
    everyone = typed.flag("all_there")
    if not ticked and not everyone:
        raise Refused("no account is selected", "select one or more accounts, or all of them")
    days = typed.number("days", "Days")
    if days == 0:
        raise BadInput("Days must be 1 or more", field="days")
    reason, confirmed = typed.needed("reason", "Reason"), typed.number("confirmed", "Accounts")
    order = StayOrder(what, reason, None if everyone else ticked, days, confirmed if everyone else None)
    if everyone and confirmed is None:
        return _confirm(visit, code, order)
    with visit.transaction() as tx:
        count = act_at_agency(tx, code, order)
    return visit.go(f"/agencies/at/{code}", f"{counted(count, 'account')} {_DONE[what]}.")


def _confirm(visit: RequestContext, code: str, order: StayOrder) -> Response:
    """Show how many accounts an action on all of them applies to, and their balance, before anything is changed."""
    with visit.reading() as conn:
        rows, agency = accounts_of_order(conn, code, order), agency_row(conn, code)
    total = sum(row.balance_cents for row in rows)
    shown = {"code": code, "agency": agency.name, "order": order, "count": len(rows), "total_cents": total}
    return whole_page(visit.page("agency_all.html", **shown))


@router.post("/agencies/at/{code}/complaints")
def complaint(code: str, visit: RequestContext = Staff) -> Response:
    """Record a complaint about an agency; a manager gets a task to answer it."""
    number, note = visit.typed.needed("number", "Account number"), visit.typed.needed("note", "Complaint")
    with visit.transaction() as tx:
        note_complaint(tx, account_row(tx.conn, number), note, code)
    return visit.go(f"/agencies/at/{code}#complaints-h", "Complaint recorded. A manager has a task to answer it.")


@router.post("/agencies/at/{code}/complaints/{task}")
def close_complaint(code: str, task: TaskKey, visit: RequestContext = Managers) -> Response:
    """Close a complaint with its outcome."""
    outcome = visit.typed.needed("outcome", "Outcome")
    with visit.transaction() as tx:
        agency_row(tx.conn, code)
        row = task_row(tx.conn, task)
        if row is None or row.kind != TaskKind.AGENCY_COMPLAINT:
            raise BadInput("this complaint was already closed", "open the page again")
        complete_tasks(tx, [task], outcome, roles=visit.who.roles)
    return visit.go(f"/agencies/at/{code}#complaints-h", "Complaint closed.")


@router.get("/agencies/accounts/{account}")
def stays(account: AccountKey, visit: RequestContext = Lookers) -> Response:
    """An account's placement history: every agency, from when to when, and why it ended."""
    with visit.reading() as conn:
        row = account_by_id(conn, account)
        found = placements_of(conn, [row.number])
        names, agencies = names_of(conn, [row.guarantor_id]), agency_names(conn)
    visit.saw(Seen.AGENCIES, [View(row.guarantor_id, row.id)])
    return visit.page(
        "agency_stays.html", account=row, name=names[row.guarantor_id], rows=found[::-1], agencies=agencies
    )

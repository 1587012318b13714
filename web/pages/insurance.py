"""Insurance that a patient reports: added, billed, not in force, answered."""

from fastapi import APIRouter, Depends
from starlette.responses import Response

from flows.insurance import commands
from flows.insurance.queries import coverage_row
from flows.reports.person import account_by_id
from models.database import Transaction
from models.errors import BadInput
from web.auth.rights import Right
from web.auth.session import Key, PersonKey, RequestContext, Requires
from web.forms.insurance import reported_insurance_of
from web.forms.stale import check_seen
from web.pages.looking import ask_why
from web.pages.people import chosen

router = APIRouter()
Changers = Depends(Requires(Right.CHANGE_CONTACT))
Billers = Depends(Requires(Right.POST_PAYMENTS))


@router.post("/people/{person}/insurance")
def tell(person: PersonKey, visit: RequestContext = Changers) -> Response:
    """Add insurance to one account of a person: the account is on hold, and a clerk bills the insurance."""
    typed = visit.typed
    told = reported_insurance_of(typed, typed.some("source") or "the guarantor")
    if told is None:
        raise BadInput("enter the insurer")
    with visit.transaction() as tx:
        ask_why(tx.conn, person, visit)
        check_seen(tx.conn, typed)
        fresh = commands.report_insurance(tx, [chosen(tx.conn, typed, person).id], told)
    said = f"Bill {told.payer}. The account is on hold until the insurer responds."
    return visit.go(f"/people/{person}", said=said if fresh else "This insurance is already on file.")


@router.post("/people/{person}/insurance/{number}")
def change(person: PersonKey, number: Key, visit: RequestContext = Billers) -> Response:
    """Record that the insurance was billed, does not cover the account, or has decided."""
    typed = visit.typed
    with visit.transaction() as tx:
        ask_why(tx.conn, person, visit)
        _refuse_anothers(tx, person, number)
        match typed.text("do"):
            case "billed":
                commands.bill(tx, number, typed.day("on", "Date billed") or visit.today)
                said = "Marked as billed. The account is on hold until the insurer responds."
            case "not_in_force":
                commands.not_in_force(tx, number, typed.needed("why", "Insurer's response"))
                said = "No coverage recorded. The account continues on its schedule."
            case "answered":
                commands.answered(tx, number, typed.needed("why", "Insurer's response"))
                said = "Insurer's decision recorded."
            case _:
                raise BadInput("choose what happened with the insurance")
    return visit.go(f"/people/{person}", said=said)


def _refuse_anothers(tx: Transaction, person: int, number: int) -> None:
    account = account_by_id(tx.conn, coverage_row(tx.conn, number).account_id)
    if person not in (account.guarantor_id, account.patient_id):
        raise BadInput("this insurance belongs to another person", "open that person's profile")

"""Deaths that the estate desk decides on: reported, corrected, annulled; and who is responsible for the accounts."""

from fastapi import APIRouter, Depends
from starlette.responses import Response

from flows.accounts.queries import account_row
from flows.estates.death.death_day import correct_death
from flows.estates.death.reports import confirm_report, refuse_report
from flows.estates.death.service_decided import decide_service
from flows.estates.death.undo import undo_death
from flows.estates.liability.release import release
from flows.estates.liability.spouse import spouse_answers
from flows.estates.matters.opening import open_by_hand
from flows.estates.matters.queries import matter_of_account, matter_row
from flows.people.death import check_services, record_death
from models.estate_enums import AfterDeath
from models.ids import PartyId
from web.auth.rights import Right
from web.auth.session import Key, MatterKey, RequestContext, Requires
from web.forms.fields import must
from web.forms.stale import check_seen

router = APIRouter()
Workers = Depends(Requires(Right.WORK_ESTATES))


@router.post("/estates/open")
def open_matter(visit: RequestContext = Workers) -> Response:
    """Open a matter for a person by one of their accounts. With a date of death, all their accounts stop at once."""
    typed = visit.typed
    source, death = typed.needed("source", "Source"), typed.day("death", "Date of death")
    with visit.transaction() as tx:
        account = account_row(tx.conn, typed.needed("number", "Account number"))
        person = account.patient_id if typed.flag("patient") else account.guarantor_id
        if death is not None:
            check_services(tx, person, death, sure=typed.flag("sure"))
        opened = [] if death is None else record_death(tx, person, death, source)
        mine = matter_of_account(tx.conn, account.id)
        if opened or mine is not None:
            key = opened[0] if mine is None else mine.id
        else:
            key = open_by_hand(tx, person, account.creditor_id, source)
    return visit.go(f"/estates/{key}")


@router.post("/estates/{matter}/death")
def correct(matter: MatterKey, visit: RequestContext = Workers) -> Response:
    """Correct the date of death on all matters of the person; the deadlines are computed again."""
    typed = visit.typed
    with visit.transaction() as tx:
        check_seen(tx.conn, typed)
        correct_death(
            tx,
            matter,
            must(typed.day("on", "Date of death"), "Date of death"),
            typed.needed("source", "Source"),
            typed.needed("why", "Cause of the error"),
        )
    return visit.go(f"/estates/{matter}")


@router.post("/estates/{matter}/service")
def decide(matter: MatterKey, visit: RequestContext = Workers) -> Response:
    """Decide what a service dated after the day of death is."""
    typed = visit.typed
    first, last = typed.day("service_from", "Date of service"), typed.day("service_to", "Last date of service")
    dates = None if first is None else (first, last or first)
    with visit.transaction() as tx:
        check_seen(tx.conn, typed)
        decide_service(
            tx,
            matter,
            typed.needed("number", "Account number"),
            typed.word("decision", AfterDeath, "Decision"),
            typed.needed("why", "Basis"),
            visit.staff_role,
            dates,
        )
    return visit.go(f"/estates/{matter}")


@router.post("/estates/{matter}/release")
def release_account(matter: MatterKey, visit: RequestContext = Workers) -> Response:
    """The patient died and the guarantor is alive: the account leaves the matter, and its schedule continues."""
    typed = visit.typed
    with visit.transaction() as tx:
        check_seen(tx.conn, typed)
        release(
            tx,
            matter,
            typed.needed("number", "Account number"),
            typed.needed("why", "Basis of liability"),
            visit.staff_role,
        )
    return visit.go(f"/estates/{matter}")


@router.post("/estates/{matter}/spouse")
def spouse(matter: MatterKey, visit: RequestContext = Workers) -> Response:
    """A surviving spouse is responsible from today, if the law of the state allows it and counsel approved it."""
    typed = visit.typed
    with visit.transaction() as tx:
        check_seen(tx.conn, typed)
        spouse_answers(
            tx,
            matter,
            PartyId(must(typed.number("participant", "Surviving spouse"), "Surviving spouse")),
            typed.needed("why", "Basis of liability"),
            visit.staff_role,
        )
    return visit.go(f"/estates/{matter}")


@router.post("/estates/{matter}/undo")
def undo(matter: MatterKey, visit: RequestContext = Workers) -> Response:
    """The report of death was wrong: everything continues where it stopped."""
    with visit.transaction() as tx:
        check_seen(tx.conn, visit.typed)
        why = visit.typed.needed("why", "Proof")
        undo_death(tx, matter_row(tx.conn, matter).person_id, why, visit.staff_role)
    return visit.go(f"/estates/{matter}")


@router.post("/deaths/{report}/confirm")
def confirm_death(report: Key, visit: RequestContext = Workers) -> Response:
    """The report matches this person: everything stops."""
    with visit.transaction() as tx:
        confirm_report(tx, report, visit.typed.number("person", "Person"))
    return visit.go("/estates")


@router.post("/deaths/{report}/refuse")
def refuse_death(report: Key, visit: RequestContext = Workers) -> Response:
    """The report matches no person on file."""
    with visit.transaction() as tx:
        refuse_report(tx, report, visit.typed.needed("why", "Reason"))
    return visit.go("/estates")

"""A person who calls us: the same screen as a call that we make. It never counts as our call."""

from fastapi import APIRouter, Depends
from sqlalchemy.engine import Connection
from starlette.responses import Response

from flows.arrangements.commands import Ask
from flows.arrangements.law import Signing
from flows.calls.commands import CallResult
from flows.calls.handoff import hand_off
from flows.calls.queries import inbound_script_inputs
from flows.calls.script import script
from flows.conversations.commands import complete_inbound
from flows.reports.person import account_by_id, accounts_of_person, person_row
from flows.users.view_log import View
from models.columns import AnyRow
from models.enums import Verified
from models.errors import BadInput, Refused
from models.ids import CreditorId, PersonId
from models.task_kinds import TaskKind
from models.user_enums import Seen
from models.values import utc_text
from web.auth.rights import Right
from web.auth.session import CreditorKey, PersonKey, RequestContext, Requires
from web.forms.fields import Typed, must
from web.forms.insurance import reported_insurance_of
from web.forms.stale import check_seen
from web.pages.calls import means_death, said_of, saved_text
from web.pages.conversation import conversation_of
from web.pages.looking import ask_why, back_to, may_look
from web.pages.money import owing_at, plan_request_of, quotes_of
from web.pages.people import REASONS

router = APIRouter()
Callers = Depends(Requires(Right.TAKE_CALLS))


@router.get("/people/{person}/inbound")
def any_creditor(person: PersonKey, visit: RequestContext = Callers) -> Response:
    """The screen for the creditor at which most is due."""
    with visit.reading() as conn:
        mine = [one for one in accounts_of_person(conn, person) if one["guarantor_id"] == person]
    if not mine:
        raise Refused("this person is not the guarantor of an account", "open the guarantor's profile")
    most = max(mine, key=lambda one: one["balance_cents"])
    query = visit.request.url.query
    return visit.go(f"/people/{person}/inbound/{most['creditor_id']}" + (f"?{query}" if query else ""))


@router.get("/people/{person}/inbound/{creditor}")
def inbound_screen(person: PersonKey, creditor: CreditorKey, visit: RequestContext = Callers) -> Response:
    """The screen of an inbound call; the reason for access is asked once, with how the caller was verified."""
    here = f"/people/{person}/inbound/{creditor}"
    with visit.reading() as conn:
        died = person_row(conn, person).death_date
        if not may_look(conn, person, visit):
            return visit.page("reason.html", person=person, reasons=REASONS, next=here, ways=list(Verified))
        if died is not None:
            # Nothing is collected from the dead: the caller is family, and hears what is said to them.
            return visit.go(f"/people/{person}/after-death")
        caller, language = inbound_script_inputs(conn, person, creditor, visit.who.full_name)
        values, accounts = conversation_of(conn, person, creditor, script(caller, None, language, inbound=True), visit)
    if not accounts:
        raise Refused("this person has no account at this creditor", "open the guarantor's profile")
    visit.saw(Seen.CALL, [View(person, one["id"]) for one in accounts])
    return visit.page(
        "talk.html",
        **values,
        inbound=True,
        base=here,
        here=here,
        account=accounts[0]["id"],
        can_end=True,
        call=None,
        kept=None,
        talker=None,
    )


def _about(conn: Connection, typed: Typed, person: PersonId, creditor: CreditorId) -> AnyRow:
    row = account_by_id(conn, must(typed.number("account", "Account"), "Account"))
    if row.guarantor_id != person or row.creditor_id != creditor:
        raise BadInput("this account belongs to another call", "open the profile again")
    return row


@router.post("/people/{person}/inbound/{creditor}/done")
def done(person: PersonKey, creditor: CreditorKey, visit: RequestContext = Callers) -> Response:
    """Record the result of an inbound call, and process its consequences."""
    typed = visit.typed
    said = said_of(typed, visit.now, visit.today)
    insurance = reported_insurance_of(typed, "the guarantor (phone)")
    with visit.transaction() as tx:
        ask_why(tx.conn, person, visit)
        check_seen(tx.conn, typed)
        account = _about(tx.conn, typed, person, creditor)
        number = complete_inbound(tx, account.id, said, insurance=insurance).call
        died, saved = means_death(tx.conn, said.code), saved_text(tx.conn, said)
    if died:
        return visit.go(f"/people/{person}/after-death")
    return visit.go(f"/people/{person}", said=saved, undo=number)


@router.post("/people/{person}/inbound/{creditor}/quote")
def quote_again(person: PersonKey, creditor: CreditorKey, visit: RequestContext = Callers) -> Response:
    """Other plan quotes, by the person's preferences."""
    here = f"/people/{person}/inbound/{creditor}"
    with visit.reading() as conn:
        ask_why(conn, person, visit)
        quotes = quotes_of(conn, [one["id"] for one in owing_at(conn, person, creditor)], visit.typed, visit)
    return visit.page("plans.html", quotes=quotes, action=f"{here}/plan", seen=visit.typed.text("seen"))


@router.post("/people/{person}/inbound/{creditor}/plan")
def agree(person: PersonKey, creditor: CreditorKey, visit: RequestContext = Callers) -> Response:
    """Set up a payment plan in an inbound call: the plan, the result and the confirmation in one step."""
    typed = visit.typed
    asked, signing = plan_request_of(typed), Signing(typed.cents("income", "Monthly income"))
    verified = typed.some_word("verified", Verified)
    with visit.transaction() as tx:
        ask_why(tx.conn, person, visit)
        check_seen(tx.conn, typed)
        ids = [one["id"] for one in owing_at(tx.conn, person, creditor)]
        if not ids:
            raise Refused("these accounts have no balance due", "open the guarantor's profile")
        said = CallResult("arrangement", utc_text(visit.now), note=typed.some("note"), verified=verified)
        complete_inbound(tx, ids[0], said, plan=Ask(tuple(ids), asked, None, signing))
    return visit.go(f"/people/{person}", said="Saved: payment plan set up.")


@router.post("/people/{person}/handoff")
def to_a_manager(person: PersonKey, visit: RequestContext = Callers) -> Response:
    """Send a request for a supervisor, or a complaint, to a manager."""
    typed = visit.typed
    kind = typed.word("what", TaskKind, "Request")
    with visit.transaction() as tx:
        ask_why(tx.conn, person, visit)
        row = account_by_id(tx.conn, must(typed.number("account", "Account"), "Account"))
        if row.guarantor_id != person:
            raise BadInput("this account belongs to another person", "open that person's profile")
        hand_off(tx, row.id, kind, typed.needed("reason", "What the person said"))
    return visit.go(back_to(typed, person), said="Sent to a manager.")

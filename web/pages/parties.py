"""Who else may hear about a person's accounts."""

from fastapi import APIRouter, Depends
from starlette.responses import Response

from flows.people.contact.parties import NewParty, authorize, end_party
from models.enums import MayHear, Proof
from web.auth.rights import Right
from web.auth.session import PartyKey, PersonKey, RequestContext, Requires
from web.pages.looking import ask_why, back_to

router = APIRouter()
ContactChangers = Depends(Requires(Right.CHANGE_CONTACT))


@router.post("/people/{person}/parties")
def add(person: PersonKey, visit: RequestContext = ContactChangers) -> Response:
    """Record an authorized party with the proof."""
    typed = visit.typed
    new = NewParty(
        typed.needed("name", "Name"),
        typed.needed("relation", "Relationship"),
        typed.word("proof", Proof, "Proof"),
        typed.word("may_hear", MayHear, "May hear"),
        typed.some("phone"),
        typed.day("until", "Until"),
    )
    with visit.transaction() as tx:
        ask_why(tx.conn, person, visit)
        authorize(tx, person, new)
    return visit.go(back_to(typed, person), said="Authorized party added.")


@router.post("/people/{person}/parties/{party}/end")
def end(person: PersonKey, party: PartyKey, visit: RequestContext = ContactChangers) -> Response:
    """End an authorization."""
    with visit.transaction() as tx:
        ask_why(tx.conn, person, visit)
        end_party(tx, person, party, visit.typed.needed("reason", "Reason"))
    return visit.go(back_to(visit.typed, person), said="Authorization ended.")

"""After a caller reported a death: what to say, and who handles the estate."""

from fastapi import APIRouter, Depends
from starlette.responses import Response

from flows.accounts.notes import note
from flows.calls.script import words_after_death
from flows.estates.matters.queries import late_of_person
from flows.reports.person import accounts_of_person, person_row
from web.auth.rights import Right
from web.auth.session import PersonKey, RequestContext, Requires
from web.pages.looking import ask_why

router = APIRouter()
Takers = Depends(Requires(Right.TAKE_CALLS))


@router.get("/people/{person}/after-death")
def after_death(person: PersonKey, visit: RequestContext = Takers) -> Response:
    """The script and the do-not-say list for a caller who reported a death, and a form for who handles the estate."""
    with visit.reading() as conn:
        language = person_row(conn, person).language
        ask_why(conn, person, visit)
        late = late_of_person(conn, person)
    return visit.page(
        "after_death.html",
        person=person,
        words=words_after_death("en"),
        late=late,
        their_words=words_after_death(language),
    )


@router.post("/people/{person}/after-death")
def estate_handler(person: PersonKey, visit: RequestContext = Takers) -> Response:
    """Record who handles the estate, as the family reported it: a note for the estate desk on each account."""
    told = visit.typed.needed("handler", "Person handling the estate")
    with visit.transaction() as tx:
        ask_why(tx.conn, person, visit)
        for account in accounts_of_person(tx.conn, person):
            note(tx, account["id"], f"Reported by the family: the estate is handled by {told}")
    return visit.go("/", said="Saved for the estate desk in the history of each account.")

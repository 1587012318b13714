"""Records that may be one person: shown side by side, and decided."""

from fastapi import APIRouter, Depends
from starlette.responses import Response

from flows.people.duplicates.commands import decide_different, decide_same, undo_same
from flows.people.duplicates.queries import open_suspects
from flows.users.view_log import View
from models.enums import SuspectState
from models.errors import BadInput
from models.user_enums import Seen
from web.auth.rights import Right
from web.auth.session import Key, RequestContext, Requires

router = APIRouter()
Workers = Depends(Requires(Right.CHANGE_CONTACT))


@router.get("/persons")
def suspects(state: SuspectState = SuspectState.OPEN, visit: RequestContext = Workers) -> Response:
    """Pairs of records that need a decision, or that were decided."""
    with visit.reading() as conn:
        rows = open_suspects(conn, state)
    visit.saw(Seen.PERSON, [View(one["person"]) for row in rows for one in row["persons"]])
    return visit.page("persons.html", rows=rows, state=state, states=list(SuspectState))


@router.post("/persons/{pair}/decide")
def decide(pair: Key, visit: RequestContext = Workers) -> Response:
    """Decide that two records are one person, or two; or separate records that were merged."""
    typed = visit.typed
    reason = typed.needed("reason", "Basis for the decision")
    chosen = typed.needed("verdict", "Decision")
    with visit.transaction() as tx:
        match chosen:
            case "same":
                decide_same(tx, pair, reason)
            case "different":
                decide_different(tx, pair, reason)
            case "undo":
                undo_same(tx, pair, reason)
            case _:
                raise BadInput("choose Same person or Different people")
    return visit.go("/persons", said=f"Pair {pair}: decision saved.")

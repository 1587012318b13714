"""The manager's reviews: accounts that wait at the gates of schedules; approve or keep the selected ones."""

from fastapi import APIRouter, Depends
from starlette.responses import Response

from flows.dunning.reviews.commands import approve, keep
from flows.dunning.reviews.queries import Wanted, reviews, waiting_reviews
from flows.users.view_log import View
from models.enums import GateState
from models.errors import Refused
from models.user_enums import Seen
from models.values import dollars
from web.auth.rights import Right
from web.auth.session import Page, RequestContext, Requires

router = APIRouter()
Deciders = Depends(Requires(Right.APPROVE_MONEY))

A_PAGE = 100
SHORTLY = {"waiting": GateState.WAITING, "kept": GateState.KEPT}
"""Which reviews are shown, as the address names them."""


@router.get("/house/reviews")
def review_list(which: str = "waiting", page: Page = 1, visit: RequestContext = Deciders) -> Response:
    """Reviews that are waiting or were kept, the longest wait first."""
    state = SHORTLY.get(which, GateState.WAITING)
    with visit.reading() as conn:
        found = reviews(conn, visit.today, Wanted((state,)))
        waiting = waiting_reviews(conn, visit.today)
    shown = found[(page - 1) * A_PAGE : page * A_PAGE]
    visit.saw(Seen.TASKS, [View(one.guarantor_id, one.account_id) for one in shown])
    return visit.page(
        "reviews.html",
        rows=shown,
        total=len(found),
        total_cents=sum(one.balance_cents for one in found),
        waiting=waiting,
        kept=state is GateState.KEPT,
        page=page,
        a_page=A_PAGE,
    )


@router.post("/house/reviews")
def decide(visit: RequestContext = Deciders) -> Response:
    """Decide the selected reviews: approve them, or keep the accounts in house with the reason."""
    ticked = [int(key) for key in visit.typed.texts("review") if key.isdecimal() and len(key) <= 15]
    if not ticked:
        raise Refused("no account is selected", "select one or more accounts")
    yes = visit.typed.text("verdict") == "approve"
    reason = None if yes else visit.typed.needed("reason", "Reason to keep in house")
    with visit.transaction() as tx:
        done = approve(tx, ticked) if yes else keep(tx, ticked, reason or "")
    noun = "account" if len(done) == 1 else "accounts"
    total = dollars(sum(one.balance_cents for one in done))
    return visit.go("/house/reviews", f"{len(done)} {noun}, {total}: {'approved' if yes else 'kept in house'}.")

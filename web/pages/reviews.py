"""The manager's reviews: accounts that wait at the gates of schedules, and what is decided about the selected ones."""

from collections.abc import Sequence
from enum import StrEnum
from urllib.parse import urlencode

from fastapi import APIRouter, Depends
from starlette.responses import Response

from flows.dunning.reviews.background import backgrounds
from flows.dunning.reviews.commands import approve, keep, place_with, write_off
from flows.dunning.reviews.queries import Review, ReviewSort, Wanted, in_order, reviews, waiting_reviews
from flows.reports.expected_recovery import recovery
from flows.settings.contracts.queries import agencies_now
from flows.users.view_log import View
from models.database import Transaction
from models.enums import GateState
from models.errors import Refused
from models.labels import words
from models.user_enums import Seen
from models.values import counted, dollars
from web.auth.rights import Right
from web.auth.session import Page, RequestContext, Requires
from web.forms.fields import Typed
from web.rendering.templates import day

router = APIRouter()
Deciders = Depends(Requires(Right.APPROVE_MONEY))

A_PAGE = 100


class Which(StrEnum):
    """Which reviews are shown, as the address names them."""

    WAITING = "waiting"
    KEPT = "kept"


class Order(StrEnum):
    """The direction of the order: the most first, or the least."""

    MOST = "most"
    LEAST = "least"


class Verdict(StrEnum):
    """The decision about the selected reviews: the buttons of the page."""

    APPROVE = "approve"
    KEEP = "keep"
    POOL = "pool"
    WRITE_OFF = "write_off"


@router.get("/house/reviews")
def review_list(page: Page = 1, visit: RequestContext = Deciders) -> Response:
    """Reviews that are waiting or were kept, filtered and sorted; overdue ones first."""
    asked = visit.asked
    which = asked.some_word("which", Which) or Which.WAITING
    sort, order = asked.some_word("sort", ReviewSort) or ReviewSort.WAITING, asked.some_word("order", Order)
    creditor, at_least = asked.some("creditor"), asked.cents("at_least", "Balance of at least")
    with visit.reading() as conn:
        every = reviews(conn, visit.today, Wanted((GateState(which),)))
        wanted = Wanted((GateState(which),), creditor, at_least)
        chosen = [one for one in every if wanted.takes(one)]
        results = recovery(conn, visit.today)
        scores = {one.id: results.of(one.goes_to, one.age_days, one.balance_cents) for one in chosen}
        expected = {key: score.net_cents for key, score in scores.items() if score is not None}
        found = in_order(chosen, sort, visit.today, least_first=order is Order.LEAST, expected=expected)
        shown = found[(page - 1) * A_PAGE : page * A_PAGE]
        about = backgrounds(conn, [one.account_id for one in shown])
        waiting, pools = waiting_reviews(conn, visit.today), sorted(agencies_now(conn).pools)
    visit.saw(Seen.TASKS, [View(one.guarantor_id, one.account_id) for one in shown])
    filters = {"which": which.value, "creditor": creditor or "", "at_least": asked.text("at_least")}
    creditors = {one.creditor_id: one.creditor for one in every}
    return visit.page(
        "reviews.html",
        rows=[(one, about[one.account_id], scores[one.id]) for one in shown],
        expected_cents=sum(expected.values()),
        scored=len(expected),
        total=len(found),
        total_cents=sum(one.balance_cents for one in found),
        waiting=waiting,
        kept=which is Which.KEPT,
        filters=filters,
        filtered=creditor is not None or at_least is not None,
        creditors=sorted(creditors.items(), key=lambda one: one[1]),
        pools=pools,
        sort=sort,
        order=order or Order.MOST,
        query=urlencode({name: value for name, value in filters.items() if value}),
        page=page,
        a_page=A_PAGE,
    )


@router.post("/house/reviews")
def decide(visit: RequestContext = Deciders) -> Response:
    """Decide the selected reviews: all of them, or none."""
    typed = visit.typed
    ticked = typed.keys("review")
    if not ticked:
        raise Refused("no account is selected", "select one or more accounts")
    verdict = typed.word("verdict", Verdict, "Decision")
    with visit.transaction() as tx:
        done, said = _decided(tx, ticked, verdict, typed)
    total = dollars(sum(one.balance_cents for one in done))
    return visit.go("/house/reviews", f"{counted(len(done), 'account')}, {total}: {said}.")


def _decided(tx: Transaction, ticked: Sequence[int], verdict: Verdict, typed: Typed) -> tuple[list[Review], str]:
    """Decide; returns the reviews and what was decided, in words."""
    match verdict:
        case Verdict.APPROVE:
            return approve(tx, ticked, typed.some("reason")), "approved"
        case Verdict.KEEP:
            until = typed.day("until", "Review again on")
            done = keep(tx, ticked, typed.needed("reason", "Reason to keep in house"), until)
            return done, f"kept in house until {day(until)}" if until else "kept in house"
        case Verdict.POOL:
            pool = typed.needed("pool", "Agency pool")
            return place_with(tx, ticked, pool, typed.some("reason")), f"approved for pool {words(pool)}"
        case Verdict.WRITE_OFF:
            return write_off(tx, ticked, typed.needed("reason", "Reason to write off")), "written off"

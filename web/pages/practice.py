"""For the manager: the dashboard, pending approvals, agencies with their scorecards."""

from datetime import date, timedelta

from fastapi import APIRouter, Depends
from sqlalchemy.engine import Connection
from starlette.responses import Response

from flows.accounts.counts import Counts
from flows.accounts.queries import account_row
from flows.agency_handoff import commands as placements
from flows.calls.queries import names_of
from flows.correspondence.print_batches.queries import batches_for_a_manager
from flows.dunning.experiments.queries import ready_experiments
from flows.dunning.reviews.queries import waiting_reviews
from flows.dunning.stuck.reasons import rule_title
from flows.reports.agencies import agencies_listed, waiting_placements
from flows.reports.dashboard import (
    WITHOUT_COUNT,
    blocked_accounts,
    calls_by_collector,
    collected_by_day,
    collected_by_source,
    letters_of_the_day,
    nightly_counts,
    open_work,
    promises_judged,
    reviewed_accounts,
)
from flows.reports.headlines import headlines, nightly_run_missing
from flows.reports.person import account_by_id
from flows.reports.saved.queries import saved_of
from flows.reports.scorecard import scorecard
from flows.users.view_log import View
from models.user_enums import Role, Seen
from web.auth.rights import Right
from web.auth.session import AccountKey, RequestContext, Requires
from web.pages.money import waiting_money
from web.rendering.templates import Context

router = APIRouter()
Lookers = Depends(Requires(Right.SEE_PRACTICE))
Approvers = Depends(Requires(Right.APPROVE_MONEY))

SINCE = timedelta(days=29)
SHOWN = 50


@router.get("/house")
def glance(visit: RequestContext = Lookers) -> Response:
    """The dashboard: today and the last thirty days. Who is limited to some creditors sees figures of theirs alone."""
    today, since = visit.today, visit.today - SINCE
    whole = visit.who.creditors is None
    with visit.reading() as conn:
        values: Context = {
            "headlines": headlines(conn, today, visit.who.creditors),
            "not_run": nightly_run_missing(conn, today),
            "saved": saved_of(conn, visit.who.name, visit.who.roles, visit.who.creditors),
            **(_whole_practice(conn, today, since) if whole else {}),
        }
    return visit.page("practice.html", since=since, whole=whole, **values)


def _rule(rule: str) -> str:
    return rule if rule == WITHOUT_COUNT else rule_title(rule)


def _whole_practice(conn: Connection, today: date, since: date) -> Context:
    """What is about all creditors together."""
    stages = nightly_counts(conn, today)
    advance = stages.get("advance", Counts())
    return {
        "stages": stages,
        "accounts": reviewed_accounts(advance),
        "blocked": [(_rule(rule), count) for rule, count in blocked_accounts(advance)],
        "calls": calls_by_collector(conn, today),
        "promises": promises_judged(conn, since, today),
        "collected": collected_by_source(conn, since, today),
        "by_day": collected_by_day(conn, since, today),
        "work": open_work(conn),
        "letters": letters_of_the_day(conn, today),
        "waiting": batches_for_a_manager(conn),
        "reviews": waiting_reviews(conn, today),
        "experiments": ready_experiments(conn, today),
    }


@router.get("/house/approvals")
def approvals(visit: RequestContext = Approvers) -> Response:
    """Pending approvals: settlements, refunds, placements, letter runs."""
    with visit.reading() as conn:
        money = waiting_money(conn)
        tasks = [row for row in open_work(conn) if row["role"] == Role.MANAGER.value]
        review = [row for row in waiting_placements(conn) if row["state"] == "review"]
        waiting, gates = batches_for_a_manager(conn), waiting_reviews(conn, visit.today)
        ready = ready_experiments(conn, visit.today)
        numbers = [row["account"] for row in review[:SHOWN]] + [row["number"] for row in money["refunds"]]
        numbers += [number for row in money["settlements"] for number in row["accounts"]]
        accounts = {number: account_row(conn, number) for number in dict.fromkeys(numbers)}
        names = names_of(conn, [row.guarantor_id for row in accounts.values()])
    visit.saw(Seen.TASKS, [View(row.guarantor_id, row.id) for row in accounts.values()])
    ids = {number: row.id for number, row in accounts.items()}
    settlements = [
        {
            **row,
            "person": names[row["guarantor_id"]],
            "percent": round(100 * row["amount_cents"] / row["owed_cents"]),
            "balance_cents": sum(accounts[number].balance_cents for number in row["accounts"]),
        }
        for row in money["settlements"]
    ]
    refunds = [{**row, "person": names[accounts[row["number"]].guarantor_id]} for row in money["refunds"]]
    return visit.page(
        "approvals.html",
        review=review[:SHOWN],
        more=max(0, len(review) - SHOWN),
        waiting=waiting,
        ids=ids,
        settlements=settlements,
        refunds=refunds,
        tasks=tasks,
        reviews=gates,
        experiments=ready,
    )


@router.post("/house/placements/{account}")
def review_placement(account: AccountKey, visit: RequestContext = Approvers) -> Response:
    """Approve or refuse the placement of one account with an agency."""
    yes = visit.typed.text("verdict") == "approve"
    reason = None if yes else visit.typed.needed("reason", "Reason for denial")
    with visit.transaction() as tx:
        placements.review(tx, account_by_id(tx.conn, account), approve=yes, reason=reason)
    return visit.go("/house/approvals")


@router.get("/house/agencies")
def agencies(visit: RequestContext = Lookers) -> Response:
    """The agencies, their placements, and their performance, of all creditors together."""
    if visit.who.creditors is not None:
        return visit.go("/reports/liquidation")
    with visit.reading() as conn:
        rows, card = agencies_listed(conn, visit.today), scorecard(conn)
    return visit.page("agencies.html", rows=rows, card=card)

"""A person's money: payments, payment plans, settlement offers; and pending approvals."""

from collections.abc import Sequence
from datetime import date
from typing import TypedDict

from fastapi import APIRouter, Depends
from sqlalchemy.engine import Connection
from starlette.responses import Response

from flows.accounts.queries import account_row
from flows.arrangements.commands import Ask, cancel, create, move, quote, skip
from flows.arrangements.law import Signing
from flows.arrangements.plan import Plan, PlanRequest
from flows.arrangements.queries import arrangement_row, arrangement_view
from flows.arrangements.settlements import commands as settlements
from flows.arrangements.settlements.queries import SettlementLine, list_settlements
from flows.calls.queries import names_of, numbers_of
from flows.ledger.payments import Payment, take_back, take_payment
from flows.ledger.refunds import commands as refunds
from flows.ledger.refunds.queries import RefundLine, credit_balances, list_refunds
from flows.ledger.transfer import transfer
from flows.people.search import read_wanted
from flows.reports.person import PersonAccount, account_by_id, accounts_of_person, find
from flows.users.view_log import View
from models.enums import Payee, PaymentMethod
from models.errors import BadInput, Refused
from models.ids import AccountId, CreditorId, PersonId
from models.user_enums import Seen
from models.values import dollars
from web.auth.rights import Right
from web.auth.session import CreditorKey, Key, Page, PersonKey, RequestContext, Requires
from web.forms.fields import NOTHING_TYPED, Typed, must
from web.forms.stale import check_seen, seen_of
from web.pages.looking import ask_why
from web.rendering.refusals import told

router = APIRouter()
Payers = Depends(Requires(Right.POST_PAYMENTS))
Planners = Depends(Requires(Right.MAKE_PLANS))
Settlers = Depends(Requires(Right.OFFER_SETTLEMENTS))
Refunders = Depends(Requires(Right.PROPOSE_REFUNDS))
Approvers = Depends(Requires(Right.APPROVE_MONEY))

A_PAGE = 50


def plan_request_of(typed: Typed) -> PlanRequest:
    """The payment plan that a person requests."""
    return PlanRequest(
        typed.cents("monthly", "Monthly payment"),
        typed.number("months", "Number of payments"),
        typed.day("first", "First due date"),
        typed.number("day", "Day of the month"),
        typed.cents("down", "Down payment"),
    )


class PlansShown(TypedDict):
    """Plan quotes to read out, or why there are none."""

    plans: tuple[Plan, ...]
    why: str


def quotes_of(conn: Connection, account_ids: Sequence[int], typed: Typed, visit: RequestContext) -> PlansShown:
    """Three plan quotes to read out, or why there are none."""
    if not account_ids:
        return {"plans": (), "why": "These accounts have no balance due."}
    try:
        signing = Signing(typed.cents("income", "Monthly income"))
        found = quote(conn, Ask(tuple(account_ids), plan_request_of(typed), None, signing), visit.today)
    except Refused as error:
        return {"plans": (), "why": told(error)}
    return {"plans": found.plans, "why": ""}


def owing_at(conn: Connection, person: PersonId, creditor: CreditorId) -> list[PersonAccount]:
    """The accounts of a guarantor at one creditor that have a balance."""
    accounts = accounts_of_person(conn, person)
    return [
        one
        for one in accounts
        if one["guarantor_id"] == person and one["creditor_id"] == creditor and one["balance_cents"] > 0
    ]


@router.get("/people/{person}/plan/{creditor}")
def plan_page(person: PersonKey, creditor: CreditorKey, visit: RequestContext = Planners) -> Response:
    """Three plan quotes for a person's balance at one creditor."""
    with visit.reading() as conn:
        ask_why(conn, person, visit)
        owing = owing_at(conn, person, creditor)
        quotes = quotes_of(conn, [one["id"] for one in owing], NOTHING_TYPED, visit)
    visit.saw(Seen.PERSON, [View(person, one["id"]) for one in owing])
    seen = seen_of((one["id"], one["history_seq"]) for one in owing)
    return visit.page("plan.html", person=person, creditor=creditor, owing=owing, quotes=quotes, seen=seen)


@router.post("/people/{person}/plan/{creditor}/quote")
def quote_again(person: PersonKey, creditor: CreditorKey, visit: RequestContext = Planners) -> Response:
    """Other plan quotes, by the person's preferences."""
    with visit.reading() as conn:
        ask_why(conn, person, visit)
        owing = owing_at(conn, person, creditor)
        quotes = quotes_of(conn, [one["id"] for one in owing], visit.typed, visit)
    seen = visit.typed.text("seen")
    if visit.inline:
        return visit.page("plans.html", quotes=quotes, action=f"/people/{person}/plan/{creditor}", seen=seen)
    return visit.page("plan.html", person=person, creditor=creditor, owing=owing, quotes=quotes, seen=seen)


@router.post("/people/{person}/plan/{creditor}")
def agree(person: PersonKey, creditor: CreditorKey, visit: RequestContext = Planners) -> Response:
    """Set up a payment plan for the whole balance there; the confirmation is queued."""
    typed = visit.typed
    with visit.transaction() as tx:
        ask_why(tx.conn, person, visit)
        check_seen(tx.conn, typed)
        ids = tuple(one["id"] for one in owing_at(tx.conn, person, creditor))
        number = create(tx, Ask(ids, plan_request_of(typed), None, Signing(typed.cents("income", "Monthly income"))))
    return visit.go(f"/plans/{number}")


@router.get("/plans/{number}")
def plan_shown(number: Key, visit: RequestContext = Planners) -> Response:
    """One payment plan with its payments."""
    with visit.reading() as conn:
        view = arrangement_view(conn, number)
        accounts = [account_row(conn, one) for one in view["accounts"]]
        ask_why(conn, accounts[0].guarantor_id, visit)
    visit.saw(Seen.ACCOUNT, [View(row.guarantor_id, row.id) for row in accounts])
    return visit.page("arrangement.html", plan=view, person=accounts[0].guarantor_id)


@router.post("/plans/{number}/change")
def change_plan(number: Key, visit: RequestContext = Planners) -> Response:
    """Skip or move a payment, or end the plan."""
    typed = visit.typed
    reason = typed.needed("reason", "Reason")
    with visit.transaction() as tx:
        ask_why(tx.conn, arrangement_row(tx.conn, number).guarantor_id, visit)
        match typed.text("do"):
            case "cancel":
                cancel(tx, number, reason)
            case "skip":
                skip(tx, number, must(typed.number("payment", "Payment"), "Payment"), reason)
            case "move":
                payment = must(typed.number("payment", "Payment"), "Payment")
                move(tx, number, payment, must(typed.day("to", "New due date"), "New due date"), reason)
            case _:
                raise BadInput("choose what to change in the plan")
    return visit.go(f"/plans/{number}")


@router.post("/people/{person}/settle")
def offer_settlement(person: PersonKey, visit: RequestContext = Settlers) -> Response:
    """Make a settlement offer; above the practice's limit a manager must approve it."""
    typed = visit.typed
    account = must(typed.number("account", "Account"), "Account")
    with visit.transaction() as tx:
        check_seen(tx.conn, typed)
        row = account_by_id(tx.conn, account)
        if row.guarantor_id != person:
            raise BadInput("this account belongs to another person", "open that person's profile")
        ask_why(tx.conn, person, visit)
        settlements.offer(
            tx,
            settlements.Offer(
                (row.id,),
                must(typed.day("expires", "Offer expiration date"), "Offer expiration date"),
                typed.needed("reason", "Reason"),
                typed.cents("amount", "Amount"),
                typed.number("percent", "Settlement percent"),
            ),
        )
    return visit.go(f"/people/{person}")


@router.get("/payments")
def payments_page(visit: RequestContext = Payers) -> Response:
    """The page to post a payment."""
    return visit.page("payments.html", posted=None, methods=list(PaymentMethod))


LISTED = 8
"""How many accounts the look-up of a payment shows."""


class AccountFound(TypedDict):
    """An account whose number or guarantor begins with what was typed."""

    number: str
    name: str
    creditor: str
    service_from: date
    balance_cents: int
    person: PersonId
    account: AccountId


@router.post("/payments/lookup")
def look_up(visit: RequestContext = Payers) -> Response:
    """The accounts that a payment may be for, by number, name, phone or date of birth, while it is typed."""
    wanted = read_wanted(visit.typed.text("number"))
    with visit.reading() as conn:
        people = find(conn, wanted)[:LISTED]
        rows = [found for one in people for found in _found(conn, one["id"], one["name"])]
    by_number = [one for one in rows if one["number"].startswith(wanted.number)] if wanted.number else []
    shown = sorted(by_number or rows, key=lambda one: one["balance_cents"] <= 0)[:LISTED]
    visit.saw(Seen.SEARCH, [View(one["person"], one["account"]) for one in shown])
    return visit.page("pay_found.html", rows=shown, typed=wanted.enough)


def _found(conn: Connection, person: PersonId, name: str) -> list[AccountFound]:
    return [
        {
            "number": one["number"],
            "name": name,
            "creditor": one["creditor"],
            "service_from": one["service_from"],
            "balance_cents": one["balance_cents"],
            "person": person,
            "account": one["id"],
        }
        for one in accounts_of_person(conn, person)
        if one["guarantor_id"] == person
    ]


@router.post("/payments")
def post_payment(visit: RequestContext = Payers) -> Response:
    """Post a patient's payment. The identical payment is posted only once."""
    typed = visit.typed
    paid = must(typed.cents("amount", "Amount"), "Amount")
    on = typed.day("on", "Date received") or visit.today
    number = typed.needed("number", "Account number")
    reference = typed.needed("ref", "Reference number")
    with visit.transaction() as tx:
        payment = Payment(
            on,
            paid,
            reference,
            typed.some_word("method", PaymentMethod),
            up_to_owed=not typed.flag("more"),
            part=typed.flag("part"),
            same_number=typed.flag("same_number"),
        )
        done = take_payment(tx, account_row(tx.conn, number), payment)
    with visit.reading() as conn:
        after = account_row(conn, number)
        guarantor = names_of(conn, [after.guarantor_id])[after.guarantor_id]
    visit.saw(Seen.ACCOUNT, [View(after.guarantor_id, after.id)])
    posted = {
        "guarantor": guarantor,
        "number": number,
        "balance_cents": after.balance_cents,
        "fresh": done.entry is not None,
        "ref": reference,
        "amount_cents": paid,
        "person": after.guarantor_id,
        "like": None if done.like is None else done.like.paid_on,
    }
    return visit.page("posted.html" if visit.inline else "payments.html", posted=posted, methods=list(PaymentMethod))


@router.post("/payments/back")
def payment_back(visit: RequestContext = Payers) -> Response:
    """Reverse a payment that the bank returned: what it paid is open again, and the guarantor is notified."""
    typed = visit.typed
    number = typed.needed("number", "Account number")
    with visit.transaction() as tx:
        account = account_row(tx.conn, number)
        ref, why = typed.needed("ref", "Reference number"), typed.needed("reason", "Reason")
        taken = take_back(tx, account, ref, why, mistake=typed.text("what") == "mistake")
        numbers = numbers_of(tx.conn, [entry.account_id for entry in taken])
    on = ", ".join(sorted(numbers.values()))
    reopened = f"Account {on} is open again." if len(numbers) == 1 else f"Accounts {on} are open again."
    return visit.go("/payments", said=f"Payment reversed. {reopened}")


@router.post("/payments/transfer")
def transfer_credit(visit: RequestContext = Payers) -> Response:
    """Move a credit to another account of the same guarantor and creditor."""
    typed = visit.typed
    source, target = typed.needed("from", "From account"), typed.needed("to", "To account")
    with visit.transaction() as tx:
        accounts = account_row(tx.conn, source), account_row(tx.conn, target)
        moved = transfer(tx, *accounts, typed.cents("amount", "Amount"), typed.needed("reason", "Reason"))
    return visit.go("/payments", said=f"{dollars(moved)} moved from account {source} to account {target}.")


@router.get("/refunds")
def refunds_page(page: Page = 1, visit: RequestContext = Refunders) -> Response:
    """Credit balances: whom the money is owed to, and the refund due date; and open refunds."""
    with visit.reading() as conn:
        every = credit_balances(conn, visit.today)
        credits, rows = every[(page - 1) * A_PAGE : page * A_PAGE], list_refunds(conn)[:A_PAGE]
        keys = [account_row(conn, one["number"]) for one in (*credits, *rows)]
    visit.saw(Seen.CREDIT_BALANCES, [View(row.guarantor_id, row.id) for row in keys])
    return visit.page("refunds.html", credits=credits, total=len(every), refunds=rows, page=page, a_page=A_PAGE)


@router.post("/refunds")
def propose_refund(visit: RequestContext = Refunders) -> Response:
    """Propose to refund a credit balance."""
    typed = visit.typed
    payee = typed.some_word("to", Payee)
    with visit.transaction() as tx:
        account = account_row(tx.conn, typed.needed("number", "Account number"))
        refunds.propose(tx, account.id, refunds.Ask(payee, typed.cents("amount", "Amount"), typed.some("reason")))
    return visit.go("/refunds")


@router.post("/refunds/{number}/paid")
def refund_paid(number: Key, visit: RequestContext = Refunders) -> Response:
    """Record that an approved refund was paid."""
    with visit.transaction() as tx:
        refunds.paid(tx, number, visit.typed.needed("ref", "Reference number"))
    return visit.go("/refunds")


@router.post("/refunds/{number}/cancel")
def cancel_refund(number: Key, visit: RequestContext = Refunders) -> Response:
    """Cancel a refund before it is paid."""
    with visit.transaction() as tx:
        refunds.cancel(tx, number, visit.typed.needed("reason", "Reason"))
    return visit.go("/refunds")


@router.post("/refunds/{number}/approve")
def approve_refund(number: Key, visit: RequestContext = Approvers) -> Response:
    """Approve a refund that another person proposed."""
    with visit.transaction() as tx:
        refunds.approve(tx, number)
    return visit.go("/house/approvals")


@router.post("/refunds/{number}/refuse")
def refuse_refund(number: Key, visit: RequestContext = Approvers) -> Response:
    """Refuse a proposed refund. The credit balance can be proposed again."""
    with visit.transaction() as tx:
        refunds.cancel(tx, number, visit.typed.needed("reason", "Reason"))
    return visit.go("/house/approvals")


@router.post("/settlements/{number}/{verdict}")
def decide_settlement(number: Key, verdict: str, visit: RequestContext = Approvers) -> Response:
    """Approve or refuse a settlement offer that another person proposed."""
    with visit.transaction() as tx:
        if verdict == "approve":
            settlements.approve(tx, number)
        else:
            settlements.refuse(tx, number, visit.typed.needed("reason", "Reason"))
    return visit.go("/house/approvals")


class WaitingMoney(TypedDict):
    """Settlements and refunds pending approval."""

    settlements: list[SettlementLine]
    refunds: list[RefundLine]


def waiting_money(conn: Connection) -> WaitingMoney:
    """Settlements and refunds pending approval."""
    return {"settlements": list_settlements(conn, "proposed"), "refunds": list_refunds(conn, "proposed")}
